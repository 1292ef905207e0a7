//! Receipts that cannot be written.

use std::{fs, os::unix::fs::PermissionsExt as _};

use expect_test::expect;

use crate::lab::Lab;

#[test]
fn a_place_that_cannot_be_written_to_is_found_before_anything_is_sent() {
    let lab = Lab::new();
    lab.copy("pysam-tests/test_unaligned.bam", "u.bam");
    fs::create_dir(lab.path("folder")).unwrap();
    for place in ["nowhere/r.json", "folder", "u.bam", "./u.bam"] {
        let said = lab.put(&["u.bam", "--receipt", place]);
        assert!(said.expect(2).stderr.contains("receipt"), "{}", said.stderr);
    }
    assert!(lab.requests().is_empty());
    let said = lab.put(&["u.bam", "--receipt", "u.bam"]);
    lab.shows(
        &said,
        &expect![[r#"
        --- stderr
        error: `u.bam` is a file to upload: `--receipt` would overwrite it

        hint: give it a new file, such as `--receipt receipt.json`
        --- status 2
    "#]],
    );
    let store = lab.store();
    let resume = ["resume", "--store", &store, "--receipt", "nowhere/r.json"];
    let said = Lab::run(lab.command(resume));
    assert!(said.expect(2).stderr.contains("receipt"), "{}", said.stderr);
    lab.put(&["u.bam", "--receipt", "nowhere/r.json", "--dry-run"]).expect(0);
    assert_eq!(fs::read_dir(lab.path("folder")).unwrap().count(), 0);
}

#[test]
fn a_place_that_is_gone_at_the_end_does_not_cost_the_read_set_s_id() {
    let lab = Lab::with_faults(&["UploadReadSetPart:latency:2s"]);
    lab.copy("pysam-tests/test_unaligned.bam", "u.bam");
    fs::create_dir(lab.path("folder")).unwrap();
    let mut command = lab.put_command(&["u.bam", "--receipt", "folder/r.json"]);
    let child = command.spawn().unwrap();
    lab.wait_for("CreateMultipartReadSetUpload", 1);
    fs::remove_dir(lab.path("folder")).unwrap();
    let said = crate::lab::said(child.wait_with_output().unwrap());
    assert_eq!(said.expect(1).line().len(), 10);
    assert!(
        said.stderr.contains("error: cannot write the receipt `folder/r.json`"),
        "{}",
        said.stderr
    );
    assert_eq!(lab.read_sets(), 1);
}

#[test]
fn a_state_folder_that_takes_no_receipt_is_warned_of() {
    let lab = Lab::new();
    lab.copy("pysam-tests/test_unaligned.bam", "u.bam");
    let state = lab.home().join(".local/state/omics-upload");
    fs::create_dir_all(&state).unwrap();
    // A file in the place of the folder is in the way of everybody, root included.
    fs::write(state.join("receipts"), "").unwrap();
    fs::set_permissions(&state, fs::Permissions::from_mode(0o700)).unwrap();
    let said = lab.put(&["u.bam"]);
    said.expect(0);
    assert!(said.stderr.contains("receipt"), "{}", said.stderr);
}
