//! `batch`: sample sheets against the sandbox, with the real binary.

mod examples;
mod failures;
mod folders;
mod merging;
mod proven;
mod reports;
mod sheets;

use std::fmt::Write as _;

use crate::{
    files::{fastq, gzip},
    lab::{Lab, Said},
};

/// Runs `batch --store STORE` with these arguments.
fn batch(lab: &Lab, arguments: &[&str]) -> Said {
    Lab::run(batch_command(lab, arguments))
}

fn batch_command(lab: &Lab, arguments: &[&str]) -> std::process::Command {
    let store = lab.store();
    lab.command([&["batch"], &arguments[..1], &["--store", &store], &arguments[1..]].concat())
}

fn single(lab: &Lab, name: &str, read: &str) {
    lab.file(name, &gzip(&fastq(&[format!("{read}1"), format!("{read}2")])));
}

/// A sheet of so many single files, `s.csv`.
fn singles(lab: &Lab, rows: usize) {
    let mut sheet = "sample,fastq_1\n".to_owned();
    for row in 0..rows {
        single(lab, &format!("s{row:02}.fastq.gz"), &format!("r{row}x"));
        writeln!(sheet, "S{row:02},s{row:02}.fastq.gz").unwrap();
    }
    lab.file("s.csv", sheet.as_bytes());
}

/// What stdout holds, line by line.
fn lines(said: &Said) -> Vec<&str> {
    said.stdout.lines().collect()
}
