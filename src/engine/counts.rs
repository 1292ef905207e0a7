//! What a job takes, counted while it runs, and whose counts these are.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use crate::{
    event::{Item, PartId},
    plan::Part,
    types::ByteCount,
};

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

/// Whose events and counts these are.
#[derive(Clone)]
pub(super) struct Track {
    pub(super) item: Item,
    pub(super) tally: Arc<Tally>,
}

impl Track {
    pub(super) fn new(item: Item) -> Self {
        Self { item, tally: Arc::default() }
    }

    pub(super) const fn part(&self, part: &Part) -> PartId {
        PartId { item: self.item, source: part.source, number: part.number }
    }

    pub(super) fn count_failure(&self, throttled: bool) {
        let count = if throttled { &self.tally.throttled } else { &self.tally.retries };
        count.fetch_add(1, Ordering::Relaxed);
    }
}
