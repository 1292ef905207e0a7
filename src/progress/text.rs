//! How quantities are spelled for people. Knows nothing of what they measure.

use std::{cmp::Ordering, time::Duration};

use crate::types::ByteCount;

/// The two largest units: `45s`, `5m 2s`, `3h 10m`, `2days 4h`.
pub(super) fn duration(duration: Duration) -> String {
    let spelled = humantime::format_duration(Duration::from_secs(duration.as_secs())).to_string();
    spelled.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

/// `12.3 GiB`.
pub(super) fn bytes(count: u64) -> String {
    ByteCount::new(count).to_string()
}

/// `95.1 MiB/s`.
pub(super) fn rate(per_second: u64) -> String {
    format!("{}/s", ByteCount::new(per_second))
}

/// `1 retry`, `2 retries`.
pub(super) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Whole percents, rounded down: 100 is said of the whole alone, and never more.
pub(super) fn percent(part: u64, whole: u64) -> u64 {
    match part.cmp(&whole) {
        Ordering::Less => u64::try_from(u128::from(part) * 100 / u128::from(whole)).unwrap_or(100),
        Ordering::Equal | Ordering::Greater => 100,
    }
}

/// `2026-11-21T10:00:00Z`.
pub(super) fn date(at: jiff::Timestamp) -> String {
    format!("{at:.0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_spelled_shortly() {
        for (seconds, spelled) in [
            (0, "0s"),
            (45, "45s"),
            (302, "5m 2s"),
            (300, "5m"),
            (11_405, "3h 10m"),
            (187_200, "2days 4h"),
        ] {
            assert_eq!(duration(Duration::from_secs(seconds)), spelled);
        }
        assert_eq!(duration(Duration::from_millis(999)), "0s");
        assert_eq!(
            (bytes(13_207_024_435), rate(99_719_577)),
            ("12.3 GiB".into(), "95.1 MiB/s".into())
        );
        assert_eq!(count(1, "retry", "retries"), "1 retry");
        assert_eq!(count(0, "retry", "retries"), "0 retries");
    }

    #[test]
    fn a_hundred_percent_is_said_of_the_whole_alone() {
        for (part, whole, shown) in [
            (0, 10, 0),
            (999, 1000, 99),
            (1000, 1000, 100),
            (1001, 1000, 100),
            (0, 0, 100),
            (u64::MAX - 1, u64::MAX, 99),
        ] {
            assert_eq!(percent(part, whole), shown, "{part} of {whole}");
        }
    }
}
