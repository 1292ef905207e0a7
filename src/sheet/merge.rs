//! Several rows of one sample as one read set: its lanes, or all of them.
//!
//! It knows rows and the names of their files, and nothing of what is in them.

use std::collections::HashMap;

use super::{
    column::FileColumn,
    error::{MergeObstacle, SheetError, Wrong},
    note::SheetNote,
    row::{SheetRow, Stated, StatedBy},
};
use crate::{
    formats::FileType,
    readset::{LaneName, shared_name},
    types::ReadSetName,
};

/// What becomes of the rows of one sample.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Merging {
    /// A read set each.
    #[default]
    None,
    /// `--merge-lanes`: rows that differ by lane only are one.
    Lanes,
    /// `--merge-rows`: all rows are one.
    Rows,
}

/// Merges rows, each read set in the place of its first row.
pub(super) fn merge(
    rows: Vec<SheetRow>,
    how: Merging,
    errors: &mut Vec<SheetError>,
) -> Vec<SheetRow> {
    let mut merged = Vec::new();
    for (sample, mut group) in by_sample(rows) {
        if how == Merging::None || group.len() < 2 {
            note(&mut group, |read_sets| SheetNote::NotOne { sample, read_sets });
            merged.append(&mut group);
            continue;
        }
        let (mut fastq, mut others): (Vec<_>, Vec<_>) = group.into_iter().partition(is_fastq);
        if how == Merging::Rows
            && let [first, second, ..] = &others[..]
        {
            let why = MergeObstacle::NotFastq(
                second.files().next().map_or_else(String::new, |f| f.text.clone()),
            );
            errors.push(SheetError::at(
                second.first(),
                Wrong::OtherRow { first: first.first(), why },
            ));
        }
        note(&mut others, |rows| SheetNote::NotMerged { sample, rows });
        merged.append(&mut others);
        if fastq.len() < 2 {
            merged.append(&mut fastq);
        } else {
            merged.extend(one(fastq, how).map_err(|error| errors.push(error)));
        }
    }
    merged.sort_by_key(SheetRow::first);
    merged
}

fn note(rows: &mut [SheetRow], note: impl FnOnce(usize) -> SheetNote) {
    let count = rows.len();
    if let [first, _, ..] = rows {
        first.notes.push(note(count));
    }
}

/// The rows of each sample; those without one are alone.
fn by_sample(rows: Vec<SheetRow>) -> Vec<(String, Vec<SheetRow>)> {
    let mut places = HashMap::new();
    let mut groups: Vec<(String, Vec<SheetRow>)> = Vec::new();
    for row in rows {
        let sample = row.sample.as_ref().map(|sample| sample.value.to_string());
        let place = sample.clone().and_then(|sample| places.get(&sample).copied());
        if let Some((_, group)) = place.and_then(|at: usize| groups.get_mut(at)) {
            group.push(row);
            continue;
        }
        if let Some(sample) = &sample {
            places.insert(sample.clone(), groups.len());
        }
        groups.push((sample.unwrap_or_default(), vec![row]));
    }
    groups
}

/// Whether nothing says that it is something else.
fn is_fastq(row: &SheetRow) -> bool {
    let is_aligned = |name: String| {
        let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        extension.is_some_and(|extension| matches!(&*extension, "bam" | "cram" | "ubam"))
    };
    !matches!(row.kind(), Some(FileColumn::Bam | FileColumn::Cram))
        && row.file_type.as_ref().is_none_or(|stated| stated.value == FileType::Fastq)
        && !row.files().any(|file| is_aligned(file.name()))
}

/// Makes one of at least two rows.
fn one(mut rows: Vec<SheetRow>, how: Merging) -> Result<SheetRow, SheetError> {
    let lanes_only = how == Merging::Lanes;
    check_alike(&rows, lanes_only)?;
    if lanes_only {
        let first = rows.first().map(SheetRow::first).unwrap_or_default();
        let mut numbered = Vec::new();
        for row in rows {
            let lane = lane(&row);
            let text = row.files().next().map_or_else(String::new, |file| file.text.clone());
            let at = row.first();
            let number = lane.ok_or_else(|| other(first, at, MergeObstacle::NoLane(text), true))?;
            numbered.push((number, row));
        }
        numbered.sort_by_key(|(number, _)| *number);
        if let Some([(_, one), (number, two)]) =
            numbered.array_windows().find(|[(a, _), (b, _)]| a == b)
        {
            return Err(other(one.first(), two.first(), MergeObstacle::SameLane(*number), true));
        }
        rows = numbered.into_iter().map(|(_, row)| row).collect();
    }
    let name = name(&rows, lanes_only)?;
    let mut lines: Vec<_> = rows.iter().flat_map(|row| row.rows.clone()).collect();
    lines.sort_unstable();
    // A row of an Illumina sheet stands for several files.
    lines.dedup();
    let mut rows = rows.into_iter();
    let Some(mut merged) = rows.next() else { return Err(SheetError::whole(Wrong::NoRows)) };
    for row in rows {
        for (files, more) in merged.sources.iter_mut().zip(row.sources) {
            files.extend(more);
        }
        merged.notes.extend(row.notes);
    }
    Ok(SheetRow { rows: lines, name: Some(name), lane: None, ..merged })
}

fn other(first: usize, row: usize, why: MergeObstacle, lanes_only: bool) -> SheetError {
    let (first, row) = (first.min(row), first.max(row));
    let what = if lanes_only {
        Wrong::OtherThanLane { first, why }
    } else {
        Wrong::OtherRow { first, why }
    };
    SheetError::at(row, what)
}

/// Rows of one read set have to say the same of it.
fn check_alike(rows: &[SheetRow], lanes_only: bool) -> Result<(), SheetError> {
    let Some((first, rest)) = rows.split_first() else { return Ok(()) };
    for row in rest {
        let wrong = |why| Err(other(first.first(), row.first(), why, lanes_only));
        if let Some(field) = differing(first, row) {
            return wrong(MergeObstacle::Field(field.to_owned()));
        }
        if first.sources.len() != row.sources.len() {
            return wrong(MergeObstacle::Pair);
        }
        // The column `lane` tells for any name.
        if lanes_only && row.lane.is_none() {
            let (a, b) = (lane_free(first), lane_free(row));
            if let Some((a, b)) = a.into_iter().zip(b).find(|(a, b)| a != b) {
                return wrong(MergeObstacle::OtherNames(a, b));
            }
        }
    }
    Ok(())
}

/// The names of a row's first files, without their lanes.
fn lane_free(row: &SheetRow) -> Vec<String> {
    let names = row.sources.iter().filter_map(|files| Some(files.first()?.name()));
    let free = |name: String| {
        LaneName::parse(&name).map_or_else(|| name.clone(), |lane| lane.without_lane())
    };
    names.map(free).collect()
}

/// The number of the lane, by the column or the name of the first file.
fn lane(row: &SheetRow) -> Option<u32> {
    match &row.lane {
        Some(lane) => {
            // `L001`, `lane_1`, `HXYZ.1`
            let end = lane.value.trim_end_matches(|c: char| !c.is_ascii_digit());
            let begin = end.trim_end_matches(|c: char| c.is_ascii_digit()).len();
            end[begin..].parse().ok()
        }
        None => Some(LaneName::parse(&row.files().next()?.name())?.number),
    }
}

/// The field in which two rows differ.
fn differing(a: &SheetRow, b: &SheetRow) -> Option<&'static str> {
    fn is_same<T: PartialEq>(a: Option<&Stated<T>>, b: Option<&Stated<T>>) -> bool {
        a.map(|a| &a.value) == b.map(|b| &b.value)
    }
    let tags = |row: &SheetRow| {
        let pairs = row.tags.iter().map(|tag| (tag.value.key(), tag.value.value()));
        pairs.map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>()
    };
    let fields = [
        ("subject", is_same(a.subject.as_ref(), b.subject.as_ref())),
        ("name", is_same(a.name.as_ref(), b.name.as_ref())),
        ("type", is_same(a.file_type.as_ref(), b.file_type.as_ref())),
        ("reference", is_same(a.reference.as_ref(), b.reference.as_ref())),
        ("generated_from", is_same(a.generated_from.as_ref(), b.generated_from.as_ref())),
        ("description", is_same(a.description.as_ref(), b.description.as_ref())),
        ("tags", tags(a) == tags(b)),
    ];
    fields.into_iter().find(|(_, same)| !same).map(|(name, _)| name)
}

/// The name: as stated, or what the names share without their lanes, or else the sample.
fn name(rows: &[SheetRow], lanes_only: bool) -> Result<Stated<ReadSetName>, SheetError> {
    let Some(first) = rows.first() else { return Err(SheetError::whole(Wrong::NoRows)) };
    if let Some(name) = &first.name {
        return Ok(name.clone());
    }
    let names = lane_free(first);
    let are_alike = rows.iter().all(|row| lane_free(row) == names);
    let (text, by) = if lanes_only && are_alike {
        (shared_name(&names), StatedBy::FileNames)
    } else {
        let sample = first.sample.as_ref().map(|sample| sample.value.to_string());
        (sample.unwrap_or_default(), StatedBy::Sample)
    };
    match text.parse() {
        Ok(value) => Ok(Stated { value, by }),
        Err(error) => Err(SheetError::at(first.first(), Wrong::Invalid(error))),
    }
}
