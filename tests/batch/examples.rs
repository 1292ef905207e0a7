//! The command lines of `examples/batch/README.md` do what the page says.

use std::{fs, path::Path, process::Command};

use crate::lab::{Lab, Said};

/// A copy of the folder, in which a shell may run.
fn copied() -> Lab {
    let lab = Lab::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/batch");
    copy(&folder, &lab.path("batch"));
    lab
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if !path.is_dir() {
            fs::copy(&path, &target).unwrap();
        } else if entry.file_name() != "out" {
            copy(&path, &target);
        }
    }
}

/// Runs lines in one shell, in the copy.
fn run(lab: &Lab, script: &str) -> Said {
    let ours = lab.command([""; 0]);
    let environment = ours.get_envs().filter_map(|(key, value)| Some((key, value?)));
    let binary = Path::new(env!("CARGO_BIN_EXE_omics-upload"));
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("bash");
    command
        .args(["-c", &format!("set -euo pipefail\n{script}")])
        .env_clear()
        .envs(environment)
        .env("PATH", format!("{}:{path}", binary.parent().unwrap().display()))
        .current_dir(lab.path("batch"));
    Lab::run(command)
}

fn read_sets(said: &Said) -> Vec<&str> {
    let is_id = |line: &&str| line.len() == 10 && line.bytes().all(|byte| byte.is_ascii_digit());
    said.stdout.lines().filter(is_id).collect()
}

#[test]
fn the_command_lines_of_the_examples_can_be_pasted() {
    let lab = copied();
    let page = fs::read_to_string(lab.path("batch/README.md")).unwrap();
    let blocks = page.split("```").skip(1).step_by(2);
    let script: String = blocks.map(|block| block.strip_prefix("sh\n").unwrap()).collect();
    let (script, last) = script.trim_end().rsplit_once('\n').unwrap();
    let said = run(&lab, script);
    let ids = read_sets(said.expect(0));
    // The nf-core sheet twice, the plain one, and the run of Illumina's.
    assert_eq!(ids.len(), 2 + 2 + 3 + 2, "{}", said.stdout);
    assert_eq!(ids[..2], ids[2..4]);
    assert!(said.stdout.contains("\nfinished       2 rows"), "{}", said.stdout);
    let written = |name: &str| fs::read_to_string(lab.path("batch/out").join(name)).unwrap();
    for id in &ids[..2] {
        assert!(written("report.html").contains(id), "{id}");
        assert!(written("uploaded.csv").contains(&format!("/readSet/{id}/source2,{id},")), "{id}");
    }
    for id in &ids[4..7] {
        assert!(written("uploads.tsv").contains(id), "{id}");
    }
    run(&lab, last).expect(0);
    assert!(!lab.path("batch/out").exists());
    assert_eq!(lab.requests().len(), 0, "the sandbox of the commands is their own");
}
