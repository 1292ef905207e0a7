//! What is known of the run: facts added up. Pure: it is told the time, and asked for a [`Snapshot`].
//!
//! Everything is a sum of what was reported. A part counts once however often it is confirmed, and
//! what a retry or a rejection takes back is exactly what that part had brought.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use super::{
    rate::RateMeter,
    snapshot::{Amount, Phase, Product, Row, Snapshot},
};
use crate::{
    event::{Event, Item, Outcome, PartId, PlannedItem},
    types::{Escaped, PartNumber, PartSource},
};

/// After this long without a byte, people want to be told.
const STALLED: Duration = Duration::from_secs(10);

type AttemptKey = (PartSource, PartNumber);

#[derive(Debug, Default)]
pub(super) struct ProgressTally {
    pub(super) product: Product,
    read_sets: Vec<TalliedReadSet>,
    rate: RateMeter,
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
pub(super) struct PlannedTotals {
    pub(super) product: Product,
    pub(super) read_sets: usize,
    /// `None`: not known before the end.
    pub(super) bytes: Option<u64>,
    pub(super) parts: u64,
}

#[derive(Debug)]
struct TalliedReadSet {
    /// Of a sheet.
    row: Option<usize>,
    /// Fit to be shown.
    name: String,
    /// `None`: not known before the end.
    total: Option<u64>,
    parts: u32,
    phase: Phase,
    since: Instant,
    began: Option<Instant>,
    outcome: Option<Outcome>,
    confirmed: HashMap<AttemptKey, u64>,
    confirmed_bytes: u64,
    flights: HashMap<AttemptKey, TalliedAttempt>,
    decoded: u64,
}

/// An attempt that is neither confirmed nor given up.
#[derive(Debug, Clone, Copy)]
struct TalliedAttempt {
    bytes: u64,
    sent: u64,
}

impl ProgressTally {
    /// The row of a sheet that a read set is made of.
    pub(super) fn row(&self, item: usize) -> Option<usize> {
        self.read_sets.get(item)?.row
    }

    /// Adds one fact. Facts about read sets that were not planned are ignored.
    pub(super) fn apply(&mut self, event: &Event, now: Instant) {
        match event {
            Event::Planned { read_sets } => self.plan_all(read_sets, now),
            Event::PlannedArchives { archives } => {
                self.product = Product::Archives;
                self.plan_all(archives, now);
            }
            Event::UploadCreated { read_set, .. } => self.enter(*read_set, Phase::Uploading, now),
            Event::PartStarted { part, bytes, .. } => self.part_started(*part, bytes.get(), now),
            Event::PartProgress { part, bytes } => self.part_progress(*part, bytes.get(), now),
            Event::PartRetrying { part, reason, .. } => {
                self.take_back(*part);
                self.retries += 1;
                self.trouble = Some(Escaped::new(reason).to_string());
            }
            Event::PartThrottled { part, .. } => {
                self.take_back(*part);
                self.throttled += 1;
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
            Event::Completing { read_set } => {
                self.enter(*read_set, self.product.completing(), now);
            }
            Event::Processing { read_set, .. } => self.enter(*read_set, Phase::Processing, now),
            Event::Finished { read_set, outcome, .. } => self.finished(*read_set, *outcome, now),
            Event::Stopping { signal, .. } => self.stopping = Some(signal),
            Event::Checking { read_set, .. } => self.enter(*read_set, Phase::Checking, now),
            Event::AwaitingCredentials { message } => {
                self.trouble = Some(Escaped::new(message).to_string());
            }
            Event::CredentialsRenewed => self.trouble = None,
            Event::DecodeProgress { read_set, bytes } => self.decoded(*read_set, bytes.get()),
            Event::Decoding { read_set } => self.enter(*read_set, Phase::Decoding, now),
            Event::Warning { .. }
            | Event::Decoded { .. }
            | Event::Md5Matches { .. }
            | Event::EtagCompared { .. }
            | Event::SourceDisposed { .. }
            | Event::Level { .. }
            | Event::Resuming { .. }
            | Event::Comparing { .. }
            | Event::Checked { .. } => {}
        }
    }

    fn plan_all(&mut self, items: &[PlannedItem], now: Instant) {
        self.planned = Some(now);
        self.read_sets = items.iter().map(|item| TalliedReadSet::new(item, now)).collect();
    }

    fn get_mut(&mut self, item: Item) -> Option<&mut TalliedReadSet> {
        self.read_sets.get_mut(item.0)
    }

    fn decoded(&mut self, item: Item, bytes: u64) {
        if let Some(read_set) = self.get_mut(item) {
            read_set.decoded = read_set.decoded.saturating_add(bytes);
        }
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
            self.rate.begin(now);
        }
        let Some(read_set) = self.get_mut(part.item) else { return };
        read_set.enter(Phase::Uploading, now);
        read_set.flights.insert(key(part), TalliedAttempt { bytes, sent: 0 });
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

    /// Every read set has ended.
    pub(super) fn is_over(&self) -> bool {
        !self.read_sets.is_empty() && self.read_sets.iter().all(|set| set.phase == Phase::Done)
    }

    pub(super) const fn read_sets(&self) -> usize {
        self.read_sets.len()
    }

    pub(super) fn plan(&self) -> PlannedTotals {
        PlannedTotals {
            product: self.product,
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
        let missing: Option<u64> = unfinished().map(TalliedReadSet::missing).sum();
        let quiet = self.moved.map(|at| now.saturating_duration_since(at));
        Snapshot {
            phase,
            in_phase: since.map_or(Duration::ZERO, |at| now.saturating_duration_since(at)),
            amount: Amount {
                confirmed: counted().map(|set| set.confirmed_bytes).sum(),
                in_flight: counted().map(TalliedReadSet::in_flight).sum(),
                total: counted().map(|set| set.total).sum(),
            },
            decoded: Amount {
                confirmed: unfinished().map(|set| set.decoded).sum(),
                in_flight: 0,
                total: unfinished().map(|set| set.total).sum(),
            },
            rate,
            left: missing
                .zip(rate.filter(|_| phase == Phase::Uploading))
                .and_then(|(missing, rate)| time_left(missing, rate)),
            parts_in_flight: self.parts_in_flight(),
            retries: self.retries,
            throttled: self.throttled,
            stalled: quiet.filter(|quiet| phase == Phase::Uploading && *quiet >= STALLED),
            trouble: self.trouble.clone(),
            stopping: self.stopping,
            product: self.product,
            planned: sets.len(),
            outcomes: sets.iter().filter_map(|set| set.outcome).collect(),
            rows: in_work().map(|set| set.row(now)).collect(),
            sent: self.sent,
            sending: self.sending.map_or(Duration::ZERO, |(first, last)| last - first),
            elapsed: self.planned.map_or(Duration::ZERO, |at| now.saturating_duration_since(at)),
        }
    }
}

impl TalliedReadSet {
    fn new(item: &PlannedItem, now: Instant) -> Self {
        Self {
            row: item.row,
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
            decoded: 0,
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

    fn confirm(&mut self, key: AttemptKey, bytes: u64) {
        self.unconfirm(key);
        self.confirmed.insert(key, bytes);
        self.confirmed_bytes = self.confirmed_bytes.saturating_add(bytes);
    }

    fn unconfirm(&mut self, key: AttemptKey) {
        let bytes = self.confirmed.remove(&key).unwrap_or(0);
        self.confirmed_bytes = self.confirmed_bytes.saturating_sub(bytes);
    }

    /// Bytes that are out and not confirmed; with the confirmed ones never more than there are.
    fn in_flight(&self) -> u64 {
        let room = self.total.unwrap_or(u64::MAX).saturating_sub(self.confirmed_bytes);
        self.flights.values().map(|flight| flight.sent).fold(0, u64::saturating_add).min(room)
    }

    /// How far it is in what it is at.
    fn amount(&self) -> Amount {
        let (confirmed, in_flight) = match self.phase {
            Phase::Decoding => (self.decoded, 0),
            _ => (self.confirmed_bytes, self.in_flight()),
        };
        Amount { confirmed, in_flight, total: self.total }
    }

    fn missing(&self) -> Option<u64> {
        Some(self.total?.saturating_sub(self.confirmed_bytes).saturating_sub(self.in_flight()))
    }

    fn row(&self, now: Instant) -> Row {
        Row {
            name: self.name.clone(),
            phase: self.phase,
            in_phase: now.saturating_duration_since(self.since),
            amount: self.amount(),
        }
    }
}

fn key(part: PartId) -> AttemptKey {
    (part.source, part.number)
}

/// `None` when nothing moves, or when it would take longer than anybody plans for.
fn time_left(missing: u64, per_second: u64) -> Option<Duration> {
    let seconds = missing.checked_div(per_second)?;
    (seconds < 100 * 24 * 3600).then(|| Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::fixture::{
        MIB, Run, created, finished, part, processing, progress, rejected, retrying, started,
        uploaded,
    };

    /// Confirmed and in flight in MiB, and the percentage.
    fn amount(run: &Run) -> (u64, u64, Option<u64>) {
        let amount = run.tally.snapshot(run.now).amount;
        (amount.confirmed / MIB, amount.in_flight / MIB, amount.percent())
    }

    #[test]
    fn what_is_on_its_way_is_provisional_until_it_is_confirmed() {
        let mut run = Run::new(&[("a", 128)]);
        assert_eq!(amount(&run), (0, 0, Some(0)));
        let steps = [
            (created(0), (0, 0, Some(0))),
            (started(0, 1, 64), (0, 0, Some(0))),
            (progress(0, 1, 40), (0, 40, Some(31))),
            (retrying(0, 1, "reset"), (0, 0, Some(0))),
            // A late block of the attempt that was given up.
            (progress(0, 1, 1), (0, 0, Some(0))),
            (started(0, 1, 64), (0, 0, Some(0))),
            (progress(0, 1, 64), (0, 64, Some(50))),
            (progress(0, 1, 64), (0, 64, Some(50))),
            (uploaded(0, 1, 64), (64, 0, Some(50))),
            // Said twice, counted once.
            (uploaded(0, 1, 64), (64, 0, Some(50))),
            (started(0, 2, 64), (64, 0, Some(50))),
            (progress(0, 2, 64), (64, 64, Some(99))),
            (Event::PartFailed { part: part(0, 2) }, (64, 0, Some(50))),
            (uploaded(0, 2, 64), (128, 0, Some(100))),
            (rejected(0, 1, 64), (64, 0, Some(50))),
        ];
        for (event, expected) in steps {
            run.tell(&event);
            assert_eq!(amount(&run), expected, "{event:?}");
        }
        // Rejected twice, taken back once.
        run.tell(&rejected(0, 1, 64));
        assert_eq!(amount(&run), (64, 0, Some(50)));
    }

    #[test]
    fn more_than_was_planned_is_never_more_than_all() {
        let mut run = Run::new(&[("a", 64)]);
        run.tell(&started(0, 1, 64)).tell(&uploaded(0, 1, 64)).tell(&uploaded(0, 2, 64));
        run.tell(&started(0, 3, 64)).tell(&progress(0, 3, 64));
        let snapshot = run.tally.snapshot(run.now);
        assert_eq!((snapshot.amount.percent(), snapshot.amount.done()), (Some(100), 64 * MIB));
    }

    #[test]
    fn facts_about_unknown_read_sets_are_ignored() {
        let mut run = Run::new(&[("a", 64)]);
        for event in [created(7), started(7, 1, 64), uploaded(7, 1, 64), rejected(7, 1, 1)] {
            run.tell(&event);
        }
        run.tell(&finished(7, Outcome::Active, None)).tell(&progress(7, 1, 1));
        assert_eq!(amount(&run), (0, 0, Some(0)));
        assert_eq!(run.tally.name(Item(7)), "read set");
    }

    #[test]
    fn phases_follow_the_facts_and_the_run_follows_the_last_one() {
        let mut run = Run::new(&[("a", 64), ("b", 64)]);
        let (confirming, completing) = (
            |item| Event::Confirming { read_set: item },
            |item| Event::Completing { read_set: item },
        );
        let steps = [
            (created(0), Phase::Uploading),
            (confirming(Item(0)), Phase::Confirming),
            (rejected(0, 1, 64), Phase::Uploading),
            (confirming(Item(0)), Phase::Confirming),
            (completing(Item(0)), Phase::Completing),
            (created(1), Phase::Uploading),
            (processing(0), Phase::Uploading),
            (finished(1, Outcome::Failed, None), Phase::Processing),
            // Late facts do not bring back what has ended.
            (started(1, 1, 64), Phase::Processing),
            (finished(0, Outcome::Active, None), Phase::Done),
            (confirming(Item(0)), Phase::Done),
        ];
        assert_eq!(run.tally.snapshot(run.now).phase, Phase::Preparing);
        for (event, phase) in steps {
            run.tell(&event);
            assert_eq!(run.tally.snapshot(run.now).phase, phase, "{event:?}");
        }
        assert!(run.tally.is_over());
        assert_eq!(run.tally.snapshot(run.now).outcomes, [Outcome::Active, Outcome::Failed]);
    }

    #[test]
    fn time_left_comes_from_the_rate_and_what_is_missing() {
        let mut run = Run::new(&[("a", 640), ("b", 640)]);
        run.tell(&created(0)).tell(&created(1)).send(0, 1..=5);
        let snapshot = run.tally.snapshot(run.now);
        assert_eq!(snapshot.rate, Some(64 * MIB));
        assert_eq!(snapshot.left, Some(Duration::from_secs(15)));
        // What a failed read set was to bring is not waited for.
        run.tell(&finished(1, Outcome::Failed, None));
        assert_eq!(run.tally.snapshot(run.now).left, Some(Duration::from_secs(5)));
        // Skipped: it does not count at all.
        run.tell(&finished(1, Outcome::Skipped, None));
        assert_eq!(amount(&run), (320, 0, Some(50)));
        // Nothing moves: nobody knows.
        run.wait(60_000);
        let snapshot = run.tally.snapshot(run.now);
        assert_eq!((snapshot.rate, snapshot.left), (Some(0), None));
        assert_eq!(snapshot.stalled, Some(Duration::from_mins(1)));
    }

    #[test]
    fn parts_of_an_earlier_run_are_done_but_did_not_go_out() {
        let mut run = Run::new(&[("a", 640)]);
        run.tell(&created(0));
        for number in 1..=8 {
            run.tell(&uploaded(0, number, 64));
        }
        run.send(0, [9]);
        let snapshot = run.tally.snapshot(run.now);
        assert_eq!(snapshot.amount.percent(), Some(90));
        assert_eq!((snapshot.rate, snapshot.sent), (Some(64 * MIB), 64 * MIB));
        assert_eq!(snapshot.sending, Duration::from_secs(1));
    }

    #[test]
    fn trouble_is_told_until_something_moves() {
        let mut run = Run::new(&[("a", 64)]);
        run.tell(&started(0, 1, 64)).tell(&retrying(0, 1, "no route\u{1b}[2J")).wait(9_999);
        let snapshot = run.tally.snapshot(run.now);
        assert_eq!(snapshot.trouble.as_deref(), Some("no route\\u{1b}[2J"));
        assert_eq!((snapshot.retries, snapshot.stalled), (1, None));
        // The next attempt alone is no progress.
        run.wait(1).tell(&started(0, 1, 64));
        let snapshot = run.tally.snapshot(run.now);
        assert_eq!(snapshot.stalled, Some(Duration::from_secs(10)));
        assert_eq!(snapshot.parts_in_flight, 1);
        run.tell(&progress(0, 1, 1));
        let snapshot = run.tally.snapshot(run.now);
        assert_eq!((snapshot.trouble, snapshot.stalled), (None, None));
    }

    #[test]
    fn without_a_size_there_is_no_percentage() {
        let mut run = Run::new(&[("a", 64), ("pipe", 0)]);
        run.tell(&created(1)).send(1, [1]);
        let snapshot = run.tally.snapshot(run.now);
        assert_eq!((snapshot.amount.total, snapshot.amount.percent()), (None, None));
        assert_eq!((snapshot.amount.done(), snapshot.left), (64 * MIB, None));
    }
}
