//! Mates that stand in two rows, and so become two read sets.
//!
//! It knows the names of files, and nothing of what is in them.

use std::collections::HashMap;

use super::{column::FileColumn, note::SheetNote, row::SheetRow};
use crate::readset::mate_by_name;

/// Notes rows of single FASTQ files whose names say that one holds the mates of the other.
pub(super) fn note_apart(rows: &mut [SheetRow]) {
    let mut seen = HashMap::new();
    for row in rows {
        let Some(FileColumn::Fastq1 | FileColumn::File | FileColumn::File1 | FileColumn::Source1) =
            row.kind()
        else {
            continue;
        };
        let [source] = &row.sources[..] else { continue };
        let [file] = &source[..] else { continue };
        let Some((mate, key)) = mate_by_name(&file.name()) else { continue };
        let folder = file.path.parent().map(ToOwned::to_owned);
        let text = file.text.clone();
        let known: &mut Vec<(u8, String, usize)> = seen.entry((folder, key)).or_default();
        let first = row.first();
        if let Some((_, other, at)) = known.iter().find(|(other, ..)| *other != mate) {
            let (other, at) = (other.clone(), *at);
            row.notes.push(SheetNote::MatesApart { first: other, row: at, second: text.clone() });
        }
        known.push((mate, text, first));
    }
}
