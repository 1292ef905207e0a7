//! What a job writes into its journal, and how what the journal led to is told.

use std::sync::PoisonError;

use super::{Engine, running::Running, sent::SentPart};
use crate::{
    event::Event,
    journal::{Journal, PartRecord, UploadRecord},
    source::Source,
    store::Store,
    types::{ClientToken, ReadSetId},
};

impl<S: Store> Engine<S> {
    /// Writes into the journal. If that fails the upload goes on, and can still be found again by
    /// its mark; the journal is held on to, so that no other process takes the upload up meanwhile.
    fn note(
        &self,
        running: &Running<'_, S::Target>,
        write: impl FnOnce(&mut Journal) -> std::io::Result<()>,
    ) {
        let mut place = running.job.memory.journal.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(journal) = place.as_mut() else { return };
        if let Err(error) = write(journal) {
            let path = crate::types::Escaped::new(&journal.path().to_string_lossy()).to_string();
            drop(place);
            let message = format!(
                "cannot write `{path}` any more ({error}): the upload goes on, and if it is \
                 interrupted it will be found again in the store"
            );
            self.warn(&running.track, message);
        }
    }

    pub(super) fn note_created(&self, running: &Running<'_, S::Target>, upload: &UploadRecord) {
        self.note(running, |journal| journal.created(upload));
    }

    pub(super) fn note_part(&self, running: &Running<'_, S::Target>, sent: &SentPart) {
        running.facts.sent(sent);
        let SentPart { part, digest, checksum } = sent;
        let trial = running.source(part).and_then(Source::trial);
        let seen = trial.and_then(|trial| trial.seen(part.offset, part.size.get()));
        let (size, digest, checksum) = (part.size, *digest, checksum.clone());
        let record = PartRecord { size, digest, checksum, seen };
        self.note(running, |journal| journal.part(part.source, part.number, &record));
    }

    /// Parts that were proven by reading need not be read the next time.
    pub(super) fn note_kept(&self, running: &Running<'_, S::Target>, kept: &[SentPart]) {
        let Some(record) = running.job.memory.record() else { return };
        let is_new =
            |sent: &&SentPart| !record.parts.contains_key(&(sent.part.source, sent.part.number));
        kept.iter().filter(is_new).for_each(|sent| self.note_part(running, sent));
    }

    pub(super) fn note_completing(&self, running: &Running<'_, S::Target>) {
        self.note(running, Journal::completing);
    }

    pub(super) fn note_completed(&self, running: &Running<'_, S::Target>, read_set: &ReadSetId) {
        self.note(running, |journal| journal.completed(read_set));
    }

    pub(super) fn note_restarted(&self, running: &Running<'_, S::Target>, token: &ClientToken) {
        self.note(running, |journal| {
            if running.job.pipe.is_some() {
                // What comes through the pipe this time may be something else.
                journal.sources(Vec::new())?;
            }
            journal.restarted(token)
        });
    }

    pub(super) fn tell_resuming(
        &self,
        running: &Running<'_, S::Target>,
        upload: &UploadRecord,
        kept: &[SentPart],
    ) {
        let bytes = kept.iter().map(|sent| sent.part.size.get()).sum();
        self.tell(&Event::Resuming {
            read_set: running.track.item,
            upload_id: upload.id.clone(),
            parts: u32::try_from(kept.len()).unwrap_or(u32::MAX),
            bytes: crate::types::ByteCount::new(bytes),
        });
        for sent in kept {
            self.tell(&Event::PartUploaded {
                part: running.track.part(&sent.part),
                bytes: sent.part.size,
            });
        }
    }
}
