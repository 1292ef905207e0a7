//! The cap on bytes a second, over everything that goes out. Pure: it is told the time.

use std::{
    num::NonZeroU64,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

/// What may be made up for when somebody comes late for the bytes that were due: a timer is late by
/// a millisecond, and a busy machine by some more. It is also all that can go out at once after a
/// pause.
const LATE: Duration = Duration::from_millis(100);

/// Pieces a second that a stream alone goes out in.
const PIECES: u64 = 50;

/// The smallest piece: below it, the cost of a packet would be more than that of its bytes.
const SMALLEST: u64 = 512;
/// The largest: that of what a file is read in.
const LARGEST: u64 = 128 * 1024;

/// A cap that all streams of a run share, each in turn a piece.
#[derive(Debug)]
pub struct Cap {
    rate: NonZeroU64,
    /// How many processes share the rate.
    processes: AtomicU32,
    /// When the bytes that were granted so far are over.
    over: Mutex<Option<Instant>>,
}

impl Cap {
    /// A cap of so many bytes a second.
    pub const fn new(rate: NonZeroU64) -> Self {
        Self { rate, processes: AtomicU32::new(1), over: Mutex::new(None) }
    }

    /// Keeps to an equal share of the rate from now on.
    pub fn share(&self, processes: u32) {
        self.processes.store(processes.max(1), Ordering::Relaxed);
    }

    fn rate(&self) -> u64 {
        (self.rate.get() / u64::from(self.processes.load(Ordering::Relaxed))).max(1)
    }

    /// How many bytes to ask for at a time, so that many streams get on evenly.
    pub fn piece(&self) -> usize {
        let piece = (self.rate() / PIECES).clamp(SMALLEST, LARGEST);
        usize::try_from(piece).unwrap_or(usize::MAX)
    }

    /// Grants bytes, and says when they may go out. Grants are in the order of the asking.
    pub fn grant(&self, bytes: usize, now: Instant) -> Instant {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a piece has at most 128 KiB, a rate 53 bits"
        )]
        let lasts = Duration::from_secs_f64(bytes as f64 / self.rate() as f64);
        let mut over = self.over.lock().unwrap_or_else(PoisonError::into_inner);
        let due = over.map_or(now, |over| over.max(now.checked_sub(LATE).unwrap_or(now)));
        *over = Some(due + lasts);
        due
    }
}
