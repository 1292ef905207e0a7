//! `receipts list` and `receipts show`.

use expect_test::expect;

use super::valid;
use crate::lab::{Lab, Said};

fn receipts(lab: &Lab, arguments: &[&str]) -> Said {
    Lab::run(lab.command([&["receipts"], arguments].concat()))
}

#[test]
fn what_is_kept_is_listed_and_shown_by_both_ids_and_from_a_file() {
    let lab = Lab::new();
    lab.copy("pysam-tests/test_unaligned.bam", "u.bam");
    let none = receipts(&lab, &["list"]);
    lab.shows(
        &none,
        &expect![[r#"
        TIME  READ SET  NAME  SAMPLE  STATUS  FILES
        --- status 0
    "#]],
    );
    let id = lab.put(&["u.bam", "--receipt=r.json"]).expect(0).line().to_owned();
    let receipt = valid::one(&lab.path("r.json"));
    let upload = receipt["upload_id"].as_str().unwrap();
    lab.shows(
        &receipts(&lab, &["list"]),
        &expect![[r#"
        TIME                  READ SET    NAME  SAMPLE   STATUS  FILES
        TIME  ID  u     S123456  active  u.bam
        --- status 0
    "#]],
    );
    let listed = receipts(&lab, &["list", "--output=json"]).expect(0).json();
    assert_eq!(listed["receipts"][0]["read_set_id"], id);
    assert_eq!(listed["receipts"][0]["upload_id"], upload);
    let text = receipts(&lab, &["show", &id]);
    assert!(text.expect(0).stdout.contains("SHA-256"), "{}", text.stdout);
    assert_eq!(receipts(&lab, &["show", upload]).stdout, text.stdout);
    assert_eq!(receipts(&lab, &["show", "r.json"]).stdout, text.stdout);
    let document = receipts(&lab, &["show", &id, "--output=json"]).expect(0).json();
    valid::is_valid(&document);
    assert_eq!(document["receipts"][0], receipt);
    for unknown in ["1111111111", "nowhere.json"] {
        let said = receipts(&lab, &["show", unknown]);
        assert!(said.expect(2).stderr.contains("there is no receipt of"), "{}", said.stderr);
    }
    lab.file("other.json", b"{}");
    let said = receipts(&lab, &["show", "other.json"]);
    assert!(said.expect(2).stderr.contains("`other.json` is not a receipt"), "{}", said.stderr);
}

#[test]
fn a_receipt_that_cannot_be_read_does_not_hide_the_others() {
    let lab = Lab::new();
    lab.copy("pysam-tests/test_unaligned.bam", "u.bam");
    let id = lab.put(&["u.bam"]).expect(0).line().to_owned();
    lab.home_file(".local/state/omics-upload/receipts/1234567890-0-1234567890.json", "{");
    let said = receipts(&lab, &["list"]);
    assert!(said.expect(1).stdout.contains(&id), "{}", said.stdout);
    assert!(said.stderr.contains("is not a receipt"), "{}", said.stderr);
}
