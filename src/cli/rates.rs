//! Rates that options take: requests and bytes a second.

use std::{fmt, num::NonZeroU64, str::FromStr};

/// How many parts may be begun in a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RequestRate {
    /// What the service documents, or bears.
    Auto,
    /// So many.
    Fixed(f64),
}

impl RequestRate {
    /// The lowest rate that makes sense: a part in a quarter of an hour.
    const LOWEST: f64 = 0.001;
    /// A rate above this is none.
    const HIGHEST: f64 = 10_000.0;

    /// The rate that was given, if one was.
    pub const fn get(self) -> Option<f64> {
        match self {
            Self::Auto => None,
            Self::Fixed(rate) => Some(rate),
        }
    }
}

impl FromStr for RequestRate {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "auto" {
            return Ok(Self::Auto);
        }
        text.parse()
            .ok()
            .filter(|rate| (Self::LOWEST..=Self::HIGHEST).contains(rate))
            .map(Self::Fixed)
            .ok_or("a number such as `10` or `2.5`, from 0.001 to 10000, or `auto`, is needed")
    }
}

/// Bytes a second as people write them: `40MB/s`, `1MiB/s`, `100Mbit/s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bandwidth(NonZeroU64);

/// Units and their bytes, in thousandths.
const UNITS: [(&str, u64); 12] = [
    ("B", 1_000),
    ("kB", 1_000_000),
    ("KB", 1_000_000),
    ("MB", 1_000_000_000),
    ("GB", 1_000_000_000_000),
    ("KiB", 1_024_000),
    ("MiB", 1_048_576_000),
    ("GiB", 1_073_741_824_000),
    ("bit", 125),
    ("kbit", 125_000),
    ("Mbit", 125_000_000),
    ("Gbit", 125_000_000_000),
];

impl Bandwidth {
    /// With less than this the parts in flight could not all be kept moving.
    const LOWEST: u64 = 1_000;

    /// In bytes a second.
    pub const fn get(self) -> NonZeroU64 {
        self.0
    }
}

impl FromStr for Bandwidth {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WANTED: &str = "a rate such as `40MB/s`, `500kB/s`, `1.5MiB/s` or `100Mbit/s` is \
                              needed, with its unit";
        let rate = text.strip_suffix("/s").unwrap_or(text).trim_end();
        let unit = rate.find(|c: char| c.is_ascii_alphabetic()).ok_or(WANTED)?;
        let (number, unit) = rate.split_at(unit);
        let (_, of_unit) = UNITS.iter().find(|(name, _)| *name == unit).ok_or(WANTED)?;
        let thousandths = thousandths(number.trim_end()).ok_or(WANTED)?;
        let bytes = thousandths.checked_mul(*of_unit).ok_or("so high a rate caps nothing")?;
        let bytes = bytes / 1_000_000;
        if bytes < Self::LOWEST {
            return Err("at least 1kB/s is needed, or the parts in flight would starve");
        }
        NonZeroU64::new(bytes).map(Self).ok_or(WANTED)
    }
}

/// A decimal number with at most three decimals, in thousandths.
fn thousandths(text: &str) -> Option<u64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(decimals) || decimals.len() > 3 {
        return None;
    }
    let decimals: u64 = format!("{decimals:0<3}").parse().ok()?;
    whole.parse::<u64>().ok()?.checked_mul(1_000)?.checked_add(decimals)
}

impl fmt::Display for Bandwidth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}B/s", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_rate_is_a_positive_number_or_auto() {
        assert_eq!("auto".parse(), Ok(RequestRate::Auto));
        assert_eq!("10".parse(), Ok(RequestRate::Fixed(10.0)));
        assert_eq!("2.5".parse(), Ok(RequestRate::Fixed(2.5)));
        for bad in ["", "0", "-1", "nan", "inf", "10/s", "many", "0.0001", "1e9"] {
            assert!(bad.parse::<RequestRate>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_bandwidth_has_a_unit() {
        for (text, bytes) in [
            ("40MB/s", 40_000_000),
            ("40MB", 40_000_000),
            ("500kB/s", 500_000),
            ("500KB/s", 500_000),
            ("1MiB/s", 1_048_576),
            ("1.5MiB/s", 1_572_864),
            ("0.25 GiB/s", 268_435_456),
            ("100Mbit/s", 12_500_000),
            ("2.5Gbit", 312_500_000),
            ("8kbit/s", 1_000),
            ("1000B/s", 1_000),
        ] {
            let parsed = text.parse::<Bandwidth>();
            assert_eq!(parsed.map(|rate| rate.get().get()), Ok(bytes), "{text}");
        }
        for bad in [
            "",
            "40",
            "MB/s",
            "40 mb/s",
            "40M",
            "40Mb/s",
            "40mbit",
            "-1MB/s",
            "1,5MB/s",
            "0MB/s",
            "1.2345MB/s",
            ".5MB/s",
            "5.MB/s",
            "999B/s",
            "1e6B",
            "40MB/h",
            "40MB/s/s",
            "nanMB",
            "99999999999999GB/s",
            "40MBps",
        ] {
            assert!(bad.parse::<Bandwidth>().is_err(), "{bad}");
        }
    }
}
