//! The quick checks: how files end, and whether mates belong together at their ends and by their
//! sizes.
//!
//! They take the same time whatever the size of a file: its last bytes are all that is read, so that a
//! file that has no more is read to its end.

mod content;
mod end;

use std::{collections::HashMap, io, ops::Range};

use super::{
    finding::{Allowed, CheckKind, Finding, FindingResult},
    opened::{OpenedFile, OpenedLane},
};
use crate::{
    content::Decoded,
    formats::{
        self, Content as Begin, Tail,
        fastq::{Likeness, ReadName},
    },
    readset::{Draft, Sources},
    receipt,
    report::Problem,
    types::Escaped,
};
use content::ContentRead;

/// What was found in the files of each read set, for the receipts.
pub(super) fn by_read_set(
    opened: &[OpenedFile],
    findings: &[Finding],
    drafts: &[Draft],
) -> Vec<Vec<receipt::Check>> {
    let ranges = ranges(opened);
    let sets: HashMap<usize, usize> = drafts
        .iter()
        .enumerate()
        .flat_map(|(set, draft)| draft.sources.indexes().map(move |source| (source, set)))
        .flat_map(|(source, set)| ranges[source].clone().map(move |file| (file, set)))
        .collect();
    let mut checks = vec![Vec::new(); drafts.len()];
    for one in findings {
        // All files of a finding are of one read set.
        let Some(set) = one.files.first().and_then(|file| sets.get(file)) else { continue };
        checks[*set].push(receipt::Check {
            check: one.check.label().replace(' ', "_"),
            result: one.result.to_string(),
            text: one.message(),
        });
    }
    checks
}

/// What was found, and what is in the files that were read to their ends.
pub(crate) struct EndsFound {
    pub(crate) findings: Vec<Finding>,
    pub(crate) decoded: Vec<Option<Decoded>>,
}

/// Looks at the ends of all files and at the pairs among the read sets; with `is_full`, at all of each
/// file, else at all of those that are small.
pub(crate) fn find(
    opened: &[OpenedFile],
    drafts: &[Draft],
    (is_full, allowed): (bool, Allowed),
    problems: &mut Vec<Problem>,
) -> io::Result<EndsFound> {
    let files: Vec<_> = opened.iter().flat_map(OpenedFile::files).collect();
    let pairs = pairs(&files, &ranges(opened), drafts);
    let tails: Vec<_> = files
        .iter()
        .map(|file| tail(file).map_err(|problem| problems.push(problem)).ok())
        .collect();
    let end = |at: usize| Some(end::of_tail(at, &files[at], tails[at].as_ref()?, allowed));
    let ends: Vec<_> = (0..files.len()).map(end).collect();
    let mut contents = vec![ContentRead::Unread; files.len()];
    let of_content = if is_full {
        content::all(&files, &pairs, &mut contents)?
    } else {
        let is_well =
            |at: usize| ends[at].as_ref().is_some_and(|end| end.result != FindingResult::Failed);
        content::small(&files, &mut contents, is_well)?
    };
    let settled = ends.into_iter().flatten().filter_map(|found| {
        let at = found.files[0];
        let flaw = tails[at].as_ref().and_then(|tail| tail.flaw);
        end::decided(found, &files[at], flaw, &contents[at], (is_full, allowed))
    });
    let mut findings: Vec<_> = settled.collect();
    for [first, second] in pairs {
        let last = |at: usize| {
            let read = contents[at].decoded().and_then(|decoded| decoded.last_read.as_ref());
            read.or_else(|| tails[at].as_ref()?.last_read.as_ref())
        };
        let is_damaged = |at: &usize| matches!(contents[*at], ContentRead::Damaged);
        let pair = Pair { first: &files[first], second: &files[second], files: [first, second] };
        let last_reads = pair.last_reads(last(first), last(second));
        let is_told =
            last_reads.result == FindingResult::Undecided && [first, second].iter().any(is_damaged);
        findings.extend((!is_told).then_some(last_reads));
        findings.extend(pair.sizes());
    }
    findings.extend(of_content);
    let decoded = contents.into_iter().map(|content| content.decoded().cloned()).collect();
    Ok(EndsFound { findings, decoded })
}

/// Where the files of each source are among all files.
fn ranges(opened: &[OpenedFile]) -> Vec<Range<usize>> {
    let ranges = opened.iter().scan(0, |next, source| {
        let begin = *next;
        *next += source.files().len();
        Some(begin..*next)
    });
    ranges.collect()
}

/// Files of mates, lane by lane where the sources of a read set have equally many; lanes without reads
/// have nothing that could be compared.
fn pairs(files: &[OpenedLane<'_>], ranges: &[Range<usize>], drafts: &[Draft]) -> Vec<[usize; 2]> {
    let mut pairs = Vec::new();
    for draft in drafts {
        let Sources::Pair { first, second } = draft.sources else { continue };
        let (first, second) = (ranges[first].clone(), ranges[second].clone());
        if first.len() == second.len() {
            pairs.extend(first.zip(second).map(|(first, second)| [first, second]));
        }
    }
    pairs.retain(|pair| pair.iter().all(|at| !files[*at].inspected.is_empty()));
    pairs
}

fn tail(lane: &OpenedLane<'_>) -> Result<Tail, Problem> {
    let bytes = lane.file.suffix(formats::TAIL).map_err(Problem::new)?;
    Ok(formats::tail(lane.inspected.kind(), &bytes, lane.file.size().get()))
}

/// The files of a pair.
struct Pair<'a> {
    first: &'a OpenedLane<'a>,
    second: &'a OpenedLane<'a>,
    files: [usize; 2],
}

impl Pair<'_> {
    fn finding(&self, check: CheckKind, result: FindingResult, text: String) -> Finding {
        let (first, second) = (Escaped::new(&self.first.shown), Escaped::new(&self.second.shown));
        let about = format!("`{first}` and `{second}`");
        let hint = (result == FindingResult::Failed).then(|| {
            "one of them is probably incomplete: compare them with where they came from".to_owned()
        });
        Finding { check, files: self.files.to_vec(), result, about, text, hint }
    }

    /// Mates end with the same read.
    fn last_reads(&self, first: Option<&ReadName>, second: Option<&ReadName>) -> Finding {
        let likeness = match [self.first, self.second].map(|lane| lane.inspected.content()) {
            [Begin::Records(first), Begin::Records(second)] => Likeness::of(first, second),
            _ => Likeness::Equal,
        };
        let (result, text) = match (first, second) {
            _ if likeness == Likeness::Unlike => (
                FindingResult::Undecided,
                "name their reads differently; whether they end with the same read is unknown"
                    .to_owned(),
            ),
            (Some(first), Some(second)) if likeness.joins(first, second) => {
                (FindingResult::Passed, format!("both end with read `{first}`"))
            }
            (Some(first), Some(second)) => (
                FindingResult::Failed,
                format!("do not end with the same read, but with `{first}` and `{second}`"),
            ),
            _ => (
                FindingResult::Undecided,
                "may end with different reads; only decompressing all of them would tell"
                    .to_owned(),
            ),
        };
        self.finding(CheckKind::LastReads, result, text)
    }

    /// Mates are about as large as each other, unless one of them holds barcodes.
    fn sizes(&self) -> Option<Finding> {
        const LARGE: u64 = 1024 * 1024;
        let (first, second) = (self.first.file.size().get(), self.second.file.size().get());
        let (small, large) = (first.min(second), first.max(second));
        let text = format!("are of very different size: {first} and {second} bytes");
        (large >= LARGE && small < large / 10)
            .then(|| self.finding(CheckKind::Sizes, FindingResult::Note, text))
    }
}
