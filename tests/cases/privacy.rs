//! What a sandbox keeps is its owner's alone, is gone when it is to be, and nothing else is touched.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{
    lab::{Lab, at_once, skipped},
    material::{PART, fastq_of},
    running::Running,
};

/// `put` into a sandbox of its own, with temporary files in a folder of the lab, and a umask that
/// hides nothing.
fn put_in_sandbox(lab: &Lab, sandbox: &str, arguments: &[&str]) -> Command {
    let plain = lab.command([""; 0]);
    let mut shell = Command::new("sh");
    shell.args(["-c", "umask 000; exec \"$0\" \"$@\""]).arg(plain.get_program());
    shell.args(["put", sandbox]).args(arguments);
    fs::create_dir_all(lab.path("tmp")).unwrap();
    let kept = plain.get_envs().filter_map(|(name, value)| Some((name, value?)));
    shell.env_clear().envs(kept).env("TMPDIR", lab.path("tmp")).current_dir(lab.path(""));
    shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    shell
}

/// The temporary folders of sandboxes.
fn folders(lab: &Lab) -> Vec<PathBuf> {
    let entries = fs::read_dir(lab.path("tmp")).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.to_string_lossy().contains("omics-upload-sandbox-")).collect()
}

/// Everything below a folder, itself included.
fn all_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.is_symlink() {
            found.extend(all_below(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[track_caller]
fn is_private(folder: &Path) {
    for path in all_below(folder) {
        let found = path.symlink_metadata().unwrap();
        let expected = if found.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(found.permissions().mode() & 0o777, expected, "{}", path.display());
    }
}

/// The loopback port that a process listens at, as Linux tells it.
fn port(id: u32) -> Option<u16> {
    let sockets: Vec<_> = fs::read_dir(format!("/proc/{id}/fd"))
        .ok()?
        .filter_map(|entry| Some(fs::read_link(entry.ok()?.path()).ok()?.display().to_string()))
        .collect();
    let table = fs::read_to_string(format!("/proc/{id}/net/tcp")).ok()?;
    table.lines().skip(1).find_map(|line| {
        let fields: Vec<_> = line.split_whitespace().collect();
        let is_listening =
            fields[3] == "0A" && sockets.contains(&format!("socket:[{}]", fields[9]));
        let (_, port) = fields[1].split_once(':')?;
        is_listening.then(|| u16::from_str_radix(port, 16).unwrap())
    })
}

/// Asks for the stores, with a signature that is right in form.
fn ask(port: u16, headers: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let signature = "0".repeat(64);
    write!(
        stream,
        "POST /sequencestores HTTP/1.1\r\n{headers}\r\nContent-Length: 2\r\nConnection: close\r\n\
         X-Amz-Date: 20261126T000000Z\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=x/20261126/us-east-1/omics/aws4_request, \
         SignedHeaders=host;x-amz-date, Signature={signature}\r\n\r\n{{}}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn sandbox_world_readable() {
    let lab = Lab::new();
    lab.copy("pysam-tests/test_unaligned.bam", "patient.bam");
    // Nobody reads it: the process stays at its end.
    fifo(&lab.path("receipt"));
    let command = put_in_sandbox(&lab, "--sandbox", &["patient.bam", "--receipt", "receipt", "-v"]);
    let mut running = Running::start(command);
    running.wait_for_lines(": active, read set", 1);
    let folder = folders(&lab).pop().unwrap();
    let parts = all_below(&folder);
    assert!(parts.iter().any(|path| path.extension().is_some_and(|kind| kind == "part")));
    is_private(&folder);
    if let Some(port) = port(running.id()) {
        let answer = ask(port, "Host: localhost");
        assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
        assert!(answer.contains("UnrecognizedClientException"), "{answer}");
    } else {
        skipped("the port of another process is not told here");
    }
    running.signal("TERM");
    running.finish().expect(143);
    assert_eq!(folders(&lab), [""; 0].map(PathBuf::from));
}

#[test]
fn a_folder_that_is_kept_is_private_too() {
    let lab = Lab::new();
    lab.copy("pysam-tests/test_unaligned.bam", "patient.bam");
    let said = put_in_sandbox(&lab, "--sandbox=kept", &["patient.bam"]).output().unwrap();
    assert!(said.status.success(), "{said:?}");
    is_private(&lab.path("kept"));
}

#[test]
fn a_temporary_sandbox_is_removed_after_signals() {
    at_once(
        &[(&["INT"][..], 130), (&["TERM"], 143), (&["HUP"], 129), (&["INT"; 2], 130)],
        |case| {
            let (signals, status) = case;
            let lab = Lab::new();
            lab.file("reads.fastq.gz", &fastq_of(3 * PART + 1000));
            let arguments = [
                "reads.fastq.gz",
                "--part-size=5MiB",
                "--concurrency=1",
                "--max-bandwidth=1MB",
                "-v",
            ];
            let mut running = Running::start(put_in_sandbox(&lab, "--sandbox", &arguments));
            running.wait_for_lines("started, attempt 1", 1);
            assert_eq!(folders(&lab).len(), 1);
            for signal in *signals {
                running.signal(signal);
                running.wait_for_lines("stopping (SIG", 1);
            }
            running.finish().expect(*status);
            assert_eq!(folders(&lab).len(), 0, "{signals:?}");
        },
    );
}

#[test]
fn a_signal_before_the_upload_leaves_nothing_behind() {
    let lab = Lab::new();
    lab.copy("hts-sys/range.bam", "a.bam");
    // Nobody writes to it: the sandbox waits for its reference.
    fifo(&lab.path("genome.fa"));
    let arguments = ["a.bam", "--reference=auto", "--sandbox-reference=genome.fa"];
    let command = put_in_sandbox(&lab, "--sandbox", &arguments);
    let running = Running::start(command);
    lab.wait_until(|lab| {
        folders(lab).first().is_some_and(|folder| folder.join("references").is_dir())
    });
    running.signal("INT");
    let said = running.finish();
    said.expect(130);
    assert_eq!(said.stderr, "error: stopped by SIGINT before anything was uploaded\n");
    assert_eq!(folders(&lab).len(), 0);
}

#[test]
fn pages_and_other_hosts_are_refused() {
    let lab = Lab::new();
    let port = lab.url().rsplit_once(':').unwrap().1.parse().unwrap();
    for headers in ["Host: localhost", "Host: 127.0.0.1:1"] {
        let answer = ask(port, headers);
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
    for headers in [
        "Host: attacker.example",
        "Host: localhost.attacker.example",
        "Host: localhost\r\nOrigin: null",
        "Host: localhost\r\nOrigin: http://localhost",
        "X: y",
    ] {
        let answer = ask(port, headers);
        assert!(answer.starts_with("HTTP/1.1 403 "), "{headers}: {answer}");
        assert!(answer.contains("AccessDeniedException"), "{headers}: {answer}");
    }
}

#[test]
fn sandbox_deletes_folder() {
    let lab = Lab::new();
    lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
    let genome = lab.path("project/references/38/genome.fa");
    fs::create_dir_all(genome.parent().unwrap()).unwrap();
    fs::create_dir_all(lab.path("project/references/37")).unwrap();
    fs::write(&genome, ">chr1\nACGT\n").unwrap();
    for _ in 0..2 {
        let said = Lab::run(lab.command(["put", "--sandbox=project", "a.bam"]));
        said.expect(2);
        assert_eq!(said.stderr, "error: `project` is neither a sandbox nor empty\n");
    }
    assert_eq!(all_below(&lab.path("project")).len(), 5);
}

#[test]
fn a_sandbox_deletes_nothing_that_it_does_not_know() {
    let lab = Lab::new();
    lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
    let put = || Lab::run(lab.command(["put", "--sandbox=kept", "a.bam"])).expect(0).status;
    put();
    let upload = all_below(&lab.path("kept"))
        .into_iter()
        .find(|path| path.ends_with("readset.json"))
        .and_then(|path| Some(path.parent()?.to_owned()))
        .unwrap();
    let own = [
        upload.join("notes.txt"),
        upload.with_file_name("38").join("genome.fa"),
        lab.path("kept/references/38/genome.fa"),
        upload.join("SOURCE1-00002-0123456789abcdef.part/kept"),
    ];
    for path in &own {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "own").unwrap();
    }
    fs::write(upload.join("SOURCE1-00001-0123456789abcdef.part"), "left by a kill").unwrap();
    fs::write(lab.path("kept/references/store.json"), STORE).unwrap();
    put();
    for path in &own {
        assert_eq!(fs::read_to_string(path).unwrap(), "own", "{}", path.display());
    }
    assert!(!upload.join("SOURCE1-00001-0123456789abcdef.part").exists());
}

const STORE: &str = r#"{"id":"1234567891","created":"2026-11-26T00:00:00Z","name":"sandbox"}"#;

#[test]
fn a_sandbox_follows_no_links() {
    let lab = Lab::new();
    lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
    let other = lab.path("other");
    let refused = |name: &str, said: &str| {
        let outcome = Lab::run(lab.command(["put", &format!("--sandbox={name}"), "a.bam"]));
        outcome.expect(2);
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
        assert!(!other.exists() || fs::read_dir(&other).unwrap().count() == 0);
    };
    for (name, link) in [("one", "sandbox.json"), ("two", "lock"), ("three", "stores")] {
        fs::create_dir(lab.path(name)).unwrap();
        symlink(&other, lab.path(name).join(link)).unwrap();
        refused(
            name,
            if link == "sandbox.json" { "symbolic link" } else { "neither a sandbox nor" },
        );
    }
    fs::create_dir(&other).unwrap();
    for (name, link) in [("four", "stores"), ("five", "references")] {
        fs::create_dir(lab.path(name)).unwrap();
        let layout = r#"{"version":1,"store":"1234567890"}"#;
        fs::write(lab.path(name).join("sandbox.json"), layout).unwrap();
        symlink(&other, lab.path(name).join(link)).unwrap();
        refused(name, "not a folder");
    }
}

#[test]
fn a_record_leads_to_no_other_file() {
    let lab = Lab::new();
    lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
    let put = || Lab::run(lab.command(["put", "--sandbox=kept", "a.bam"]));
    put().expect(0);
    let files = all_below(&lab.path("kept"));
    let record = files.iter().find(|path| path.ends_with("readset.json")).unwrap();
    let part = files.iter().find(|path| path.to_string_lossy().ends_with(".part")).unwrap();
    let name = part.file_name().unwrap().to_str().unwrap();
    let text = fs::read_to_string(record).unwrap();
    assert!(text.contains(name));
    fs::write(record, text.replace(name, "../../../a.bam")).unwrap();
    let said = put();
    said.expect(2);
    assert!(said.stderr.contains("readset.json` is damaged"), "{}", said.stderr);
    assert!(said.stderr.contains("`file` is no name of a part's data"), "{}", said.stderr);
}

#[test]
fn a_request_log_is_added_to_nothing_else() {
    let lab = Lab::new();
    let bam = lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
    let before = fs::read(&bam).unwrap();
    let said = Lab::run(lab.command(["sandbox", "--request-log", "a.bam"]));
    said.expect(2);
    assert!(said.stderr.contains("the file is not a request log"), "{}", said.stderr);
    assert_eq!(fs::read(&bam).unwrap(), before);
}
