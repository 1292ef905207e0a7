//! What one process notes of many uploads, in a file that no other process opens; the files of all
//! processes are read as one. The entries are those of a journal, each with a word on whose it is.
//!
//! Nothing is locked here: the files may lie where no lock holds.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use serde::{Deserialize, Serialize};

use super::entry::{Entry, UploadRecord};
use crate::types::ByteCount;

/// The file of this process.
#[derive(Debug)]
pub struct SharedNotes {
    file: Mutex<File>,
    path: PathBuf,
    parts: AtomicU64,
    bytes: AtomicU64,
}

/// One upload's entries in the file of this process.
#[derive(Debug)]
pub(super) struct SharedOutput {
    pub(super) notes: Arc<SharedNotes>,
    /// What the upload is known by.
    pub(super) key: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct SharedLine {
    /// Whose entry it is.
    pub(super) key: String,
    /// Microseconds since 1970.
    pub(super) at: i64,
    /// The upload that was under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) upload: Option<String>,
    pub(super) note: Entry,
}

impl SharedNotes {
    /// Makes the file, which nobody has made before. Everything in it is of the plan with this hash.
    pub fn create(path: PathBuf, plan: &str) -> io::Result<Arc<Self>> {
        let mut options = OpenOptions::new();
        let mut file = options.append(true).create_new(true).mode(0o600).open(&path)?;
        file.write_all(format!("{{\"version\":1,\"plan\":\"{plan}\"}}\n").as_bytes())?;
        let (parts, bytes) = Default::default();
        Ok(Arc::new(Self { file: Mutex::new(file), path, parts, bytes }))
    }

    /// How many parts it has noted, and their bytes.
    pub fn sent(&self) -> (u64, ByteCount) {
        let bytes = ByteCount::new(self.bytes.load(Ordering::Relaxed));
        (self.parts.load(Ordering::Relaxed), bytes)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn write(&self, line: &SharedLine) -> io::Result<()> {
        let mut bytes = serde_json::to_vec(line).map_err(io::Error::other)?;
        bytes.push(b'\n');
        if let Entry::Part { size, .. } = &line.note {
            self.parts.fetch_add(1, Ordering::Relaxed);
            self.bytes.fetch_add(size.get(), Ordering::Relaxed);
        }
        self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&bytes)
    }
}

impl SharedOutput {
    pub(super) fn append(&self, upload: Option<&UploadRecord>, entry: &Entry) -> io::Result<()> {
        self.notes.write(&SharedLine {
            key: self.key.clone(),
            at: jiff::Timestamp::now().as_microsecond(),
            upload: upload.map(|upload| upload.id.to_string()),
            note: entry.clone(),
        })
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        self.notes.file.lock().unwrap_or_else(PoisonError::into_inner).sync_data()
    }
}
