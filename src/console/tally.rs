//! What is known of the run: facts added up. Pure: it is told the time, and asked for a [`Snapshot`].
//!
//! Everything is a sum of what was reported. A part counts once however often it is confirmed, and
//! what a retry or a rejection takes back is exactly what that part had brought.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use super::{
    rate::Rate,
    snapshot::{Amount, Phase, Row, Snapshot},
};
use crate::{
    event::{Event, Item, Outcome, PartId, PlannedItem},
    types::{Escaped, PartNumber, PartSource},
};

/// After this long without a byte, people want to be told.
const STALLED: Duration = Duration::from_secs(10);

type Key = (PartSource, PartNumber);

#[derive(Debug, Default)]
pub(super) struct Tally {
    read_sets: Vec<ReadSet>,
    rate: Rate,
    planned: Option<Instant>,
    /// From the first attempt to the last confirmation, and what was confirmed in between.
    sending: Option<(Instant, Instant)>,
    sent: u64,
    moved: Option<Instant>,
    /// Why the last attempt failed, unless something moved since.
    trouble: Option<String>,
    retries: u64,
    throttled: u64,
    stopping: Option<&'static str>,
}

/// What the run is going to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) read_sets: usize,
    /// `None`: not known before the end.
    pub(super) bytes: Option<u64>,
    pub(super) parts: u64,
}

#[derive(Debug)]
struct ReadSet {
    /// Fit to be shown.
    name: String,
    /// `None`: not known before the end.
    total: Option<u64>,
    parts: u32,
    phase: Phase,
    since: Instant,
    began: Option<Instant>,
    outcome: Option<Outcome>,
    confirmed: HashMap<Key, u64>,
    confirmed_bytes: u64,
    flights: HashMap<Key, Flight>,
}

/// An attempt that is neither confirmed nor given up.
#[derive(Debug, Clone, Copy)]
struct Flight {
    bytes: u64,
    sent: u64,
}

impl Tally {
    /// Adds one fact. Facts about read sets that were not planned are ignored.
    pub(super) fn apply(&mut self, event: &Event, now: Instant) {
        match event {
            Event::Planned { read_sets } => {
                self.planned = Some(now);
                self.read_sets = read_sets.iter().map(|item| ReadSet::new(item, now)).collect();
            }
            Event::UploadCreated { read_set, .. } => self.enter(*read_set, Phase::Uploading, now),
            Event::PartStarted { part, bytes, .. } => self.part_started(*part, bytes.get(), now),
            Event::PartProgress { part, bytes } => self.part_progress(*part, bytes.get(), now),
            Event::PartRetrying { part, reason, .. } => {
                self.take_back(*part);
                self.retries += 1;
                self.trouble = Some(Escaped::new(reason).to_string());
            }
            Event::PartFailed { part } => self.take_back(*part),
            Event::PartUploaded { part, bytes } => self.part_uploaded(*part, bytes.get(), now),
            Event::PartRejected { part, .. } => self.part_rejected(*part, now),
            Event::Throttled { .. } => self.throttled += 1,
            Event::Retrying { reason, .. } => {
                self.retries += 1;
                self.trouble = Some(Escaped::new(reason).to_string());
            }
            Event::Confirming { read_set } => self.enter(*read_set, Phase::Confirming, now),
            Event::Completing { read_set } => self.enter(*read_set, Phase::Completing, now),
            Event::Processing { read_set, .. } => self.enter(*read_set, Phase::Processing, now),
            Event::Finished { read_set, outcome, .. } => self.finished(*read_set, *outcome, now),
            Event::Stopping { signal, .. } => self.stopping = Some(signal),
            Event::Warning { .. } => {}
        }
    }

    fn get_mut(&mut self, item: Item) -> Option<&mut ReadSet> {
        self.read_sets.get_mut(item.0)
    }

    fn enter(&mut self, item: Item, phase: Phase, now: Instant) {
        self.trouble = None;
        if let Some(read_set) = self.get_mut(item) {
            read_set.enter(phase, now);
        }
    }

    fn part_started(&mut self, part: PartId, bytes: u64, now: Instant) {
        // The first part after a pause is not late yet; the next attempt of an outage is.
        if self.trouble.is_none() && self.parts_in_flight() == 0 {
            self.moved = Some(now);
        }
        let Some(read_set) = self.get_mut(part.item) else { return };
        read_set.enter(Phase::Uploading, now);
        read_set.flights.insert(key(part), Flight { bytes, sent: 0 });
        self.sending.get_or_insert((now, now));
    }

    fn part_progress(&mut self, part: PartId, bytes: u64, now: Instant) {
        let flight = self.get_mut(part.item).and_then(|set| set.flights.get_mut(&key(part)));
        let Some(flight) = flight else { return };
        flight.sent = flight.sent.saturating_add(bytes).min(flight.bytes);
        self.went_out(bytes, now);
    }

    fn part_uploaded(&mut self, part: PartId, bytes: u64, now: Instant) {
        let Some(read_set) = self.get_mut(part.item) else { return };
        let flight = read_set.flights.remove(&key(part));
        read_set.confirm(key(part), bytes);
        read_set.enter(Phase::Uploading, now);
        // A part that was there before this run did not go out in it.
        if let Some(flight) = flight {
            self.sent = self.sent.saturating_add(bytes);
            self.sending = self.sending.map(|(first, _)| (first, now));
            self.went_out(bytes.saturating_sub(flight.sent), now);
        }
    }

    fn part_rejected(&mut self, part: PartId, now: Instant) {
        let Some(read_set) = self.get_mut(part.item) else { return };
        read_set.unconfirm(key(part));
        read_set.enter(Phase::Uploading, now);
    }

    fn take_back(&mut self, part: PartId) {
        if let Some(read_set) = self.get_mut(part.item) {
            read_set.flights.remove(&key(part));
        }
    }

    fn went_out(&mut self, bytes: u64, now: Instant) {
        self.rate.add(bytes, now);
        self.moved = Some(now);
        self.trouble = None;
    }

    fn finished(&mut self, item: Item, outcome: Outcome, now: Instant) {
        let Some(read_set) = self.get_mut(item) else { return };
        read_set.enter(Phase::Done, now);
        read_set.outcome = Some(outcome);
        read_set.flights.clear();
    }

    fn parts_in_flight(&self) -> usize {
        self.read_sets.iter().map(|set| set.flights.len()).sum()
    }

    /// The read set's name, fit to be shown.
    pub(super) fn name(&self, item: Item) -> &str {
        self.read_sets.get(item.0).map_or("read set", |read_set| &read_set.name)
    }

    pub(super) const fn read_sets(&self) -> usize {
        self.read_sets.len()
    }

    pub(super) fn plan(&self) -> Plan {
        Plan {
            read_sets: self.read_sets.len(),
            bytes: self.read_sets.iter().map(|set| set.total).sum(),
            parts: self.read_sets.iter().map(|set| u64::from(set.parts)).sum(),
        }
    }

    /// What the read set brought and how long it took, for the line about its end.
    pub(super) fn result(&self, item: Item) -> Option<(u64, Duration)> {
        let read_set = self.read_sets.get(item.0)?;
        Some((read_set.confirmed_bytes, read_set.since.duration_since(read_set.began?)))
    }

    pub(super) fn snapshot(&self, now: Instant) -> Snapshot {
        let sets = &self.read_sets;
        let counted = || sets.iter().filter(|set| set.outcome != Some(Outcome::Skipped));
        let unfinished = || sets.iter().filter(|set| set.phase != Phase::Done);
        let in_work = || unfinished().filter(|set| set.phase != Phase::Preparing);
        let phase = in_work().map(|set| set.phase).min();
        let idle = if unfinished().next().is_none() { Phase::Done } else { Phase::Preparing };
        let phase = phase.unwrap_or(idle);
        let since = unfinished().filter(|set| set.phase == phase).map(|set| set.since).min();
        let rate = self.rate.per_second(now);
        let missing: Option<u64> = unfinished().map(ReadSet::missing).sum();
        let quiet = self.moved.map(|at| now.saturating_duration_since(at));
        Snapshot {
            phase,
            in_phase: since.map_or(Duration::ZERO, |at| now.saturating_duration_since(at)),
            amount: Amount {
                confirmed: counted().map(|set| set.confirmed_bytes).sum(),
                in_flight: counted().map(ReadSet::in_flight).sum(),
                total: counted().map(|set| set.total).sum(),
            },
            rate,
            left: missing.zip(rate).and_then(|(missing, rate)| time_left(missing, rate)),
            parts_in_flight: self.parts_in_flight(),
            retries: self.retries,
            throttled: self.throttled,
            stalled: quiet.filter(|quiet| phase == Phase::Uploading && *quiet >= STALLED),
            trouble: self.trouble.clone(),
            stopping: self.stopping,
            planned: sets.len(),
            outcomes: sets.iter().filter_map(|set| set.outcome).collect(),
            rows: in_work().map(|set| set.row(now)).collect(),
            sent: self.sent,
            sending: self.sending.map_or(Duration::ZERO, |(first, last)| last - first),
            elapsed: self.planned.map_or(Duration::ZERO, |at| now.saturating_duration_since(at)),
        }
    }
}

impl ReadSet {
    fn new(item: &PlannedItem, now: Instant) -> Self {
        Self {
            name: Escaped::new(&item.name).to_string(),
            // An empty file is never planned: no bytes means that nobody knows how many.
            total: Some(item.bytes.get()).filter(|bytes| *bytes > 0),
            parts: item.parts,
            phase: Phase::Preparing,
            since: now,
            began: None,
            outcome: None,
            confirmed: HashMap::new(),
            confirmed_bytes: 0,
            flights: HashMap::new(),
        }
    }

    /// The end is final: a late fact about a part does not bring a read set back.
    fn enter(&mut self, phase: Phase, now: Instant) {
        if self.phase != Phase::Done && self.phase != phase {
            self.phase = phase;
            self.since = now;
            self.began.get_or_insert(now);
        }
    }

    fn confirm(&mut self, key: Key, bytes: u64) {
        self.unconfirm(key);
        self.confirmed.insert(key, bytes);
        self.confirmed_bytes = self.confirmed_bytes.saturating_add(bytes);
    }

    fn unconfirm(&mut self, key: Key) {
        let bytes = self.confirmed.remove(&key).unwrap_or(0);
        self.confirmed_bytes = self.confirmed_bytes.saturating_sub(bytes);
    }

    /// Bytes that are out and not confirmed; with the confirmed ones never more than there are.
    fn in_flight(&self) -> u64 {
        let room = self.total.unwrap_or(u64::MAX).saturating_sub(self.confirmed_bytes);
        self.flights.values().map(|flight| flight.sent).fold(0, u64::saturating_add).min(room)
    }

    fn missing(&self) -> Option<u64> {
        Some(self.total?.saturating_sub(self.confirmed_bytes).saturating_sub(self.in_flight()))
    }

    fn row(&self, now: Instant) -> Row {
        Row {
            name: self.name.clone(),
            phase: self.phase,
            in_phase: now.saturating_duration_since(self.since),
            amount: Amount {
                confirmed: self.confirmed_bytes,
                in_flight: self.in_flight(),
                total: self.total,
            },
        }
    }
}

fn key(part: PartId) -> Key {
    (part.source, part.number)
}

/// `None` when nothing moves, or when it would take longer than anybody plans for.
fn time_left(missing: u64, per_second: u64) -> Option<Duration> {
    let seconds = missing.checked_div(per_second)?;
    (seconds < 100 * 24 * 3600).then(|| Duration::from_secs(seconds))
}
