//! Which read set an upload has become.
//!
//! A name proves nothing: two people may upload different files of one name. A read set is an upload's
//! own if it carries the upload's mark, or if the store's hash of it is the one that was made of the
//! data. An upload that the store still lists with its parts has not become anything yet. What cannot
//! be proven is a failure that names the upload and the read sets.

use std::{
    collections::HashSet,
    sync::{MutexGuard, PoisonError},
};

use tokio::time::Instant;

use super::{Engine, Failure, running::Running};
use crate::{
    journal::UploadRecord,
    store::{FoundReadSet, ReadSetState, ReadSets, StoreErrorKind},
    types::{EtagResult, Mark, Operation, PartSource, ReadSetEtag, ReadSetId},
};

/// How often a read set is looked for after its upload has vanished: lists may lag behind.
const LOOKS: u32 = 6;

const NO_MARK: &str = "the upload carries no mark";

/// What is known of the read set of an upload.
pub(super) enum Found {
    Ours(Box<FoundReadSet>),
    Nothing,
    /// One of these, or none.
    Perhaps(Vec<FoundReadSet>, String),
}

impl<S: ReadSets> Engine<S> {
    /// The read set that this upload has become; never one that another job of this run has made.
    pub(super) async fn find(
        &self,
        running: &Running<'_>,
        upload: &UploadRecord,
    ) -> Result<Found, Failure> {
        let fields = &running.job.fields;
        let find = |page: Option<String>| async move {
            self.store().find_read_sets(fields, Some(upload.created), page.as_deref()).await
        };
        let mut found = self.pages(&running.track, Operation::ListReadSets, find).await?;
        found.retain(|found| {
            !self.made().contains(&found.id)
                && found.created >= upload.created
                && found.described.difference(fields).is_none()
        });
        let found = self.recognised(running, found, upload.mark.as_ref()).await?;
        if let Found::Ours(ours) = &found {
            self.made().insert(ours.id.clone());
        }
        Ok(found)
    }

    /// The read set with the upload's mark. An upload without a mark is not told from others that
    /// have none.
    async fn recognised(
        &self,
        running: &Running<'_>,
        found: Vec<FoundReadSet>,
        mark: Option<&Mark>,
    ) -> Result<Found, Failure> {
        let mut perhaps = Vec::new();
        let mut why = NO_MARK.to_owned();
        for found in found {
            let look = || self.store().tags_of(&found);
            match self.call(&running.track, Operation::ListTags, look).await {
                Ok(tags) if mark.is_some() && tags.mark.as_ref() == mark => {
                    return Ok(Found::Ours(Box::new(found)));
                }
                Ok(tags) if mark.is_none() && tags.mark.is_none() => perhaps.push(found),
                Ok(_) => {}
                Err(Failure::Refused(error)) if error.kind == StoreErrorKind::Denied => {
                    why = format!(
                        "their tags cannot be read; that needs the permission `{}`",
                        S::named(Operation::ListTags).permission()
                    );
                    perhaps.push(found);
                }
                // Deleted between the two looks.
                Err(Failure::Refused(error)) if error.kind == StoreErrorKind::Missing => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(if perhaps.is_empty() { Found::Nothing } else { Found::Perhaps(perhaps, why) })
    }

    /// The same, looked for a few times: the upload has vanished. A failure if it cannot be known.
    pub(super) async fn find_patiently(
        &self,
        running: &Running<'_>,
        upload: &UploadRecord,
    ) -> Result<Option<ReadSetId>, Failure> {
        let begun = Instant::now();
        for look in 1..=LOOKS {
            let left = self.caller.patience().saturating_sub(begun.elapsed());
            let delay = self.caller.delay(look + 2);
            self.caller.pause(delay.min(left)).await?;
            let found = self.find(running, upload).await?;
            if let Some(id) = self.settled(running, upload, found).await? {
                return Ok(Some(id));
            }
            if delay >= left {
                break;
            }
        }
        Ok(None)
    }

    /// Decides what an upload that is gone has become; a failure if that cannot be known.
    pub(super) async fn settled(
        &self,
        running: &Running<'_>,
        upload: &UploadRecord,
        found: Found,
    ) -> Result<Option<ReadSetId>, Failure> {
        let (found, why) = match found {
            Found::Ours(ours) => return Ok(Some(ours.id)),
            Found::Nothing => return Ok(None),
            Found::Perhaps(found, why) => (found, why),
        };
        let mut unknown = Vec::new();
        for found in found {
            match self.compared(running, &found).await? {
                Some(true) => {
                    self.made().insert(found.id.clone());
                    return Ok(Some(found.id));
                }
                Some(false) => {}
                None => unknown.push(found.id),
            }
        }
        if unknown.is_empty() {
            return Ok(None);
        }
        let (upload, files) = (upload.id.clone(), running.paths());
        Err(Failure::Undecided { upload, read_sets: unknown, why, files })
    }

    /// Whether a read set holds what was sent, as far as its hash tells.
    async fn compared(
        &self,
        running: &Running<'_>,
        found: &FoundReadSet,
    ) -> Result<Option<bool>, Failure> {
        let expected = running.job.findings.get().and_then(|found| found.etag.as_ref());
        let Some(expected) = expected.filter(|etag| etag.is_defined()) else { return Ok(None) };
        let etag: Option<ReadSetEtag> = match (&found.state, self.limits.wait) {
            (ReadSetState::There(Some(etag)), _) => Some(etag.clone()),
            (ReadSetState::Processing, Some(wait)) => {
                match self.wait(&running.track, &found.id, wait).await {
                    Ok(there) => there.state.etag(),
                    Err(Failure::NotAccepted { .. }) => return Ok(Some(false)),
                    Err(_) => None,
                }
            }
            _ => None,
        };
        Ok(etag.and_then(|etag| match expected.compare(&etag) {
            EtagResult::Matches => Some(true),
            EtagResult::Differs => Some(false),
            _ => None,
        }))
    }

    /// Whether the store still has an upload with its parts, which is then not complete.
    pub(super) async fn is_open(
        &self,
        running: &Running<'_>,
        upload: &UploadRecord,
    ) -> Result<bool, Failure> {
        let list = || self.store().list_parts(&upload.id, PartSource::Source1, None);
        match self.call(&running.track, Operation::ListParts, list).await {
            Ok(page) => Ok(!page.items.is_empty()),
            Err(Failure::Refused(gone)) if gone.kind == StoreErrorKind::Missing => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    /// What the store says of a read set; nothing if it refuses.
    pub(super) async fn look_at(
        &self,
        running: &Running<'_>,
        id: &ReadSetId,
    ) -> Result<Option<FoundReadSet>, Failure> {
        let look = || self.store().read_set(id);
        match self.call(&running.track, Operation::ShowReadSet, look).await {
            Ok(found) => Ok(Some(found)),
            Err(Failure::Refused(_)) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Whether a read set that the journal names came of the upload that it names, as far as the store
    /// says. What cannot be read is believed: the journal is this user's own.
    pub(super) async fn bears_out(
        &self,
        running: &Running<'_>,
        found: &FoundReadSet,
        upload: Option<&UploadRecord>,
    ) -> Result<bool, Failure> {
        let Some(upload) = upload else { return Ok(false) };
        if found.created < upload.created
            || found.described.difference(&running.job.fields).is_some()
        {
            return Ok(false);
        }
        let look = || self.store().tags_of(found);
        match self.call(&running.track, Operation::ListTags, look).await {
            Ok(tags) => Ok(tags.mark == upload.mark),
            Err(Failure::Refused(_)) => Ok(true),
            Err(failure) => Err(failure),
        }
    }

    pub(super) fn made(&self) -> MutexGuard<'_, HashSet<ReadSetId>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
