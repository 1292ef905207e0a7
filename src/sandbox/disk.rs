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
//! ```
//!
//! Every change is the appearance or disappearance of one JSON file, which is written aside and
//! renamed, so that a process killed at any moment leaves the state before or the state after. A
//! part's data has a new name each time and is complete before its record is written. What no
//! record names is removed at the next start. Nothing is flushed to the device: the state survives
//! the end of the process, not that of the machine.

use std::{
    collections::HashSet,
    ffi::OsString,
    fs::{self, File, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{StartError, record::Source};

const LAYOUT: &str = "sandbox.json";
const VERSION: u32 = 1;

/// A sandbox directory that belongs to this process.
#[derive(Debug)]
pub(super) struct Home {
    root: PathBuf,
    lock: File,
}

#[derive(Serialize, Deserialize)]
struct Layout {
    version: u32,
    store: String,
}

impl Home {
    /// Opens a directory, making it if it is not there, and locks it.
    pub(super) fn open(root: &Path) -> Result<Self, StartError> {
        let failed = |source| StartError::Directory { dir: root.to_owned(), source };
        fs::create_dir_all(root).map_err(failed)?;
        if !is_ours(root).map_err(failed)? {
            return Err(StartError::Foreign { dir: root.to_owned() });
        }
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(root.join("lock"))
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { root: root.to_owned(), lock }),
            Err(TryLockError::WouldBlock) => Err(StartError::Locked { dir: root.to_owned() }),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// Lets other processes use the directory.
    pub(super) fn unlock(&self) {
        // Closing the file unlocks it as well, so a failure here has no consequence.
        drop(self.lock.unlock());
    }

    /// The store that was made on the first start.
    pub(super) fn first_store(&self) -> Result<Option<String>, StartError> {
        let path = self.root.join(LAYOUT);
        if !path.exists() {
            return Ok(None);
        }
        let layout: Layout = read(&path)?;
        if layout.version != VERSION {
            return Err(StartError::Version { path, version: layout.version });
        }
        Ok(Some(layout.store))
    }

    pub(super) fn set_first_store(&self, id: &str) -> io::Result<()> {
        write(&self.root.join(LAYOUT), &Layout { version: VERSION, store: id.to_owned() })
    }

    fn stores(&self) -> PathBuf {
        self.root.join("stores")
    }

    pub(super) fn store(&self, store: &str) -> PathBuf {
        self.stores().join(store)
    }

    pub(super) fn upload(&self, store: &str, upload: &str) -> PathBuf {
        self.store(store).join(upload)
    }

    pub(super) fn references(&self) -> PathBuf {
        self.root.join("references")
    }

    pub(super) fn reference(&self, id: &str) -> PathBuf {
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

/// Whether a directory may be used: it is a sandbox's, or there is nothing of anyone else in it.
fn is_ours(root: &Path) -> io::Result<bool> {
    if root.join(LAYOUT).exists() {
        return Ok(true);
    }
    for entry in fs::read_dir(root)? {
        let name = entry?.file_name();
        if !["lock", "stores", "references", "sandbox.tmp"].iter().any(|ours| name == *ours) {
            return Ok(false);
        }
    }
    Ok(true)
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
        let name = entry.map_err(failed)?.file_name().into_string().unwrap_or_default();
        if !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit()) {
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
pub(super) fn part_data(source: Source, number: u16) -> String {
    format!("{source}-{number:05}-{:016x}.part", fastrand::u64(..))
}

/// Reads a JSON file.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<T, StartError> {
    let bytes =
        fs::read(path).map_err(|source| StartError::Directory { dir: path.to_owned(), source })?;
    serde_json::from_slice(&bytes)
        .map_err(|source| StartError::Damaged { path: path.to_owned(), source })
}

/// Writes a JSON file aside, and renames it.
pub(super) fn write<T: Serialize>(path: &Path, value: &T) -> io::Result<()> {
    let aside = path.with_extension("tmp");
    let mut file = File::create(&aside)?;
    file.write_all(&serde_json::to_vec_pretty(value)?)?;
    fs::rename(&aside, path)
}

/// Removes an upload's directory; it is gone when its record is, whatever becomes of the rest.
pub(super) fn remove(upload: &Path) -> io::Result<()> {
    match fs::remove_file(upload.join("upload.json")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    // A part that is just arriving may still be written here; the next start removes it.
    drop(fs::remove_dir_all(upload));
    Ok(())
}

/// Removes the files of an upload that no record names.
pub(super) fn sweep(upload: &Path, named: &HashSet<OsString>) -> io::Result<()> {
    for entry in fs::read_dir(upload)? {
        let entry = entry?;
        if !named.contains(&entry.file_name()) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// The files of an upload that are records of parts.
pub(super) fn part_records(upload: &Path) -> Result<Vec<PathBuf>, StartError> {
    let failed = |source| StartError::Directory { dir: upload.to_owned(), source };
    let mut records = Vec::new();
    for entry in fs::read_dir(upload).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with("SOURCE") && path.extension().is_some_and(|kind| kind == "json") {
            records.push(path);
        }
    }
    Ok(records)
}

/// A data file that goes away unless it is kept.
#[derive(Debug)]
pub(super) struct Unkept(Option<PathBuf>);

impl Unkept {
    pub(super) const fn new(path: PathBuf) -> Self {
        Self(Some(path))
    }

    pub(super) fn keep(mut self) {
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
