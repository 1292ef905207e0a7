//! What is not proven, or cannot go, stays as it is.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::{PermissionsExt as _, symlink},
};

use serde_json::json;

use super::{PAIR, fastq, names, put, receipt, results, with_pair};
use crate::{files::gzip, lab::Lab, material, running::Running};

#[test]
fn types_whose_etag_cannot_be_compared_stay_and_that_is_said_before_and_after() {
    let lab = Lab::new();
    lab.file("u.bam", &material::ubam(100_000));
    lab.file("a.fastq.gz", &fastq());
    let said = put(&lab, "delete", &["u.bam", "a.fastq.gz", "--output=json"]);
    said.expect(0);
    assert_eq!(names(&lab, ""), ["u.bam"]);
    assert!(
        said.stderr.contains("`u.bam` will be left in place: the ETag of a UBAM read set"),
        "{}",
        said.stderr
    );
    let reason = "the ETag of a UBAM read set cannot be compared";
    assert!(said.stderr.contains(&format!("`u.bam`: left in place: {reason}")), "{}", said.stderr);
    let left = json!([{ "result": "left", "reason": reason }]);
    assert_eq!(said.json()["read_sets"][0]["when_proven"], left);
    assert_eq!(said.json()["read_sets"][1]["when_proven"], json!([{ "result": "deleted" }]));
}

#[test]
fn without_the_option_documents_are_as_they_were() {
    let lab = Lab::new();
    lab.file("a.fastq.gz", &fastq());
    let said = lab.put(&["a.fastq.gz", "--verify", "--output=json"]);
    assert!(!said.stdout.contains("when_proven"), "{}", said.stdout);
    assert_eq!(receipt(&lab)["files"][0].get("disposal"), None);
}

#[test]
fn another_etag_leaves_the_files() {
    let other = "00".repeat(16);
    let (lab, _) = with_pair(&[&format!("GetReadSetMetadata:etag:FASTQ_MD5up/{other}/{other}")]);
    put(&lab, "delete", &PAIR).expect(4);
    assert_eq!(names(&lab, ""), ["done", PAIR[0], PAIR[1]]);
    assert_eq!(results(&receipt(&lab)), ["left", "left"]);
}

#[test]
fn an_etag_made_in_another_way_leaves_the_files() {
    let other = "00".repeat(32);
    let (lab, _) = with_pair(&[&format!("GetReadSetMetadata:etag:FASTQ_SHA256up/{other}/{other}")]);
    put(&lab, "delete", &PAIR).expect(5);
    assert_eq!(names(&lab, ""), ["done", PAIR[0], PAIR[1]]);
}

#[test]
fn opaque_checksums_leave_the_files() {
    let (lab, _) = with_pair(&["*:opaque-checksum"]);
    let said = put(&lab, "delete", &PAIR);
    said.expect(0);
    assert_eq!(names(&lab, ""), ["done", PAIR[0], PAIR[1]]);
    assert!(
        said.stderr.contains("left in place: the service confirmed 0 of 2 parts by SHA-256"),
        "{}",
        said.stderr
    );
}

#[test]
fn what_is_skipped_stays() {
    let (lab, _) = with_pair(&[]);
    lab.put(&PAIR).expect(0);
    let said = put(&lab, "delete", &[&PAIR[..], &["--if-exists=skip"]].concat());
    said.expect(0);
    assert_eq!(names(&lab, ""), ["done", PAIR[0], PAIR[1]]);
    assert!(said.stderr.contains("left in place: nothing was uploaded"), "{}", said.stderr);
}

/// Uploads a pair, and does something to its files when all of it was sent.
fn meanwhile(action: &str, change: fn(&Lab)) -> (Lab, crate::lab::Said) {
    let (lab, _) = with_pair(&["GetReadSetMetadata:latency:2s"]);
    let action = format!("--when-proven={action}");
    let arguments = ["--verify", &action, PAIR[0], PAIR[1], "--output=json"];
    let running = Running::start(lab.put_command(&arguments));
    lab.wait_for("CompleteMultipartReadSetUpload", 1);
    lab.wait_until(|lab| lab.read_sets() == 1);
    change(&lab);
    let said = running.finish();
    (lab, said)
}

#[test]
fn files_that_changed_since_stay_with_their_mates() {
    type Change = (&'static str, &'static str, fn(&Lab));
    let cases: [Change; 6] = [
        ("delete", "its permissions, owner or links changed", |lab| {
            fs::set_permissions(lab.path(PAIR[1]), fs::Permissions::from_mode(0o600)).unwrap();
        }),
        ("move:done", "its size differs", |lab| {
            let file = fs::File::options().append(true).open(lab.path(PAIR[1]));
            file.unwrap().write_all(b"more").unwrap();
        }),
        ("delete", "another file was put in its place", |lab| {
            let copy = lab.path("copy");
            fs::copy(lab.path(PAIR[1]), &copy).unwrap();
            fs::rename(copy, lab.path(PAIR[1])).unwrap();
        }),
        ("delete", "its permissions, owner or links changed", |lab| {
            fs::rename(lab.path(PAIR[1]), lab.path("away")).unwrap();
            symlink("away", lab.path(PAIR[1])).unwrap();
        }),
        ("move:done", "s_R2.fastq.gz` exists already", |lab| {
            fs::write(lab.path("done").join(PAIR[1]), "other").unwrap();
        }),
        ("move:done", "it cannot be opened: ", |lab| {
            fs::rename(lab.path(PAIR[1]), lab.path("away")).unwrap();
        }),
    ];
    crate::lab::at_once(&cases, |(action, why, change)| {
        let (lab, said) = meanwhile(action, *change);
        said.expect(1);
        let read_set = &said.json()["read_sets"][0];
        assert_eq!((&read_set["status"], &read_set["error"]), (&json!("active"), &json!(null)));
        assert!(lab.path(PAIR[0]).exists());
        assert!(
            said.stderr.contains("`s_R1.fastq.gz`: left in place: its mate stays"),
            "{why}: {}",
            said.stderr
        );
        let second =
            said.stderr.lines().find(|line| line.contains("`s_R2.fastq.gz`: left in place"));
        assert!(second.is_some_and(|line| line.contains(why)), "{why}: {}", said.stderr);
        assert_eq!(results(&receipt(&lab)), ["left", "left"]);
        if *why == "s_R2.fastq.gz` exists already" {
            assert_eq!(fs::read(lab.path("done").join(PAIR[1])).unwrap(), b"other");
        }
    });
}

#[test]
fn a_receipt_that_cannot_be_written_first_keeps_the_files() {
    let (lab, said) = meanwhile("delete", |lab| {
        // Something that is no folder, where the folder of receipts belongs.
        let state = lab.home().join(".local/state/omics-upload");
        fs::write(state.join("receipts"), "").unwrap();
    });
    said.expect(1);
    assert!(
        said.stderr.contains("left in place: its receipt could not be written first"),
        "{}",
        said.stderr
    );
    assert_eq!(names(&lab, ""), ["done", PAIR[0], PAIR[1]]);
}

#[test]
fn one_read_set_that_fails_keeps_its_files_and_no_others() {
    let lab = Lab::new();
    lab.file("a.fastq.gz", &fastq());
    // Too much to be looked at whole beforehand: a base is missing in the middle.
    let mut random = fastrand::Rng::with_seed(7);
    let mut read = |length| {
        let bases: String =
            (0..length).map(|_| random.choice(['A', 'C', 'G', 'T']).unwrap()).collect();
        format!("@r\n{bases}\n+\n{}\n", "I".repeat(100))
    };
    let text: String = (0..40_000).map(|at| read(if at == 20_000 { 99 } else { 100 })).collect();
    lab.file("b.fastq.gz", &gzip(text.as_bytes()));
    fs::create_dir(lab.path("done")).unwrap();
    put(&lab, "move:done", &["a.fastq.gz", "b.fastq.gz"]).expect(3);
    assert_eq!(
        (names(&lab, ""), names(&lab, "done")),
        (vec!["b.fastq.gz".to_owned(), "done".to_owned()], vec!["a.fastq.gz".to_owned()])
    );
}
