//! The state of a run at one moment: what every renderer gets, and all that it gets.

use std::time::Duration;

use serde::Serialize;

use super::text;
use crate::event::Outcome;

/// Where a read set is on its way; later is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, strum::IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub(super) enum Phase {
    /// Nothing has happened to it yet.
    Preparing,
    Checking,
    Uploading,
    Confirming,
    /// All parts are sent, and the files are still being read in order.
    Decoding,
    Completing,
    /// The same of an archive.
    Archiving,
    Processing,
    Done,
}

impl Phase {
    /// What is going on, in words that tell somebody who sees 100 % why it is not over.
    pub(super) const fn describe(self) -> &'static str {
        match self {
            Self::Preparing => "preparing",
            Self::Checking => "checking (the files are read to see which parts are there already)",
            Self::Uploading => "uploading",
            Self::Confirming => "confirming (the service's list of parts is checked)",
            Self::Decoding => "decoding (the data are still read to their end)",
            Self::Completing => "completing (HealthOmics puts the parts together)",
            Self::Archiving => "completing (the vault puts the parts together)",
            Self::Processing => "processing (HealthOmics checks the read set)",
            Self::Done => "done",
        }
    }

    /// The same where there is little room.
    pub(super) const fn name(self) -> &'static str {
        self.into_str()
    }
}

/// What a run makes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Product {
    #[default]
    ReadSets,
    Archives,
}

impl Product {
    /// One of it, and several.
    pub(super) const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::ReadSets => ("read set", "read sets"),
            Self::Archives => ("archive", "archives"),
        }
    }

    /// The phase in which parts become one of it.
    pub(super) const fn completing(self) -> Phase {
        match self {
            Self::ReadSets => Phase::Completing,
            Self::Archives => Phase::Archiving,
        }
    }
}

/// How far something is, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Amount {
    /// In parts that the service has confirmed.
    pub(super) confirmed: u64,
    /// On their way, and perhaps to be sent again.
    pub(super) in_flight: u64,
    /// `None`: not known before the end.
    pub(super) total: Option<u64>,
}

impl Amount {
    /// What to show as done: with what is on its way, and never more than there is.
    pub(super) fn done(self) -> u64 {
        self.confirmed.saturating_add(self.in_flight).min(self.total.unwrap_or(u64::MAX))
    }

    /// Whole percents; 100 only when everything is confirmed.
    pub(super) fn percent(self) -> Option<u64> {
        let total = self.total?;
        let bound = if self.confirmed < total { 99 } else { 100 };
        Some(text::percent(self.done(), total).min(bound))
    }

    /// `12.3 GiB of 40.0 GiB`.
    pub(super) fn describe(self) -> String {
        let done = text::bytes(self.done());
        self.total.map_or(done.clone(), |total| format!("{done} of {}", text::bytes(total)))
    }
}

/// One read set that is in work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// Fit to be shown.
    pub(super) name: String,
    pub(super) phase: Phase,
    pub(super) in_phase: Duration,
    pub(super) amount: Amount,
}

/// The whole run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Snapshot {
    /// The earliest phase that any read set in work is in.
    pub(super) phase: Phase,
    /// For how long some read set has been in that phase.
    pub(super) in_phase: Duration,
    pub(super) amount: Amount,
    /// What is decoded, of the read sets that have not ended.
    pub(super) decoded: Amount,
    /// Bytes per second.
    pub(super) rate: Option<u64>,
    pub(super) left: Option<Duration>,
    pub(super) parts_in_flight: usize,
    pub(super) retries: u64,
    pub(super) throttled: u64,
    /// How long no byte has moved that should.
    pub(super) stalled: Option<Duration>,
    /// Why, as far as the last failure tells; fit to be shown.
    pub(super) trouble: Option<String>,
    /// The signal that ends the run.
    pub(super) stopping: Option<&'static str>,
    pub(super) product: Product,
    pub(super) planned: usize,
    /// How the finished read sets ended.
    pub(super) outcomes: Vec<Outcome>,
    pub(super) rows: Vec<Row>,
    /// Bytes that this run sent and the service confirmed, and the time it took.
    pub(super) sent: u64,
    pub(super) sending: Duration,
    pub(super) elapsed: Duration,
}

impl Snapshot {
    /// How many read sets failed, if any did.
    pub(super) fn failed(&self) -> Option<usize> {
        let failed = self.outcomes.iter().filter(|outcome| **outcome == Outcome::Failed).count();
        Some(failed).filter(|failed| *failed > 0)
    }

    /// There is something to show, and it is not over.
    pub(super) const fn is_running(&self) -> bool {
        self.planned > 0 && self.outcomes.len() < self.planned
    }
}
