//! What the engine relies on in any store: run on the fake that the engine is tested with, and on the
//! adapter against the sandbox, so that the two cannot drift apart.
//!
//! Whoever includes this file calls the library `api`. Every function takes a store without uploads.

use std::{io::Write as _, time::Duration};

use flate2::{Compression, write::GzEncoder};

use super::api::{
    plan::Part,
    source::{Blocks, Source},
    store::{
        CompletedPart, Created, Fields, Page, Proof, ReadSetState, ReadSets, Store, StoreError,
        StoreErrorKind, StoredPart,
    },
    types::{Algorithm, ByteCount, Digest, PartNumber, PartSource, Tags, UploadId},
};

/// A store that is held against the contract.
pub(super) trait Tried: Store {
    /// What an upload is begun for.
    fn target(sample: &str) -> Self::Target;

    /// What an upload may hold, cut in two.
    fn content() -> [Vec<u8>; 2];
}

const ONE: PartSource = PartSource::Source1;
const TWO: PartSource = PartSource::Source2;

pub(super) fn fields(sample: &str) -> Fields {
    Fields {
        file_type: "fastq".parse().unwrap(),
        name: "reads".parse().unwrap(),
        sample: sample.parse().unwrap(),
        subject: "subject".parse().unwrap(),
        reference: None,
        generated_from: None,
        description: None,
        tags: Tags::default(),
    }
}

/// A whole FASTQ file, cut in two.
pub(super) fn fastq() -> [Vec<u8>; 2] {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(b"@r1\nACGT\n+\nIIII\n@r2\nGGCA\n+\nFFFF\n").unwrap();
    let mut start = gzip.finish().unwrap();
    let end = start.split_off(start.len() / 2);
    [start, end]
}

async fn create<S: Tried>(store: &S, sample: &str) -> Created {
    let token = format!("token {sample}").parse().unwrap();
    store.create(&S::target(sample), &token).await.unwrap().value
}

fn algorithm(store: &impl Store) -> Algorithm {
    store.rules().sum.algorithm()
}

fn digest_of(store: &impl Store, bytes: &[u8]) -> Digest {
    Digest::of(algorithm(store), bytes)
}

/// Sends bytes as a part, and holds the answer against them.
async fn send(
    store: &impl Store,
    upload: &UploadId,
    (source, number): (PartSource, u16),
    bytes: &[u8],
) -> Result<CompletedPart, StoreError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let opened = Source::open(file.path()).unwrap();
    let number = PartNumber::new(number).unwrap();
    let part = Part { source, number, offset: 0, size: ByteCount::new(bytes.len() as u64) };
    let (body, digesting) = opened.part(&part, &Blocks::new(algorithm(store)), |_| {});
    let sum = digest_of(store, bytes);
    let checksum = store.upload_part(upload, part, body, Some(&sum)).await?;
    let digest = digesting.finish().await.unwrap().expect("the whole body is taken");
    assert_eq!(digest, sum);
    assert_eq!(store.compare(&checksum, &digest), Proof::Equal);
    assert_eq!(store.compare(&checksum, &digest_of(store, b"other bytes")), Proof::Different);
    Ok(CompletedPart { source, number, size: part.size, checksum })
}

async fn list(store: &impl Store, upload: &UploadId, source: PartSource) -> Vec<StoredPart> {
    let mut parts = Vec::new();
    let mut next: Option<String> = None;
    loop {
        let Page { items, next: more } =
            store.list_parts(upload, source, next.as_deref()).await.unwrap();
        parts.extend(items);
        if more.is_none() {
            break;
        }
        next = more;
    }
    parts.sort_by_key(|part| part.number);
    parts
}

fn numbers(parts: &[StoredPart]) -> Vec<u16> {
    parts.iter().map(|part| part.number.get()).collect()
}

#[track_caller]
fn fails_with<T: std::fmt::Debug>(answer: Result<T, StoreError>, kind: StoreErrorKind) {
    let error = answer.unwrap_err();
    assert_eq!(error.kind, kind, "{error}");
}

pub(super) async fn the_same_token_gives_the_same_upload(store: &impl Tried) {
    let first = create(store, "a").await;
    assert_eq!(create(store, "a").await.id, first.id);
    assert_ne!(create(store, "b").await.id, first.id);
    assert!(first.at > 1_700_000_000, "{} is no time of this century", first.at);
}

pub(super) async fn a_part_is_listed_as_it_was_sent(store: &impl Tried) {
    let upload = create(store, "a").await.id;
    for (number, bytes) in [(3, &b"three"[..]), (1, b"1"), (2, b"two")] {
        send(store, &upload, (ONE, number), bytes).await.unwrap();
    }
    let listed = list(store, &upload, ONE).await;
    assert_eq!(numbers(&listed), [1, 2, 3]);
    for (part, bytes) in listed.iter().zip([&b"1"[..], b"two", b"three"]) {
        assert_eq!(part.source, ONE);
        assert_eq!(part.size.get(), bytes.len() as u64);
        let checksum = part.checksum.as_ref().unwrap();
        assert_eq!(store.compare(checksum, &digest_of(store, bytes)), Proof::Equal);
    }
}

pub(super) async fn a_part_sent_again_replaces_the_former(store: &impl Tried) {
    let upload = create(store, "a").await.id;
    send(store, &upload, (ONE, 1), b"the former").await.unwrap();
    send(store, &upload, (ONE, 1), b"the latter one").await.unwrap();
    let listed = list(store, &upload, ONE).await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].size.get(), 14);
    let checksum = listed[0].checksum.as_ref().unwrap();
    assert_eq!(store.compare(checksum, &digest_of(store, b"the latter one")), Proof::Equal);
}

pub(super) async fn sources_are_numbered_each_by_itself(store: &impl Tried) {
    if store.rules().streams < 2 {
        return;
    }
    let upload = create(store, "a").await.id;
    send(store, &upload, (ONE, 1), b"one").await.unwrap();
    send(store, &upload, (TWO, 1), b"other one").await.unwrap();
    send(store, &upload, (TWO, 2), b"two").await.unwrap();
    let (first, second) = (list(store, &upload, ONE).await, list(store, &upload, TWO).await);
    assert_eq!((numbers(&first), numbers(&second)), (vec![1], vec![1, 2]));
    assert_eq!((first[0].size.get(), second[0].size.get()), (3, 9));
    assert!(second.iter().all(|part| part.source == TWO));
}

pub(super) async fn a_long_list_comes_in_pages(store: &impl Tried) {
    let upload = create(store, "a").await.id;
    for number in 1..=105 {
        send(store, &upload, (ONE, number), b"x").await.unwrap();
    }
    let first = store.list_parts(&upload, ONE, None).await.unwrap();
    assert!(first.next.is_some(), "105 parts on one page");
    assert_eq!(numbers(&list(store, &upload, ONE).await), (1..=105).collect::<Vec<_>>());
}

pub(super) async fn an_upload_that_is_not_there_is_missing<S: Tried>(store: &S) {
    let upload = create(store, "a").await.id;
    let part = send(store, &upload, (ONE, 1), b"x").await.unwrap();
    store.abort(&upload).await.unwrap();
    fails_with(store.abort(&upload).await, StoreErrorKind::Missing);
    fails_with(store.list_parts(&upload, ONE, None).await, StoreErrorKind::Missing);
    fails_with(send(store, &upload, (ONE, 1), b"x").await, StoreErrorKind::Missing);
    fails_with(store.complete(&upload, &[part]).await.map(|_| ()), StoreErrorKind::Missing);
}

pub(super) async fn complete_takes_the_stored_parts_and_no_others<S: Tried>(store: &S) {
    let upload = create(store, "a").await.id;
    let good = send(store, &upload, (ONE, 1), &S::content().concat()[..]).await.unwrap();
    let other = send(store, &create(store, "b").await.id, (ONE, 1), b"other").await.unwrap();
    let wrong = CompletedPart { checksum: other.checksum, ..good.clone() };
    let unknown = CompletedPart { number: PartNumber::new(2).unwrap(), ..good.clone() };
    for parts in [&[wrong][..], &[good.clone(), unknown.clone()], &[unknown]] {
        fails_with(store.complete(&upload, parts).await.map(|_| ()), StoreErrorKind::Invalid);
    }
    // A refusal leaves the upload as it was.
    assert_eq!(list(store, &upload, ONE).await.len(), 1);
    store.complete(&upload, &[good]).await.unwrap();
}

/// Completes an upload of as many sources as there may be, and gives what came of it.
async fn complete<S: Tried>(store: &S, upload: &UploadId) -> S::Made {
    let mut parts = Vec::new();
    for source in PartSource::ALL.into_iter().take(store.rules().streams) {
        for (number, bytes) in (1..).zip(S::content()) {
            parts.push(send(store, upload, (source, number), &bytes).await.unwrap());
        }
    }
    let made = store.complete(upload, &parts).await.unwrap().value;
    fails_with(store.complete(upload, &parts).await.map(|_| ()), StoreErrorKind::Missing);
    made
}

pub(super) async fn a_completed_upload_is_gone(store: &impl Tried) {
    let upload = create(store, "a").await.id;
    complete(store, &upload).await;
    fails_with(store.list_parts(&upload, ONE, None).await, StoreErrorKind::Missing);
}

pub(super) async fn the_read_set_of_a_completed_upload_is_found<S: Tried + ReadSets>(store: &S) {
    fails_with(store.read_set(&"9876543210".parse().unwrap()).await, StoreErrorKind::Missing);
    let Created { id: upload, at } = create(store, "a").await;
    let id = complete(store, &upload).await;
    let found = async |sample: &str, since| {
        let page = store.find_read_sets(&fields(sample), Some(since), None).await.unwrap();
        page.items.into_iter().map(|found| found.id).collect::<Vec<_>>()
    };
    assert_eq!(found("a", at).await, std::slice::from_ref(&id));
    assert_eq!(found("b", at).await, []);
    assert_eq!(found("a", at + 3600).await, []);
    for _ in 0..500 {
        match store.read_set(&id).await.unwrap().state {
            ReadSetState::Processing => tokio::time::sleep(Duration::from_millis(10)).await,
            ReadSetState::There(_) => return,
            other => panic!("{other:?}"),
        }
    }
    panic!("it is still being processed");
}
