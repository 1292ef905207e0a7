//! What a level has moved since it took effect, and what went wrong meanwhile.

use std::{collections::VecDeque, time::Duration};

use super::{reason::Reason, slice::Slice};

/// The part of a round that it is judged by: its end, when the connections have opened up.
const LATE: f64 = 0.5;

/// Slices that are remembered, some 20 s of them.
const REMEMBERED: usize = 200;

/// The slices of a round.
#[derive(Debug, Default)]
pub(super) struct Measured {
    slices: VecDeque<(Duration, u64)>,
    time: Duration,
    bytes: u64,
}

impl Measured {
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(super) fn add(&mut self, slice: &Slice) {
        self.slices.push_back((slice.elapsed, slice.bytes));
        self.time += slice.elapsed;
        self.bytes += slice.bytes;
        while self.slices.len() > REMEMBERED
            && let Some((time, bytes)) = self.slices.pop_front()
        {
            self.time -= time;
            self.bytes -= bytes;
        }
    }

    pub(super) const fn time(&self) -> Duration {
        self.time
    }

    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Bytes a second at the end of the round.
    pub(super) fn late_rate(&self) -> Option<f64> {
        let enough = self.time.mul_f64(LATE);
        let (mut time, mut bytes) = (Duration::ZERO, 0_u64);
        for (elapsed, moved) in self.slices.iter().rev() {
            if time >= enough {
                break;
            }
            time += *elapsed;
            bytes += *moved;
        }
        #[expect(clippy::cast_precision_loss, reason = "a rate need not be exact")]
        (!time.is_zero()).then(|| bytes as f64 / time.as_secs_f64())
    }
}

/// What went wrong in the last attempts.
#[derive(Debug, Default)]
pub(super) struct Troubles {
    ended: u32,
    failed: u32,
    stuck: u32,
    throttled: u32,
}

impl Troubles {
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(super) fn add(&mut self, slice: &Slice) {
        self.ended += slice.ended;
        self.failed += slice.failed;
        self.stuck += slice.stuck;
        self.throttled += slice.throttled;
    }

    /// Whether so much goes wrong that fewer parts in flight would get more through. A connection
    /// that is reset now and then is none of that; one that hangs weighs as much as two.
    pub(super) fn are_too_many(&mut self, parts: usize) -> bool {
        let weight = self.failed + self.throttled + 2 * self.stuck;
        let parts = u32::try_from(parts).unwrap_or(u32::MAX);
        if weight >= 3 && weight.saturating_mul(4) > parts && weight * 8 > self.ended {
            return true;
        }
        if self.ended > parts.saturating_mul(4) {
            self.clear();
        }
        false
    }

    pub(super) const fn reason(&self) -> Reason {
        let (failed, of) = (self.failed + self.stuck, self.ended);
        if self.throttled > failed {
            Reason::Throttled { throttled: self.throttled, of }
        } else {
            Reason::Failures { failed, of }
        }
    }
}
