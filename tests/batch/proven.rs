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
