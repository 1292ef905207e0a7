//! What is known of an upload besides its outcome, for whoever keeps accounts of it.
//!
//! It is gathered on the way, so that it is there however the upload ends.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use super::sent::SentPart;
use crate::{
    journal::{Record, UploadRecord},
    plan::{Cut, Part},
    types::{
        ByteCount, Checksum, ContentDigest, Digest, Mark, PartNumber, PartSize, PartSource,
        UploadId,
    },
};

/// What is known of an upload besides its outcome.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    pub began: Option<SystemTime>,
    pub ended: Option<SystemTime>,
    /// The upload, also if it was complete before this run.
    pub upload_id: Option<UploadId>,
    pub part_size: Option<PartSize>,
    /// The mark that the upload carries besides the tags that were asked for.
    pub mark: Option<Mark>,
    /// The service's names for the requests that began and completed the upload, as far as they were
    /// made and answered in this run.
    pub create_request: Option<Box<str>>,
    pub complete_request: Option<Box<str>>,
    /// The parts that are confirmed, in the order of sources and numbers.
    pub parts: Vec<PartFact>,
}

/// A part that the service has confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartFact {
    pub part: Part,
    /// Our own digest of the bytes.
    pub digest: Digest,
    /// What the service says of them.
    pub checksum: Checksum,
    /// Whether it was sent before this run.
    pub reused: bool,
}

/// Where facts are gathered.
#[derive(Debug, Default)]
pub(super) struct Ledger(Mutex<Gathered>);

#[derive(Debug, Default)]
struct Gathered {
    facts: Facts,
    parts: BTreeMap<(PartSource, PartNumber), PartFact>,
}

impl Ledger {
    fn gathered(&self) -> MutexGuard<'_, Gathered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The job's turn has come.
    pub(super) fn begun(&self) {
        self.gathered().facts.began = Some(SystemTime::now());
    }

    /// A new upload; parts of an earlier one are none of it.
    pub(super) fn created(&self, upload: &UploadRecord, request: Option<Box<str>>) {
        self.found(upload);
        let mut gathered = self.gathered();
        gathered.parts.clear();
        gathered.facts.create_request = request;
    }

    /// The upload that is gone on with.
    pub(super) fn found(&self, upload: &UploadRecord) {
        let facts = &mut self.gathered().facts;
        facts.upload_id = Some(upload.id.clone());
        facts.part_size = Some(upload.part_size);
        facts.mark.clone_from(&upload.mark);
    }

    pub(super) fn sent(&self, sent: &SentPart) {
        self.part(sent, false);
    }

    pub(super) fn kept(&self, sent: &SentPart) {
        self.part(sent, true);
    }

    /// The parts that are confirmed so far.
    pub(super) fn confirmed(&self) -> Vec<Part> {
        self.gathered().parts.values().map(|fact| fact.part).collect()
    }

    fn part(&self, sent: &SentPart, reused: bool) {
        let SentPart { part, digest, checksum } = sent.clone();
        let fact = PartFact { part, digest, checksum, reused };
        self.gathered().parts.insert((part.source, part.number), fact);
    }

    /// The read set was made before this run: its parts are those of the journal, if that has all.
    pub(super) fn remembered(&self, record: Option<Record>) {
        let Some(record) = record else { return };
        let gathered = &mut *self.gathered();
        gathered.facts.part_size.get_or_insert(record.part_size);
        let (mut next, mut offset) = (None, 0);
        for ((source, number), known) in record.parts {
            if next != Some((source, number.get())) {
                if number.get() != 1 {
                    gathered.parts.clear();
                    return;
                }
                offset = 0;
            }
            let part = Part { source, number, offset, size: known.size };
            let (digest, checksum) = (known.digest, known.checksum);
            let fact = PartFact { part, digest, checksum, reused: true };
            gathered.parts.insert((source, number), fact);
            offset += known.size.get();
            next = Some((source, number.get() + 1));
        }
    }

    /// The digest of everything, if the parts are all that there is; `cut` is that of a pipe.
    pub(super) fn content(&self, bytes: ByteCount, cut: Option<Cut>) -> Option<ContentDigest> {
        let gathered = self.gathered();
        let part_size = match cut {
            Some(cut) => cut.even(),
            None => Some(gathered.facts.part_size?),
        };
        let parts = gathered.parts.values();
        let known: u64 = parts.clone().map(|fact| fact.part.size.get()).sum();
        if known != bytes.get() {
            return None;
        }
        let sums = parts.map(|fact| (fact.part.source, fact.part.size, fact.digest.sha256()));
        Some(ContentDigest::new(part_size, sums))
    }

    /// The upload was completed by a request that was answered.
    pub(super) fn completed(&self, request: Option<Box<str>>) {
        self.gathered().facts.complete_request = request;
    }

    /// Everything, at the end.
    pub(super) fn close(&self) -> Facts {
        let gathered = std::mem::take(&mut *self.gathered());
        let ended = Some(SystemTime::now());
        Facts { ended, parts: gathered.parts.into_values().collect(), ..gathered.facts }
    }
}
