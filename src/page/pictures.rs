//! The pictures of a run: throughput over time, and when each read set was uploaded.
//!
//! Both are SVG without any text from outside but escaped names, have the width of the page at the
//! same size of letters, and a bounded number of shapes.

use jiff::Timestamp;
use maud::{Markup, html};

use super::{
    PageReport, ReadSetRow, RowStatus, quantity,
    time_axis::{Share, TimeAxis},
};

/// In pixels.
const THROUGHPUT_HEIGHT: u64 = 150;
/// Below a picture, for the labels of the time.
const LABELS: u64 = 22;

/// Both pictures, or nothing of a run that has not begun.
pub(super) fn pictures(report: &PageReport) -> Markup {
    let Some(axis) = TimeAxis::of(report) else { return Markup::default() };
    html! {
        section {
            h2 { "Over time" }
            (throughput(report, axis))
            (timeline(&report.rows, axis))
            p.s { "Times are UTC." }
        }
    }
}

fn throughput(report: &PageReport, axis: TimeAxis) -> Markup {
    // In bytes a second.
    let rates = report.throughput.stretches().map(|(at, width, bytes)| {
        let rate = u128::from(bytes) * 1000 / u128::from(width.max(1));
        (at, width, u64::try_from(rate).unwrap_or(u64::MAX))
    });
    let highest = rates.clone().map(|(_, _, rate)| rate).max().unwrap_or_default();
    if highest == 0 {
        return Markup::default();
    }
    let step = round_step(highest);
    let top = highest.div_ceil(step).saturating_mul(step);
    let height = |rate: u64| u128::from(rate) * u128::from(THROUGHPUT_HEIGHT) / u128::from(top);
    let peak = format!("Throughput; the peak is {}/s.", quantity::bytes(highest));
    html! {
        figure {
            figcaption { "Throughput" }
            svg role="img" aria-label=(peak) width="100%" height=(THROUGHPUT_HEIGHT + LABELS) {
                (axis.ticks(THROUGHPUT_HEIGHT))
                @for rate in (1..=top / step).map(|n| n * step) {
                    @let y = u128::from(THROUGHPUT_HEIGHT) - height(rate);
                    line.g x1="0" x2="100%" y1=(y) y2=(y) {}
                }
                @for (at, width, rate) in rates.filter(|(_, _, rate)| *rate > 0) {
                    @let x = axis.share(at);
                    @let end = axis.share(at.saturating_add_unsigned(width));
                    @let h = height(rate).max(1);
                    rect.t x=(x) width=(Share(end.0 - x.0)) y=(u128::from(THROUGHPUT_HEIGHT) - h) height=(h) {}
                }
                @for rate in (1..=top / step).map(|n| n * step) {
                    text x="4" y=(u128::from(THROUGHPUT_HEIGHT) - height(rate) + 13) {
                        (quantity::bytes(rate)) "/s"
                    }
                }
            }
        }
    }
}

/// Of at most four lines: 1, 2 or 5 times 1, 10 or 100 of a binary unit.
fn round_step(highest: u64) -> u64 {
    let units = (0..6).map(|power| 1u64 << (10 * power));
    let steps = units.flat_map(|unit| [1, 2, 5, 10, 20, 50, 100, 200, 500].map(|n| n * unit));
    steps.into_iter().find(|step| highest.div_ceil(*step) <= 4).unwrap_or(1 << 60)
}

/// Of a timeline: what stands for one or more read sets.
struct Bar<'a> {
    rows: &'a [&'a ReadSetRow],
    from: Share,
    to: Share,
    worst: RowStatus,
}

/// How a timeline is drawn for so many read sets.
struct Scale {
    /// Read sets in one line.
    rows: usize,
    /// The height of a line in pixels.
    pitch: u64,
    has_names: bool,
}

impl Scale {
    const fn of(rows: usize) -> Self {
        const MOST: usize = 160;
        match rows {
            ..=40 => Self { rows: 1, pitch: 17, has_names: true },
            41..=80 => Self { rows: 1, pitch: 6, has_names: false },
            _ => Self { rows: rows.div_ceil(MOST), pitch: 3, has_names: false },
        }
    }
}

fn timeline(rows: &[ReadSetRow], axis: TimeAxis) -> Markup {
    let mut begun: Vec<_> = rows.iter().filter(|row| row.begun.is_some()).collect();
    begun.sort_by_key(|row| row.begun);
    if begun.is_empty() {
        return Markup::default();
    }
    let scale = Scale::of(begun.len());
    let lines = begun.chunks(scale.rows);
    let height = lines.len() as u64 * scale.pitch;
    html! {
        figure {
            figcaption {
                "Read sets, from the first request to the last"
                @if scale.rows > 1 {
                    "; each line stands for up to " (quantity::count(scale.rows as u64))
                    " of them, in the colour of the worst"
                }
            }
            svg role="img" aria-label="When each read set was uploaded; the table has the times."
                width="100%" height=(height + LABELS) {
                (axis.ticks(height))
                @for (y, rows) in (0..).step_by(usize::try_from(scale.pitch).unwrap_or(1)).zip(lines) {
                    (bar(&Bar::of(rows, axis), y, &scale))
                }
            }
        }
    }
}

impl<'a> Bar<'a> {
    fn of(rows: &'a [&'a ReadSetRow], axis: TimeAxis) -> Self {
        let begun = rows.iter().filter_map(|row| row.begun).min();
        // What has not ended is under way until the picture ends.
        let ended =
            rows.iter().map(|row| row.ended.map_or(i64::MAX, Timestamp::as_millisecond)).max();
        Self {
            rows,
            from: axis.share(begun.map_or(i64::MIN, Timestamp::as_millisecond)),
            to: axis.share(ended.unwrap_or(i64::MAX)),
            worst: rows.iter().map(|row| row.status).min().unwrap_or(RowStatus::Pending),
        }
    }
}

fn bar(bar: &Bar, y: u64, scale: &Scale) -> Markup {
    // A line has to be seen, even of a moment.
    let width = Share((bar.to.0 - bar.from.0).max(25));
    let x = Share(bar.from.0.min(10_000 - width.0));
    let gap = if scale.pitch > 3 { 2 } else { 0 };
    html! {
        rect class=(bar.worst.as_str()) x=(x) y=(y) width=(width) height=(scale.pitch - gap) {
            @if let [row] = bar.rows {
                title { (row.fields.name) ", line " (row.line) ": " (row.status.as_str()) }
            }
        }
        @if let (true, [row]) = (scale.has_names, bar.rows) {
            @if bar.to.0 < 6000 {
                text x=(bar.to) dx="5" y=(y + 12) { (row.fields.name) }
            } @else if bar.from.0 > 4000 {
                text x=(bar.from) dx="-5" y=(y + 12) text-anchor="end" { (row.fields.name) }
            } @else {
                text.i x=(bar.from) dx="5" y=(y + 12) { (row.fields.name) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        for (highest, step) in [
            (1, 1),
            (4, 1),
            (5, 2),
            (1000, 500),
            (1024, 500),
            (100 << 20, 50 << 20),
            (900 << 20, 500 << 20),
            (u64::MAX, 1 << 60),
        ] {
            assert_eq!(round_step(highest), step, "{highest}");
        }
    }
}
