//! Sample sheets: what a lab has written down about its files, as rows.
//!
//! Pure: bytes in, rows out. Nothing is opened, no path is followed, and neither the command line nor
//! the network is known. A sheet stays as it was read, so that it can be written again with what
//! became of its rows.

mod column;
mod duplicates;
mod entry;
mod error;
mod format;
mod grid;
mod headings;
mod illumina;
mod json;
mod manifest;
mod mates;
mod merge;
mod note;
mod other_columns;
mod row;
mod shown;
#[cfg(test)]
mod tests;
mod text;
mod write;

use std::path::PathBuf;

pub use error::{Columns, MergeObstacle, SheetError, Wrong};
pub use format::{SheetFormat, UnknownSheetFormat};
pub use headings::IgnoredColumns;
pub use merge::Merging;
pub use note::SheetNote;
pub use row::{SheetFile, SheetRow, SheetRows, Stated, StatedBy};
pub use shown::Shown;
pub use write::{NoSourceColumns, RewrittenSources, SheetOutcome};

use self::{
    column::Column,
    grid::{Cell, GridLine, GridText, HINT, SEPARATORS},
    headings::{Headings, SheetField, Vocabulary},
    illumina::Sections,
    manifest::Manifest,
};
use crate::types::StoreId;

/// A sheet as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    format: SheetFormat,
    body: Body,
}

#[derive(Debug, Clone, PartialEq)]
enum Body {
    Grid(Grid),
    Json(Manifest),
}

/// A sheet of lines and cells.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Grid {
    separator: char,
    line_end: &'static str,
    lines: Vec<GridLine>,
    sections: Sections,
}

/// What the command line says of a sheet.
#[derive(Debug, Clone, Default)]
pub struct SheetOptions<'a> {
    pub ignored: IgnoredColumns,
    pub merging: Merging,
    /// Where relative paths start.
    pub folder: PathBuf,
    /// The files below `--files`, which an Illumina sheet needs.
    pub files: Option<&'a [PathBuf]>,
    /// `--store`.
    pub store: Option<&'a StoreId>,
}

/// What says nothing of the read sets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PassedOver {
    pub comments: usize,
    pub blank: usize,
    /// Cells with the ID of a read set that an earlier run made.
    pub read_set_ids: usize,
}

impl Sheet {
    /// Reads a sheet; its format is found out unless it is given.
    pub fn read(bytes: &[u8], format: Option<SheetFormat>) -> Result<Self, SheetError> {
        let text = text::decode(bytes)?;
        let (format, body) = body(&text, format)?;
        Ok(Self { format, body })
    }

    pub const fn format(&self) -> SheetFormat {
        self.format
    }

    pub fn passed_over(&self) -> PassedOver {
        let mut passed = PassedOver::default();
        if let Body::Grid(grid) = &self.body {
            for line in &grid.lines {
                passed.comments += usize::from(matches!(line, GridLine::Comment(_)));
                passed.blank += usize::from(matches!(line, GridLine::Blank(_)));
            }
            passed.read_set_ids = self.read_set_ids(grid);
        }
        passed
    }

    /// The read sets of the sheet, and everything that is wrong with it.
    pub fn rows(&self, options: &SheetOptions<'_>) -> SheetRows {
        let mut found = SheetRows::default();
        let entries = self.entries(options, &mut found.errors);
        match &self.body {
            Body::Grid(grid) if self.format == SheetFormat::Illumina => {
                let errors = &mut found.errors;
                found.good = illumina::rows(&entries, &grid.sections, options.files, errors);
            }
            _ => {
                for (number, fields) in &entries {
                    let (row, errors) = entry::row(*number, fields, self.format, &options.folder);
                    let rows = if errors.is_empty() { &mut found.good } else { &mut found.bad };
                    rows.push(row);
                    found.errors.extend(errors);
                }
            }
        }
        duplicates::same_files(&mut found);
        stores(&found.good, options.store, &mut found.errors);
        merge::merge(&mut found, options.merging);
        duplicates::same_names(&mut found);
        mates::note_apart(&mut found.good);
        found.errors.sort_by_key(|error| error.row);
        found
    }

    fn read_set_ids(&self, grid: &Grid) -> usize {
        let (headings, _) = grid.headings(self.format, &IgnoredColumns::Unknown);
        let Some(at) = headings.at(&Column::Added(0)) else { return 0 };
        let is_filled = |(_, cells): &(usize, &[Cell])| {
            cells.get(at).is_some_and(|cell| !cell.text.trim().is_empty())
        };
        grid.rows().filter(is_filled).count()
    }

    /// The values of each row.
    fn entries(
        &self,
        options: &SheetOptions<'_>,
        errors: &mut Vec<SheetError>,
    ) -> Vec<(usize, Vec<SheetField>)> {
        match &self.body {
            Body::Json(manifest) => manifest.fields(&options.ignored, errors),
            Body::Grid(grid) => {
                let (headings, mut found) = grid.headings(self.format, &options.ignored);
                errors.append(&mut found);
                let fields = |(line, cells): (usize, &[Cell])| {
                    Some((line, headings.fields(line, cells, errors)?))
                };
                grid.rows().filter_map(fields).collect()
            }
        }
    }
}

/// All rows go to one store.
fn stores(rows: &[SheetRow], asked: Option<&StoreId>, errors: &mut Vec<SheetError>) {
    let mut first = None;
    for row in rows {
        let Some(stated) = &row.store else { continue };
        let first = *first.get_or_insert(&stated.value);
        let what = match asked {
            Some(asked) if *asked != stated.value => Wrong::OtherStore(asked.clone()),
            None if *first != stated.value => Wrong::SeveralStores(first.clone()),
            _ => continue,
        };
        let StatedBy::Column(column) = &stated.by else { continue };
        errors.push(SheetError::cell(row.first(), column, what));
    }
}

/// Finds out what a text is.
fn body(text: &str, format: Option<SheetFormat>) -> Result<(SheetFormat, Body), SheetError> {
    let first = first_line(text).ok_or_else(|| SheetError::whole(Wrong::Empty))?;
    let is_sections = illumina::begins(first);
    let is_json = !is_sections && first.starts_with(['{', '[']);
    if is_json && format.is_none_or(|format| format == SheetFormat::Manifest) {
        let manifest = Manifest::parse(text)?;
        if manifest.is_empty() {
            return Err(SheetError::whole(Wrong::NoRows));
        }
        return Ok((SheetFormat::Manifest, Body::Json(manifest)));
    }
    let is_other = |asked: SheetFormat| is_json || (asked == SheetFormat::Illumina) != is_sections;
    if let Some(asked) = format.filter(|asked| is_other(*asked)) {
        return Err(SheetError::whole(Wrong::OtherFormat { asked, similar: Vec::new() }));
    }
    let all = [SheetFormat::NfCore, SheetFormat::Plain, SheetFormat::Manifest];
    let (vocabulary, formats): (Vocabulary, _) = if is_sections {
        (Column::of_illumina, &[SheetFormat::Illumina][..])
    } else {
        (Column::of_table, &all[..])
    };
    let grid = Grid::read(text, is_sections, vocabulary)?;
    let (line, cells) = grid.header();
    let (headings, _) = Headings::read(line, cells, vocabulary, &IgnoredColumns::Unknown);
    let is_asked = |found: &SheetFormat| format.is_none_or(|asked| asked == *found);
    let fits = |found: &&SheetFormat| is_asked(found) && headings.are_of(**found);
    let found = *formats.iter().find(fits).ok_or_else(|| {
        let wrong = match format.or(is_sections.then_some(SheetFormat::Illumina)) {
            Some(asked) => Wrong::OtherFormat { asked, similar: headings.misspelled() },
            None => grid.unknown_format(&headings),
        };
        SheetError::at(line, wrong)
    })?;
    if grid.sections.rows.is_empty() {
        return Err(SheetError::whole(Wrong::NoRows));
    }
    Ok((found, Body::Grid(grid)))
}

/// The first line that says something.
fn first_line(text: &str) -> Option<&str> {
    let says_nothing = |line: &str| {
        let is_blank = line.trim_matches([',', ';', '"', ' ', '\t']).is_empty();
        is_blank || line.starts_with('#') || line.starts_with(HINT)
    };
    text.split(['\r', '\n']).map(str::trim).find(|line| !says_nothing(line))
}

impl Grid {
    /// Reads the lines with the separator that splits the header into the most known columns.
    fn read(text: &str, is_sections: bool, vocabulary: Vocabulary) -> Result<Self, SheetError> {
        let sections = if is_sections { Sections::find } else { Sections::of_table };
        let known = |separator: &char| {
            // Quotes may be wrong for one separator and right for another.
            let mut lines = GridText::new(text, *separator).map_while(Result::ok);
            let header = if is_sections {
                let lines: Vec<_> = lines.collect();
                sections(&lines).header.and_then(|at| lines.get(at).cloned())
            } else {
                lines.find(|line| !line.cells().is_empty())
            };
            header.map_or(0, |header| Headings::known(header.cells(), vocabulary))
        };
        // Of equally good ones, the first is taken.
        let separator = SEPARATORS.into_iter().rev().max_by_key(known).unwrap_or(',');
        let lines = GridText::new(text, separator).collect::<Result<Vec<_>, _>>()?;
        let line_end = if text.split_once('\n').is_some_and(|(line, _)| line.ends_with('\r')) {
            "\r\n"
        } else {
            "\n"
        };
        let sections = sections(&lines);
        let mut grid = Self { separator, line_end, lines, sections };
        grid.undo(vocabulary);
        Ok(grid)
    }

    /// The line and the cells of the header.
    fn header(&self) -> (usize, &[Cell]) {
        let header = self.sections.header.and_then(|at| self.lines.get(at));
        header.map_or((1, &[]), |header| (header.number(), header.cells()))
    }

    /// Why nothing is known that has these columns.
    fn unknown_format(&self, headings: &Headings) -> Wrong {
        let columns = Columns(headings.names());
        let similar = headings.misspelled();
        let is_header = |line: &&GridLine| {
            let cells = line.cells();
            let (read, _) = Headings::read(0, cells, Column::of_table, &IgnoredColumns::Unknown);
            SheetFormat::ALL[..3].iter().any(|format| read.are_of(*format))
        };
        if let Some(header) = self.lines.iter().find(is_header) {
            return Wrong::LateHeader { columns, line: header.number() };
        }
        match &columns.0[..] {
            _ if !similar.is_empty() => Wrong::NearlyKnown { columns, similar },
            // `sample fastq_1`, `sample|fastq_1`
            [one] if one.split([' ', '|', ':']).any(|word| Column::of_table(word).is_some()) => {
                Wrong::OneCell(one.clone())
            }
            _ => Wrong::UnknownFormat { columns },
        }
    }

    fn headings(
        &self,
        format: SheetFormat,
        ignored: &IgnoredColumns,
    ) -> (Headings, Vec<SheetError>) {
        let (line, cells) = self.header();
        Headings::read(line, cells, headings::vocabulary(format), ignored)
    }

    fn rows(&self) -> impl Iterator<Item = (usize, &[Cell])> {
        let lines = self.sections.rows.iter().filter_map(|at| self.lines.get(*at));
        lines.map(|line| (line.number(), line.cells()))
    }
}
