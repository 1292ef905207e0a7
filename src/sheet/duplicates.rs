//! Rows that would send something twice, or that nothing would tell apart.
//!
//! It compares paths as they are written; links are for others to see.

use std::collections::{HashMap, hash_map::Entry};

use super::{
    error::{SheetError, Wrong},
    row::SheetRows,
};
use crate::formats::FileType;

/// Finds the rows that have a file of another row, or one file twice.
pub(super) fn same_files(found: &mut SheetRows) {
    let SheetRows { good, bad, errors } = found;
    let good_ones = std::mem::take(good).into_iter().map(|row| (row, true));
    let bad_ones = std::mem::take(bad).into_iter().map(|row| (row, false));
    let mut all: Vec<_> = good_ones.chain(bad_ones).collect();
    all.sort_by_key(|(row, _)| row.first());
    let mut seen = HashMap::new();
    for (row, is_good) in all {
        let before = errors.len();
        for file in row.files() {
            match seen.entry(file.path.clone()) {
                Entry::Vacant(place) => {
                    place.insert((file.row, file.column.clone()));
                }
                Entry::Occupied(first) => {
                    let (first, column) = first.get().clone();
                    let what = Wrong::SameFile { file: file.text.clone(), first, column };
                    errors.push(SheetError::cell(file.row, &file.column, what));
                }
            }
        }
        if is_good && errors.len() == before { good.push(row) } else { bad.push(row) }
    }
}

/// Finds read sets of the same name and sample; those that are known to be of other types differ.
pub(super) fn same_names(found: &mut SheetRows) {
    let SheetRows { good, bad, errors } = found;
    let mut seen: HashMap<_, Vec<(usize, Option<FileType>)>> = HashMap::new();
    for row in std::mem::take(good) {
        let Some(sample) = &row.sample else {
            good.push(row);
            continue;
        };
        let (name, sample) = (row.read_set_name(), sample.value.to_string());
        let file_type = row.known_type();
        let others = seen.entry((name.clone(), sample.clone())).or_default();
        let is_same = |other: &&(usize, Option<FileType>)| {
            other.1.is_none() || file_type.is_none() || other.1 == file_type
        };
        if let Some((first, _)) = others.iter().find(is_same) {
            let what = Wrong::SameReadSet { first: *first, name, sample };
            errors.push(SheetError::at(row.first(), what));
            bad.push(row);
            continue;
        }
        others.push((row.first(), file_type));
        good.push(row);
    }
}
