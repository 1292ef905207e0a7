//! Receipts and logs: nothing that the program did not write is overwritten.

use std::{
    fs::{self, File},
    os::unix::fs::symlink,
    path::Path,
    process::{Command, Stdio},
};

use expect_test::expect;
use serde_json::Value;

use crate::{
    lab::{Lab, Said},
    running::Running,
};

const UNALIGNED: &str = "pysam-tests/test_unaligned.bam";

/// A lab with two files to upload.
fn lab() -> Lab {
    let lab = Lab::new();
    lab.copy(UNALIGNED, "a.bam");
    lab.copy(UNALIGNED, "c.bam");
    lab
}

fn shell(lab: &Lab, script: &str) -> Said {
    let mut command = lab.command(["-c", script]);
    let binary = command.get_program().to_owned();
    let mut shell = Command::new("sh");
    shell.args(command.get_args()).current_dir(lab.path(""));
    shell.env_clear().envs(command.get_envs().filter_map(|(key, value)| Some((key, value?))));
    shell.env("OU", binary).env("OMICS_UPLOAD_STORE", lab.store());
    command = shell;
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Lab::run(command)
}

/// Whether a file holds receipts, and how many.
fn receipts(path: &Path) -> usize {
    let document: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    document["receipts"].as_array().unwrap().len()
}

#[test]
fn receipt_destroys() {
    let lab = lab();
    let original = fs::read(lab.path("a.bam")).unwrap();
    lab.file("sums.md5", b"d41d8cd98f00b204e9800998ecf8427e  a.bam\n");
    lab.file("notes.json", b"{\"version\":1}");
    lab.file("notes.txt", b"2026-11-26 my notes\n");
    fs::hard_link(lab.path("a.bam"), lab.path("hard")).unwrap();
    symlink("sums.md5", lab.path("link")).unwrap();
    lab.home_file(".aws/config", "");
    let aws = lab.home().join(".aws/config");
    let aws = aws.to_string_lossy();
    for arguments in [
        &["a.bam", "--receipt", "a.bam"][..],
        &["a.bam", "--log-file", "a.bam"],
        &["c.bam", "--receipt", "a.bam"],
        &["c.bam", "--log-file", "a.bam"],
        &["a.bam", "--receipt", "hard"],
        &["a.bam", "--md5-file", "sums.md5", "--receipt", "sums.md5"],
        &["a.bam", "--md5-file", "sums.md5", "--log-file", "link"],
        &["a.bam", "--receipt", "notes.json"],
        &["a.bam", "--log-file", "notes.txt"],
        &["a.bam", "--receipt", "notes.txt"],
        &["a.bam", "--log-file", &aws],
        &["a.bam", "--receipt", "new", "--log-file", "new"],
    ] {
        let said = lab.put(arguments);
        assert_eq!(said.status, Some(2), "{arguments:?}\n{}", said.stderr);
        assert_eq!(said.stdout, "");
    }
    assert_eq!(fs::read(lab.path("a.bam")).unwrap(), original);
    assert_eq!(fs::read(lab.path("sums.md5")).unwrap().len(), 40);
    assert_eq!(fs::read(lab.path("notes.json")).unwrap(), b"{\"version\":1}");
    assert!(!lab.path("new").exists());
    assert_eq!(lab.requests().len(), 0);
    lab.shows(
        &lab.put(&["c.bam", "--receipt", "a.bam", "--log-file", "sums.md5"]),
        &expect![[r"
            --- stderr
            error: `a.bam` is not a receipt: `--receipt` does not overwrite other files

            hint: if the command had a pattern such as `--receipt *.bam`, the shell expanded it, and `--receipt` took the first file: give it a new file, such as `--receipt receipt.json`

            error: `sums.md5` is not a log of omics-upload: `--log-file` does not overwrite other files

            hint: give it a new file, such as `--log-file upload.log`
            --- status 2
        "]],
    );
}

#[test]
fn other_commands_destroy_nothing_either() {
    let lab = lab();
    let original = fs::read(lab.path("a.bam")).unwrap();
    let store = lab.store();
    for arguments in [
        &["wait", "1234567890", "--store", &store, "--log-file", "a.bam"][..],
        &["resume", "--store", &store, "--log-file", "a.bam"],
        &["resume", "--store", &store, "--receipt", "a.bam"],
        &["verify", "1234567890", "c.bam", "--store", &store, "--log-file", "a.bam"],
        &["sandbox", "--request-log", "a.bam", "--dir", "new"],
    ] {
        let said = Lab::run(lab.command(arguments));
        assert_eq!(said.status, Some(2), "{arguments:?}\n{}", said.stderr);
        assert!(said.stderr.contains("a.bam"), "{}", said.stderr);
    }
    assert_eq!(fs::read(lab.path("a.bam")).unwrap(), original);
    assert_eq!(lab.requests().len(), 0);
}

#[test]
fn our_own_files_and_empty_ones_are_written_again() {
    let lab = lab();
    // As `mktemp` makes them.
    lab.file("r.json", b"");
    lab.file("run.log", b"");
    let arguments = ["a.bam", "-q", "--receipt", "r.json", "--log-file", "run.log"];
    lab.put(&arguments).expect(0);
    lab.put(&arguments).expect(0);
    assert_eq!(receipts(&lab.path("r.json")), 1);
    let log = fs::read_to_string(lab.path("run.log")).unwrap();
    let headers = log.lines().filter(|line| line.contains("Z omics-upload ")).count();
    assert!(headers == 1 && log.matches("uploading").count() == 2, "{log}");
    // Logs of earlier versions have no such line, and begin with a date as well.
    lab.file("old.log", b"2026-11-21T10:00:00Z 1 read set, 64.0 MiB in 1 part\n");
    lab.put(&["a.bam", "-q", "--log-file", "old.log"]).expect(0);
    assert!(fs::read_to_string(lab.path("old.log")).unwrap().contains("64.0 MiB in 1 part\n2"));
}

#[test]
fn streams_are_added_to() {
    let lab = lab();
    lab.file("ids.txt", b"earlier id\n");
    let put = "\"$OU\" put -q a.bam";
    shell(&lab, &format!("{put} --receipt /dev/stdout >> ids.txt")).expect(0);
    let text = fs::read_to_string(lab.path("ids.txt")).unwrap();
    let rest = text.strip_prefix("earlier id\n").unwrap();
    let (id, receipt) = rest.split_once('\n').unwrap();
    let document: Value = serde_json::from_str(receipt).unwrap();
    assert_eq!(document["receipts"][0]["read_set_id"], id);
    for name in ["/dev/fd/1", "/dev/stdout", "/dev/fd/3"] {
        let said = shell(&lab, &format!("exec 3>&1; {put} --receipt {name} > new; cat new"));
        said.expect(0);
        assert_eq!(said.stdout.matches("\"receipts\"").count(), 1, "{name}: {}", said.stdout);
        assert!(said.stdout.starts_with(|c: char| c.is_ascii_digit() || c == '{'));
    }
    let said = shell(&lab, &format!("{put} --receipt /dev/fd/3 3>> kept; cat kept"));
    assert_eq!(said.expect(0).stdout.matches("\"receipts\"").count(), 1);
    // Linux would open a descriptor's file anew, and for writing.
    let original = fs::read(lab.path("c.bam")).unwrap();
    for option in ["--receipt", "--log-file"] {
        shell(&lab, &format!("{put} {option} /dev/fd/3 3< c.bam")).expect(2);
        shell(&lab, &format!("{put} {option} /dev/stdin < c.bam")).expect(2);
        shell(&lab, &format!("{put} {option} /dev/fd/9")).expect(2);
    }
    assert_eq!(fs::read(lab.path("c.bam")).unwrap(), original);
    let said = shell(&lab, &format!("{put} --log-file /dev/stderr --receipt /dev/null"));
    assert!(said.expect(0).stderr.contains("uploading"), "{}", said.stderr);
    // The receipt would take the place of the file that standard output goes to.
    let said = shell(&lab, &format!("{put} --receipt both > both"));
    assert!(said.expect(2).stderr.contains("`--receipt /dev/stdout`"), "{}", said.stderr);
}

#[test]
fn a_link_stays_and_leads_to_the_receipt() {
    let lab = lab();
    fs::create_dir(lab.path("folder")).unwrap();
    symlink("folder/r.json", lab.path("link")).unwrap();
    for _ in 0..2 {
        lab.put(&["a.bam", "-q", "--receipt", "link"]).expect(0);
        assert!(fs::symlink_metadata(lab.path("link")).unwrap().is_symlink());
        assert_eq!(receipts(&lab.path("folder/r.json")), 1);
        assert_eq!(fs::read_dir(lab.path("folder")).unwrap().count(), 1);
    }
    symlink("nowhere/r.json", lab.path("lost")).unwrap();
    lab.put(&["a.bam", "-q", "--receipt", "lost"]).expect(2);
}

#[test]
fn a_file_that_comes_while_the_run_goes_on_stays() {
    let lab = Lab::with_faults(&["UploadReadSetPart:latency:1s"]);
    lab.copy(UNALIGNED, "a.bam");
    let mut running = Running::start(lab.put_command(&["a.bam", "--receipt", "r.json"]));
    running.wait_for_lines("uploading", 1);
    lab.file("r.json", b"precious");
    let said = running.finish();
    said.expect(1);
    assert_eq!(said.line().len(), 10, "the ID is told all the same");
    assert!(said.stderr.contains("that is not a receipt"), "{}", said.stderr);
    assert_eq!(fs::read(lab.path("r.json")).unwrap(), b"precious");
}

#[test]
fn a_receipt_for_a_pipe_without_a_reader_obeys_signals() {
    let lab = lab();
    fifo(&lab.path("pipe"));
    let mut running = Running::start(lab.put_command(&["a.bam", "--receipt", "pipe"]));
    running.wait_for_lines("active", 1);
    // It is open for reading when its reader is waited for, or soon after.
    running.signal("TERM");
    let said = running.finish();
    said.expect(143);
    assert!(said.stderr.contains("cannot write the receipt `pipe`"), "{}", said.stderr);
    // With a reader it is written.
    let running = Running::start(lab.put_command(&["a.bam", "--receipt", "pipe"]));
    let document: Value = serde_json::from_reader(File::open(lab.path("pipe")).unwrap()).unwrap();
    assert_eq!(document["receipts"][0]["status"], "active");
    running.finish().expect(0);
}

/// Makes a named pipe.
pub(super) fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}
