//! What an upload takes of memory.

#![cfg(target_os = "linux")]

use std::{fs, io::Write as _, process::Child, thread, time::Duration};

use super::{
    files,
    site::{Plan, Site},
};
use crate::lab::said;

const MIB: u64 = 1024 * 1024;

/// The most memory that a process ever had, in bytes.
fn peak(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024)
}

/// The peak cannot be asked for when the process is gone, so the answer to Complete is held back.
#[test]
fn sixteen_parts_in_flight_fit_into_64_mib() {
    let site = Site::of(&Plan {
        faults: &[
            "CompleteMultipartReadSetUpload:latency:2s",
            "CompleteMultipartReadSetUpload:processing:1h",
        ],
        ..Plan::default()
    });
    let piece = files::fastq_gz(10 * 1024 * 1024);
    let mut file = fs::File::create(site.lab.path("large.fastq.gz")).unwrap();
    (0..30).for_each(|_| file.write_all(&piece).unwrap());
    drop(file);
    let arguments = ["large.fastq.gz", "--no-wait", "--concurrency", "16", "--part-size", "5MiB"];
    let mut child = site.put_through(&arguments).spawn().unwrap();
    let mut most = None;
    let mut after_all_parts = None;
    while child.try_wait().unwrap().is_none() {
        most = peak(&child).or(most);
        if after_all_parts.is_none() && site.lab.count("ListReadSetUploadParts") > 0 {
            after_all_parts = most;
        }
        thread::sleep(Duration::from_millis(20));
    }
    said(child.wait_with_output().unwrap()).expect(0);
    assert!(after_all_parts.is_some(), "the peak was not read in time");
    assert_eq!(site.lab.count("UploadReadSetPart"), 60);
    assert!(site.terminator.most() >= 16, "{} connections", site.terminator.most());
    let most = most.unwrap() / MIB;
    assert!(most < 64, "{most} MiB");
    assert!(most > 4, "{most} MiB cannot be");
}
