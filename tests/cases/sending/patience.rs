//! `--give-up-after` ends every wait.

use std::time::{Duration, Instant};

use crate::lab::{Lab, at_once};

#[test]
fn complete_never_gives_up() {
    // Where the read set is there, it is only not known whether it is active.
    let faults: [(&[&str], i32); 10] = [
        (&["CompleteMultipartReadSetUpload:reset:before"], 75),
        (&["CompleteMultipartReadSetUpload:stall"], 75),
        (&["CompleteMultipartReadSetUpload:reset:before", "ListReadSets:reset:before"], 75),
        (&["CompleteMultipartReadSetUpload:reset:after"], 0),
        (&["CompleteMultipartReadSetUpload:error:ThrottlingException"], 75),
        (&["CreateMultipartReadSetUpload:reset:before"], 75),
        (&["ListReadSetUploadParts:reset:after"], 75),
        (&["UploadReadSetPart:reset:after"], 75),
        (&["UploadReadSetPart:stall"], 75),
        (&["GetReadSetMetadata:reset:before"], 5),
    ];
    at_once(&faults, |(faults, status)| {
        let lab = Lab::with_faults(faults);
        lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
        let begun = Instant::now();
        let said = lab.put(&["a.bam", "--give-up-after=1s", "--attempts=1", "--progress=none"]);
        assert_eq!(said.status, Some(*status), "{faults:?}: {}", said.stderr);
        assert!(begun.elapsed() < Duration::from_secs(45), "{faults:?}: {:?}", begun.elapsed());
    });
}
