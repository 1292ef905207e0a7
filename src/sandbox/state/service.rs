//! What the sandbox knows, and the rule for changing it: under one lock, disk first, then memory.
//!
//! The operations themselves are in `stores`, `uploads`, `parts`, `readsets` and `references`.

use std::{
    collections::{BTreeMap, HashSet},
    ffi::OsString,
    fmt, io,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    disk::{self, Home},
    private,
    record::{SavedPart, SavedReadSet, SavedStore, SavedUpload},
    reference_store::{self, ReferenceStore},
};
use crate::sandbox::{
    faults::Faults,
    rules::{ApiError, Source},
    start_error::StartError,
    vault::Vaults,
};

/// How many read sets are processed at a time.
const PROCESSED_AT_ONCE: usize = 2;

/// A sandbox's inside.
pub(crate) struct Service {
    home: Home,
    state: Mutex<Holdings>,
    pub(crate) faults: Faults,
    /// The data of parts is hashed and forgotten.
    pub(crate) discard: bool,
    /// Cancelled when the sandbox stops.
    pub(crate) stopping: CancellationToken,
    pub(crate) processors: Semaphore,
    /// Everything that runs in the background.
    pub(crate) tasks: TaskTracker,
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("home", &self.home).finish_non_exhaustive()
    }
}

/// Everything that is there.
#[derive(Default)]
pub(crate) struct Holdings {
    closed: bool,
    pub(crate) stores: BTreeMap<String, SequenceStore>,
    /// `None` until the sandbox is given a reference.
    pub(crate) references: Option<ReferenceStore>,
    pub(crate) vaults: Vaults,
}

pub(crate) struct SequenceStore {
    pub(crate) record: SavedStore,
    pub(crate) uploads: BTreeMap<String, UnfinishedUpload>,
    pub(crate) read_sets: BTreeMap<String, StoredReadSet>,
}

/// An upload that is neither completed nor aborted.
pub(crate) struct UnfinishedUpload {
    pub(crate) record: SavedUpload,
    pub(crate) parts: StoredParts,
}

pub(crate) type StoredParts = BTreeMap<(Source, u16), SavedPart>;

/// A completed upload.
pub(crate) struct StoredReadSet {
    pub(crate) upload: SavedUpload,
    pub(crate) record: SavedReadSet,
}

impl Service {
    /// Loads what lies in the directory.
    pub(crate) fn load(home: Home, faults: Faults, discard: bool) -> Result<Self, StartError> {
        let mut state = Holdings::default();
        for id in home.store_ids()? {
            if let Some(store) = load_store(&home, &id)? {
                state.stores.insert(id, store);
            }
        }
        state.references = reference_store::load(&home)?;
        state.vaults = Vaults::load(&home.vaults())?;
        let processors = Semaphore::new(PROCESSED_AT_ONCE);
        let (state, tasks) = (Mutex::new(state), TaskTracker::new());
        let stopping = CancellationToken::new();
        Ok(Self { home, state, faults, discard, stopping, processors, tasks })
    }

    /// The state, for reading and for changing; an error once the sandbox is closed.
    pub(crate) fn state(&self) -> Result<MutexGuard<'_, Holdings>, ApiError> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.closed {
            return Err(ApiError::internal("The sandbox is stopping"));
        }
        Ok(state)
    }

    /// Nothing changes from here on, and another process may take the directory.
    pub(crate) fn close(&self) {
        self.stopping.cancel();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.closed {
            state.closed = true;
            self.home.unlock();
        }
    }

    pub(crate) const fn home(&self) -> &Home {
        &self.home
    }

    /// Where an upload's files lie.
    pub(crate) fn upload_dir(&self, store: &str, upload: &str) -> PathBuf {
        self.home.upload(store, upload)
    }
}

impl Holdings {
    pub(crate) fn store(&self, id: &str) -> Result<&SequenceStore, ApiError> {
        self.stores.get(id).ok_or_else(no_store)
    }

    pub(super) fn store_mut(&mut self, id: &str) -> Result<&mut SequenceStore, ApiError> {
        self.stores.get_mut(id).ok_or_else(no_store)
    }

    /// An ID that nothing has: ten digits, as the service's are.
    pub(super) fn new_id(&self) -> String {
        loop {
            let id = fastrand::u64(1_000_000_000..10_000_000_000).to_string();
            let taken = self.stores.iter().any(|(store, inside)| {
                *store == id
                    || inside.uploads.contains_key(&id)
                    || inside
                        .read_sets
                        .values()
                        .any(|set| set.upload.id == id || set.record.id == id)
            });
            let taken = taken || self.references.as_ref().is_some_and(|store| store.has_id(&id));
            if !taken {
                return id;
            }
        }
    }
}

impl SequenceStore {
    pub(crate) fn upload(&self, id: &str) -> Result<&UnfinishedUpload, ApiError> {
        self.uploads.get(id).ok_or_else(no_upload)
    }

    pub(super) fn upload_mut(&mut self, id: &str) -> Result<&mut UnfinishedUpload, ApiError> {
        self.uploads.get_mut(id).ok_or_else(no_upload)
    }

    pub(crate) fn read_set(&self, id: &str) -> Result<&StoredReadSet, ApiError> {
        self.read_sets.get(id).ok_or_else(no_read_set)
    }
}

fn no_store() -> ApiError {
    ApiError::not_found("The specified sequence store does not exist.")
}

pub(super) fn no_upload() -> ApiError {
    ApiError::not_found("The specified multipart upload does not exist.")
}

pub(super) fn no_read_set() -> ApiError {
    ApiError::not_found("The specified readset does not exist.")
}

/// The disk did not do what it was asked.
pub(crate) fn broken_disk(error: &io::Error) -> ApiError {
    ApiError::internal(format!("The sandbox's directory cannot be used: {error}"))
}

/// `None` if the store was never finished.
fn load_store(home: &Home, id: &str) -> Result<Option<SequenceStore>, StartError> {
    let path = home.store(id).join("store.json");
    if !private::is_there(&path) {
        return Ok(None);
    }
    let mut store = SequenceStore {
        record: disk::read(&path)?,
        uploads: BTreeMap::new(),
        read_sets: BTreeMap::new(),
    };
    for upload in home.upload_ids(id)? {
        load_upload(home, id, &upload, &mut store)?;
    }
    Ok(Some(store))
}

fn load_upload(
    home: &Home,
    store: &str,
    id: &str,
    into: &mut SequenceStore,
) -> Result<(), StartError> {
    let dir = home.upload(store, id);
    let failed = |source| StartError::Directory { dir: dir.clone(), source };
    let path = dir.join("upload.json");
    if !private::is_there(&path) {
        return disk::remove(&dir).map_err(failed);
    }
    let record: SavedUpload = disk::read(&path)?;
    let completed = dir.join("readset.json");
    let mut named = HashSet::<OsString>::from(["upload.json".into(), "readset.json".into()]);
    if private::is_there(&completed) {
        let read_set: SavedReadSet = disk::read(&completed)?;
        named.extend(
            read_set
                .sources
                .iter()
                .flatten()
                .filter_map(|extent| extent.file.clone())
                .map(OsString::from),
        );
        into.read_sets
            .insert(read_set.id.clone(), StoredReadSet { upload: record, record: read_set });
    } else {
        let mut parts = StoredParts::new();
        for path in disk::part_records(&dir)? {
            let part: SavedPart = disk::read(&path)?;
            let record = path.file_name().unwrap_or_default().to_owned();
            named.insert(record);
            named.extend(part.file.clone().map(OsString::from));
            parts.insert((part.source, part.number), part);
        }
        into.uploads.insert(id.to_owned(), UnfinishedUpload { record, parts });
    }
    disk::sweep(&dir, &named).map_err(failed)
}
