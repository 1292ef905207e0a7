//! Several rows of one sample as one read set: its lanes, or all of them.
//!
//! It knows rows and the names of their files, and nothing of what is in them.

use std::collections::{BTreeSet, HashMap};

use super::{
    column::FileColumn,
    error::{MergeObstacle, SheetError, Wrong},
    note::SheetNote,
    row::{SheetRow, SheetRows, Stated, StatedBy},
};
use crate::{
    formats::FileType,
    readset::{LaneName, LanePlace, shared_name},
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
pub(super) fn merge(found: &mut SheetRows, how: Merging) {
    let SheetRows { good, bad, errors } = found;
    let mut merged = Vec::new();
    for (sample, mut group) in by_sample(std::mem::take(good)) {
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
            errors.push(other(first.first(), second.first(), why));
        }
        note(&mut others, |rows| SheetNote::NotMerged { sample, rows });
        merged.append(&mut others);
        if fastq.len() < 2 {
            merged.append(&mut fastq);
            continue;
        }
        match one(fastq.clone(), how) {
            Ok(row) => merged.push(row),
            Err(error) => {
                errors.push(error);
                bad.append(&mut fastq);
            }
        }
    }
    merged.sort_by_key(SheetRow::first);
    *good = merged;
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
        let numbers: Vec<_> = rows.iter().map(SheetRow::first).collect();
        let mut placed = Vec::new();
        for row in rows {
            let text = row.files().next().map_or_else(String::new, |file| file.text.clone());
            let (at, place) = (row.first(), place(&row));
            let another = || numbers.iter().find(|row| **row != at).copied().unwrap_or(at);
            let place = place.ok_or_else(|| other(another(), at, MergeObstacle::NoLane(text)))?;
            placed.push((place, row));
        }
        placed.sort_by_key(|(place, _)| *place);
        if let Some([(_, one), (place, two)]) =
            placed.array_windows().find(|[(a, _), (b, _)]| a == b)
        {
            return Err(other(one.first(), two.first(), MergeObstacle::SameLane(*place)));
        }
        rows = placed.into_iter().map(|(_, row)| row).collect();
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

fn other(first: usize, row: usize, why: MergeObstacle) -> SheetError {
    let (first, row) = (first.min(row), first.max(row));
    SheetError::at(row, Wrong::OtherRow { first, why })
}

/// Rows of one read set have to say the same of it.
fn check_alike(rows: &[SheetRow], lanes_only: bool) -> Result<(), SheetError> {
    let Some((first, rest)) = rows.split_first() else { return Ok(()) };
    for row in rest {
        let wrong = |why| Err(other(first.first(), row.first(), why));
        if let Some(field) = differing(first, row) {
            return wrong(MergeObstacle::Field(field));
        }
        if first.sources.len() != row.sources.len() {
            return wrong(MergeObstacle::Pair);
        }
        // The column `lane` tells for any name.
        if lanes_only && row.lane.is_none() {
            let (ours, theirs) = (lane_free(first), lane_free(row));
            let other = ours.iter().zip(&theirs).find(|(a, b)| a.key != b.key);
            if let Some((a, b)) = other.filter(|_| !are_alike(&ours, &theirs)) {
                return wrong(MergeObstacle::OtherNames(a.name.clone(), b.name.clone()));
            }
        }
    }
    Ok(())
}

/// A file's name without its lane.
struct LaneFree {
    name: String,
    /// What all lanes share, whatever their extensions.
    key: String,
}

/// The names of a row's first files, without their lanes.
fn lane_free(row: &SheetRow) -> Vec<LaneFree> {
    let names = row.sources.iter().filter_map(|files| Some(files.first()?.name()));
    let free = |name: String| match LaneName::parse(&name) {
        Some(lane) => LaneFree { name: lane.without_lane(), key: lane.key() },
        None => LaneFree { key: name.clone(), name },
    };
    names.map(free).collect()
}

/// Whether names differ by lane only; mates may stand in each other's column.
fn are_alike(ours: &[LaneFree], theirs: &[LaneFree]) -> bool {
    let keys = |names: &[LaneFree]| names.iter().map(|it| it.key.clone()).collect::<BTreeSet<_>>();
    keys(ours) == keys(theirs)
}

/// The place among the lanes, by the column or the name of the first file.
fn place(row: &SheetRow) -> Option<LanePlace> {
    let file = row.files().next()?.name();
    let named = LaneName::parse(&file).map(|name| name.place);
    let Some(lane) = &row.lane else { return named };
    // `L001`, `lane_1`, `HXYZ.1`
    let end = lane.value.trim_end_matches(|c: char| !c.is_ascii_digit());
    let begin = end.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let lane = end[begin..].parse().ok()?;
    let chunk = named.filter(|place| place.lane == lane).map_or(1, |place| place.chunk);
    Some(LanePlace { lane, chunk })
}

/// The field in which two rows differ, as the sheet calls it.
fn differing(a: &SheetRow, b: &SheetRow) -> Option<String> {
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
    let (name, _) = fields.into_iter().find(|(_, same)| !same)?;
    // `patient`, for one.
    let subject = a.subject.as_ref().or(b.subject.as_ref()).filter(|_| name == "subject");
    Some(match subject.map(|stated| &stated.by) {
        Some(StatedBy::Column(column)) => column.clone(),
        _ => name.to_owned(),
    })
}

/// The name: as stated, or what the names share without their lanes, or else the sample.
fn name(rows: &[SheetRow], lanes_only: bool) -> Result<Stated<ReadSetName>, SheetError> {
    let Some(first) = rows.first() else { return Err(SheetError::whole(Wrong::NoRows)) };
    if let Some(name) = &first.name {
        return Ok(name.clone());
    }
    let names = lane_free(first);
    let is_alike = |row: &SheetRow| are_alike(&lane_free(row), &names);
    let (text, by) = if lanes_only && rows.iter().all(is_alike) {
        let names: Vec<_> = names.iter().map(|it| it.name.clone()).collect();
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
