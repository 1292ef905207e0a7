//! A request with its retries, and the patience that a run has.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::{Engine, Failure, NotKnown, Track};
use crate::{
    event::Event,
    pace::Ticket,
    retry::Backoff,
    store::{Page, Store, StoreError, StoreErrorKind},
};

/// How long nothing has got through, over all requests of a run.
pub(super) struct Patience {
    limit: Duration,
    /// When the first request failed after the last one that got through.
    failing_since: Mutex<Option<Instant>>,
    /// Why the last one failed, unless one got through since.
    trouble: Mutex<Option<String>>,
}

impl Patience {
    pub(super) const fn new(limit: Duration) -> Self {
        Self { limit, failing_since: Mutex::new(None), trouble: Mutex::new(None) }
    }

    /// A request got through.
    pub(super) fn restore(&self) {
        *self.failing_since.lock().unwrap_or_else(PoisonError::into_inner) = None;
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// A request failed, and is made again.
    fn note(&self, error: &StoreError) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.reason());
    }

    /// Why nothing gets through, if that is so.
    pub(super) fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Nothing got through; whether that has gone on for too long.
    pub(super) fn is_exhausted(&self, now: Instant) -> bool {
        let mut since = self.failing_since.lock().unwrap_or_else(PoisonError::into_inner);
        now - *since.get_or_insert(now) >= self.limit
    }
}

/// The failures of one request so far.
#[derive(Debug, Default)]
pub(super) struct Failures {
    /// All in a row; the delays grow with them.
    in_a_row: u32,
    /// Those that `--attempts` counts.
    counted: u32,
}

impl Failures {
    /// Counts a failure that the service is to blame for, or that corrupted what was sent.
    pub(super) fn count(&mut self) -> u32 {
        self.in_a_row += 1;
        self.counted += 1;
        self.counted
    }

    pub(super) const fn in_a_row(&self) -> u32 {
        self.in_a_row
    }
}

impl<S: Store> Engine<S> {
    /// Makes a request, again and again as far as its failures and the limits allow.
    pub(super) async fn call<T, F>(
        &self,
        track: &Track,
        operation: &'static str,
        mut request: impl FnMut() -> F,
    ) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let mut failures = Failures::default();
        loop {
            let ticket = self.turn(operation).await?;
            match self.once(request()).await? {
                Ok(answer) => return Ok(answer),
                Err(error) => self.after(track, operation, &mut failures, (error, ticket)).await?,
            }
        }
    }

    /// What kept a run from getting on, where its failure does not say so itself.
    pub(super) fn trouble(&self, failure: Option<&Failure>) -> Option<String> {
        use NotKnown::{Interrupted, Timeout};
        let is_silent = matches!(
            failure,
            Some(Failure::Interrupted | Failure::NotKnown { why: Interrupted | Timeout(_), .. })
        );
        self.patience.trouble().filter(|_| is_silent)
    }

    /// All pages of a list.
    pub(super) async fn pages<T, F>(
        &self,
        track: &Track,
        operation: &'static str,
        page: impl Fn(Option<String>) -> F,
    ) -> Result<Vec<T>, Failure>
    where
        F: Future<Output = Result<Page<T>, StoreError>>,
    {
        let mut items = Vec::new();
        let mut seen = HashSet::new();
        let mut next: Option<String> = None;
        loop {
            let answer = self.call(track, operation, || page(next.clone())).await?;
            items.extend(answer.items);
            next = answer.next;
            match &next {
                None => return Ok(items),
                Some(token) if seen.insert(token.clone()) => {}
                Some(_) => {
                    let message = "the pages of the list lead back to one that was read already";
                    let error = StoreError::new(StoreErrorKind::Other, operation, message);
                    return Err(Failure::Refused(error));
                }
            }
        }
    }

    /// Makes a request once; only a forced stop drops it.
    pub(super) async fn once<T>(
        &self,
        request: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<Result<T, StoreError>, Failure> {
        if self.stop.admission.is_cancelled() {
            return Err(Failure::Interrupted);
        }
        tokio::select! {
            biased;
            () = self.stop.force.cancelled() => Err(Failure::Interrupted),
            answer = request => {
                if answer.is_ok() {
                    self.patience.restore();
                }
                Ok(answer)
            }
        }
    }

    /// Waits until a request that failed may be made again, or says why it may not.
    pub(super) async fn after(
        &self,
        track: &Track,
        operation: &'static str,
        failures: &mut Failures,
        (error, ticket): (StoreError, Ticket),
    ) -> Result<(), Failure> {
        if error.kind == StoreErrorKind::Expired {
            return self.renew(error, ticket.at()).await;
        }
        self.slow_down(operation, ticket, &error);
        let throttled = error.kind == StoreErrorKind::Throttled;
        let reason = error.reason();
        let delay = self.judge(failures, error)?;
        let read_set = track.item;
        if throttled {
            self.tell(&Event::Throttled { read_set, operation, delay });
        } else {
            let attempt = failures.in_a_row;
            self.tell(&Event::Retrying { read_set, operation, attempt, delay, reason });
        }
        track.count_failure(throttled);
        self.pause(delay).await
    }

    /// Makes the operation slower, if that is what a failure asks for.
    pub(super) fn slow_down(&self, operation: &'static str, ticket: Ticket, error: &StoreError) {
        if let Some(pause) = error.retry_after {
            self.pace.hold(operation, pause.min(Backoff::MAX_RETRY_AFTER));
        }
        if error.kind == StoreErrorKind::Throttled {
            self.pace.throttled(operation, ticket);
        }
    }

    /// What a failure means: the delay before the next attempt, or the end.
    pub(super) fn judge(
        &self,
        failures: &mut Failures,
        error: StoreError,
    ) -> Result<Duration, Failure> {
        self.patience.note(&error);
        match error.kind {
            StoreErrorKind::Unreachable | StoreErrorKind::Throttled => {
                failures.in_a_row += 1;
                if self.patience.is_exhausted(Instant::now()) {
                    return Err(Failure::GaveUp { after: self.patience.limit, last: error });
                }
            }
            StoreErrorKind::Transient => {
                let attempts = failures.count();
                if attempts >= self.limits.attempts {
                    return Err(Failure::Attempts { attempts, last: error });
                }
            }
            StoreErrorKind::CutOff | StoreErrorKind::NoHost => return Err(Failure::CutOff(error)),
            StoreErrorKind::Expired => return Err(Failure::Expired(error)),
            StoreErrorKind::Denied
            | StoreErrorKind::Encryption
            | StoreErrorKind::UnknownKey
            | StoreErrorKind::BadSignature
            | StoreErrorKind::Clock { .. }
            | StoreErrorKind::Missing
            | StoreErrorKind::Quota
            | StoreErrorKind::Invalid
            | StoreErrorKind::Other => return Err(Failure::Refused(error)),
        }
        Ok(self.backoff.delay(failures.in_a_row, fastrand::f64(), error.retry_after))
    }
}

impl Track {
    pub(super) fn count_failure(&self, throttled: bool) {
        let count = if throttled { &self.tally.throttled } else { &self.tally.retries };
        count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    }
}
