//! Why the parts in flight became more or fewer, in words. Knows nothing of how that was decided.

use std::fmt;

use crate::types::ByteCount;

/// Why a level was left; rates are in bytes a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reason {
    /// The first level has been measured.
    First { moved: f64 },
    /// More parts than `before` moved more.
    Gain { before: usize, moved: f64, now: f64 },
    /// More parts moved no more.
    Vain { tried: usize, moved: f64, now: f64 },
    /// It is time to see whether the link has become better.
    Probe { moved: f64 },
    /// Requests failed, or hung.
    Failures { failed: u32, of: u32 },
    /// Requests came too often for the service.
    Throttled { throttled: u32, of: u32 },
    /// The request quota cannot use more.
    Quota,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::First { moved } => {
                write!(f, "{} so far, and more may bring more", ShownRate(moved))
            }
            Self::Gain { before, moved, now } => {
                write!(f, "{} instead of {} with {before}", ShownRate(now), ShownRate(moved))
            }
            Self::Vain { tried, moved, now } => {
                write!(
                    f,
                    "{tried} brought {}, no more than {} before",
                    ShownRate(now),
                    ShownRate(moved)
                )
            }
            Self::Probe { moved } => {
                write!(f, "{}, and the link may have changed", ShownRate(moved))
            }
            Self::Failures { failed, of } => write!(f, "{failed} of {of} attempts failed"),
            Self::Throttled { throttled, of } => {
                write!(f, "{throttled} of {of} attempts were throttled")
            }
            Self::Quota => f.write_str("the request quota cannot use more"),
        }
    }
}

/// Bytes a second, for people.
struct ShownRate(f64);

impl fmt::Display for ShownRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "for people")]
        let bytes = ByteCount::new(self.0.max(0.0) as u64);
        write!(f, "{bytes}/s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_a_line() {
        const MIB: f64 = 1_048_576.0;
        for (reason, words) in [
            (Reason::First { moved: MIB }, "1.0 MiB/s so far, and more may bring more"),
            (
                Reason::Gain { before: 4, moved: MIB, now: 2.0 * MIB },
                "2.0 MiB/s instead of 1.0 MiB/s with 4",
            ),
            (
                Reason::Vain { tried: 8, moved: MIB, now: MIB },
                "8 brought 1.0 MiB/s, no more than 1.0 MiB/s before",
            ),
            (Reason::Probe { moved: MIB }, "1.0 MiB/s, and the link may have changed"),
            (Reason::Failures { failed: 3, of: 5 }, "3 of 5 attempts failed"),
            (Reason::Throttled { throttled: 3, of: 5 }, "3 of 5 attempts were throttled"),
            (Reason::Quota, "the request quota cannot use more"),
        ] {
            assert_eq!(reason.to_string(), words);
        }
    }
}
