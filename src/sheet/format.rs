//! The formats of sheets, and how they are told apart.

use std::{fmt, str::FromStr};

/// Whose sheet it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetFormat {
    NfCore,
    Plain,
    /// `HealthOmics`' import manifest, as JSON or as AWS's list.
    Manifest,
    Illumina,
}

impl SheetFormat {
    pub const ALL: [Self; 4] = [Self::NfCore, Self::Plain, Self::Manifest, Self::Illumina];

    pub(super) const NAMES: &str = "`nf-core`, `plain`, `manifest` and `illumina`";

    pub(super) const NEEDS: &str = "`sample` and one of `fastq_1`, `bam` and `cram`; `file` or \
         `file_1`; `source1`, `subjectId` and `sampleId`; a section `[Data]` or `[BCLConvert_Data]`";

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NfCore => "nf-core",
            Self::Plain => "plain",
            Self::Manifest => "manifest",
            Self::Illumina => "illumina",
        }
    }

    /// What makes a sheet one of this format.
    pub(super) const fn needs(self) -> &'static str {
        match self {
            Self::NfCore => "columns `sample` and one of `fastq_1`, `bam` and `cram`",
            Self::Plain => "a column `file` or `file_1`",
            Self::Manifest => "`source1`, `subjectId` and `sampleId`",
            Self::Illumina => "a section `[Data]` or `[BCLConvert_Data]` with a column `Sample_ID`",
        }
    }
}

impl fmt::Display for SheetFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Not one of the formats.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("one of {} is needed", SheetFormat::NAMES)]
pub struct UnknownSheetFormat;

impl FromStr for SheetFormat {
    type Err = UnknownSheetFormat;

    fn from_str(text: &str) -> Result<Self, UnknownSheetFormat> {
        Self::ALL.into_iter().find(|format| format.as_str() == text).ok_or(UnknownSheetFormat)
    }
}
