//! The steps of a run in many processes, against the sandbox, with the real binary.

mod slurm;
mod thousands;

use std::{fmt::Write as _, fs, process::Command};

use serde_json::Value;

use crate::{
    lab::{Lab, Said, at_once},
    material,
    running::Running,
};

const MIB: usize = 1 << 20;

/// A run of rows with so many MiB each, in parts of 5 MiB, that is planned in `run7`.
fn planned(lab: &Lab, mebibytes: &[usize]) -> Vec<Vec<u8>> {
    let mut sheet = "file,sample,name\n".to_owned();
    let mut contents = Vec::new();
    for (row, size) in mebibytes.iter().enumerate() {
        let name = format!("s{row:02}.fastq.gz");
        let text = material::reads(&format!("r{row}x{{}}"), size * MIB, 1000);
        let content = material::stored(&text);
        lab.file(&name, &content);
        contents.push(content);
        writeln!(sheet, "{name},S{row:02},s{row:02}").unwrap();
    }
    lab.file("s.csv", sheet.as_bytes());
    plan(lab, &[]).expect(0);
    contents
}

fn plan(lab: &Lab, arguments: &[&str]) -> Said {
    let store = lab.store();
    let plan = ["batch", "plan", "s.csv", "--run", "run7", "--store", &store, "--part-size=5MiB"];
    Lab::run(lab.command([&plan[..], arguments].concat()))
}

fn step_command(lab: &Lab, step: &str, arguments: &[&str]) -> Command {
    lab.command([&["batch", step, "run7"], arguments].concat())
}

fn step(lab: &Lab, name: &str, arguments: &[&str]) -> Said {
    Lab::run(step_command(lab, name, arguments))
}

fn send(lab: &Lab, shard: &str) -> Said {
    step(lab, "send", &["--shard", shard])
}

fn status(lab: &Lab) -> Value {
    Lab::run(lab.command(["batch", "status", "run7", "--output", "json"])).json()
}

/// Every row has its one read set, with the bytes of its file.
fn is_whole(lab: &Lab, said: &Said, contents: &[Vec<u8>]) {
    let ids: Vec<_> = said.expect(0).stdout.lines().collect();
    assert_eq!((ids.len(), lab.read_sets(), lab.uploads()), (contents.len(), contents.len(), 0));
    for (id, content) in ids.iter().zip(contents) {
        assert!(lab.read_back(id, "SOURCE1") == *content, "{id}");
    }
}

#[test]
fn shares_in_any_order_make_whole_read_sets() {
    let lab = Lab::new();
    let contents = planned(&lab, &[12, 3, 21, 6]);
    // A step that ends early does not count as one that is at work.
    step(&lab, "send", &["--shard=1/3", "--log-file=s.csv"]).expect(2);
    let early = send(&lab, "1/3");
    let at_work =
        status(&lab)["shares"].as_array().unwrap().iter().any(|one| one["is_at_work"] == true);
    assert!(!at_work);
    assert!(early.expect(75).stderr.contains("batch create"), "{}", early.stderr);
    let early = step(&lab, "complete", &[]);
    assert!(early.expect(75).stderr.contains("rows 2, 3, 4, 5 are not begun"), "{}", early.stderr);
    assert_eq!(early.stdout, "failed\nfailed\nfailed\nfailed\n");
    step(&lab, "create", &[]).expect(0);
    assert_eq!(lab.count("CreateMultipartReadSetUpload"), 4);
    step(&lab, "create", &[]).expect(0);
    assert_eq!(lab.count("CreateMultipartReadSetUpload"), 4);
    for shard in ["3/3", "1/3"] {
        send(&lab, shard).expect(0);
    }
    let open = |output| lab.command(["batch", "status", "run7", "--remote", "--output", output]);
    let remote = Lab::run(open("json"));
    let uploads = remote.json()["uploads"].as_array().unwrap().clone();
    let parts: Vec<_> = uploads.iter().map(|one| one["parts"].as_u64().unwrap()).collect();
    assert_eq!((parts.len(), parts.iter().sum()), (4, lab.count("UploadReadSetPart") as u64));
    let text = Lab::run(open("text"));
    assert!(text.stdout.contains("open     4 of 4 uploads"), "{}", text.stdout);
    let missing = step(&lab, "complete", &[]);
    assert!(missing.expect(75).stderr.contains("those of share 2/3"), "{}", missing.stderr);
    let remote = Lab::run(open("json")).json();
    assert_eq!(remote["uploads"].as_array().unwrap().len(), lab.uploads());
    let there = lab.read_sets();
    assert!(there > 0 && there < 4, "{there} read sets are complete");
    let shares = status(&lab)["shares"].clone();
    assert_eq!(shares.as_array().unwrap().len(), 2);
    send(&lab, "2/3").expect(0);
    is_whole(&lab, &step(&lab, "complete", &[]), &contents);
    // Nothing went twice, and no share was listed before it was repeated.
    assert_eq!(lab.count("UploadReadSetPart"), 3 + 1 + 5 + 2);
    let before = lab.requests().len();
    send(&lab, "2/3").expect(0);
    let again = step(&lab, "complete", &[]);
    assert_eq!(lab.requests().len(), before);
    is_whole(&lab, &again, &contents);
    assert_eq!(status(&lab)["finished"]["rows"], 4);
    let page = ["batch", "report", "run7", "--html", "page.html"];
    Lab::run(lab.command(page)).expect(0);
    let page = fs::read_to_string(lab.path("page.html")).unwrap();
    let sent = page.split_once("<dt>Sent</dt><dd>").unwrap().1.split_once('<').unwrap().0;
    assert!(sent.starts_with("42"), "{sent}");
    // The run of the sheet itself goes on from the same folder.
    let store = lab.store();
    let whole = ["batch", "s.csv", "--run", "run7", "--store", &store, "--part-size=5MiB"];
    is_whole(&lab, &Lab::run(lab.command(whole)), &contents);
    assert_eq!(lab.count("CreateMultipartReadSetUpload"), 4);
}

#[test]
fn a_run_that_was_not_waited_for_is_not_finished() {
    let cases = [("processing:2s", 0, 0), ("upload-failed", 4, 1)];
    at_once(&cases, |(fault, end, after)| {
        let lab = Lab::with_faults(&[&format!("CompleteMultipartReadSetUpload:{fault}")]);
        planned(&lab, &[3, 6]);
        step(&lab, "create", &[]).expect(0);
        step(&lab, "send", &[]).expect(0);
        step(&lab, "complete", &["--no-wait"]).expect(0);
        let shown = || Lab::run(lab.command(["batch", "status", "run7"]));
        assert!(shown().expect(75).stdout.contains("left           2 rows"), "{fault}");
        let completed = lab.count("CompleteMultipartReadSetUpload");
        step(&lab, "complete", &[]).expect(*end);
        shown().expect(*after);
        assert_eq!(lab.count("CompleteMultipartReadSetUpload"), completed, "{fault}");
    });
}

#[test]
fn what_is_no_claim_is_not_waited_for() {
    let lab = Lab::new();
    planned(&lab, &[3]);
    let made = Command::new("mkfifo").arg(lab.path("run7/complete.claim")).status().unwrap();
    assert!(made.success());
    let said = step(&lab, "complete", &[]);
    let words = &said.expect(1).stderr;
    assert!(words.contains("complete.claim") && words.contains("named pipe"), "{words}");
}

#[test]
fn a_step_that_was_killed_is_done_again_with_any_number_of_shares() {
    let kills = [
        ("create", "CreateMultipartReadSetUpload", 1),
        ("create", "CreateMultipartReadSetUpload", 3),
        ("send", "UploadReadSetPart", 1),
        ("send", "UploadReadSetPart", 5),
        ("complete", "ListReadSetUploadParts", 2),
        ("complete", "CompleteMultipartReadSetUpload", 1),
        ("complete", "CompleteMultipartReadSetUpload", 4),
    ];
    at_once(&kills, |(killed, operation, count)| {
        let lab = Lab::new();
        let contents = planned(&lab, &[7, 3, 11, 6]);
        for name in ["create", "send", "complete"] {
            if name == *killed {
                let running = Running::start(step_command(&lab, name, &["--concurrency=1"]));
                lab.wait_for(operation, *count);
                running.signal("KILL");
                running.finish();
                let shares = status(&lab)["shares"].clone();
                let at_work = |one: &Value| one["is_at_work"] == true;
                assert!(!shares.as_array().unwrap().iter().any(at_work), "{shares}");
            }
            match name {
                // In other shares than before.
                "send" => {
                    send(&lab, "1/2").expect(0);
                    send(&lab, "2/2").expect(0);
                }
                "complete" => is_whole(&lab, &step(&lab, name, &[]), &contents),
                name => {
                    step(&lab, name, &[]).expect(0);
                }
            }
        }
        let twice = lab.count("UploadReadSetPart") - (2 + 1 + 3 + 2);
        assert!(twice <= 1, "{killed} at {operation} {count}: {twice} parts were sent twice");
    });
}

#[test]
fn a_task_and_its_orphan_send_the_same_share_at_once() {
    let lab = Lab::with_faults(&["UploadReadSetPart:latency:300ms"]);
    let contents = planned(&lab, &[16, 9]);
    step(&lab, "create", &[]).expect(0);
    let both = [0, 1].map(|_| Running::start(step_command(&lab, "send", &["--shard=1/1"])));
    for running in both {
        running.finish().expect(0);
    }
    is_whole(&lab, &step(&lab, "complete", &[]), &contents);
}

#[test]
fn one_process_at_a_time_creates() {
    let lab = Lab::with_faults(&["CreateMultipartReadSetUpload:latency:2s"]);
    planned(&lab, &[3, 3]);
    let mut first = Running::start(step_command(&lab, "create", &[]));
    lab.wait_until(|lab| lab.path("run7/create.claim").exists());
    let second = step(&lab, "create", &[]);
    assert!(second.expect(75).stderr.contains("is working on `create`"), "{}", second.stderr);
    first.wait_for_lines("read sets", 1);
    first.finish().expect(0);
    assert!(!lab.path("run7/create.claim").exists());
    assert_eq!(lab.uploads(), 2);
}

#[test]
fn files_are_found_elsewhere_and_known_by_their_content() {
    let lab = Lab::new();
    let contents = planned(&lab, &[6]);
    step(&lab, "create", &[]).expect(0);
    fs::create_dir(lab.path("copy")).unwrap();
    let (old, new) = (lab.path("s00.fastq.gz"), lab.path("copy/s00.fastq.gz"));
    fs::rename(&old, &new).unwrap();
    let lost = send(&lab, "1/1");
    assert!(lost.expect(2).stderr.contains("--map OLD=NEW"), "{}", lost.stderr);
    let map = format!("--map={}={}", lab.path("").display(), lab.path("copy").display());
    step(&lab, "send", &["--shard=1/1", &map]).expect(0);
    let modified = fs::metadata(&new).unwrap().modified().unwrap();
    // Another content, with the size and the time of the first.
    let mut other = contents[0].clone();
    let at = other.len() - 20_000;
    other[at] ^= 1;
    fs::write(&new, &other).unwrap();
    let file = fs::File::options().write(true).open(&new).unwrap();
    let changed = step(&lab, "complete", &[&map]);
    assert!(changed.expect(2).stderr.contains("has changed since the plan"), "{}", changed.stderr);
    fs::write(&new, &contents[0]).unwrap();
    file.set_modified(modified).unwrap();
    is_whole(&lab, &step(&lab, "complete", &[&map]), &contents);
}

#[test]
fn notes_that_are_lost_cost_no_data() {
    let lab = Lab::new();
    let contents = planned(&lab, &[11, 6]);
    step(&lab, "create", &[]).expect(0);
    send(&lab, "1/2").expect(0);
    fs::remove_dir_all(lab.path("run7/sent")).unwrap();
    step(&lab, "create", &[]).expect(0);
    assert_eq!(lab.uploads(), 2);
    for shard in ["1/2", "2/2"] {
        send(&lab, shard).expect(0);
    }
    is_whole(&lab, &step(&lab, "complete", &[]), &contents);
}

#[test]
fn an_upload_that_is_gone_is_begun_again() {
    let lab = Lab::new();
    let contents = planned(&lab, &[11]);
    step(&lab, "create", &[]).expect(0);
    send(&lab, "1/1").expect(0);
    let notes = fs::read_dir(lab.path("run7/sent")).unwrap().next().unwrap().unwrap().path();
    let note = fs::read_to_string(notes).unwrap();
    let upload = note.split("\"upload\":\"").nth(1).unwrap().split('"').next().unwrap();
    let store = lab.store();
    let abort = ["uploads", "abort", upload, "--force", "--store", &store];
    Lab::run(lab.command(abort)).expect(0);
    let again = step(&lab, "complete", &[]);
    assert!(again.expect(75).stderr.contains("those of share 1/1"), "{}", again.stderr);
    send(&lab, "1/1").expect(0);
    is_whole(&lab, &step(&lab, "complete", &[]), &contents);
}

#[test]
fn a_run_of_another_place_is_refused() {
    let lab = Lab::new();
    planned(&lab, &[3]);
    let other = step(&lab, "create", &["--store", "9999999999"]);
    assert!(other.expect(2).stderr.contains("was planned for the store"), "{}", other.stderr);
    let none = Lab::run(lab.command(["batch", "create", "elsewhere"]));
    assert!(none.expect(2).stderr.contains("there is no run in"), "{}", none.stderr);
    let sheet = fs::read(lab.path("s.csv")).unwrap();
    for output in ["--sheet-out=s.csv", "--sheet-out=s00.fastq.gz", "--log-file=s.csv"] {
        let mine = step(&lab, "complete", &[output]);
        assert!(mine.expect(2).stderr.contains("--sheet-out") || output.contains("log"));
        assert_eq!(fs::read(lab.path("s.csv")).unwrap(), sheet, "{output}");
    }
    let none = step(&lab, "send", &["--shard=auto"]);
    assert!(none.expect(2).stderr.contains("no task of a Slurm"), "{}", none.stderr);
}

#[test]
fn what_was_planned_with_verify_is_completed_when_it_was_decoded() {
    let lab = Lab::new();
    let contents = planned(&lab, &[6, 3]);
    plan(&lab, &["--verify"]).expect(0);
    step(&lab, "create", &[]).expect(0);
    send(&lab, "1/1").expect(0);
    step(&lab, "verify", &["--shard=1/2"]).expect(0);
    let early = step(&lab, "complete", &[]);
    assert!(early.expect(75).stderr.contains("row 3 is not verified"), "{}", early.stderr);
    step(&lab, "verify", &["--shard=2/2"]).expect(0);
    let said = step(&lab, "complete", &["--output=json"]);
    let etag = said.expect(0).json()["read_sets"][1]["verification"]["etag"].clone();
    assert_eq!(etag["result"], "matches");
    is_whole(&lab, &step(&lab, "complete", &[]), &contents);
}

#[test]
fn what_is_damaged_is_not_completed() {
    let lab = Lab::new();
    let mut content = planned(&lab, &[6, 3]).remove(0);
    let at = content.len() / 2;
    content[at] ^= 0x40;
    lab.file("s00.fastq.gz", &content);
    plan(&lab, &["--verify"]).expect(0);
    step(&lab, "create", &[]).expect(0);
    send(&lab, "1/1").expect(0);
    let damaged = step(&lab, "verify", &[]);
    assert!(damaged.expect(3).stderr.contains("is damaged"), "{}", damaged.stderr);
    let said = step(&lab, "complete", &[]);
    assert_eq!((said.expect(3).stdout.lines().next(), lab.read_sets()), (Some("failed"), 1));
    assert_eq!(lab.uploads(), 1);
}

#[test]
fn lanes_are_sent_in_shares_and_completed_when_they_were_decoded() {
    let lab = Lab::new();
    let lanes = [1, 2].map(|lane| {
        let text = material::reads(&format!("A:1:F:{lane}:1:1:{{}}"), 4 * MIB, 1000);
        let content = material::stored(&text);
        lab.file(&format!("S_S1_L00{lane}_R1_001.fastq.gz"), &content);
        content
    });
    let sheet = "sample,fastq_1\nS,S_S1_L001_R1_001.fastq.gz\nS,S_S1_L002_R1_001.fastq.gz\n";
    lab.file("s.csv", sheet.as_bytes());
    plan(&lab, &["--merge-lanes"]).expect(0);
    step(&lab, "create", &[]).expect(0);
    send(&lab, "2/2").expect(0);
    send(&lab, "1/2").expect(0);
    step(&lab, "complete", &[]).expect(75);
    step(&lab, "verify", &[]).expect(0);
    is_whole(&lab, &step(&lab, "complete", &[]), &[lanes.concat()]);
}

/// Each of four tasks takes a quarter of what all may send in a second.
#[test]
fn tasks_share_the_rate() {
    let lab = Lab::with_faults(&["UploadReadSetPart:latency:10ms"]);
    planned(&lab, &[4; 24]);
    step(&lab, "create", &[]).expect(0);
    let tasks: Vec<_> = (1..=4)
        .map(|index| {
            let shard = format!("--shard={index}/4");
            Running::start(step_command(&lab, "send", &[&shard, "--requests-per-second=4"]))
        })
        .collect();
    for task in tasks {
        task.finish().expect(0);
    }
    let rates: Vec<u64> = fs::read_dir(lab.path("run7/alive"))
        .unwrap()
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
        .filter_map(|text| serde_json::from_str::<Value>(&text).unwrap()["shared_by"].as_u64())
        .collect();
    assert!(rates.iter().filter(|shared_by| **shared_by >= 3).count() >= 2, "{rates:?}");
}

/// Other content, other fields and another cut are another upload: nothing of the first gets into it.
#[test]
fn what_is_planned_again_in_the_middle_is_begun_again() {
    let changes: [(&str, &[&str]); 3] =
        [("content", &[]), ("fields", &["--subject=P9"]), ("cut", &["--part-size=6MiB"])];
    at_once(&changes, |(change, arguments)| {
        let lab = Lab::new();
        let mut contents = planned(&lab, &[12]);
        step(&lab, "create", &[]).expect(0);
        send(&lab, "1/2").expect(0);
        if *change == "content" {
            let text = material::reads("other{}", 12 * MIB, 1000);
            contents = vec![material::stored(&text)];
            lab.file("s00.fastq.gz", &contents[0]);
        }
        let store = lab.store();
        let mut plan = vec!["batch", "plan", "s.csv", "--run", "run7", "--store", &store];
        plan.extend(if arguments.is_empty() { &["--part-size=5MiB"][..] } else { arguments });
        if *change == "fields" {
            plan.push("--part-size=5MiB");
        }
        let planned = Lab::run(lab.command(plan));
        assert!(planned.expect(0).stderr.contains("stays open"), "{change}: {}", planned.stderr);
        step(&lab, "create", &[]).expect(0);
        send(&lab, "1/2").expect(0);
        send(&lab, "2/2").expect(0);
        let said = step(&lab, "complete", &["--output=json"]);
        let read_set = said.expect(0).json()["read_sets"][0].clone();
        assert_eq!(read_set["subject_id"], if *change == "fields" { "P9" } else { "S00" });
        let id = read_set["read_set_id"].as_str().unwrap();
        assert!(lab.read_back(id, "SOURCE1") == contents[0], "{change}");
        assert_eq!((lab.read_sets(), lab.uploads()), (1, 1), "{change}");
    });
}

#[test]
fn as_many_uploads_as_the_service_allows_are_sent_first() {
    let quota = "CreateMultipartReadSetUpload:error:ServiceQuotaExceededException/402,nth=2";
    let lab = Lab::with_faults(&[quota]);
    let contents = planned(&lab, &[3, 3, 3]);
    let full = step(&lab, "create", &[]);
    assert!(full.expect(75).stderr.contains("send and complete what is begun"), "{}", full.stderr);
    step(&lab, "create", &[]).expect(0);
    send(&lab, "1/1").expect(0);
    is_whole(&lab, &step(&lab, "complete", &[]), &contents);
}

#[test]
fn what_failed_for_good_is_told_and_tried_again_if_that_is_planned() {
    let lab =
        Lab::with_faults(&["CompleteMultipartReadSetUpload:upload-failed:no such luck,times=1"]);
    let contents = planned(&lab, &[3]);
    step(&lab, "create", &[]).expect(0);
    send(&lab, "1/1").expect(0);
    step(&lab, "complete", &[]).expect(4);
    let again = step(&lab, "complete", &[]);
    assert!(again.expect(4).stderr.contains("no such luck"), "{}", again.stderr);
    plan(&lab, &["--retry-failed"]).expect(0);
    step(&lab, "create", &[]).expect(0);
    send(&lab, "1/1").expect(0);
    let said = step(&lab, "complete", &[]);
    let id = said.expect(0).stdout.trim().to_owned();
    assert!(lab.read_back(&id, "SOURCE1") == contents[0]);
}
