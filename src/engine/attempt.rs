//! One part, from its permit to its confirmation by the service.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use super::{
    Engine, Failure, gauge::Gauge, idle::Activity, payload::Load, permits::Permit, sent::SentPart,
    upload::Upload,
};
use crate::{
    event::{Event, Observer, PartId},
    pace::Ticket,
    plan::{Part, Sum},
    store::{Failures, Next, Proof, Store, StoreError, StoreErrorKind, Told},
    types::{Checksum, Digest, Escaped, Operation},
};

const OPERATION: Operation = Operation::UploadPart;

/// Why an attempt came to nothing.
#[derive(Debug, thiserror::Error)]
enum Setback {
    #[error(transparent)]
    Store(StoreError),
    #[error("the service's checksum is not that of the bytes sent")]
    Damaged,
}

impl Setback {
    fn is_throttling(&self) -> bool {
        matches!(self, Self::Store(error) if error.kind == StoreErrorKind::Throttled)
    }
}

/// What an attempt that came to nothing is followed by.
enum Further {
    /// By another one with other credentials.
    Renewal(StoreError),
    /// By another one after a pause; why.
    Pause(Duration, String),
}

/// An attempt that is under way. It ends in one of several ways, one of which is that its upload has
/// failed elsewhere and it is dropped: then too its bytes are taken back.
struct UnderWay<'a> {
    observer: &'a dyn Observer,
    part: PartId,
    open: bool,
}

impl UnderWay<'_> {
    fn ends_with(mut self, event: &Event) {
        self.open = false;
        self.observer.observe(event);
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        if self.open {
            self.observer.observe(&Event::PartFailed { part: self.part });
        }
    }
}

impl<S: Store> Engine<S> {
    /// Sends a part until the service has confirmed it. The permit is held through the pauses
    /// between attempts, so that trouble lowers the pressure.
    pub(super) async fn send_part(
        &self,
        upload: &Upload<'_>,
        part: Part,
    ) -> Result<SentPart, Failure> {
        let permit = upload.permit(&self.slots.permits).await?;
        upload.entry.begun();
        let source = upload.source(&part).ok_or(Failure::Interrupted)?;
        self.deliver(upload, Load::File(source, part), permit).await
    }

    /// Sends what a permit is for until the service has confirmed it.
    pub(super) async fn deliver<'a>(
        &'a self,
        upload: &Upload<'_>,
        load: Load<'_>,
        mut permit: Permit<'a>,
    ) -> Result<SentPart, Failure> {
        let part = load.part();
        let id = upload.track.part(&part);
        let mut failures = self.caller.failures(OPERATION);
        let sum = self.sum_before(&load).await?;
        for attempt in 1.. {
            if upload.halt.is_cancelled() {
                break;
            }
            let ticket = upload.unless_halted(self.caller.pace().turn(OPERATION)).await?;
            load.check()?;
            self.tell(&Event::PartStarted { part: id, bytes: part.size, attempt });
            let under_way = UnderWay { observer: &*self.observer, part: id, open: true };
            let result = self.attempt(upload, &load, sum.as_ref()).await?;
            self.count_attempt(result.as_ref().err(), ticket.at().elapsed());
            let setback = match result {
                Ok(sent) => {
                    upload.track.tally.parts_sent.fetch_add(1, Ordering::Relaxed);
                    (upload.note)(&sent);
                    under_way.ends_with(&Event::PartUploaded { part: id, bytes: part.size });
                    return Ok(sent);
                }
                Err(setback) => setback,
            };
            let throttled = setback.is_throttling();
            let (delay, reason) =
                match self.weigh(upload, &mut failures, setback, (part, ticket))? {
                    Further::Renewal(error) => {
                        let (delay, reason) = (Duration::ZERO, error.to_string());
                        under_way.ends_with(&Event::PartRetrying {
                            part: id,
                            attempt,
                            delay,
                            reason,
                        });
                        let tell = |told: &Told<'_>| self.told(&upload.track, told);
                        let renewed = self.caller.renew(&tell, OPERATION, error, ticket.at());
                        upload.unless_halted(renewed).await??;
                        continue;
                    }
                    Further::Pause(delay, reason) => (delay, reason),
                };
            under_way.ends_with(&if throttled {
                Event::PartThrottled { part: id, attempt, delay }
            } else {
                Event::PartRetrying { part: id, attempt, delay, reason }
            });
            upload.track.count_failure(throttled);
            upload.unless_halted(tokio::time::sleep(delay)).await?;
            if self.slots.permits.are_too_many() {
                drop(permit);
                permit = upload.permit(&self.slots.permits).await?;
            }
        }
        drop(permit);
        Err(Failure::Interrupted)
    }

    /// The sum of a part, where the store takes no byte without it.
    async fn sum_before(&self, load: &Load<'_>) -> Result<Option<Digest>, Failure> {
        match self.store().rules().sum {
            Sum::Answered(_) => Ok(None),
            Sum::BeforeSending(_) => {
                let sum = self.caller.admitted(load.digest(&self.slots.blocks)).await??;
                Ok(Some(sum))
            }
        }
    }

    /// What a setback is followed by, unless it is the end.
    fn weigh(
        &self,
        upload: &Upload<'_>,
        failures: &mut Failures,
        setback: Setback,
        (part, ticket): (Part, Ticket),
    ) -> Result<Further, Failure> {
        let damaged = setback.to_string();
        let Setback::Store(error) = setback else {
            let (number, source_number) = (part.number, self.named_source(part.source));
            return match self.caller.damaged(failures) {
                Ok(delay) => Ok(Further::Pause(delay, damaged)),
                Err(attempts) => Err(Failure::Damaged { number, source_number, attempts }),
            };
        };
        let tell = |told: &Told<'_>| self.told(&upload.track, told);
        Ok(match self.caller.next(&tell, failures, error, ticket)? {
            Next::Renew(error) => Further::Renewal(error),
            Next::Again { delay, error } => Further::Pause(delay, error.reason()),
        })
    }

    fn count_attempt(&self, setback: Option<&Setback>, time: Duration) {
        Gauge::count(&self.slots.gauge.ended);
        match setback {
            Some(setback) if setback.is_throttling() => Gauge::count(&self.slots.gauge.throttled),
            Some(Setback::Store(error)) if error.kind == StoreErrorKind::Expired => {}
            Some(_) => Gauge::count(&self.slots.gauge.failed),
            None => self.slots.gauge.took(time),
        }
    }

    /// Sends a part once. The outer error ends the upload, the inner one only the attempt.
    async fn attempt(
        &self,
        upload: &Upload<'_>,
        load: &Load<'_>,
        sum: Option<&Digest>,
    ) -> Result<Result<SentPart, Setback>, Failure> {
        let part = load.part();
        let activity = Arc::new(Activity::new(part.size, self.caller.for_an_answer()));
        let progress = {
            let (activity, observer) = (Arc::clone(&activity), Arc::clone(&self.observer));
            let (tally, part) = (Arc::clone(&upload.track.tally), upload.track.part(&part));
            let gauge = Arc::clone(&self.slots.gauge);
            move |bytes| {
                gauge.bytes.fetch_add(activity.moved(bytes), Ordering::Relaxed);
                tally.bytes_sent.fetch_add(bytes.get(), Ordering::Relaxed);
                observer.observe(&Event::PartProgress { part, bytes });
            }
        };
        let (mut body, digesting) = load.stream(&self.slots.blocks, progress);
        if let Some(cap) = &self.slots.cap {
            body.keep_to(Arc::clone(cap));
        }
        let answer = tokio::select! {
            biased;
            () = self.caller.stop().force.cancelled() => return Err(Failure::Interrupted),
            answer = self.store().upload_part(upload.id, part, body, sum) => answer,
            idle = activity.idle() => {
                Gauge::count(&self.slots.gauge.stuck);
                let message = format!("no byte moved for {} s", idle.as_secs());
                Err(StoreError::new(StoreErrorKind::Unreachable, S::named(OPERATION), message))
            }
        };
        if answer.is_ok() {
            self.caller.answered(OPERATION);
        }
        let digest = tokio::select! {
            biased;
            // A disk may hang as well.
            () = self.caller.stop().force.cancelled() => return Err(Failure::Interrupted),
            digest = digesting.finish() => digest.map_err(|error| load.unreadable(error))?,
        };
        Ok(self.hold_against(part, answer, digest))
    }

    /// Holds what the service says against what was sent.
    fn hold_against(
        &self,
        part: Part,
        answer: Result<Checksum, StoreError>,
        digest: Option<Digest>,
    ) -> Result<SentPart, Setback> {
        let checksum = answer.map_err(Setback::Store)?;
        let digest = digest.ok_or_else(|| {
            let message = "the service answered before all bytes were sent";
            Setback::Store(StoreError::new(StoreErrorKind::Transient, S::named(OPERATION), message))
        })?;
        match self.store().compare(&checksum, &digest) {
            Proof::Equal => {}
            Proof::Different => return Err(Setback::Damaged),
            Proof::Opaque => self.warn_opaque(&checksum),
        }
        Ok(SentPart { part, digest, checksum })
    }

    pub(super) fn warn_opaque(&self, checksum: &Checksum) {
        if !self.warned_opaque.swap(true, Ordering::Relaxed) {
            let message = format!(
                "the service's checksums have a form that cannot be compared (such as `{}`): the \
                 parts are confirmed by number and size only",
                Escaped::new(checksum.as_str())
            );
            self.tell(&Event::Warning { read_set: None, message });
        }
    }
}
