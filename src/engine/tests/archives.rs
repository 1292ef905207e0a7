//! Files that become archives, of several machines at once, in a vault in memory that forgets uploads.

use std::{
    collections::BTreeMap,
    io::Write as _,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use data_encoding::HEXLOWER;
use futures::future::join_all;
use http_body_util::BodyExt as _;
use tempfile::NamedTempFile;
use tokio::{sync::Barrier, time::Instant};

use super::lab::{Heard, Lab};
use crate::{
    engine::{ArchiveEnded, Engine, Failure, Job, Memory, Stop},
    event::Item,
    pace::Quotas,
    plan::{Layout, Part, Rules, Step, Sum},
    source::{PartBody, Source},
    store::{
        Answered, ArchiveFields, Archives, CompletedPart, Created, ListedArchiveUpload,
        MadeArchive, Page, Proof, Renewal, Store, StoreError, StoreErrorKind, StoredPart,
        omics::RULES,
    },
    types::{
        Algorithm, ByteCount, Checksum, ClientToken, Digest, Fingerprint, Operation, OperationName,
        PartNumber, PartSize, PartSource, Sha256, UploadId, root_of_parts,
    },
};

const PARTS: u16 = 5;

/// Bytes in every part. The size that uploads name is another one: marks hold none that small.
const PART: u64 = 16;

fn part_size() -> PartSize {
    PartSize::new(1 << 20).unwrap()
}

/// A vault. Answers come after moments that depend on a seed, so that requests come in many orders.
struct Depot {
    held: Mutex<Held>,
    /// All machines look for uploads before one begins any.
    looked: Barrier,
    machines: usize,
}

#[derive(Default)]
struct Held {
    random: u64,
    uploads: BTreeMap<UploadId, HeldParts>,
    begun: Vec<ListedArchiveUpload>,
    archives: BTreeMap<UploadId, Sha256>,
    lists: usize,
    aborted: usize,
    completed: usize,
    /// Whether uploads that are gone are listed still.
    is_behind: bool,
    /// When the third part finds no upload any more.
    forgets: Option<Instant>,
}

type HeldParts = BTreeMap<PartNumber, (ByteCount, Digest)>;

fn missing() -> StoreError {
    StoreError::new(StoreErrorKind::Missing, OperationName::new("depot:Any"), "no such upload")
}

fn checksum(digest: &Digest) -> Checksum {
    HEXLOWER.encode(digest.as_bytes()).parse().unwrap()
}

impl Depot {
    fn new(seed: u64, machines: usize) -> Self {
        let random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let held = Mutex::new(Held { random, ..Held::default() });
        Self { held, looked: Barrier::new(machines), machines }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap()
    }

    async fn moment(&self) {
        let turns = {
            let mut held = self.held();
            held.random ^= held.random << 13;
            held.random ^= held.random >> 7;
            held.random ^= held.random << 17;
            held.random % 4
        };
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
    }

    /// What one machine makes of the file.
    async fn store(&self, file: &NamedTempFile, machine: usize) -> ArchiveEnded {
        let observer: Arc<Heard> = Arc::default();
        let engine = Engine::new(self, observer, Lab::empty().limits, Stop::default());
        engine.archive(Item(0), &job(file, &format!("token-{machine}")), &[]).await
    }
}

impl Store for &Depot {
    type Made = MadeArchive;
    type Target = ArchiveFields;

    fn rules(&self) -> Rules {
        Rules {
            step: Step::PowersOfTwo,
            growing: None,
            streams: 1,
            sum: Sum::BeforeSending(Algorithm::Sha256Tree),
            ..RULES
        }
    }

    fn named(_: Operation) -> OperationName {
        OperationName::new("depot:Any")
    }

    fn quotas(&self) -> Quotas {
        Quotas::UNKNOWN
    }

    async fn create(
        &self,
        target: &ArchiveFields,
        _: &ClientToken,
    ) -> Result<Answered<Created>, StoreError> {
        self.moment().await;
        let created = {
            let mut held = self.held();
            let count = held.begun.len();
            let id: UploadId = format!("{:04x}-{count}", held.random % 0xffff).parse().unwrap();
            let created = Created { id: id.clone(), at: 0 };
            held.uploads.insert(id, HeldParts::new());
            held.begun.push(ListedArchiveUpload {
                created: created.clone(),
                began: i64::try_from(count).unwrap(),
                vault_arn: "arn".to_owned(),
                description: target.description.clone(),
                part_size: target.part_size,
            });
            created
        };
        self.moment().await;
        Ok(Answered { value: created, request_id: None })
    }

    async fn upload_part(
        &self,
        upload: &UploadId,
        part: Part,
        body: PartBody,
        sum: Option<&Digest>,
    ) -> Result<Checksum, StoreError> {
        body.collect().await.unwrap();
        self.moment().await;
        let (mut held, sum) = (self.held(), *sum.unwrap());
        if let Some(at) = held.forgets.filter(|_| part.number.get() == 3) {
            if Instant::now() < at {
                let (kind, name) = (StoreErrorKind::Throttled, OperationName::new("depot:Any"));
                return Err(StoreError::new(kind, name, "later"));
            }
            held.forgets = None;
            held.uploads.clear();
        }
        let parts = held.uploads.get_mut(upload).ok_or_else(missing)?;
        parts.insert(part.number, (part.size, sum));
        Ok(checksum(&sum))
    }

    async fn list_parts(
        &self,
        upload: &UploadId,
        source: PartSource,
        _: Option<&str>,
    ) -> Result<Page<StoredPart>, StoreError> {
        self.moment().await;
        let held = self.held();
        let parts = held.uploads.get(upload).ok_or_else(missing)?.iter();
        let items = parts.map(|(number, (size, digest))| {
            let checksum = Some(checksum(digest));
            StoredPart { source, number: *number, size: *size, checksum, created: 0, updated: 0 }
        });
        Ok(Page { items: items.collect(), next: None })
    }

    async fn complete(
        &self,
        upload: &UploadId,
        parts: &[CompletedPart],
    ) -> Result<Answered<MadeArchive>, StoreError> {
        self.moment().await;
        // An upload that comes and goes between two looks of another machine is seen by nobody.
        while self.held().lists < 2 * self.machines {
            tokio::task::yield_now().await;
        }
        let roots = parts.iter().map(|part| part.checksum.sha256().unwrap()).collect();
        let tree = root_of_parts(roots).unwrap();
        let mut held = self.held();
        held.completed += 1;
        if let Some(stored) = held.uploads.remove(upload) {
            assert_eq!(stored.len(), parts.len());
            held.archives.insert(upload.clone(), tree);
        }
        let made = held.archives.get(upload).ok_or_else(missing)?;
        assert_eq!(*made, tree);
        let id = format!("archive-of-{upload}").parse().unwrap();
        Ok(Answered { value: MadeArchive { id, tree: Some(tree) }, request_id: None })
    }

    async fn abort(&self, upload: &UploadId) -> Result<(), StoreError> {
        self.moment().await;
        let mut held = self.held();
        held.aborted += 1;
        held.uploads.remove(upload).map(drop).ok_or_else(missing)
    }

    async fn renew(&self) -> Result<Renewal, StoreError> {
        Ok(Renewal::Impossible)
    }

    fn credentials_source(&self) -> String {
        "nowhere".to_owned()
    }

    fn compare(&self, theirs: &Checksum, digest: &Digest) -> Proof {
        if *theirs == checksum(digest) { Proof::Equal } else { Proof::Different }
    }
}

impl Archives for &Depot {
    async fn list_uploads(&self, _: Option<&str>) -> Result<Page<ListedArchiveUpload>, StoreError> {
        self.moment().await;
        let (items, is_first) = {
            let mut held = self.held();
            held.lists += 1;
            let is_open =
                |begun: &&ListedArchiveUpload| held.uploads.contains_key(&begun.created.id);
            // In no order that means anything.
            let is_listed = |begun: &&_| held.is_behind || is_open(begun);
            let open: Vec<_> = held.begun.iter().rev().filter(is_listed).cloned().collect();
            (open, held.lists <= self.machines)
        };
        if is_first {
            self.looked.wait().await;
        }
        Ok(Page { items, next: None })
    }
}

fn file() -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    let content: Vec<u8> = (0..PART * u64::from(PARTS)).map(|at| (at % 251) as u8).collect();
    file.write_all(&content).unwrap();
    file
}

fn job(file: &NamedTempFile, token: &str) -> Job<ArchiveFields> {
    let fingerprint = Some(Fingerprint::new(&Sha256::of(b"x")));
    let memory = Memory { fingerprint, look: true, ..Memory::blank(part_size()) };
    let fields = ArchiveFields { description: "a".to_owned(), part_size: part_size() };
    let sources = vec![Source::open(file.path()).unwrap()];
    let layout = Layout {
        part_size: PartSize::tiny(PART),
        sizes: sources.iter().map(Source::size).collect(),
    };
    Job { sources, layout, ..Job::new(fields, token.parse().unwrap(), memory) }
}

/// In whatever order the requests of two or three machines come, they agree on one upload.
#[tokio::test(start_paused = true)]
async fn machines_that_begin_at_the_same_moment_make_one_archive() {
    let file = file();
    let mut given_way = 0;
    for seed in 0..300 {
        let machines = if seed % 3 == 0 { 3 } else { 2 };
        let depot = Depot::new(seed, machines);
        let ended = join_all((0..machines).map(|machine| depot.store(&file, machine))).await;
        let held = depot.held();
        assert_eq!((held.archives.len(), held.uploads.len()), (1, 0), "{seed}");
        let first = &ended[0];
        for ended in &ended {
            assert!(ended.failure.is_none(), "{seed}: {:?}", ended.failure);
            assert_eq!(ended.archive, first.archive, "{seed}");
        }
        assert_eq!(held.aborted, held.begun.len() - 1, "{seed}: the others are aborted");
        given_way += held.aborted;
    }
    assert!(given_way > 50, "{given_way}");
}

/// An upload that was there a moment ago has not become an archive, or Complete would tell; after longer
/// nobody knows.
#[tokio::test(start_paused = true)]
async fn an_upload_that_vanishes_has_a_successor_unless_it_may_have_been_completed() {
    let file = file();
    for (after, is_known) in [(0, true), (60, true), (200, false)] {
        let depot = Depot::new(1, 1);
        depot.held().forgets = Some(Instant::now() + Duration::from_secs(after));
        let ended = depot.store(&file, 0).await;
        let held = depot.held();
        let counts = (held.begun.len(), held.archives.len());
        if is_known {
            assert!(ended.failure.is_none(), "{after}: {:?}", ended.failure);
            assert_eq!(counts, (2, 1), "{after}");
        } else {
            let Some(Failure::ArchiveNotKnown { upload, .. }) = ended.failure else {
                panic!("{:?}", ended.failure)
            };
            assert_eq!((upload, counts), (held.begun[0].created.id.clone(), (1, 0)));
        }
    }
}

/// An upload that a list shows, and that is gone, was not completed a moment ago: the list is behind.
#[tokio::test(start_paused = true)]
async fn a_list_that_is_behind_is_not_believed() {
    let file = file();
    let depot = Depot::new(1, 1);
    assert!(depot.store(&file, 0).await.failure.is_none());
    depot.held().is_behind = true;
    let ended = depot.store(&file, 1).await;
    assert!(ended.failure.is_none(), "{:?}", ended.failure);
    let held = depot.held();
    assert_eq!((held.begun.len(), held.completed, held.aborted), (2, 2, 0));
}
