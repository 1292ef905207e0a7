//! Journals on disk: round trips, damage, locks.

use std::{fs, os::unix::fs::PermissionsExt as _};

use proptest::prelude::*;

use super::folder::parse;
use crate::{
    journal::*,
    store::omics::RULES,
    types::{ByteCount, Fingerprint, Mark, Sha256},
};

fn opened() -> Opened {
    Opened { process: 7, host: "here".to_owned(), at: "2026-11-21T10:00:00Z".to_owned() }
}

fn header() -> Header {
    let source = SourceRecord {
        source: None,
        path: "/data/sample.bam".into(),
        device: 1,
        inode: 2,
        size: ByteCount::new(10),
        modified: 1_700_000_000_123_456_789,
        changed: Some("1700000000123456790".to_owned()),
    };
    Header::new(
        "2026-11-21T10:00:00Z".to_owned(),
        "1234567890".to_owned(),
        "token-1".parse().unwrap(),
        Fingerprint::new(&Sha256::of(b"x")),
        RULES.default,
        vec![source],
        serde_json::Map::new(),
    )
}

fn upload() -> UploadRecord {
    let fingerprint = Fingerprint::new(&Sha256::of(b"x"));
    UploadRecord {
        id: "1111111111".parse().unwrap(),
        created: 1_700_000_000,
        part_size: RULES.default,
        mark: Some(Mark::new(RULES.default, fingerprint, 7)),
    }
}

fn part(number: u16) -> (PartSource, PartNumber, PartRecord) {
    let digest = Sha256::of(&number.to_le_bytes()).into();
    let record = PartRecord {
        size: ByteCount::new(5),
        digest,
        checksum: format!("checksum {number}").parse().unwrap(),
        seen: number.is_multiple_of(2).then(|| "bgzf 28 0".to_owned()),
    };
    (PartSource::Source1, PartNumber::new(number).unwrap(), record)
}

fn journal(folder: &Folder) -> Journal {
    folder.create("name", header(), opened()).unwrap()
}

fn reopen(folder: &Folder) -> Journal {
    folder.open("name", opened()).unwrap().expect("there is a journal")
}

#[test]
fn a_journal_comes_back_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::new(dir.path().join("state"));
    let mut journal = journal(&folder);
    let mode = fs::metadata(journal.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(journal.record().stage, Stage::Creating);
    journal.created(&upload()).unwrap();
    for number in [3, 1, 2] {
        let (source, number, record) = part(number);
        journal.part(source, number, &record).unwrap();
    }
    journal.completing().unwrap();
    let before = journal.record().clone();
    assert_eq!(before.stage, Stage::Completing(upload()));
    drop(journal);
    let mut journal = reopen(&folder);
    assert_eq!(*journal.record(), Record { is_old: true, ..before });
    assert_eq!(folder.names().unwrap(), ["name"]);
    let read_set: ReadSetId = "2222222222".parse().unwrap();
    journal.completed(&read_set).unwrap();
    let completed = Stage::Completed { read_set, upload: Some(upload()) };
    assert_eq!(journal.record().stage, completed);
    drop(journal);
    let mut journal = reopen(&folder);
    assert_eq!(journal.record().stage, completed, "the upload is needed to believe it");
    journal.restarted(&"token-2".parse().unwrap()).unwrap();
    assert_eq!(journal.record().stage, Stage::Creating);
    assert_eq!(journal.record().token.as_str(), "token-2");
    assert_eq!(journal.record().parts.len(), 3);
    let mut sources = header().sources;
    sources[0].modified += 1;
    journal.sources(sources.clone()).unwrap();
    drop(journal);
    let journal = reopen(&folder);
    assert_eq!(journal.record().header.sources, sources);
    assert!(journal.record().parts.is_empty(), "they are parts of other files");
    journal.end().unwrap();
    assert!(matches!(folder.open("name", opened()), Ok(None)));
}

#[test]
fn a_journal_that_an_earlier_version_wrote_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::new(dir.path().to_owned());
    let begun = journal(&folder);
    let path = begun.path().to_owned();
    drop(begun);
    let text = fs::read_to_string(&path).unwrap();
    let old = text.replace(",\"changed\":\"1700000000123456790\"", "");
    assert_ne!(old, text);
    fs::write(&path, old).unwrap();
    assert_eq!(reopen(&folder).record().header.sources[0].changed, None);
}

#[test]
fn files_belong_to_their_sources() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::new(dir.path().to_owned());
    let record = |source, path: &str| SourceRecord {
        source,
        path: path.into(),
        ..header().sources.remove(0)
    };
    let [first, second] = PartSource::ALL;
    let all = [(first, "a"), (first, "b"), (second, "c"), (second, "d"), (second, "e")];
    let joined = all.map(|(source, path)| record(Some(source), path)).to_vec();
    let header = Header { sources: joined, ..header() };
    drop(folder.create("name", header.clone(), opened()).unwrap());
    let journal = reopen(&folder);
    assert_eq!(journal.record().header, header);
    let text = fs::read_to_string(journal.path()).unwrap();
    assert!(text.contains("{\"source\":\"SOURCE1\",\"path\":\"a\""), "{text}");
    let paths = |header: &Header| -> Vec<Vec<String>> {
        let shown = |record: &&SourceRecord| record.path.to_string_lossy().into_owned();
        header.files_of_sources().iter().map(|files| files.iter().map(shown).collect()).collect()
    };
    assert_eq!(paths(&header), [vec!["a", "b"], vec!["c", "d", "e"]]);
    // As earlier versions write a pair.
    let pair = Header { sources: vec![record(None, "a"), record(None, "b")], ..header };
    assert_eq!(paths(&pair), [["a"], ["b"]]);
}

#[test]
fn only_a_damaged_journal_that_nobody_has_is_put_aside() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::new(dir.path().to_owned());
    let begun = journal(&folder);
    let path = begun.path().to_owned();
    let busy = Folder::set_aside(&path).unwrap_err();
    assert!(matches!(busy, OpenError::Busy { .. }), "{busy:?}");
    drop(begun);
    // Another process has put a good one in its place.
    Folder::set_aside(&path).unwrap();
    assert_eq!(folder.names().unwrap(), ["name"]);
    fs::write(&path, "no journal\n").unwrap();
    Folder::set_aside(&path).unwrap();
    assert_eq!(folder.names().unwrap(), [""; 0]);
    assert_eq!(fs::read(path.with_extension("damaged")).unwrap(), b"no journal\n");
}

#[test]
fn a_second_process_is_told_of_the_first() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::new(dir.path().to_owned());
    let first = journal(&folder);
    let error = folder.open("name", opened()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "another process is working on this upload (process 7 on here, since 2026-11-21T10:00:00Z)"
    );
    drop(first);
    reopen(&folder);
}

#[test]
fn damage_is_named_and_a_newer_version_refused() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::new(dir.path().to_owned());
    let mut begun = journal(&folder);
    begun.created(&upload()).unwrap();
    let path = begun.path().to_owned();
    drop(begun);
    let whole = fs::read_to_string(&path).unwrap();
    let with = |text: &str| {
        fs::write(&path, text).unwrap();
        let error = folder.open("name", opened()).unwrap_err();
        error.to_string().replace(&*path.to_string_lossy(), "PATH")
    };
    assert_eq!(with(&whole.replace("1111111111", "1 1")), "`PATH`, line 3, is damaged");
    assert_eq!(with("hello\n"), "`PATH`, line 1, is damaged");
    assert_eq!(
        with(&whole.replace("\"version\":1", "\"version\":9")),
        "`PATH` was written by a newer omics-upload (its version is 9, and this program knows 1)"
    );
    fs::write(&path, "{\"entry\":\"hea").unwrap();
    assert!(matches!(folder.open("name", opened()), Ok(None)));
    assert!(!path.exists());
}

#[test]
fn a_path_need_not_be_text() {
    use std::os::unix::ffi::OsStringExt as _;
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::new(dir.path().to_owned());
    let mut header = header();
    header.sources[0].path = std::ffi::OsString::from_vec(b"/data/\xff.bam".to_vec()).into();
    drop(folder.create("name", header.clone(), opened()).unwrap());
    assert_eq!(reopen(&folder).record().header, header);
}

/// The bytes of a journal with these parts, in this order.
fn written(numbers: &[u16]) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::new(dir.path().to_owned());
    let mut journal = journal(&folder);
    journal.created(&upload()).unwrap();
    for number in numbers {
        let (source, number, record) = part(*number);
        journal.part(source, number, &record).unwrap();
    }
    fs::read(journal.path()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_prefix_says_nothing_wrong(
        numbers in proptest::collection::vec(1..=50_u16, 0..20),
        cut in 0.0..=1.0_f64,
    ) {
        let bytes = written(&numbers);
        #[expect(
            clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss,
            reason = "any place will do"
        )]
        let cut = (bytes.len() as f64 * cut) as usize;
        let Some((record, good)) = parse(Path::new("x"), &bytes[..cut]).unwrap() else {
            return Ok(());
        };
        prop_assert!(good <= cut);
        for ((source, number), found) in record.parts {
            let (wanted_source, wanted_number, wanted) = part(number.get());
            prop_assert_eq!((source, number, found), (wanted_source, wanted_number, wanted));
            prop_assert!(numbers.contains(&number.get()));
        }
    }

    #[test]
    fn any_bytes_are_taken_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(Path::new("x"), &bytes);
    }

    #[test]
    fn a_changed_byte_never_changes_a_part(
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = written(&[1, 2, 3]);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let Ok(Some((record, _))) = parse(Path::new("x"), &bytes) else { return Ok(()) };
        // A digit may have become another one; what counts is that such a part proves nothing, since
        // the digest is held against the service's checksum, and the checksum against the list.
        prop_assert!(record.parts.len() <= 3);
    }
}
