//! The limits that the system sets to a process.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    lab::{Lab, Said, skipped},
    material::fastq_of,
};

/// A folder that any user may enter, with the binary and two mates in it.
struct Open(tempfile::TempDir);

impl Open {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let binary = folder.path().join("omics-upload");
        fs::copy(env!("CARGO_BIN_EXE_omics-upload"), binary).unwrap();
        for name in ["P1_R1.fastq.gz", "P1_R2.fastq.gz"] {
            let from = crate::lab::data("cases/thread-limit").join(name);
            fs::write(folder.path().join(name), fs::read(from).unwrap()).unwrap();
        }
        fs::create_dir(folder.path().join("home")).unwrap();
        for name in ["", "home"] {
            let mode = fs::Permissions::from_mode(0o777);
            fs::set_permissions(folder.path().join(name), mode).unwrap();
        }
        Self(folder)
    }

    /// The binary as a user of its own, who may have so many threads and processes.
    fn run(&self, threads: u32, arguments: &[&str]) -> Said {
        // Users that nobody else is: others' threads would count.
        let user = (900_000 + std::process::id() % 10_000 * 100 + threads).to_string();
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid", &user, "--regid", &user, "--clear-groups"])
            .args(["prlimit", &format!("--nproc={threads}")])
            .arg(self.0.path().join("omics-upload"))
            .args(arguments)
            .current_dir(self.0.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.0.path().join("home"))
            .stdin(Stdio::null());
        let begun = Instant::now();
        let said = crate::lab::said(command.output().unwrap());
        assert!(begun.elapsed() < Duration::from_secs(50), "it waited for something");
        assert!(!said.stderr.contains("panicked"), "{}", said.stderr);
        said
    }
}

/// Whether other users can be had, for whom limits hold.
fn may_be_others() -> bool {
    let id = Command::new("setpriv").args(["--reuid", "900000", "true"]).output();
    let may = id.is_ok_and(|done| done.status.success())
        && Command::new("prlimit").arg("--version").output().is_ok();
    if !may {
        skipped("root and util-linux are needed to set limits for another user");
    }
    may
}

const PAIR: [&str; 2] = ["P1_R1.fastq.gz", "P1_R2.fastq.gz"];

/// <https://github.com/alexdobin/STAR/issues/195>
#[test]
fn thread_limit() {
    if !may_be_others() {
        return;
    }
    let open = Open::new();
    let with = |words: &[&'static str]| [words, &PAIR].concat();
    for threads in 1..=4 {
        let said = open.run(threads, &with(&["check", "--full"]));
        // Where one thread ends before the next begins, a few are enough.
        if threads > 2 && said.status == Some(0) {
            continue;
        }
        assert!(said.stderr.contains("cannot start a thread: the limit"), "{}", said.stderr);
        assert!(said.stderr.contains("`ulimit -u`"), "{}", said.stderr);
        assert!(!said.stderr.contains("P1_R1"), "the file is not to blame: {}", said.stderr);
        said.expect(1);
    }
    open.run(16, &with(&["check", "--full", "-q"])).expect(0);
    for threads in [1, 2, 5, 6, 7, 8, 9, 10, 12] {
        let said = open.run(threads, &with(&["put", "--sandbox", "--verify", "-q"]));
        assert!(matches!(said.status, Some(0 | 75)), "{threads}: {}", said.stderr);
        assert_eq!(said.status == Some(0), said.stderr.is_empty(), "{}", said.stderr);
        let of_file = said.stderr.lines().any(|line| line.contains("damaged"));
        assert!(!of_file, "the file is not to blame: {}", said.stderr);
    }
    for threads in [20, 40, 100] {
        let said = open.run(threads, &with(&["put", "--sandbox", "--verify"]));
        said.expect(0);
        assert!(said.stderr.contains("few threads can be started"), "{}", said.stderr);
    }
}

/// Threads for the workers of the runtime, but for nothing else.
#[test]
fn hang_after_panic_threads() {
    if !may_be_others() {
        return;
    }
    let open = Open::new();
    let processors = std::thread::available_parallelism().map_or(2, usize::from);
    for threads in processors..processors + 4 {
        let threads = u32::try_from(threads).unwrap();
        let said = open.run(threads, &["put", "--sandbox", "-q", "P1_R1.fastq.gz"]);
        assert!(matches!(said.status, Some(0 | 75)), "{threads}: {}", said.stderr);
        for command in [&["wait", "1234567890"][..], &["uploads", "list"], &["resume"]] {
            let store = ["--store", "1234567890"];
            let said = open.run(1, &[command, &store].concat());
            assert!(said.stderr.starts_with("error: cannot start a thread"), "{}", said.stderr);
            said.expect(75);
        }
    }
}

/// The many parts of a large file, where threads are so few that they must not wait for one another.
#[test]
fn few_threads_send_many_parts() {
    if !may_be_others() {
        return;
    }
    let open = Open::new();
    fs::write(open.0.path().join("large.fastq.gz"), fastq_of(30 * 1024 * 1024)).unwrap();
    let large = ["large.fastq.gz", "--part-size", "5MiB", "--concurrency", "6"];
    for threads in [8, 11, 16] {
        let said = open.run(threads, &[&["put", "--sandbox"], &large[..]].concat());
        assert!(said.expect(0).stderr.contains("few threads can be started"), "{}", said.stderr);
    }
}

fn with_limit(lab: &Lab, option: &str, arguments: &[&str]) -> Option<Said> {
    let command = lab.command(arguments);
    let mut limited = Command::new("prlimit");
    limited.arg(option).arg(command.get_program()).args(command.get_args());
    limited.env_clear().envs(command.get_envs().filter_map(|(key, value)| Some((key, value?))));
    limited.current_dir(lab.path("")).stdin(Stdio::null());
    if let Ok(output) = limited.output() {
        return Some(crate::lab::said(output));
    }
    skipped("prlimit of util-linux is needed");
    None
}

/// <https://github.com/samtools/bcftools/issues/432>
#[test]
fn too_many_files() {
    const FILES: usize = 300;
    let lab = Lab::new();
    let bytes = fs::read(crate::lab::data("cases/too-many-files/P1_R1.fastq.gz")).unwrap();
    let names: Vec<_> = (1..=FILES).map(|at| format!("S{at}.fastq.gz")).collect();
    for name in &names {
        lab.file(name, &bytes);
    }
    let all = |words: &[&str]| {
        let words = words.iter().map(|word| (*word).to_owned());
        words.chain(names.iter().cloned()).collect::<Vec<_>>()
    };
    let run = |limit, words: &[&str]| {
        let words = all(words);
        with_limit(&lab, limit, &words.iter().map(String::as_str).collect::<Vec<_>>())
    };
    // The soft limit is raised.
    let Some(said) = run("--nofile=256:4096", &["check", "-q"]) else { return };
    said.expect(0);
    let said = run("--nofile=256:4096", &["put", "-q", "--sandbox", "--no-wait"]).unwrap();
    assert_eq!(said.expect(0).stdout.lines().count(), FILES);
    // Where the hard one cannot be, files are open only while it is their turn.
    run("--nofile=128:128", &["check", "-q"]).unwrap().expect(0);
    let state = lab.path("state");
    let put = ["put", "-q", "--sandbox", "--no-wait", "--state-dir", state.to_str().unwrap()];
    let said = run("--nofile=128:128", &put).unwrap();
    assert_eq!(said.expect(0).stdout.lines().filter(|line| *line != "failed").count(), FILES);
    // What is too little for one of them is told once.
    for command in [&["check"][..], &["put", "--sandbox"]] {
        let said = run("--nofile=40:40", command).unwrap();
        said.expect(2);
        assert_eq!(said.stderr.matches("error:").count(), 1, "{}", said.stderr);
        assert!(said.stderr.contains("`ulimit -n 44`"), "{}", said.stderr);
    }
}

/// A state folder, journals and two files for each read set: far more than may be open.
#[test]
fn pairs_of_files_are_opened_when_their_turn_comes() {
    const PAIRS: usize = 300;
    let lab = Lab::new();
    let mut names = Vec::new();
    for at in 1..=PAIRS {
        for mate in 1..=2 {
            let read = format!("@A:1:F:1:{at}:1:1 {mate}:N:0:A\nACGT\n+\nIIII\n");
            let name = format!("S{at}_R{mate}.fastq.gz");
            lab.file(&name, &crate::files::gzip(read.as_bytes()));
            names.push(name);
        }
    }
    let (store, state) = (lab.path("store"), lab.path("state"));
    let sandbox = format!("--sandbox={}", store.to_str().unwrap());
    let words = ["put", "-q", &sandbox, "--state-dir", state.to_str().unwrap()];
    let words: Vec<_> = words.into_iter().chain(names.iter().map(String::as_str)).collect();
    let Some(said) = with_limit(&lab, "--nofile=128:128", &words) else { return };
    assert_eq!(said.expect(0).stdout.lines().filter(|line| *line != "failed").count(), PAIRS);
    assert!(fs::read_dir(&state).unwrap().all(|entry| entry.unwrap().path().is_dir()));
}

/// <https://github.com/nodejs/node/pull/27798>
#[test]
fn file_size_limit() {
    let lab = Lab::new();
    lab.file("a.bam", &fs::read(crate::lab::data("cases/file-size-limit/a.bam")).unwrap());
    let store = lab.store();
    let put = ["put", "a.bam", "--store", &store, "--receipt", "r.json", "--log-file", "log"];
    let Some(said) = with_limit(&lab, "--fsize=1024", &put[..4]) else { return };
    assert_eq!(said.expect(0).line().len(), 10);
    assert!(said.stderr.contains("File too large"), "{}", said.stderr);
    // What was asked for and cannot be written costs the status, not the ID.
    let said = with_limit(&lab, "--fsize=1024", &put).unwrap();
    assert_eq!(said.expect(1).line().len(), 10);
    assert!(!Path::new(&lab.path("r.json")).exists());
    let said = with_limit(&lab, "--fsize=0", &["put", "a.bam", "--store", &store]).unwrap();
    assert_eq!(said.expect(0).line().len(), 10);
}
