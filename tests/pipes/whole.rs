//! What went in at one end is what the store has.

use std::fs;

use super::writer::{put, reads, sent};
use crate::{
    files::bgzf,
    lab::{Lab, REFERENCE, at_once},
    material::{self, PART},
};

#[track_caller]
fn is_stored(lab: &Lab, content: &[u8], arguments: &[&str]) {
    let said = put(lab, content, arguments);
    let id = said.expect(0).line();
    assert!(lab.read_back(id, "SOURCE1") == content, "{arguments:?}");
}

#[test]
fn gzip_at_every_concurrency() {
    at_once(&["1", "2", "4", "auto"], |concurrency| {
        let lab = Lab::new();
        is_stored(&lab, reads(), &["--concurrency", concurrency]);
        assert_eq!(sent(&lab, 0), [1, 2, 3, 4, 5, 6]);
    });
}

#[test]
fn a_length_that_is_a_multiple_of_the_part_size() {
    let content = material::fastq_of(2 * PART);
    let lab = Lab::new();
    is_stored(&lab, &content, &[]);
    assert_eq!(sent(&lab, 0), [1, 2]);
}

#[test]
fn a_part_of_the_usual_size_holds_all_of_it() {
    let lab = Lab::new();
    // The default is an option of its own here, and the last one counts.
    is_stored(&lab, reads(), &["--concurrency=2"]);
    let said = put(&lab, reads(), &["--fresh", "--name=other", "--output=json"]);
    said.expect(2);
    let piped = lab.put_command(&["-", "--name=large", "--output=json"]);
    let said = at_the_end_of(piped, reads());
    let document = said.expect(0).json();
    let read_set = &document["read_sets"][0];
    assert_eq!(read_set["files"], serde_json::json!(["-"]));
    assert_eq!(read_set["bytes"], reads().len());
    assert_eq!((&read_set["parts"], &read_set["parts_sent"]), (&1.into(), &1.into()));
}

fn at_the_end_of(mut command: std::process::Command, content: &[u8]) -> crate::lab::Said {
    use std::io::Write as _;
    let (reader, mut writer) = std::io::pipe().unwrap();
    command.arg("--sample=S1").stdin(reader);
    std::thread::scope(|scope| {
        scope.spawn(move || writer.write_all(content));
        Lab::run(command)
    })
}

#[test]
fn bgzf_fastq() {
    let content = bgzf(&material::reads("r{}", 14_000_000, 1000), 60_000);
    assert!(content.len() > PART);
    is_stored(&Lab::new(), &content, &["--type=fastq"]);
}

#[test]
fn what_samtools_makes() {
    let lab = Lab::new();
    for (file_type, path) in material::by_samtools(&lab).unwrap_or_default() {
        let content = fs::read(&path).unwrap();
        assert!(content.len() > PART, "{}", path.display());
        let given = ["--type", file_type, "--reference", REFERENCE, "--allow-sample-mismatch"];
        is_stored(&lab, &content, &[&given[..], &["--fresh"]].concat());
    }
}

#[test]
fn a_regular_file_is_read_as_a_pipe_is() {
    let lab = Lab::new();
    let path = lab.file("reads.fastq.gz", reads());
    let mut command = lab.put_command(&["-", "--name=file", "--sample=S1"]);
    command.stdin(fs::File::open(path).unwrap());
    let said = Lab::run(command);
    assert!(lab.read_back(said.expect(0).line(), "SOURCE1") == reads());
}

#[test]
fn parts_are_sent_again_from_memory() {
    at_once(
        &[
            "UploadReadSetPart:reset:within,every=2,times=6",
            "UploadReadSetPart:reset:after,nth=2",
            "UploadReadSetPart:wrong-checksum,every=3",
            "UploadReadSetPart:error:ThrottlingException,every=2,times=5",
            "UploadReadSetPart:lose-answer,part=3,times=2",
        ],
        |fault| {
            let lab = Lab::with_faults(&[fault]);
            is_stored(&lab, reads(), &["--concurrency=3"]);
            assert!(lab.count("UploadReadSetPart") > 6, "{fault}");
        },
    );
}

#[test]
fn what_the_service_loses_cannot_be_sent_again() {
    let lab = Lab::with_faults(&["ListReadSetUploadParts:hide-part,part=2"]);
    let said = put(&lab, reads(), &[]);
    said.expect(75);
    assert!(said.stderr.contains("part 2 is not listed"), "{}", said.stderr);
    assert_eq!((lab.read_sets(), lab.uploads()), (0, 1));
}
