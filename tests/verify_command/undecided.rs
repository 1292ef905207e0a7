//! What cannot be decided, and why.

use super::answers::verify;
use crate::{
    files::{fastq, gzip},
    lab::Lab,
};

/// Puts a file, and asks about its read set under a fault.
#[track_caller]
fn is_undecided(faults: &[&str], reason: &str) {
    let mut lab = Lab::new();
    lab.file("s.fastq.gz", &gzip(&fastq(&["r1", "r2"])));
    let id = lab.put(&["s.fastq.gz", "--sample=S"]).expect(0).line().to_owned();
    lab.restart_sandbox(faults);
    let said = verify(&lab, &[&id, "s.fastq.gz", "--output=json"]);
    assert_eq!(said.expect(5).json()["result"], "undecided");
    assert!(said.stderr.contains(reason), "{}", said.stderr);
}

#[test]
fn nobody_can_say() {
    for (fault, reason) in [
        ("GetReadSetMetadata:status:PROCESSING_UPLOAD", "still working"),
        ("GetReadSetMetadata:status:ODD", "unknown status `ODD`"),
        ("GetReadSetMetadata:error:AccessDeniedException", "omics:GetReadSetMetadata"),
        ("GetReadSetMetadata:etag:FASTQ_CRC/00", "does not know"),
    ] {
        is_undecided(&[fault], reason);
    }
}

#[test]
fn other_ends() {
    let mut lab = Lab::new();
    lab.file("s.fastq.gz", &gzip(&fastq(&["r1", "r2"])));
    let id = lab.put(&["s.fastq.gz", "--sample=S"]).expect(0).line().to_owned();
    let said = verify(&lab, &[&id]);
    assert!(said.expect(5).stderr.contains("has no hash of the content"), "{}", said.stderr);
    for (status, expected) in [("UPLOAD_FAILED", 4), ("DELETED", 1), ("ARCHIVED", 0)] {
        lab.restart_sandbox(&[&format!("GetReadSetMetadata:status:{status}")]);
        verify(&lab, &[&id, "s.fastq.gz"]).expect(expected);
    }
}
