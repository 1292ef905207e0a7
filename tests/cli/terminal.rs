//! Bars and colors on a real terminal, and what they leave behind.

use std::{
    fs,
    num::NonZeroU16,
    process::{Command, Stdio},
    thread,
};

use expect_test::expect;

use super::output::{EVIL, UBAM, lab};
use crate::{
    lab::{Lab, skipped},
    material::{PART, broken_bam, fastq_of},
};

/// Rows and columns of the terminals.
const SIZE: (NonZeroU16, NonZeroU16) =
    (NonZeroU16::new(30).unwrap(), NonZeroU16::new(100).unwrap());

#[test]
fn colors_are_for_terminals_or_on_demand() {
    let lab = Lab::new();
    lab.file("b.bam", &broken_bam());
    let said = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = lab.put_command(&["b.bam"]);
        command.args(arguments).envs(variables.iter().copied());
        Lab::run(command).stderr.contains('\u{1b}')
    };
    let term = ("TERM", "xterm-256color");
    assert!(!said(&[], &[term]));
    assert!(said(&["--color=always"], &[term]));
    assert!(!said(&["--color=never"], &[term, ("CLICOLOR_FORCE", "1")]));
    assert!(!said(&[], &[term, ("NO_COLOR", "1")]));
}

/// Runs `put` on a terminal; gives the status and all that appeared.
fn on_terminal(lab: &Lab, arguments: &str, variables: &[(&str, &str)]) -> Option<(i32, String)> {
    let put = lab.put_command(&[]);
    let version = Command::new("script").arg("--version").output();
    if !version.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("util-linux")) {
        skipped("util-linux's script is not installed");
        return None;
    }
    let program = put.get_program().to_str().unwrap();
    let line = format!(
        "stty rows {} cols {}; {program} put --store {} {arguments}",
        SIZE.0,
        SIZE.1,
        lab.store()
    );
    let mut script = Command::new("script");
    script.args(["-qec", &line, "/dev/null"]);
    script.env_clear().envs(put.get_envs().filter_map(|(key, value)| Some((key, value?))));
    script.env("TERM", "xterm-256color").env("SHELL", "/bin/sh").envs(variables.iter().copied());
    let output = script.current_dir(lab.path("")).stdin(Stdio::null()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    Some((output.status.code().unwrap(), text))
}

/// Whether the cursor was hidden, and is visible at the end.
fn cursor_is_back(text: &str) -> bool {
    let (hidden, shown) = (text.rfind("\u{1b}[?25l"), text.rfind("\u{1b}[?25h"));
    shown >= hidden
}

/// The screen at the end.
fn screen(text: &str) -> String {
    let mut terminal = vt100::Parser::new(SIZE.0, SIZE.1, 0);
    terminal.process(text.as_bytes());
    terminal.screen().contents()
}

#[test]
fn bars_leave_the_terminal_as_it_was() {
    let lab = Lab::with_faults(&["UploadReadSetPart:bandwidth:8MB/s"]);
    lab.file("reads.fastq.gz", &fastq_of(2 * PART));
    let Some((status, text)) = on_terminal(&lab, "reads.fastq.gz --part-size 5MiB", &[]) else {
        return;
    };
    assert_eq!(status, 0, "{text}");
    assert!(cursor_is_back(&text), "{text:?}");
    // There were bars, with bytes, rate and time left.
    assert!(text.contains("uploading") && text.contains("10.0 MiB"), "{text:?}");
    expect![[r#"
        reads: active, read set READ_SET, 10.0 MiB sent at RATE, TIME in all
        ID"#]]
    .assert_eq(&lab.plain(&screen(&text)));
}

#[test]
fn bars_without_colors_and_without_a_terminal_that_can() {
    let lab = lab();
    let Some((status, text)) = on_terminal(&lab, "a.bam", &[("NO_COLOR", "1")]) else { return };
    assert_eq!(status, 0, "{text}");
    assert!(
        !regex_lite::Regex::new(r"\x1b\[[0-9;]*[1-9][0-9;]*m").unwrap().is_match(&text),
        "{text:?}"
    );
    let Some((status, text)) = on_terminal(&lab, "a.bam", &[("TERM", "dumb")]) else { return };
    assert_eq!(status, 0, "{text}");
    assert!(!text.contains('\u{1b}'), "{text:?}");
}

#[test]
fn an_interrupted_run_leaves_the_terminal_as_it_was() {
    let lab = Lab::with_faults(&["UploadReadSetPart:stall"]);
    lab.copy(UBAM, EVIL);
    let arguments = "*.bam --name x --log-file log & echo $! > pid; wait $!";
    let ended = thread::scope(|scope| {
        let terminal = scope.spawn(|| on_terminal(&lab, arguments, &[]));
        for told in ["started, attempt 1", "stopping (SIGTERM)"] {
            let is_told =
                |lab: &Lab| fs::read_to_string(lab.path("log")).is_ok_and(|log| log.contains(told));
            lab.wait_until(|lab| terminal.is_finished() || is_told(lab));
            if !terminal.is_finished() {
                let kill = format!("kill -s TERM $(cat '{}')", lab.path("pid").display());
                assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
            }
        }
        terminal.join().unwrap()
    });
    let Some((status, text)) = ended else { return };
    assert_eq!(status, 143, "{text}");
    assert!(cursor_is_back(&text), "{text:?}");
    assert!(!text.contains("\u{1b}]0;x"), "{text:?}");
}
