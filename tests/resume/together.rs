//! Two at once: on one machine only one of them works, and two machines cannot harm each other.

use std::{process::Command, thread, time::Instant};

use super::scene::{Again, Kind, Scene};
use crate::{
    lab::{Lab, Said},
    running::Running,
};

#[test]
fn a_second_process_ends_at_once_and_goes_on_after_the_first_is_killed() {
    let mut scene = Scene::new(Kind::Ubam, &["UploadReadSetPart:stall,nth=3"], &[]);
    scene.arguments.push("--attempts=3".to_owned());
    let mut first = scene.start();
    let id = first.id();
    first.wait_for_lines("confirmed, ", 2);
    let begun = Instant::now();
    let second = Lab::run(scene.command());
    second.expect(75);
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
    assert!(second.stderr.contains(&format!("(process {id} on ")), "{}", second.stderr);
    assert!(second.stderr.contains("another process is working on this upload"));
    first.signal("KILL");
    first.finish();
    let again = scene.again(&[]);
    again.said.expect(0);
    again.sent_what_was_missing(Kind::Ubam, "after the first was killed");
    scene.is_whole(again.said.line(), "after the first was killed");
}

/// However the race for the journal ends, one goes on and the others leave it alone.
#[test]
fn many_processes_at_the_same_moment() {
    let scene = Scene::new(Kind::Ubam, &["*:latency:200ms"], &["--progress=none"]);
    let started: Vec<_> = (0..8).map(|_| scene.command().spawn().unwrap()).collect();
    let ended: Vec<Said> = started
        .into_iter()
        .map(|child| crate::lab::said(child.wait_with_output().unwrap()))
        .collect();
    let done: Vec<_> = ended.iter().filter(|said| said.status == Some(0)).collect();
    let busy = ended.iter().filter(|said| said.status == Some(75)).count();
    let all: Vec<_> = ended.iter().map(|said| (said.status, &said.stderr)).collect();
    assert_eq!((done.len(), busy), (1, 7), "{all:#?}");
    assert_eq!(scene.count("upload.json"), 1);
    assert_eq!(scene.lab.count("UploadReadSetPart"), Kind::Ubam.parts());
    scene.is_whole(done[0].line(), "many processes");
}

/// Two machines are two state folders.
fn machines(scene: &Scene) -> [Command; 2] {
    ["one", "two"].map(|name| {
        let mut command = scene.command();
        command.env("HOME", scene.lab.path(name));
        command
    })
}

#[test]
fn two_machines_that_begin_at_the_same_time_make_one_read_set_or_two_whole_ones() {
    let scene = Scene::new(Kind::Ubam, &["UploadReadSetPart:latency:300ms"], &[]);
    let running = machines(&scene).map(Running::start);
    let [first, second] = running.map(Running::finish);
    let (first, second) = (first.expect(0).line(), second.expect(0).line());
    scene.holds_the_files(first, "the first machine");
    scene.holds_the_files(second, "the second machine");
    let made = if first == second { 1 } else { 2 };
    assert_eq!((scene.lab.read_sets(), scene.lab.uploads()), (made, 0));
}

/// The second machine finds the first one's upload, joins in, and either may complete it.
#[test]
fn a_machine_that_joins_another_s_upload_ends_with_the_same_read_set() {
    let mut scene = Scene::new(Kind::Ubam, &["UploadReadSetPart:latency:400ms"], &[]);
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
    assert_eq!(first.expect(0).line(), second.expect(0).line());
    assert_eq!(scene.count("upload.json"), 1);
    scene.lab.restart_sandbox(&[]);
    scene.is_whole(first.line(), "two machines, one upload");
}

/// The first machine is killed for good; the second needs nothing of it.
#[test]
fn a_machine_takes_over_from_another() {
    let mut scene = Scene::new(Kind::Pair, &["UploadReadSetPart:stall,nth=4"], &[]);
    let [one, two] = machines(&scene);
    let mut first = Running::start(one);
    first.wait_for_lines("confirmed, ", 3);
    first.signal("KILL");
    first.finish();
    scene.lab.restart_sandbox(&[]);
    let store = scene.lab.url();
    let mut two = two;
    two.env("AWS_ENDPOINT_URL_OMICS", store);
    let again: Again = scene.run(two);
    again.said.expect(0);
    again.sent_what_was_missing(Kind::Pair, "another machine");
    scene.is_whole(again.said.line(), "another machine");
}
