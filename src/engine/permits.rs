//! The parts that may be in flight: a number that can grow and shrink while the run goes on.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{AcquireError, Semaphore, SemaphorePermit};

/// Permits that are handed out in the order in which they are asked for.
pub(super) struct Permits {
    free: Semaphore,
    counts: Mutex<PermitCounts>,
}

struct PermitCounts {
    /// How many there should be.
    level: usize,
    /// How many of those that are out must not come back.
    owed: usize,
}

impl Permits {
    pub(super) const fn new(level: usize) -> Self {
        Self {
            free: Semaphore::const_new(level),
            counts: Mutex::new(PermitCounts { level, owed: 0 }),
        }
    }

    pub(super) fn level(&self) -> usize {
        self.counts().level
    }

    /// Fewer take effect as those that are out come back.
    pub(super) fn set_level(&self, level: usize) {
        let mut counts = self.counts();
        if level >= counts.level {
            let more = level - counts.level;
            let forgiven = more.min(counts.owed);
            counts.owed -= forgiven;
            self.free.add_permits(more - forgiven);
        } else {
            let fewer = counts.level - level;
            counts.owed += fewer - self.free.forget_permits(fewer);
        }
        counts.level = level;
    }

    /// Those that are out.
    pub(super) fn in_use(&self) -> usize {
        let counts = self.counts();
        (counts.level + counts.owed).saturating_sub(self.free.available_permits())
    }

    /// Whether there are more out than there should be.
    pub(super) fn are_too_many(&self) -> bool {
        self.counts().owed > 0
    }

    pub(super) async fn acquire(&self) -> Result<Permit<'_>, AcquireError> {
        let free = self.free.acquire().await?;
        Ok(Permit { permits: self, free: Some(free) })
    }

    fn counts(&self) -> MutexGuard<'_, PermitCounts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets one part be in flight.
pub(super) struct Permit<'a> {
    permits: &'a Permits,
    free: Option<SemaphorePermit<'a>>,
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut counts = self.permits.counts();
        if counts.owed > 0
            && let Some(free) = self.free.take()
        {
            counts.owed -= 1;
            free.forget();
        }
        // Given back while the counts are held, so that nobody sees one without the other.
        drop(self.free.take());
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    fn take(permits: &Permits) -> Option<Permit<'_>> {
        permits.acquire().now_or_never().map(Result::unwrap)
    }

    #[test]
    fn they_grow_at_once_and_shrink_as_they_come_back() {
        let permits = Permits::new(2);
        let mut out: Vec<_> = (0..2).map(|_| take(&permits).unwrap()).collect();
        assert!(take(&permits).is_none());
        permits.set_level(4);
        out.extend((0..2).map(|_| take(&permits).unwrap()));
        assert!(take(&permits).is_none());
        permits.set_level(1);
        assert_eq!((permits.level(), permits.in_use(), permits.are_too_many()), (1, 4, true));
        for left in [3, 2, 1] {
            out.pop();
            assert_eq!(permits.in_use(), left);
            assert!(take(&permits).is_none());
        }
        assert!(!permits.are_too_many());
        out.pop();
        assert_eq!(permits.in_use(), 0);
        assert!(take(&permits).is_some());
    }

    #[test]
    fn what_is_owed_is_forgiven_first() {
        let permits = Permits::new(4);
        let out: Vec<_> = (0..4).map(|_| take(&permits).unwrap()).collect();
        permits.set_level(2);
        permits.set_level(3);
        assert!(take(&permits).is_none());
        drop(out);
        assert_eq!(permits.in_use(), 0);
        let out: Vec<_> = std::iter::from_fn(|| take(&permits)).collect();
        assert_eq!(out.len(), 3);
    }

    #[test]
    fn those_that_nobody_has_go_at_once() {
        let permits = Permits::new(8);
        let _one = take(&permits).unwrap();
        permits.set_level(2);
        assert_eq!((permits.in_use(), permits.are_too_many()), (1, false));
        let _two = take(&permits).unwrap();
        assert!(take(&permits).is_none());
    }
}
