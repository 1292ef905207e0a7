//! Rows that fail, runs that are stopped, and runs that go on.

use super::{batch, batch_command, lines, single, singles};
use crate::{
    lab::{Lab, at_once},
    running::Running,
};

/// The part of one upload is refused for good: the others are sent, and the same command tries it again.
#[test]
fn a_row_that_fails_holds_no_other_up() {
    let mut lab =
        Lab::with_faults(&["CreateMultipartReadSetUpload:error:ValidationException,nth=2"]);
    singles(&lab, 4);
    let said = batch(&lab, &["s.csv", "--concurrency=1", "--sheet-out=out.csv"]);
    said.expect(3);
    assert_eq!(lines(&said).iter().filter(|line| **line == "failed").count(), 1);
    assert!(said.stderr.contains("error: s.csv:"), "{}", said.stderr);
    let out = std::fs::read_to_string(lab.path("out.csv")).unwrap();
    assert_eq!(out.matches(",failed,").count(), 1, "{out}");
    assert_eq!(out.matches(",active,").count(), 3, "{out}");
    lab.restart_sandbox(&[]);
    let again = batch(&lab, &["s.csv"]);
    again.expect(0);
    assert_eq!(lab.read_sets(), 4);
    let both = lines(&said).into_iter().zip(lines(&again));
    assert_eq!(both.filter(|(one, other)| one == other).count(), 3);
}

#[test]
fn ten_rows_in_a_row_stop_the_run() {
    let mut lab = Lab::with_faults(&["CreateMultipartReadSetUpload:error:ValidationException"]);
    singles(&lab, 30);
    let said = batch(&lab, &["s.csv"]);
    said.expect(1);
    assert_eq!(lines(&said), ["failed"; 30]);
    assert!(said.stderr.contains("10 rows in a row failed for the same reason"), "{}", said.stderr);
    assert_eq!(said.stderr.matches("caused by").count(), 1, "{}", said.stderr);
    assert!(lab.count("CreateMultipartReadSetUpload") < 20);
    lab.restart_sandbox(&[]);
    assert_eq!(lines(batch(&lab, &["s.csv"]).expect(0)).len(), 30);
    assert_eq!(lab.read_sets(), 30);
}

#[test]
fn no_row_is_begun_after_so_many_failures() {
    let lab = Lab::with_faults(&["CreateMultipartReadSetUpload:error:ValidationException"]);
    singles(&lab, 20);
    let said = batch(&lab, &["s.csv", "--max-failures=2"]);
    said.expect(1);
    assert!(said.stderr.contains("`--max-failures 2` is reached"), "{}", said.stderr);
    assert!(lab.count("CreateMultipartReadSetUpload") < 10);
}

/// What the service did not accept stays failed until the files change, or somebody asks.
#[test]
fn what_failed_for_good_is_not_tried_again_unasked() {
    let mut lab =
        Lab::with_faults(&["CompleteMultipartReadSetUpload:upload-failed:bad data,nth=1"]);
    singles(&lab, 2);
    let said = batch(&lab, &["s.csv"]);
    assert_eq!(lines(said.expect(3)).iter().filter(|line| **line == "failed").count(), 1);
    lab.restart_sandbox(&[]);
    let before = lab.requests().len();
    let again = batch(&lab, &["s.csv"]);
    again.expect(3);
    assert!(again.stderr.contains("failed in an earlier run: "), "{}", again.stderr);
    assert_eq!(lab.requests().len(), before);
    // No run of the same command would change that.
    Lab::run(lab.command(["batch", "status", "s.csv"])).expect(1);
    let failed = lines(&again).iter().position(|line| *line == "failed").unwrap();
    assert_eq!(lines(batch(&lab, &["s.csv", "--retry-failed"]).expect(0)).len(), 2);
    // Other content is another try.
    single(&lab, &format!("s{failed:02}.fastq.gz"), "other");
    batch(&lab, &["s.csv"]).expect(0);
}

#[test]
fn a_read_set_that_was_deleted_is_told() {
    let lab = Lab::new();
    singles(&lab, 3);
    let said = batch(&lab, &["s.csv"]);
    let ids = lines(said.expect(0));
    let delete = lab.client().batch_delete_read_set().sequence_store_id(lab.store()).ids(ids[1]);
    lab.block_on(delete.send()).unwrap();
    let unasked = batch(&lab, &["s.csv"]);
    assert_eq!(lines(unasked.expect(0)), ids);
    for arguments in [&["s.csv", "--recheck"][..], &["s.csv"]] {
        let told = batch(&lab, arguments);
        assert_eq!(lines(told.expect(3)), [ids[0], "failed", ids[2]]);
        assert!(told.stderr.contains("no longer exists at the service"), "{}", told.stderr);
    }
    let anew = batch(&lab, &["s.csv", "--replan=3"]);
    assert_eq!(lines(anew.expect(0))[0], ids[0]);
    assert_ne!(lines(&anew)[1], ids[1]);
}

/// Killed when the service has answered so many requests of one kind, a run goes on to one read set a
/// row, with the right bytes.
#[test]
fn a_run_may_be_killed_at_any_step() {
    let steps = [
        ("ListReadSets", 1),
        ("CreateMultipartReadSetUpload", 1),
        ("CreateMultipartReadSetUpload", 5),
        ("UploadReadSetPart", 1),
        ("UploadReadSetPart", 6),
        ("ListReadSetUploadParts", 3),
        ("CompleteMultipartReadSetUpload", 1),
        ("CompleteMultipartReadSetUpload", 9),
        ("GetReadSetMetadata", 2),
    ];
    at_once(&steps, |(operation, count)| {
        let lab = Lab::new();
        singles(&lab, 10);
        let running = Running::start(batch_command(&lab, &["s.csv", "--concurrency=2"]));
        lab.wait_until(|lab| {
            lab.count(operation) >= *count || lab.count("CompleteMultipartReadSetUpload") >= 10
        });
        running.signal("KILL");
        running.finish();
        let said = batch(&lab, &["s.csv"]);
        let ids = lines(said.expect(0));
        assert_eq!((ids.len(), lab.read_sets(), lab.uploads()), (10, 10, 0), "{operation} {count}");
        for (row, id) in ids.iter().enumerate() {
            let file = std::fs::read(lab.path(&format!("s{row:02}.fastq.gz"))).unwrap();
            assert_eq!(lab.read_back(id, "SOURCE1"), file, "{operation} {count}");
        }
    });
}

/// Files may be of the same second as the read set: what the journal knows of their content tells.
#[test]
fn a_run_that_was_killed_before_its_tag_goes_on() {
    let mut lab = Lab::with_faults(&["TagResource:stall"]);
    singles(&lab, 1);
    let running = Running::start(batch_command(&lab, &["s.csv"]));
    lab.wait_until(|lab| lab.count("GetReadSetMetadata") >= 1);
    std::thread::sleep(std::time::Duration::from_millis(300));
    running.signal("KILL");
    running.finish();
    lab.restart_sandbox(&[]);
    for _ in 0..2 {
        batch(&lab, &["s.csv"]).expect(0);
        assert_eq!((lab.read_sets(), lab.uploads()), (1, 0));
    }
}

/// Killed between the end of its upload and its note, a row is looked for before it is sent again,
/// whatever is asked for otherwise.
#[test]
fn a_row_of_an_earlier_plan_is_looked_for_first() {
    let mut lab = Lab::with_faults(&["TagResource:stall"]);
    singles(&lab, 1);
    let file = std::fs::File::options().write(true).open(lab.path("s00.fastq.gz")).unwrap();
    let hour_ago = std::time::SystemTime::now() - std::time::Duration::from_hours(1);
    file.set_modified(hour_ago).unwrap();
    let arguments = ["s.csv", "--run=r", "--if-exists=upload"];
    let running = Running::start(batch_command(&lab, &arguments));
    lab.wait_until(|lab| lab.count("GetReadSetMetadata") >= 1);
    running.signal("KILL");
    running.finish();
    // As if the upload's journal had been ended.
    std::fs::remove_dir_all(lab.home().join(".local")).unwrap();
    lab.restart_sandbox(&[]);
    batch(&lab, &arguments).expect(0);
    assert_eq!((lab.read_sets(), lab.uploads()), (1, 0));
}

#[test]
fn an_interrupt_keeps_what_was_sent() {
    let mut lab = Lab::with_faults(&["UploadReadSetPart:latency:3s"]);
    singles(&lab, 6);
    let running = Running::start(batch_command(&lab, &["s.csv", "--concurrency=2"]));
    lab.wait_for("UploadReadSetPart", 1);
    running.signal("INT");
    let said = running.finish();
    said.expect(130);
    assert_eq!(lines(&said).len(), 6);
    let status = Lab::run(lab.command(["batch", "status", "s.csv", "--output=json"]));
    let counts = status.expect(75).json();
    let count = |name: &str| counts[name]["rows"].as_u64().unwrap();
    assert_eq!((count("left") + count("finished"), count("failed")), (6, 0), "{counts}");
    lab.restart_sandbox(&[]);
    batch(&lab, &["s.csv"]).expect(0);
    assert_eq!((lab.read_sets(), lab.uploads()), (6, 0));
}
