//! Journals, receipts and settings that are not what they should be.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, chown},
    process::Command,
};

use crate::lab::{Lab, data, skipped};

const UNALIGNED: &str = "pysam-tests/test_unaligned.bam";

/// The journal of an upload that was begun and not completed.
fn begun(lab: &mut Lab) -> std::path::PathBuf {
    lab.restart_sandbox(&["UploadReadSetPart:error:ValidationException"]);
    lab.put(&["a.bam"]).expect(1);
    lab.restart_sandbox(&[]);
    journals(lab).pop().expect("there is a journal")
}

fn journals(lab: &Lab) -> Vec<std::path::PathBuf> {
    let folder = fs::read_dir(lab.home().join(".local/state/omics-upload")).unwrap();
    let paths = folder.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|end| end == "jsonl")).collect()
}

#[test]
fn fifo_state_dir() {
    let mut lab = Lab::new();
    lab.copy(UNALIGNED, "a.bam");
    let journal = begun(&mut lab);
    fs::remove_file(&journal).unwrap();
    super::files::fifo(&journal);
    let said = lab.put(&["a.bam", "-q"]);
    said.expect(0);
    let store = lab.store();
    assert!(said.stderr.contains("it is a named pipe, not a regular file"), "{}", said.stderr);
    Lab::run(lab.command(["resume", "--store", &store])).expect(0);
    Lab::run(lab.command(["uploads", "list", "--store", &store])).expect(0);
    let receipts = lab.home().join(".local/state/omics-upload/receipts");
    super::files::fifo(&receipts.join("1-2-3.json"));
    let said = Lab::run(lab.command(["receipts", "list"]));
    assert_eq!(said.expect(1).stdout.lines().count(), 2, "{}", said.stdout);
    assert!(said.stderr.contains("it is a named pipe"), "{}", said.stderr);
    let config = lab.home().join(".config/omics-upload");
    fs::create_dir_all(&config).unwrap();
    super::files::fifo(&config.join("config.toml"));
    let said = lab.put(&["a.bam"]);
    assert!(said.expect(2).stderr.contains("it is a named pipe"), "{}", said.stderr);
}

#[test]
fn a_journal_under_another_s_name_is_not_used() {
    let mut lab = Lab::new();
    lab.copy(UNALIGNED, "a.bam");
    let journal = begun(&mut lab);
    lab.file("b.fastq.gz", &fs::read(data("cases/too-many-files/P1_R1.fastq.gz")).unwrap());
    // Where that of the other file would be.
    lab.restart_sandbox(&["UploadReadSetPart:error:ValidationException"]);
    lab.put(&["b.fastq.gz"]).expect(1);
    lab.restart_sandbox(&[]);
    let other = journals(&lab).into_iter().find(|path| *path != journal).unwrap();
    fs::rename(&journal, &other).unwrap();
    let store = lab.store();
    let said = Lab::run(lab.command(["resume", "--store", &store]));
    assert!(said.expect(0).stderr.contains("nothing is to be resumed"), "{}", said.stderr);
    let said = lab.put(&["b.fastq.gz", "--fresh", "-q"]);
    assert!(said.expect(0).stderr.contains("is the journal of another upload"), "{}", said.stderr);
    assert!(other.with_extension("damaged").exists());
}

#[test]
fn a_journal_of_another_user_is_not_used() {
    let mut lab = Lab::new();
    lab.copy(UNALIGNED, "a.bam");
    let journal = begun(&mut lab);
    if chown(&journal, Some(12345), None).is_err() {
        skipped("only root can give a file to another user");
        return;
    }
    let store = lab.store();
    let said = Lab::run(lab.command(["resume", "--store", &store]));
    assert!(said.expect(0).stderr.contains("nothing is to be resumed"), "{}", said.stderr);
    let said = lab.put(&["a.bam", "-q"]);
    assert!(
        said.expect(0).stderr.contains("belongs to another user (uid 12345)"),
        "{}",
        said.stderr
    );
    assert!(journal.exists());
}

/// A home that may not be entered is that of another user.
#[test]
fn a_home_out_of_reach_is_none() {
    let lab = Lab::new();
    lab.copy(UNALIGNED, "a.bam");
    lab.config("attempts = 'many'");
    let store = lab.store();
    let locked = fs::Permissions::from_mode(0o000);
    fs::set_permissions(lab.home(), locked).unwrap();
    for home in [lab.home(), "/dev/null".into()] {
        let command = |arguments: &[&str]| {
            let mut plain = lab.command(arguments);
            plain.env("HOME", &home);
            without_powers(&lab, plain)
        };
        let Some(put) = command(&["put", "a.bam", "--store", &store, "-q"]) else { return };
        let said = Lab::run(put);
        assert_eq!(said.expect(0).stderr, "");
        let said = Lab::run(command(&["resume", "--store", &store]).unwrap());
        assert!(said.expect(0).stderr.contains("nothing is to be resumed"), "{}", said.stderr);
        Lab::run(command(&["check", "a.bam", "-q"]).unwrap()).expect(0);
    }
    fs::set_permissions(lab.home(), fs::Permissions::from_mode(0o700)).unwrap();
    // What is named has to be there.
    lab.config("");
    lab.file("file", b"");
    for command in [&["put", "a.bam"][..], &["resume"]] {
        let named = ["--store", &store, "--state-dir", "file/state"];
        let said = Lab::run(lab.command([command, &named].concat()));
        assert!(
            said.expect(2).stderr.contains("`file/state` cannot be reached"),
            "{}",
            said.stderr
        );
    }
}

/// A command of root's that may not enter what is closed; `None` if that cannot be had.
fn without_powers(lab: &Lab, command: Command) -> Option<Command> {
    if fs::read_dir(lab.home()).is_err() {
        return Some(command);
    }
    if Command::new("setpriv").arg("--version").output().is_err() {
        skipped("root may enter everything, and setpriv is not installed");
        return None;
    }
    let dropped = "-dac_override,-dac_read_search";
    let mut without = Command::new("setpriv");
    without.args(["--bounding-set", dropped, "--inh-caps", dropped]).arg(command.get_program());
    without.args(command.get_args()).current_dir(lab.path(""));
    without.env_clear().envs(command.get_envs().filter_map(|(key, value)| Some((key, value?))));
    Some(without)
}
