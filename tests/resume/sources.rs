//! Files that change between runs and under them: parts of old and new content are never mixed.

use std::{
    fs,
    os::unix::fs::FileExt as _,
    path::Path,
    time::{Duration, SystemTime},
};

use expect_test::expect;

use super::scene::{Again, Kind, Scene, two_members};
use crate::{
    lab::at_once,
    material::{reads, stored},
};

/// A way in which a file comes to another content, and what is said if that happens under a run.
struct Change {
    name: &'static str,
    make: fn(&Path),
    said: &'static str,
}

fn grow(path: &Path) {
    let more = [two_members("a", "a"), stored(&reads("s{}", 10_000, 100))].concat();
    let file = fs::File::options().append(true).open(path).unwrap();
    file.write_all_at(&more[fs::metadata(path).unwrap().len().try_into().unwrap()..], 0).unwrap();
}

fn shrink(path: &Path) {
    let half = fs::metadata(path).unwrap().len() / 2;
    fs::File::options().write(true).open(path).unwrap().set_len(half).unwrap();
}

fn replace(path: &Path) {
    let other = path.with_extension("new");
    fs::write(&other, two_members("b", "c")).unwrap();
    fs::rename(other, path).unwrap();
}

fn rewrite(path: &Path) {
    let file = fs::File::options().write(true).open(path).unwrap();
    file.write_all_at(&two_members("b", "c"), 0).unwrap();
}

const CHANGES: [Change; 4] = [
    Change { name: "grown", make: grow, said: "its size was " },
    Change { name: "shrunk", make: shrink, said: "its size was " },
    Change { name: "replaced", make: replace, said: "another file was put in its place" },
    Change { name: "rewritten", make: rewrite, said: "it was written to" },
];

/// Whatever the order in which parts arrive, these three do not.
const AFTER_THREE: [&str; 3] = [
    "UploadReadSetPart:stall,part=4",
    "UploadReadSetPart:stall,part=5",
    "UploadReadSetPart:stall,part=6",
];

/// Three parts are stored, then it is killed.
fn with_three_parts() -> Scene {
    let mut scene = Scene::new(Kind::Fastq, &AFTER_THREE, &[]);
    let mut running = scene.start();
    running.wait_for_lines("confirmed, ", 3);
    running.signal("KILL");
    running.finish();
    scene.lab.restart_sandbox(&[]);
    scene
}

/// The run made a read set of what the file holds now, and left the old upload alone.
#[track_caller]
fn new_content_went_up(scene: &Scene, again: &Again, about: &str) {
    again.said.expect(0);
    let now = fs::read(scene.lab.path("s.fastq.gz")).unwrap();
    assert!(scene.lab.read_back(again.said.line(), "SOURCE1") == now, "{about}");
    assert_eq!(again.sent().len(), now.len().div_ceil(crate::material::PART), "{about}");
    assert_eq!((scene.lab.read_sets(), scene.lab.uploads()), (1, 1), "{about}");
    let text = scene.lab.plain(&again.said.stderr);
    let told = text.lines().find(|line| line.contains("another content")).unwrap_or_default();
    assert_eq!(
        told,
        "TIME warning: `s.fastq.gz` has another content than when upload ID was begun with it: a new \
         upload is begun; `omics-upload uploads abort ID --store STORE` gives the old one up",
        "{about}"
    );
    assert_eq!(scene.journals().len(), 1, "{about}: the old one");
}

#[test]
fn another_content_between_two_runs_gets_an_upload_of_its_own() {
    at_once(&CHANGES, |change| {
        let mut scene = with_three_parts();
        (change.make)(&scene.lab.path("s.fastq.gz"));
        let again = scene.again(&[]);
        // Half of the file makes three parts, which are other ones nevertheless.
        new_content_went_up(&scene, &again, change.name);
    });
}

#[test]
fn another_content_under_a_run_stops_it() {
    at_once(&CHANGES, |change| {
        let mut scene = Scene::new(Kind::Fastq, &["UploadReadSetPart:latency:700ms"], &[]);
        let mut running = scene.start();
        running.wait_for_lines("confirmed, ", 1);
        (change.make)(&scene.lab.path("s.fastq.gz"));
        let said = running.finish();
        said.expect(1);
        let wanted = format!("`s.fastq.gz` changed while it was uploaded: {}", change.said);
        assert!(said.stderr.contains(&wanted), "{}: {}", change.name, said.stderr);
        assert!(said.stderr.contains("hint: wait until nothing writes to the file any more"));
        assert_eq!(scene.lab.count("CompleteMultipartReadSetUpload"), 0, "{}", change.name);
        assert_eq!(scene.lab.count("AbortMultipartReadSetUpload"), 0, "{}", change.name);
        let again = scene.again(&[]);
        new_content_went_up(&scene, &again, change.name);
    });
}

/// Changes that come when the last part is confirmed are seen before Complete.
#[test]
fn another_content_while_the_parts_are_listed_stops_it() {
    at_once(&CHANGES, |change| {
        let scene = Scene::new(Kind::Fastq, &["ListReadSetUploadParts:latency:1s"], &[]);
        let mut running = scene.start();
        running.wait_for_lines("confirming", 1);
        (change.make)(&scene.lab.path("s.fastq.gz"));
        let said = running.finish();
        said.expect(1);
        assert!(said.stderr.contains(change.said), "{}: {}", change.name, said.stderr);
        assert_eq!(scene.lab.count("CompleteMultipartReadSetUpload"), 0, "{}", change.name);
    });
}

/// Where the second comment is.
const COMMENT: usize = 10;

/// Writes the second comment anew, which no block of the fingerprint covers.
fn change_in_the_middle(path: &Path, comment: u8) {
    let at = two_members("a", "a").len() / 2 + COMMENT;
    let size = fs::metadata(path).unwrap().len();
    let at = u64::try_from(at).unwrap();
    assert!((1..=14).all(|i| !(size / 15 * i..size / 15 * i + 65_536).contains(&at)));
    let file = fs::File::options().read(true).write(true).open(path).unwrap();
    let mut old = [0];
    file.read_exact_at(&mut old, at).unwrap();
    assert!(old[0].is_ascii_lowercase(), "{}", old[0]);
    file.write_all_at(&[comment], at).unwrap();
}

fn sent(again: &Again) -> Vec<u64> {
    let mut sent: Vec<_> = again.sent().into_iter().map(|(_, number)| number).collect();
    sent.sort_unstable();
    sent
}

/// The fingerprint does not see all of a file; the digests of the parts do.
#[test]
fn a_change_that_only_the_digest_of_a_part_shows() {
    at_once(&[true, false], |with_state| {
        let mut scene = with_three_parts();
        change_in_the_middle(&scene.lab.path("s.fastq.gz"), b'z');
        if !with_state {
            fs::remove_dir_all(scene.state()).unwrap();
        }
        let again = scene.again(&[]);
        again.said.expect(0);
        assert_eq!(sent(&again), [3, 4, 5, 6]);
        let now = fs::read(scene.lab.path("s.fastq.gz")).unwrap();
        assert!(now == two_members("a", "z"));
        assert!(scene.lab.read_back(again.said.line(), "SOURCE1") == now);
        assert_eq!((scene.lab.read_sets(), scene.lab.uploads()), (1, 0));
    });
}

fn modified(path: &Path) -> SystemTime {
    fs::metadata(path).unwrap().modified().unwrap()
}

fn touch(path: &Path, time: SystemTime) {
    fs::File::options().append(true).open(path).unwrap().set_modified(time).unwrap();
}

/// A file that is changed, and after a further run put back with its old date, is not taken for what
/// that run has sent.
#[test]
fn a_file_that_is_put_back_with_its_old_date() {
    let mut scene = with_three_parts();
    let path = scene.lab.path("s.fastq.gz");
    let then = modified(&path);
    change_in_the_middle(&path, b'z');
    scene.lab.restart_sandbox(&AFTER_THREE);
    let mut running = scene.start();
    running.wait_for_lines("part 3 of SOURCE1 confirmed", 1);
    running.signal("KILL");
    running.finish();
    change_in_the_middle(&path, b'a');
    touch(&path, then);
    let again = scene.again(&[]);
    again.said.expect(0);
    assert_eq!(sent(&again), [3, 4, 5, 6]);
    scene.is_whole(again.said.line(), "put back");
}

/// Whoever only touches a file has it read once, and no part of it sent again.
#[test]
fn a_file_that_was_only_touched() {
    let mut scene = with_three_parts();
    touch(&scene.lab.path("s.fastq.gz"), SystemTime::now() - Duration::from_secs(5));
    scene.lab.restart_sandbox(&["UploadReadSetPart:stall,nth=2", "UploadReadSetPart:stall,nth=3"]);
    let mut running = scene.start();
    running.wait_for_lines("checking", 1);
    running.wait_for_lines("confirmed, ", 4);
    running.signal("KILL");
    running.finish();
    let again = scene.again(&[]);
    again.said.expect(0);
    again.sent_what_was_missing(Kind::Fastq, "touched");
    assert!(!again.said.stderr.contains("checking"), "read again: {}", again.said.stderr);
    expect![["resuming upload ID: 4 parts are there already (20.0 MiB)"]].assert_eq(
        scene
            .lab
            .plain(&again.said.stderr)
            .lines()
            .find_map(|line| Some(line.split_once("s: ")?.1).filter(|l| l.starts_with("resuming")))
            .unwrap_or_default(),
    );
    scene.is_whole(again.said.line(), "touched");
}
