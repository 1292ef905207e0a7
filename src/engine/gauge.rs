//! What gets through, counted over all parts of a run.

use std::{
    sync::atomic::{AtomicU32, AtomicU64, Ordering},
    time::Duration,
};

use crate::pace::level::Slice;

/// What the attempts of all parts have come to since somebody looked.
#[derive(Default)]
pub(super) struct Gauge {
    pub(super) bytes: AtomicU64,
    pub(super) ended: AtomicU32,
    /// Of these, those that failed, but for throttling.
    pub(super) failed: AtomicU32,
    /// Of these in turn, those in which nothing moved any more.
    pub(super) stuck: AtomicU32,
    pub(super) throttled: AtomicU32,
    /// About how long an attempt takes, in microseconds; 0 before there was one.
    takes: AtomicU64,
}

impl Gauge {
    pub(super) fn count(of: &AtomicU32) {
        of.fetch_add(1, Ordering::Relaxed);
    }

    /// An attempt that came to something took so long. The last ones matter most.
    pub(super) fn took(&self, time: Duration) {
        let time = u64::try_from(time.as_micros()).unwrap_or(u64::MAX).max(1);
        let before = self.takes.load(Ordering::Relaxed);
        let takes = if before == 0 { time } else { before - before / 8 + time / 8 };
        self.takes.store(takes.max(1), Ordering::Relaxed);
    }

    /// The parts in flight that so many requests a second can keep going, by Little's law; a quarter
    /// more, since not all take the same time.
    pub(super) fn usable(&self, rate: f64) -> Option<usize> {
        let takes = Duration::from_micros(self.takes.load(Ordering::Relaxed));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is small")]
        let usable = (rate * takes.as_secs_f64() * 1.25).ceil() as usize;
        (!takes.is_zero()).then_some(usable + 1)
    }

    /// What there is, which then is no more.
    pub(super) fn take(&self) -> Slice {
        let take = |count: &AtomicU32| count.swap(0, Ordering::Relaxed);
        let stuck = take(&self.stuck);
        Slice {
            bytes: self.bytes.swap(0, Ordering::Relaxed),
            ended: take(&self.ended),
            failed: take(&self.failed).saturating_sub(stuck),
            stuck,
            throttled: take(&self.throttled),
            ..Slice::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_keeps_as_many_parts_going_as_begin_while_one_is_sent() {
        let gauge = Gauge::default();
        assert_eq!(gauge.usable(10.0), None, "nothing is known yet");
        gauge.took(Duration::from_secs(2));
        assert_eq!(gauge.usable(10.0), Some(26));
        for _ in 0..100 {
            gauge.took(Duration::from_millis(10));
        }
        assert_eq!(gauge.usable(10.0), Some(2));
        assert_eq!(gauge.usable(0.1), Some(2));
    }
}
