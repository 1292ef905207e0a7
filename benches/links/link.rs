//! A link as a model: what all connections share, what each may have, and how each opens up.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

/// A link between a client and its service; rates in bytes a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Link {
    pub(crate) total: Option<u64>,
    pub(crate) each: Option<u64>,
    pub(crate) round_trip: Duration,
    /// The chance that a connection is reset within the length of one part.
    pub(crate) resets: f64,
}

/// The length of a part, which the chance of a reset is for.
const PART: f64 = 64.0 * 1024.0 * 1024.0;

/// What a connection may have under way at first, ten segments, and at most.
const FIRST_WINDOW: u64 = 10 * 1460;
const LAST_WINDOW: u64 = 4 << 20;

/// What is sent at a time takes the link for about so long: timers are no finer than 1 ms.
const GRAIN: Duration = Duration::from_millis(2);
const LARGEST_CHUNK: u64 = 256 << 10;

/// What a late timer has lost can be made good to this extent.
const SLACK: Duration = Duration::from_millis(10);

impl Link {
    /// Bytes that are passed on at a time.
    pub(crate) fn chunk(&self) -> u64 {
        let least = self.total.into_iter().chain(self.each).min();
        least.map_or(LARGEST_CHUNK, |rate| {
            let bytes = u128::from(rate) * GRAIN.as_micros() / 1_000_000;
            u64::try_from(bytes).unwrap_or(LARGEST_CHUNK).clamp(1460, LARGEST_CHUNK)
        })
    }

    /// The most that one connection can move, in bytes a second.
    pub(crate) fn most_each(&self) -> f64 {
        let window = LAST_WINDOW as f64 / self.round_trip.as_secs_f64();
        self.each.map_or(window, |rate| window.min(rate as f64))
    }

    /// Whether a connection is reset while so many bytes pass.
    pub(crate) fn resets_within(&self, bytes: u64) -> bool {
        self.resets > 0.0 && fastrand::f64() < self.resets * bytes as f64 / PART
    }
}

/// Something that takes one chunk after the other, in the order in which they come.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    rate: Option<u64>,
    free_at: Arc<Mutex<Instant>>,
}

impl Line {
    pub(crate) fn new(rate: Option<u64>) -> Self {
        Self { rate, free_at: Arc::new(Mutex::new(Instant::now())) }
    }

    /// Ends when so many bytes have passed.
    pub(crate) async fn pass(&self, bytes: u64) {
        let Some(rate) = self.rate else { return };
        let until = {
            let mut free_at = self.free_at.lock().unwrap();
            let begin = (*free_at).max(Instant::now() - SLACK);
            *free_at = begin + Duration::from_secs_f64(bytes as f64 / rate as f64);
            *free_at
        };
        sleep_until(until).await;
    }
}

/// What a connection has under way: in slow start what is acknowledged doubles in a round trip.
#[derive(Debug)]
pub(crate) struct Window {
    size: u64,
    under_way: u64,
    acknowledgements: VecDeque<(Instant, u64)>,
    round_trip: Duration,
}

impl Window {
    pub(crate) const fn new(round_trip: Duration) -> Self {
        let acknowledgements = VecDeque::new();
        Self { size: FIRST_WINDOW, under_way: 0, acknowledgements, round_trip }
    }

    /// Waits until something may be sent; how many bytes, and at most so many.
    pub(crate) async fn room(&mut self, most: u64) -> u64 {
        loop {
            let now = Instant::now();
            while let Some((due, bytes)) = self.acknowledgements.front().copied()
                && due <= now
            {
                self.acknowledgements.pop_front();
                self.under_way -= bytes;
                self.size = (self.size + bytes).min(LAST_WINDOW);
            }
            let room = self.size.saturating_sub(self.under_way);
            if room > 0 {
                return room.min(most);
            }
            let Some((due, _)) = self.acknowledgements.front().copied() else { return most };
            sleep_until(due).await;
        }
    }

    /// So many bytes are under way from now on.
    pub(crate) fn sent(&mut self, bytes: u64) {
        self.under_way += bytes;
        self.acknowledgements.push_back((Instant::now() + self.round_trip, bytes));
    }
}
