//! How long to wait before the next attempt: pure, with the jitter injected.
//!
//! What may be tried again, and how often, is decided by the caller.

use std::time::Duration;

/// Exponential back-off with full jitter, which spreads many clients best
/// (<https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Backoff {
    /// The ceiling before the second attempt; it doubles with every further one.
    base: Duration,
    /// The highest ceiling.
    cap: Duration,
}

impl Backoff {
    /// For requests that failed or found nobody.
    pub(super) const DEFAULT: Self =
        Self { base: Duration::from_millis(200), cap: Duration::from_secs(20) };

    /// The delay after the `failures`th failure in a row, counted from 1.
    ///
    /// `jitter` is a random number from 0 up to 1. At least a tenth of the ceiling is waited, so that
    /// a dead network is not hammered by lucky draws. What the service asks for with `Retry-After`
    /// is a lower bound, itself capped at [`Self::MAX_RETRY_AFTER`].
    pub(super) fn delay(
        &self,
        failures: u32,
        jitter: f64,
        retry_after: Option<Duration>,
    ) -> Duration {
        let doublings = failures.saturating_sub(1).min(31);
        let ceiling = self.base.saturating_mul(1 << doublings).min(self.cap);
        let jittered = ceiling.mul_f64(jitter.clamp(0.0, 1.0).mul_add(0.9, 0.1));
        let asked = retry_after.unwrap_or_default().min(Self::MAX_RETRY_AFTER);
        jittered.max(asked)
    }

    /// A service that asks for more than this is asked again sooner.
    pub(super) const MAX_RETRY_AFTER: Duration = Duration::from_mins(5);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_the_cap() {
        let backoff = Backoff { base: Duration::from_secs(1), cap: Duration::from_secs(20) };
        let delays = |jitter| {
            (1..=7).map(|n| backoff.delay(n, jitter, None).as_millis()).collect::<Vec<_>>()
        };
        assert_eq!(delays(1.0), [1000, 2000, 4000, 8000, 16000, 20000, 20000]);
        assert_eq!(delays(0.0), [100, 200, 400, 800, 1600, 2000, 2000]);
        assert_eq!(backoff.delay(u32::MAX, 1.0, None), Duration::from_secs(20));
    }

    #[test]
    fn the_service_s_own_wish_is_a_lower_bound() {
        let backoff = Backoff::DEFAULT;
        let after = |seconds| backoff.delay(1, 1.0, Some(Duration::from_secs(seconds)));
        assert_eq!(after(7), Duration::from_secs(7));
        assert_eq!(after(0), Duration::from_millis(200));
        assert_eq!(after(86400), Backoff::MAX_RETRY_AFTER);
    }
}
