//! `--when-proven`: the real binary against the sandbox, with files that may go and files that have to
//! stay.

mod crashed;
mod gone;
mod refused;
mod stays;

use std::{fs, os::unix::fs::MetadataExt as _, path::PathBuf};

use serde_json::Value;

use crate::{
    files::gzip,
    lab::{Lab, Said, skipped},
    material::reads,
};

/// The names of a pair, which are in the order of the command line.
const PAIR: [&str; 2] = ["s_R1.fastq.gz", "s_R2.fastq.gz"];

/// A lab with a pair, and what is in it.
fn with_pair(faults: &[&str]) -> (Lab, [Vec<u8>; 2]) {
    let lab = Lab::with_faults(faults);
    let pair = pair();
    for (name, content) in PAIR.iter().zip(&pair) {
        lab.file(name, content);
    }
    fs::create_dir(lab.path("done")).unwrap();
    (lab, pair)
}

fn pair() -> [Vec<u8>; 2] {
    crate::material::pair(200_000)
}

fn fastq() -> Vec<u8> {
    gzip(&reads("r{}", 20_000, 100))
}

fn put(lab: &Lab, action: &str, arguments: &[&str]) -> Said {
    let action = format!("--when-proven={action}");
    lab.put(&[&[&*action, "--verify"], arguments].concat())
}

/// The names in a folder.
fn names(lab: &Lab, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(lab.path(folder)).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The only receipt in the state folder, which is what the schema says.
#[track_caller]
fn receipt(lab: &Lab) -> Value {
    let folder = lab.home().join(".local/state/omics-upload/receipts");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    // What was killed may leave a temporary file.
    let paths: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|kind| kind == "json")).collect();
    assert_eq!(paths.len(), 1, "{paths:?}");
    crate::receipts::valid::one(&paths[0])
}

/// What the receipt says became of each file.
#[track_caller]
fn results(receipt: &Value) -> Vec<&str> {
    let files = receipt["files"].as_array().unwrap();
    files.iter().map(|file| file["disposal"]["result"].as_str().unwrap()).collect()
}

/// A folder on another file system than the labs, if there is one.
fn elsewhere() -> Option<tempfile::TempDir> {
    let here = fs::metadata(std::env::temp_dir()).unwrap().dev();
    let there = tempfile::tempdir_in("/dev/shm").ok();
    let there = there.filter(|there| fs::metadata(there.path()).unwrap().dev() != here);
    if there.is_none() {
        skipped("there is no second file system in /dev/shm");
    }
    there
}
