//! What is under way when one part fails for good.

use std::os::unix::fs::FileExt as _;

use crate::{
    lab::{Lab, at_once, said},
    material::{PART, ubam},
};

const COMMAND: [&str; 4] = ["s.bam", "--part-size=5MiB", "--concurrency=4", "--attempts=1"];

/// What is under way when the second part fails.
const SLOW: [&str; 3] = [
    "UploadReadSetPart:latency:3s,part=1",
    "UploadReadSetPart:latency:3s,part=3",
    "UploadReadSetPart:latency:3s,part=4",
];

/// Parts that were authorised arrive although another one failed, and the next run does not send them.
#[test]
fn parts_under_way_are_not_thrown_away() {
    let content = ubam(6 * PART);
    let faults = [
        "UploadReadSetPart:error:ExpiredTokenException,part=2",
        "UploadReadSetPart:error:AccessDeniedException,part=2",
        "UploadReadSetPart:error:InternalServerException,part=2",
        "UploadReadSetPart:corrupt,part=2",
    ];
    at_once(&faults, |fault| {
        let mut lab = Lab::with_faults(&[&[*fault][..], &SLOW].concat());
        lab.file("s.bam", &content);
        let first = lab.put(&COMMAND);
        assert_ne!(first.status, Some(0), "{fault}: {}", first.stderr);
        let begun = lab.count("UploadReadSetPart");
        assert!(begun <= 4, "{fault}: {begun} parts were begun");
        lab.restart_sandbox(&[]);
        let again = lab.put(&COMMAND);
        again.expect(0);
        let parts = content.len().div_ceil(PART);
        let failed = 1;
        assert_eq!(lab.count("UploadReadSetPart"), parts + failed, "{fault}: {}", first.stderr);
        assert!(lab.read_back(again.line(), "SOURCE1") == content, "{fault}");
    });
}

#[test]
fn parts_of_a_pipe_under_way_are_not_thrown_away() {
    let content = ubam(6 * PART);
    let denied = "UploadReadSetPart:error:AccessDeniedException,part=2";
    let mut lab = Lab::with_faults(&[&[denied][..], &SLOW].concat());
    let path = lab.file("s.bam", &content);
    let pipe = ["-", "--name=s.bam", "--part-size=5MiB", "--concurrency=4", "--attempts=1"];
    let put = |lab: &Lab| {
        let mut command = lab.put_command(&pipe);
        let file = std::fs::File::open(&path).unwrap();
        assert_eq!(file.read_at(&mut [0], 0).unwrap(), 1);
        said(command.stdin(file).output().unwrap())
    };
    let first = put(&lab);
    first.expect(1);
    lab.restart_sandbox(&[]);
    let again = put(&lab);
    again.expect(0);
    let parts = content.len().div_ceil(PART);
    assert_eq!(lab.count("UploadReadSetPart"), parts + 1, "{}", first.stderr);
    assert!(lab.read_back(again.line(), "SOURCE1") == content);
}
