//! A request with its retries, and the patience that a run has.

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, timeout};

use super::{Engine, Failure, Track};
use crate::{
    event::Event,
    pace::Ticket,
    retry::Backoff,
    store::{Page, Store, StoreError, StoreErrorKind},
};

/// The least time that a request gets to be answered, however short the patience is.
const ANSWER: Duration = Duration::from_secs(10);

/// How long no request of an operation has got through, over all of a run.
///
/// Each operation is counted by itself: that a list is answered says nothing about a Complete that
/// never gets through.
pub(super) struct Patience {
    limit: Duration,
    /// When the first request failed after the last one that got through.
    failing_since: Mutex<HashMap<&'static str, Instant>>,
}

impl Patience {
    pub(super) fn new(limit: Duration) -> Self {
        Self { limit, failing_since: Mutex::default() }
    }

    /// How long a request may go without an answer.
    pub(super) fn for_an_answer(&self) -> Duration {
        self.limit.max(ANSWER)
    }

    /// How long to wait for something that may never come.
    pub(super) const fn limit(&self) -> Duration {
        self.limit
    }

    /// A request got through.
    pub(super) fn restore(&self, operation: &str) {
        self.failing_since.lock().unwrap_or_else(PoisonError::into_inner).remove(operation);
    }

    /// A request that was made at a time did not get through; whether that has gone on for too long.
    pub(super) fn is_exhausted(&self, operation: &'static str, made: Instant) -> bool {
        let mut since = self.failing_since.lock().unwrap_or_else(PoisonError::into_inner);
        since.entry(operation).or_insert(made).elapsed() >= self.limit
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
            match self.once(operation, request()).await? {
                Ok(answer) => return Ok(answer),
                Err(error) => self.after(track, operation, &mut failures, (error, ticket)).await?,
            }
        }
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
        operation: &'static str,
        request: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<Result<T, StoreError>, Failure> {
        if self.stop.admission.is_cancelled() {
            return Err(Failure::Interrupted);
        }
        let limit = self.patience.for_an_answer();
        let answer = tokio::select! {
            biased;
            () = self.stop.force.cancelled() => return Err(Failure::Interrupted),
            answer = timeout(limit, request) => answer.unwrap_or_else(|_| {
                let message = format!("no answer for {} s", limit.as_secs());
                Err(StoreError::new(StoreErrorKind::Unreachable, operation, message))
            }),
        };
        if answer.is_ok() {
            self.patience.restore(operation);
        }
        Ok(answer)
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
            return self.renew(operation, error, ticket.at()).await;
        }
        self.slow_down(operation, ticket, &error);
        let throttled = error.kind == StoreErrorKind::Throttled;
        let reason = error.to_string();
        let delay = self.judge(operation, failures, error, ticket.at())?;
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

    /// What a failure means for a request that got nowhere since a time: the delay before the next
    /// attempt, or the end.
    pub(super) fn judge(
        &self,
        operation: &'static str,
        failures: &mut Failures,
        error: StoreError,
        since: Instant,
    ) -> Result<Duration, Failure> {
        match error.kind {
            StoreErrorKind::Unreachable | StoreErrorKind::Throttled => {
                failures.in_a_row += 1;
                if self.patience.is_exhausted(operation, since) {
                    return Err(Failure::GaveUp { after: self.patience.limit, last: error });
                }
            }
            StoreErrorKind::Transient => {
                let attempts = failures.count();
                if attempts >= self.limits.attempts {
                    return Err(Failure::Attempts { attempts, last: error });
                }
            }
            StoreErrorKind::CutOff => return Err(Failure::CutOff(error)),
            StoreErrorKind::Expired => return Err(Failure::Expired(error)),
            StoreErrorKind::Denied
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
