//! `uploads`, `resume` and `--if-exists`.

use super::unfinished::{FAULT, content, put, run, unfinished};
use crate::lab::Lab;

fn upload_id(lab: &Lab) -> String {
    let document = run(lab, &["uploads", "list", "--output=json"]).expect(0).json();
    document["uploads"][0]["upload_id"].as_str().unwrap().to_owned()
}

#[test]
fn an_unfinished_upload_is_listed_with_what_is_known_of_it() {
    let (lab, _) = unfinished(FAULT, 1);
    let document = run(&lab, &["uploads", "list", "--output=json"]).expect(0).json();
    let upload = &document["uploads"][0];
    assert_eq!(upload["ours"], true);
    assert_eq!(upload["name"], "reads");
    assert_eq!(upload["bytes_stored"], 10 * 1024 * 1024);
    let file = lab.path("reads.fastq.gz").to_string_lossy().into_owned();
    assert_eq!(upload["files"], serde_json::json!([file]));
    let id = upload["upload_id"].as_str().unwrap();
    let parts = run(&lab, &["uploads", "parts", id, "--output=json"]).expect(0).json();
    let numbers: Vec<_> =
        parts["parts"].as_array().unwrap().iter().map(|part| part["part"].clone()).collect();
    assert_eq!(numbers, [1, 2]);
    let parts = run(&lab, &["uploads", "parts", id, "--limit=1", "--source=1"]);
    assert_eq!(parts.expect(0).stdout.lines().count(), 2);
    let parts = run(&lab, &["uploads", "parts", id, "--source=2"]);
    assert_eq!(parts.expect(0).stdout.lines().count(), 1);
}

#[test]
fn the_same_command_and_resume_go_on() {
    for by_resume in [false, true] {
        let (lab, _) = unfinished(FAULT, 1);
        let before = lab.count("UploadReadSetPart");
        let said = if by_resume { run(&lab, &["resume", "-q"]) } else { put(&lab, &[]) };
        said.expect(0);
        assert_eq!(lab.count("UploadReadSetPart") - before, 1);
        assert_eq!((lab.read_sets(), lab.uploads()), (1, 0));
        assert!(lab.read_back(said.line(), "SOURCE1") == content());
        let said = run(&lab, &["resume"]);
        assert_eq!(
            said.expect(0).stderr,
            "nothing is to be resumed: this machine knows of no unfinished upload\n"
        );
    }
}

#[test]
fn an_upload_goes_on_by_its_id_and_files_without_state() {
    let (lab, _) = unfinished(FAULT, 1);
    let id = upload_id(&lab);
    let before = lab.count("UploadReadSetPart");
    let elsewhere = ["--state-dir", "elsewhere"];
    let said = run(&lab, &[&["resume", &id][..], &elsewhere].concat());
    assert!(said.expect(2).stderr.contains(&format!("this machine knows nothing of upload {id}")));
    lab.file("other.fastq.gz", b"another content");
    let said = run(&lab, &[&["resume", &id, "other.fastq.gz"][..], &elsewhere].concat());
    assert!(said.expect(2).stderr.contains("was begun with another content"));
    let said = run(&lab, &[&["resume", &id, "reads.fastq.gz", "-q"][..], &elsewhere].concat());
    said.expect(0);
    assert_eq!(lab.count("UploadReadSetPart") - before, 1);
    assert!(lab.read_back(said.line(), "SOURCE1") == content());
}

#[test]
fn an_upload_is_given_up() {
    let (lab, _) = unfinished(FAULT, 1);
    let id = upload_id(&lab);
    let said = run(&lab, &["uploads", "prune", "--older-than=1d"]);
    assert_eq!(said.expect(0).stderr, "prune: nothing is that old\n");
    run(&lab, &["uploads", "abort", &id]).expect(0);
    assert_eq!(lab.uploads(), 0);
    let said = run(&lab, &["uploads", "abort", &id]);
    assert!(said.expect(1).stderr.starts_with(&format!("error: upload {id}: it is not aborted\n")));
    let said = run(&lab, &["resume"]);
    assert!(said.expect(0).stderr.starts_with("nothing is to be resumed"));
}

#[test]
fn what_is_there_is_skipped_or_refused_as_asked() {
    let lab = Lab::new();
    lab.file("reads.fastq.gz", &content());
    let first = put(&lab, &["--if-exists=skip"]);
    first.expect(0);
    let second = put(&lab, &["--if-exists=skip"]);
    assert_eq!(second.expect(0).stdout, first.stdout);
    let document = put(&lab, &["--if-exists=skip", "--output=json"]).expect(0).json();
    assert_eq!(document["read_sets"][0]["status"], "skipped");
    put(&lab, &["--if-exists=fail"]).expect(1);
    assert_eq!(lab.read_sets(), 1);
}

#[test]
fn a_completed_upload_that_stays_listed_does_not_spoil_the_list() {
    let lab = Lab::with_faults(&[
        "CompleteMultipartReadSetUpload:keep-listed",
        "CompleteMultipartReadSetUpload:processing:1h",
    ]);
    lab.file("reads.fastq.gz", &content());
    put(&lab, &["--no-wait"]).expect(0);
    assert_eq!(lab.uploads(), 1);
    let said = run(&lab, &["uploads", "list"]);
    assert_eq!(said.expect(0).stdout.lines().count(), 2, "{}", said.stdout);
}

#[test]
fn what_cannot_be_resumed_does_not_stop_the_rest_and_is_not_passed_over() {
    let (mut lab, _) = unfinished(FAULT, 1);
    let gone = lab.file("gone.fastq.gz", &content());
    lab.restart_sandbox(&[FAULT]);
    lab.put(&["gone.fastq.gz", "--part-size=5MiB", "--progress=none"]).expect(1);
    lab.restart_sandbox(&[]);
    std::fs::remove_file(gone).unwrap();
    let said = run(&lab, &["resume", "-q"]);
    assert!(said.expect(3).stderr.contains("gone.fastq.gz"), "{}", said.stderr);
    assert_eq!(lab.read_sets(), 1);
}
