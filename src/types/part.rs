//! Numbers of a multipart upload.

use std::fmt;

use super::Invalid;

/// A count of bytes; shown in binary units (`64.0 MiB`).
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(transparent)]
pub struct ByteCount(u64);

impl ByteCount {
    pub const fn new(bytes: u64) -> Self {
        Self(bytes)
    }

    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for ByteCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", bytesize::ByteSize::b(self.0).display().iec())
    }
}

/// The size of every part of an upload but the last: 1 MiB to 4 GiB. What a destination takes of that
/// is in its rules.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(try_from = "u64", into = "u64")]
pub struct PartSize(u64);

impl TryFrom<u64> for PartSize {
    type Error = &'static str;

    fn try_from(bytes: u64) -> Result<Self, Self::Error> {
        Self::new(bytes).ok_or("a part has 1 MiB to 4 GiB")
    }
}

impl From<PartSize> for u64 {
    fn from(size: PartSize) -> Self {
        size.0
    }
}

impl PartSize {
    const BOUNDS: (u64, u64) = (1024 * 1024, 4 * 1024 * 1024 * 1024);

    pub const fn new(bytes: u64) -> Option<Self> {
        if bytes < Self::BOUNDS.0 || bytes > Self::BOUNDS.1 { None } else { Some(Self(bytes)) }
    }

    /// Tests do with little data.
    #[cfg(test)]
    pub const fn tiny(bytes: u64) -> Self {
        Self(bytes)
    }

    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for PartSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        ByteCount(self.0).fmt(f)
    }
}

/// A part's number within its source: 1 to 10,000
/// (<https://docs.aws.amazon.com/omics/latest/api/API_UploadReadSetPart.html>).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(try_from = "u16", into = "u16")]
pub struct PartNumber(u16);

impl TryFrom<u16> for PartNumber {
    type Error = &'static str;

    fn try_from(number: u16) -> Result<Self, Self::Error> {
        Self::new(number).ok_or("a part number is 1 to 10000")
    }
}

impl From<PartNumber> for u16 {
    fn from(number: PartNumber) -> Self {
        number.0
    }
}

impl PartNumber {
    pub const MIN: Self = Self(1);
    pub const MAX: Self = Self(10_000);

    pub const fn new(number: u16) -> Option<Self> {
        if number < Self::MIN.0 || number > Self::MAX.0 { None } else { Some(Self(number)) }
    }

    pub const fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Display for PartNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Which file of an upload a part belongs to: a FASTQ pair has two sources, everything else one.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "UPPERCASE")]
#[strum(
    serialize_all = "UPPERCASE",
    const_into_str,
    parse_err_ty = Invalid,
    parse_err_fn = not_a_source
)]
pub enum PartSource {
    Source1,
    Source2,
}

impl PartSource {
    pub const ALL: [Self; 2] = [Self::Source1, Self::Source2];

    pub const fn as_str(self) -> &'static str {
        self.into_str()
    }
}

fn not_a_source(value: &str) -> Invalid {
    Invalid::new("source", value, "it is `SOURCE1` or `SOURCE2`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_number_is_1_to_10000() {
        assert_eq!(PartNumber::new(0), None);
        assert_eq!(PartNumber::new(10_001), None);
        assert_eq!(PartNumber::new(10_000), Some(PartNumber::MAX));
    }
}
