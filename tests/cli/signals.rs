//! Signals: the first lets what is in flight finish, the second ends at once, and what was sent is
//! kept in either case.

use std::process::Command;

use expect_test::expect;

use crate::{
    files::{fastq, gzip},
    lab::{Lab, Said, at_once, skipped},
    material::{PART, fastq_of},
    running::Running,
};

/// Whether this process was started with one of the signals ignored, as every child of it is then.
fn signals_are_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    let ignored = mask & 0x4003 != 0;
    if ignored {
        skipped("SIGINT, SIGTERM or SIGHUP are ignored here");
    }
    ignored
}

/// A file of four parts, which go out two at a time.
fn put_four_parts(lab: &Lab, command: Option<Command>) -> Running {
    lab.file("reads.fastq.gz", &fastq_of(3 * PART + 1000));
    let arguments = ["reads.fastq.gz", "--part-size=5MiB", "--concurrency=2", "-v"];
    let mut command = command.unwrap_or_else(|| lab.put_command(&[]));
    command.args(arguments);
    Running::start(command)
}

/// What is said at the end, without the progress before it.
fn verdict(lab: &Lab, said: &Said) -> String {
    let at = said.stderr.find("error: ").unwrap_or(said.stderr.len());
    format!("{}{}", lab.plain(&said.stdout), lab.plain(&said.stderr[at..]))
}

fn upload_id(said: &Said) -> &str {
    let (_, rest) = said.stderr.split_once("uploading, upload ").unwrap();
    rest.lines().next().unwrap()
}

#[test]
fn parts_in_flight_finish_and_are_kept() {
    if signals_are_ignored() {
        return;
    }
    at_once(&[("INT", 130), ("TERM", 143), ("HUP", 129)], |(signal, status)| {
        let lab = Lab::with_faults(&["UploadReadSetPart:latency:1s"]);
        let mut running = put_four_parts(&lab, None);
        running.wait_for_lines("started, attempt 1", 2);
        running.signal(signal);
        let said = running.finish();
        said.expect(*status);
        let line = format!("stopping (SIG{signal}): parts in flight get 10s to finish");
        assert!(said.stderr.contains(&line), "{}", said.stderr);
        expect![[r#"
            failed
            error: `reads.fastq.gz`: interrupted

            hint: the parts sent so far are kept as upload ID; to resume: `omics-upload put --store STORE reads.fastq.gz --part-size=5MiB --concurrency=2 -v`; to delete them: `omics-upload uploads abort ID --store STORE`
        "#]]
        .assert_eq(&verdict(&lab, &said));
        assert_eq!(lab.listed_parts(upload_id(&said)), [vec![1, 2], vec![]]);
        assert_eq!(lab.uploads(), 1);
        assert_eq!(lab.count("UploadReadSetPart"), 2);
        assert_eq!(lab.count("AbortMultipartReadSetUpload"), 0);
    });
}

#[test]
fn a_second_signal_ends_at_once() {
    if signals_are_ignored() {
        return;
    }
    let lab =
        Lab::with_faults(&["UploadReadSetPart:stall,part=2", "UploadReadSetPart:stall,part=3"]);
    let mut running = put_four_parts(&lab, None);
    running.wait_for_lines("confirmed", 1);
    running.wait_for_lines("part 3 of SOURCE1 started", 1);
    running.signal("INT");
    running.wait_for_lines("stopping (SIGINT)", 1);
    running.signal("TERM");
    let begun = std::time::Instant::now();
    let said = running.finish();
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
    // The first signal is the one that ended it.
    said.expect(130);
    expect![[r#"
        failed
        error: `reads.fastq.gz`: interrupted

        hint: the parts sent so far are kept as upload ID; to resume: `omics-upload put --store STORE reads.fastq.gz --part-size=5MiB --concurrency=2 -v`; to delete them: `omics-upload uploads abort ID --store STORE`
    "#]].assert_eq(&verdict(&lab, &said));
    assert_eq!(lab.listed_parts(upload_id(&said)), [vec![1], vec![]]);
    assert_eq!(lab.count("AbortMultipartReadSetUpload"), 0);
}

#[test]
fn a_signal_while_the_service_works_leaves_the_id() {
    if signals_are_ignored() {
        return;
    }
    let lab = Lab::with_faults(&["CompleteMultipartReadSetUpload:processing:1h"]);
    lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
    let running = Running::start(lab.put_command(&["a.bam"]));
    lab.wait_for("GetReadSetMetadata", 1);
    running.signal("INT");
    let said = running.finish();
    said.expect(130);
    expect![[r#"
        ID
        error: `a.bam`: read set READ_SET is complete, but not known to be active
          caused by: the wait was interrupted

        hint: `omics-upload wait ID --store STORE` looks again
    "#]]
    .assert_eq(&verdict(&lab, &said));
    assert_eq!(lab.read_sets(), 1);
}

#[test]
fn a_signal_while_complete_is_under_way_does_not_lose_its_answer() {
    if signals_are_ignored() {
        return;
    }
    // The request leaves just after the line is written: the signal may be faster, then it is tried
    // again.
    let mut attempts = 0;
    let (lab, said) = loop {
        attempts += 1;
        assert!(attempts < 30, "Complete was never sent");
        let lab = Lab::with_faults(&["CompleteMultipartReadSetUpload:latency:1s"]);
        lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
        let mut running = Running::start(lab.put_command(&["a.bam"]));
        running.wait_for_lines("completing", 1);
        running.signal("TERM");
        let said = running.finish();
        if lab.count("CompleteMultipartReadSetUpload") == 1 {
            break (lab, said);
        }
    };
    said.expect(143);
    expect![[r#"
        ID
        error: `a.bam`: read set READ_SET is complete, but not known to be active
          caused by: the wait was interrupted

        hint: `omics-upload wait ID --store STORE` looks again
    "#]]
    .assert_eq(&verdict(&lab, &said));
    assert_eq!(lab.read_sets(), 1);
}

#[test]
fn a_wait_can_be_interrupted() {
    if signals_are_ignored() {
        return;
    }
    let lab = Lab::with_faults(&["CompleteMultipartReadSetUpload:processing:1h"]);
    lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
    let put = lab.put(&["a.bam", "--no-wait", "-q"]);
    let store = lab.store();
    let command = lab.command(["wait", put.expect(0).line(), "--store", &store]);
    let running = Running::start(command);
    lab.wait_for("GetReadSetMetadata", 1);
    running.signal("INT");
    let said = running.finish();
    said.expect(130);
    assert_eq!(said.stdout, put.stdout);
}

#[test]
fn one_of_several_read_sets_may_be_done_by_then() {
    if signals_are_ignored() {
        return;
    }
    let lab = Lab::with_faults(&["CompleteMultipartReadSetUpload:processing:1h,nth=2"]);
    lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
    lab.file("b.fastq.gz", &gzip(&fastq(&["r1"])));
    let mut running = Running::start(lab.put_command(&["a.bam", "b.fastq.gz", "--output=json"]));
    running.wait_for_lines("processing (", 2);
    running.wait_for_lines("active, ", 1);
    running.signal("INT");
    let document = running.finish().expect(130).json();
    let mut statuses: Vec<_> = document["read_sets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|read_set| read_set["status"].as_str().unwrap())
        .collect();
    statuses.sort_unstable();
    assert_eq!(statuses, ["active", "completed"]);
}

#[test]
fn nohup_is_obeyed() {
    if signals_are_ignored() {
        return;
    }
    let lab = Lab::with_faults(&["UploadReadSetPart:latency:300ms"]);
    let put = lab.put_command(&[]);
    let mut command = Command::new("nohup");
    command.arg(put.get_program()).args(put.get_args());
    command.env_clear().envs(put.get_envs().filter_map(|(key, value)| Some((key, value?))));
    command.current_dir(lab.path("")).stdin(std::process::Stdio::null());
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut running = put_four_parts(&lab, Some(command));
    running.wait_for_lines("started, attempt 1", 2);
    running.signal("HUP");
    let said = running.finish();
    assert!(lab.read_back(said.expect(0).line(), "SOURCE1") == fastq_of(3 * PART + 1000));
}

#[test]
fn a_sandbox_ends_well_when_it_is_told_to() {
    if signals_are_ignored() {
        return;
    }
    let lab = Lab::new();
    let mut command = lab.command(["sandbox", "--dir", "kept"]);
    command.env_clear();
    let mut running = Running::start(command);
    running.wait_for_lines("serving sequence store", 1);
    let locked = Lab::run(lab.command(["sandbox", "--dir", "kept"]));
    lab.shows(
        &locked,
        &expect![[r#"
        --- stderr
        error: the sandbox in `kept` is in use by another process
        --- status 2
    "#]],
    );
    running.signal("INT");
    let said = running.finish();
    said.expect(0);
    assert!(said.line().starts_with("http://127.0.0.1:"), "{}", said.stdout);
}
