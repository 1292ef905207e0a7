//! From confirmed parts to a read set that is there.
//!
//! The service has no way to complete an upload twice with one effect, so a Complete whose answer
//! got lost is settled by looking for the read set before it is tried again. After a Complete was
//! attempted, nothing is ever aborted.

use std::{
    collections::HashSet,
    sync::{
        MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::time::{Instant, timeout};

use super::{Engine, Failure, NotKnown, Running, Track, call::Failures};
use crate::{
    journal::UploadRecord,
    store::{
        Answered, CompletedPart, FoundReadSet, ReadSetState, Store, StoreError, StoreErrorKind,
    },
    types::{Escaped, Mark, PartSource, ReadSetEtag, ReadSetId},
};

/// How often a read set is looked for after its upload has vanished: lists may lag behind.
const LOOKS: u32 = 6;

/// How long a read set that was just made may not be seen: lists may lag behind.
const UNSEEN: Duration = Duration::from_mins(1);

/// How long a question may take whose answer the user is waiting for with the time used up.
const LAST_LOOK: Duration = Duration::from_secs(30);

const LOOK: &str = "GetReadSetMetadata";

/// The pause after the first look at a read set that is being processed: a small one takes no longer.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// The longest pause between two looks, unless many read sets share what the service allows.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

impl<S: Store> Engine<S> {
    /// Makes the read set, exactly once.
    pub(super) async fn complete(
        &self,
        running: &Running<'_>,
        upload: &UploadRecord,
        parts: &[CompletedPart],
    ) -> Result<ReadSetId, Failure> {
        let operation = "CompleteMultipartReadSetUpload";
        let mut failures = Failures::default();
        let mut in_doubt = false;
        loop {
            let ticket = self.turn(operation).await?;
            let error = match self.once(operation, self.store.complete(&upload.id, parts)).await? {
                Ok(Answered { value: id, request_id }) => {
                    running.facts.completed(request_id);
                    self.made().insert(id.clone());
                    return Ok(id);
                }
                Err(error) => error,
            };
            in_doubt |= may_have_happened(error.kind);
            // Whether it happened or not, asking once more would not help.
            let is_final = matches!(
                error.kind,
                StoreErrorKind::Missing | StoreErrorKind::Invalid | StoreErrorKind::Other
            );
            if in_doubt && let Some(id) = self.find(running, upload).await? {
                return Ok(id);
            }
            if in_doubt && is_final {
                return self.look_again(running, upload, error).await;
            }
            self.after(&running.track, operation, &mut failures, (error, ticket)).await?;
        }
    }

    /// Looks for the read set of an upload that has vanished, a few times.
    async fn look_again(
        &self,
        running: &Running<'_>,
        upload: &UploadRecord,
        error: StoreError,
    ) -> Result<ReadSetId, Failure> {
        if let Some(id) = self.find_patiently(running, upload).await? {
            return Ok(id);
        }
        let list = || self.store.list_parts(&upload.id, PartSource::Source1, None);
        match self.call(&running.track, "ListReadSetUploadParts", list).await {
            // It is still there, so the refusal means what it says.
            Ok(_) => Err(Failure::Refused(error)),
            Err(Failure::Refused(gone)) if gone.kind == StoreErrorKind::Missing => {
                Err(Failure::Vanished(error))
            }
            Err(failure) => Err(failure),
        }
    }

    /// The read set that this upload has become, looked for a few times.
    pub(super) async fn find_patiently(
        &self,
        running: &Running<'_>,
        upload: &UploadRecord,
    ) -> Result<Option<ReadSetId>, Failure> {
        let begun = Instant::now();
        for look in 1..=LOOKS {
            let left = self.patience.limit().saturating_sub(begun.elapsed());
            let delay = self.backoff.delay(look + 2, fastrand::f64(), None);
            self.pause(delay.min(left)).await?;
            if let Some(id) = self.find(running, upload).await? {
                return Ok(Some(id));
            }
            if delay >= left {
                break;
            }
        }
        Ok(None)
    }

    /// The read set that this upload has become, if it has; never one that another job of this run
    /// has made.
    pub(super) async fn find(
        &self,
        running: &Running<'_>,
        upload: &UploadRecord,
    ) -> Result<Option<ReadSetId>, Failure> {
        let fields = &running.job.fields;
        let find = |page: Option<String>| async move {
            self.store.find_read_sets(fields, upload.created, page.as_deref()).await
        };
        let mut found = self.pages(&running.track, "ListReadSets", find).await?;
        found.retain(|found| !self.made().contains(&found.id));
        let ours = match &upload.mark {
            Some(mark) => match self.marked(running, &found, mark).await? {
                Some(marked) => marked,
                None => self.newest(running, found),
            },
            None => self.newest(running, found),
        };
        self.made().extend(ours.clone());
        Ok(ours)
    }

    /// The read set that carries the mark; `None` if the marks cannot be read.
    async fn marked(
        &self,
        running: &Running<'_>,
        found: &[FoundReadSet],
        mark: &Mark,
    ) -> Result<Option<Option<ReadSetId>>, Failure> {
        for found in found {
            let look = || self.store.mark_of(found);
            match self.call(&running.track, "ListTagsForResource", look).await {
                Ok(theirs) if theirs.as_ref() == Some(mark) => {
                    return Ok(Some(Some(found.id.clone())));
                }
                Ok(_) => {}
                Err(Failure::Refused(error)) if error.kind == StoreErrorKind::Denied => {
                    return Ok(None);
                }
                // Deleted between the two looks.
                Err(Failure::Refused(error)) if error.kind == StoreErrorKind::Missing => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(Some(None))
    }

    /// The newest read set with the right fields, which is all there is to go by without marks.
    fn newest(&self, running: &Running<'_>, found: Vec<FoundReadSet>) -> Option<ReadSetId> {
        if found.len() > 1 {
            let message = format!(
                "{} read sets with the same name, sample and subject were made since this upload \
                 began; the newest is taken to be its own",
                found.len()
            );
            self.warn(&running.track, message);
        }
        found.into_iter().max_by_key(|found| found.created).map(|found| found.id)
    }

    fn made(&self) -> MutexGuard<'_, HashSet<ReadSetId>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the read set is there; gives its `ETag` if it has one by then.
    pub(super) async fn wait(
        &self,
        track: &Track,
        id: &ReadSetId,
        limit: Duration,
    ) -> Result<Option<ReadSetEtag>, Failure> {
        let begun = Instant::now();
        let _waiting = Waiting::new(&self.waiting);
        let mut pause = FIRST_PAUSE;
        let mut seen = false;
        let mut warned = false;
        loop {
            match self.look(track, id, begun, limit).await {
                Ok(ReadSetState::There(etag)) => return Ok(etag),
                Ok(ReadSetState::Failed(message)) => {
                    return Err(self.not_accepted(track, id, message).await);
                }
                Ok(ReadSetState::Gone) => return Err(deleted(id)),
                Ok(ReadSetState::Processing) => seen = true,
                Ok(ReadSetState::Unknown(status)) => {
                    seen = true;
                    self.warn_status(track, id, &status, &mut warned);
                }
                Err(why) if is_missing(&why) && seen => return Err(deleted(id)),
                Err(why) if is_missing(&why) && begun.elapsed() < UNSEEN.min(limit) => {}
                Err(why) => return Err(not_known(id, why)),
            }
            let left = limit.saturating_sub(begun.elapsed());
            if left.is_zero() && seen {
                return Err(not_known(id, NotKnown::Timeout(limit)));
            }
            let rest = self.pause(pause.max(self.share_of_looks()).min(left)).await;
            rest.map_err(|_| not_known(id, NotKnown::Interrupted))?;
            pause = pause.mul_f64(1.5).min(LONGEST_PAUSE);
        }
    }

    async fn not_accepted(
        &self,
        track: &Track,
        id: &ReadSetId,
        message: Option<String>,
    ) -> Failure {
        let fallback = self.fallback(track).await;
        Failure::NotAccepted { id: id.clone(), message, fallback }
    }

    fn warn_status(&self, track: &Track, id: &ReadSetId, status: &str, warned: &mut bool) {
        if !std::mem::replace(warned, true) {
            let status = Escaped::new(status);
            self.warn(track, format!("read set {id} has the unknown status `{status}`"));
        }
    }

    /// Looks at a read set once, and again if that fails, for about as long as there is time.
    async fn look(
        &self,
        track: &Track,
        id: &ReadSetId,
        begun: Instant,
        limit: Duration,
    ) -> Result<ReadSetState, NotKnown> {
        let left = limit.saturating_sub(begun.elapsed()).max(LAST_LOOK);
        let look = self.call(track, LOOK, || self.store.read_set(id));
        match timeout(left, look).await {
            Ok(Ok(state)) => Ok(state),
            Ok(Err(Failure::Interrupted)) => Err(NotKnown::Interrupted),
            Ok(Err(failure)) => Err(NotKnown::Unseen(Box::new(failure))),
            Err(_) => Err(NotKnown::Timeout(limit)),
        }
    }

    /// How long a read set has to wait for its next look so that all that are waited for take no
    /// more than half of what the service allows, which is everybody's in the account.
    fn share_of_looks(&self) -> Duration {
        let waiting = u32::try_from(self.waiting.load(Ordering::Relaxed)).unwrap_or(u32::MAX);
        let rate = self.pace.rate(LOOK);
        rate.map_or(Duration::ZERO, |rate| Duration::from_secs_f64(f64::from(waiting) * 2.0 / rate))
    }

    /// Where the parts of a failed upload are; nothing if that cannot be found out.
    async fn fallback(&self, track: &Track) -> Option<String> {
        let ask = self.call(track, "GetSequenceStore", || self.store.fallback_location());
        timeout(LAST_LOOK, ask).await.ok()?.ok()?
    }
}

/// Counts a read set for as long as it is waited for.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn not_known(id: &ReadSetId, why: NotKnown) -> Failure {
    Failure::NotKnown { id: id.clone(), why }
}

fn deleted(id: &ReadSetId) -> Failure {
    let message = Some("it has been deleted".to_owned());
    Failure::NotAccepted { id: id.clone(), message, fallback: None }
}

/// Whether the service says that there is no such read set.
fn is_missing(why: &NotKnown) -> bool {
    let NotKnown::Unseen(failure) = why else { return false };
    matches!(&**failure, Failure::Refused(error) if error.kind == StoreErrorKind::Missing)
}

/// Whether the service may have done what it was asked, although it did not say so.
const fn may_have_happened(kind: StoreErrorKind) -> bool {
    use StoreErrorKind::{
        CutOff, Denied, Expired, Invalid, Missing, Other, Quota, Throttled, Transient, Unreachable,
    };
    match kind {
        Unreachable | Transient | Other => true,
        Throttled | CutOff | Expired | Denied | Missing | Quota | Invalid => false,
    }
}
