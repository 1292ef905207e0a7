//! An upload of three parts whose last was refused.

use crate::{
    lab::{Lab, Said},
    material::{PART, fastq_of},
};

pub(crate) const FAULT: &str = "UploadReadSetPart:error:AccessDeniedException,part=3";

pub(crate) fn content() -> Vec<u8> {
    fastq_of(2 * PART + 1000)
}

/// A lab in which two of three parts were sent, with the faults gone.
pub(crate) fn unfinished(fault: &str, status: i32) -> (Lab, Said) {
    let mut lab = Lab::with_faults(&[fault]);
    lab.file("reads.fastq.gz", &content());
    let said = put(&lab, &[]);
    said.expect(status);
    lab.restart_sandbox(&[]);
    (lab, said)
}

pub(crate) fn put(lab: &Lab, arguments: &[&str]) -> Said {
    let usual = ["reads.fastq.gz", "--part-size=5MiB", "--concurrency=1", "--progress=none"];
    lab.put(&[&usual[..], arguments].concat())
}

/// Runs another command on the lab's store.
pub(crate) fn run(lab: &Lab, arguments: &[&str]) -> Said {
    let store = lab.store();
    Lab::run(lab.command(arguments.iter().chain(&["--store", &store])))
}
