//! What goes where: progress, logs, closed and full outputs, terminals.

use std::{
    fs::{self, File},
    io::pipe,
    os::unix::fs::PermissionsExt as _,
    process::{Command, Stdio},
};

use expect_test::expect;
use serde_json::Value;

use crate::{
    files::bam,
    lab::{Lab, Said, skipped},
    material::broken_bam,
};

pub(crate) const UBAM: &str = "pysam-tests/test_unaligned.bam";
/// Of a file that may be called anything.
pub(crate) const EVIL: &str = "evil\u{1b}[2J\u{1b}]0;x\u{7}\n\u{202e}name.bam";

/// A lab with one small file, `a.bam`.
pub(crate) fn lab() -> Lab {
    let lab = Lab::new();
    lab.copy(UBAM, "a.bam");
    lab
}

#[test]
fn quiet_says_nothing_when_all_is_well() {
    let lab = lab();
    for arguments in [["a.bam", "-q"], ["a.bam", "--quiet"], ["a.bam", "--progress=none"]] {
        assert_eq!(lab.put(&arguments).expect(0).stderr, "");
    }
}

#[test]
fn verbose_names_every_part_and_every_trouble() {
    let lab = Lab::with_faults(&[
        "UploadReadSetPart:error:InternalServerException,nth=1",
        "UploadReadSetPart:error:ThrottlingException,nth=2",
        "ListReadSetUploadParts:http:502,nth=1",
    ]);
    lab.copy(UBAM, "a.bam");
    let said = lab.put(&["a.bam", "-v"]);
    let delay = regex_lite::Regex::new(r"again in [0-9a-z ]+").unwrap();
    let plain = delay.replace_all(&lab.plain(&said.stderr), "again in TIME").into_owned();
    expect![[r#"
        TIME 1 read set, 515 B in 1 part
        TIME a: uploading, upload ID
        TIME a: part 1 of SOURCE1 started, attempt 1, 515 B
        TIME a: part 1 of SOURCE1 failed, attempt 1, again in TIME: UploadReadSetPart failed: InternalServerException: This error was asked for (request ID REQUEST_ID)
        TIME a: part 1 of SOURCE1 started, attempt 2, 515 B
        TIME a: part 1 of SOURCE1 throttled, attempt 2, again in TIME
        TIME a: part 1 of SOURCE1 started, attempt 3, 515 B
        TIME a: part 1 of SOURCE1 confirmed, 515 B
        TIME a: confirming (the service's list of parts is checked)
        TIME a: ListReadSetUploadParts failed, attempt 1, again in TIME: ListReadSetUploadParts failed: the service answered with status 502 (request ID REQUEST_ID)
        TIME a: completing (HealthOmics puts the parts together)
        TIME a: processing (HealthOmics checks the read set), read set READ_SET
        TIME a: active, read set READ_SET, 515 B sent at RATE, TIME in all, 2 retries, 1 time throttled
    "#]].assert_eq(&plain);
}

#[test]
fn json_progress_is_an_object_a_line_and_nothing_else() {
    let lab = Lab::with_faults(&[
        "UploadReadSetPart:error:InternalServerException,nth=1",
        "UploadReadSetPart:opaque-checksum",
    ]);
    lab.copy(UBAM, "a.bam");
    lab.file("b.bam", &broken_bam());
    let said = lab.put(&["a.bam", "b.bam", "--progress=json"]);
    said.expect(3);
    let mut events = Vec::new();
    for line in said.stderr.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        assert_eq!(event["version"], 1, "{line}");
        assert!(event["time"].is_string(), "{line}");
        events.push(event["event"].as_str().unwrap().to_owned());
    }
    for wanted in [
        "planned",
        "upload_created",
        "part_started",
        "part_retrying",
        "part_uploaded",
        "confirming",
        "completing",
        "processing",
        "finished",
        "warning",
        "error",
        "progress",
    ] {
        assert!(events.iter().any(|event| event == wanted), "{wanted} is not in {events:?}");
    }
}

#[test]
fn json_progress_tells_numbers_for_programs() {
    let lab = lab();
    let said = lab.put(&["a.bam", "--progress=json"]);
    let lines: Vec<_> = said.expect(0).stderr.lines().filter(|l| !l.contains("progress")).collect();
    let plain = lab.plain(&lines.join("\n"));
    expect![[r#"
        {"version":1,"time":"TIME","event":"planned","read_sets":[{"name":"a","files":["a.bam"],"bytes":515,"parts":1}]}
        {"version":1,"time":"TIME","event":"upload_created","read_set":0,"upload_id":"ID"}
        {"version":1,"time":"TIME","event":"part_started","read_set":0,"source":"SOURCE1","part":1,"bytes":515,"attempt":1}
        {"version":1,"time":"TIME","event":"part_uploaded","read_set":0,"source":"SOURCE1","part":1,"bytes":515}
        {"version":1,"time":"TIME","event":"confirming","read_set":0}
        {"version":1,"time":"TIME","event":"completing","read_set":0}
        {"version":1,"time":"TIME","event":"processing","read_set":0,"read_set_id":"ID"}
        {"version":1,"time":"TIME","event":"finished","read_set":0,"outcome":"active","read_set_id":"ID"}"#]].assert_eq(&plain);
}

#[test]
fn the_log_is_detailed_private_and_added_to() {
    let lab = Lab::with_faults(&["UploadReadSetPart:error:InternalServerException,nth=1"]);
    lab.copy(UBAM, "a.bam");
    let log = lab.path("upload.log");
    for _ in 0..2 {
        assert_eq!(lab.put(&["a.bam", "-q", "--log-file=upload.log"]).expect(0).stderr, "");
    }
    assert_eq!(fs::metadata(&log).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&log).unwrap();
    assert_eq!(text.matches("1 read set, 515 B in 1 part").count(), 2, "{text}");
    assert_eq!(text.matches("failed, attempt 1").count(), 1, "{text}");
    let is_dated = |line: &str| line.as_bytes().get(4) == Some(&b'-') && line.contains("Z ");
    assert!(text.lines().all(is_dated), "{text}");
}

#[test]
fn secrets_appear_nowhere() {
    let lab = Lab::with_faults(&["UploadReadSetPart:error:AccessDeniedException,nth=2"]);
    lab.copy(UBAM, "a.bam");
    for (arguments, status) in [
        (["-v", "--log-file=log", "--output=json"], 0),
        (["--progress=json", "--log-file=log", "-v"], 1),
    ] {
        let mut command = lab.put_command(&["a.bam"]);
        command.args(arguments).env("AWS_SESSION_TOKEN", "token-that-nobody-may-see");
        let said = Lab::run(command);
        said.expect(status);
        let log = fs::read_to_string(lab.path("log")).unwrap();
        for text in [&said.stdout, &said.stderr, &log] {
            for secret in ["nobody-may-see", "AKIDEXAMPLE", "Authorization", "Signature"] {
                assert!(!text.contains(secret), "{secret} in {text}");
            }
        }
    }
}

/// Runs `put a.bam` in a shell, with redirections.
fn in_shell(lab: &Lab, redirections: &str) -> Said {
    let put = lab.put_command(&["a.bam"]);
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("exec \"$0\" \"$@\" {redirections}")]);
    shell.arg(put.get_program()).args(put.get_args());
    shell.env_clear().envs(put.get_envs().filter_map(|(key, value)| Some((key, value?))));
    Lab::run({
        shell.current_dir(lab.path("")).stdin(Stdio::null());
        shell
    })
}

#[test]
fn closed_outputs_end_nothing() {
    for redirections in [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-", "2>/dev/full"] {
        let lab = lab();
        let said = in_shell(&lab, redirections);
        assert_eq!(said.status, Some(0), "{redirections}: {}", said.stderr);
        assert_eq!(lab.read_sets(), 1, "{redirections}");
        assert_eq!(said.stdout.is_empty(), redirections.contains(">&- ") || redirections == ">&-");
    }
}

#[test]
fn readers_that_have_gone_end_nothing() {
    for which in ["stdout", "stderr"] {
        let lab = lab();
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        let mut command = lab.put_command(&["a.bam", "-v"]);
        if which == "stdout" {
            command.stdout(writer)
        } else {
            command.stderr(writer)
        };
        let said = Lab::run(command);
        assert_eq!(said.status, Some(0), "{which}: {}", said.stderr);
        assert_eq!(lab.read_sets(), 1, "{which}");
        assert!(!said.stderr.contains("panicked"), "{}", said.stderr);
    }
}

#[test]
fn an_id_that_cannot_be_written_is_a_failure() {
    let lab = lab();
    let mut command = lab.put_command(&["a.bam", "--progress=none"]);
    let Ok(full) = File::options().write(true).open("/dev/full") else {
        return skipped("there is no /dev/full");
    };
    command.stdout(full);
    let said = Lab::run(command);
    lab.shows(
        &said,
        &expect![[r#"
            --- stderr
            error: cannot write to stdout
              caused by: No space left on device (os error 28)

            hint: what it should have held: ID
            --- status 1
        "#]],
    );
    assert_eq!(lab.read_sets(), 1);
}

#[test]
fn a_log_that_cannot_be_written_ends_nothing() {
    let lab = lab();
    if File::open("/dev/full").is_err() {
        return skipped("there is no /dev/full");
    }
    let said = lab.put(&["a.bam", "-q", "--log-file=/dev/full"]);
    lab.shows(&said, &expect![[r#"
        ID
        --- stderr
        warning: the log file cannot be written, and ends here: No space left on device (os error 28)
        --- status 0
    "#]]);
}

#[test]
fn file_names_are_shown_escaped_everywhere() {
    let lab = Lab::new();
    lab.file(EVIL, &bam(b"@RG\tID:1\tSM:S1\n", &[]));
    lab.file("broken\u{1b}c.bam", &broken_bam());
    for progress in ["lines", "json", "none"] {
        let arguments = [EVIL, "--name=x", "-v", "--progress", progress, "--log-file=log"];
        lab.put(&arguments).expect(0);
        let arguments = ["broken\u{1b}c.bam", "--name=y", "--progress", progress, "--log-file=log"];
        let said = lab.put(&arguments);
        said.expect(4);
        let log = fs::read_to_string(lab.path("log")).unwrap();
        for text in [&said.stderr, &log] {
            assert!(!text.contains(|c: char| c != '\n' && c.is_control()), "{text:?}");
        }
    }
    let plan = lab.put(&[EVIL, "--name=x", "--dry-run"]);
    lab.shows(&plan, &expect![[r#"
        evil\u{1b}[2J\u{1b}]0;x\u{7}\n\u{202e}name.bam
          type           UBAM
          name           x  (as given)
          sample         S1  (from @RG SM)
          subject        S1  (from the sample)
          reference      none
          SOURCE1        evil\u{1b}[2J\u{1b}]0;x\u{7}\n\u{202e}name.bam  83 B (83 bytes), 1 part of 64.0 MiB
        --- status 0
    "#]]);
}

#[test]
fn help_and_version_go_to_stdout() {
    let lab = Lab::new();
    for arguments in [&["--help"][..], &["put", "--help"], &["--version"], &["help", "exit-status"]]
    {
        let said = Lab::run(lab.command(arguments));
        assert_eq!(said.expect(0).stderr, "");
        assert!(!said.stdout.is_empty());
    }
    let said = Lab::run(lab.command(["help", "exit-status"]));
    lab.shows(&said, &expect![[r#"
        0    all done: every read set is active (with --no-wait: completed), or was skipped as asked
        1    failed for good: the service or the system refused, or the source changed or is damaged
        2    usage, configuration or input is wrong; nothing was sent
        3    several read sets: some failed, some succeeded
        4    the service did not accept the data, or its ETag shows that it holds other data
        5    completed, but not known to be active (not within --wait-timeout, or the caller may not
             look), or with --verify not known to hold what was sent; the read set ID is on stdout
        75   temporary trouble outlasted the patience, or the credentials ran out; what was sent is kept,
             and the same command resumes
        130  SIGINT: what was sent is kept, and the same command resumes
        143  SIGTERM: what was sent is kept, and the same command resumes
        129  SIGHUP: what was sent is kept, and the same command resumes
        --- status 0
    "#]]);
}
