//! What is wrong with a sheet: all of it at once, each with its row and column.
//!
//! It knows nothing of how a sheet is read.

use std::fmt;

use crate::{
    formats::UnknownFileType,
    types::{Escaped, Invalid, StoreId, TagsError},
};

use super::SheetFormat;

/// Everything that is wrong with one sheet, in the order of its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetErrors {
    sheet: String,
    all: Vec<SheetError>,
}

impl SheetErrors {
    /// How many are shown; the rest is counted.
    pub const SHOWN: usize = 20;

    pub(super) fn new(sheet: &str, mut all: Vec<SheetError>) -> Self {
        all.sort_by_key(|error| error.row);
        Self { sheet: sheet.to_owned(), all }
    }

    pub fn all(&self) -> &[SheetError] {
        &self.all
    }
}

/// One problem a line, `SHEET:ROW: COLUMN: …`.
impl fmt::Display for SheetErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sheet = Escaped::new(&self.sheet);
        for (at, error) in self.all.iter().take(Self::SHOWN).enumerate() {
            let separator = if error.row.is_some() { ":" } else { ": " };
            write!(f, "{}{sheet}{separator}{error}", if at == 0 { "" } else { "\n" })?;
        }
        match self.all.len().saturating_sub(Self::SHOWN) {
            0 => Ok(()),
            1 => write!(f, "\nand 1 more problem in `{sheet}`"),
            more => write!(f, "\nand {more} more problems in `{sheet}`"),
        }
    }
}

impl std::error::Error for SheetErrors {}

/// One problem and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetError {
    /// The line where the row begins, or the entry's number; `None` concerns the whole sheet.
    pub row: Option<usize>,
    /// As the sheet spells it.
    pub column: Option<String>,
    pub what: Wrong,
}

impl SheetError {
    pub(super) const fn whole(what: Wrong) -> Self {
        Self { row: None, column: None, what }
    }

    pub(super) const fn at(row: usize, what: Wrong) -> Self {
        Self { row: Some(row), column: None, what }
    }

    pub(super) fn cell(row: usize, column: &str, what: impl Into<Wrong>) -> Self {
        Self { row: Some(row), column: Some(column.to_owned()), what: what.into() }
    }
}

impl fmt::Display for SheetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(row) = self.row {
            write!(f, "{row}: ")?;
        }
        if let Some(column) = &self.column {
            write!(f, "{}: ", Escaped::new(column))?;
        }
        self.what.fmt(f)
    }
}

/// The kinds of problems.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    // Of the file.
    #[error(
        "byte 0x{0:02X} is not UTF-8: save the sheet as UTF-8 (in Excel: `CSV UTF-8`; on a command \
         line: `iconv -f WINDOWS-1252 -t UTF-8`)"
    )]
    NotUtf8(u8),
    #[error("the UTF-16 text is damaged: save the sheet as UTF-8")]
    NotUtf16,
    #[error(
        "NUL character: the file is binary, or UTF-16 without a byte order mark; save it as UTF-8"
    )]
    Nul,
    #[error("it is {0}, not text: export the sheet as CSV")]
    NotText(&'static str),
    #[error("it is empty")]
    Empty,
    #[error("it has no rows")]
    NoRows,
    #[error(
        "a quote (`\"`) is not closed, or text follows a closing quote; write a quote within a quoted cell twice"
    )]
    Quote,
    #[error("not valid JSON: {0}")]
    Json(String),

    // Of the header.
    #[error(
        "no known format: its columns are {0}; `--format` takes {formats}, and each needs: {needs}",
        formats = SheetFormat::NAMES,
        needs = SheetFormat::NEEDS
    )]
    UnknownFormat(Columns),
    #[error("not a sheet of the format {asked}, which needs {}", .asked.needs())]
    OtherFormat { asked: SheetFormat },
    #[error(
        "unknown column; did you mean `{similar}`? To ignore it: `--ignore-columns {}`",
        Escaped::new(name)
    )]
    Misspelled { name: String, similar: &'static str },
    #[error("unknown column; to ignore it: `--ignore-columns {}`", Escaped::new(.0))]
    UnknownColumn(String),
    #[error("the same column as `{}`: keep one of them", Escaped::new(.0))]
    ColumnTwice(String),
    #[error("cell {at} (`{}`) has no column name in the header", Escaped::new(text))]
    NoColumn { at: usize, text: String },

    // Of a cell.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("`{}` is not a file type: {UnknownFileType}", Escaped::new(.0))]
    FileType(String),
    #[error(transparent)]
    Tags(#[from] TagsError),
    #[error("tags are a JSON object of strings, such as `{{\"project\": \"x\"}}`")]
    TagsForm,
    #[error("a string is needed, not {0}")]
    NotString(&'static str),
    #[error(
        "`{}` is not a local file; import objects that are in S3 with `aws omics \
         start-read-set-import-job`, or copy the file here",
        Escaped::new(.0)
    )]
    Remote(String),
    #[error("`~` and `$VAR` are not expanded in `{}`: write the whole path", Escaped::new(.0))]
    NotExpanded(String),
    #[error(
        "not the store `{0}`, which `--store` names: upload this sheet on its own, without `--store`"
    )]
    OtherStore(StoreId),
    #[error("other store than `{0}`: split the sheet by stores")]
    SeveralStores(StoreId),

    // Of a row.
    #[error("missing")]
    Missing,
    #[error("no file: fill one of {0}")]
    NoFile(Columns),
    #[error("filled without `{0}`")]
    SecondWithoutFirst(&'static str),
    #[error("`{}` names a file too: split the row, each read set has a row of its own", Escaped::new(.0))]
    TwoKinds(String),
    #[error(
        "`{}` lists {first} and this one {second}: each file needs its mate",
        Escaped::new(column)
    )]
    OtherCount { column: String, first: usize, second: usize },
    #[error("`{}` is also in row {first}, column `{}`", Escaped::new(file), Escaped::new(column))]
    SameFile { file: String, first: usize, column: String },
    #[error(
        "row {first} has the same name (`{}`) and sample (`{}`): give each read set another name in a \
         column `name`",
        Escaped::new(name),
        Escaped::new(sample)
    )]
    SameReadSet { first: usize, name: String, sample: String },

    // Of rows that are to be merged.
    #[error(
        "cannot merge row {first} and this one: {0}; `--merge-rows` merges all rows of a sample",
        .why
    )]
    OtherThanLane { first: usize, why: MergeObstacle },
    #[error("cannot merge row {first} and this one: {0}", .why)]
    OtherRow { first: usize, why: MergeObstacle },

    // Of an Illumina sheet.
    #[error("the folder with the FASTQ files is missing: pass `--files DIR`")]
    NoFolder,
    #[error("no FASTQ file of sample `{}` found by name{}", Escaped::new(sample), Beginning(.names))]
    NoFastq { sample: String, names: Vec<String> },
    #[error("no FASTQ file of lane {lane} found for sample `{}`", Escaped::new(sample))]
    NoLane { sample: String, lane: u32 },
    #[error("read {read} is missing for `{}`", Escaped::new(file))]
    NoRead { file: String, read: u8 },
    #[error(
        "`{}` and `{}` differ in their sample numbers: keep the files of one run",
        Escaped::new(first),
        Escaped::new(second)
    )]
    TwoNumbers { first: String, second: String },
    #[error(
        "`{}` and `{}` are the same read of the same lane: keep one of them",
        Escaped::new(first),
        Escaped::new(second)
    )]
    TwoFiles { first: String, second: String },
    #[error(
        "`{}` is a third read, and a read set has two: list the files of this sample in a sheet with \
         `file_1` and `file_2`",
        Escaped::new(.0)
    )]
    ThirdRead(String),
}

/// How rows differ that were to be merged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeObstacle {
    #[error("both are lane {0}")]
    SameLane(u32),
    #[error("neither a column `lane` nor the file name tells the lane of `{}`", Escaped::new(.0))]
    NoLane(String),
    #[error("`{}` and `{}` differ by more than the lane", Escaped::new(.0), Escaped::new(.1))]
    OtherNames(String, String),
    #[error("they differ in `{}`", Escaped::new(.0))]
    Field(String),
    #[error("one has a pair of files, the other a single file")]
    Pair,
    #[error("only FASTQ files can be merged, and `{}` is none", Escaped::new(.0))]
    NotFastq(String),
}

/// Names of columns, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns(pub(super) Vec<String>);

impl fmt::Display for Columns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 12;
        for (at, name) in self.0.iter().take(SHOWN).enumerate() {
            write!(f, "{}`{}`", if at == 0 { "" } else { ", " }, Escaped::new(name))?;
        }
        match self.0.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

/// ` (looked for A_S*, B_S*)`
struct Beginning<'a>(&'a [String]);

impl fmt::Display for Beginning<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, name) in self.0.iter().enumerate() {
            let before = if at == 0 { " (looked for " } else { ", " };
            write!(f, "{before}`{}_S*_R1_001.fastq.gz`", Escaped::new(name))?;
        }
        f.write_str(if self.0.is_empty() { "" } else { ")" })
    }
}
