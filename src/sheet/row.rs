//! What a sheet says of one read set, whatever the sheet's format.
//!
//! It knows what is stated and where, and nothing of what is in the files.

use std::{fmt, path::PathBuf};

use super::{column::FileColumn, error::SheetError, note::SheetNote};
use crate::{
    formats::FileType,
    readset::shared_name,
    types::{
        Description, Escaped, GeneratedFrom, ReadSetName, ReferenceChoice, SampleId, StoreId,
        SubjectId, Tag,
    },
};

/// One read set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SheetRow {
    /// The lines where its rows begin, or the numbers of its entries; the first one names it.
    pub rows: Vec<usize>,
    pub sample: Option<Stated<SampleId>>,
    pub subject: Option<Stated<SubjectId>>,
    pub name: Option<Stated<ReadSetName>>,
    pub file_type: Option<Stated<FileType>>,
    pub reference: Option<Stated<ReferenceChoice>>,
    pub generated_from: Option<Stated<GeneratedFrom>>,
    pub description: Option<Stated<Description>>,
    pub tags: Vec<Stated<Tag>>,
    pub store: Option<Stated<StoreId>>,
    pub lane: Option<Stated<String>>,
    /// One or two, each of at least one file; a source of several files is to be merged.
    pub sources: Vec<Vec<SheetFile>>,
    pub notes: Vec<SheetNote>,
}

/// What a sheet says of its read sets, and everything that is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SheetRows {
    pub good: Vec<SheetRow>,
    /// Rows with errors, and what is known of their files all the same.
    pub bad: Vec<SheetRow>,
    /// In the order of the rows.
    pub errors: Vec<SheetError>,
}

/// A value and who says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated<T> {
    pub value: T,
    pub by: StatedBy,
}

/// Shown as in `sample NA12878 (column sample)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatedBy {
    /// As the sheet spells it.
    Column(String),
    /// The names of files that are merged, without their lanes.
    FileNames,
    /// The sample of rows that are merged.
    Sample,
}

impl fmt::Display for StatedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Column(name) => write!(f, "column {}", Escaped::new(name)),
            Self::FileNames => f.write_str("from the file names"),
            Self::Sample => f.write_str("from the sample"),
        }
    }
}

/// A file as a sheet names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetFile {
    /// The row that names it.
    pub row: usize,
    /// The column that names it, as the sheet spells it.
    pub column: String,
    /// As it stands there.
    pub text: String,
    /// Where it is, from the folder of the sheet's files.
    pub path: PathBuf,
    /// Where a relative path of its cell starts.
    pub(super) folder: PathBuf,
    pub(super) kind: FileColumn,
}

impl SheetFile {
    /// The path that another text in its cell would have.
    pub fn with_text(&self, text: &str) -> PathBuf {
        self.folder.join(text)
    }

    /// The file's name without its folder.
    pub(super) fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

impl SheetRow {
    /// The row that names the read set.
    pub fn first(&self) -> usize {
        self.rows.first().copied().unwrap_or_default()
    }

    pub fn files(&self) -> impl Iterator<Item = &SheetFile> {
        self.sources.iter().flatten()
    }

    /// Whether the columns of its files may hold this type: `fastq_1` only FASTQ, `bam` also
    /// unmapped BAM.
    pub fn takes(&self, found: FileType) -> bool {
        let fits = match self.kind() {
            Some(FileColumn::Fastq1 | FileColumn::Fastq2) => found == FileType::Fastq,
            Some(FileColumn::Bam) => matches!(found, FileType::Bam | FileType::Ubam),
            Some(FileColumn::Cram) => found == FileType::Cram,
            _ => true,
        };
        fits && self.file_type.as_ref().is_none_or(|stated| stated.value == found)
    }

    /// Whether an `SM` of the header is the row's sample: itself, or `PATIENT_SAMPLE`, as sarek
    /// writes it.
    pub fn is_sample(&self, header: &str) -> bool {
        let Some(sample) = self.sample.as_ref().map(|stated| stated.value.as_str()) else {
            return true;
        };
        let of_subject = self
            .subject
            .as_ref()
            .and_then(|subject| header.strip_prefix(subject.value.as_str())?.strip_prefix('_'));
        header == sample || of_subject == Some(sample)
    }

    /// The name it gets: as stated, or what its files' names share.
    pub(super) fn read_set_name(&self) -> String {
        if let Some(name) = &self.name {
            return name.value.to_string();
        }
        let first = |files: &Vec<SheetFile>| files.first().map(SheetFile::name);
        let names: Vec<_> = self.sources.iter().filter_map(first).collect();
        shared_name(&names)
    }

    /// The type that its column says it is, or the sheet states.
    pub(super) fn known_type(&self) -> Option<FileType> {
        match self.kind() {
            Some(FileColumn::Fastq1 | FileColumn::Fastq2) => Some(FileType::Fastq),
            Some(FileColumn::Bam) => Some(FileType::Bam),
            Some(FileColumn::Cram) => Some(FileType::Cram),
            _ => self.file_type.as_ref().map(|stated| stated.value),
        }
    }

    pub(super) fn kind(&self) -> Option<FileColumn> {
        self.files().next().map(|file| file.kind)
    }
}
