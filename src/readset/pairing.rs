//! Which FASTQ files belong together: by flags or by name, and confirmed by their reads.
//!
//! Knows nothing of samples and names of read sets.

use std::{collections::BTreeMap, path::PathBuf};

use super::{
    Input, Sources,
    error::{Basis, Count, ReadSetError},
    filename::{FileName, Mark, Read, Style},
    note::Note,
};
use crate::format::{Content, FastqHead, FileType, Mate, Verdict, verdict};

/// A read set's files, before anything else is known of it.
pub(super) struct Group {
    pub(super) sources: Sources,
    /// For a pair.
    pub(super) basis: Option<Basis>,
    pub(super) notes: Vec<Note>,
}

impl Group {
    const fn single(at: usize) -> Self {
        Self { sources: Sources::One(at), basis: None, notes: Vec::new() }
    }
}

/// What two files share when their names make them a pair.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    directory: PathBuf,
    stem: &'a str,
    style: Style,
    separator: Option<char>,
    suffix: &'a str,
}

/// Puts every file into one group; groups are in the order of their first files.
pub(super) fn group(
    inputs: &[Input<'_>],
    explicit: Option<(usize, usize)>,
    errors: &mut Vec<ReadSetError>,
) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut left: Vec<usize> = (0..inputs.len()).collect();
    if let Some((first, second)) = explicit
        && let (Some(a), Some(b)) = (inputs.get(first), inputs.get(second))
    {
        left.retain(|at| *at != first && *at != second);
        match explicit_pair(a, b) {
            Ok(true) => groups.push(pair(second, first, Basis::Flags, vec![put_in_order(b, a)])),
            Ok(false) => groups.push(pair(first, second, Basis::Flags, Vec::new())),
            Err(mut found) => errors.append(&mut found),
        }
    }
    by_name(inputs, &mut left, &mut groups, errors);
    groups.extend(left.into_iter().map(Group::single));
    groups.sort_by_key(|group| group.sources.earliest());
    note_mates_apart(inputs, &mut groups);
    groups
}

const fn pair(first: usize, second: usize, basis: Basis, notes: Vec<Note>) -> Group {
    Group { sources: Sources::Pair { first, second }, basis: Some(basis), notes }
}

fn put_in_order(first: &Input<'_>, second: &Input<'_>) -> Note {
    Note::PutInOrder { first: first.shown.to_owned(), second: second.shown.to_owned() }
}

/// Whether the pair has to be turned round.
fn explicit_pair(first: &Input<'_>, second: &Input<'_>) -> Result<bool, Vec<ReadSetError>> {
    let heads = [first, second].map(|input| match input.inspected.content() {
        Content::Records(head) => Ok(head),
        Content::Header(header) => {
            Err(ReadSetError::NoPairs { file: input.shown.to_owned(), content: header.file_type })
        }
    });
    match heads {
        [Ok(a), Ok(b)] => match confirm((first, a), (second, b), Basis::Flags) {
            Ok(()) => Ok(false),
            Err(ReadSetError::Swapped { .. }) => Ok(true),
            Err(error) => Err(vec![error]),
        },
        heads => Err(heads.into_iter().filter_map(Result::err).collect()),
    }
}

/// Asks the reads whether two files are what they are held for.
fn confirm(
    (first, ours): (&Input<'_>, &FastqHead),
    (second, theirs): (&Input<'_>, &FastqHead),
    basis: Basis,
) -> Result<(), ReadSetError> {
    let (a, b) = (first.shown.to_owned(), second.shown.to_owned());
    if ours.is_interleaved() {
        return Err(ReadSetError::Interleaved { file: a, other: b });
    }
    if theirs.is_interleaved() {
        return Err(ReadSetError::Interleaved { file: b, other: a });
    }
    let count = |head: &FastqHead, reads| {
        if head.is_whole() { Count::Exactly(reads) } else { Count::MoreThan(reads - 1) }
    };
    Err(match verdict(ours, theirs) {
        Verdict::Mates => return Ok(()),
        Verdict::Swapped => ReadSetError::Swapped { first: a, second: b },
        Verdict::SameMate(mate) => ReadSetError::SameMate { first: a, second: b, basis, mate },
        Verdict::Strangers { record, first: first_read, second: second_read } => {
            ReadSetError::Strangers { first: a, second: b, basis, record, first_read, second_read }
        }
        Verdict::Fewer { first: reads, second: others } => ReadSetError::Fewer {
            first: a,
            second: b,
            basis,
            first_reads: count(ours, reads),
            second_reads: count(theirs, others),
        },
    })
}

/// What is named like one pair.
#[derive(Default)]
struct Named {
    first: Vec<usize>,
    second: Vec<usize>,
    third: Option<usize>,
}

/// Takes the pairs out of `left`.
fn by_name(
    inputs: &[Input<'_>],
    left: &mut Vec<usize>,
    groups: &mut Vec<Group>,
    errors: &mut Vec<ReadSetError>,
) {
    let names: Vec<_> = inputs.iter().map(Input::base_name).collect();
    for named in named_alike(inputs, &names, left).into_values() {
        let (&[first, ..], &[second, ..]) = (&named.first[..], &named.second[..]) else {
            continue;
        };
        left.retain(|at| !named.first.contains(at) && !named.second.contains(at));
        match named_pair(inputs, &named, first, second) {
            Ok(group) => groups.push(group),
            Err(error) => errors.push(error),
        }
    }
}

/// Sorts the FASTQ files among `left` by what their names share.
fn named_alike<'a>(
    inputs: &[Input<'_>],
    names: &'a [Option<String>],
    left: &[usize],
) -> BTreeMap<Key<'a>, Named> {
    let mut pairs = BTreeMap::<_, Named>::new();
    for at in left.iter().copied() {
        let Some(mark) = names[at].as_ref().and_then(|name| FileName::parse(name).mark) else {
            continue;
        };
        if inputs[at].inspected.file_type() != FileType::Fastq {
            continue;
        }
        let Mark { stem, read, style, separator, suffix } = mark;
        let directory = inputs[at].directory();
        let files = pairs.entry(Key { directory, stem, style, separator, suffix }).or_default();
        match read {
            Read::Mate(Mate::First) => files.first.push(at),
            Read::Mate(Mate::Second) => files.second.push(at),
            Read::Third => files.third = Some(at),
            Read::Index => {}
        }
    }
    pairs
}

fn named_pair(
    inputs: &[Input<'_>],
    named: &Named,
    first: usize,
    second: usize,
) -> Result<Group, ReadSetError> {
    let shown = |at: usize| inputs[at].shown.to_owned();
    for (mate, files) in [(Mate::First, &named.first), (Mate::Second, &named.second)] {
        if let [first, second, ..] = files[..] {
            let (first, second) = (shown(first), shown(second));
            return Err(ReadSetError::Ambiguous { first, second, mate });
        }
    }
    let (a, b) = (&inputs[first], &inputs[second]);
    if let (Content::Records(x), Content::Records(y)) =
        (a.inspected.content(), b.inspected.content())
    {
        confirm((a, x), (b, y), Basis::Names)?;
    }
    let notes =
        named.third.map(|third| Note::ThirdRead { second: shown(second), third: shown(third) });
    Ok(pair(first, second, Basis::Names, notes.into_iter().collect()))
}

/// Finds files whose reads say that they are mates, though neither flags nor names do.
fn note_mates_apart(inputs: &[Input<'_>], groups: &mut [Group]) {
    let mut lone = Vec::new();
    for (place, group) in groups.iter().enumerate() {
        if let Sources::One(at) = group.sources
            && let Content::Records(head) = inputs[at].inspected.content()
            && let (Some(name), Some(mate)) = (head.names().first(), head.mate())
            && !inputs[at].holds_index_reads()
            && !head.is_interleaved()
        {
            lone.push((name, mate, place, at, head));
        }
    }
    lone.sort_by(|a, b| a.0.template().cmp(b.0.template()).then(a.1.cmp(&b.1)));
    for neighbours in lone.windows(2) {
        let [(.., place, first, head), (.., second, other)] = neighbours else { continue };
        if verdict(head, other) == Verdict::Mates {
            let shown = |at: usize| inputs[at].shown.to_owned();
            groups[*place]
                .notes
                .push(Note::MatesApart { first: shown(*first), second: shown(*second) });
        }
    }
}
