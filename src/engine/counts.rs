//! What a job takes, counted while it runs; knows nothing of what is counted.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::types::ByteCount;

/// What a job took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Bytes that left this machine, those of failed attempts included.
    pub bytes_sent: ByteCount,
    pub parts_sent: u64,
    /// Parts that an earlier attempt had sent.
    pub parts_reused: u64,
    pub retries: u64,
    pub throttled: u64,
}

#[derive(Default)]
pub(super) struct Tally {
    pub(super) bytes_sent: AtomicU64,
    pub(super) parts_sent: AtomicU64,
    pub(super) parts_reused: AtomicU64,
    pub(super) retries: AtomicU64,
    pub(super) throttled: AtomicU64,
}

impl Tally {
    pub(super) fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }

    pub(super) fn counts(&self) -> Counts {
        let get = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Counts {
            bytes_sent: ByteCount::new(get(&self.bytes_sent)),
            parts_sent: get(&self.parts_sent),
            parts_reused: get(&self.parts_reused),
            retries: get(&self.retries),
            throttled: get(&self.throttled),
        }
    }
}
