//! What receipts say, after all kinds of ends.

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use serde_json::{Value, json};

use super::valid;
use crate::{
    files::{bgzf, fastq, gzip, plain_bam},
    lab::{Lab, data},
    material::{self, PART},
};

fn sha256(bytes: &[u8]) -> String {
    omics_upload::types::Sha256::of(bytes).to_string()
}

/// The receipts in the state folder.
fn kept(lab: &Lab) -> Vec<PathBuf> {
    let folder = lab.home().join(".local/state/omics-upload/receipts");
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// The ID that the service gave a request.
fn request_id(lab: &Lab, operation: &str) -> Value {
    let requests = lab.requests();
    let mut found = requests.iter().filter(|request| request["operation"] == operation);
    found.next_back().unwrap()["request_id"].clone()
}

#[test]
fn a_pair_with_everything_said_of_it() {
    let lab = Lab::new();
    let contents = material::pair(5_400_000);
    for (name, content) in ["s_R1.fastq.gz", "s_R2.fastq.gz"].iter().zip(&contents) {
        lab.file(name, content);
    }
    let said = lab.put(&[
        "s_R2.fastq.gz",
        "s_R1.fastq.gz",
        "--part-size=5MiB",
        "--tag=project=p 1",
        "--description=all of it",
        "--generated-from=run 7",
        "--subject=P1",
        "--receipt=r.json",
    ]);
    let id = said.expect(0).line();
    let receipt = valid::one(&lab.path("r.json"));
    assert_eq!(receipt["read_set_id"], id);
    assert_eq!(receipt["status"], "active");
    assert_eq!(receipt["store_id"], lab.store());
    assert_eq!(receipt["endpoint"], lab.url());
    assert_eq!(receipt["region"], "us-east-1");
    assert_eq!(receipt["requests"]["create"], request_id(&lab, "CreateMultipartReadSetUpload"));
    assert_eq!(receipt["requests"]["complete"], request_id(&lab, "CompleteMultipartReadSetUpload"));
    let fields = &receipt["fields"];
    assert_eq!((&fields["name"], &fields["sample_id"]), (&json!("s"), &json!("s")));
    assert_eq!((&fields["subject_id"], &fields["file_type"]), (&json!("P1"), &json!("FASTQ")));
    assert_eq!(fields["generated_from"], "run 7");
    assert_eq!(fields["tags"]["project"], "p 1");
    assert!(fields["tags"]["omics-upload"].is_string(), "{fields}");
    let files = receipt["files"].as_array().unwrap();
    for (at, (file, content)) in files.iter().zip(&contents).enumerate() {
        let name = format!("s_R{}.fastq.gz", at + 1);
        assert_eq!(file["source"], format!("SOURCE{}", at + 1));
        assert_eq!((&file["path"], &file["name"]), (&json!(name), &json!(name)));
        assert_eq!(file["absolute_path"], lab.path(&name).to_str().unwrap());
        assert_eq!(file["bytes"], content.len());
        assert!(file["modified"].is_string(), "{file}");
    }
    holds_parts_of(&receipt, &[&contents[0], &contents[1]], PART);
    let checks: Vec<_> = receipt["checks"].as_array().unwrap().iter().collect();
    let has = |check: &str, result: &str| {
        checks.iter().any(|one| one["check"] == check && one["result"] == result)
    };
    assert!(has("parts", "passed") && has("end", "undecided"), "{checks:#?}");
    let [state] = &kept(&lab)[..] else { panic!() };
    assert_eq!(valid::one(state), receipt);
    assert_eq!(fs::metadata(state).unwrap().permissions().mode() & 0o777, 0o600);
    assert_ne!(fs::metadata(lab.path("r.json")).unwrap().permissions().mode() & 0o044, 0);
}

/// Holds the parts of a receipt against the contents that were sent.
#[track_caller]
fn holds_parts_of(receipt: &Value, contents: &[&[u8]], size: usize) {
    let mut parts = receipt["parts"].as_array().unwrap().iter();
    for (at, content) in contents.iter().enumerate() {
        for (number, bytes) in content.chunks(size).enumerate() {
            let part = parts.next().unwrap();
            assert_eq!(part["source"], format!("SOURCE{}", at + 1));
            assert_eq!(
                (&part["number"], &part["offset"]),
                (&json!(number + 1), &json!(number * size))
            );
            assert_eq!(
                (&part["bytes"], &part["sha256"]),
                (&json!(bytes.len()), &json!(sha256(bytes)))
            );
            assert!(!part["checksum"].as_str().unwrap().is_empty());
        }
    }
    assert_eq!(parts.next(), None);
}

#[test]
fn several_read_sets_and_one_that_fails() {
    let lab = Lab::with_faults(&["UploadReadSetPart:error:AccessDeniedException,nth=1"]);
    let content = bgzf(&plain_bam(b"@RG\tID:1\tSM:NA1\n", &[]), 1000);
    lab.file("a.bam", &content);
    lab.file("b.bam", &content);
    lab.put(&["a.bam", "b.bam", "--concurrency=1", "--receipt=r.json"]).expect(3);
    let receipts = valid::all(&lab.path("r.json"));
    let of = |name: &str| receipts.iter().find(|one| one["files"][0]["path"] == name).unwrap();
    let names: Vec<_> = receipts.iter().map(|one| one["files"][0]["path"].clone()).collect();
    assert_eq!(names, ["a.bam", "b.bam"]);
    let failed = receipts.iter().find(|one| one["status"] == "failed").unwrap();
    assert_eq!(failed["error"]["kind"], "denied");
    assert!(failed["error"]["request_id"].is_string());
    assert_eq!((&failed["read_set_id"], &failed["parts"]), (&Value::Null, &json!([])));
    assert_eq!(kept(&lab).len(), 2);
    // The same command goes on, and its receipt takes the place of the first.
    lab.put(&["a.bam", "b.bam", "--receipt=r.json", "--if-exists=skip"]).expect(0);
    let again = valid::all(&lab.path("r.json"));
    let mut statuses: Vec<_> = again.iter().map(|one| one["status"].as_str().unwrap()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, ["active", "skipped"]);
    assert_eq!(kept(&lab).len(), 2);
    let whole = kept(&lab).iter().map(|path| valid::one(path)).collect::<Vec<_>>();
    assert!(whole.iter().all(|one| one["status"] == "active"), "{whole:#?}");
    assert_eq!(of("a.bam")["fields"]["sample_id"], "NA1");
    // What hangs together in a file was followed while it was sent.
    let receipt = whole.iter().find(|one| one["files"][0]["path"] == "a.bam").unwrap();
    let checks = receipt["checks"].as_array().unwrap();
    let walks: Vec<_> = checks.iter().filter(|check| check["check"] == "walk").collect();
    assert_eq!((walks.len(), &walks[0]["result"]), (1, &json!("passed")), "{checks:#?}");
    assert!(walks[0]["text"].as_str().unwrap().contains("`a.bam`"), "{walks:?}");
}

#[test]
fn an_upload_that_is_resumed() {
    let lab = Lab::with_faults(&["UploadReadSetPart:error:AccessDeniedException,part=3,times=1"]);
    let content = material::stored(&material::reads("r{}", 13_000_000, 1000));
    lab.file("s.fastq.gz", &content);
    let put = ["s.fastq.gz", "--part-size=5MiB", "--concurrency=1", "--sample=S1"];
    lab.put(&put).expect(1);
    let [failed] = &kept(&lab)[..] else { panic!() };
    let failed = valid::one(failed);
    assert_eq!(failed["parts"].as_array().unwrap().len(), 2);
    let upload = failed["upload_id"].as_str().unwrap().to_owned();
    let store = lab.store();
    let resume = ["resume", &upload, "--store", &store, "--receipt", "resumed.json"];
    let id = Lab::run(lab.command(resume)).expect(0).line().to_owned();
    let said = valid::one(&lab.path("resumed.json"));
    assert_eq!((&said["read_set_id"], &said["upload_id"]), (&json!(id), &json!(upload)));
    holds_parts_of(&said, &[&content], PART);
    let reused: Vec<_> =
        said["parts"].as_array().unwrap().iter().map(|part| part["reused"] == true).collect();
    assert_eq!(reused[..2], [true, true]);
    assert!(!reused[2..].contains(&true), "{reused:?}");
    // What only the first run saw is in the receipt that is kept.
    assert_eq!(said["requests"]["create"], Value::Null);
    let [kept] = &kept(&lab)[..] else { panic!() };
    let kept = valid::one(kept);
    assert_eq!(kept["requests"]["create"], failed["requests"]["create"]);
    assert_eq!(kept["status"], "active");
    assert!(kept["checks"].as_array().unwrap().iter().any(|check| check["check"] == "end"));
}

#[test]
fn a_read_set_that_was_completed_and_not_yet_seen() {
    let lab = Lab::with_faults(&["CompleteMultipartReadSetUpload:processing:1h"]);
    lab.copy("pysam-tests/test_unaligned.bam", "u.bam");
    let id = lab.put(&["u.bam", "--wait-timeout=1s"]).expect(5).line().to_owned();
    let [first] = &kept(&lab)[..] else { panic!() };
    let first = valid::one(first);
    assert_eq!((&first["status"], &first["read_set_id"]), (&json!("completed"), &json!(id)));
    let said = lab.put(&["u.bam", "--no-wait", "--receipt=r.json"]);
    assert_eq!(said.expect(0).line(), id);
    let second = valid::one(&lab.path("r.json"));
    assert_eq!(second["parts"].as_array().unwrap().len(), 1);
    assert_eq!(second["parts"][0]["reused"], true);
    let [kept] = &kept(&lab)[..] else { panic!() };
    let kept = valid::one(kept);
    assert_eq!(kept["upload_id"], first["upload_id"]);
    assert_eq!(kept["requests"], first["requests"]);
}

#[test]
fn standard_input() {
    let lab = Lab::new();
    let content = gzip(&fastq(&["r1", "r2"]));
    let path = lab.file("x.fastq.gz", &content);
    let mut command = lab.put_command(&["-", "--name=x", "--sample=S1", "--receipt=r.json"]);
    command.stdin(fs::File::open(path).unwrap());
    Lab::run(command).expect(0);
    let receipt = valid::one(&lab.path("r.json"));
    let file = &receipt["files"][0];
    assert_eq!((&file["path"], &file["bytes"]), (&json!("-"), &json!(content.len())));
    assert_eq!((&file["sha256"], &file["modified"]), (&json!(sha256(&content)), &Value::Null));
    assert!(receipt["checks"].as_array().unwrap().iter().any(|check| check["check"] == "end"));
}

#[test]
fn checksums_that_prove_nothing_are_said_to() {
    let lab = Lab::with_faults(&[
        "UploadReadSetPart:opaque-checksum",
        "ListReadSetUploadParts:opaque-checksum",
    ]);
    lab.copy("pysam-tests/test_unaligned.bam", "u.bam");
    lab.put(&["u.bam", "--receipt=r.json"]).expect(0);
    let receipt = valid::one(&lab.path("r.json"));
    let checks = receipt["checks"].as_array().unwrap();
    let parts = checks.iter().find(|check| check["check"] == "parts").unwrap();
    assert_eq!(parts["result"], "note", "{parts}");
}

#[test]
fn a_sandbox_that_is_forgotten_leaves_a_receipt_only_if_asked() {
    let lab = Lab::new();
    let path = data("pysam-tests/test_unaligned.bam").to_string_lossy().into_owned();
    let put = ["put", "--sandbox", &path, "--receipt", "r.json"];
    Lab::run(lab.command(&put[..3])).expect(0);
    Lab::run(lab.command(put)).expect(0);
    valid::one(&lab.path("r.json"));
    assert!(kept(&lab).is_empty());
    Lab::run(lab.command(["put", "--sandbox=box", &path])).expect(0);
    assert_eq!(kept(&lab).len(), 1);
}
