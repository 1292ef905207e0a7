//! `--when-proven` for the rows of a sheet.

use std::{fs, os::unix::fs::symlink};

use super::{batch, lines, singles};
use crate::lab::Lab;

#[test]
fn files_that_are_gone_because_they_were_proven_are_no_loss() {
    let lab = Lab::new();
    singles(&lab, 3);
    fs::rename(lab.path("s02.fastq.gz"), lab.path("real.fastq.gz")).unwrap();
    symlink("real.fastq.gz", lab.path("s02.fastq.gz")).unwrap();
    let said = batch(&lab, &["s.csv", "--verify", "--when-proven=delete"]);
    let ids = lines(said.expect(0));
    for (file, is_there) in [("s00", false), ("s01", false), ("s02", false), ("real", true)] {
        assert_eq!(lab.path(&format!("{file}.fastq.gz")).exists(), is_there, "{file}");
    }
    let before = lab.requests().len();
    let again = batch(&lab, &["s.csv", "--verify", "--when-proven=delete"]);
    assert_eq!(lines(again.expect(0)), ids);
    assert_eq!(lines(batch(&lab, &["s.csv"]).expect(0)), ids);
    assert_eq!(lab.requests().len(), before);
}

#[test]
fn a_file_that_another_took_away_is_missed() {
    let lab = Lab::new();
    singles(&lab, 2);
    batch(&lab, &["s.csv"]).expect(0);
    // What was finished before is no proof of this run.
    let later = batch(&lab, &["s.csv", "--verify", "--when-proven=delete"]);
    let expected = "leaves the files of 2 rows that were finished before";
    assert!(later.expect(0).stderr.contains(expected), "{}", later.stderr);
    assert!(lab.path("s00.fastq.gz").exists());
    fs::remove_file(lab.path("s01.fastq.gz")).unwrap();
    let said = batch(&lab, &["s.csv"]);
    said.expect(2);
    assert!(said.stderr.contains("s.csv:3: fastq_1: "), "{}", said.stderr);
}

#[test]
fn a_wish_that_cannot_be_met_is_refused_first() {
    let lab = Lab::new();
    singles(&lab, 2);
    for (arguments, expected) in [
        (&["s.csv", "--when-proven=delete"][..], "needs `--verify`"),
        (&["s.csv", "--verify", "--when-proven=move:nowhere"], "nowhere"),
    ] {
        let said = batch(&lab, arguments);
        said.expect(2);
        assert!(said.stderr.contains(expected), "{}", said.stderr);
    }
    assert_eq!(lab.requests().len(), 0);
}

/// What comes later knows the rows whose files are gone.
#[test]
fn rows_whose_files_are_gone_stay_finished() {
    let lab = Lab::new();
    singles(&lab, 2);
    let said = batch(&lab, &["s.csv", "--verify", "--when-proven=delete"]);
    let ids: Vec<_> = lines(said.expect(0)).into_iter().map(str::to_owned).collect();
    let changed = "sample,fastq_1\nOTHER,s00.fastq.gz\nS01,s01.fastq.gz\n";
    lab.file("s.csv", changed.as_bytes());
    let refused = batch(&lab, &["s.csv"]);
    refused.expect(2);
    assert!(refused.stderr.contains("whose `sample_id` is `S00`"), "{}", refused.stderr);
    super::single(&lab, "new.fastq.gz", "new");
    let more = "sample,fastq_1\nS01,s01.fastq.gz\nS00,s00.fastq.gz\nN,new.fastq.gz\n";
    lab.file("s.csv", more.as_bytes());
    let grown = batch(&lab, &["s.csv"]);
    let grown: Vec<_> = lines(grown.expect(0)).into_iter().map(str::to_owned).collect();
    assert_eq!(grown[..2], [ids[1].clone(), ids[0].clone()]);
    let status = Lab::run(lab.command(["batch", "status", "s.csv", "--output=json"]));
    assert_eq!(status.expect(0).json()["finished"]["rows"], serde_json::json!(3));
    let report = Lab::run(lab.command(["batch", "report", "s.csv"]));
    assert_eq!(lines(report.expect(0)), grown);
}
