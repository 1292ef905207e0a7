//! The command lines of `examples/batch/README.md` do what the page says.

use std::fs;

use crate::{
    lab::{Lab, Said},
    pages::{blocks, copy_examples, shell},
};

fn read_sets(said: &Said) -> Vec<&str> {
    let is_id = |line: &&str| line.len() == 10 && line.bytes().all(|byte| byte.is_ascii_digit());
    said.stdout.lines().filter(is_id).collect()
}

#[test]
fn the_command_lines_of_the_examples_can_be_pasted() {
    let lab = Lab::new();
    copy_examples(&lab);
    let run = |script| Lab::run(shell(&lab, "examples/batch", script));
    let script = blocks("examples/batch/README.md").concat();
    let (script, last) = script.trim_end().rsplit_once('\n').unwrap();
    let said = run(script);
    let ids = read_sets(said.expect(0));
    // The nf-core sheet twice, the plain one, and the run of Illumina's.
    assert_eq!(ids.len(), 2 + 2 + 3 + 2, "{}", said.stdout);
    assert_eq!(ids[..2], ids[2..4]);
    assert!(said.stdout.contains("\nfinished       2 rows"), "{}", said.stdout);
    let written =
        |name: &str| fs::read_to_string(lab.path("examples/batch/out").join(name)).unwrap();
    for id in &ids[..2] {
        assert!(written("report.html").contains(id), "{id}");
        assert!(written("uploaded.csv").contains(&format!("/readSet/{id}/source2,{id},")), "{id}");
    }
    for id in &ids[4..7] {
        assert!(written("uploads.tsv").contains(id), "{id}");
    }
    run(last).expect(0);
    assert!(!lab.path("examples/batch/out").exists());
    assert_eq!(lab.requests().len(), 0, "the sandbox of the commands is their own");
}
