//! Facts to test with.

use std::time::{Duration, Instant};

use super::tally::ProgressTally;
use crate::{
    event::{Event, Item, Outcome, PartId, PlannedItem},
    types::{ByteCount, PartNumber, PartSource},
};

pub(super) const MIB: u64 = 1024 * 1024;

/// A run whose clock is turned by hand.
pub(super) struct Run {
    pub(super) tally: ProgressTally,
    pub(super) now: Instant,
}

impl Run {
    /// Read sets by name and size in MiB, in parts of 64 MiB.
    pub(super) fn new(read_sets: &[(&str, u64)]) -> Self {
        let mut run = Self { tally: ProgressTally::default(), now: Instant::now() };
        run.tell(&planned(read_sets));
        run
    }

    pub(super) fn tell(&mut self, event: &Event) -> &mut Self {
        self.tally.apply(event, self.now);
        self
    }

    pub(super) fn wait(&mut self, millis: u64) -> &mut Self {
        self.now += Duration::from_millis(millis);
        self
    }

    /// Sends and confirms `parts` of a read set, one a second.
    pub(super) fn send(&mut self, item: usize, parts: impl IntoIterator<Item = u16>) -> &mut Self {
        for number in parts {
            self.tell(&started(item, number, 64)).wait(1000);
            self.tell(&progress(item, number, 64)).tell(&uploaded(item, number, 64));
        }
        self
    }
}

pub(super) fn planned(read_sets: &[(&str, u64)]) -> Event {
    let read_sets = read_sets
        .iter()
        .map(|(name, mib)| PlannedItem {
            row: None,
            name: (*name).to_owned(),
            files: vec![format!("{name}.bam")],
            bytes: ByteCount::new(mib * MIB),
            parts: u32::try_from(mib.div_ceil(64)).unwrap(),
        })
        .collect();
    Event::Planned { read_sets }
}

pub(super) fn part(item: usize, number: u16) -> PartId {
    let (item, number) = (Item(item), PartNumber::new(number).unwrap());
    PartId { item, source: PartSource::Source1, number }
}

fn mib(count: u64) -> ByteCount {
    ByteCount::new(count * MIB)
}

pub(super) fn created(item: usize) -> Event {
    Event::UploadCreated { read_set: Item(item), upload_id: "1234567890".parse().unwrap() }
}

pub(super) fn started(item: usize, number: u16, size: u64) -> Event {
    Event::PartStarted { part: part(item, number), bytes: mib(size), attempt: 1 }
}

pub(super) fn progress(item: usize, number: u16, size: u64) -> Event {
    Event::PartProgress { part: part(item, number), bytes: mib(size) }
}

pub(super) fn uploaded(item: usize, number: u16, size: u64) -> Event {
    Event::PartUploaded { part: part(item, number), bytes: mib(size) }
}

pub(super) fn retrying(item: usize, number: u16, reason: &str) -> Event {
    let (part, delay) = (part(item, number), Duration::from_millis(1234));
    Event::PartRetrying { part, attempt: 1, delay, reason: reason.to_owned() }
}

pub(super) fn rejected(item: usize, number: u16, size: u64) -> Event {
    let reason = "the service has another checksum".to_owned();
    Event::PartRejected { part: part(item, number), bytes: mib(size), reason }
}

pub(super) fn processing(item: usize) -> Event {
    Event::Processing { read_set: Item(item), read_set_id: "9876543210".parse().unwrap() }
}

pub(super) fn finished(item: usize, outcome: Outcome, message: Option<&str>) -> Event {
    let read_set_id = (outcome == Outcome::Active).then(|| "9876543210".parse().unwrap());
    let message = message.map(str::to_owned);
    Event::Finished { read_set: Item(item), outcome, read_set_id, message }
}

pub(super) fn warning(item: Option<usize>, message: &str) -> Event {
    Event::Warning { read_set: item.map(Item), message: message.to_owned() }
}
