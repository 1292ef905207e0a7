//! The files of a row: opened, each source one, and mates that stand in each other's column put right.
//!
//! What read set they make is not known here.

use super::{
    joining, missing,
    opened::{self, OpenedFile},
    sheets::{RowProblem, at, place},
};
use crate::{
    readset,
    report::Problem,
    sheet::{SheetFile, SheetRow},
};

/// What became of the files of a row.
#[derive(Default)]
pub(super) struct RowFiles {
    /// The sources that could be opened.
    pub(super) files: Vec<OpenedFile>,
    pub(super) problems: Vec<RowProblem>,
    pub(super) notes: Vec<String>,
}

/// How the files of rows are opened.
#[derive(Clone, Copy)]
pub(super) struct Opening<'a> {
    /// What messages call the sheet.
    pub(super) sheet: &'a str,
    /// Whether several files of a source differ by lane only.
    pub(super) by_lane: bool,
    /// Whether to look for what a missing file may be meant for.
    pub(super) explains: bool,
}

/// Opens the files of a row; several files of a source follow each other.
pub(super) fn open(row: &SheetRow, Opening { sheet, by_lane, explains }: Opening<'_>) -> RowFiles {
    let mut found = RowFiles::default();
    let mut sources = Vec::new();
    for source in &row.sources {
        let open = if source.len() > 1 { opened::open_lane } else { opened::open };
        let mut files = Vec::new();
        for file in source {
            match open(&file.path) {
                Ok(opened) => files.push(opened),
                Err(problem) if explains => {
                    found.tell(sheet, file, missing::explained(file, problem));
                }
                Err(problem) => found.tell(sheet, file, problem),
            }
        }
        sources.push(files);
    }
    if let ([files, others], [first, second]) = (&row.sources[..], &mut sources[..])
        && first.len() > 1
        && first.len() == files.len()
        && second.len() == others.len()
    {
        found.put_in_order(sheet, files, first.iter_mut().zip(second));
    }
    for (source, files) in row.sources.iter().zip(sources) {
        // What could not be opened would be missing among the others.
        if files.len() < source.len() {
            continue;
        }
        let obstacle = joining::obstacle(&files, by_lane);
        match obstacle.map_or_else(|| joining::join(files).map_err(|it| (0, it)), Err) {
            Ok(joined) => found.files.push(joined),
            Err((at, problem)) => {
                if let Some(file) = source.get(at) {
                    found.tell(sheet, file, problem);
                }
            }
        }
    }
    found
}

impl RowFiles {
    /// Adds a problem of a file, with its place.
    fn tell(&mut self, sheet: &str, file: &SheetFile, problem: Problem) {
        let place = place(sheet, file.row, Some(&file.column));
        self.problems.push((Some(file.row), at(place, problem)));
    }

    /// Changes the mates of rows that have them in each other's column.
    fn put_in_order<'a>(
        &mut self,
        sheet: &str,
        files: &[SheetFile],
        mates: impl Iterator<Item = (&'a mut OpenedFile, &'a mut OpenedFile)>,
    ) {
        for ((one, other), file) in mates.zip(files) {
            if let Some(note) = readset::swapped(&one.input(), &other.input()) {
                std::mem::swap(one, other);
                self.notes.push(format!("{}: {note}", place(sheet, file.row, None)));
            }
        }
    }
}
