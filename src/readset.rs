//! From files to read sets: which files belong together, and what the read sets are called.
//!
//! Pure: everything about the files was found out by others; nothing is opened here, and nothing of
//! the service is known but the form of its fields.

mod confirm;
mod draft;
mod duplicates;
mod error;
mod filename;
mod folders;
mod infer;
mod input;
mod lane;
mod lanes;
mod note;
mod pairing;
mod sample;
mod siblings;
mod wording;

use std::collections::{HashMap, hash_map::Entry};

pub use draft::{Draft, Field, Inferred, Origin, Sources};
pub use error::{Basis, Count, ReadSetError};
pub use infer::{mate_by_name, shared_name};
pub use input::{Input, ReadSetOptions};
pub use lane::{LaneName, LanePlace};
pub use lanes::{
    Lanes, by_lane, confirm_lanes, other_mate, other_run, shared_lane_name, sources_by_name,
    swapped,
};
pub use note::ReadSetNote;

use crate::{
    formats::{Content, FileType, Kind},
    types::SampleId,
};
use draft::Group;
use duplicates::duplicates;

/// Makes read sets of `inputs`, in the order in which their first files were given.
///
/// Fails with everything that is wrong, not only with the first of it.
pub fn assemble(
    inputs: &[Input<'_>],
    wishes: &ReadSetOptions,
) -> Result<Vec<Draft>, Vec<ReadSetError>> {
    let mut errors = duplicates(inputs);
    if !errors.is_empty() {
        // Files that are there twice would only lead to more of the same.
        return Err(errors);
    }
    let groups = pairing::group(inputs, wishes.pair, &mut errors);
    if wishes.name.is_some() && groups.len() > 1 {
        errors.push(ReadSetError::OneNameForMany(groups.len()));
    }
    let mut drafts = Vec::new();
    for group in groups {
        match draft(inputs, group, wishes) {
            Ok(draft) => drafts.push(draft),
            Err(mut found) => errors.append(&mut found),
        }
    }
    note_same_names(inputs, &mut drafts);
    if errors.is_empty() { Ok(drafts) } else { Err(errors) }
}

/// Finds read sets that nothing tells apart but their IDs.
fn note_same_names(inputs: &[Input<'_>], drafts: &mut [Draft]) {
    let mut seen = HashMap::new();
    for draft in drafts {
        let file = inputs[draft.sources.first()].shown;
        let key = (draft.name.value.to_string(), draft.sample.value.to_string(), draft.file_type);
        match seen.entry(key) {
            Entry::Vacant(place) => {
                place.insert(file);
            }
            Entry::Occupied(first) => {
                let (first, second) = ((*first.get()).to_owned(), file.to_owned());
                draft.notes.push(ReadSetNote::SameName { first, second });
            }
        }
    }
}

fn draft(
    inputs: &[Input<'_>],
    group: Group,
    wishes: &ReadSetOptions,
) -> Result<Draft, Vec<ReadSetError>> {
    let first = &inputs[group.sources.first()];
    let mut errors = Vec::new();
    let file_type = file_type(first, wishes.file_type).map_err(|error| errors.push(error)).ok();
    let name = infer::name(inputs, &group, wishes).map_err(|error| errors.push(error)).ok();
    let sample = infer::sample(inputs, &group, wishes).map_err(|error| errors.push(error)).ok();
    if let Some(sample) = sample.as_ref().filter(|_| !wishes.any_sample) {
        errors.extend(infer::other_samples(inputs, &group, sample));
    }
    let subject = sample
        .as_ref()
        .map(|sample| infer::subject(first, &sample.value, wishes))
        .and_then(|subject| subject.map_err(|error| errors.push(error)).ok());
    if !errors.is_empty() {
        return Err(errors);
    }
    let (Some(file_type), Some(name), Some(sample), Some(subject)) =
        (file_type, name, sample, subject)
    else {
        return Err(errors);
    };
    let mut notes = group.notes;
    for at in group.sources.indexes() {
        note(&inputs[at], &sample, &mut notes);
    }
    Ok(Draft { file_type, sources: group.sources, name, sample, subject, notes })
}

/// The type by content, held against what was asked for.
fn file_type(input: &Input<'_>, asked: Option<FileType>) -> Result<FileType, ReadSetError> {
    let content = input.inspected.file_type();
    match asked {
        None => Ok(content),
        Some(FileType::Ubam) if content == FileType::Bam => {
            Err(ReadSetError::NotUbam { file: input.shown.to_owned() })
        }
        Some(asked) if asked == content => Ok(content),
        Some(asked) => {
            Err(ReadSetError::OtherType { file: input.shown.to_owned(), content, asked })
        }
    }
}

/// Collects what is remarkable about one file.
fn note(input: &Input<'_>, sample: &Inferred<SampleId>, notes: &mut Vec<ReadSetNote>) {
    let file = || input.shown.to_owned();
    if let Kind::Cram(version) = input.inspected.kind()
        && !version.is_safe()
    {
        notes.push(ReadSetNote::CramVersion { file: file(), version });
    }
    match input.inspected.content() {
        Content::Header(header) => {
            if header.seems_unaligned {
                notes.push(ReadSetNote::Unaligned { file: file(), references: header.references });
            }
            if let Some(line) = header.unreadable.clone() {
                notes.push(ReadSetNote::ReadGroup { file: file(), line });
            }
            if sample.origin == Origin::FileName {
                let placeholder = header.samples.first().cloned();
                let sample = sample.value.clone();
                notes.push(ReadSetNote::NoSample { file: file(), placeholder, sample });
            } else if !header.samples.is_empty() && header.samples != [sample.value.as_str()] {
                let (header, asked) = (header.samples.clone(), sample.value.to_string());
                notes.push(ReadSetNote::OtherSample { file: file(), header, asked });
            }
        }
        Content::Records(head) => {
            if head.is_interleaved() {
                notes.push(ReadSetNote::Interleaved { file: file() });
            }
            if input.holds_index_reads() {
                notes.push(ReadSetNote::IndexReads { file: file() });
            }
            if input.base_name().is_some_and(|name| name.starts_with("Undetermined_S0")) {
                notes.push(ReadSetNote::Undetermined { file: file() });
            }
        }
    }
}
