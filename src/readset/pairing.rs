//! Which FASTQ files belong together: by flags or by name, and confirmed by their reads.
//!
//! Knows nothing of samples and names of read sets. Names are `siblings`' matter.

use super::{
    confirm::{confirm, fewer},
    draft::{Group, Sources},
    error::{Basis, ReadSetError},
    input::Input,
    note::ReadSetNote,
    siblings,
};
use crate::formats::{
    Content,
    fastq::{FastqHead, MateVerdict, ReadName, SequencingRun, are_marked, share_names, verdict},
};

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
            Ok(AsGiven::InOrder(note)) => {
                groups.push(Group::pair(first, second, note.into_iter().collect()));
            }
            Ok(AsGiven::Turned) => {
                groups.push(Group::pair(second, first, vec![put_in_order(b, a)]));
            }
            Err(mut found) => errors.append(&mut found),
        }
    }
    groups.extend(siblings::groups(inputs, &left, errors));
    groups.sort_by_key(|group| group.sources.earliest());
    note_mates_apart(inputs, &mut groups);
    groups
}

fn put_in_order(first: &Input<'_>, second: &Input<'_>) -> ReadSetNote {
    ReadSetNote::PutInOrder { first: first.shown.to_owned(), second: second.shown.to_owned() }
}

/// How a pair by flags is sent.
enum AsGiven {
    InOrder(Option<ReadSetNote>),
    Turned,
}

/// What the flags say is done, unless the reads prove that it is wrong.
fn explicit_pair(first: &Input<'_>, second: &Input<'_>) -> Result<AsGiven, Vec<ReadSetError>> {
    let heads = [first, second].map(|input| match input.inspected.content() {
        Content::Records(head) => Ok(head),
        Content::Header(header) => {
            Err(ReadSetError::NoPairs { file: input.shown.to_owned(), content: header.file_type })
        }
    });
    let [Ok(a), Ok(b)] = heads else {
        return Err(heads.into_iter().filter_map(Result::err).collect());
    };
    match confirm((first, a), (second, b), Basis::Flags) {
        Ok(()) => Ok(AsGiven::InOrder(None)),
        Err(ReadSetError::Swapped { .. }) => Ok(AsGiven::Turned),
        Err(error) => as_asked((first, a), (second, b), error).map_err(|error| vec![error]),
    }
}

/// What is done although the reads do not confirm it.
fn as_asked(
    (first, a): (&Input<'_>, &FastqHead),
    (second, b): (&Input<'_>, &FastqHead),
    error: ReadSetError,
) -> Result<AsGiven, ReadSetError> {
    let (one, other) = (first.shown.to_owned(), second.shown.to_owned());
    let (reads, others) = (a.names().len(), b.names().len());
    let note = match (verdict(a, b), error) {
        (MateVerdict::Mates, ReadSetError::Interleaved { .. }) => None,
        (
            MateVerdict::SameMate(mate),
            ReadSetError::SameMate { .. } | ReadSetError::Interleaved { .. },
        ) => Some(ReadSetNote::GivenSameMate { first: one, second: other, mate }),
        (MateVerdict::Strangers { .. }, ReadSetError::Strangers { .. })
            if (a.is_whole() && reads < others) || (b.is_whole() && others < reads) =>
        {
            return Err(fewer((first, a), (second, b), Basis::Flags));
        }
        (_, ReadSetError::Strangers { record, first_read, second_read, .. })
            if !is_disproved(a, b) =>
        {
            Some(ReadSetNote::GivenStrangers {
                first: one,
                second: other,
                record,
                first_read,
                second_read,
            })
        }
        (_, error) => return Err(error),
    };
    Ok(AsGiven::InOrder(note))
}

/// Whether names that are not equal prove that reads are no mates: they are those of a run, which
/// identify them, or the files have names in common, at other places.
fn is_disproved(first: &FastqHead, second: &FastqHead) -> bool {
    // Of `INSTRUMENT:RUN:FLOWCELL:LANE:TILE:X:Y:UMI`, the last may differ.
    let molecule = |name: &ReadName| {
        let fields = name.template().split(|byte| *byte == b':').take(7);
        fields.collect::<Vec<_>>().join(&b':')
    };
    let mut pairs = first.names().iter().zip(second.names());
    let is_other = |(a, b): (&ReadName, &ReadName)| {
        SequencingRun::identifies(a) && SequencingRun::identifies(b) && molecule(a) != molecule(b)
    };
    share_names(first, second) || pairs.any(is_other)
}

/// Finds files whose reads say that they are mates, though neither flags nor names do.
fn note_mates_apart(inputs: &[Input<'_>], groups: &mut [Group]) {
    let mut lone = Vec::new();
    for (place, group) in groups.iter().enumerate() {
        if let Sources::One(at) = group.sources
            && let Some(head) = inputs[at].head()
            && let Some(name) = head.names().first()
            && !inputs[at].holds_index_reads()
            && !head.is_interleaved()
        {
            lone.push((name, head.mate(), place, at, head));
        }
    }
    lone.sort_by(|a, b| a.0.template().cmp(b.0.template()).then(a.1.cmp(&b.1)));
    for neighbours in lone.windows(2) {
        let [(name, _, place, first, head), (.., second, other)] = neighbours else { continue };
        // Of two versions of one file, no names say which reads they hold.
        let is_version = inputs[*first].base_name() == inputs[*second].base_name();
        let is_told = are_marked(head, other)
            || (SequencingRun::identifies(name) && !is_version && !head.is_copy_of(other));
        if is_told && verdict(head, other) == MateVerdict::Mates {
            let shown = |at: usize| inputs[at].shown.to_owned();
            groups[*place]
                .notes
                .push(ReadSetNote::MatesApart { first: shown(*first), second: shown(*second) });
        }
    }
}
