//! The sandbox's directory: who may use it, what lies where, and how files are written.
//!
//! ```text
//! lock                                     held by the one process that serves the directory
//! sandbox.json                             the version of this layout, and the first store
//! stores/STORE/store.json
//! stores/STORE/UPLOAD/upload.json          there from Create until Abort or deletion
//! stores/STORE/UPLOAD/SOURCE1-00001.json   one part; names the file that holds its data, if kept
//! stores/STORE/UPLOAD/SOURCE1-00001-….part
//! stores/STORE/UPLOAD/readset.json         there from Complete on
//! references/store.json                    there once the sandbox was given a reference
//! references/REFERENCE/reference.json
//! references/REFERENCE/source.fa           unless it was given by its index only
//! references/REFERENCE/index.fai
//! vaults/…                                 as `vault/disk.rs` says
//! ```
//!
//! A directory is a sandbox's if it has a valid `sandbox.json`, which is the first thing to be written
//! in an empty one. Nothing is deleted that has not a name and a kind of the above.
//!
//! Every change is the appearance or disappearance of one JSON file, which is written aside and
//! renamed, so that a process killed at any moment leaves the state before or the state after. A
//! part's data has a new name each time and is complete before its record is written. What no
//! record names is removed at the next start. Nothing is flushed to the device: the state survives
//! the end of the process, not that of the machine.

use std::{
    collections::HashSet,
    ffi::{OsStr, OsString},
    fs::{self, File, TryLockError},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::private;
use crate::sandbox::{rules::Source, start_error::StartError};

const LAYOUT: &str = "sandbox.json";
const LOCK: &str = "lock";
const VERSION: u32 = 1;

/// A sandbox directory that belongs to this process.
#[derive(Debug)]
pub(crate) struct Home {
    root: PathBuf,
    lock: File,
    first_store: String,
}

#[derive(Serialize, Deserialize)]
struct LayoutFile {
    version: u32,
    store: String,
}

impl Home {
    /// Opens a directory, making it if it is not there, and locks it.
    pub(crate) fn open(root: &Path) -> Result<Self, StartError> {
        let failed = |source| StartError::Directory { dir: root.to_owned(), source };
        private::make_dir(root).map_err(failed)?;
        let is_new = layout(root)?.is_none();
        if is_new && !is_empty(root).map_err(failed)? {
            return Err(StartError::Foreign { dir: root.to_owned() });
        }
        let lock = private::lock(&root.join(LOCK)).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StartError::Locked { dir: root.to_owned() });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        // Another process may have been here between.
        let first_store = match layout(root)? {
            Some(layout) => layout.store,
            None => begin(root).map_err(failed)?,
        };
        for dir in ["stores", "references", "vaults"].map(|name| root.join(name)) {
            private::check_dir(&dir)
                .map_err(|source| StartError::Directory { dir: dir.clone(), source })?;
        }
        Ok(Self { root: root.to_owned(), lock, first_store })
    }

    /// Lets other processes use the directory.
    pub(super) fn unlock(&self) {
        // Closing the file unlocks it as well, so a failure here has no consequence.
        drop(self.lock.unlock());
    }

    /// The store that is made on the first start.
    pub(crate) fn first_store(&self) -> &str {
        &self.first_store
    }

    fn stores(&self) -> PathBuf {
        self.root.join("stores")
    }

    pub(crate) fn store(&self, store: &str) -> PathBuf {
        self.stores().join(store)
    }

    pub(crate) fn upload(&self, store: &str, upload: &str) -> PathBuf {
        self.store(store).join(upload)
    }

    pub(crate) fn references(&self) -> PathBuf {
        self.root.join("references")
    }

    pub(crate) fn vaults(&self) -> PathBuf {
        self.root.join("vaults")
    }

    pub(crate) fn reference(&self, id: &str) -> PathBuf {
        self.references().join(id)
    }

    pub(super) fn reference_ids(&self) -> Result<Vec<String>, StartError> {
        numbered(&self.references())
    }

    pub(super) fn store_ids(&self) -> Result<Vec<String>, StartError> {
        numbered(&self.stores())
    }

    pub(super) fn upload_ids(&self, store: &str) -> Result<Vec<String>, StartError> {
        numbered(&self.store(store))
    }
}

/// What `sandbox.json` says; `None` if it is not there, or was never written.
fn layout(root: &Path) -> Result<Option<LayoutFile>, StartError> {
    let path = root.join(LAYOUT);
    if is_unwritten(&path) {
        return Ok(None);
    }
    let layout: LayoutFile = read(&path)?;
    if layout.version != VERSION {
        return Err(StartError::Version { path, version: layout.version });
    }
    let is_id = !layout.store.is_empty() && layout.store.bytes().all(|b| b.is_ascii_digit());
    if !is_id {
        let source = serde::de::Error::custom("`store` is no ID");
        return Err(StartError::Damaged { path, source });
    }
    Ok(Some(layout))
}

/// Whether there is nothing, or an empty file, of this name.
fn is_unwritten(path: &Path) -> bool {
    path.symlink_metadata().map_or_else(
        |error| error.kind() == io::ErrorKind::NotFound,
        |found| found.is_file() && found.len() == 0,
    )
}

/// Whether nothing is in a directory but what a process that was killed at once leaves there.
fn is_empty(root: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        let is_ours = [LOCK, LAYOUT].iter().any(|ours| entry.file_name() == *ours);
        if !is_ours || !is_unwritten(&entry.path()) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Makes an empty directory a sandbox's.
fn begin(root: &Path) -> io::Result<String> {
    let store = fastrand::u64(1_000_000_000..10_000_000_000).to_string();
    write(&root.join(LAYOUT), &LayoutFile { version: VERSION, store: store.clone() })?;
    Ok(store)
}

/// The subdirectories whose names are IDs.
fn numbered(dir: &Path) -> Result<Vec<String>, StartError> {
    let failed = |source| StartError::Directory { dir: dir.to_owned(), source };
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed)?,
    };
    let mut ids = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().into_string().unwrap_or_default();
        if !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit()) {
            let path = entry.path();
            private::check_dir(&path)
                .map_err(|source| StartError::Directory { dir: path, source })?;
            ids.push(name);
        }
    }
    ids.sort_unstable();
    Ok(ids)
}

/// A part's record.
pub(super) fn part_record(source: Source, number: u16) -> String {
    format!("{source}-{number:05}.json")
}

/// A name that no data of this part has had.
pub(crate) fn part_data(source: Source, number: u16) -> String {
    format!("{source}-{number:05}-{:016x}.part", fastrand::u64(..))
}

/// Whether a name is that of a part's data: no record may lead to another file.
pub(super) fn is_part_data(name: &str) -> bool {
    is_of_part(name) && name.strip_suffix(".part").is_some() && name.bytes().all(is_plain)
}

fn is_of_part(name: &str) -> bool {
    let source = name.split_once('-').and_then(|(source, _)| source.parse::<Source>().ok());
    source.is_some()
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')
}

/// Whether a file in an upload's directory is one of ours.
fn is_of_upload(name: &str) -> bool {
    let Some((stem, "json" | "tmp" | "part")) = name.rsplit_once('.') else { return false };
    matches!(stem, "upload" | "readset") || is_of_part(stem)
}

/// Reads a JSON file.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<T, StartError> {
    let failed = |source| StartError::Directory { dir: path.to_owned(), source };
    let mut bytes = Vec::new();
    private::open(path).and_then(|mut file| file.read_to_end(&mut bytes)).map_err(failed)?;
    serde_json::from_slice(&bytes)
        .map_err(|source| StartError::Damaged { path: path.to_owned(), source })
}

/// Writes a JSON file aside, and renames it.
pub(crate) fn write<T: Serialize>(path: &Path, value: &T) -> io::Result<()> {
    let aside = path.with_extension("tmp");
    let mut file = match private::create(&aside) {
        // A process was killed before it renamed it.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(&aside)?;
            private::create(&aside)?
        }
        file => file?,
    };
    file.write_all(&serde_json::to_vec_pretty(value)?)?;
    fs::rename(&aside, path)
}

/// Removes an upload's directory; it is gone when its record is, whatever becomes of the rest.
pub(crate) fn remove(upload: &Path) -> io::Result<()> {
    match fs::remove_file(upload.join("upload.json")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    // A part that is just arriving may still be written here; the next start removes it.
    drop(private::clear(upload, is_of_upload));
    Ok(())
}

/// Removes the files of an upload that no record names.
pub(crate) fn sweep(upload: &Path, named: &HashSet<OsString>) -> io::Result<()> {
    private::sweep(upload, |name| is_of_upload(name) && !named.contains(OsStr::new(name)))
}

/// The files of an upload that are records of parts.
pub(super) fn part_records(upload: &Path) -> Result<Vec<PathBuf>, StartError> {
    let failed = |source| StartError::Directory { dir: upload.to_owned(), source };
    let mut records = Vec::new();
    for entry in fs::read_dir(upload).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if is_of_part(name) && path.extension().is_some_and(|kind| kind == "json") {
            records.push(path);
        }
    }
    Ok(records)
}

/// A data file that goes away unless it is kept.
#[derive(Debug)]
pub(crate) struct Unkept(Option<PathBuf>);

impl Unkept {
    pub(crate) const fn new(path: PathBuf) -> Self {
        Self(Some(path))
    }

    pub(crate) fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for Unkept {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            // If it cannot be removed now, the next start does it.
            drop(fs::remove_file(path));
        }
    }
}
