//! What is refused before anything is sent.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    process::{Command, Stdio},
};

use super::{PAIR, fastq, names, put, with_pair};
use crate::lab::{Lab, skipped};

#[track_caller]
fn refuses(lab: &Lab, arguments: &[&str], error: &str) {
    let said = lab.put(arguments);
    said.expect(2);
    assert!(said.stderr.contains(error), "{}", said.stderr);
    assert_eq!(lab.requests().len(), 0, "{error}");
}

#[test]
fn options_without_a_proof() {
    let (lab, _) = with_pair(&[]);
    let needs = "error: `--when-proven delete` needs `--verify`: without it, nothing is proven\n\n\
                 hint: add `--verify`; `--when-proven keep` keeps the files\n";
    refuses(&lab, &[PAIR[0], PAIR[1], "--when-proven=delete"], needs);
    let waits = "error: `--when-proven move:done` waits until the read set is active";
    refuses(&lab, &[PAIR[0], "--verify", "--no-wait", "--when-proven=move:done"], waits);
    let files = "error: `--when-proven delete` acts on files, and standard input is uploaded";
    let mut command =
        lab.put_command(&["-", "--name=n", "--sample=s", "--verify", "--when-proven=delete"]);
    command.stdin(Stdio::from(fs::File::open(lab.path(PAIR[0])).unwrap()));
    let said = Lab::run(command);
    said.expect(2);
    assert!(said.stderr.contains(files), "{}", said.stderr);
    for bad in ["move", "move:", "remove", ""] {
        lab.put(&[PAIR[0], "--verify", &format!("--when-proven={bad}")]).expect(2);
    }
    let store = lab.store();
    let resume = ["resume", "--store", &store, "--when-proven=delete"];
    let said = Lab::run(lab.command(resume));
    said.expect(2);
    assert!(said.stderr.contains(needs), "{}", said.stderr);
    assert_eq!(lab.requests().len(), 0);
    assert_eq!(names(&lab, ""), ["done", PAIR[0], PAIR[1]]);
}

#[test]
fn a_sandbox_that_is_forgotten_would_leave_no_copy() {
    let (lab, _) = with_pair(&[]);
    let mut command = lab.command(["put", "--sandbox", "--verify", "--when-proven=delete"]);
    command.args(PAIR).env_remove("AWS_ENDPOINT_URL_OMICS");
    let said = Lab::run(command);
    said.expect(2);
    assert!(said.stderr.contains("would leave no copy"), "{}", said.stderr);
    let mut command = lab.command(["put", "--sandbox=kept", "--verify", "--when-proven=delete"]);
    command.args(PAIR).env_remove("AWS_ENDPOINT_URL_OMICS");
    Lab::run(command).expect(0);
    assert_eq!(names(&lab, ""), ["done", "kept"]);
}

#[test]
fn folders_that_take_nothing() {
    let (lab, _) = with_pair(&[]);
    lab.file("file", b"x");
    for folder in ["missing", "file", "/proc"] {
        let action = format!("--when-proven=move:{folder}");
        let error = format!("error: files cannot be moved to `{folder}`\n  caused by: ");
        refuses(&lab, &[PAIR[0], PAIR[1], "--verify", &action], &error);
    }
    let said = put(&lab, "move:missing", &[PAIR[0], "--dry-run"]);
    said.expect(2);
}

#[test]
fn names_that_are_taken() {
    let (lab, _) = with_pair(&[]);
    let taken = lab.path("done").join(PAIR[1]);
    let arguments = [PAIR[0], PAIR[1], "--verify", "--when-proven=move:done"];
    fs::write(&taken, "other").unwrap();
    let error = "error: `s_R2.fastq.gz` cannot be moved: `done/s_R2.fastq.gz` exists already\n";
    refuses(&lab, &arguments, error);
    assert_eq!(fs::read(&taken).unwrap(), b"other");
    fs::remove_file(&taken).unwrap();
    std::os::unix::fs::symlink("nowhere", &taken).unwrap();
    refuses(&lab, &arguments, error);
    let here = [PAIR[0], PAIR[1], "--verify", "--when-proven=move:."];
    refuses(&lab, &here, "`./s_R1.fastq.gz` exists already");
}

#[test]
fn two_files_of_one_name() {
    let lab = Lab::new();
    for folder in ["a", "b", "done"] {
        fs::create_dir(lab.path(folder)).unwrap();
    }
    lab.file("a/s.fastq.gz", &fastq());
    lab.file("b/s.fastq.gz", &crate::files::gzip(&crate::material::reads("q{}", 20_000, 90)));
    let two = ["a/s.fastq.gz", "b/s.fastq.gz", "--verify", "--when-proven=move:done"];
    refuses(
        &lab,
        &two,
        "`a/s.fastq.gz` and `b/s.fastq.gz` cannot both be moved to `done`: one name",
    );
    put(&lab, "delete", &["a/s.fastq.gz", "b/s.fastq.gz"]).expect(0);
    assert_eq!((names(&lab, "a"), names(&lab, "b")), (vec![], vec![]));
}

/// Root may write everywhere, unless it gives that up.
fn as_nobody_special(lab: &Lab, arguments: &[&str]) -> Option<crate::lab::Said> {
    let command = lab.put_command(arguments);
    let dropped = "-dac_override,-dac_read_search,-fowner";
    let mut without = Command::new("setpriv");
    without.args(["--bounding-set", dropped, "--inh-caps", dropped]).arg(command.get_program());
    without.args(command.get_args());
    without.env_clear().envs(command.get_envs().filter_map(|(key, value)| Some((key, value?))));
    without.current_dir(lab.path("")).stdin(Stdio::null());
    if Command::new("setpriv").arg("--version").output().is_err() {
        skipped("root may write everywhere, and setpriv is not installed");
        return None;
    }
    Some(Lab::run(without))
}

#[test]
fn folders_that_may_not_be_changed() {
    let lab = Lab::new();
    for folder in ["source", "done"] {
        fs::create_dir(lab.path(folder)).unwrap();
    }
    lab.file("source/s.fastq.gz", &fastq());
    let mode = |folder: &str, mode| {
        fs::set_permissions(lab.path(folder), fs::Permissions::from_mode(mode)).unwrap();
    };
    mode("source", 0o555);
    let arguments = ["source/s.fastq.gz", "--verify", "--when-proven=delete"];
    let Some(said) = as_nobody_special(&lab, &arguments) else { return };
    said.expect(2);
    let error = "error: `source/s.fastq.gz` cannot be deleted or moved: its folder `source` cannot be \
                 changed\n  caused by: Permission denied (os error 13)\n";
    assert!(said.stderr.contains(error), "{}", said.stderr);
    mode("source", 0o755);
    mode("done", 0o555);
    let arguments = ["source/s.fastq.gz", "--verify", "--when-proven=move:done"];
    let Some(said) = as_nobody_special(&lab, &arguments) else { return };
    said.expect(2);
    assert!(said.stderr.contains("error: files cannot be moved to `done`"), "{}", said.stderr);
    mode("done", 0o755);
    assert_eq!(names(&lab, "source"), ["s.fastq.gz"]);
    assert_eq!(lab.requests().len(), 0);
}
