//! Run folders: whose they are, and what was noted in them.

use super::{batch, lines, singles};
use crate::lab::Lab;

/// `batch s.csv` into a sandbox of its own.
fn in_sandbox(lab: &Lab, sandbox: &str, arguments: &[&str]) -> crate::lab::Said {
    let sandbox = format!("--sandbox={}", lab.path(sandbox).display());
    let all = [&["batch", "s.csv", sandbox.as_str()], arguments].concat();
    Lab::run(lab.command(all))
}

#[test]
fn what_was_noted_of_a_sandbox_that_is_gone_is_put_aside() {
    let lab = Lab::new();
    singles(&lab, 2);
    in_sandbox(&lab, "box", &[]).expect(0);
    let again = in_sandbox(&lab, "box", &[]);
    assert!(again.expect(0).stderr.contains("2 rows are finished already"), "{}", again.stderr);
    std::fs::remove_dir_all(lab.path("box")).unwrap();
    let dry = in_sandbox(&lab, "box", &["--dry-run", "--output", "json"]);
    assert_eq!(dry.expect(0).json()["read_sets"][0]["status"], "planned");
    let anew = in_sandbox(&lab, "box", &["--output", "json"]);
    assert_eq!(anew.expect(0).json()["read_sets"][1]["status"], "active");
    assert_eq!(anew.json()["read_sets"][1]["parts_sent"], 1);
    // A folder that was asked for is not moved.
    in_sandbox(&lab, "box", &["--run", "run"]).expect(0);
    std::fs::remove_dir_all(lab.path("box")).unwrap();
    let refused = in_sandbox(&lab, "box", &["--run", "run"]);
    assert!(refused.expect(2).stderr.contains("one that is gone"), "{}", refused.stderr);
}

#[test]
fn a_run_folder_is_that_of_one_sheet_and_of_nothing_else() {
    let lab = Lab::new();
    singles(&lab, 2);
    batch(&lab, &["s.csv", "--run", "run"]).expect(0);
    lab.file("other.csv", b"sample,fastq_1\nT,other.fastq.gz\n");
    super::single(&lab, "other.fastq.gz", "q");
    let other = batch(&lab, &["other.csv", "--run", "run"]);
    assert!(other.expect(2).stderr.contains("holds the run of another sheet"), "{}", other.stderr);
    // A renamed sheet goes on.
    std::fs::copy(lab.path("s.csv"), lab.path("renamed.csv")).unwrap();
    assert_eq!(lines(batch(&lab, &["renamed.csv", "--run", "run"]).expect(0)).len(), 2);
    let in_the_way = batch(&lab, &["s.csv", "--run", "."]);
    assert!(in_the_way.expect(2).stderr.contains("holds other files"), "{}", in_the_way.stderr);
    for name in std::fs::read_dir(lab.path("run")).unwrap() {
        let path = name.unwrap().path();
        if path.is_file() {
            std::fs::write(path, b"").unwrap();
        }
    }
    let damaged = batch(&lab, &["s.csv", "--run", "run"]);
    assert!(damaged.expect(2).stderr.contains(".jsonl`: it is damaged"), "{}", damaged.stderr);
    assert!(damaged.stderr.contains("use another run folder"), "{}", damaged.stderr);
}

#[test]
fn a_plan_is_told_as_json_and_a_dry_run_tells_of_rows_that_are_gone() {
    let lab = Lab::new();
    singles(&lab, 3);
    let plan = batch_plan(&lab);
    let document = plan.expect(0).json();
    assert_eq!(
        (document["rows"].clone(), document["to_send"]["parts"].clone()),
        (3.into(), 3.into())
    );
    singles(&lab, 2);
    let dry = batch(&lab, &["s.csv", "--run", "run", "--dry-run"]);
    assert!(dry.expect(0).stderr.contains("row 4 of the last run"), "{}", dry.stderr);
}

fn batch_plan(lab: &Lab) -> crate::lab::Said {
    let store = lab.store();
    let command = ["batch", "plan", "s.csv", "--run", "run", "--output", "json", "--store", &store];
    Lab::run(lab.command(command))
}

#[test]
fn the_same_failure_is_told_once() {
    let lab = Lab::with_faults(&["CompleteMultipartReadSetUpload:upload-failed:no such luck"]);
    singles(&lab, 4);
    let said = batch(&lab, &["s.csv"]);
    said.expect(4);
    assert_eq!(said.stderr.matches("no such luck").count(), 1, "{}", said.stderr);
    assert!(said.stderr.contains("the same error in rows 3, 4, 5"), "{}", said.stderr);
    let again = batch(&lab, &["s.csv"]);
    assert_eq!(again.expect(4).stderr.matches("failed in an earlier run").count(), 1);
    assert!(again.stderr.contains("the same error in rows 3, 4, 5"), "{}", again.stderr);
}

#[test]
fn what_is_complete_and_not_known_to_be_active_is_left() {
    let lab = Lab::with_faults(&["CompleteMultipartReadSetUpload:processing:4s"]);
    singles(&lab, 2);
    batch(&lab, &["s.csv", "--wait-timeout=1s"]).expect(5);
    let status = ["batch", "status", "s.csv", "--output", "json"];
    let said = Lab::run(lab.command(status));
    assert_eq!(said.expect(75).json()["left"]["rows"], 2);
    batch(&lab, &["s.csv"]).expect(0);
    Lab::run(lab.command(status)).expect(0);
    let file = std::fs::File::options().write(true).open(lab.path("s00.fastq.gz")).unwrap();
    file.set_modified(std::time::SystemTime::now()).unwrap();
    let touched = batch(&lab, &["s.csv"]);
    assert!(touched.expect(0).stderr.contains("are read and compared"), "{}", touched.stderr);
    assert_eq!(lab.read_sets(), 2);
}
