//! WDL: a task for one read set, run by miniwdl with a stand-in for a container engine.

use std::{os::unix::fs::symlink, path::Path, process::Command};

use serde_json::Value;

use super::Example;
use crate::lab::{Lab, Said, skipped};

/// Runs lines with the stand-in for Singularity on the path.
fn contained(example: &Example, script: &str) -> Said {
    let stand_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/engines/singularity.sh");
    let link = example.lab.path("singularity");
    if !link.exists() {
        symlink(stand_in, &link).unwrap();
    }
    let script = format!("PATH=\"$PATH:{}\"\n{script}", example.lab.path("").display());
    let mut command = example.command(&script);
    command.env("MINIWDL__SCHEDULER__CONTAINER_BACKEND", "singularity");
    Lab::run(command)
}

#[test]
fn the_task_is_valid() {
    let Some(example) = Example::new("wdl", "miniwdl") else { return };
    example.run(&example.blocks()[0]).expect(0);
}

#[test]
fn a_task_uploads_a_pair() {
    let Some(example) = Example::new("wdl", "miniwdl") else { return };
    let namespace = Command::new("unshare").args(["--mount", "true"]).output();
    if !namespace.is_ok_and(|output| output.status.success()) {
        skipped("a mount namespace needs root");
        return;
    }
    let script = &example.blocks()[1];
    let run = || contained(&example, script);
    let said = run();
    assert!(said.expect(0).stderr.contains("exit status 75"), "{}", said.stderr);
    let id = said.json()["outputs"]["put.read_set_id"].as_str().unwrap().to_owned();
    example.holds_pair(&id, "NA12878_S1");
    let again: Value = run().expect(0).json();
    assert_eq!(again["outputs"]["put.read_set_id"], *id);
    let receipt = again["outputs"]["put.receipt"].as_str().unwrap();
    let receipt: Value = serde_json::from_str(&std::fs::read_to_string(receipt).unwrap()).unwrap();
    assert_eq!(receipt["receipts"][0]["status"], "skipped");
    example.sent_once(1, 2);
}
