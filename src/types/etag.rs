//! A read set's semantic `ETag`: hashes of what its sources hold, however they are compressed.
//!
//! <https://docs.aws.amazon.com/omics/latest/dev/etags-and-provenance.html>

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Escaped;

/// A semantic `ETag`, as the service has it or as it should have it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ReadSetEtag {
    /// What was hashed and how, such as `FASTQ_MD5up`.
    pub algorithm: String,
    pub source1: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source2: Option<String>,
}

/// What two `ETags` say about each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EtagResult {
    Matches,
    /// The read set holds other data.
    Differs,
    /// They differ, and it is not documented closely enough what the service hashes for that to
    /// mean anything.
    DiffersUnconfirmed,
    /// They were made in different ways.
    NotComparable,
    /// Nobody knows what it should be: of a CRAM.
    NotPredicted,
    /// The store has none, or none was made of the data.
    Missing,
}

impl EtagResult {
    /// What it says of the `ETag`, in words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Matches => "matches",
            Self::Differs => "differs",
            Self::DiffersUnconfirmed => "differs (definition unconfirmed)",
            Self::NotComparable => "was made in another way",
            Self::NotPredicted => "cannot be predicted",
            Self::Missing => "cannot be compared",
        }
    }
}

impl fmt::Display for EtagResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl ReadSetEtag {
    /// Holds what was found against what is expected.
    #[must_use]
    pub fn compare(&self, found: &Self) -> EtagResult {
        if !self.algorithm.eq_ignore_ascii_case(&found.algorithm) {
            return EtagResult::NotComparable;
        }
        let second = match (&self.source2, &found.source2) {
            (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
            (None, None) => true,
            _ => false,
        };
        if second && self.source1.eq_ignore_ascii_case(&found.source1) {
            EtagResult::Matches
        } else if self.is_defined() {
            EtagResult::Differs
        } else {
            EtagResult::DiffersUnconfirmed
        }
    }

    /// Whether it is documented to the byte what is hashed: the text of FASTQ. Of BAM and CRAM, the
    /// alignment section as SAM can be written in several ways.
    pub fn is_defined(&self) -> bool {
        self.algorithm.get(..6).is_some_and(|kind| kind.eq_ignore_ascii_case("FASTQ_"))
    }
}

impl fmt::Display for ReadSetEtag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", Escaped::new(&self.algorithm), Escaped::new(&self.source1))?;
        self.source2.as_ref().map_or(Ok(()), |second| write!(f, " {}", Escaped::new(second)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn etag(algorithm: &str, source1: &str, source2: Option<&str>) -> ReadSetEtag {
        ReadSetEtag {
            algorithm: algorithm.to_owned(),
            source1: source1.to_owned(),
            source2: source2.map(str::to_owned),
        }
    }

    #[test]
    fn only_of_fastq_does_another_value_mean_other_data() {
        let pair = etag("FASTQ_MD5up", "aa", Some("bb"));
        for (found, result) in [
            (etag("FASTQ_MD5up", "AA", Some("bb")), EtagResult::Matches),
            (etag("fastq_md5UP", "aa", Some("bb")), EtagResult::Matches),
            (etag("FASTQ_MD5up", "aa", Some("bc")), EtagResult::Differs),
            (etag("FASTQ_MD5up", "bb", Some("aa")), EtagResult::Differs),
            (etag("FASTQ_MD5up", "aa", None), EtagResult::Differs),
            (etag("FASTQ_SHA256up", "aa", Some("bb")), EtagResult::NotComparable),
        ] {
            assert_eq!(pair.compare(&found), result, "{found}");
        }
        let bam = etag("BAM_MD5up", "aa", None);
        assert_eq!(bam.compare(&bam), EtagResult::Matches);
        let other = etag("BAM_MD5up", "ab", None);
        assert_eq!(bam.compare(&other), EtagResult::DiffersUnconfirmed);
        assert_eq!(pair.to_string(), "FASTQ_MD5up aa bb");
    }
}
