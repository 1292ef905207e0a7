//! Bytes per second over the last ten seconds. Knows no clock: every call is told the time.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

const SLICE: Duration = Duration::from_millis(500);
/// Ten seconds: smooth though parts end all at once, and quick to follow a network.
const SLICES: u128 = 20;
/// Before this, a rate would be noise.
const SETTLED: Duration = Duration::from_secs(1);

/// A moving window of what went out, in slices of time counted from when sending began.
#[derive(Debug, Default)]
pub(super) struct RateMeter {
    began: Option<Instant>,
    slices: VecDeque<(u128, u64)>,
}

impl RateMeter {
    /// Sending begins, for the first time or after a pause; the pause does not count as slowness.
    pub(super) fn begin(&mut self, now: Instant) {
        let Some(slice) = self.slice(now) else {
            self.began = Some(now);
            return;
        };
        if self.slices.back().is_none_or(|(last, _)| last + SLICES < slice) {
            self.slices.clear();
            self.began = Some(now);
        }
    }

    pub(super) fn add(&mut self, bytes: u64, now: Instant) {
        self.began.get_or_insert(now);
        let Some(slice) = self.slice(now) else { return };
        while self.slices.front().is_some_and(|(first, _)| first + SLICES < slice) {
            self.slices.pop_front();
        }
        match self.slices.back_mut() {
            Some((last, sum)) if *last >= slice => *sum = sum.saturating_add(bytes),
            _ => self.slices.push_back((slice, bytes)),
        }
    }

    /// `None` until there is enough to tell.
    pub(super) fn per_second(&self, now: Instant) -> Option<u64> {
        let slice = self.slice(now)?;
        let elapsed = now.saturating_duration_since(self.began?);
        if elapsed < SETTLED {
            return None;
        }
        let bytes: u128 = self
            .slices
            .iter()
            .filter(|(at, _)| at + SLICES >= slice)
            .map(|(_, bytes)| u128::from(*bytes))
            .sum();
        // The window begins where a slice does, so that none is counted in part.
        let outside = slice.saturating_sub(SLICES) * SLICE.as_millis();
        let covered = elapsed.as_millis().saturating_sub(outside).max(1);
        Some(u64::try_from(bytes * 1000 / covered).unwrap_or(u64::MAX))
    }

    fn slice(&self, now: Instant) -> Option<u128> {
        let elapsed = now.saturating_duration_since(self.began?);
        Some(elapsed.as_millis() / SLICE.as_millis())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_last_ten_seconds() {
        let start = Instant::now();
        let at = |millis: u64| start + Duration::from_millis(millis);
        let mut rate = RateMeter::default();
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
        // After a pause it starts anew.
        rate.begin(at(5_000_000));
        assert_eq!(rate.per_second(at(5_000_500)), None);
        rate.add(700, at(5_000_700));
        assert_eq!(rate.per_second(at(5_001_000)), Some(700));
        // A beginning that is none changes nothing.
        rate.begin(at(5_002_000));
        assert_eq!(rate.per_second(at(5_002_000)), Some(350));
    }

    #[test]
    fn a_steady_flow_has_a_steady_rate() {
        let start = Instant::now();
        let mut rate = RateMeter::default();
        rate.begin(start);
        for tick in 1..3000 {
            let now = start + Duration::from_millis(tick * 10);
            rate.add(1000, now);
            if let Some(shown) = rate.per_second(now) {
                assert!((99_900..=100_200).contains(&shown), "{shown} after {} ms", tick * 10);
            }
        }
    }

    #[test]
    fn the_first_second_is_noise_and_the_next_ones_count_what_there_is() {
        let start = Instant::now();
        let mut rate = RateMeter::default();
        rate.add(5000, start);
        assert_eq!(rate.per_second(start + Duration::from_millis(900)), None);
        assert_eq!(rate.per_second(start + Duration::from_secs(2)), Some(2500));
        // A clock that reads earlier than before breaks nothing.
        assert_eq!(rate.per_second(start.checked_sub(Duration::from_secs(1)).unwrap()), None);
        rate.add(u64::MAX, start + Duration::from_millis(1));
        assert_eq!(rate.per_second(start + Duration::from_secs(1)), Some(u64::MAX));
    }
}
