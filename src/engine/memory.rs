//! What a job knows of earlier attempts at the same upload.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    journal::{Journal, OpenError, Record, Stage, UploadRecord},
    types::{ClientToken, ContentDigest, Fingerprint, Mark, PartSize, ReadSetId, Sha256},
};

/// How a job remembers, and is found again.
#[derive(Debug)]
pub struct Memory {
    /// The part size of a new upload.
    pub part_size: PartSize,
    /// What the content is recognised by.
    pub fingerprint: Option<Fingerprint>,
    /// Whether nothing is left at the store that tells of the content: neither the mark, by which an
    /// upload is found without a journal, nor the digest.
    pub is_private: bool,
    /// What this machine knows of the content of read sets.
    pub recall: Recall,
    /// The record on this machine, which speaks of the sources as they are; `None` if it cannot be
    /// written.
    pub journal: Mutex<Option<Journal>>,
    /// The upload to go on with, if that is known without a journal.
    pub upload: Option<UploadRecord>,
    /// Whether earlier attempts are looked for.
    pub look: bool,
    /// What to do about read sets that are there already.
    pub if_exists: IfExists,
    /// Why this job must not be touched: another process works on it.
    pub busy: Option<OpenError>,
}

/// What a machine knows of the content of read sets that it has made.
#[derive(Clone, Default)]
pub struct Recall(Option<Arc<DigestRecall>>);

type DigestRecall = dyn Fn(&ReadSetId) -> Option<ContentDigest> + Send + Sync;

impl Recall {
    pub fn new(digests: Arc<DigestRecall>) -> Self {
        Self(Some(digests))
    }

    pub(super) fn digest(&self, id: &ReadSetId) -> Option<ContentDigest> {
        self.0.as_ref()?(id)
    }
}

impl fmt::Debug for Recall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recall").finish_non_exhaustive()
    }
}

/// What to do if the store has a read set already that holds the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum IfExists {
    #[default]
    Upload,
    Skip,
    Fail,
}

impl Memory {
    /// Remembers nothing, and cannot be found.
    pub fn blank(part_size: PartSize) -> Self {
        Self {
            part_size,
            fingerprint: None,
            is_private: false,
            recall: Recall::default(),
            journal: Mutex::new(None),
            upload: None,
            look: false,
            if_exists: IfExists::Upload,
            busy: None,
        }
    }

    /// The mark of a new upload. It is made from the token, so that a repeated Create asks for the
    /// very same upload.
    pub(super) fn mark(&self, token: &ClientToken) -> Option<Mark> {
        let digest = Sha256::of(token.as_str().as_bytes());
        let (half, _) = digest.as_bytes().split_first_chunk::<8>()?;
        Some(Mark::new(self.part_size, self.published()?, u64::from_be_bytes(*half)))
    }

    /// The fingerprint, if it may be published.
    pub(super) fn published(&self) -> Option<Fingerprint> {
        self.fingerprint.filter(|_| !self.is_private)
    }

    /// Nothing is left to be done for this job.
    pub fn end(&self) {
        let mut place = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(journal) = place.take() {
            // A journal that stays behind says that all is done, and is cleared away later.
            let _ = journal.end();
        }
    }

    /// Whether the journal is new and names no upload.
    pub(super) fn is_blank(&self) -> bool {
        self.record().is_some_and(|record| !record.is_old && record.stage == Stage::Creating)
    }

    /// What the journal says.
    pub(super) fn record(&self) -> Option<Record> {
        let journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        journal.as_ref().map(|journal| journal.record().clone())
    }
}
