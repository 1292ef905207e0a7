//! From confirmed parts to a read set.
//!
//! The service has no way to complete an upload twice with one effect, so a Complete whose answer
//! got lost is settled by looking for the read set before it is tried again. After a Complete was
//! attempted, nothing is ever aborted.

use super::{
    Engine, Failure, confirm::Confirmed, open::OpenedUpload, ours::Found, running::Running,
};
use crate::{
    event::Event,
    journal::UploadRecord,
    store::{Answered, CompletedPart, ReadSets, StoreErrorKind, Told},
    types::{Operation, ReadSetId},
};

/// What is known of a Complete that was not answered.
enum Settled {
    Made(ReadSetId),
    /// The upload is still there: the request may be made again, or its refusal means what it says.
    Open,
    Gone,
}

impl<S: ReadSets> Engine<S> {
    /// The last stage: makes a read set of an upload whose parts are all with the store, wherever they
    /// were sent from.
    pub async fn complete(
        &self,
        running: &Running<'_>,
        opened: &OpenedUpload,
        confirmed: &Confirmed,
    ) -> Result<ReadSetId, Failure> {
        self.prove_again(running, confirmed.parts()).await?;
        // The parts are still listed: only a read set with the mark can be its own.
        if opened.may_be_complete
            && let Found::Ours(ours) = self.find(running, &opened.upload).await?
        {
            return Ok(ours.id);
        }
        self.tell(&Event::Completing { read_set: running.track.item });
        self.note_completing(running);
        self.make_read_set(running, &opened.upload, &confirmed.named()).await
    }

    /// Makes the read set, exactly once.
    async fn make_read_set(
        &self,
        running: &Running<'_>,
        upload: &UploadRecord,
        parts: &[CompletedPart],
    ) -> Result<ReadSetId, Failure> {
        let operation = Operation::CompleteUpload;
        let mut failures = self.caller.failures(operation);
        let mut in_doubt = false;
        loop {
            let ticket = self.caller.turn(operation).await?;
            let complete = self.store().complete(&upload.id, parts);
            let error = match self.caller.once(operation, complete).await? {
                Ok(Answered { value: id, request_id }) => {
                    running.facts.completed(request_id);
                    self.made().insert(id.clone());
                    return Ok(id);
                }
                Err(error) => error,
            };
            in_doubt |= may_have_happened(error.kind);
            if in_doubt {
                match self.settle(running, upload, error.kind).await? {
                    Settled::Made(id) => return Ok(id),
                    Settled::Gone => return Err(Failure::Vanished(error)),
                    Settled::Open => {}
                }
            }
            let tell = |told: &Told<'_>| self.told(&running.track, told);
            self.caller.after(&tell, &mut failures, error, ticket).await?;
        }
    }

    /// What came of a Complete that may have happened.
    async fn settle(
        &self,
        running: &Running<'_>,
        upload: &UploadRecord,
        kind: StoreErrorKind,
    ) -> Result<Settled, Failure> {
        // Whether it happened or not, asking once more would not help.
        let is_final = matches!(
            kind,
            StoreErrorKind::Missing | StoreErrorKind::Invalid | StoreErrorKind::Other
        );
        match self.find(running, upload).await? {
            Found::Ours(ours) => return Ok(Settled::Made(ours.id)),
            Found::Nothing if !is_final => return Ok(Settled::Open),
            Found::Nothing => {}
            // An upload that is still there did not become one of them.
            Found::Perhaps(..) if self.is_open(running, upload).await? => return Ok(Settled::Open),
            found @ Found::Perhaps(..) => {
                if let Some(id) = self.settled(running, upload, found).await? {
                    return Ok(Settled::Made(id));
                }
            }
        }
        if let Some(id) = self.find_patiently(running, upload).await? {
            return Ok(Settled::Made(id));
        }
        let is_open = self.is_open(running, upload).await?;
        Ok(if is_open { Settled::Open } else { Settled::Gone })
    }
}

/// Whether the service may have done what it was asked, although it did not say so.
pub(super) const fn may_have_happened(kind: StoreErrorKind) -> bool {
    use StoreErrorKind::{Other, Transient, Unreachable};
    matches!(kind, Unreachable | Transient | Other)
}
