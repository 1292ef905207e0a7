//! Measures what gets through, and sets the parts in flight by the rule of [`pace::level`].
//!
//! [`pace::level`]: crate::pace::level

use std::{convert::Infallible, time::Duration};

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

impl<S: Store> Engine<S> {
    /// Does all of a run, with as many parts in flight as was asked for.
    pub(super) async fn levelled<T>(
        &self,
        all: impl Future<Output = T>,
        jobs: &[impl AsRef<Job>],
    ) -> T {
        // How many come through a pipe is not known.
        let is_known = jobs.iter().all(|job| job.as_ref().pipe.is_none());
        let parts = is_known.then(|| jobs.iter().map(|job| job.as_ref().layout.count()).sum());
        self.at_level(all, parts).await
    }

    /// Does what sends so many parts, if that is known, with as many in flight as was asked for.
    pub async fn at_level<T>(&self, all: impl Future<Output = T>, parts: Option<usize>) -> T {
        if self.limits.concurrency != Concurrency::Auto {
            return all.await;
        }
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
                in_flight: self.slots.permits.in_use(),
                usable: self
                    .caller
                    .pace()
                    .rate(Operation::UploadPart)
                    .and_then(|rate| self.slots.gauge.usable(rate)),
                ..self.slots.gauge.take()
            };
            last = now;
            if let Some(Change { before, parts, reason }) = level.look(&slice) {
                self.slots.permits.set_level(parts);
                self.slots.entrance.look_again();
                self.tell(&Event::Level { parts, before, reason: reason.to_string() });
            }
        }
    }
}
