//! Answers that are lost, late or wrong: one archive all the same, or it is said what is not known.

use std::{path::PathBuf, slice::from_ref};

use serde_json::{Value, json};

use super::scene::{PARTS, Scene};
use crate::lab::at_once;

/// Faults that one run gets over, with how often each operation may then be seen.
#[test]
fn what_passes_is_got_over_in_one_run() {
    let cases: [&[&str]; 14] = [
        &["InitiateMultipartUpload:lose-answer,times=1"],
        &["InitiateMultipartUpload:reset:after,times=2"],
        &["InitiateMultipartUpload:error:ThrottlingException,times=2"],
        &["UploadMultipartPart:error:ThrottlingException,every=2,times=4"],
        &["UploadMultipartPart:error:ServiceUnavailableException,every=2,times=3"],
        &["UploadMultipartPart:error:RequestTimeoutException,times=2"],
        &["UploadMultipartPart:reset:within,part=3,times=2"],
        &["UploadMultipartPart:lose-answer,part=2,times=1"],
        &["UploadMultipartPart:wrong-checksum,part=6,times=1"],
        &["UploadMultipartPart:hide-part,part=4,times=1"],
        &["ListParts:error:ServiceUnavailableException,times=1"],
        &["CompleteMultipartUpload:error:ThrottlingException,times=2"],
        &["CompleteMultipartUpload:lose-answer,times=1"],
        &["*:error:ThrottlingException,every=3,times=8"],
    ];
    at_once(&cases, |faults| {
        let about = format!("{faults:?}");
        let scene = Scene::new(faults, &[]);
        let run = scene.run(scene.command());
        run.said.expect(0);
        scene.is_whole(run.said.line(), &about);
        assert_eq!(run.count("AbortMultipartUpload"), 0, "{about}");
    });
}

/// A lost answer to Initiate leaves an upload, which is found and adopted: there is never a second one.
#[test]
fn an_upload_whose_beginning_was_not_answered_is_adopted() {
    let scene = Scene::new(&["InitiateMultipartUpload:lose-answer,times=1"], &[]);
    let run = scene.run(scene.command());
    run.said.expect(0);
    assert_eq!(run.count("InitiateMultipartUpload"), 1);
    scene.is_whole(run.said.line(), "a lost Initiate");
}

/// Where no list shows it in time, a second upload is begun; the first is empty and carries the very
/// mark, so it is aborted.
#[test]
fn an_upload_that_no_list_showed_in_time_is_aborted() {
    let faults = [
        "InitiateMultipartUpload:lose-answer,times=1",
        "ListMultipartUploads:error:AccessDeniedException,nth=2",
    ];
    let scene = Scene::new(&faults, &[]);
    let run = scene.run(scene.command());
    run.said.expect(0);
    assert_eq!(run.count("InitiateMultipartUpload"), 2, "{}", run.said.stderr);
    assert_eq!(run.count("AbortMultipartUpload"), 1, "{}", run.said.stderr);
    assert!(run.said.stderr.contains("which is empty, was aborted"), "{}", run.said.stderr);
}

/// The service forgets the upload before Complete can be repeated: nothing tells what came of it but an
/// inventory, and it is never sent again by itself.
#[test]
fn a_complete_that_nothing_can_settle_has_a_status_of_its_own() {
    let faults =
        ["CompleteMultipartUpload:lose-answer,nth=1", "CompleteMultipartUpload:vanish,nth=2"];
    let mut scene = Scene::new(&faults, &[]);
    let run = scene.run(scene.command());
    run.said.expect(5);
    assert_eq!(run.said.line(), "failed");
    let tree = scene.archives()[0]["tree_hash"].as_str().unwrap().to_owned();
    let inventory = "aws glacier initiate-job --account-id - --vault-name sandbox --job-parameters \
                     '{\"Type\":\"inventory-retrieval\"}'";
    for text in ["whether an archive came of it is not known", inventory, &tree, "`--fresh`"] {
        assert!(run.said.stderr.contains(text), "{text}\n{}", run.said.stderr);
    }
    let again = scene.again(&[]);
    again.said.expect(5);
    assert_eq!((again.sent(), again.count("InitiateMultipartUpload")), (Vec::new(), 0));
    scene.arguments.push("--output=json".to_owned());
    let told = scene.again(&[]);
    assert_eq!(told.said.expect(5).json()["archives"][0]["sha256_tree_hash"], tree.as_str());
    scene.arguments.pop();
    scene.arguments.push("--fresh".to_owned());
    let fresh = scene.again(&[]);
    fresh.said.expect(0);
    assert_eq!(fresh.sent().len(), PARTS);
    scene.holds_the_file(fresh.said.line(), &scene.content, "stored anew");
}

#[test]
fn an_archive_of_another_tree_hash_is_no_success() {
    let scene = Scene::new(&["CompleteMultipartUpload:wrong-checksum"], &["--output=json"]);
    let run = scene.run(scene.command());
    run.said.expect(4);
    let archive = &run.said.json()["archives"][0];
    assert_eq!(
        (&archive["status"], &archive["error"]["kind"]),
        (&"failed".into(), &"other_tree_hash".into())
    );
    let id = archive["archive_id"].as_str().unwrap();
    assert!(
        run.said.stderr.contains(&format!(
            "delete-archive --account-id - --vault-name sandbox --archive-id={id}"
        )),
        "{}",
        run.said.stderr
    );
    // Its ID is kept, and it does not stand for the file.
    assert_eq!(scene.receipts()[0]["status"], "failed");
    let again = scene.run(scene.command());
    assert_eq!(again.sent().len(), PARTS);
}

/// A part that the service damages again and again is not completed.
#[test]
fn a_part_that_arrives_damaged_is_not_completed() {
    let scene = Scene::new(&["UploadMultipartPart:corrupt,part=2"], &["--attempts=2"]);
    let run = scene.run(scene.command());
    run.said.expect(1);
    assert!(run.said.stderr.contains("arrived damaged 2 times"), "{}", run.said.stderr);
    assert_eq!(run.count("CompleteMultipartUpload"), 0);
}

#[test]
fn throttling_that_lasts_is_temporary() {
    let mut scene =
        Scene::new(&["UploadMultipartPart:error:ThrottlingException"], &["--give-up-after=1s"]);
    let run = scene.run(scene.command());
    run.said.expect(75);
    assert!(run.said.stderr.contains("to resume: `"), "{}", run.said.stderr);
    assert!(
        run.said.stderr.contains("omics-upload vault abort --vault sandbox "),
        "{}",
        run.said.stderr
    );
    let again = scene.again(&[]);
    again.said.expect(0);
    again.sent_what_was_missing("after throttling");
    scene.is_whole(again.said.line(), "after throttling");
}

/// What an inventory of the vault says, with these archives.
fn inventory(scene: &Scene, archives: &[Value]) -> PathBuf {
    let list: Vec<_> = archives
        .iter()
        .map(|archive| {
            json!({
                "ArchiveId": archive["id"],
                "ArchiveDescription": archive["description"],
                "CreationDate": archive["created"],
                "Size": archive["size"],
                "SHA256TreeHash": archive["tree_hash"],
            })
        })
        .collect();
    let document = json!({
        "VaultARN": "arn:aws:glacier:us-east-1:000000000000:vaults/sandbox",
        "InventoryDate": "2026-11-27T10:00:00Z",
        "ArchiveList": list,
    });
    scene.lab.file("inventory.json", document.to_string().as_bytes())
}

/// What only an inventory can settle is settled by it: the archive is found by its content, and gets the
/// receipt that it lacks.
#[test]
fn an_archive_that_is_in_doubt_is_found_in_an_inventory() {
    let faults =
        ["CompleteMultipartUpload:lose-answer,nth=1", "CompleteMultipartUpload:vanish,nth=2"];
    let mut scene = Scene::new(&faults, &[]);
    let run = scene.run(scene.command());
    for text in ["get-job-output", "keep its receipt: `", "--inventory inventory.json`"] {
        assert!(run.said.expect(5).stderr.contains(text), "{text}\n{}", run.said.stderr);
    }
    let archive = scene.archives().remove(0);
    scene.arguments.push("--inventory=inventory.json".to_owned());
    // One of the same size, and one of no content that anybody knows.
    let mut others = [archive.clone(), archive.clone()];
    others[0]["tree_hash"] = "0".repeat(64).into();
    others[1]["size"] = 1.into();
    inventory(&scene, &others);
    let none = scene.again(&[]);
    assert_eq!(none.said.expect(5).line(), "failed");
    let words = "the inventory of 2026-11-27T10:00:00Z lists no archive with the tree hash ";
    assert!(none.said.stderr.contains(words), "{}", none.said.stderr);
    inventory(&scene, &[&others[..], from_ref(&archive)].concat());
    let found = scene.again(&[]);
    assert_eq!(
        (found.said.expect(0).line(), found.sent()),
        (archive["id"].as_str().unwrap(), vec![])
    );
    scene.is_whole(found.said.line(), "found in an inventory");
    assert_eq!(scene.receipts()[0]["description"], archive["description"]);
    scene.arguments.pop();
    let again = scene.again(&[]);
    assert_eq!((again.said.expect(0).line(), again.requests.len()), (found.said.line(), 1));
}

#[test]
fn an_inventory_that_is_none_of_this_vault_is_refused() {
    let scene = Scene::new(&[], &["--inventory=inventory.json"]);
    scene.lab.file("inventory.json", b"ArchiveId,Size\n");
    let text = scene.run(scene.command());
    assert!(text.said.expect(2).stderr.contains("is not an inventory of a vault in JSON"));
    inventory(&scene, &[]);
    let sandbox = "--sandbox=kept";
    let words = ["put", "a.bam", "--inventory=inventory.json", "--vault=cold", sandbox];
    let other = scene.run(scene.vault(&words));
    let message = "the inventory is of arn:aws:glacier:us-east-1:000000000000:vaults/sandbox";
    assert!(other.said.expect(2).stderr.contains(message), "{}", other.said.stderr);
}

/// The journal speaks of an upload that is gone, and nothing is to be done about that.
#[test]
fn what_is_begun_anew_after_doubt_is_not_told_to_abort_what_is_gone() {
    let faults =
        ["CompleteMultipartUpload:lose-answer,nth=1", "CompleteMultipartUpload:vanish,nth=2"];
    let mut scene = Scene::new(&faults, &[]);
    scene.run(scene.command()).said.expect(5);
    scene.arguments.push("--fresh".to_owned());
    let fresh = scene.again(&[]);
    let words = "is not taken up, as asked; if it is unfinished, `omics-upload vault abort --vault sandbox \
                 -- ";
    assert!(fresh.said.expect(0).stderr.contains(words), "{}", fresh.said.stderr);
}
