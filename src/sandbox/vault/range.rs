//! Which bytes of an archive a part is: `Content-Range`, and part sizes.

use super::error;
use crate::sandbox::rules::ApiError;

/// The smallest and the largest part size
/// (<https://docs.aws.amazon.com/amazonglacier/latest/dev/api-multipart-initiate-upload.html>).
const SIZES: std::ops::RangeInclusive<u64> = 1 << 20..=4 << 30;

/// The most parts
/// (<https://docs.aws.amazon.com/amazonglacier/latest/dev/api-upload-part.html>).
const MAX_PARTS: u64 = 10_000;

/// Reads `x-amz-part-size`.
pub(crate) fn part_size(text: Option<&str>) -> Result<u64, ApiError> {
    let size = text.and_then(digits).filter(|size| size.is_power_of_two() && SIZES.contains(size));
    size.ok_or_else(|| {
        error::invalid(format!(
            "Invalid part size: {}. Part size must not be null, must be a power of two and be \
             between {} and {} bytes.",
            text.unwrap_or("null"),
            SIZES.start(),
            SIZES.end()
        ))
    })
}

/// The first byte of a part, and how many it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PartRange {
    pub(crate) start: u64,
    pub(crate) size: u64,
}

impl PartRange {
    /// Reads `Content-Range: bytes A-B/*`, B included.
    pub(crate) fn read(text: &str) -> Result<Self, ApiError> {
        let parse = || {
            let (first, last) = text.strip_prefix("bytes ")?.strip_suffix("/*")?.split_once('-')?;
            let (start, last) = (digits(first)?, digits(last)?);
            let size = last.checked_sub(start)?.checked_add(1)?;
            Some(Self { start, size })
        };
        parse().ok_or_else(|| error::invalid_value("Content-Range", text))
    }

    /// The number of the part, from 1 on, if it has a place in an upload of parts of a size. The last
    /// part may be smaller, and which is the last is not known before Complete.
    pub(crate) fn number(self, part_size: u64) -> Result<u16, ApiError> {
        let refused = |what: String| Err(error::invalid(format!("Content-Range: {self} {what}")));
        if !self.start.is_multiple_of(part_size) {
            return refused(format!("does not align with the part size {part_size}"));
        }
        if self.size > part_size {
            return refused(format!("is larger than the part size {part_size}"));
        }
        let number = self.start / part_size + 1;
        if number > MAX_PARTS {
            return refused(format!("is beyond the {MAX_PARTS} parts that an upload may have"));
        }
        Ok(u16::try_from(number).unwrap_or(u16::MAX))
    }

    /// Whether the body is as long as it is said to be.
    pub(crate) fn check_length(self, length: u64) -> Result<(), ApiError> {
        if length == self.size {
            return Ok(());
        }
        let said = format!("Content-Range: {self} is incompatible with Content-Length: {length}");
        Err(error::invalid(said))
    }
}

impl std::fmt::Display for PartRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "bytes {}-{}/*", self.start, self.start + (self.size - 1))
    }
}

/// A number without a sign, and without blanks.
pub(crate) fn digits(text: &str) -> Option<u64> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    #[test]
    fn part_sizes_are_powers_of_two_from_1_mib_to_4_gib() {
        for size in (20..=32).map(|power| 1_u64 << power) {
            assert_eq!(part_size(Some(&size.to_string())), Ok(size));
        }
        for bad in ["", "0", "1", "524288", "3145728", "8589934592", "-1048576", "+1048576", "1MiB"]
        {
            let error = part_size(Some(bad)).unwrap_err();
            assert_eq!(error.code, "InvalidParameterValueException");
            assert!(error.message.starts_with(&format!("Invalid part size: {bad}.")));
        }
        assert!(part_size(None).unwrap_err().message.starts_with("Invalid part size: null."));
    }

    #[test]
    fn ranges_are_read_and_have_their_place() {
        let range = PartRange::read("bytes 4194304-8388607/*").unwrap();
        assert_eq!(range, PartRange { start: 4 * MIB, size: 4 * MIB });
        assert_eq!(range.to_string(), "bytes 4194304-8388607/*");
        assert_eq!(range.number(4 * MIB), Ok(2));
        assert_eq!(PartRange { start: 9999 * MIB, size: 1 }.number(MIB), Ok(10_000));
        for (start, size) in [(1, MIB), (2 * MIB, 4 * MIB), (0, 4 * MIB + 1)] {
            assert!(PartRange { start, size }.number(4 * MIB).is_err());
        }
        assert!(PartRange { start: 10_000 * MIB, size: 1 }.number(MIB).is_err());
        assert!(range.check_length(4 * MIB).is_ok() && range.check_length(4 * MIB - 1).is_err());
        for bad in [
            "",
            "0-1/*",
            "bytes 0-1",
            "bytes 0-1/2",
            "bytes=0-1/*",
            "bytes 1-0/*",
            "bytes -1/*",
            "bytes 0-/*",
            "bytes 0-18446744073709551615/*",
            "bytes  0-1/*",
            "bytes +0-1/*",
        ] {
            assert_eq!(
                PartRange::read(bad).unwrap_err().message,
                format!("Invalid Content-Range: {bad}")
            );
        }
    }
}
