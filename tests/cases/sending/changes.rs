//! Files whose dates do not tell that they changed, or that look changed and are not.

use std::{
    fs,
    io::Write as _,
    ops::Range,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    lab::{Lab, skipped},
    material::{PART, reads, stored},
    running::Running,
};

/// How many members the file has.
const MEMBERS: usize = 240;

/// A gzip FASTQ of many members that do not compress; in some of them one base is another.
fn content(changed: &[usize]) -> Vec<u8> {
    let text = reads("r{}", 60_000, 1000);
    let mut other = text.clone();
    let base = other.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    other[base] = b'N';
    let (text, other) = (stored(&text), stored(&other));
    assert_eq!(text.len(), other.len());
    let member = |number| if changed.contains(&number) { &other } else { &text };
    (0..MEMBERS).flat_map(|number| member(number).iter().copied()).collect()
}

/// The first member of a part that lies in no block that the fingerprint is made of.
fn hidden_member(size: usize, part: usize) -> usize {
    let member = size / MEMBERS;
    let apart =
        |one: &Range<usize>, other: Range<usize>| one.end <= other.start || other.end <= one.start;
    let is_hidden = |at: &Range<usize>| {
        at.start >= 1 << 20
            && at.end <= size - (1 << 20)
            && (1..15).all(|i| apart(at, size / 15 * i..size / 15 * i + (64 << 10)))
            && at.start >= part * PART
            && at.end <= (part + 1) * PART
    };
    (0..MEMBERS).find(|number| is_hidden(&(number * member..(number + 1) * member))).unwrap()
}

/// Another content of the same length that differs in these parts, where no block of the fingerprint is.
fn other_content(parts: &[usize]) -> Vec<u8> {
    let size = content(&[]).len();
    let members: Vec<_> = parts.iter().map(|part| hidden_member(size, *part)).collect();
    content(&members)
}

/// Writes into the file, and puts its date back.
fn rewrite_secretly(path: &Path, new: &[u8]) {
    let mut file = fs::File::options().write(true).open(path).unwrap();
    let modified = file.metadata().unwrap().modified().unwrap();
    file.write_all(new).unwrap();
    file.set_modified(modified).unwrap();
}

const COMMAND: [&str; 4] = ["s.fastq.gz", "--part-size=5MiB", "--concurrency=1", "-v"];

fn lab(faults: &[&str]) -> (Lab, PathBuf) {
    let lab = Lab::with_faults(faults);
    let path = lab.file("s.fastq.gz", &content(&[]));
    (lab, path)
}

/// Two of three parts are stored, then it is killed.
fn with_two_parts() -> (Lab, PathBuf) {
    let (mut lab, path) = lab(&["UploadReadSetPart:stall,part=3"]);
    let mut running = Running::start(lab.put_command(&COMMAND));
    running.wait_for_lines("confirmed, ", 2);
    running.signal("KILL");
    running.finish();
    lab.restart_sandbox(&[]);
    (lab, path)
}

/// The parts that were sent since there were so many requests.
fn sent(lab: &Lab, before: usize) -> Vec<u64> {
    let requests = lab.requests().split_off(before).into_iter();
    let parts = requests.filter(|request| request["operation"] == "UploadReadSetPart");
    parts.map(|request| request["part"].as_u64().unwrap()).collect()
}

#[test]
fn mtime_kept_mixture() {
    let (lab, path) = with_two_parts();
    let new = other_content(&[0, 2]);
    rewrite_secretly(&path, &new);
    let before = lab.requests().len();
    let said = lab.put(&COMMAND);
    said.expect(0);
    assert!(lab.read_back(said.line(), "SOURCE1") == new, "old and new content are mixed");
    assert_eq!(sent(&lab, before), [1, 3]);
    assert_eq!((lab.read_sets(), lab.uploads()), (1, 0));
}

/// `--if-exists skip` counts nothing as uploaded that a fingerprint and the date alone call the same.
#[test]
fn mtime_kept_and_skipped() {
    let (lab, path) = lab(&[]);
    let first = lab.put(&COMMAND);
    let skip = || lab.put(&[&COMMAND[..], &["--if-exists=skip"]].concat());
    let same = skip();
    assert_eq!(same.expect(0).line(), first.expect(0).line());
    let new = other_content(&[0]);
    rewrite_secretly(&path, &new);
    let other = skip();
    assert_ne!(other.expect(0).line(), first.line());
    assert!(lab.read_back(other.line(), "SOURCE1") == new);
}

#[test]
fn mtime_kept_under_a_run() {
    let (mut lab, path) = lab(&["UploadReadSetPart:latency:5s,part=3"]);
    let new = other_content(&[0, 1]);
    let mut running = Running::start(lab.put_command(&COMMAND));
    // Part 3 is under way: a change before it starts is found sooner, by the file's times.
    running.wait_for_lines("part 3 of SOURCE1 started", 1);
    rewrite_secretly(&path, &new);
    let said = running.finish();
    said.expect(1);
    let wanted = "changed while it was uploaded: part ";
    assert!(said.stderr.contains(wanted), "{}", said.stderr);
    assert!(said.stderr.contains("was sent with other content than it has now"));
    assert_eq!(lab.count("CompleteMultipartReadSetUpload"), 0);
    lab.restart_sandbox(&[]);
    let again = lab.put(&COMMAND);
    again.expect(0);
    assert!(lab.read_back(again.line(), "SOURCE1") == new);
}

fn change_mode(path: &Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

/// As a backup does that keeps its copies as links.
fn link(path: &Path) {
    fs::hard_link(path, path.with_extension("backup")).unwrap();
}

#[test]
fn what_leaves_the_content_alone_sends_nothing_again() {
    for change in [change_mode, link] {
        let (lab, path) = with_two_parts();
        let changed = |path: &Path| fs::metadata(path).unwrap().ctime_nsec();
        let before = changed(&path);
        change(&path);
        assert_ne!(changed(&path), before);
        let before = lab.requests().len();
        let said = lab.put(&COMMAND);
        said.expect(0);
        assert_eq!(sent(&lab, before), [3]);
        assert!(lab.read_back(said.line(), "SOURCE1") == content(&[]));
    }
}

#[test]
fn what_leaves_the_content_alone_does_not_fail_a_run() {
    for change in [change_mode, link] {
        let (lab, path) = lab(&["UploadReadSetPart:latency:3s,part=3"]);
        let mut running = Running::start(lab.put_command(&COMMAND));
        running.wait_for_lines("confirmed, ", 1);
        change(&path);
        let said = running.finish();
        said.expect(0);
        assert_eq!(lab.count("UploadReadSetPart"), 3);
        assert!(lab.read_back(said.line(), "SOURCE1") == content(&[]));
    }
}

/// Old journals do not say when anything but the content changed.
#[test]
fn a_journal_of_an_earlier_version_is_proven_by_reading() {
    let (lab, _) = with_two_parts();
    let folder = lab.home().join(".local/state/omics-upload");
    let journal = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let journal = journal.into_iter().find(|path| path.extension().is_some()).unwrap();
    let text = fs::read_to_string(&journal).unwrap();
    let old = regex_lite::Regex::new(r#","changed":"\d+""#).unwrap().replace_all(&text, "");
    assert_ne!(old, text);
    fs::write(&journal, &*old).unwrap();
    let before = lab.requests().len();
    lab.put(&COMMAND).expect(0);
    assert_eq!(sent(&lab, before), [3]);
}

/// Makes every look at files of a name find another inode.
const UNSTABLE: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
static unsigned long next = 1000;
static int match(int fd, const char *path) {
    char name[4096], link[64];
    if (path && *path) { snprintf(name, sizeof name, "%s", path); }
    else {
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        ssize_t length = readlink(link, name, sizeof name - 1);
        if (length < 0) return 0;
        name[length] = 0;
    }
    return strstr(name, "a.bam") != 0;
}
int statx(int fd, const char *path, int flags, unsigned mask, struct statx *found) {
    static int (*real)(int, const char *, int, unsigned, struct statx *);
    if (!real) real = dlsym(RTLD_NEXT, "statx");
    int result = real(fd, path, flags, mask, found);
    if (result == 0 && match(fd, path)) found->stx_ino = next++;
    return result;
}
"#;

/// Builds a library to be loaded before others; `None` where there is no compiler.
fn library(lab: &Lab) -> Option<PathBuf> {
    let (source, library) = (lab.path("unstable.c"), lab.path("unstable.so"));
    fs::write(&source, UNSTABLE).unwrap();
    let mut gcc = Command::new("gcc");
    let built =
        gcc.args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).arg("-ldl").status();
    built.is_ok_and(|status| status.success()).then_some(library)
}

/// <https://github.com/restic/restic/issues/1631>
#[test]
fn unstable_inode() {
    let lab = Lab::new();
    let Some(library) = library(&lab) else { return skipped("gcc is needed for unstable inodes") };
    lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
    let store = lab.store();
    for arguments in [&["check", "a.bam"][..], &["put", "a.bam", "--store", &store]] {
        let mut command = lab.command(arguments);
        command.env("LD_PRELOAD", &library);
        Lab::run(command).expect(0);
    }
    assert_eq!((lab.read_sets(), lab.uploads()), (1, 0));
}
