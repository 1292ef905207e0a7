//! Illumina's sample sheets: the sections of versions 1 and 2, and the FASTQ files of each sample.
//!
//! Version 1 is `bcl2fastq`'s (`[Data]`), version 2 is BCL Convert's (`[BCLConvert_Data]`). It is given
//! the paths of FASTQ files, and knows nothing of what is in them.

mod fastq;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use self::fastq::{FastqName, LaneFiles, lanes};
use super::{
    column::{Column, FileColumn},
    entry::stated,
    error::{SheetError, Wrong},
    grid::GridLine,
    headings::SheetField,
    note::SheetNote,
    row::{SheetFile, SheetRow, Stated, StatedBy},
};
use crate::types::SampleId;

/// Where the samples are in a sheet, and how many reads it announces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sections {
    /// The index of the line with the columns of the samples.
    pub(super) header: Option<usize>,
    /// The indexes of the lines with samples.
    pub(super) rows: Vec<usize>,
    /// The reads of `[Reads]` that have cycles.
    reads: Vec<u8>,
    /// The lines of another section of the samples that has any.
    again: Option<AnotherSection>,
    /// A `[Data]` with samples beside `[BCLConvert_Data]`.
    is_passed_over: bool,
}

/// A section that is there once more.
#[derive(Debug, Clone, PartialEq, Eq)]
struct AnotherSection {
    name: String,
    first: usize,
    second: usize,
}

/// The name of a section, if a line begins one.
pub(super) fn section(line: &GridLine) -> Option<String> {
    let GridLine::Cells { cells, .. } = line else { return None };
    let name = cells.first()?.text.strip_prefix('[')?.strip_suffix(']')?;
    let is_alone = cells.iter().skip(1).all(|cell| cell.text.is_empty());
    is_alone.then(|| name.trim().to_lowercase())
}

/// Whether a text begins with a section, whatever separates its cells.
pub(super) fn begins(first_line: &str) -> bool {
    let padding = |c: char| c.is_whitespace() || matches!(c, '"' | ',' | ';');
    let name = first_line.trim_matches(padding);
    name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).is_some_and(|name| {
        !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_- ".contains(c))
    })
}

impl Sections {
    pub(super) fn find(lines: &[GridLine]) -> Self {
        let names: Vec<_> = lines.iter().filter_map(section).collect();
        let v2 = "bclconvert_data";
        let data = if names.iter().any(|name| name == v2) { v2 } else { "data" };
        let (mut found, mut current, mut begin) = (Self::default(), String::new(), 0);
        let (mut seen, mut first) = (false, 0);
        for (at, line) in lines.iter().enumerate() {
            let GridLine::Cells { cells, line: number } = line else { continue };
            if let Some(name) = section(line) {
                seen = seen || (current == data && found.header.is_some());
                (current, begin) = (name, *number);
            } else if current == "reads" {
                let texts: Vec<_> = cells.iter().map(|cell| cell.text.as_str()).collect();
                found.announce(&texts);
            } else if current == data && !seen {
                match found.header {
                    None => (found.header, first) = (Some(at), begin),
                    Some(_) => found.rows.push(at),
                }
            } else if current == data {
                // Its header could be another one.
                let name = current.clone();
                found.again.get_or_insert(AnotherSection { name, first, second: begin });
            } else if current == "data" {
                found.is_passed_over = true;
            }
        }
        found
    }

    /// A sheet without sections: all its lines are samples.
    pub(super) fn of_table(lines: &[GridLine]) -> Self {
        let is_cells = |line: &GridLine| matches!(line, GridLine::Cells { .. });
        let mut rows = (0..lines.len()).filter(|at| lines.get(*at).is_some_and(is_cells));
        Self { header: rows.next(), rows: rows.collect(), ..Self::default() }
    }

    /// `151` in version 1, `Read1Cycles,151` in version 2.
    fn announce(&mut self, cells: &[&str]) {
        let has_cycles = |text: &str| text.parse::<u32>().is_ok_and(|cycles| cycles > 0);
        match cells {
            [cycles, ..] if has_cycles(cycles) => {
                let number = u8::try_from(self.reads.len() + 1).unwrap_or(u8::MAX);
                self.reads.push(number);
            }
            [name, cycles, ..] if has_cycles(cycles) => {
                let lower = name.to_lowercase();
                let number = lower.strip_prefix("read").and_then(|n| n.strip_suffix("cycles"));
                self.reads.extend(number.and_then(|number| number.parse::<u8>().ok()));
            }
            _ => {}
        }
    }
}

/// The rows of one sample.
struct IlluminaLibrary {
    id: Stated<SampleId>,
    /// The ID's column, as the sheet spells it.
    column: String,
    /// As the files may begin, the sample's ID first.
    names: Vec<String>,
    projects: Vec<String>,
    /// Each with its lane, if it names one.
    rows: Vec<(usize, Option<u32>)>,
}

/// Makes rows of the FASTQ files of each sample, one for each of its lanes.
pub(super) fn rows(
    entries: &[(usize, Vec<SheetField>)],
    sections: &Sections,
    files: Option<&[PathBuf]>,
    errors: &mut Vec<SheetError>,
) -> Vec<SheetRow> {
    let libraries = libraries(entries, errors);
    if let Some(AnotherSection { name, first, second }) = sections.again.clone() {
        errors.push(SheetError::at(second, Wrong::SectionTwice { name, first }));
    }
    let Some(files) = files else {
        errors.push(SheetError::whole(Wrong::NoFolder));
        return Vec::new();
    };
    let mut by_name: BTreeMap<&str, Vec<FastqName<'_>>> = BTreeMap::new();
    for file in files.iter().filter_map(|path| FastqName::parse(path)) {
        by_name.entry(file.sample).or_default().push(file);
    }
    let mut rows = Vec::new();
    for library in &libraries {
        let found = library.files(&by_name);
        match lanes(&found, &sections.reads).and_then(|lanes| library.rows(&lanes)) {
            Ok(mut found) => rows.append(&mut found),
            Err(wrong) => {
                let (row, _) = library.rows.first().copied().unwrap_or_default();
                errors.push(SheetError::at(row, wrong));
            }
        }
    }
    if let Some(first) = rows.first_mut().filter(|_| sections.is_passed_over) {
        first.notes.push(SheetNote::OtherSection);
    }
    rows
}

fn libraries(
    entries: &[(usize, Vec<SheetField>)],
    errors: &mut Vec<SheetError>,
) -> Vec<IlluminaLibrary> {
    let mut libraries: Vec<IlluminaLibrary> = Vec::new();
    let mut places = BTreeMap::new();
    for (row, fields) in entries {
        let get = |column| fields.iter().find(|field| field.column == column);
        let Some(id) = get(Column::Sample) else {
            errors.push(SheetError::cell(*row, "Sample_ID", Wrong::Missing));
            continue;
        };
        let sample = match id.text.parse::<SampleId>() {
            Ok(sample) => sample,
            Err(error) => {
                errors.push(SheetError::cell(*row, &id.name, error));
                continue;
            }
        };
        let at = *places.entry(id.text.clone()).or_insert(libraries.len());
        if at == libraries.len() {
            libraries.push(IlluminaLibrary::new(id, sample));
        }
        let Some(library) = libraries.get_mut(at) else { continue };
        let name = get(Column::SampleName).filter(|name| !library.names.contains(&name.text));
        library.names.extend(name.map(|field| field.text.clone()));
        library.projects.extend(get(Column::Project).map(|field| field.text.clone()));
        let lane = get(Column::Lane).and_then(|field| field.text.parse().ok());
        library.rows.push((*row, lane));
    }
    libraries
}

impl IlluminaLibrary {
    fn new(id: &SheetField, sample: SampleId) -> Self {
        Self {
            id: stated(id, sample),
            column: id.name.clone(),
            names: vec![id.text.clone()],
            projects: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// The files that are named after it: by its ID, or else by its name; those in a folder of its
    /// project or of its ID, if there are any.
    fn files<'a>(&self, by_name: &BTreeMap<&str, Vec<FastqName<'a>>>) -> Vec<FastqName<'a>> {
        let mut found = self
            .names
            .iter()
            .find_map(|name| by_name.get(name.as_str()))
            .cloned()
            .unwrap_or_default();
        for folders in [&self.projects[..], &self.names[..1]] {
            let is_in =
                |file: &FastqName<'_>| folders.iter().any(|folder| is_below(file.path, folder));
            if found.iter().any(is_in) {
                found.retain(is_in);
            }
        }
        found
    }

    fn rows(&self, lanes: &LaneFiles<'_>) -> Result<Vec<SheetRow>, Wrong> {
        if lanes.is_empty() {
            let (sample, names) = (self.id.value.to_string(), self.names.clone());
            return Err(Wrong::NoFastq { sample, names });
        }
        let are_split = lanes.keys().all(Option::is_some);
        let is_missing = |lane: &u32| are_split && !lanes.contains_key(&Some(*lane));
        if let Some(lane) = self.rows.iter().filter_map(|(_, lane)| *lane).find(is_missing) {
            return Err(Wrong::NoLane { sample: self.id.value.to_string(), lane });
        }
        // A lane that somebody took out of the sheet is not wanted.
        let stated: Option<Vec<u32>> = self.rows.iter().map(|(_, lane)| *lane).collect();
        let is_wanted = |lane: &Option<u32>| match (&stated, lane) {
            (Some(stated), Some(lane)) => stated.contains(lane),
            _ => true,
        };
        let (wanted, others): (Vec<_>, Vec<_>) =
            lanes.iter().partition(|(lane, _)| is_wanted(lane));
        let mut rows: Vec<_> =
            wanted.into_iter().map(|(lane, sources)| self.row(*lane, sources)).collect();
        let others: Vec<u32> = others.into_iter().filter_map(|(lane, _)| *lane).collect();
        if let Some(first) = rows.first_mut().filter(|_| !others.is_empty()) {
            let sample = self.id.value.to_string();
            first.notes.push(SheetNote::OtherLanes { sample, lanes: others });
        }
        Ok(rows)
    }

    fn row(&self, lane: Option<u32>, sources: &[Vec<FastqName<'_>>]) -> SheetRow {
        let is_of_lane = |(_, of): &&(usize, Option<u32>)| lane.is_none() || *of == lane;
        let mut rows: Vec<_> = self.rows.iter().filter(is_of_lane).map(|(row, _)| *row).collect();
        if rows.is_empty() {
            rows.extend(self.rows.first().map(|(row, _)| *row));
        }
        let first = rows.first().copied().unwrap_or_default();
        let column = self.column.clone();
        let kinds = [FileColumn::Fastq1, FileColumn::Fastq2];
        let file = |kind, file: &FastqName<'_>| SheetFile {
            row: first,
            column: column.clone(),
            text: file.path.to_string_lossy().into_owned(),
            path: file.path.to_owned(),
            folder: PathBuf::new(),
            kind,
        };
        let source = |(files, kind): (&Vec<FastqName<'_>>, _)| {
            files.iter().map(|name| file(kind, name)).collect()
        };
        SheetRow {
            rows,
            sample: Some(self.id.clone()),
            lane: lane.map(|lane| Stated { value: lane.to_string(), by: StatedBy::FileNames }),
            sources: sources.iter().zip(kinds).map(source).collect(),
            ..SheetRow::default()
        }
    }
}

fn is_below(path: &Path, folder: &str) -> bool {
    path.parent().is_some_and(|parent| parent.iter().any(|piece| piece == folder))
}
