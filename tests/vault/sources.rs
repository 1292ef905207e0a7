//! Files that change, move or are copied.

use std::{fs, io::Write as _, os::unix::fs::PermissionsExt as _};

use super::scene::{MIB, PARTS, Scene, content};
use crate::lab::Lab;

#[test]
fn a_file_that_changes_while_it_is_stored_is_not_completed() {
    let scene = Scene::new(&["UploadMultipartPart:stall:700ms,nth=3"], &[]);
    let mut running = scene.start();
    running.wait_for_lines("confirmed, ", 2);
    let mut file = fs::File::options().append(true).open(scene.lab.path("a.bam")).unwrap();
    file.write_all(b"more").unwrap();
    let said = running.finish();
    said.expect(1);
    assert!(said.stderr.contains("`a.bam` changed while it was uploaded"), "{}", said.stderr);
    assert_eq!(scene.lab.count("CompleteMultipartUpload"), 0);
}

/// Parts of what the file was are not taken for parts of what it is.
#[test]
fn a_file_that_changed_between_two_runs_is_stored_as_it_is_now() {
    let mut scene = Scene::new(&["UploadMultipartPart:stall,nth=4"], &["--concurrency=1"]);
    let mut running = scene.start();
    running.wait_for_lines("confirmed, ", 3);
    running.signal("KILL");
    running.finish();
    // The fingerprint does not see this byte.
    let at = MIB + 3000;
    scene.content[at] ^= 1;
    scene.lab.file("a.bam", &scene.content.clone());
    let again = scene.again(&[]);
    again.said.expect(0);
    let mut sent = again.sent();
    sent.sort_unstable();
    assert_eq!(sent, [2, 4, 5, 6], "{}", again.said.stderr);
    scene.is_whole(again.said.line(), "after it changed");
}

#[test]
fn what_is_in_the_vault_is_not_sent_again() {
    let mut scene = Scene::new(&[], &[]);
    let first = scene.run(scene.command());
    let id = first.said.expect(0).line().to_owned();
    let again = scene.again(&[]);
    assert_eq!(again.said.expect(0).line(), id);
    let asked: Vec<_> = again.requests.iter().map(|one| one["operation"].clone()).collect();
    assert_eq!(asked, ["DescribeVault"], "nothing else has to be asked");
    // Its permissions changed, and nothing else that the system tells: its content decides.
    let path = scene.lab.path("a.bam");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    for checked in [1, 0] {
        let again = scene.again(&[]);
        assert_eq!((again.said.expect(0).line(), again.sent().len()), (&*id, 0));
        assert_eq!(again.said.stderr.matches("checking (").count(), checked);
    }
    // A copy of the same name is the same file; one of another name is another archive.
    fs::create_dir(scene.lab.path("copies")).unwrap();
    fs::copy(&path, scene.lab.path("copies/a.bam")).unwrap();
    fs::copy(&path, scene.lab.path("b.bam")).unwrap();
    let put = |name: &str| scene.run(scene.vault(&["put", name, "--part-size=1MiB"]));
    let copy = put("copies/a.bam");
    assert_eq!((copy.said.expect(0).line(), copy.sent().len()), (&*id, 0));
    let other = put("b.bam");
    other.said.expect(0);
    assert_eq!(other.sent().len(), PARTS);
    // What was written to is stored as it is now.
    let mut now = scene.content.clone();
    now[MIB] ^= 1;
    scene.lab.file("a.bam", &now);
    let changed = put("a.bam");
    assert_ne!(changed.said.expect(0).line(), id);
    scene.holds_the_file(changed.said.line(), &now, "what was written to");
    assert_eq!(scene.archives().len(), 3);
}

/// A vault of the same name that is another one has none of it.
#[test]
fn another_vault_of_the_name_is_another_vault() {
    let scene = Scene::new(&[], &[]);
    scene.run(scene.command()).said.expect(0);
    let other = Scene::new(&[], &[]);
    let mut command = scene.command();
    command.env("AWS_ENDPOINT_URL_GLACIER", other.lab.url());
    Lab::run(command).expect(0);
    assert_eq!(other.lab.count("UploadMultipartPart"), PARTS);
}

#[test]
fn several_files_go_one_after_the_other_and_one_that_fails_stops_none() {
    let scene = Scene::new(&[], &[]);
    let others = [("b.tar", content(3 * MIB, 2)), ("c", content(10, 3))];
    for (name, content) in &others {
        scene.lab.file(name, content);
    }
    let mut command = scene.vault(&["put", "b.tar", "a.bam", "c", "--part-size=1MiB", "-v"]);
    let gone = scene.lab.path("gone");
    command.env("UNUSED", &gone);
    let said = Lab::run(command);
    let ids: Vec<_> = said.expect(0).stdout.lines().collect();
    scene.holds_the_file(ids[0], &others[0].1, "the first");
    scene.holds_the_file(ids[1], &scene.content, "the second");
    scene.holds_the_file(ids[2], &others[1].1, "the third");
    assert_eq!((scene.receipts().len(), scene.journals().len()), (3, 0));

    let faults = ["InitiateMultipartUpload:error:AccessDeniedException,nth=2"];
    let mut scene = Scene::new(&faults, &[]);
    for (name, content) in &others {
        scene.lab.file(name, content);
    }
    scene.arguments.extend(["b.tar", "c"].map(str::to_owned));
    let run = scene.run(scene.command());
    let ids: Vec<_> = run.said.expect(3).stdout.lines().map(str::to_owned).collect();
    assert_eq!((ids.len(), &*ids[1]), (3, "failed"));
    assert!(
        run.said.stderr.contains("error: `b.tar`: the service refused the request"),
        "{}",
        run.said.stderr
    );
    assert!(run.said.stderr.contains("`glacier:InitiateMultipartUpload` on the vault"));
    let again = scene.again(&[]);
    let now: Vec<_> = again.said.expect(0).stdout.lines().collect();
    assert_eq!((now[0], now[2]), (&*ids[0], &*ids[2]));
    assert_eq!(again.sent().len(), 3, "the second alone");
}

#[test]
fn the_second_of_two_alike_is_not_sent() {
    let scene = Scene::new(&[], &[]);
    fs::create_dir(scene.lab.path("copies")).unwrap();
    fs::copy(scene.lab.path("a.bam"), scene.lab.path("copies/a.bam")).unwrap();
    let run = scene.run(scene.vault(&["put", "a.bam", "copies/a.bam", "--part-size=1MiB"]));
    let ids: Vec<_> = run.said.expect(0).stdout.lines().collect();
    assert_eq!((ids[0] == ids[1], run.sent().len()), (true, PARTS));
}
