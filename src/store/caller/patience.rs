//! How long an operation may fail, over all that ask for it.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::{store::error::StoreError, types::Operation};

/// The least time that a request gets to be answered, however short the patience is.
const ANSWER: Duration = Duration::from_secs(10);

/// How long no request of an operation has got through, over all of a run.
///
/// Each operation is counted by itself: that a list is answered says nothing about a Complete that
/// never gets through.
pub(super) struct Patience {
    pub(super) limit: Duration,
    /// When the first request failed after the last one that got through.
    failing_since: Mutex<HashMap<Operation, Instant>>,
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

    /// A request failed, and is made again.
    pub(super) fn note(&self, error: &StoreError) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.reason());
    }

    /// Why nothing gets through, if that is so.
    pub(super) fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A request got through.
    pub(super) fn restore(&self, operation: Operation) {
        self.failing_since.lock().unwrap_or_else(PoisonError::into_inner).remove(&operation);
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// A request that was made at a time did not get through; whether that has gone on for too long.
    pub(super) fn is_exhausted(&self, operation: Operation, made: Instant) -> bool {
        let mut since = self.failing_since.lock().unwrap_or_else(PoisonError::into_inner);
        since.entry(operation).or_insert(made).elapsed() >= self.limit
    }

    /// How long an operation may still fail from now on.
    pub(super) fn left(&self, operation: Operation) -> Duration {
        let now = Instant::now();
        let since = self.failing_since.lock().unwrap_or_else(PoisonError::into_inner);
        self.limit.saturating_sub(now - since.get(&operation).copied().unwrap_or(now))
    }
}
