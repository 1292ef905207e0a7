//! Uploads that another machine is sending to, and what lists say of them.

use std::time::Duration;

use serde_json::json;

use super::hostile::{Hostile, Reply, STORE, ago};
use crate::lab::Lab;

const ID: &str = "1000000001";

/// An upload that was begun two days ago, with parts of both sources: when SOURCE2's came.
fn begun(last: Duration) -> Hostile {
    begun_by("reads", last)
}

fn begun_by(name: &'static str, last: Duration) -> Hostile {
    Hostile::start(move |request, _| {
        let day = Duration::from_hours(24);
        Some(match request.operation {
            "ListMultipartReadSetUploads" => Reply::Json(
                200,
                json!({ "uploads": [{ "sequenceStoreId": STORE, "uploadId": ID,
                    "sourceFileType": "FASTQ", "subjectId": "s", "sampleId": "s",
                    "generatedFrom": "", "referenceArn": "", "name": name, "creationTime": ago(2 * day),
                    "tags": {} }] }),
            ),
            "ListReadSetUploadParts" => {
                let is_first = String::from_utf8_lossy(&request.body).contains("SOURCE1");
                let (source, updated) =
                    if is_first { ("SOURCE1", ago(day)) } else { ("SOURCE2", ago(last)) };
                Reply::Json(
                    200,
                    json!({ "parts": [{ "partNumber": 1, "partSize": 10, "partSource": source,
                        "checksum": "c", "creationTime": ago(2 * day), "lastUpdatedTime": updated }] }),
                )
            }
            _ => Reply::Json(200, json!({})),
        })
    })
}

#[test]
fn prune_active_upload() {
    let lab = Lab::new();
    for (older, last, pruned) in [
        ("1h", 10, false),
        ("1h", 3590, false),
        ("1h", 3700, true),
        // Nobody knows how long another machine needs for a part.
        ("1s", 10, false),
        ("1s", 890, false),
        ("1s", 910, true),
    ] {
        let hostile = begun(Duration::from_secs(last));
        let older = format!("--older-than={older}");
        let prune = ["uploads", "prune", "--all", &older];
        let shown = hostile.run(&lab, &[&prune[..], &["--dry-run"]].concat());
        assert_eq!(shown.expect(0).stdout.contains(ID), pruned, "{last}");
        let said = hostile.run(&lab, &prune);
        let words = if pruned { ID } else { "nothing is that old" };
        assert_eq!(said.expect(0).stderr, format!("prune: {words}\n"));
        assert_eq!(hostile.count("AbortMultipartReadSetUpload"), usize::from(pruned));
    }
}

#[test]
fn an_upload_that_another_machine_sends_to_is_aborted_with_force_only() {
    let lab = Lab::new();
    let hostile = begun(Duration::from_mins(5));
    let said = hostile.run(&lab, &["uploads", "abort", ID]);
    let age = "it received a part 5m ago, and no process on this machine sent it\n\nhint: ";
    assert!(said.expect(75).stderr.starts_with(&format!("error: upload {ID}: {age}")));
    assert_eq!(hostile.count("AbortMultipartReadSetUpload"), 0);
    hostile.run(&lab, &["uploads", "abort", ID, "--force"]).expect(0);
    assert_eq!(hostile.count("AbortMultipartReadSetUpload"), 1);
    let at_rest = begun(Duration::from_mins(16));
    at_rest.run(&lab, &["uploads", "abort", ID]).expect(0);
    assert_eq!(at_rest.count("AbortMultipartReadSetUpload"), 1);
}

#[test]
fn the_last_part_is_listed() {
    let lab = Lab::new();
    let hostile = begun(Duration::from_mins(5));
    let listed = hostile.run(&lab, &["uploads", "list", "--output=json"]).expect(0).json();
    let last: jiff::Timestamp =
        listed["uploads"][0]["last_part_at"].as_str().unwrap().parse().unwrap();
    let age = jiff::Timestamp::now().as_second() - last.as_second();
    assert!((300..400).contains(&age), "{age}");
    let text = hostile.run(&lab, &["uploads", "list"]);
    let line = text.expect(0).stdout.lines().nth(1).unwrap();
    assert!(line.contains("20 B") && line.contains("  5m  "), "{line}");
    let none = Hostile::start(|request, _| match request.operation {
        "ListReadSetUploadParts" => Some(Reply::Json(200, json!({ "parts": [] }))),
        _ => None,
    });
    none.run(&lab, &["put", super::hostile::unaligned().to_str().unwrap(), "-q"]);
    let listed = none.run(&lab, &["uploads", "list", "--output=json"]).expect(0).json();
    assert_eq!(listed["uploads"][0]["last_part_at"], json!(null));
}

#[test]
fn json_has_no_characters_that_a_terminal_acts_on() {
    let lab = Lab::new();
    let name = "a\u{9b}31m\u{85}\u{7f}\u{202e}\u{2066}\u{2028}\u{feff}é";
    let hostile = begun_by(name, Duration::from_mins(5));
    let said = hostile.run(&lab, &["uploads", "list", "--output=json"]);
    let wanted = r#""name":"a\u009b31m\u0085\u007f\u202e\u2066\u2028\ufeffé""#;
    assert!(said.expect(0).stdout.contains(wanted), "{}", said.stdout);
    assert_eq!(said.json()["uploads"][0]["name"], name);
}
