//! Whether it is proven that a read set holds what its source files hold. Pure.

use crate::{
    engine::{Ended, PartFact},
    formats::FileType,
    types::{ByteCount, EtagResult, PartSource},
};

/// Whether source files may go.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Proven,
    NotProven(Doubt),
}

/// What is missing for a proof.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Doubt {
    #[error("nothing was uploaded: the read set was in the store before")]
    Skipped,
    #[error("the upload did not succeed")]
    Failed,
    #[error("the read set is not known to be active")]
    NotActive,
    #[error("the ETag of a {0} read set cannot be compared")]
    NotComparable(FileType),
    #[error("the service confirmed {proven} of {all} parts by SHA-256")]
    Parts { proven: usize, all: usize },
    #[error("the confirmed parts of {0} are not the complete file")]
    NotWhole(PartSource),
    #[error("its data are not in files")]
    NoFile,
    #[error("the ETag {0}")]
    Etag(EtagResult),
}

/// Whether the `ETag` of a type is defined closely enough for a proof.
pub(super) const fn is_comparable(file_type: FileType) -> bool {
    matches!(file_type, FileType::Fastq)
}

/// Judges an upload that has ended; `sizes` are those of its files, and `etag` is what the comparison
/// said, if there was one.
pub(super) fn judge(
    file_type: FileType,
    sizes: &[ByteCount],
    ended: &Ended,
    etag: Option<EtagResult>,
) -> Verdict {
    let doubt = match etag {
        _ if ended.skipped => Some(Doubt::Skipped),
        _ if ended.failure.is_some() || ended.read_set_id.is_none() => Some(Doubt::Failed),
        _ if !ended.active => Some(Doubt::NotActive),
        _ if !is_comparable(file_type) => Some(Doubt::NotComparable(file_type)),
        Some(EtagResult::Matches) => doubt_of_parts(sizes, &ended.facts.parts),
        Some(other) => Some(Doubt::Etag(other)),
        None => Some(Doubt::Etag(EtagResult::Missing)),
    };
    doubt.map_or(Verdict::Proven, Verdict::NotProven)
}

/// All bytes of all files have to be in parts whose SHA-256 the service has confirmed.
fn doubt_of_parts(sizes: &[ByteCount], parts: &[PartFact]) -> Option<Doubt> {
    let is_equal = |fact: &&PartFact| fact.checksum.sha256() == Some(fact.digest.sha256());
    let (proven, all) = (parts.iter().filter(is_equal).count(), parts.len());
    if proven < all || sizes.is_empty() || sizes.len() > PartSource::ALL.len() {
        return Some(Doubt::Parts { proven, all });
    }
    let is_whole = |source, size: ByteCount| {
        let mut reached = 0;
        let mut of_source = parts.iter().map(|fact| fact.part).filter(|part| part.source == source);
        of_source.all(|part| {
            let follows = part.offset == reached;
            reached += part.size.get();
            follows
        }) && reached == size.get()
    };
    let mut files = PartSource::ALL.into_iter().zip(sizes);
    files
        .find(|(source, size)| !is_whole(*source, **size))
        .map(|(source, _)| Doubt::NotWhole(source))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::Failure,
        plan::Part,
        types::{PartNumber, Sha256},
    };

    type Change = fn(&mut Ended);

    /// A part of 10 bytes.
    fn part(source: PartSource, number: u16) -> PartFact {
        let digest = Sha256::of(&[u8::try_from(number).unwrap()]);
        let part = Part {
            source,
            number: PartNumber::new(number).unwrap(),
            offset: u64::from(number - 1) * 10,
            size: ByteCount::new(10),
        };
        let checksum = digest.to_string().parse().unwrap();
        PartFact { part, digest: digest.into(), checksum, reused: number == 1 }
    }

    fn pair() -> Ended {
        let mut ended = Ended {
            read_set_id: Some("5000000001".parse().unwrap()),
            active: true,
            ..Ended::default()
        };
        let [first, second] = PartSource::ALL;
        ended.facts.parts = vec![part(first, 1), part(first, 2), part(second, 1)];
        ended
    }

    fn judged(ended: &Ended) -> Verdict {
        let sizes = [20, 10].map(ByteCount::new);
        judge(FileType::Fastq, &sizes, ended, Some(EtagResult::Matches))
    }

    #[test]
    fn all_three_proofs_together_are_one() {
        assert_eq!(judged(&pair()), Verdict::Proven);
    }

    #[test]
    fn each_missing_proof_is_a_doubt() {
        let [first, second] = PartSource::ALL;
        let changes: [(Change, Doubt); 9] = [
            (|ended| ended.active = false, Doubt::NotActive),
            (|ended| ended.skipped = true, Doubt::Skipped),
            (|ended| ended.read_set_id = None, Doubt::Failed),
            (|ended| ended.failure = Some(Failure::Interrupted), Doubt::Failed),
            (
                |ended| ended.facts.parts[1].checksum = "opaque".parse().unwrap(),
                Doubt::Parts { proven: 2, all: 3 },
            ),
            (
                |ended| ended.facts.parts[2].digest = Sha256::of(b"other").into(),
                Doubt::Parts { proven: 2, all: 3 },
            ),
            (|ended| drop(ended.facts.parts.remove(0)), Doubt::NotWhole(first)),
            (|ended| drop(ended.facts.parts.remove(1)), Doubt::NotWhole(first)),
            (|ended| drop(ended.facts.parts.remove(2)), Doubt::NotWhole(second)),
        ];
        for (change, doubt) in changes {
            let mut ended = pair();
            change(&mut ended);
            assert_eq!(judged(&ended), Verdict::NotProven(doubt));
        }
        let mut none = pair();
        none.facts.parts.clear();
        assert_eq!(judged(&none), Verdict::NotProven(Doubt::NotWhole(first)));
    }

    #[test]
    fn nothing_but_a_match_of_a_type_that_can_be_compared_counts() {
        use EtagResult::{
            Differs, DiffersUnconfirmed, Matches, Missing, NotComparable, NotPredicted,
        };
        let sizes = [20, 10].map(ByteCount::new);
        for result in [Differs, DiffersUnconfirmed, NotComparable, NotPredicted, Missing] {
            let verdict = judge(FileType::Fastq, &sizes, &pair(), Some(result));
            assert_eq!(verdict, Verdict::NotProven(Doubt::Etag(result)));
        }
        let verdict = judge(FileType::Fastq, &sizes, &pair(), None);
        assert_eq!(verdict, Verdict::NotProven(Doubt::Etag(Missing)));
        for other in [FileType::Bam, FileType::Cram, FileType::Ubam] {
            let verdict = judge(other, &sizes, &pair(), Some(Matches));
            assert_eq!(verdict, Verdict::NotProven(Doubt::NotComparable(other)));
        }
    }
}
