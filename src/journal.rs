//! What is known of an upload on this machine: a small file of JSON lines that only grows.
//!
//! It makes resuming cheap, and losing it loses no work: the service's list is the truth. It holds no
//! credentials. A journal is locked as long as it is open, so that two processes cannot work on the
//! same upload; the lock goes with the process, however that ends.

mod entry;
mod folder;
mod record;
mod shared;
mod shared_past;

use std::{
    fs::File,
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

pub use entry::{Header, Opened, SourceRecord, UploadRecord};
pub use folder::{Folder, OpenError};
pub use record::{PartRecord, Record, Stage};
pub use shared::SharedNotes;
pub use shared_past::SharedPast;

use crate::types::{ClientToken, PartNumber, PartSource, ReadSetId};
use entry::Entry;
use shared::SharedOutput;

/// A journal. Others can have it when it is laid down or dropped.
#[derive(Debug)]
pub struct Journal {
    output: Output,
    path: PathBuf,
    record: Record,
    /// Whether a line could not be written. Nothing may follow what there is of it.
    is_broken: bool,
}

/// Where the entries go.
#[derive(Debug)]
enum Output {
    /// A file of its own: open and locked, unless it is laid down.
    Own(Option<File>),
    /// Among those of other uploads; what all have noted of its parts is read when it is taken up.
    Shared { output: SharedOutput, past: Arc<SharedPast>, is_taken_up: bool },
}

impl Journal {
    /// The journal of an upload that is known by a key, among those of others in the file of this process;
    /// it goes on with what all have noted before. The header is written nowhere.
    pub fn shared(
        notes: &Arc<SharedNotes>,
        key: &str,
        past: &Arc<SharedPast>,
        header: Header,
    ) -> Self {
        let record = past.record(key, header);
        let path = notes.path().to_owned();
        let (notes, past) = (Arc::clone(notes), Arc::clone(past));
        let output = SharedOutput { notes, key: key.to_owned() };
        let output = Output::Shared { output, past, is_taken_up: false };
        Self { output, path, record, is_broken: false }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub const fn record(&self) -> &Record {
        &self.record
    }

    /// The service has given an upload. On disk when this returns.
    pub fn created(&mut self, upload: &UploadRecord) -> io::Result<()> {
        self.append(&Entry::upload(upload))?;
        self.sync()
    }

    /// The service has confirmed a part. Survives this process, though perhaps not a power cut.
    pub fn part(
        &mut self,
        source: PartSource,
        number: PartNumber,
        part: &PartRecord,
    ) -> io::Result<()> {
        let PartRecord { size, digest, checksum, seen } = part.clone();
        self.append(&Entry::Part { source, number, size, digest, checksum, seen })
    }

    /// The sources are not what they were, as far as their dates tell, or are elsewhere: what is known
    /// of the parts is forgotten, for it was read from others.
    pub fn sources(&mut self, sources: Vec<SourceRecord>) -> io::Result<()> {
        self.append(&Entry::Sources { sources })
    }

    /// Complete is about to be called. On disk when this returns.
    pub fn completing(&mut self) -> io::Result<()> {
        self.append(&Entry::CompleteAttempted {})?;
        self.sync()
    }

    /// The read set has its ID. On disk when this returns.
    pub fn completed(&mut self, read_set: &ReadSetId) -> io::Result<()> {
        self.append(&Entry::Completed { read_set: read_set.clone() })?;
        self.sync()
    }

    /// The upload is gone, and another is about to be created under a new token; what is known of the
    /// parts stays. On disk when this returns.
    pub fn restarted(&mut self, token: &ClientToken) -> io::Result<()> {
        self.append(&Entry::Restarted { token: token.clone() })?;
        self.sync()
    }

    /// Gives the file back to the system, with its lock, until the journal is taken up again. What
    /// cannot be written is held on to.
    pub fn lay_down(&mut self) {
        match &mut self.output {
            Output::Own(file) if !self.is_broken => *file = None,
            Output::Own(_) => {}
            Output::Shared { is_taken_up, .. } => {
                *is_taken_up = false;
                self.record.parts.clear();
            }
        }
    }

    /// Nothing is left to be done: a file of its own goes.
    pub fn end(mut self) -> io::Result<()> {
        if matches!(self.output, Output::Shared { .. }) {
            return Ok(());
        }
        self.take_up().map_err(io::Error::other)?;
        // Should the file stay, it says that it is of no more use.
        let said = self.append(&Entry::Ended {});
        std::fs::remove_file(&self.path).and(said)
    }

    /// The same journal on a disk that takes nothing any more.
    #[cfg(test)]
    pub(crate) fn unwritable(self) -> Self {
        let file = File::open(&self.path).unwrap();
        Self { output: Output::Own(Some(file)), ..self }
    }

    /// A line goes out in a single write, so that only the last line can be torn. An error is told
    /// once; from then on nothing more is written, and the journal is only held.
    fn append(&mut self, entry: &Entry) -> io::Result<()> {
        // What was under way before says more than what is afterwards.
        let is_shared = matches!(self.output, Output::Shared { .. });
        let before = self.record.stage.upload().filter(|_| is_shared).cloned();
        self.record.apply(entry);
        if self.is_broken {
            return Ok(());
        }
        let written = match &mut self.output {
            Output::Shared { output, .. } => {
                output.append(before.as_ref().or_else(|| self.record.stage.upload()), entry)
            }
            Output::Own(None) => return Err(io::Error::other("it is not taken up")),
            Output::Own(Some(file)) => {
                let mut line = serde_json::to_vec(entry).map_err(io::Error::other)?;
                line.push(b'\n');
                file.write_all(&line)
            }
        };
        self.is_broken = written.is_err();
        written
    }

    fn sync(&mut self) -> io::Result<()> {
        if self.is_broken {
            return Ok(());
        }
        let synced = match &self.output {
            Output::Own(file) => file.as_ref().map_or(Ok(()), File::sync_data),
            Output::Shared { output, .. } => output.sync(),
        };
        self.is_broken = synced.is_err();
        synced
    }
}

#[cfg(test)]
mod tests;
