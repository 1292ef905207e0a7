//! The same pipeline again, after it was killed or failed.

use std::{fs, io::Write as _, thread};

use expect_test::expect;

use super::writer::{few_reads, put, reads, sent, start, upload};
use crate::{lab::Lab, material::PART};

/// Runs a pipeline until the store has two parts, and kills it.
fn killed() -> Lab {
    let lab = Lab::new();
    let (mut running, mut writer) = start(&lab, &["--concurrency=1"]);
    writer.write_all(&reads()[..3 * PART]).unwrap();
    running.wait_for_lines("confirmed, ", 2);
    running.signal("KILL");
    assert_eq!(running.finish().status, None);
    lab
}

#[test]
fn only_what_is_missing_is_sent() {
    for forget in [false, true] {
        let lab = killed();
        let before = lab.requests().len();
        let sent_before = sent(&lab, 0);
        assert_eq!(sent_before[..2], [1, 2]);
        if forget {
            fs::remove_dir_all(lab.home().join(".local/state")).unwrap();
        }
        let said = put(&lab, reads(), &[]);
        let id = said.expect(0).line();
        assert!(said.stderr.contains("going on with upload"), "{}", said.stderr);
        assert!(lab.read_back(id, "SOURCE1") == reads());
        // The third may have arrived before the kill, or be logged after it.
        let again = sent(&lab, before);
        assert!(!again.contains(&1) && !again.contains(&2), "{again:?}");
        assert!(again.ends_with(&[4, 5, 6]), "{again:?}");
        assert_eq!((lab.read_sets(), lab.uploads()), (1, 0));
    }
}

#[test]
fn other_data_that_begin_alike_replace_what_was_sent() {
    let lab = killed();
    let mut other = reads().to_vec();
    // A member whose comment differs, behind the second part.
    let at = 5 * PART + 50_000;
    let comment = other[at..].windows(4).position(|window| window == b"xxxx").unwrap() + at;
    other[comment] = b'y';
    let said = put(&lab, &other, &[]);
    assert!(lab.read_back(said.expect(0).line(), "SOURCE1") == other);
}

#[test]
fn shorter_data_cannot_be_completed() {
    let lab = killed();
    let said = put(&lab, few_reads(), &[]);
    said.expect(1);
    assert_eq!((lab.read_sets(), lab.uploads()), (0, 1));
    let told = said.stderr.split_once("error: ").unwrap().1;
    expect![[r#"
        `-`: standard input ended with part 1, and the upload holds part 2 (5.0 MiB), so it was begun with other data

        hint: if these are the data that are meant, `--fresh` begins a new upload of them; `omics-upload uploads abort ID --store STORE` gives the old one up
    "#]]
    .assert_eq(&lab.plain(told));
    let said = put(&lab, few_reads(), &["--fresh"]);
    assert!(lab.read_back(said.expect(0).line(), "SOURCE1") == few_reads());
}

#[test]
fn resume_says_that_a_pipe_has_to_be_run_again() {
    let lab = killed();
    let store = lab.store();
    let said = Lab::run(lab.command(["resume", "--store", &store]));
    lab.shows(
        &said,
        &expect![[r#"
            --- stderr
            note: upload ID came through a pipe; run the same pipeline again, which sends only what is missing
            nothing is to be resumed: this machine knows of no unfinished upload
            --- status 0
        "#]],
    );
    let id = upload(&said.stderr);
    let said = Lab::run(lab.command(["resume", "--store", &store, &id]));
    lab.shows(
        &said,
        &expect![[r#"
            --- stderr
            error: upload ID came through a pipe

            hint: run the same pipeline again, which sends only what is missing
            --- status 2
        "#]],
    );
    let said = Lab::run(lab.command(["uploads", "list", "--store", &store]));
    assert!(said.expect(0).stdout.contains("standard input"), "{}", said.stdout);
}

#[test]
fn two_at_once_do_not_work_on_the_same_upload() {
    let lab = Lab::new();
    let (mut first, mut writer) = start(&lab, &[]);
    writer.write_all(&reads()[..2 * PART]).unwrap();
    first.wait_for_lines("confirmed, ", 1);
    let second = put(&lab, reads(), &[]);
    second.expect(75);
    thread::scope(|scope| {
        scope.spawn(move || writer.write_all(&reads()[2 * PART..]).unwrap());
        let said = first.finish();
        assert!(lab.read_back(said.expect(0).line(), "SOURCE1") == reads());
    });
    assert_eq!(lab.read_sets(), 1);
}
