//! Values of options that are nobody else's types.

use std::{
    fmt,
    num::{NonZeroU32, NonZeroUsize},
    str::FromStr,
    time::Duration,
};

use clap::{ValueEnum, builder::PossibleValue};
use strum::VariantArray as _;

use crate::{
    plan::Rules,
    progress::{Color, Progress},
    sheet::RewrittenSources,
    store::omics::RULES,
    types::{ByteCount, Invalid, PartSize},
};

/// How many parts are in flight at once, over all files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConcurrencyOption {
    Auto,
    Fixed(NonZeroUsize),
}

impl ConcurrencyOption {
    pub const MAX: usize = 64;
}

impl FromStr for ConcurrencyOption {
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

/// A size of parts, as HealthOmics takes them; `MB` and `MiB` are told apart.
pub fn part_size(value: &str) -> Result<PartSize, Invalid> {
    let (min, max) = (RULES.min.get(), RULES.max.get());
    let form = format!("a part has {min} bytes (5 MiB) to {max} bytes (100 MiB)");
    part_size_of(value, &RULES, &form)
}

/// A size of parts that a destination's rules allow.
pub(super) fn part_size_of(value: &str, rules: &Rules, form: &str) -> Result<PartSize, Invalid> {
    let size: bytesize::ByteSize = value
        .parse()
        .map_err(|_| Invalid::new("size", value, "for example `64MiB` or `100000000` is needed"))?;
    let size = size.as_u64();
    PartSize::new(size)
        .filter(|size| rules.allow(*size))
        .ok_or_else(|| Invalid::new("part size", value, format!("it is {size} bytes, and {form}")))
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

/// A number that is not zero.
pub(super) fn count(text: &str) -> Result<NonZeroUsize, &'static str> {
    text.parse().map_err(|_| "a number from 1 is needed")
}

/// A number of tasks of an array.
pub(super) fn tasks(text: &str) -> Result<NonZeroU32, &'static str> {
    text.parse().map_err(|_| "a number from 1 is needed")
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
pub enum IfExistsOption {
    #[default]
    Upload,
    Skip,
    Fail,
}

impl IfExistsOption {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Skip => "skip",
            Self::Fail => "fail",
        }
    }
}

/// Which rows are planned anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replan {
    All,
    Row(usize),
}

impl FromStr for Replan {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "all" => Ok(Self::All),
            text => {
                text.parse().map(Self::Row).map_err(|_| "the number of a row, or `all`, is needed")
            }
        }
    }
}

/// URIs of the sources of read sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum UriKind {
    /// `omics://` URIs
    Omics,
    /// `s3://` URIs, where the store has S3 access
    S3,
}

impl From<UriKind> for RewrittenSources {
    fn from(kind: UriKind) -> Self {
        match kind {
            UriKind::Omics => Self::Omics,
            UriKind::S3 => Self::S3,
        }
    }
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
        Self::VARIANTS
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(<&str>::from(self)))
    }
}

impl ValueEnum for Color {
    fn value_variants<'a>() -> &'a [Self] {
        Self::VARIANTS
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(<&str>::from(self)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_size_tells_mb_from_mib() {
        for (text, bytes) in [
            ("64MiB", 67_108_864),
            ("64 MiB", 67_108_864),
            ("64MB", 64_000_000),
            ("100MiB", 104_857_600),
            ("5MiB", 5_242_880),
            ("104857600", 104_857_600),
            ("8mib", 8_388_608),
        ] {
            assert_eq!(part_size(text).map(PartSize::get), Ok(bytes), "{text}");
        }
        for (text, message) in [
            (
                "1MiB",
                "`1MiB` is not a part size: it is 1048576 bytes, and a part has 5242880 bytes \
                 (5 MiB) to 104857600 bytes (100 MiB)",
            ),
            (
                "105MB",
                "`105MB` is not a part size: it is 105000000 bytes, and a part has 5242880 bytes \
                 (5 MiB) to 104857600 bytes (100 MiB)",
            ),
            ("big", "`big` is not a size: for example `64MiB` or `100000000` is needed"),
            ("", "`` is not a size: for example `64MiB` or `100000000` is needed"),
        ] {
            assert_eq!(part_size(text).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn a_concurrency_is_1_to_64_or_auto() {
        assert_eq!("auto".parse(), Ok(ConcurrencyOption::Auto));
        assert_eq!("64".parse(), Ok(ConcurrencyOption::Fixed(NonZeroUsize::new(64).unwrap())));
        for bad in ["0", "65", "-1", "many", ""] {
            assert!(bad.parse::<ConcurrencyOption>().is_err(), "{bad}");
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
