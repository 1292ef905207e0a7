//! Measures what gets through, and sets the parts in flight by the rule of [`pace::level`].
//!
//! [`pace::level`]: crate::pace::level

use std::{
    convert::Infallible,
    sync::atomic::{AtomicU32, AtomicU64, Ordering},
    time::Duration,
};

use tokio::time::{Instant, MissedTickBehavior, interval};

use super::{Concurrency, Engine, Job};
use crate::{
    event::Event,
    pace::level::{Change, Level, Slice},
    store::Store,
    types::Operation,
};

/// How often the rule looks.
const LOOK_EVERY: Duration = Duration::from_millis(100);

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
    fn usable(&self, rate: f64) -> Option<usize> {
        let takes = Duration::from_micros(self.takes.load(Ordering::Relaxed));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is small")]
        let usable = (rate * takes.as_secs_f64() * 1.25).ceil() as usize;
        (!takes.is_zero()).then_some(usable + 1)
    }

    /// What there is, which then is no more.
    fn take(&self) -> Slice {
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

impl<S: Store> Engine<S> {
    /// Does all of a run, with as many parts in flight as was asked for.
    pub(super) async fn levelled<T>(
        &self,
        all: impl Future<Output = T>,
        jobs: &[impl AsRef<Job>],
    ) -> T {
        if self.limits.concurrency != Concurrency::Auto {
            return all.await;
        }
        // How many come through a pipe is not known.
        let is_known = jobs.iter().all(|job| job.as_ref().pipe.is_none());
        let parts = is_known.then(|| jobs.iter().map(|job| job.as_ref().parts.len()).sum());
        tokio::select! {
            biased;
            done = all => done,
            never = self.find_level(Level::new(parts)) => match never {},
        }
    }

    /// Keeps the parts in flight at the level that the link can use, for as long as it is polled.
    async fn find_level(&self, mut level: Level) -> Infallible {
        let mut ticks = interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks.tick().await;
        let mut last = Instant::now();
        loop {
            let now = ticks.tick().await;
            let slice = Slice {
                elapsed: now - last,
                in_flight: self.permits.in_use(),
                usable: self
                    .caller
                    .pace()
                    .rate(Operation::UploadPart)
                    .and_then(|rate| self.gauge.usable(rate)),
                ..self.gauge.take()
            };
            last = now;
            if let Some(Change { before, parts, reason }) = level.look(&slice) {
                self.permits.set_level(parts);
                self.entrance.look_again();
                self.tell(&Event::Level { parts, before, reason: reason.to_string() });
            }
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
