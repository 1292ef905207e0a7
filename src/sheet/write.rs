//! A sheet as it was read, with what became of its rows.
//!
//! It knows columns and cells; what a read set is, and whether it is there, is told.

use std::collections::HashMap;

use super::{
    Body, Grid, Sheet, SheetFormat,
    column::{ADDED, Column, FileColumn},
    grid::{Cell, GridLine, join},
    headings::{Headings, IgnoredColumns, Vocabulary, vocabulary},
    json::Json,
    manifest::{Manifest, set_source},
};

/// What became of one read set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SheetOutcome {
    /// Its rows, as `SheetRow::rows` has them.
    pub rows: Vec<usize>,
    pub read_set_id: String,
    pub read_set_arn: String,
    pub status: String,
    pub error: String,
    /// `omics://…/source1` and, of a pair, `source2`.
    pub omics_uris: Vec<String>,
    /// The same in S3, where the store has S3 access.
    pub s3_uris: Vec<String>,
}

/// `--rewrite-sources`: what takes the place of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RewrittenSources {
    Omics,
    S3,
}

/// An Illumina sheet names no files, so nothing can take their place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an Illumina sheet has no columns for files: leave `--rewrite-sources` out")]
pub struct NoSourceColumns;

/// What is written beside each row.
struct Written<'a> {
    by_row: HashMap<usize, Vec<&'a SheetOutcome>>,
    rewritten: Option<RewrittenSources>,
    /// How many of the columns in `ADDED`: those for S3 are the last two.
    added: usize,
}

impl SheetOutcome {
    /// The value of a column in `ADDED`.
    fn value(&self, column: usize) -> &str {
        match column {
            0 => &self.read_set_id,
            1 => &self.read_set_arn,
            2 => &self.status,
            3 => &self.error,
            4 | 5 => self.omics_uris.get(column - 4).map_or("", String::as_str),
            _ => self.s3_uris.get(column - 6).map_or("", String::as_str),
        }
    }
}

impl<'a> Written<'a> {
    fn new(outcomes: &'a [SheetOutcome], rewritten: Option<RewrittenSources>) -> Self {
        let has_s3 = outcomes.iter().any(|outcome| !outcome.s3_uris.is_empty());
        let mut by_row: HashMap<_, Vec<_>> = HashMap::new();
        for outcome in outcomes {
            for row in &outcome.rows {
                by_row.entry(*row).or_default().push(outcome);
            }
        }
        Self { by_row, rewritten, added: ADDED.len() - if has_s3 { 0 } else { 2 } }
    }

    fn of(&self, row: usize) -> &[&'a SheetOutcome] {
        self.by_row.get(&row).map_or(&[], Vec::as_slice)
    }

    /// The values of the added columns; those of several read sets of one row stand in one cell.
    fn values(&self, row: usize) -> impl Iterator<Item = String> {
        (0..self.added).map(move |column| {
            let values: Vec<_> = self.of(row).iter().map(|outcome| outcome.value(column)).collect();
            let is_empty = values.iter().all(|value| value.is_empty());
            if is_empty { String::new() } else { values.join(";") }
        })
    }

    /// What takes the place of a row's files.
    fn sources(&self, row: usize) -> &'a [String] {
        match (self.rewritten, self.of(row)) {
            (Some(RewrittenSources::Omics), [outcome, ..]) => &outcome.omics_uris,
            (Some(RewrittenSources::S3), [outcome, ..]) => &outcome.s3_uris,
            _ => &[],
        }
    }

    /// Whether another row has the sources of this one's read set: a pipeline would take them twice.
    fn is_repeated(&self, row: usize) -> bool {
        let first = self.of(row).first().and_then(|outcome| outcome.rows.first());
        first.is_some_and(|first| *first != row) && !self.sources(row).is_empty()
    }
}

impl Sheet {
    /// The sheet as text, in UTF-8, with columns for what became of its rows.
    ///
    /// Of a read set of several rows, only the first one is written if its sources are rewritten.
    pub fn write(
        &self,
        outcomes: &[SheetOutcome],
        rewritten: Option<RewrittenSources>,
    ) -> Result<String, NoSourceColumns> {
        if self.format == SheetFormat::Illumina && rewritten.is_some() {
            return Err(NoSourceColumns);
        }
        let written = Written::new(outcomes, rewritten);
        Ok(match &self.body {
            Body::Json(manifest) => json(manifest.clone(), &written),
            Body::Grid(grid) => grid.write(&written, vocabulary(self.format)),
        })
    }
}

fn json(mut manifest: Manifest, written: &Written<'_>) -> String {
    manifest.retain(|row| !written.is_repeated(row));
    for (row, entry) in manifest.entries_mut() {
        for (name, value) in ADDED.iter().zip(written.values(*row)) {
            entry.set(name, Json::text(value));
        }
        let names = [FileColumn::Source1, FileColumn::Source2];
        for (name, uri) in names.iter().zip(written.sources(*row)) {
            set_source(entry, name.name(), uri);
        }
    }
    manifest.write()
}

impl Grid {
    fn write(&self, written: &Written<'_>, vocabulary: Vocabulary) -> String {
        let (_, header) = self.header();
        let (headings, _) = Headings::read(0, header, vocabulary, &IgnoredColumns::Unknown);
        let (places, width) = places(&headings, header.len(), written.added);
        let files = headings.files();
        let mut text = String::new();
        for (at, line) in self.lines.iter().enumerate() {
            let cells = match line {
                GridLine::Comment(line) | GridLine::Blank(line) => {
                    text.extend([&harmless_comment(line, self.separator), self.line_end]);
                    continue;
                }
                GridLine::Cells { cells, .. } if self.sections.header == Some(at) => {
                    let names = ADDED.iter().map(|name| (*name).to_owned());
                    with(cells, width, places.iter().copied().zip(names))
                }
                GridLine::Cells { line, cells }
                    if self.sections.rows.binary_search(&at).is_ok() =>
                {
                    if written.is_repeated(*line) {
                        continue;
                    }
                    let is_filled = |at: &usize| cells.get(*at).is_some_and(|c| !c.text.is_empty());
                    let filled = files.iter().copied().filter(is_filled);
                    let sources = filled.zip(written.sources(*line).iter().cloned());
                    let values = places.iter().copied().zip(written.values(*line));
                    with(cells, width, values.chain(sources))
                }
                GridLine::Cells { cells, .. } => with(cells, 0, std::iter::empty()),
            };
            text.extend([&join(&cells, self.separator), self.line_end]);
        }
        text
    }

    /// Takes off what `harmless` put before cells, if it was this program that wrote the sheet.
    pub(super) fn undo(&mut self, vocabulary: Vocabulary) {
        let (_, header) = self.header();
        let (headings, _) = Headings::read(0, header, vocabulary, &IgnoredColumns::Unknown);
        if !(0..ADDED.len()).any(|column| headings.has(&Column::Added(column))) {
            return;
        }
        for line in &mut self.lines {
            let GridLine::Cells { cells, .. } = line else { continue };
            for cell in cells {
                if let Some(text) = cell.text.strip_prefix('\'').filter(|text| is_formula(text)) {
                    cell.text = text.to_owned();
                }
            }
        }
    }
}

/// Where the added columns stand, or will stand behind the others, and how many columns that makes.
fn places(headings: &Headings, mut width: usize, added: usize) -> (Vec<usize>, usize) {
    let mut place = |column| {
        headings.at(&Column::Added(column)).unwrap_or_else(|| {
            width += 1;
            width - 1
        })
    };
    let places = (0..added).map(&mut place).collect();
    (places, width)
}

/// The cells of a line with these in their places, none of them a formula.
fn with(cells: &[Cell], width: usize, values: impl Iterator<Item = (usize, String)>) -> Vec<Cell> {
    let mut cells = cells.to_vec();
    let empty = Cell { text: String::new(), is_quoted: false };
    cells.resize(cells.len().max(width), empty);
    for (at, text) in values {
        if let Some(cell) = cells.get_mut(at) {
            *cell = Cell { text, is_quoted: false };
        }
    }
    for cell in &mut cells {
        cell.text = harmless(&cell.text);
    }
    cells
}

/// Puts an apostrophe before what a spreadsheet would take for a formula.
fn harmless(text: &str) -> String {
    if is_formula(text) { format!("'{text}") } else { text.to_owned() }
}

/// The same of what a spreadsheet would take for the cells of a comment.
fn harmless_comment(line: &str, separator: char) -> String {
    let cell = |cell: &str| if cell.starts_with('\'') { cell.to_owned() } else { harmless(cell) };
    let cells: Vec<_> = line.split(separator).map(cell).collect();
    cells.join(&separator.to_string())
}

/// Whether a cell, or what is behind its apostrophes, begins like a formula and is no number.
fn is_formula(text: &str) -> bool {
    let is_numeric = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
    let is_number = text.chars().all(is_numeric) && text.parse::<f64>().is_ok();
    let formula = ['=', '+', '-', '@', '\t', '\r', '\n'];
    text.trim_start_matches('\'').starts_with(formula) && !is_number
}
