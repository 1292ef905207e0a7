//! A file to be stored, as the job that stores it.

use crate::{engine::Job, source::Source, store::ArchiveFields};

/// A file to be stored.
pub(crate) struct ArchiveFile {
    /// With the file as its only source.
    pub(crate) job: Job<ArchiveFields>,
}

impl ArchiveFile {
    pub(super) fn source(&self) -> &Source {
        &self.job.sources[0]
    }

    /// As the user named it.
    pub(super) fn shown(&self) -> String {
        self.source().path().to_string_lossy().into_owned()
    }
}
