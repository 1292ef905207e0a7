//! Uploads of lanes that were interrupted, and go on.

use std::fs;

use super::{Lanes, STORED, mixed, name};
use crate::{
    lab::{Lab, Said},
    running::Running,
};

const FEW: &[&str] = &["--merge-lanes", "--part-size=5MiB", "--concurrency=2", "-v"];

/// Three parts are stored, then it is killed.
fn killed(lanes: &mut Lanes) {
    let command = lanes.lab.put_command(&[&lanes.names(), FEW].concat());
    let mut running = Running::start(command);
    running.wait_for_lines("confirmed, ", 3);
    running.signal("KILL");
    assert_eq!(running.finish().status, None);
    lanes.lab.restart_sandbox(&[]);
}

/// Lanes of about eight parts, of which the fourth and later ones do not arrive.
fn scene() -> Lanes {
    let faults: Vec<_> = (4..20).map(|nth| format!("UploadReadSetPart:stall,nth={nth}")).collect();
    let faults: Vec<_> = faults.iter().map(String::as_str).collect();
    let lanes = [(STORED, 4_700_000), (STORED, 900_000), (STORED, 3_100_000)];
    Lanes::new(&faults, 2, &lanes)
}

/// How many parts arrived in all.
fn parts(lanes: &Lanes) -> usize {
    lanes.joined().iter().map(|joined| joined.len().div_ceil(crate::material::PART)).sum()
}

/// No part was sent twice, and there is one read set.
#[track_caller]
fn went_on(lanes: &Lanes, before: usize, said: &Said) {
    said.expect(0);
    lanes.is_whole(said.line());
    let sent = lanes.lab.count("UploadReadSetPart") - before;
    assert!(sent <= parts(lanes) - 3, "{sent} of {} parts\n{}", parts(lanes), said.stderr);
    assert_eq!(lanes.lab.count("CreateMultipartReadSetUpload"), 1);
}

#[test]
fn the_same_command_goes_on() {
    let mut lanes = scene();
    killed(&mut lanes);
    let before = lanes.lab.count("UploadReadSetPart");
    let said = lanes.lab.put(&[&lanes.names(), FEW].concat());
    went_on(&lanes, before, &said);
    assert!(said.stderr.contains("resum"), "{}", said.stderr);
}

#[test]
fn resume_knows_the_files_of_each_source() {
    let mut lanes = scene();
    killed(&mut lanes);
    let before = lanes.lab.count("UploadReadSetPart");
    let store = lanes.lab.store();
    let said = Lab::run(lanes.lab.command(["resume", "--store", &store]));
    went_on(&lanes, before, &said);
}

#[test]
fn without_state_the_files_are_enough() {
    let mut lanes = scene();
    killed(&mut lanes);
    let state = lanes.lab.home().join(".local/state/omics-upload");
    fs::remove_dir_all(state).unwrap();
    let before = lanes.lab.count("UploadReadSetPart");
    let store = lanes.lab.store();
    let list = Lab::run(lanes.lab.command(["uploads", "list", "--store", &store, "--output=json"]));
    let id = list.json()["uploads"][0]["upload_id"].as_str().unwrap().to_owned();
    let resume = ["resume", &id, "--store", &store];
    let said = Lab::run(lanes.lab.command(resume.into_iter().chain(lanes.names())));
    went_on(&lanes, before, &said);
}

#[test]
fn with_state_the_files_may_be_elsewhere() {
    let mut lanes = scene();
    killed(&mut lanes);
    fs::create_dir(lanes.lab.path("moved")).unwrap();
    for name in lanes.names() {
        fs::rename(lanes.lab.path(name), lanes.lab.path("moved").join(name)).unwrap();
    }
    let before = lanes.lab.count("UploadReadSetPart");
    let store = lanes.lab.store();
    let list = Lab::run(lanes.lab.command(["uploads", "list", "--store", &store, "--output=json"]));
    let upload = list.json()["uploads"][0].clone();
    assert_eq!(upload["files"].as_array().unwrap().len(), 6, "{upload}");
    let id = upload["upload_id"].as_str().unwrap();
    let files: Vec<_> = lanes.names().iter().map(|name| format!("moved/{name}")).collect();
    let resume = ["resume", id, "--store", &store].map(str::to_owned);
    let said = Lab::run(lanes.lab.command(resume.into_iter().chain(files)));
    went_on(&lanes, before, &said);
}

#[test]
fn a_lane_that_changed_between_is_another_content() {
    let mut lanes = scene();
    killed(&mut lanes);
    lanes.set(2, 1, crate::material::stored(&super::text(2, 1, 900_001)));
    let store = lanes.lab.store();
    let said = Lab::run(lanes.lab.command(["resume", "--store", &store]));
    said.expect(2);
    let about = format!("{}` has another content than when the upload was begun", name(2, 1));
    assert!(said.stderr.contains(&about), "{}", said.stderr);
    assert!(!said.stderr.contains(&name(1, 1)), "{}", said.stderr);
    let said = lanes.lab.put(&[&lanes.names(), FEW].concat());
    let about = format!("`{}` has another content than when upload", name(2, 1));
    assert!(said.stderr.contains(&about), "{}", said.stderr);
}

#[test]
fn a_lane_that_changes_while_it_is_sent_is_named() {
    let lanes = Lanes::new(&["UploadReadSetPart:latency:600ms"], 2, &mixed(4));
    let command = lanes.lab.put_command(&[&lanes.names(), FEW].concat());
    let mut running = Running::start(command);
    running.wait_for_lines("confirmed, ", 1);
    let path = lanes.lab.path(&name(3, 2));
    let file = fs::File::options().write(true).open(path).unwrap();
    file.set_len(1_000_000).unwrap();
    let said = running.finish();
    said.expect(1);
    let about = format!("error: `{}` changed while it was uploaded: its size was ", name(3, 2));
    assert!(said.stderr.contains(&about), "{}", said.stderr);
    assert_eq!(lanes.lab.read_sets(), 0, "{}", said.stderr);
}

#[test]
fn a_lane_that_is_touched_before_the_end_is_read_again() {
    let lanes = Lanes::new(&["ListReadSetUploadParts:latency:4s"], 1, &mixed(3));
    let command = lanes.lab.put_command(&[&lanes.names(), FEW].concat());
    let mut running = Running::start(command);
    // All of it is sent and decoded, and the service has yet to list its parts.
    running.wait_for_lines("confirmed, ", 1);
    running.wait_for_lines("sound to the end", 1);
    running.wait_for_lines("confirming (", 1);
    // The same size and date, and another content.
    let path = lanes.lab.path(&name(2, 1));
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    let mut content = fs::read(&path).unwrap();
    let last = content.len() - 1;
    content[last] ^= 1;
    fs::write(&path, content).unwrap();
    fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
    let said = running.finish();
    said.expect(1);
    let about = format!("`{}` changed while it was uploaded: part ", name(2, 1));
    assert!(said.stderr.contains(&about), "{}", said.stderr);
    assert_eq!(lanes.lab.read_sets(), 0);
}
