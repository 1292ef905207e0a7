//! Whether the reads of two files say what their names or the user say.

use super::{
    error::{Basis, Count, ReadSetError},
    input::Input,
};
use crate::formats::fastq::{FastqHead, MateVerdict, verdict};

/// Asks the reads whether two files are what they are held for.
pub(super) fn confirm(
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
    let is_copy = ours.is_copy_of(theirs);
    Err(match verdict(ours, theirs) {
        MateVerdict::Mates if is_copy && ours.is_varied() => {
            ReadSetError::Copies { first: a, second: b }
        }
        MateVerdict::SameMate(_) if is_copy => ReadSetError::Copies { first: a, second: b },
        MateVerdict::Mates => return Ok(()),
        MateVerdict::Swapped => ReadSetError::Swapped { first: a, second: b },
        MateVerdict::SameMate(mate) => ReadSetError::SameMate { first: a, second: b, mate },
        MateVerdict::Strangers { record, first: first_read, second: second_read } => {
            ReadSetError::Strangers { first: a, second: b, basis, record, first_read, second_read }
        }
        MateVerdict::Fewer { .. } => fewer((first, ours), (second, theirs), basis),
    })
}

pub(super) fn fewer(
    (first, ours): (&Input<'_>, &FastqHead),
    (second, theirs): (&Input<'_>, &FastqHead),
    basis: Basis,
) -> ReadSetError {
    let count = |head: &FastqHead| {
        let reads = head.names().len();
        if head.is_whole() { Count::Exactly(reads) } else { Count::MoreThan(reads - 1) }
    };
    ReadSetError::Fewer {
        first: first.shown.to_owned(),
        second: second.shown.to_owned(),
        basis,
        first_reads: count(ours),
        second_reads: count(theirs),
    }
}
