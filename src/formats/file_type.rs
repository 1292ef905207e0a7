//! The file types that a sequence store takes, as the service spells them.

use serde::Serialize;
use strum::{Display, EnumString, IntoStaticStr};

/// What the service calls `sourceFileType`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Display, EnumString, IntoStaticStr,
)]
#[serde(rename_all = "UPPERCASE")]
#[strum(
    serialize_all = "UPPERCASE",
    ascii_case_insensitive,
    const_into_str,
    parse_err_ty = UnknownFileType,
    parse_err_fn = unknown
)]
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
        self.into_str()
    }

    /// Aligned read sets need a reference genome
    /// (<https://docs.aws.amazon.com/omics/latest/dev/create-sequence-store.html>).
    pub const fn needs_reference(self) -> bool {
        matches!(self, Self::Bam | Self::Cram)
    }
}

/// Not one of the four file types.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("one of `fastq`, `bam`, `cram` and `ubam` is needed")]
pub struct UnknownFileType;

const fn unknown(_text: &str) -> UnknownFileType {
    UnknownFileType
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
