//! From confirmed parts to an archive.
//!
//! Complete answers with the same archive if it is repeated within a short time, and knows nothing of the
//! upload after that. So a Complete whose answer was lost is repeated; nothing else could tell what came of
//! it but an inventory, which takes hours.

use std::{collections::HashMap, time::Duration};

use futures::{StreamExt as _, TryStreamExt as _, stream};
use tokio::time::Instant;

use super::{
    Engine, Failure,
    complete::may_have_happened,
    confirm::Confirmed,
    open::OpenedUpload,
    reuse::{Digests, known, readers},
    running::RunningArchive,
};
use crate::{
    event::Event,
    journal::UploadRecord,
    plan::Part,
    store::{Answered, Archives, CompletedPart, MadeArchive, StoreError, StoreErrorKind, Told},
    types::{ArchiveId, Checksum, Digest, Operation, PartNumber, Sha256, root_of_parts},
};

/// What Complete came to.
pub(super) struct Finish {
    pub(super) archive: ArchiveId,
    /// The tree hash of what was sent.
    pub(super) tree: Sha256,
    /// The tree hash that the service has, if it said that.
    pub(super) found: Option<Sha256>,
}

/// What the service said to Complete.
enum Completed {
    Made(Finish),
    /// It does not know the upload; whether an attempt before may have completed it.
    Gone {
        in_doubt: bool,
        error: StoreError,
    },
}

/// What was last heard of an upload.
pub(super) enum Heard {
    /// An earlier run has sent parts of it.
    Before,
    /// An earlier run may have completed it.
    Completing,
    /// The vault knew it in this run, and then not any more. `last` is why no other may be begun.
    Now { at: Instant, last: Option<StoreError> },
}

/// Complete can be repeated for "a short period of time", which is not said more exactly
/// (<https://docs.aws.amazon.com/amazonglacier/latest/dev/api-multipart-complete-upload.html>): at least this.
const REPEATABLE: Duration = Duration::from_mins(2);

impl Heard {
    /// Whether there is no archive if the service does not know the upload when Complete is repeated.
    pub(super) fn rules_out_an_archive(&self) -> bool {
        match self {
            // Without all of its parts, this machine has not completed it.
            Self::Before => true,
            Self::Completing => false,
            // Whoever completed it did so after that.
            Self::Now { at, .. } => at.elapsed() < REPEATABLE,
        }
    }
}

impl<S: Archives> Engine<S> {
    /// The last stage: makes an archive of an upload whose parts are all with the service.
    pub(super) async fn complete_archive(
        &self,
        running: &RunningArchive<'_>,
        opened: &OpenedUpload,
        confirmed: &Confirmed,
    ) -> Result<Finish, Failure> {
        self.prove_again(running, confirmed.parts()).await?;
        self.tell(&Event::Completing { read_set: running.track.item });
        self.note_completing(running);
        let (upload, parts) = (&opened.upload, confirmed.named());
        match self.make_archive(running, upload, &parts).await? {
            Completed::Made(finish) => Ok(finish),
            Completed::Gone { in_doubt: true, .. } => Err(not_known(upload, &parts)),
            // Others have aborted it, or completed it: that is found out next.
            Completed::Gone { in_doubt: false, error } => Err(Failure::Refused(error)),
        }
    }

    /// Repeats the Complete of an upload that is gone: nothing else tells whether there is an archive.
    /// Nothing if there is none for sure. What the journal does not know of the parts is read.
    pub(super) async fn complete_again(
        &self,
        running: &RunningArchive<'_>,
        upload: &UploadRecord,
        parts: &[Part],
        digests: &Digests,
        heard: &Heard,
    ) -> Result<Option<Finish>, Failure> {
        let parts = self.named_parts(running, upload, parts, digests).await?;
        // From here on it may be this run that completes it.
        self.note_completing(running);
        match self.make_archive(running, upload, &parts).await? {
            Completed::Made(finish) => Ok(Some(finish)),
            Completed::Gone { in_doubt: false, .. } if heard.rules_out_an_archive() => Ok(None),
            Completed::Gone { .. } => Err(not_known(upload, &parts)),
        }
    }

    /// Whether the journal has the sums of all parts of an upload.
    pub(super) fn knows_all(
        running: &RunningArchive<'_>,
        upload: &UploadRecord,
        parts: &[Part],
    ) -> bool {
        let known = known(running, upload);
        let is_known = |part: &Part| {
            known.get(&(part.source, part.number)).is_some_and(|record| record.size == part.size)
        };
        parts.iter().all(is_known)
    }

    /// All parts as Complete names them, from the journal or the file.
    async fn named_parts(
        &self,
        running: &RunningArchive<'_>,
        upload: &UploadRecord,
        parts: &[Part],
        digests: &Digests,
    ) -> Result<Vec<CompletedPart>, Failure> {
        let sums: HashMap<PartNumber, Digest> = known(running, upload)
            .into_iter()
            .filter(|((source, number), record)| {
                let is_it = |part: &&Part| (part.source, part.number) == (*source, *number);
                parts.iter().find(is_it).is_some_and(|part| part.size == record.size)
            })
            .map(|((_, number), record)| (number, record.digest))
            .collect();
        let unread = parts.iter().filter(|part| !sums.contains_key(&part.number));
        if unread.clone().next().is_some() {
            self.tell_checking(running, unread.copied());
        }
        let sums = &sums;
        let named = stream::iter(parts).map(|part| async move {
            let digest = if let Some(digest) = sums.get(&part.number) {
                *digest
            } else {
                let digest = self.digest(running, part, digests).await?;
                self.tell(&Event::Checked { read_set: running.track.item, bytes: part.size });
                digest
            };
            let Part { source, number, size, .. } = *part;
            let checksum = checksum(&digest).ok_or(Failure::Interrupted)?;
            Ok::<_, Failure>(CompletedPart { source, number, size, checksum })
        });
        named.buffered(readers()).try_collect().await
    }

    /// Makes the archive, exactly once.
    async fn make_archive(
        &self,
        running: &RunningArchive<'_>,
        upload: &UploadRecord,
        parts: &[CompletedPart],
    ) -> Result<Completed, Failure> {
        let operation = Operation::CompleteUpload;
        let mut failures = self.caller.failures(operation);
        let mut in_doubt = false;
        loop {
            let ticket = self.caller.turn(operation).await?;
            let complete = self.store().complete(&upload.id, parts);
            let error = match self.caller.once(operation, complete).await? {
                Ok(Answered { value: MadeArchive { id: archive, tree: found }, request_id }) => {
                    running.facts.completed(request_id);
                    let tree = root(parts);
                    return Ok(Completed::Made(Finish { archive, tree, found }));
                }
                Err(error) if error.kind == StoreErrorKind::Missing => {
                    return Ok(Completed::Gone { in_doubt, error });
                }
                Err(error) => error,
            };
            in_doubt |= may_have_happened(error.kind);
            let tell = |told: &Told<'_>| self.told(&running.track, told);
            self.caller.after(&tell, &mut failures, error, ticket).await?;
        }
    }
}

fn not_known(upload: &UploadRecord, parts: &[CompletedPart]) -> Failure {
    Failure::ArchiveNotKnown { upload: upload.id.clone(), tree: root(parts) }
}

/// The root over parts; what is no tree hash is no part of one.
fn root(parts: &[CompletedPart]) -> Sha256 {
    let roots = parts.iter().filter_map(|part| part.checksum.sha256()).collect();
    root_of_parts(roots).unwrap_or_else(|| Sha256::of(&[]))
}

/// A sum of ours as the service spells it.
fn checksum(digest: &Digest) -> Option<Checksum> {
    digest.sum().to_string().parse().ok()
}
