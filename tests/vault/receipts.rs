//! Receipts of archives: what they hold, where they are, and that they are there first.

use std::fs;

use data_encoding::HEXLOWER;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::scene::{MIB, PARTS, Scene, content, files};
use crate::{lab::Lab, running::Running};

#[test]
fn a_receipt_says_what_was_stored_and_how_it_is_known() {
    let scene = Scene::new(&["UploadMultipartPart:reset:before,nth=2"], &["--receipt=r.json"]);
    let run = scene.run(scene.command());
    let id = run.said.expect(0).line();
    let asked: Value =
        serde_json::from_slice(&fs::read(scene.lab.path("r.json")).unwrap()).unwrap();
    let [kept] = &scene.receipts()[..] else { panic!() };
    assert_eq!((&asked["version"], &asked["archives"][0]), (&1.into(), kept));
    let archive = &scene.archives()[0];
    for (member, expected) in [
        ("archive_id", id.into()),
        ("vault_arn", "arn:aws:glacier:us-east-1:000000000000:vaults/sandbox".into()),
        ("status", "completed".into()),
        ("error", Value::Null),
        ("region", "us-east-1".into()),
        ("description", archive["description"].clone()),
        ("sha256_tree_hash", archive["tree_hash"].clone()),
        ("part_size", MIB.into()),
    ] {
        assert_eq!(kept[member], expected, "{member}");
    }
    assert!(!kept["vault_created"].as_str().unwrap().is_empty());
    assert_eq!(
        (&kept["transfer"]["retries"], &kept["transfer"]["parts_sent"]),
        (&1.into(), &PARTS.into())
    );
    let parts = kept["parts"].as_array().unwrap();
    assert_eq!(parts.len(), PARTS);
    for (part, bytes) in parts.iter().zip(scene.content.chunks(MIB)) {
        let sum = HEXLOWER.encode(&Sha256::digest(bytes));
        assert_eq!((&part["sha256"], &part["bytes"]), (&sum.clone().into(), &bytes.len().into()));
        assert_eq!(part["sha256_tree_hash"], *sum);
    }
    let text = kept.to_string();
    assert!(!text.contains("secret-that-nobody-may-see") && !text.contains("AKIDEXAMPLE"));
}

/// When an ID can be read, its receipt is there.
#[test]
fn a_receipt_is_there_before_its_id_is_printed() {
    let scene = Scene::new(&["CompleteMultipartUpload:stall:300ms,nth=2"], &["--progress=none"]);
    scene.lab.file("b", &content(10, 3));
    let mut command = scene.vault(&["put", "a.bam", "b", "-v"]);
    command.env("NO_COLOR", "1");
    let mut running = Running::start(command);
    running.wait_for_lines("completing", 2);
    // The second is not complete yet, and nothing is printed: the first is known all the same.
    assert_eq!(scene.receipts().len(), 1);
    running.signal("KILL");
    assert_eq!(running.finish().stdout, "");
    let said = Lab::run(scene.vault(&["put", "a.bam", "b"]));
    assert_eq!(
        said.expect(0).stdout.lines().next().unwrap(),
        scene
            .receipts()
            .iter()
            .find_map(|one| {
                (one["file"]["name"] == "a.bam")
                    .then(|| one["archive_id"].as_str().unwrap().to_owned())
            })
            .unwrap()
    );
}

#[test]
fn a_sandbox_that_is_forgotten_leaves_nothing_on_this_machine() {
    let scene = Scene::new(&[], &[]);
    for (more, left) in [("--sandbox", 0), ("--sandbox=kept", 1)] {
        let said = Lab::run(scene.vault(&["put", "a.bam", "--vault=cold", more]));
        said.expect(0);
        assert_eq!(files(&scene.state().join("receipts")).len(), left, "{more}");
    }
}

#[test]
fn the_command_for_receipts_knows_archives() {
    let scene = Scene::new(&[], &["--receipt=r.json"]);
    let id = scene.run(scene.command()).said.expect(0).line().to_owned();
    let receipts = |words: &[&str]| Lab::run(scene.lab.command(["receipts"].iter().chain(words)));
    let list = receipts(&["list"]);
    assert!(list.expect(0).stdout.lines().last().unwrap().ends_with(&id), "{}", list.stdout);
    let list = receipts(&["list", "--output=json"]).expect(0).json();
    assert_eq!(
        (&list["archives"][0]["archive_id"], &list["archives"][0]["file"]),
        (&id.clone().into(), &"a.bam".into())
    );
    let document: Value =
        serde_json::from_slice(&fs::read(scene.lab.path("r.json")).unwrap()).unwrap();
    for what in ["r.json", &id] {
        assert_eq!(receipts(&["show", "--output=json", "--", what]).expect(0).json(), document);
        let text = receipts(&["show", "--", what]);
        let tree = document["archives"][0]["sha256_tree_hash"].as_str().unwrap();
        assert!(text.expect(0).stdout.starts_with(&format!("archive {id}\n")), "{}", text.stdout);
        assert!(text.stdout.contains(tree), "{}", text.stdout);
    }
}

/// Killed between the receipt and the end of its journal: what the journal says is done.
#[test]
fn a_journal_that_is_behind_its_receipt_is_ended() {
    let mut scene = Scene::new(&["CompleteMultipartUpload:stall"], &[]);
    let mut running = scene.start();
    running.wait_for_lines("completing", 1);
    running.signal("KILL");
    running.finish();
    let journal = scene.journals().remove(0);
    let before = fs::read(&journal).unwrap();
    let id = scene.again(&[]).said.expect(0).line().to_owned();
    fs::write(&journal, before).unwrap();
    scene.arguments.push("--receipt=r.json".to_owned());
    let again = scene.again(&[]);
    assert_eq!((again.said.expect(0).line(), again.requests.len()), (&*id, 1));
    scene.is_whole(&id, "a journal behind its receipt");
    // The receipt that is asked for is that of the run that stored it.
    let asked: Value =
        serde_json::from_slice(&fs::read(scene.lab.path("r.json")).unwrap()).unwrap();
    let archive = &asked["archives"][0];
    assert_eq!(archive["parts"].as_array().unwrap().len(), PARTS);
    assert_eq!((&archive["status"], &archive["archive_id"]), (&"skipped".into(), &id.into()));
}

/// A receipt that cannot be read may name the archive of the file: it is not passed over.
#[test]
fn a_damaged_receipt_stops_its_file_and_no_other() {
    let mut scene = Scene::new(&[], &[]);
    let id = scene.run(scene.command()).said.expect(0).line().to_owned();
    let receipt = files(&scene.state().join("receipts")).remove(0);
    let whole = fs::read(&receipt).unwrap();
    fs::write(&receipt, &whole[..whole.len() / 2]).unwrap();
    scene.lab.file("b", &content(10, 3));
    scene.arguments.push("b".to_owned());
    let again = scene.run(scene.command());
    assert_eq!(again.said.expect(3).stdout.lines().next(), Some("failed"));
    assert_eq!(again.sent().len(), 1, "the other file alone");
    let name = receipt.file_name().unwrap().to_str().unwrap();
    for text in [
        "error: `a.bam`: whether this file is in the vault already is not known",
        name,
        "restore the receipt from a backup; `--fresh`",
    ] {
        assert!(again.said.stderr.contains(text), "{text}\n{}", again.said.stderr);
    }
    fs::write(&receipt, &whole).unwrap();
    let restored = scene.run(scene.command());
    assert_eq!(restored.said.expect(0).stdout.lines().next(), Some(&*id));
    fs::write(&receipt, "").unwrap();
    scene.arguments.push("--fresh".to_owned());
    assert_eq!(scene.run(scene.command()).said.expect(0).stdout.lines().count(), 2);
}

/// The ID of an archive whose receipt cannot be kept is told at once, and no further one is risked.
#[test]
fn an_id_that_cannot_be_kept_is_told_and_ends_the_run() {
    let scene = Scene::new(&["CompleteMultipartUpload:stall:500ms"], &[]);
    scene.lab.file("b", &content(10, 3));
    let mut command = scene.command();
    command.arg("b");
    let mut running = Running::start(command);
    running.wait_for_lines("completing", 1);
    let receipts = scene.state().join("receipts");
    fs::remove_dir(&receipts).unwrap();
    fs::write(&receipts, "in the way").unwrap();
    let said = running.finish();
    let lines: Vec<_> = said.expect(3).stdout.lines().collect();
    assert_eq!((lines[0].len(), lines[1]), (138, "failed"));
    let words = format!("write down the archive ID {}, the only name of the archive", lines[0]);
    assert!(said.stderr.contains(&words), "{}", said.stderr);
    assert!(said.stderr.contains("File exists"), "{}", said.stderr);
    assert_eq!(scene.archives().len(), 1);
}
