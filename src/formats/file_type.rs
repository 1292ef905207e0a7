//! The file types that a sequence store takes, as the service spells them.

use std::{fmt, str::FromStr};

use serde::Serialize;

/// What the service calls `sourceFileType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum FileType {
    Fastq,
    Bam,
    Cram,
    /// A BAM without reference sequences: reads that are not aligned.
    Ubam,
}

impl FileType {
    /// The service's spelling: `FASTQ`, `BAM`, `CRAM` or `UBAM`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fastq => "FASTQ",
            Self::Bam => "BAM",
            Self::Cram => "CRAM",
            Self::Ubam => "UBAM",
        }
    }

    /// Aligned read sets need a reference genome
    /// (<https://docs.aws.amazon.com/omics/latest/dev/create-sequence-store.html>).
    pub const fn needs_reference(self) -> bool {
        matches!(self, Self::Bam | Self::Cram)
    }
}

impl fmt::Display for FileType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Not one of the four file types.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("one of `fastq`, `bam`, `cram` and `ubam` is needed")]
pub struct UnknownFileType;

impl FromStr for FileType {
    type Err = UnknownFileType;

    fn from_str(text: &str) -> Result<Self, UnknownFileType> {
        [Self::Fastq, Self::Bam, Self::Cram, Self::Ubam]
            .into_iter()
            .find(|file_type| file_type.as_str().eq_ignore_ascii_case(text))
            .ok_or(UnknownFileType)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_types_are_spelled_in_any_case() {
        for (text, file_type) in [
            ("fastq", FileType::Fastq),
            ("BAM", FileType::Bam),
            ("Cram", FileType::Cram),
            ("ubam", FileType::Ubam),
        ] {
            assert_eq!(text.parse(), Ok(file_type));
            assert_eq!(file_type.to_string(), text.to_uppercase());
        }
        let error = "sam".parse::<FileType>().unwrap_err();
        assert_eq!(error.to_string(), "one of `fastq`, `bam`, `cram` and `ubam` is needed");
    }
}
