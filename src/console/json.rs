//! Facts and snapshots for programs: one JSON object a line. Pure.
//!
//! Durations are in seconds, sizes in bytes, times in RFC 3339 UTC.

use jiff::Timestamp;
use serde::Serialize;

use super::{
    date,
    snapshot::{Phase, Snapshot},
};
use crate::event::Event;

/// Grows when a field changes its meaning; new fields and events may come without.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Record<T> {
    version: u32,
    time: String,
    #[serde(flatten)]
    body: T,
}

/// What is told besides the facts of the run.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Remark<'a> {
    Progress {
        phase: Phase,
        bytes_confirmed: u64,
        bytes_in_flight: u64,
        /// `null`: not known before the end.
        bytes_total: Option<u64>,
        bytes_per_second: Option<u64>,
        seconds_left: Option<u64>,
        parts_in_flight: usize,
        retries: u64,
        throttled: u64,
    },
    Note {
        message: &'a str,
    },
    Warning {
        message: &'a str,
    },
    Error {
        message: &'a str,
    },
    Omitted {
        lines: u64,
    },
}

/// One fact; `None` for what [`progress`] sums up.
pub(super) fn event(event: &Event, at: Timestamp) -> Option<String> {
    (!matches!(event, Event::PartProgress { .. })).then(|| record(event, at))
}

pub(super) fn progress(snapshot: &Snapshot, at: Timestamp) -> String {
    let amount = snapshot.amount;
    let body = Remark::Progress {
        phase: snapshot.phase,
        bytes_confirmed: amount.confirmed,
        bytes_in_flight: amount.in_flight,
        bytes_total: amount.total,
        bytes_per_second: snapshot.rate,
        seconds_left: snapshot.left.map(|left| left.as_secs()),
        parts_in_flight: snapshot.parts_in_flight,
        retries: snapshot.retries,
        throttled: snapshot.throttled,
    };
    record(body, at)
}

pub(super) fn note(message: &str, at: Timestamp) -> String {
    record(Remark::Note { message }, at)
}

pub(super) fn warning(message: &str, at: Timestamp) -> String {
    record(Remark::Warning { message }, at)
}

pub(super) fn error(message: &str, at: Timestamp) -> String {
    record(Remark::Error { message }, at)
}

/// So many lines were left out because nobody read them.
pub(super) fn omitted(lines: u64, at: Timestamp) -> String {
    record(Remark::Omitted { lines }, at)
}

fn record(body: impl Serialize, at: Timestamp) -> String {
    let record = Record { version: VERSION, time: date(at), body };
    // Strings, numbers and flat structs: there is nothing that could fail.
    serde_json::to_string(&record).unwrap_or_default()
}
