//! From confirmed parts to a read set that is there.
//!
//! The service has no way to complete an upload twice with one effect, so a Complete whose answer
//! got lost is settled by looking for the read set before it is tried again. After a Complete was
//! attempted, nothing is ever aborted.

use std::{
    collections::HashSet,
    sync::{MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::{Engine, Failure, NotKnown, Running, Track, call::Failures};
use crate::{
    store::{CompletedPart, Created, ReadSetState, Store, StoreError, StoreErrorKind},
    types::{PartSource, ReadSetId},
};

/// How often a read set is looked for after its upload has vanished: lists may lag behind.
const LOOKS: u32 = 6;

/// The longest pause between two looks at a read set that is being processed.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

impl<S: Store> Engine<S> {
    /// Makes the read set, exactly once.
    pub(super) async fn complete(
        &self,
        running: &Running<'_>,
        created: &Created,
        parts: &[CompletedPart],
    ) -> Result<ReadSetId, Failure> {
        let operation = "CompleteMultipartReadSetUpload";
        let mut failures = Failures::default();
        let mut in_doubt = false;
        loop {
            let error = match self.once(self.store.complete(&created.id, parts)).await? {
                Ok(id) => {
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
            if in_doubt && let Some(id) = self.find(running, created).await? {
                return Ok(id);
            }
            if in_doubt && is_final {
                return self.look_again(running, created, error).await;
            }
            self.after(&running.track, operation, &mut failures, error).await?;
        }
    }

    /// Looks for the read set of an upload that has vanished, a few times.
    async fn look_again(
        &self,
        running: &Running<'_>,
        created: &Created,
        error: StoreError,
    ) -> Result<ReadSetId, Failure> {
        for look in 1..=LOOKS {
            let delay = self.backoff.delay(look + 2, fastrand::f64(), None);
            self.pause(delay).await?;
            if let Some(id) = self.find(running, created).await? {
                return Ok(id);
            }
        }
        let list = || self.store.list_parts(&created.id, PartSource::Source1, None);
        match self.call(running, "ListReadSetUploadParts", list).await {
            // It is still there, so the refusal means what it says.
            Ok(_) => Err(Failure::Refused(error)),
            Err(Failure::Refused(gone)) if gone.kind == StoreErrorKind::Missing => {
                Err(Failure::Vanished(error))
            }
            Err(failure) => Err(failure),
        }
    }

    /// The read set that this upload has become, if it has; never one that another job of this run
    /// has made.
    async fn find(
        &self,
        running: &Running<'_>,
        created: &Created,
    ) -> Result<Option<ReadSetId>, Failure> {
        let mut next: Option<String> = None;
        let mut found = Vec::new();
        loop {
            let fields = &running.job.fields;
            let find = || self.store.find_read_sets(fields, created.at, next.as_deref());
            let page = self.call(&running.track, "ListReadSets", find).await?;
            found.extend(page.items);
            if page.next.is_none() {
                break;
            }
            next = page.next;
        }
        found.retain(|found| !self.made().contains(&found.id));
        if found.len() > 1 {
            let message = format!(
                "{} read sets with the same name, sample and subject were made since this upload \
                 began; the newest is taken to be its own",
                found.len()
            );
            self.warn(&running.track, message);
        }
        let newest = found.into_iter().max_by_key(|found| found.created).map(|found| found.id);
        self.made().extend(newest.clone());
        Ok(newest)
    }

    fn made(&self) -> MutexGuard<'_, HashSet<ReadSetId>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the read set is there.
    pub(super) async fn wait(
        &self,
        track: &Track,
        id: &ReadSetId,
        limit: Duration,
    ) -> Result<(), Failure> {
        let not_known = |why| Failure::NotKnown { id: id.clone(), why };
        let begun = Instant::now();
        let mut pause = Duration::from_millis(50);
        let mut warned = false;
        loop {
            self.turn().await.map_err(|_| not_known(NotKnown::Interrupted))?;
            let look = || self.store.read_set(id);
            match self.call(track, "GetReadSetMetadata", look).await {
                Ok(ReadSetState::There) => return Ok(()),
                Ok(ReadSetState::Failed(message)) => {
                    let fallback = self.fallback(track).await;
                    return Err(Failure::NotAccepted { id: id.clone(), message, fallback });
                }
                Ok(ReadSetState::Gone) => {
                    let message = Some("it has been deleted".to_owned());
                    return Err(Failure::NotAccepted { id: id.clone(), message, fallback: None });
                }
                Ok(ReadSetState::Processing) => {}
                Ok(ReadSetState::Unknown(status)) if warned => drop(status),
                Ok(ReadSetState::Unknown(status)) => {
                    warned = true;
                    self.warn(track, format!("read set {id} has the unknown status `{status}`"));
                }
                // A read set just made may not be seen everywhere yet.
                Err(Failure::Refused(error)) if error.kind == StoreErrorKind::Missing => {}
                Err(Failure::Interrupted) => return Err(not_known(NotKnown::Interrupted)),
                Err(failure) => return Err(not_known(NotKnown::Unseen(Box::new(failure)))),
            }
            let left = limit.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return Err(not_known(NotKnown::Timeout(limit)));
            }
            self.pause(pause.min(left)).await.map_err(|_| not_known(NotKnown::Interrupted))?;
            pause = pause.mul_f64(1.5).min(LONGEST_PAUSE);
        }
    }

    /// Waits for this run's turn to look.
    async fn turn(&self) -> Result<(), Failure> {
        self.admitted(async { Ok::<_, ()>(self.looks.lock().await.tick().await) }).await.map(drop)
    }

    /// Where the parts of a failed upload are; nothing if that cannot be found out.
    async fn fallback(&self, track: &Track) -> Option<String> {
        self.call(track, "GetSequenceStore", || self.store.fallback_location()).await.ok().flatten()
    }
}

/// Whether the service may have done what it was asked, although it did not say so.
const fn may_have_happened(kind: StoreErrorKind) -> bool {
    use StoreErrorKind::{
        Denied, Expired, Invalid, Missing, Other, Quota, Throttled, Transient, Unreachable,
    };
    match kind {
        Unreachable | Transient | Other => true,
        Throttled | Expired | Denied | Missing | Quota | Invalid => false,
    }
}
