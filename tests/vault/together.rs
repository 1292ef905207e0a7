//! Two at once: on one machine only one of them works, and two machines cannot harm each other.

use std::{fs, process::Command, thread, time::Duration};

use super::scene::{PARTS, Scene, files};
use crate::{lab::Lab, running::Running};

#[test]
fn a_second_process_ends_at_once_and_goes_on_after_the_first_is_killed() {
    let mut scene = Scene::new(&["UploadMultipartPart:stall,nth=3"], &[]);
    let mut first = scene.start();
    let id = first.id();
    first.wait_for_lines("confirmed, ", 2);
    let second = Lab::run(scene.command());
    second.expect(75);
    assert!(second.stderr.contains(&format!("(process {id} on ")), "{}", second.stderr);
    first.signal("KILL");
    first.finish();
    let again = scene.again(&[]);
    again.said.expect(0);
    again.sent_what_was_missing("after the first was killed");
    scene.is_whole(again.said.line(), "after the first was killed");
}

/// Two machines are two state folders.
fn machines(scene: &Scene) -> [Command; 2] {
    ["one", "two"].map(|name| {
        let mut command = scene.command();
        command.env("HOME", scene.lab.path(name));
        command
    })
}

/// The second machine finds the first one's upload, joins in, and either may complete it: Complete is
/// answered with the same archive for a while.
#[test]
fn a_machine_that_joins_another_s_upload_ends_with_the_same_archive() {
    let scene = Scene::new(&["UploadMultipartPart:latency:400ms"], &[]);
    let [one, two] = machines(&scene);
    let mut first = Running::start(one);
    first.wait_for_lines("confirmed, ", 2);
    let second = Running::start(two);
    let ended = thread::scope(|scope| {
        [first, second]
            .map(|running| scope.spawn(|| running.finish()))
            .map(|run| run.join().unwrap())
    });
    let [first, second] = &ended;
    assert_eq!(first.expect(0).line(), second.expect(0).line(), "{}", second.stderr);
    assert_eq!((scene.archives().len(), scene.uploads()), (1, 0));
    scene.holds_the_file(first.line(), &scene.content, "two machines, one upload");
}

/// The first machine is killed for good; the second needs nothing of it.
#[test]
fn a_machine_takes_over_from_another() {
    let mut scene = Scene::new(&["UploadMultipartPart:stall,nth=4"], &["--concurrency=1"]);
    let [one, _] = machines(&scene);
    let mut first = Running::start(one);
    first.wait_for_lines("confirmed, ", 3);
    first.signal("KILL");
    first.finish();
    scene.lab.restart_sandbox(&[]);
    let [_, two] = machines(&scene);
    let again = scene.run(two);
    again.said.expect(0);
    again.sent_what_was_missing("another machine");
    assert_eq!(again.sent().len(), PARTS - 3);
    scene.holds_the_file(again.said.line(), &scene.content, "another machine");
}

#[test]
fn a_signal_keeps_what_was_sent() {
    for (signal, status) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let mut scene = Scene::new(&["UploadMultipartPart:latency:300ms"], &["--concurrency=1"]);
        let mut running = scene.start();
        running.wait_for_lines("confirmed, ", 2);
        running.signal(signal);
        let said = running.finish();
        said.expect(status);
        assert_eq!(said.line(), "failed");
        assert!(said.stderr.contains("to resume: `"), "{}", said.stderr);
        let again = scene.again(&[]);
        again.said.expect(0);
        again.sent_what_was_missing(signal);
        scene.is_whole(again.said.line(), signal);
    }
}

/// Neither sees the other's upload before it begins its own: both agree on the first.
#[test]
fn machines_that_begin_at_the_same_moment_agree_on_one_upload() {
    let faults = ["InitiateMultipartUpload:latency:500ms", "UploadMultipartPart:latency:200ms"];
    let scene = Scene::new(&faults, &[]);
    let both = machines(&scene).map(Running::start);
    let ended = thread::scope(|scope| {
        both.map(|running| scope.spawn(|| running.finish())).map(|run| run.join().unwrap())
    });
    let [first, second] = &ended;
    assert_eq!(first.expect(0).line(), second.expect(0).line(), "{}", second.stderr);
    assert_eq!((scene.archives().len(), scene.uploads()), (1, 0));
    assert_eq!(scene.lab.count("InitiateMultipartUpload"), 2);
    let given_way = [first, second].map(|said| said.stderr.contains("which is empty, was aborted"));
    assert_eq!(given_way.iter().filter(|gave| **gave).count(), 1, "{}", first.stderr);
    scene.holds_the_file(first.line(), &scene.content, "two machines at the same moment");
}

/// The second machine completes the upload while the first one waits with a part of it.
#[test]
fn an_upload_that_another_machine_completes_gives_both_the_same_archive() {
    let scene = Scene::new(&["UploadMultipartPart:stall:4s,nth=3"], &["--concurrency=1"]);
    let [one, two] = machines(&scene);
    let mut first = Running::start(one);
    first.wait_for_lines("confirmed, ", 2);
    first.wait_for_lines("part 3 started", 1);
    thread::sleep(Duration::from_millis(300));
    let second = Lab::run(two);
    let first = first.finish();
    assert_eq!(first.expect(0).line(), second.expect(0).line(), "{}", first.stderr);
    assert_eq!(scene.archives().len(), 1);
    scene.holds_the_file(first.line(), &scene.content, "completed by another machine");
}

/// What one machine has stored is known to another that has its receipts.
#[test]
fn receipts_of_another_machine_count() {
    let scene = Scene::new(&[], &[]);
    let [one, two] = machines(&scene);
    let first = scene.run(one);
    let receipts = ["one", "two"]
        .map(|name| scene.lab.path(name).join(".local/state/omics-upload/vault/receipts"));
    fs::create_dir_all(&receipts[1]).unwrap();
    for receipt in files(&receipts[0]) {
        fs::copy(&receipt, receipts[1].join(receipt.file_name().unwrap())).unwrap();
    }
    let second = scene.run(two);
    assert_eq!(second.said.expect(0).line(), first.said.expect(0).line());
    assert_eq!((second.sent(), scene.archives().len()), (Vec::new(), 1));
}
