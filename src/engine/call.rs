//! A request with its retries, and the patience that a run has.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, timeout};

use super::{Engine, Failure, NotKnown, Track};
use crate::{
    event::Event,
    pace::Ticket,
    retry::Backoff,
    store::{self, Page, Store, StoreError, StoreErrorKind},
};

/// The least time that a request gets to be answered, however short the patience is.
const ANSWER: Duration = Duration::from_secs(10);

/// Pauses that the service asks for are told from this on.
const LONG_PAUSE: Duration = Duration::from_secs(3);

/// How long no request of an operation has got through, over all of a run.
///
/// Each operation is counted by itself: that a list is answered says nothing about a Complete that
/// never gets through.
pub(super) struct Patience {
    limit: Duration,
    /// When the first request failed after the last one that got through.
    failing_since: Mutex<HashMap<&'static str, Instant>>,
    /// Why the last one failed, unless one got through since.
    trouble: Mutex<Option<String>>,
}

impl Patience {
    pub(super) fn new(limit: Duration) -> Self {
        Self { limit, failing_since: Mutex::default(), trouble: Mutex::default() }
    }

    /// How long a request may go without an answer.
    pub(super) fn for_an_answer(&self) -> Duration {
        self.limit.max(ANSWER)
    }

    /// How long to wait for something that may never come.
    pub(super) const fn limit(&self) -> Duration {
        self.limit
    }

    /// A request failed, and is made again.
    fn note(&self, error: &StoreError) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.reason());
    }

    /// Why nothing gets through, if that is so.
    pub(super) fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A request got through.
    pub(super) fn restore(&self, operation: &str) {
        self.failing_since.lock().unwrap_or_else(PoisonError::into_inner).remove(operation);
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// A request that was made at a time did not get through; whether that has gone on for too long.
    pub(super) fn is_exhausted(&self, operation: &'static str, made: Instant) -> bool {
        let mut since = self.failing_since.lock().unwrap_or_else(PoisonError::into_inner);
        since.entry(operation).or_insert(made).elapsed() >= self.limit
    }

    /// How long an operation may still fail from now on.
    fn left(&self, operation: &str, now: Instant) -> Duration {
        let since = self.failing_since.lock().unwrap_or_else(PoisonError::into_inner);
        self.limit.saturating_sub(now - since.get(operation).copied().unwrap_or(now))
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
        let page = &page;
        let ask = |next: Option<String>| async move {
            self.call(track, operation, || page(next.clone())).await
        };
        store::pages(operation, ask, Failure::Refused).await
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
        let reason = error.reason();
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
        if let Some(asked) = error.retry_after {
            let now = Instant::now();
            let pause = asked.min(Backoff::MAX_RETRY_AFTER).min(self.patience.left(operation, now));
            self.pace.hold(operation, pause);
            self.tell_pause(operation, asked, pause, now);
        }
        if error.kind == StoreErrorKind::Throttled {
            self.pace.throttled(operation, ticket);
        }
    }

    /// Says that the service has asked for a pause that the user would take for a hang; once, however
    /// many requests wait for its end.
    fn tell_pause(&self, operation: &'static str, asked: Duration, pause: Duration, now: Instant) {
        let mut told = self.told_until.lock().unwrap_or_else(PoisonError::into_inner);
        if pause < LONG_PAUSE || told.is_some_and(|until| now < until) {
            return;
        }
        *told = Some(now + pause);
        drop(told);
        let seconds = (asked.as_secs(), pause.as_secs());
        let message = format!(
            "the service asks for a pause of {} s before the next {operation}: trying again in {} s",
            seconds.0, seconds.1
        );
        self.tell(&Event::Warning { read_set: None, message });
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
        self.patience.note(&error);
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
        let left = self.patience.left(operation, Instant::now());
        let asked = error.retry_after.map(|asked| asked.min(left));
        let delay = self.backoff.delay(failures.in_a_row, fastrand::f64(), asked);
        // An answer is no silence, so that an error of the service does not use up the patience.
        Ok(if error.kind == StoreErrorKind::Transient { delay } else { delay.min(left) })
    }
}

impl Track {
    pub(super) fn count_failure(&self, throttled: bool) {
        let count = if throttled { &self.tally.throttled } else { &self.tally.retries };
        count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    }
}
