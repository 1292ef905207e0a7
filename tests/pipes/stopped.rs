//! Pipes that are slow or silent, and signals meanwhile.

use std::{io::Write as _, thread, time::Duration};

use super::writer::{put, reads, start};
use crate::{lab::Lab, material::PART};

#[test]
fn a_slow_writer_is_waited_for() {
    let lab = Lab::new();
    let (mut running, mut writer) = start(&lab, &[]);
    let mut pieces = reads().chunks(PART + PART / 2);
    writer.write_all(pieces.next().unwrap()).unwrap();
    running.wait_for_lines("confirmed, ", 1);
    for piece in pieces {
        thread::sleep(Duration::from_secs(2));
        writer.write_all(piece).unwrap();
    }
    drop(writer);
    let said = running.finish();
    assert!(lab.read_back(said.expect(0).line(), "SOURCE1") == reads());
    assert_eq!(lab.count("UploadReadSetPart"), 6, "nothing was sent twice");
}

#[test]
fn a_silent_pipe_does_not_keep_the_process() {
    for (signal, status) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let lab = Lab::new();
        let (mut running, mut writer) = start(&lab, &[]);
        writer.write_all(&reads()[..PART + PART / 2]).unwrap();
        running.wait_for_lines("confirmed, ", 1);
        running.signal(signal);
        let said = running.finish();
        said.expect(status);
        assert!(said.stderr.contains("are kept as upload"), "{}", said.stderr);
        drop(writer);
        let said = put(&lab, reads(), &[]);
        assert!(lab.read_back(said.expect(0).line(), "SOURCE1") == reads());
    }
}

#[test]
fn a_pipe_that_has_not_begun_can_be_interrupted() {
    let lab = Lab::new();
    let (running, writer) = start(&lab, &[]);
    // It waits for the first bytes, and nothing is to be kept yet.
    thread::sleep(Duration::from_millis(500));
    running.signal("INT");
    let said = running.finish();
    assert_eq!((said.status, said.stdout.as_str()), (None, ""));
    assert!(lab.requests().is_empty());
    drop(writer);
}

#[test]
fn a_failure_does_not_wait_for_the_writer() {
    let lab = Lab::with_faults(&["UploadReadSetPart:error:AccessDeniedException,part=2"]);
    let (running, mut writer) = start(&lab, &["--concurrency=1"]);
    writer.write_all(&reads()[..2 * PART + 1000]).unwrap();
    let said = running.finish();
    said.expect(1);
    assert!(said.stderr.contains("omics:UploadReadSetPart"), "{}", said.stderr);
    drop(writer);
}
