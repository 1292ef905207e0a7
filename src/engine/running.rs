//! A job under way, and what is gathered of it.

use std::{path::PathBuf, sync::atomic::AtomicBool};

use super::{Job, counts::Track, facts::Ledger};
use crate::{
    event::Item,
    plan::Part,
    source::Source,
    store::{ArchiveFields, Fields},
};

/// A job under way.
pub struct Running<'a, T = Fields> {
    pub(super) track: Track,
    pub(super) job: &'a Job<T>,
    pub(super) facts: Ledger,
    /// Whether the store was asked for a new upload, so that there may be one.
    pub(super) asked: AtomicBool,
}

/// A file that becomes an archive, under way.
pub(super) type RunningArchive<'a> = Running<'a, ArchiveFields>;

impl<'a, T> Running<'a, T> {
    /// A job whose stages are to be gone through.
    pub fn new(item: Item, job: &'a Job<T>) -> Self {
        let (facts, asked) = (Ledger::default(), AtomicBool::new(false));
        Self { track: Track::new(item), job, facts, asked }
    }

    /// How many sources the upload has.
    pub(super) fn streams(&self) -> usize {
        self.job.sources.len() + usize::from(self.job.pipe.is_some())
    }

    /// The files, for whoever is told what to do with them.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        let files = self.job.sources.iter().flat_map(Source::files);
        files.map(|file| file.path().to_owned()).collect()
    }

    /// The file that a part belongs to.
    pub(super) fn source(&self, part: &Part) -> Option<&Source> {
        self.job.sources.get(part.source as usize)
    }
}
