//! Mates: which of two FASTQ files holds the first reads of the pairs, as their first records say.

use std::collections::HashSet;

use super::{
    first_records::FastqHead,
    read_name::{Mate, ReadName, last_digits},
};

/// How the names of mates in two files are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// They are equal, but for a mark of the mate that is known.
    Equal,
    /// They end in another digit, the same one in all records of a file: `fastq-dump -I` and others
    /// number the mates so.
    LastDigit(u8, u8),
    Unlike,
}

impl Likeness {
    /// As far as the first records tell.
    pub fn of(first: &FastqHead, second: &FastqHead) -> Self {
        let (a, b) = (first.names(), second.names());
        let pairs = || a.iter().zip(b);
        if pairs().all(|(a, b)| a.same_template(b)) {
            return Self::Equal;
        }
        let firsts = a.first().zip(b.first());
        let digits = firsts.and_then(|(a, b)| last_digits(a.template(), b.template()));
        let Some((x, y)) = digits else { return Self::Unlike };
        // One record each may be two reads that follow each other.
        let is_mark = a.len().min(b.len()) > 1
            && pairs().all(|(a, b)| last_digits(a.template(), b.template()) == Some((x, y)))
            && a.iter().all(|name| name.template().last() == Some(&x))
            && b.iter().all(|name| name.template().last() == Some(&y));
        if is_mark { Self::LastDigit(x, y) } else { Self::Unlike }
    }

    /// Whether two names are alike in this way; nothing is known of names that are not.
    pub fn joins(self, first: &ReadName, second: &ReadName) -> bool {
        match self {
            Self::Equal => first.same_template(second),
            Self::LastDigit(a, b) => {
                last_digits(first.template(), second.template()) == Some((a, b))
            }
            Self::Unlike => true,
        }
    }
}

/// What the first records of two files say about each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MateVerdict {
    /// The first file holds the first reads, the second the second ones, as far as their names say.
    Mates,
    /// The other way round.
    Swapped,
    /// Both hold the same reads of the pairs.
    SameMate(Mate),
    /// Not the same templates; `record` counts from 1.
    Strangers { record: usize, first: ReadName, second: ReadName },
    /// The same templates, but one file, which was seen to its end, has fewer.
    Fewer { first: usize, second: usize },
}

/// Compares what is known of two files, record by record.
pub fn verdict(first: &FastqHead, second: &FastqHead) -> MateVerdict {
    let pairs = || first.names().iter().zip(second.names());
    let likeness = Likeness::of(first, second);
    if likeness == Likeness::Unlike
        && let Some((at, (a, b))) = pairs().enumerate().find(|(_, (a, b))| !a.same_template(b))
    {
        return MateVerdict::Strangers { record: at + 1, first: a.clone(), second: b.clone() };
    }
    let (ours, theirs) = (first.names().len(), second.names().len());
    if (first.is_whole() && ours < theirs) || (second.is_whole() && theirs < ours) {
        return MateVerdict::Fewer { first: ours, second: theirs };
    }
    match (likeness, pairs().find_map(|(a, b)| a.mate().zip(b.mate()))) {
        (Likeness::LastDigit(a, b), _) if b < a => MateVerdict::Swapped,
        (Likeness::LastDigit(..), _) => MateVerdict::Mates,
        (_, Some((a, b))) if a == b => MateVerdict::SameMate(a),
        (_, Some((Mate::Second, Mate::First))) => MateVerdict::Swapped,
        _ => MateVerdict::Mates,
    }
}

/// Whether a name of the one file is in the other, at whichever place.
pub fn share_names(first: &FastqHead, second: &FastqHead) -> bool {
    let names: HashSet<_> = first.names().iter().map(ReadName::template).collect();
    second.names().iter().any(|name| names.contains(name.template()))
}

/// Whether the names themselves say which file holds which mates: proof that files are a pair.
pub fn are_marked(first: &FastqHead, second: &FastqHead) -> bool {
    matches!(
        Likeness::of(first, second),
        Likeness::LastDigit(b'1', b'2') | Likeness::LastDigit(b'2', b'1')
    ) || first.mate().zip(second.mate()).is_some_and(|(a, b)| a != b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::fastq::first_records;

    /// The head of a file with these reads, and more if it is not `whole`.
    fn head(names: &[&str], whole: bool) -> FastqHead {
        let records: Vec<_> =
            names.iter().map(|name| format!("@{name}\nACGT\n+\nIIII\n")).collect();
        first_records(records.concat().as_bytes(), whole).unwrap()
    }

    #[test]
    fn two_files_are_judged_by_their_reads() {
        let strangers = |record, first: &str, second: &str| MateVerdict::Strangers {
            record,
            first: ReadName::parse(first.as_bytes()),
            second: ReadName::parse(second.as_bytes()),
        };
        for (first, second, verdict) in [
            (&["a/1", "b/1"][..], &["a/2", "b/2"][..], MateVerdict::Mates),
            (&["a 1:N:0:"], &["a 2:N:0:"], MateVerdict::Mates),
            (&["a"], &["a"], MateVerdict::Mates),
            (&["a/1"], &["a"], MateVerdict::Mates),
            (&["SRR1.1.1"], &["SRR1.1.2"], MateVerdict::Mates),
            (&["SRX1.1.1", "SRX1.2.1"], &["SRX1.1.2", "SRX1.2.2"], MateVerdict::Mates),
            (&["a_2", "b_2"], &["a_1", "b_1"], MateVerdict::Swapped),
            (&["a-R1", "b-R1"], &["a-R2", "b-R2"], MateVerdict::Mates),
            (&["a-R2", "b-R2"], &["a-R3", "b-R3"], MateVerdict::Mates),
            // Reads that follow each other, and no mates.
            (&["r1"], &["r2"], strangers(1, "r1", "r2")),
            (&["r1", "r3"], &["r2", "r4"], strangers(1, "r1", "r2")),
            (&["a1", "b1"], &["a2", "c2"], strangers(1, "a1", "a2")),
            (&["a/2"], &["a/1"], MateVerdict::Swapped),
            (&["a/1"], &["a/1"], MateVerdict::SameMate(Mate::First)),
            (&["a 2:N:0:"], &["a 2:N:0:"], MateVerdict::SameMate(Mate::Second)),
            (&["a/1"], &["b/2"], strangers(1, "a/1", "b/2")),
            (&["a/1", "b/1"], &["a/2", "c/2"], strangers(2, "b/1", "c/2")),
        ] {
            for whole in [true, false] {
                assert_eq!(super::verdict(&head(first, whole), &head(second, whole)), verdict);
            }
        }
    }

    #[test]
    fn a_file_that_is_known_to_its_end_may_have_fewer_reads() {
        let (one, two) = (["a/1"], ["a/2", "b/2"]);
        let fewer = MateVerdict::Fewer { first: 1, second: 2 };
        assert_eq!(verdict(&head(&one, true), &head(&two, false)), fewer);
        assert_eq!(verdict(&head(&one, true), &head(&two, true)), fewer);
        assert_eq!(verdict(&head(&one, false), &head(&two, true)), MateVerdict::Mates);
        let fewer = MateVerdict::Fewer { first: 2, second: 1 };
        assert_eq!(verdict(&head(&two, false), &head(&one, true)), fewer);
    }
}
