//! The time of a run as the horizontal axis of a picture, in percents of its width.

use std::fmt;

use jiff::{Timestamp, tz::TimeZone};
use maud::{Markup, html};

use super::PageReport;

/// From the first moment to the last, in milliseconds since 1970.
#[derive(Debug, Clone, Copy)]
pub(super) struct TimeAxis {
    from: i64,
    to: i64,
}

/// A share of the width, in hundredths of a percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Share(pub(super) i64);

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}%", self.0 / 100, self.0 % 100)
    }
}

/// In seconds; of more than two days, whole days.
const STEPS: [i64; 17] =
    [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200];
const DAY: i64 = 86_400;
/// More labels than these run into each other on a telephone.
const MOST_TICKS: i64 = 6;

impl TimeAxis {
    /// The time that anything of a report took; `None` if nothing was begun.
    pub(super) fn of(report: &PageReport) -> Option<Self> {
        let rows = report.rows.iter().flat_map(|row| [row.begun, row.ended]);
        let times = rows.chain([report.begun, report.ended]).flatten();
        let times = times.map(Timestamp::as_millisecond);
        let sent = report.throughput.stretches().filter(|(_, _, bytes)| *bytes > 0);
        let ends = sent.map(|(at, width, _)| at.saturating_add_unsigned(width));
        let (from, to) = times
            .clone()
            .chain(ends)
            .fold((i64::MAX, i64::MIN), |(from, to), at| (from.min(at), to.max(at)));
        (from < i64::MAX).then(|| Self { from, to: to.max(from + 1000) })
    }

    pub(super) fn share(&self, at: i64) -> Share {
        let (at, whole) = (at.clamp(self.from, self.to) - self.from, self.to - self.from);
        Share(i64::try_from(i128::from(at) * 10_000 / i128::from(whole)).unwrap_or(0))
    }

    /// The step between two labels, in seconds.
    fn step(&self) -> i64 {
        let seconds = (self.to - self.from) / 1000;
        let fits = |step: &i64| seconds / step < MOST_TICKS;
        let days = (seconds / DAY / MOST_TICKS + 1) * DAY;
        STEPS.into_iter().find(fits).unwrap_or(days)
    }

    /// Lines and labels, within a picture of that height in pixels.
    pub(super) fn ticks(&self, height: u64) -> Markup {
        let step = self.step() * 1000;
        let first = self.from.div_euclid(step) * step;
        let format = match step / 1000 {
            ..60 => "%H:%M:%S",
            60..DAY if self.to - self.from < DAY * 1000 => "%H:%M",
            60..DAY => "%d %b %H:%M",
            _ => "%d %b",
        };
        let ticks = (0..=MOST_TICKS + 1).map(|n| first + n * step);
        let ticks = ticks.filter(|at| (self.from..=self.to).contains(at));
        html! {
            @for at in ticks {
                @let x = self.share(at);
                line.g x1=(x) x2=(x) y1="0" y2=(height) {}
                @let time = Timestamp::from_millisecond(at).unwrap_or_default();
                @let anchor = match x.0 { ..500 => "start", 9500.. => "end", _ => "middle" };
                text x=(x) y=(height + 16) text-anchor=(anchor) {
                    (time.to_zoned(TimeZone::UTC).strftime(format))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        for (seconds, labels) in [
            (1, "10:00:00 10:00:01"),
            (100, "10:00:00 10:00:30 10:01:00 10:01:30"),
            (7000, "10:00 10:30 11:00 11:30"),
            (200_000, "27 Nov 12:00 28 Nov 00:00 28 Nov 12:00 29 Nov 00:00 29 Nov 12:00"),
            (30 * DAY, "03 Dec 09 Dec 15 Dec 21 Dec 27 Dec"),
        ] {
            let from = "2026-11-27T10:00:00Z".parse::<Timestamp>().unwrap().as_millisecond();
            let ticks = TimeAxis { from, to: from + seconds * 1000 }.ticks(100).into_string();
            let shown = ticks.split("</text>").filter_map(|tick| tick.rsplit_once('>'));
            let shown: Vec<_> = shown.map(|(_, label)| label).filter(|l| !l.is_empty()).collect();
            assert_eq!(shown.join(" "), labels);
        }
        assert_eq!(Share(1234).to_string(), "12.34%");
    }
}
