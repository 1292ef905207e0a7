//! Bytes per second over the last ten seconds. Knows no clock: every call is told the time.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// Long enough to be smooth with parts that end all at once, short enough to follow a network.
const WINDOW: Duration = Duration::from_secs(10);
const SLICE: Duration = Duration::from_millis(500);
/// Before this, a rate would be noise.
const SETTLED: Duration = Duration::from_secs(1);

/// A moving window of what went out: at most one entry for every [`SLICE`] of it.
#[derive(Debug, Default)]
pub(super) struct Rate {
    began: Option<Instant>,
    slices: VecDeque<(Instant, u64)>,
}

impl Rate {
    pub(super) fn add(&mut self, bytes: u64, now: Instant) {
        self.began.get_or_insert(now);
        while self.slices.front().is_some_and(|(at, _)| now.saturating_duration_since(*at) > WINDOW)
        {
            self.slices.pop_front();
        }
        match self.slices.back_mut() {
            Some((at, sum)) if now.saturating_duration_since(*at) < SLICE => {
                *sum = sum.saturating_add(bytes);
            }
            _ => self.slices.push_back((now, bytes)),
        }
    }

    /// `None` until there is enough to tell.
    pub(super) fn per_second(&self, now: Instant) -> Option<u64> {
        let covered = now.saturating_duration_since(self.began?).min(WINDOW);
        if covered < SETTLED {
            return None;
        }
        let inside = |at: Instant| now.saturating_duration_since(at) < WINDOW;
        let sum: u128 = self
            .slices
            .iter()
            .filter(|(at, _)| inside(*at))
            .map(|(_, bytes)| u128::from(*bytes))
            .sum();
        Some(u64::try_from(sum * 1000 / covered.as_millis()).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_last_ten_seconds() {
        let start = Instant::now();
        let at = |millis: u64| start + Duration::from_millis(millis);
        let mut rate = Rate::default();
        assert_eq!(rate.per_second(at(0)), None);
        // 100 bytes every 100 ms for 20 s, then 300.
        for tick in 0..200 {
            rate.add(100, at(tick * 100));
        }
        assert_eq!(rate.per_second(at(20_000)), Some(1000));
        for tick in 200..400 {
            rate.add(300, at(tick * 100));
        }
        assert_eq!(rate.per_second(at(40_000)), Some(3000));
        assert!(rate.slices.len() <= 21, "{}", rate.slices.len());
        // Nothing moves any more.
        assert_eq!(rate.per_second(at(45_000)), Some(1500));
        assert_eq!(rate.per_second(at(50_000)), Some(0));
        assert_eq!(rate.per_second(at(5_000_000)), Some(0));
    }

    #[test]
    fn the_first_second_is_noise_and_the_next_ones_count_what_there_is() {
        let start = Instant::now();
        let mut rate = Rate::default();
        rate.add(5000, start);
        assert_eq!(rate.per_second(start + Duration::from_millis(900)), None);
        assert_eq!(rate.per_second(start + Duration::from_secs(2)), Some(2500));
        // A clock that reads earlier than before breaks nothing.
        assert_eq!(rate.per_second(start.checked_sub(Duration::from_secs(1)).unwrap()), None);
        rate.add(u64::MAX, start + Duration::from_millis(1));
        assert_eq!(rate.per_second(start + Duration::from_secs(1)), Some(u64::MAX));
    }
}
