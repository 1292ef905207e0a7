//! What is said: commands that can be pasted, and each thing once.

use std::{fs, process::Command};

use crate::{
    lab::{Lab, Said},
    material,
    running::Running,
};

/// Runs a command line as a user who pastes it.
fn pasted(lab: &Lab, line: &str) -> Said {
    let mut command = lab.command([""; 0]);
    let environment: Vec<_> = command
        .get_envs()
        .filter_map(|(key, value)| Some((key.to_owned(), value?.to_owned())))
        .collect();
    let folder = command.get_current_dir().unwrap().to_owned();
    command = Command::new("bash");
    command.args(["-c", line]).env_clear().envs(environment).current_dir(folder);
    Lab::run(command)
}

/// What stands between back quotes after some words.
#[track_caller]
fn command_after(text: &str, words: &str) -> String {
    let (_, rest) = text.split_once(words).unwrap_or_else(|| panic!("no `{words}` in {text}"));
    rest.split_once('`').and_then(|(_, rest)| rest.split_once('`')).unwrap().0.to_owned()
}

/// DRAGEN writes FILE.md5sum with the sum alone.
/// <https://help.dragen.illumina.com/dragen-v4.6/product-guides/dragen-v4.6/dragen-dna-pipeline/small-variant-calling/small-variant-calling2>
#[test]
fn md5_of_one_sum() {
    let lab = Lab::new();
    lab.copy("cases/md5-of-one-sum/a.bam", "a.bam");
    let right = "90a9ec5dd54d4cf5131237d3e3f5c2ad";
    let lists: [&[&str]; 2] = [&["--check-md5"], &["--md5-file", "a.bam.md5sum"]];
    for (sum, status) in [
        (right.to_owned(), 0),
        (right.to_uppercase(), 0),
        (format!("{right}\r\n"), 0),
        (format!("{right} *run7/a.bam\n"), 0),
        (format!("MD5 (a.bam) = {right}\n"), 0),
        ("0".repeat(32), 2),
    ] {
        fs::write(lab.path("a.bam.md5sum"), &sum).unwrap();
        for list in lists {
            let said = Lab::run(
                lab.command(["check", "--sample=S1"].iter().chain(list).chain(&["a.bam"])),
            );
            assert_eq!(said.status, Some(status), "{sum} {list:?}: {}", said.stderr);
        }
    }
}

/// <https://github.com/aws-samples/amazon-omics-end-to-end-genomics/issues/2>
#[test]
fn uri_as_file() {
    let lab = Lab::new();
    for (name, hint) in [
        ("s3://bucket/a 1.bam", "`aws s3 cp 's3://bucket/a 1.bam' .`"),
        ("s3://bucket/sample.bam", "aws omics start-read-set-import-job"),
        ("https://host/sample.bam?X-Amz-Signature=00ff", "download the file first"),
        ("gs://bucket/sample.bam", "download the file first"),
        ("file:///data/a 1.bam", "pass its path: `'/data/a 1.bam'`"),
    ] {
        for command in [&["put", "--sandbox"][..], &["check"]] {
            let said = Lab::run(lab.command(command.iter().chain(&[name])));
            said.expect(2);
            assert!(said.stderr.contains("is an address, not a file"), "{}", said.stderr);
            assert!(said.stderr.contains(hint), "{}", said.stderr);
            assert!(!said.stderr.contains("00ff"), "{}", said.stderr);
        }
    }
}

/// <https://github.com/OpenGene/fastp/issues/228>
#[test]
fn pipe_as_file() {
    let lab = Lab::new();
    assert!(Command::new("mkfifo").arg(lab.path("p.bam")).status().unwrap().success());
    lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
    for line in ["put --sandbox p.bam", "put --sandbox <(cat a.bam)", "check <(cat a.bam)"] {
        let said = pasted(&lab, &format!("{} {line}", env!("CARGO_BIN_EXE_omics-upload")));
        said.expect(2);
        let hint = command_after(&said.stderr, "standard input");
        assert_eq!(hint, "PROGRAM | omics-upload put - --name NAME");
    }
}

/// Two files that are no pair by their reads, with names that a shell takes apart.
#[test]
fn advice_to_copy_has_no_quotes() {
    let lab = Lab::new();
    let names = ["it's (1)_R1.fastq.gz", "it's (1)_R2.fastq.gz"];
    for (from, to) in ["S1_R1", "S1_R2"].iter().zip(names) {
        lab.copy(&format!("cases/names-of-mates-all-1/{from}.fastq.gz"), to);
    }
    let said = Lab::run(lab.command(["check"].iter().chain(&names)));
    said.expect(2);
    let advice = command_after(&said.stderr, "are wrong, pass");
    let binary = env!("CARGO_BIN_EXE_omics-upload");
    let said = pasted(&lab, &format!("{binary} check {advice}"));
    said.expect(0);
    assert!(said.stderr.contains("sent as a pair, as asked"), "{}", said.stderr);
}

/// The command in the hint resumes, with a file of any name.
#[test]
fn an_interrupt_names_the_command_that_resumes() {
    let mut lab = Lab::with_faults(&["UploadReadSetPart:stall,nth=2"]);
    let name = "it's (1).fastq.gz";
    lab.file(name, &material::fastq_of(12 * 1024 * 1024));
    let arguments = ["--fresh", "--part-size=5MiB", "--concurrency=1", "--sample=S 1", "-v", name];
    let mut running = Running::start(lab.put_command(&arguments));
    running.wait_for_lines("confirmed, ", 1);
    running.signal("INT");
    running.signal("INT");
    let said = running.finish();
    said.expect(130);
    let line = command_after(&said.stderr, "to resume: ");
    assert!(line.ends_with("'--sample=S 1' -v 'it'\\''s (1).fastq.gz'"), "{line}");
    assert!(!line.contains("--fresh"), "{line}");
    lab.restart_sandbox(&[]);
    let again = pasted(&lab, &line);
    again.expect(0);
    assert!(again.stderr.contains("resuming upload"), "{}", again.stderr);
}

/// A failure is told once, and names its file once.
#[test]
fn a_failure_is_told_once() {
    let lab = Lab::with_faults(&["CreateMultipartReadSetUpload:error:AccessDeniedException/403"]);
    lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
    let said = lab.put(&["a.bam", "--progress=lines", "--log-file=log"]);
    said.expect(1);
    assert_eq!(said.stderr.matches("AccessDenied").count(), 1, "{}", said.stderr);
    let log = fs::read_to_string(lab.path("log")).unwrap();
    assert!(log.contains("AccessDenied"), "{log}");
}
