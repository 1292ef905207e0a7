//! What cannot be uploaded from a pipe, said before anything is sent.

use std::{
    fmt::Write as _,
    fs,
    process::{Command, Stdio},
};

use expect_test::expect;

use super::writer::{put, reads};
use crate::{
    files::{fastq, gzip},
    lab::{Lab, data, skipped},
    running::Running,
};

/// Runs `put` with a standard input, which must be refused before a request is made.
fn refused(lab: &Lab, stdin: &[u8], arguments: &[&str]) -> String {
    fs::write(lab.path("stdin"), stdin).unwrap();
    let mut command = lab.put_command(arguments);
    command.stdin(fs::File::open(lab.path("stdin")).unwrap());
    let said = Lab::run(command);
    said.expect(2);
    assert_eq!(said.stdout, "");
    assert!(lab.requests().is_empty());
    format!("$ put {}\n{}", arguments.join(" "), said.stderr)
}

#[test]
fn what_is_wrong_with_a_pipe_is_said_at_once() {
    let lab = Lab::new();
    lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
    let bam = fs::read(data("samtools-test/3.quickcheck.ok.bam")).unwrap();
    let ubam = fs::read(data("pysam-tests/test_unaligned.bam")).unwrap();
    let plain = fastq(&["r1"]);
    let mut text = String::new();
    for (stdin, arguments) in [
        (&ubam[..], &["-"][..]),
        (&ubam, &["-", "a.bam", "--name=x"]),
        (&ubam, &["-", "-", "--name=x"]),
        (&ubam, &["--r1", "-", "--r2", "a.bam", "--name=x"]),
        (b"", &["-", "--name=x"]),
        (&gzip(b""), &["-", "--name=x"]),
        (&plain, &["-", "--name=x"]),
        (&ubam[..100], &["-", "--name=x"]),
        (reads(), &["-", "--name=x"]),
        (&bam, &["-", "--name=x", "--sample=S123456"]),
        (&ubam, &["-", "--name=x", "--sample=S123456", "--type=cram"]),
        (&ubam, &["-", "--name=x", "--sample=S123456", "--max-memory=64MiB"]),
        (&ubam, &["-", "--name=x", "--sample=S123456", "--max-memory=6MiB", "--part-size=7MiB"]),
        (&ubam, &["-", "--name=x", "--sample=S123456", "--size=977GiB"]),
        (&ubam, &["-", "--name=x", "--sample=S123456", "--size=100GiB", "--part-size=5MiB"]),
        (&ubam, &["-", "--name=x", "--size=0"]),
        (&ubam, &["a.bam", "--size=1GiB"]),
    ] {
        write!(text, "{}", refused(&lab, stdin, arguments)).unwrap();
    }
    expect![[r#"
        $ put -
        error: standard input has no name: give `--name`
        $ put - a.bam --name=x
        error: standard input can only be uploaded alone

        hint: upload it with a command of its own; a file called `-` is `./-`
        $ put - - --name=x
        error: standard input can only be uploaded alone

        hint: upload it with a command of its own; a file called `-` is `./-`
        $ put --r1 - --r2 a.bam --name=x
        error: standard input can only be uploaded alone

        hint: upload it with a command of its own; a file called `-` is `./-`
        $ put - --name=x
        error: standard input cannot be uploaded
          caused by: it is empty

        hint: the program that should have written it has probably failed
        $ put - --name=x
        error: standard input cannot be uploaded
          caused by: it is an empty gzip file

        hint: the program that should have written it has probably failed
        $ put - --name=x
        error: standard input cannot be uploaded
          caused by: it is plain FASTQ, and the service takes gzip only: compress it with `bgzip FILE` or `gzip FILE`
        $ put - --name=x
        error: standard input cannot be uploaded
          caused by: the BAM header ends after 62 bytes; the file is truncated
        $ put - --name=x
        error: `-` does not tell the sample of a read set: give `--sample`
        $ put - --name=x --sample=S123456
        error: aligned reads need a reference genome, and none is given for `-` (BAM)

        hint: give the ARN of the reference that the reads are aligned to with `--reference`; `aws omics list-references` lists what a reference store has
        $ put - --name=x --sample=S123456 --type=cram
        error: `-` is UBAM by its content, and `--type` says CRAM: leave `--type` out
        $ put - --name=x --sample=S123456 --max-memory=64MiB
        error: `--max-memory` is 64.0 MiB, and a part of standard input can have 100.0 MiB, which must fit

        hint: give `--part-size`, from 5MiB on: 10,000 parts are all that there can be; or say about how long it is with `--size`
        $ put - --name=x --sample=S123456 --max-memory=6MiB --part-size=7MiB
        error: `--max-memory` is 6.0 MiB, and a part of standard input can have 7.0 MiB, which must fit

        hint: give `--part-size`, from 5MiB on: 10,000 parts are all that there can be; or say about how long it is with `--size`
        $ put - --name=x --sample=S123456 --size=977GiB
        error: standard input cannot be uploaded
          caused by: its 1049045762048 bytes (977.0 GiB) are too many: a source has at most 1047972020224 bytes (976.0 GiB), 10000 parts of at most 100 MiB
        $ put - --name=x --sample=S123456 --size=100GiB --part-size=5MiB
        error: standard input cannot be uploaded
          caused by: its 107374182400 bytes would be 20480 parts of 5242880 bytes (5.0 MiB), and a source has at most 10000 parts: `--part-size` must be at least 11MiB
        $ put - --name=x --size=0
        error: invalid value '0' for '--size <SIZE>': a size such as `500MiB`, `3GiB` or `100000000` is needed

        For more information, try '--help'.
        $ put a.bam --size=1GiB
        error: `--size` says how long standard input is, and files are uploaded

        hint: leave it out
    "#]].assert_eq(&text);
}

#[test]
fn what_is_missing_is_said_before_the_writer_is_waited_for() {
    let lab = Lab::new();
    let (mut command, writer) = super::writer::command(&lab, &[]);
    command.env_remove("AWS_REGION");
    let said = Running::start(command).finish();
    said.expect(2);
    assert!(said.stderr.contains("set AWS_REGION"), "{}", said.stderr);
    drop(writer);
}

#[test]
fn a_terminal_is_refused() {
    let lab = Lab::new();
    let put = lab.put_command(&["-", "--name=x"]);
    let version = Command::new("script").arg("--version").output();
    if !version.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("util-linux")) {
        return skipped("util-linux's script is not installed");
    }
    let program = put.get_program().to_str().unwrap();
    let line = format!("{program} put - --name x --store {}", lab.store());
    let mut script = Command::new("script");
    script.args(["-qec", &line, "/dev/null"]).env_clear();
    script.envs(put.get_envs().filter_map(|(key, value)| Some((key, value?))));
    let output = script.env("SHELL", "/bin/sh").stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stdout).unwrap().replace('\r', "");
    expect![[r#"
        error: standard input is a terminal

        hint: let a program write to it: `PROGRAM | omics-upload put - …`
    "#]]
    .assert_eq(&text);
}

#[test]
fn a_dry_run_looks_at_the_beginning_only() {
    let lab = Lab::new();
    let said = put(&lab, reads(), &["--dry-run"]);
    lab.shows(
        &said,
        &expect![[r#"
        -
          type           FASTQ
          name           piped  (as given)
          sample         S1  (as given)
          subject        S1  (from the sample)
          reference      none
          SOURCE1        -  of unknown length, parts of 5.0 MiB
        --- status 0
    "#]],
    );
    let said = put(&lab, reads(), &["--dry-run", "--output=json"]);
    let plan = &said.expect(0).json()["plan"][0];
    assert_eq!((plan["bytes"].as_u64(), plan["parts"].as_u64()), (None, None));
    assert_eq!(plan["sources"][0]["file"], "-");
    assert!(lab.requests().is_empty());
}

#[test]
fn progress_has_no_total() {
    let lab = Lab::new();
    let (mut command, writer) = super::writer::command(&lab, &["--progress=json"]);
    drop(writer);
    let path = lab.file("reads.fastq.gz", reads());
    command.stdin(fs::File::open(path).unwrap());
    let said = Lab::run(command);
    said.expect(0);
    let events: Vec<serde_json::Value> =
        said.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let planned = &events[0]["read_sets"][0];
    assert_eq!(
        (&planned["bytes"], &planned["parts"]),
        (&serde_json::Value::Null, &serde_json::Value::Null)
    );
    let progress: Vec<_> = events.iter().filter(|event| event["event"] == "progress").collect();
    assert!(!progress.is_empty());
    for event in &progress {
        assert!(event["bytes_total"].is_null() && event["seconds_left"].is_null(), "{event}");
    }
    assert_eq!(progress.last().unwrap()["bytes_confirmed"], reads().len());
}
