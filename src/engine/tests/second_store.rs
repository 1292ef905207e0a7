//! A destination with other rules: one source, parts of 2^k MiB, whose tree hash it wants before the
//! first byte, pages of 50, and identifiers and names of its own; what comes of an upload has no state.

use std::{
    collections::BTreeMap,
    io::Write as _,
    sync::{Arc, Mutex, MutexGuard},
};

use data_encoding::HEXLOWER;
use http_body_util::BodyExt as _;
use tempfile::NamedTempFile;

use super::{
    contract::{self, Tried},
    lab::Heard,
};
use crate::{
    engine::{
        Engine, Job, Limits, Memory, Running, SentPart, Stop,
        reuse::{Digests, Proven},
    },
    event::{Item, Observer},
    journal::UploadRecord,
    pace::Quotas,
    plan::{Layout, Part, Rules, Step, Sum},
    source::{PartBody, Source},
    store::{
        Answered, CompletedPart, Created, Page, Proof, Renewal, Store, StoreError, StoreErrorKind,
        StoredPart, omics::RULES,
    },
    types::{
        Algorithm, ByteCount, Checksum, ClientToken, Digest, Operation, OperationName, PartNumber,
        PartSize, PartSource, UploadId,
    },
};

const MIB: u64 = 1024 * 1024;
const PAGE: usize = 50;
const TREE: Algorithm = Algorithm::Sha256Tree;

fn rules() -> Rules {
    let size = |bytes| PartSize::new(bytes).unwrap();
    Rules {
        min: size(MIB),
        max: size(4096 * MIB),
        default: size(MIB),
        step: Step::PowersOfTwo,
        growing: None,
        streams: 1,
        sum: Sum::BeforeSending(TREE),
        ..RULES
    }
}

/// What names what came of an upload.
#[derive(Debug, PartialEq, Eq)]
struct ArchiveName(String);

#[derive(Default)]
struct Archives(Mutex<State>);

#[derive(Default)]
struct State {
    uploads: BTreeMap<UploadId, Parts>,
    tokens: BTreeMap<String, UploadId>,
    /// Whether the next part is refused.
    refuses: bool,
    taken: Vec<PartNumber>,
}

type Parts = BTreeMap<PartNumber, (u64, Digest)>;

impl Archives {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

fn error(kind: StoreErrorKind, message: &'static str) -> StoreError {
    StoreError::new(kind, OperationName::new("archive:Any"), message)
}

fn missing() -> StoreError {
    error(StoreErrorKind::Missing, "there is no such upload")
}

/// Its checksums are hexadecimal.
fn checksum(digest: &Digest) -> Checksum {
    HEXLOWER.encode(digest.as_bytes()).parse().unwrap()
}

impl Store for &Archives {
    type Made = ArchiveName;
    type Target = String;

    fn rules(&self) -> Rules {
        rules()
    }

    fn named(operation: Operation) -> OperationName {
        OperationName::new(match operation {
            Operation::CreateUpload => "archive:Initiate",
            Operation::UploadPart => "archive:UploadPiece",
            Operation::ListParts => "archive:ListPieces",
            _ => "archive:Any",
        })
    }

    fn quotas(&self) -> Quotas {
        Quotas::UNKNOWN
    }

    async fn create(
        &self,
        description: &String,
        token: &ClientToken,
    ) -> Result<Answered<Created>, StoreError> {
        let mut state = self.state();
        let next = format!("{description}/{}_-{}", state.tokens.len(), "x".repeat(92));
        let id = state.tokens.entry(token.as_str().to_owned());
        let id = id.or_insert_with(|| next.parse().unwrap()).clone();
        state.uploads.entry(id.clone()).or_default();
        Ok(Answered { value: Created { id, at: 1_800_000_000 }, request_id: None })
    }

    async fn upload_part(
        &self,
        upload: &UploadId,
        part: Part,
        body: PartBody,
        sum: Option<&Digest>,
    ) -> Result<Checksum, StoreError> {
        let Some(sum) = sum.filter(|sum| sum.algorithm() == TREE).copied() else {
            return Err(error(StoreErrorKind::Invalid, "a part comes without its tree hash"));
        };
        let bytes = body.collect().await.unwrap().to_bytes();
        let mut state = self.state();
        if std::mem::take(&mut state.refuses) {
            return Err(error(StoreErrorKind::Transient, "try again"));
        }
        if Digest::of(TREE, &bytes) != sum {
            return Err(error(StoreErrorKind::Invalid, "the part is not that of its tree hash"));
        }
        let parts = state.uploads.get_mut(upload).ok_or_else(missing)?;
        parts.insert(part.number, (bytes.len() as u64, sum));
        state.taken.push(part.number);
        Ok(checksum(&sum))
    }

    async fn list_parts(
        &self,
        upload: &UploadId,
        source: PartSource,
        page: Option<&str>,
    ) -> Result<Page<StoredPart>, StoreError> {
        let state = self.state();
        let start: usize = page.map_or(0, |marker| marker.parse().unwrap());
        let mut rest = state.uploads.get(upload).ok_or_else(missing)?.iter().skip(start);
        let items = rest.by_ref().take(PAGE).map(|(number, (size, digest))| StoredPart {
            source,
            number: *number,
            size: ByteCount::new(*size),
            checksum: Some(checksum(digest)),
            created: 0,
            updated: 0,
        });
        let items = items.collect();
        Ok(Page { items, next: rest.next().map(|_| (start + PAGE).to_string()) })
    }

    async fn complete(
        &self,
        upload: &UploadId,
        parts: &[CompletedPart],
    ) -> Result<Answered<ArchiveName>, StoreError> {
        let mut state = self.state();
        let stored = state.uploads.get(upload).ok_or_else(missing)?;
        let named = parts.iter().map(|part| (part.number, part.size.get(), part.checksum.clone()));
        let there = stored.iter().map(|(number, (size, sum))| (*number, *size, checksum(sum)));
        let even = stored.values().rev().skip(1).all(|(size, _)| {
            let first = stored.first_key_value().unwrap().1.0;
            *size == first && size.is_power_of_two() && size.is_multiple_of(MIB)
        });
        if !even || !named.eq(there) {
            return Err(error(StoreErrorKind::Invalid, "these are not the parts"));
        }
        let size: u64 = parts.iter().map(|part| part.size.get()).sum();
        state.uploads.remove(upload);
        let value = ArchiveName(format!("archive-of-{size}"));
        Ok(Answered { value, request_id: None })
    }

    async fn abort(&self, upload: &UploadId) -> Result<(), StoreError> {
        self.state().uploads.remove(upload).map(drop).ok_or_else(missing)
    }

    async fn renew(&self) -> Result<Renewal, StoreError> {
        Ok(Renewal::Impossible)
    }

    fn credentials_source(&self) -> String {
        "nowhere".to_owned()
    }

    fn compare(&self, theirs: &Checksum, digest: &Digest) -> Proof {
        if digest.algorithm() == TREE && *theirs == checksum(digest) {
            Proof::Equal
        } else {
            Proof::Different
        }
    }
}

impl Tried for &Archives {
    fn target(sample: &str) -> String {
        sample.to_owned()
    }

    fn content() -> [Vec<u8>; 2] {
        [vec![7; 2 << 20], vec![8; 3000]]
    }
}

macro_rules! on_archives {
    ($($name:ident)*) => {$(
        #[tokio::test]
        async fn $name() {
            contract::$name(&&Archives::default()).await;
        }
    )*};
}

on_archives! {
    the_same_token_gives_the_same_upload
    a_part_is_listed_as_it_was_sent
    a_part_sent_again_replaces_the_former
    a_long_list_comes_in_pages
    an_upload_that_is_not_there_is_missing
    complete_takes_the_stored_parts_and_no_others
    a_completed_upload_is_gone
}

fn engine(archives: &Archives) -> Engine<&Archives> {
    let limits = Limits { wait: None, ..super::lab::Lab::empty().limits };
    let observer: Arc<dyn Observer> = Arc::<Heard>::default();
    Engine::new(archives, observer, limits, Stop::default())
}

async fn send(
    archives: &Archives,
    id: &UploadId,
    job: &Job<String>,
    parts: &[Part],
) -> Vec<SentPart> {
    let engine = engine(archives);
    let whose = (Item(0), id);
    let upload = engine.upload(whose, &job.sources, parts.len(), &|_| {}).await.unwrap();
    engine.send(&upload, parts).await.unwrap()
}

/// The engine's stages go the same way there: parts with their sums before the first byte, an attempt
/// that fails, and a second process that keeps what the list proves.
#[tokio::test]
async fn parts_are_sent_kept_and_confirmed_by_its_rules() {
    let archives = Archives::default();
    let mut file = NamedTempFile::new().unwrap();
    let content: Vec<u8> = (0..3 * MIB + 500).map(|at| (at / 999 % 251) as u8).collect();
    file.write_all(&content).unwrap();
    let mut job = Job::new(
        "my file".replace(' ', "_"),
        "token".parse().unwrap(),
        Memory::blank(rules().default),
    );
    job.sources = vec![Source::open(file.path()).unwrap()];
    let sizes = job.sources.iter().map(Source::size);
    job.layout = Layout::new(&rules(), sizes, rules().default).unwrap();
    let parts: Vec<_> = job.layout.iter().collect();
    assert_eq!(parts.len(), 4);
    let created = (&archives).create(&job.fields, &job.token).await.unwrap().value;
    archives.state().refuses = true;
    send(&archives, &created.id, &job, &[parts[0], parts[3]]).await;

    let engine = engine(&archives);
    let record = UploadRecord {
        id: created.id,
        created: created.at,
        part_size: rules().default,
        mark: None,
    };
    let running = Running::new(Item(0), &job);
    let proven = engine.prove(&running, &record, parts.clone(), &Digests::default()).await;
    let Proven::Usable { kept, .. } = proven.unwrap() else { panic!("it is of use") };
    let mut sent = send(&archives, &record.id, &job, &parts[1..3]).await;
    let mut taken: Vec<_> = archives.state().taken.iter().map(|number| number.get()).collect();
    taken.sort_unstable();
    assert_eq!(taken, [1, 2, 3, 4], "each is stored once");
    sent.extend(kept);
    let upload = engine.upload((Item(0), &record.id), &job.sources, 0, &|_| {}).await.unwrap();
    let confirmed = engine.confirm(&upload, sent).await.unwrap();
    let made = (&archives).complete(&record.id, &confirmed.named()).await.unwrap().value;
    assert_eq!(made, ArchiveName(format!("archive-of-{}", content.len())));
}
