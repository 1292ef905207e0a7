//! What is wrong with a sheet: all of it at once, each with its row and column.
//!
//! It knows nothing of how a sheet is read.

use std::fmt;

use super::{SheetFormat, shown::Shown};
use crate::{
    formats::UnknownFileType,
    readset::LanePlace,
    types::{Invalid, Quoted, Shortened, StoreId, TagsError},
};

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
            write!(f, "{}: ", Shown(column))?;
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
        "no known format: its columns are {columns}; `--format` takes {formats}, and each needs: {needs}",
        formats = SheetFormat::NAMES,
        needs = SheetFormat::NEEDS
    )]
    UnknownFormat { columns: Columns },
    #[error("no known format: its columns are {columns}{}", DidYouMean(similar))]
    NearlyKnown { columns: Columns, similar: Vec<(String, &'static str)> },
    #[error(
        "no known format: its columns are {columns}, but line {line} looks like their names: begin the lines \
         before it with `#`, or remove them"
    )]
    LateHeader { columns: Columns, line: usize },
    #[error("no known format: cells are separated by commas, tabs or semicolons, and `{}` is one cell", Shown(.0))]
    OneCell(String),
    #[error("not a sheet of the format {asked}, which needs {}{}", .asked.needs(), DidYouMean(similar))]
    OtherFormat { asked: SheetFormat, similar: Vec<(String, &'static str)> },
    #[error(
        "unknown column; did you mean `{similar}`? To ignore it: `--ignore-columns {}`",
        ignorable(name)
    )]
    Misspelled { name: String, similar: &'static str },
    #[error("unknown column; to ignore it: `--ignore-columns {}`", ignorable(.0))]
    UnknownColumn(String),
    #[error("the same column as `{}`: keep one of them", Shown(.0))]
    ColumnTwice(String),
    #[error("it is there twice: keep one of them")]
    SameColumn,
    #[error("it repeats the header: remove it")]
    HeaderAgain,
    #[error("cell {at} (`{}`) has no column name in the header", Shown(text))]
    NoColumn { at: usize, text: String },

    // Of a cell.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("`{}` is not a file type: {UnknownFileType}", Shown(.0))]
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
        Shown(.0)
    )]
    InBucket(String),
    #[error(
        "`{}` is a source of a read set, which is in a sequence store already; to upload its data again, \
         export it first with `aws omics start-read-set-export-job`",
        Shown(.0)
    )]
    InStore(String),
    #[error("`{}` is an address: write the path of the file, without `file://`", Shown(.0))]
    FileAddress(String),
    #[error("`{}` is not a local file: download it, and write its path", Shown(.0))]
    Address(String),
    #[error("`{}` is an address, which does not belong in this column", Shown(.0))]
    AddressInField(String),
    #[error("{0} bytes are too long for the path of a file")]
    TooLong(usize),
    #[error("`~` and `$VAR` are not expanded in `{}`: write the whole path", Shown(.0))]
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
    #[error("`{}` names a file too: split the row, each read set has a row of its own", Shown(.0))]
    TwoKinds(String),
    #[error("`{}` lists {first} and this one {second}: each file needs its mate", Shown(column))]
    OtherCount { column: String, first: usize, second: usize },
    #[error("`{}` is also in row {first}, column `{}`", Shown(file), Shown(column))]
    SameFile { file: String, first: usize, column: String },
    #[error(
        "row {first} has the same name (`{}`) and sample (`{}`): give each read set another name in a \
         column `name`",
        Shown(name),
        Shown(sample)
    )]
    SameReadSet { first: usize, name: String, sample: String },

    // Of rows that are to be merged.
    #[error("cannot merge row {first} and this one: {0}", .why)]
    OtherRow { first: usize, why: MergeObstacle },

    // Of an Illumina sheet.
    #[error(
        "a second section `[{}]`; the first one begins in line {first}: make one of them",
        Shown(name)
    )]
    SectionTwice { name: String, first: usize },
    #[error("the folder with the FASTQ files is missing: pass `--files DIR`")]
    NoFolder,
    #[error("no FASTQ file of sample `{}` found by name{}", Shown(sample), Beginning(.names))]
    NoFastq { sample: String, names: Vec<String> },
    #[error("no FASTQ file of lane {lane} found for sample `{}`", Shown(sample))]
    NoLane { sample: String, lane: u32 },
    #[error("read {read} is missing for `{}`", Shown(file))]
    NoRead { file: String, read: u8 },
    #[error(
        "`{}` and `{}` differ in their sample numbers: keep the files of one run",
        Shown(first),
        Shown(second)
    )]
    TwoNumbers { first: String, second: String },
    #[error(
        "`{}` and `{}` are the same read of the same lane: keep one of them",
        Shown(first),
        Shown(second)
    )]
    TwoFiles { first: String, second: String },
    #[error(
        "`{}` is a third read, and a read set has two: list the files of this sample in a sheet with \
         `file_1` and `file_2`",
        Shown(.0)
    )]
    ThirdRead(String),
}

impl Wrong {
    /// A column that is there already, by this name.
    pub(super) fn twice(first: &str, name: &str) -> Self {
        if first == name { Self::SameColumn } else { Self::ColumnTwice(first.to_owned()) }
    }
}

/// What `--merge-lanes` refuses and this does not.
const ROWS: &str = "`--merge-rows` merges all rows of a sample";

/// How rows differ that were to be merged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeObstacle {
    #[error("both are {0}; {ROWS}")]
    SameLane(LanePlace),
    #[error("neither a column `lane` nor the file name tells the lane of `{}`; {ROWS}", Shown(.0))]
    NoLane(String),
    #[error("`{}` and `{}` differ by more than the lane; {ROWS}", Shown(.0), Shown(.1))]
    OtherNames(String, String),
    #[error(
        "they differ in `{}`: correct it, or give the rows different samples",
        Shown(.0)
    )]
    Field(String),
    #[error("one has a pair of files, the other a single file")]
    Pair,
    #[error("only FASTQ files can be merged, and `{}` is none", Shown(.0))]
    NotFastq(String),
}

/// Names of columns, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns(pub(super) Vec<String>);

impl fmt::Display for Columns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 12;
        for (at, name) in self.0.iter().take(SHOWN).enumerate() {
            write!(f, "{}`{}`", if at == 0 { "" } else { ", " }, Shown(name))?;
        }
        match self.0.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

/// A column as `--ignore-columns` takes it.
fn ignorable(column: &str) -> String {
    let is_plain = Shortened::is_whole(column) && !column.contains(',');
    if is_plain { Quoted::new(column).to_string() } else { "all".to_owned() }
}

/// `; did you mean …?`
struct DidYouMean<'a>(&'a [(String, &'static str)]);

impl fmt::Display for DidYouMean<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, similar)) in self.0.iter().enumerate() {
            let before = if at == 0 { "; did you mean" } else { ", and" };
            write!(f, "{before} `{similar}` instead of `{}`", Shown(name))?;
        }
        f.write_str(if self.0.is_empty() { "" } else { "?" })
    }
}

/// ` (looked for A_S*, B_S*)`
struct Beginning<'a>(&'a [String]);

impl fmt::Display for Beginning<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, name) in self.0.iter().enumerate() {
            let before = if at == 0 { " (looked for " } else { ", " };
            write!(f, "{before}`{}_S*_R1_001.fastq.gz`", Shown(name))?;
        }
        f.write_str(if self.0.is_empty() { "" } else { ")" })
    }
}
