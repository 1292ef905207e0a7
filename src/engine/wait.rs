//! From a completed upload to a read set that is there.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use tokio::time::{Instant, timeout};

use super::{Ended, Engine, Failure, NotKnown, Verify, counts::Track, running::Running};
use crate::{
    event::{Event, Item},
    store::{FoundReadSet, ReadSetState, ReadSets, StoreErrorKind},
    types::{Escaped, Operation, ReadSetId},
};

/// How long a read set that was just made may not be seen: lists may lag behind.
const UNSEEN: Duration = Duration::from_mins(1);

/// How long a question may take whose answer the user is waiting for with the time used up.
pub(super) const LAST_LOOK: Duration = Duration::from_secs(30);

/// The pause after the first look at a read set that is being processed: a small one takes no longer.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// The longest pause between two looks, unless many read sets share what the service allows.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

impl<S: ReadSets> Engine<S> {
    /// Waits until read sets made before are there; what became of each, in their order.
    pub async fn await_all(&self, ids: &[ReadSetId], limit: Duration) -> Vec<Ended> {
        let waits = ids.iter().enumerate().map(|(index, id)| async move {
            let track = Track::new(Item(index));
            let started = Instant::now();
            self.tell(&Event::Processing { read_set: track.item, read_set_id: id.clone() });
            let (etag_found, failure) = match self.wait(&track, id, limit).await {
                Ok(found) => (found.state.etag(), None),
                Err(failure) => (None, Some(failure)),
            };
            let ended = Ended {
                trouble: self.trouble(failure.as_ref()),
                etag_found,
                read_set_id: Some(id.clone()),
                counts: track.tally.counts(),
                elapsed: started.elapsed(),
                active: failure.is_none(),
                failure,
                ..Ended::default()
            };
            self.tell_finished(track.item, &ended);
            ended
        });
        futures::future::join_all(waits).await
    }

    /// Goes on with a read set that has its ID, until it is there as it should be.
    pub(super) async fn see_through(
        &self,
        running: &Running<'_>,
        id: ReadSetId,
        ended: &mut Ended,
    ) -> Result<(), Failure> {
        ended.findings = running.job.findings.get().cloned();
        ended.etag_expected = ended.findings.as_ref().and_then(|found| found.etag.clone());
        let Some(wait) = self.limits.wait else {
            self.leave_digest_at(running, &id).await;
            return Ok(());
        };
        self.tell(&Event::Processing { read_set: running.track.item, read_set_id: id.clone() });
        let found = self.wait(&running.track, &id, wait).await?;
        if let Some(difference) = found.described.difference(&running.job.fields) {
            return Err(Failure::OtherFields { id, difference: Box::new(difference) });
        }
        ended.etag_found = found.state.etag();
        ended.active = true;
        self.leave_digest(running, &found).await;
        (ended.arn, ended.s3_uris) = (Some(found.arn), found.s3_uris);
        if running.job.verify != Verify::No {
            self.compare_etags(running, &id, ended).await?;
        }
        Ok(())
    }

    /// Waits until the read set is there; gives what the store says of it by then.
    pub(super) async fn wait(
        &self,
        track: &Track,
        id: &ReadSetId,
        limit: Duration,
    ) -> Result<FoundReadSet, Failure> {
        let begun = Instant::now();
        let _waiting = Waiting::new(&self.waiting);
        let mut pause = FIRST_PAUSE;
        let mut seen = false;
        let mut warned = false;
        loop {
            match self.look(track, id, begun, limit).await {
                Ok(found) => {
                    seen = true;
                    match &found.state {
                        ReadSetState::There(_) => return Ok(found),
                        ReadSetState::Failed(message) => {
                            return Err(self.not_accepted(track, id, message.clone()).await);
                        }
                        ReadSetState::Gone => return Err(deleted(id)),
                        ReadSetState::Processing => {}
                        ReadSetState::Unknown(status) => {
                            self.warn_status(track, id, status, &mut warned);
                        }
                    }
                }
                Err(why) if is_missing(&why) && seen => return Err(deleted(id)),
                Err(why) if is_missing(&why) && begun.elapsed() < UNSEEN.min(limit) => {}
                Err(why) => return Err(not_known(id, why)),
            }
            let left = limit.saturating_sub(begun.elapsed());
            if left.is_zero() && seen {
                return Err(not_known(id, NotKnown::Timeout(limit)));
            }
            let rest = self.caller.pause(pause.max(self.share_of_looks()).min(left)).await;
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
    ) -> Result<FoundReadSet, NotKnown> {
        let left = limit.saturating_sub(begun.elapsed()).max(LAST_LOOK);
        let look = self.call(track, Operation::ShowReadSet, || self.store().read_set(id));
        match timeout(left, look).await {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(Failure::Interrupted)) => Err(NotKnown::Interrupted),
            Ok(Err(failure)) => Err(NotKnown::Unseen(Box::new(failure))),
            Err(_) => Err(NotKnown::Timeout(limit)),
        }
    }

    /// How long a read set has to wait for its next look so that all that are waited for take no
    /// more than half of what the service allows, which is everybody's in the account.
    fn share_of_looks(&self) -> Duration {
        let waiting = u32::try_from(self.waiting.load(Ordering::Relaxed)).unwrap_or(u32::MAX);
        let rate = self.caller.pace().rate(Operation::ShowReadSet);
        rate.map_or(Duration::ZERO, |rate| Duration::from_secs_f64(f64::from(waiting) * 2.0 / rate))
    }

    /// Where the parts of a failed upload are; nothing if that cannot be found out.
    async fn fallback(&self, track: &Track) -> Option<String> {
        let ask = self.call(track, Operation::ShowStore, || self.store().fallback_location());
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
