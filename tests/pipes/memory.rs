//! What a pipe takes of memory: the parts that may be in it, and a little more.

#![cfg(target_os = "linux")]

use std::{fs, io::Write as _, thread, time::Duration};

use super::writer::command;
use crate::{lab::Lab, material};

const MIB: u64 = 1024 * 1024;

/// The most memory that a process ever had, in bytes.
fn peak(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024)
}

/// The peak of a process that is sent 200 MiB, in MiB. It cannot be asked for when the process is gone,
/// so the answer to Complete is held back.
fn most(arguments: &[&str]) -> u64 {
    let lab = Lab::with_faults(&[
        "CompleteMultipartReadSetUpload:latency:2s",
        "CompleteMultipartReadSetUpload:processing:1h",
        "UploadReadSetPart:latency:100ms",
    ]);
    let piece = material::fastq_of(20 * 1024 * 1024);
    let (mut put, mut writer) = command(&lab, arguments);
    put.arg("--no-wait");
    let mut running = crate::running::Running::start(put);
    let id = running.id();
    let watch = thread::spawn(move || {
        let mut most = 0;
        while let Some(peak) = peak(id) {
            most = peak.max(most);
            thread::sleep(Duration::from_millis(20));
        }
        most
    });
    (0..10).for_each(|_| writer.write_all(&piece).unwrap());
    drop(writer);
    running.wait_for_lines("completing", 1);
    running.finish().expect(0);
    assert_eq!(lab.count("UploadReadSetPart"), 40);
    watch.join().unwrap() / MIB
}

#[test]
fn as_many_parts_as_are_in_flight_and_a_little() {
    // What the program takes with files of any size is below 32 MiB. Its own code is part of that, and
    // there is more of it in a build that is not optimised.
    let rest = if cfg!(debug_assertions) { 46 } else { 32 };
    for (arguments, parts) in [
        (&["--concurrency=2"][..], 2),
        (&["--concurrency=8"], 8),
        (&["--concurrency=16", "--max-memory=11MiB"], 2),
        (&["--max-memory=5MiB"], 1),
    ] {
        let most = most(arguments);
        assert!(most <= 5 * parts + rest, "{most} MiB with {arguments:?}");
        assert!(most >= 5, "{most} MiB cannot be");
    }
}
