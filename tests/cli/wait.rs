//! What becomes of completed uploads, seen by `put` and by `wait`.

use expect_test::expect;

use crate::{
    files::{fastq, gzip},
    lab::Lab,
};

const UBAM: &str = "pysam-tests/test_unaligned.bam";

#[test]
fn without_waiting_the_id_is_there_and_wait_waits() {
    let lab = Lab::with_faults(&["CompleteMultipartReadSetUpload:processing:1500ms"]);
    lab.copy(UBAM, "a.bam");
    lab.file("b.fastq.gz", &gzip(&fastq(&["r1"])));
    let said = lab.put(&["a.bam", "b.fastq.gz", "--no-wait", "--progress=none"]);
    lab.shows(
        &said,
        &expect![[r#"
            ID
            ID
            --- status 0
        "#]],
    );
    assert_eq!(lab.count("GetReadSetMetadata"), 0);
    let ids: Vec<_> = said.expect(0).stdout.lines().collect();

    let store = lab.store();
    let early = Lab::run(lab.command(["wait", ids[0], "--store", &store, "--wait-timeout=1ms"]));
    assert_eq!(early.expect(5).line(), ids[0]);
    lab.shows(
        &early,
        &expect![[r#"
        ID
        --- stderr
        TIME read set: processing (HealthOmics checks the read set), read set READ_SET
        TIME read set: completed, read set READ_SET
        error: `ID`: read set READ_SET is complete, but not known to be active
          caused by: it was not seen to be active within 1ms

        hint: `omics-upload wait ID --store STORE` looks again
        --- status 5
    "#]],
    );
    let waited = Lab::run(lab.command(["wait", ids[1], ids[0], "--store", &store]));
    assert_eq!(waited.expect(0).stdout, format!("{}\n{}\n", ids[1], ids[0]));
    let again = lab.command(["wait", ids[0], "--store", &store, "--output=json", "--quiet"]);
    lab.shows(&Lab::run(again), &expect![[r#"
        {"version":1,"read_sets":[{"read_set_id":"ID","store_id":"STORE","status":"active","elapsed_seconds":SECONDS}]}
        --- status 0
    "#]]);
    // `put` says `completed`, since nobody looked.
    let said = lab.put(&["a.bam", "--no-wait", "--output=json", "-q"]);
    assert_eq!(said.expect(0).json()["read_sets"][0]["status"], "completed");
}

#[test]
fn waiting_for_a_read_set_that_is_not_there() {
    let lab = Lab::new();
    let store = lab.store();
    let said = lab.command(["wait", "9999999999", "--store", &store, "--wait-timeout=1s"]);
    lab.shows(&Lab::run(said), &expect![[r#"
        ID
        --- stderr
        TIME read set: processing (HealthOmics checks the read set), read set READ_SET
        TIME read set: completed, read set READ_SET
        error: `ID`: read set READ_SET is complete, but not known to be active
          caused by: it cannot be looked at
          caused by: the service refused the request
          caused by: GetReadSetMetadata failed: ResourceNotFoundException: The specified readset does not exist. (request ID REQUEST_ID)

        hint: look at the ID, at the store's ID and at the region; `omics-upload wait ID --store STORE` looks again
        --- status 5
    "#]]);
}

#[test]
fn processing_that_takes_too_long_is_no_failure() {
    let lab = Lab::with_faults(&["CompleteMultipartReadSetUpload:processing:1h"]);
    lab.copy(UBAM, "a.bam");
    let said = lab.put(&["a.bam", "--wait-timeout=300ms"]);
    lab.shows(
        &said,
        &expect![[r#"
        ID
        --- stderr
        TIME 1 read set, 515 B in 1 part
        TIME a: uploading, upload ID
        TIME a: confirming (the service's list of parts is checked)
        TIME a: completing (HealthOmics puts the parts together)
        TIME a: processing (HealthOmics checks the read set), read set READ_SET
        TIME a: completed, read set READ_SET, 515 B sent at RATE, TIME in all
        error: `a.bam`: read set READ_SET is complete, but not known to be active
          caused by: it was not seen to be active within 300ms

        hint: `omics-upload wait ID --store STORE` looks again
        --- status 5
    "#]],
    );
}

#[test]
fn who_may_not_look_is_told_so_and_has_the_id() {
    let lab = Lab::with_faults(&["GetReadSetMetadata:error:AccessDeniedException"]);
    lab.copy(UBAM, "a.bam");
    let said = lab.put(&["a.bam", "--progress=none"]);
    lab.shows(&said, &expect![[r#"
        ID
        --- stderr
        error: `a.bam`: read set READ_SET is complete, but not known to be active
          caused by: it cannot be looked at
          caused by: the service refused the request
          caused by: GetReadSetMetadata failed: AccessDeniedException: This error was asked for (request ID REQUEST_ID)

        hint: the caller needs the permission `omics:GetReadSetMetadata` on the store's read sets (`…:sequenceStore/STORE/readSet/*`); `omics-upload wait ID --store STORE` looks again
        --- status 5
    "#]]);
    let said = lab.put(&["a.bam", "--progress=none", "--output=json"]);
    let read_set = &said.expect(5).json()["read_sets"][0];
    assert_eq!(read_set["status"], "completed");
    assert_eq!(read_set["error"]["kind"], "not_known");
    assert!(read_set["read_set_id"].is_string());
}

#[test]
fn data_that_are_not_accepted_are_told_with_the_reason_and_the_place() {
    let failed = "CompleteMultipartReadSetUpload:upload-failed:source1 is \u{1b}[2J damaged";
    let lab = Lab::with_faults(&[failed]);
    lab.copy(UBAM, "a.bam");
    lab.shows(&lab.put(&["a.bam", "--progress=none"]), &expect![[r#"
        failed
        --- stderr
        error: `a.bam`: the service did not accept the data of read set READ_SET: source1 is \u{1b}[2J damaged

        hint: check the files with `omics-upload check --full`
        --- status 4
    "#]]);
    let made = lab
        .client()
        .create_sequence_store()
        .name("second")
        .fallback_location("s3://lab/failed/")
        .send();
    let store = lab.block_on(made).unwrap().id().to_owned();
    let said = lab.command(["put", "a.bam", "--store", &store, "--progress=none"]);
    lab.shows(&Lab::run(said), &expect![[r#"
        failed
        --- stderr
        error: `a.bam`: the service did not accept the data of read set READ_SET: source1 is \u{1b}[2J damaged

        hint: the store keeps the parts of failed uploads in s3://lab/failed/
        --- status 4
    "#]]);
}
