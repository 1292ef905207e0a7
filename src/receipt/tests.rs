//! Receipts on disk, and what is taken over from earlier ones.

use std::{fs, os::unix::fs::PermissionsExt as _};

use crate::receipt::*;

fn receipt(upload: Option<&str>, read_set: Option<&str>) -> Receipt {
    Receipt {
        read_set_id: read_set.map(str::to_owned),
        upload_id: upload.map(str::to_owned),
        store_id: "1234567890".to_owned(),
        region: "us-east-1".to_owned(),
        endpoint: None,
        status: "completed".to_owned(),
        error: None,
        began: None,
        ended: None,
        elapsed_seconds: 0.5,
        fields: SentFields {
            file_type: "UBAM".to_owned(),
            name: "n\u{1b}".to_owned(),
            sample_id: "s".to_owned(),
            subject_id: "s".to_owned(),
            reference_arn: None,
            generated_from: None,
            description: None,
            tags: BTreeMap::new(),
        },
        files: Vec::new(),
        part_size: None,
        parts: Vec::new(),
        requests: Requests::default(),
        etag: EtagComparison::default(),
        checks: Vec::new(),
        transfer: Traffic::default(),
        origin: Sender {
            host: "here".to_owned(),
            user: None,
            tool: "omics-upload".to_owned(),
            version: "1".to_owned(),
        },
    }
}

#[test]
fn one_receipt_stays_of_several_runs_for_an_upload() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = ReceiptFolder::new(temporary.path().join("receipts"));
    assert_eq!(folder.places().unwrap(), []);
    let mut interrupted = receipt(Some("2234567890"), None);
    interrupted.requests.create = Some("create".to_owned());
    folder.keep(&interrupted).unwrap();
    folder.keep(&receipt(Some("2234567890"), Some("3234567890"))).unwrap();
    folder.keep(&receipt(None, Some("3234567890"))).unwrap();
    folder.keep(&receipt(None, None)).unwrap();
    folder.keep(&receipt(Some("4234567890"), None)).unwrap();
    assert_eq!(folder.places().unwrap().len(), 2);
    for id in ["2234567890", "3234567890"] {
        let [place] = &folder.find(id).unwrap()[..] else { panic!() };
        let document = ReceiptDocument::read(&place.path).unwrap();
        let [kept] = &document.receipts[..] else { panic!() };
        assert_eq!(kept.requests.create.as_deref(), Some("create"));
        assert_eq!(kept.upload_id.as_deref(), Some("2234567890"));
        assert_eq!(fs::metadata(&place.path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(folder.find("1234567890").unwrap(), []);
}

#[test]
fn lanes_that_are_alike_keep_their_own_sums() {
    let lane = |name: &str, md5: Option<&str>| File {
        source: "SOURCE1".to_owned(),
        path: name.to_owned(),
        absolute_path: None,
        name: name.to_owned(),
        bytes: 7,
        modified: None,
        md5: md5.map(str::to_owned),
        sha256: None,
        disposal: None,
    };
    let mut earlier = receipt(Some("2234567890"), None);
    earlier.files = vec![lane("L1", Some("a")), lane("L2", Some("b"))];
    let mut later = receipt(Some("2234567890"), None);
    later.files = vec![lane("L2", None), lane("L1", None)];
    later.remember(&earlier);
    let sums: Vec<_> = later.files.iter().map(|file| file.md5.as_deref()).collect();
    assert_eq!(sums, [Some("b"), Some("a")]);
    // One that is alone may have been renamed.
    later.files = vec![lane("other", None)];
    later.remember(&earlier);
    assert_eq!(later.files[0].md5.as_deref(), Some("a"));
}

#[test]
fn an_earlier_hash_is_held_against_what_is_found_later() {
    let etag = |hash: &str| ReadSetEtag {
        algorithm: "FASTQ_MD5up".to_owned(),
        source1: hash.to_owned(),
        source2: None,
    };
    let mut earlier = receipt(None, None);
    earlier.etag.expected = Some(etag("a"));
    let mut later = receipt(None, None);
    later.etag.found = Some(etag("b"));
    later.remember(&earlier);
    assert_eq!(later.etag.result, Some(EtagResult::Differs));
    assert_eq!(later.etag.expected, Some(etag("a")));
}

#[test]
fn what_is_no_receipt_or_a_newer_one_is_told() {
    let temporary = tempfile::tempdir().unwrap();
    let path = temporary.path().join("r.json");
    let said = || ReceiptDocument::read(&path).unwrap_err().to_string();
    assert!(said().starts_with("cannot read the receipt"), "{}", said());
    fs::write(&path, "{\"version\":2,\"receipts\":7}").unwrap();
    assert!(said().contains("newer omics-upload"), "{}", said());
    fs::write(&path, "{\"version\":1}").unwrap();
    assert!(said().ends_with("is not a receipt"), "{}", said());
}

#[test]
fn what_cannot_be_read_as_a_receipt_is_neither_replaced_nor_removed() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = ReceiptFolder::new(temporary.path().to_owned());
    let newer = "{\"version\":9,\"receipts\":[]}";
    let [same, other] = ["1234567890-2234567890-0.json", "1234567890-2234567890-7.json"]
        .map(|name| temporary.path().join(name));
    fs::write(&same, newer).unwrap();
    fs::write(&other, "mine").unwrap();
    let error = folder.keep(&receipt(Some("2234567890"), None)).unwrap_err();
    assert!(error.to_string().starts_with("cannot write the receipt"), "{error}");
    assert_eq!(fs::read_to_string(&same).unwrap(), newer);
    fs::remove_file(&same).unwrap();
    folder.keep(&receipt(Some("2234567890"), None)).unwrap();
    assert!(ReceiptDocument::is_at(&same).unwrap());
    assert_eq!(fs::read_to_string(&other).unwrap(), "mine");
    assert!(!ReceiptDocument::is_at(&other).unwrap());
    // Whose a newer one is is known all the same; an empty file is nobody's.
    fs::write(&other, newer).unwrap();
    assert!(ReceiptDocument::is_at(&other).unwrap());
    fs::write(&other, "").unwrap();
    assert!(ReceiptDocument::is_at(&other).unwrap());
}

#[test]
fn a_file_appears_as_a_whole_and_a_link_stays_one() {
    let temporary = tempfile::tempdir().unwrap();
    let [real, link] = ["real", "link"].map(|name| temporary.path().join(name));
    fs::write(&real, "old").unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    write_atomically(&link, b"new", 0o666).unwrap();
    assert_eq!(fs::read(&real).unwrap(), b"new");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 2);
}

#[test]
fn nothing_in_a_receipt_can_harm_a_terminal() {
    let text = receipt(Some("2234567890"), Some("3234567890")).text();
    assert!(text.starts_with("read set 3234567890\n"), "{text}");
    assert!(text.contains("n\\u{1b}") && !text.contains('\u{1b}'), "{text}");
}
