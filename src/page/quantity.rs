//! How quantities are spelled on the page, always with their units.

use std::time::Duration;

use jiff::Timestamp;

use crate::types::ByteCount;

/// `12.3 GiB`.
pub(super) fn bytes(count: u64) -> String {
    ByteCount::new(count).to_string()
}

/// `95.1 MiB/s`; nothing of what took no time.
pub(super) fn rate(bytes: u64, milliseconds: u64) -> Option<String> {
    let per_second =
        u128::from(bytes) * 1000 / u128::from((milliseconds > 0).then_some(milliseconds)?);
    Some(format!("{}/s", ByteCount::new(u64::try_from(per_second).unwrap_or(u64::MAX))))
}

/// The two largest units: `45 s`, `5 min 2 s`, `3 h 10 min`, `2 d 4 h`.
pub(super) fn duration(milliseconds: u64) -> String {
    let seconds = Duration::from_millis(milliseconds).as_secs();
    if seconds == 0 {
        return if milliseconds == 0 { "0 s".to_owned() } else { "< 1 s".to_owned() };
    }
    let units = [
        (seconds / 86_400, "d"),
        (seconds / 3600 % 24, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
    ];
    let largest = units.iter().position(|(count, _)| *count > 0).unwrap_or_default();
    let pieces = units[largest..].iter().take(2).filter(|(count, _)| *count > 0);
    pieces.map(|(count, unit)| format!("{count} {unit}")).collect::<Vec<_>>().join(" ")
}

/// `5,000`.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(|group| String::from_utf8_lossy(group));
    groups.collect::<Vec<_>>().join(",")
}

/// `1 read set`, `2 read sets`.
pub(super) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// `2026-11-21T10:00:00Z`.
pub(super) fn time(at: Timestamp) -> String {
    format!("{at:.0}")
}

/// From one moment to another; nothing of a clock that went back.
pub(super) fn milliseconds(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.as_millisecond() - from.as_millisecond()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_have_units() {
        for (seconds, spelled) in [
            (0, "0 s"),
            (45, "45 s"),
            (302, "5 min 2 s"),
            (300, "5 min"),
            (11_405, "3 h 10 min"),
            (187_200, "2 d 4 h"),
            (86_459, "1 d"),
        ] {
            assert_eq!(duration(seconds * 1000), spelled);
        }
        assert_eq!(duration(999), "< 1 s");
        assert_eq!(rate(99_719_577, 1000).as_deref(), Some("95.1 MiB/s"));
        assert_eq!(rate(1, 0), None);
        assert_eq!(
            [count(0), count(999), count(5000), count(1_234_567)].join(" "),
            "0 999 5,000 1,234,567"
        );
        assert_eq!(
            counted(1, "retry", "retries") + &counted(2, "retry", "retries"),
            "1 retry2 retries"
        );
        let [early, late] =
            ["2026-11-27T10:00:00Z", "2026-11-27T10:00:01.5Z"].map(|t| t.parse().unwrap());
        assert_eq!((milliseconds(early, late), milliseconds(late, early)), (1500, 0));
        assert_eq!(time(late), "2026-11-27T10:00:01Z");
    }
}
