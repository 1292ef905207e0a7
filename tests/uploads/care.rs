//! What is given up and what is left alone; state that is damaged, newer or not wanted.

use std::{fs, path::PathBuf};

use aws_sdk_omics::types::FileType;
use expect_test::expect;

use super::unfinished::{FAULT, content, put, run, unfinished};
use crate::{lab::Lab, running::Running};

/// Uploads of another program.
fn foreign(lab: &Lab, count: usize) {
    let (client, store) = (lab.client(), lab.store());
    lab.block_on(async {
        for number in 0..count {
            let create = client.create_multipart_read_set_upload().sequence_store_id(&store);
            let create = create.source_file_type(FileType::Ubam).name(format!("other {number}"));
            create.sample_id("s").subject_id("s").send().await.unwrap();
        }
    });
}

/// The only journal of a lab.
fn journal(lab: &Lab) -> PathBuf {
    let folder = lab.home().join(".local/state/omics-upload");
    let mut files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let journal = files.find(|path| path.extension().is_some_and(|end| end == "jsonl"));
    journal.expect("there is a journal")
}

#[test]
fn uploads_are_listed_in_columns() {
    let (lab, _) = unfinished(FAULT, 1);
    let said = run(&lab, &["uploads", "list"]);
    let shown = lab.plain(&said.expect(0).stdout);
    let cells: Vec<Vec<&str>> =
        shown.lines().map(|line| line.split_whitespace().collect()).collect();
    let heading = ["UPLOAD", "AGE", "TYPE", "NAME", "SAMPLE", "STORED", "LAST", "PART", "FROM"];
    assert_eq!(cells[0], heading);
    assert_eq!((cells[1][0], &cells[1][2..5]), ("ID", &["FASTQ", "reads", "reads"][..]));
    assert_eq!(&cells[1][5..7], ["10.0", "MiB"]);
    assert!(cells[1][7].ends_with('s'), "{shown}");
    assert!(cells[1][8].ends_with("reads.fastq.gz"), "{shown}");
}

#[test]
fn only_our_own_are_pruned_unless_all_are_meant() {
    let (lab, _) = unfinished(FAULT, 1);
    foreign(&lab, 101);
    assert_eq!(run(&lab, &["uploads", "list"]).expect(0).stdout.lines().count(), 103);
    let young = run(&lab, &["uploads", "prune", "--older-than=1h"]);
    assert_eq!(young.expect(0).stderr, "prune: nothing is that old\n");
    let shown = run(&lab, &["uploads", "prune", "--older-than=0s", "--dry-run"]);
    assert_eq!(shown.expect(0).stdout.lines().count(), 2);
    assert_eq!(lab.count("AbortMultipartReadSetUpload"), 0);
    run(&lab, &["uploads", "prune", "--older-than=0s"]).expect(0);
    assert_eq!(lab.count("AbortMultipartReadSetUpload"), 1);
    let shown = run(&lab, &["uploads", "prune", "--older-than=0s", "--all", "--dry-run"]);
    assert_eq!(shown.expect(0).stdout.lines().count(), 102);
}

#[test]
fn an_upload_that_a_process_works_on_is_not_aborted() {
    let lab = Lab::with_faults(&["UploadReadSetPart:stall,part=3"]);
    lab.file("reads.fastq.gz", &content());
    let arguments = ["reads.fastq.gz", "--part-size=5MiB", "--concurrency=1", "--progress=none"];
    let running = Running::start(lab.put_command(&arguments));
    lab.wait_until(|lab| {
        let listed = run(lab, &["uploads", "list", "--output=json"]).expect(0).json();
        listed["uploads"][0]["bytes_stored"] == 10 * 1024 * 1024
    });
    let listed = run(&lab, &["uploads", "list", "--output=json"]).expect(0).json();
    let id = listed["uploads"][0]["upload_id"].as_str().unwrap().to_owned();
    let refused = run(&lab, &["uploads", "abort", &id]);
    let process = format!("process {}", running.id());
    assert!(refused.expect(75).stderr.contains(&process), "{}", refused.stderr);
    running.signal("KILL");
    assert_eq!(running.finish().status, None);
    run(&lab, &["uploads", "abort", &id]).expect(0);
    assert_eq!(lab.uploads(), 0);
    let unknown = run(&lab, &["uploads", "abort", &id]);
    assert_eq!(unknown.status, Some(1));
    lab.shows(&unknown, &expect![[r"
        --- stderr
        error: upload ID: it is not aborted
          caused by: AbortMultipartReadSetUpload failed: ResourceNotFoundException: The specified multipart upload does not exist. (request ID REQUEST_ID)

        hint: `omics-upload uploads list` lists the unfinished uploads
        --- status 1
    "]]);
}

#[test]
fn a_damaged_record_is_put_aside_and_the_store_is_asked() {
    let (lab, _) = unfinished(FAULT, 1);
    let path = journal(&lab);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("\"entry\":\"upload\"", "\"entry\":\"upl\"", 1)).unwrap();
    let before = lab.count("UploadReadSetPart");
    let said = put(&lab, &[]);
    assert!(said.expect(0).stderr.contains("line 3, is damaged"), "{}", said.stderr);
    assert_eq!(lab.count("UploadReadSetPart") - before, 1);
    assert!(path.with_extension("damaged").exists());
    assert_eq!((lab.read_sets(), lab.uploads()), (1, 0));
}

#[test]
fn a_record_of_a_newer_version_is_refused() {
    let (lab, _) = unfinished(FAULT, 1);
    let path = journal(&lab);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("\"version\":1", "\"version\":2", 1)).unwrap();
    let before = lab.requests().len();
    let said = put(&lab, &[]);
    assert!(
        said.expect(2).stderr.contains("was written by a newer omics-upload"),
        "{}",
        said.stderr
    );
    assert_eq!(lab.requests().len(), before, "nothing was sent");
}

#[test]
fn what_was_begun_can_be_forgotten() {
    let (lab, _) = unfinished(FAULT, 1);
    let before = lab.count("UploadReadSetPart");
    let said = put(&lab, &["--fresh"]);
    assert!(said.expect(0).stderr.contains("is not taken up, as asked"), "{}", said.stderr);
    assert_eq!(lab.count("UploadReadSetPart") - before, 3);
    assert_eq!((lab.read_sets(), lab.uploads()), (1, 1));
}

#[test]
fn without_a_fingerprint_only_this_machine_can_go_on() {
    for forget in [false, true] {
        let mut lab = Lab::with_faults(&[FAULT]);
        lab.file("reads.fastq.gz", &content());
        put(&lab, &["--no-fingerprint"]).expect(1);
        lab.restart_sandbox(&[]);
        if forget {
            fs::remove_file(journal(&lab)).unwrap();
        }
        let before = lab.count("UploadReadSetPart");
        let said = put(&lab, &["--no-fingerprint"]);
        let id = said.expect(0).line();
        assert_eq!(lab.count("UploadReadSetPart") - before, if forget { 3 } else { 1 });
        assert!(tags(&lab, id).is_empty());
        assert!(lab.read_back(id, "SOURCE1") == content());
    }
    let (lab, _) = unfinished(FAULT, 1);
    let said = put(&lab, &[]);
    let tags = tags(&lab, said.expect(0).line());
    assert!(tags["omics-upload"].starts_with("1:5242880:"), "{tags:?}");
}

/// The tags that a read set carries.
fn tags(lab: &Lab, id: &str) -> std::collections::HashMap<String, String> {
    let (client, store) = (lab.client(), lab.store());
    lab.block_on(async {
        let list = client.list_read_sets().sequence_store_id(&store).send().await.unwrap();
        let found = list.read_sets().iter().find(|found| found.id() == id).unwrap();
        let tags = client.list_tags_for_resource().resource_arn(found.arn()).send().await.unwrap();
        tags.tags().clone()
    })
}
