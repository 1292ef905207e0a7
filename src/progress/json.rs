//! Facts and snapshots for programs: one JSON object a line. Pure.
//!
//! Durations are in seconds, sizes in bytes, times in RFC 3339 UTC.

use jiff::Timestamp;
use serde::Serialize;

use super::{
    snapshot::{Phase, Product, Snapshot},
    text::date,
    view::MessageKind,
};
use crate::event::Event;

/// Grows when a field changes its meaning; new fields and events may come without.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct JsonRecord<T> {
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
        /// With `--verify`.
        #[serde(skip_serializing_if = "Option::is_none")]
        bytes_decoded: Option<u64>,
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

/// One fact; `None` for what [`progress`] sums up. What is about a read set has its row of the sheet, if
/// it has one; what is about an archive says so.
pub(super) fn event(
    event: &Event,
    at: Timestamp,
    product: Product,
    row: impl Fn(usize) -> Option<usize>,
) -> Option<String> {
    if matches!(event, Event::PartProgress { .. } | Event::DecodeProgress { .. }) {
        return None;
    }
    let mut body = serde_json::to_value(event).unwrap_or_default();
    if product == Product::Archives
        && let Some(members) = body.as_object_mut()
        && let Some(item) = members.remove("read_set")
    {
        members.insert("archive".to_owned(), item);
        // An archive is made of one file.
        members.remove("source");
        return Some(record(body, at));
    }
    let read_set = body.get("read_set").and_then(serde_json::Value::as_u64);
    let row = read_set.and_then(|item| row(usize::try_from(item).ok()?));
    match (row, body.as_object_mut()) {
        (Some(row), Some(members)) => {
            members.insert("row".to_owned(), row.into());
            Some(record(body, at))
        }
        _ => Some(record(event, at)),
    }
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
        bytes_decoded: Some(snapshot.decoded.confirmed).filter(|bytes| *bytes > 0),
        parts_in_flight: snapshot.parts_in_flight,
        retries: snapshot.retries,
        throttled: snapshot.throttled,
    };
    record(body, at)
}

pub(super) fn remark(level: MessageKind, message: &str, at: Timestamp) -> String {
    let body = match level {
        MessageKind::Note => Remark::Note { message },
        MessageKind::Warning => Remark::Warning { message },
        MessageKind::Error => Remark::Error { message },
    };
    record(body, at)
}

/// So many lines were left out because nobody read them.
pub(super) fn omitted(lines: u64, at: Timestamp) -> String {
    record(Remark::Omitted { lines }, at)
}

fn record(body: impl Serialize, at: Timestamp) -> String {
    let record = JsonRecord { version: VERSION, time: date(at), body };
    crate::types::line(&record)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::progress::fixture::{
        Run, created, part, planned, progress, retrying, started, uploaded, warning,
    };

    fn at() -> Timestamp {
        "2026-11-21T10:00:00.987654321Z".parse().unwrap()
    }

    #[test]
    fn every_fact_is_one_object_on_one_line() {
        let head = r#"{"version":1,"time":"2026-11-21T10:00:00Z","event":"#;
        for (fact, body) in [
            (
                planned(&[("a\"\n\u{1b}é", 65)]),
                r#""planned","read_sets":[{"name":"a\"\n\u001bé","files":["a\"\n\u001bé.bam"],"bytes":68157440,"parts":2}]}"#,
            ),
            (created(3), r#""upload_created","read_set":3,"upload_id":"1234567890"}"#),
            (
                started(0, 7, 64),
                r#""part_started","read_set":0,"source":"SOURCE1","part":7,"bytes":67108864,"attempt":1}"#,
            ),
            (
                retrying(0, 7, "reset"),
                r#""part_retrying","read_set":0,"source":"SOURCE1","part":7,"attempt":1,"delay_seconds":1.234,"reason":"reset"}"#,
            ),
            (
                uploaded(0, 7, 1),
                r#""part_uploaded","read_set":0,"source":"SOURCE1","part":7,"bytes":1048576}"#,
            ),
            (
                Event::PartFailed { part: part(1, 2) },
                r#""part_failed","read_set":1,"source":"SOURCE1","part":2}"#,
            ),
            (warning(None, "w"), r#""warning","message":"w"}"#),
            (warning(Some(2), "w"), r#""warning","read_set":2,"message":"w"}"#),
            (
                Event::Stopping { signal: "SIGINT", grace: Duration::from_secs(10) },
                r#""stopping","signal":"SIGINT","grace_seconds":10.0}"#,
            ),
        ] {
            let line = event(&fact, at(), Product::ReadSets, |_| None).unwrap();
            assert_eq!(line, format!("{head}{body}"));
            assert!(serde_json::from_str::<serde_json::Value>(&line).unwrap().is_object());
        }
        assert_eq!(event(&progress(0, 1, 1), at(), Product::ReadSets, |_| None), None);
    }

    #[test]
    fn facts_about_an_archive_name_neither_read_set_nor_source() {
        let line = event(&started(3, 7, 64), at(), Product::Archives, |_| None).unwrap();
        let line: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!((&line["archive"], &line["part"]), (&3.into(), &7.into()));
        assert_eq!((line.get("read_set"), line.get("source")), (None, None));
    }

    #[test]
    fn a_row_of_a_sheet_is_named() {
        let line =
            event(&started(0, 1, 1), at(), Product::ReadSets, |item| Some(item + 17)).unwrap();
        assert!(line.contains(r#""row":17"#), "{line}");
        assert!(line.contains(r#""read_set":0"#), "{line}");
    }

    #[test]
    fn progress_is_summed_up_in_bytes_and_seconds() {
        let mut run = Run::new(&[("a", 1280)]);
        let line = |run: &Run| {
            let line = super::progress(&run.tally.snapshot(run.now), at());
            line.strip_prefix(r#"{"version":1,"time":"2026-11-21T10:00:00Z","event":"#)
                .unwrap()
                .to_owned()
        };
        assert_eq!(
            line(&run),
            r#""progress","phase":"preparing","bytes_confirmed":0,"bytes_in_flight":0,"bytes_total":1342177280,"bytes_per_second":null,"seconds_left":null,"parts_in_flight":0,"retries":0,"throttled":0}"#
        );
        run.tell(&created(0)).send(0, 1..=2).tell(&started(0, 3, 64)).tell(&progress(0, 3, 4));
        run.tell(&retrying(0, 3, "x")).tell(&started(0, 3, 64)).tell(&progress(0, 3, 1));
        assert_eq!(
            line(&run),
            r#""progress","phase":"uploading","bytes_confirmed":134217728,"bytes_in_flight":1048576,"bytes_total":1342177280,"bytes_per_second":69730304,"seconds_left":17,"parts_in_flight":1,"retries":1,"throttled":0}"#
        );
    }

    #[test]
    fn remarks_are_objects_too() {
        for (level, name) in [
            (MessageKind::Note, "note"),
            (MessageKind::Warning, "warning"),
            (MessageKind::Error, "error"),
        ] {
            assert_eq!(
                remark(level, "a\n\"b\"", at()),
                format!(
                    r#"{{"version":1,"time":"2026-11-21T10:00:00Z","event":"{name}","message":"a\n\"b\""}}"#
                )
            );
        }
        assert!(omitted(5, at()).ends_with(r#""event":"omitted","lines":5}"#));
    }
}
