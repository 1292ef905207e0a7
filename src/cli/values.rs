//! Values of options that are nobody else's types.

use std::{fmt, num::NonZeroUsize, str::FromStr, time::Duration};

use clap::{ValueEnum, builder::PossibleValue};

use crate::{
    progress::{Color, Progress},
    types::ByteCount,
};

/// How many parts are in flight at once, over all files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concurrency {
    Auto,
    Fixed(NonZeroUsize),
}

impl Concurrency {
    pub const MAX: usize = 64;
}

impl FromStr for Concurrency {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "auto" {
            return Ok(Self::Auto);
        }
        text.parse::<NonZeroUsize>()
            .ok()
            .filter(|count| count.get() <= Self::MAX)
            .map(Self::Fixed)
            .ok_or("a number from 1 to 64, or `auto`, is needed")
    }
}

/// What a whole value has to look like.
#[derive(Debug, Clone)]
pub struct IdPattern {
    text: String,
    whole: regex_lite::Regex,
}

impl IdPattern {
    /// Whether all of `value` matches.
    pub fn matches(&self, value: &str) -> bool {
        self.whole.is_match(value)
    }
}

impl FromStr for IdPattern {
    type Err = regex_lite::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // By itself first: what is wrong with it must not be looked for in what is put around it.
        regex_lite::Regex::new(text)?;
        let whole = regex_lite::Regex::new(&format!("^(?:{text})$"))?;
        Ok(Self { text: text.to_owned(), whole })
    }
}

impl fmt::Display for IdPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A duration as people write it: `90s`, `5m`, `2h 30m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(Duration);

impl Span {
    pub const fn get(self) -> Duration {
        self.0
    }
}

impl FromStr for Span {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        humantime::parse_duration(text)
            .map(Self)
            .map_err(|_| "a duration such as `90s`, `5m` or `2h 30m` is needed")
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        humantime::format_duration(self.0).fmt(f)
    }
}

/// A number of attempts.
pub(super) fn attempts(text: &str) -> Result<u32, &'static str> {
    let count = text.parse().ok().filter(|count| (1..=1000).contains(count));
    count.ok_or("a number from 1 to 1000 is needed")
}

/// A number of bytes that is not 0.
pub(super) fn size(text: &str) -> Result<ByteCount, &'static str> {
    let size = text.parse::<bytesize::ByteSize>().ok().map(|size| size.as_u64());
    let size = size.filter(|size| *size > 0).map(ByteCount::new);
    size.ok_or("a size such as `500MiB`, `3GiB` or `100000000` is needed")
}

/// A moment as RFC 3339 spells it: `2026-11-21T10:00:00Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time(jiff::Timestamp);

impl Time {
    pub fn seconds(self) -> i64 {
        self.0.as_second()
    }
}

impl FromStr for Time {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self).map_err(|_| "a time such as `2026-11-21T10:00:00Z` is needed")
    }
}

/// What to do about a read set that is there already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum IfExists {
    #[default]
    Upload,
    Skip,
    Fail,
}

/// What stdout holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    #[default]
    Text,
    Json,
}

impl ValueEnum for Progress {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Auto, Self::Bars, Self::Lines, Self::Json, Self::None]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Self::Auto => "auto",
            Self::Bars => "bars",
            Self::Lines => "lines",
            Self::Json => "json",
            Self::None => "none",
        }))
    }
}

impl ValueEnum for Color {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Auto, Self::Always, Self::Never]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_concurrency_is_1_to_64_or_auto() {
        assert_eq!("auto".parse(), Ok(Concurrency::Auto));
        assert_eq!("64".parse(), Ok(Concurrency::Fixed(NonZeroUsize::new(64).unwrap())));
        for bad in ["0", "65", "-1", "many", ""] {
            assert!(bad.parse::<Concurrency>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_size_is_some_bytes() {
        assert_eq!(size("3GiB").map(ByteCount::get), Ok(3 << 30));
        assert_eq!(size("17").map(ByteCount::get), Ok(17));
        for bad in ["", "0", "-1", "much", "1 parsec"] {
            assert!(size(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_duration_has_a_unit() {
        assert_eq!("2h 30m".parse().map(Span::get), Ok(Duration::from_mins(150)));
        for bad in ["", "5", "-5s", "soon"] {
            assert!(bad.parse::<Span>().is_err(), "{bad}");
        }
    }
}
