//! The sandbox's own reference store, as its commands give it.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::Stdio,
};

use super::genome::{SMALL, aligned_bam, fasta, index};
use crate::lab::Lab;

#[test]
fn the_sandbox_of_a_put_can_be_given_references() {
    let lab = Lab::new();
    lab.file("small.fa", fasta(&SMALL).as_bytes());
    lab.file("other.fa.fai", index(&SMALL[..2]).as_bytes());
    lab.file("x.bam", &aligned_bam(&SMALL));
    let arguments =
        ["put", "x.bam", "--sandbox", "--reference=auto", "--sandbox-reference=other.fa.fai"];
    let said = Lab::run(lab.command(arguments));
    assert!(said.expect(2).stderr.contains("its sequence 3, `ref2`, is not in the reference"));
    let said = Lab::run(lab.command(arguments.iter().chain(&["--sandbox-reference=small.fa"])));
    assert!(said.expect(0).stderr.contains("reference `small.fa` (arn:"), "{}", said.stderr);
    let said = Lab::run(lab.command(["put", "x.bam", "--sandbox", "--sandbox-reference=x.bam"]));
    assert!(said.expect(2).stderr.contains("`x.bam`"), "{}", said.stderr);
}

#[test]
fn the_url_is_on_stdout_and_the_references_are_on_stderr() {
    let lab = Lab::new();
    lab.file("small.fa", fasta(&SMALL).as_bytes());
    let mut command = lab.command(["sandbox", "--reference", "small.fa"]);
    command.env("AWS_REGION", "eu-central-1");
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut errors = BufReader::new(child.stderr.take().unwrap());
    let mut lines = [String::new(), String::new()];
    for line in &mut lines {
        errors.read_line(line).unwrap();
    }
    child.kill().unwrap();
    let mut printed = String::new();
    child.stdout.take().unwrap().read_to_string(&mut printed).unwrap();
    child.wait().unwrap();
    assert_eq!(printed.lines().count(), 1, "{printed}");
    assert!(printed.starts_with("http://127.0.0.1:"), "{printed}");
    let [_, reference] = lines;
    let rest = reference.strip_prefix(
        "sandbox: reference `small.fa` is arn:aws:omics:eu-central-1:000000000000:referenceStore/",
    );
    let ids: Vec<_> = rest.unwrap().trim_end().split("/reference/").collect();
    assert!(ids.len() == 2 && ids.iter().all(|id| id.len() == 10), "{reference}");
}
