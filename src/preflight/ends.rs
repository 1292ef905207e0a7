//! The quick checks: how files end, and whether mates belong together at their ends and by their
//! sizes.
//!
//! They take the same time whatever the size of a file: its last bytes are all that is read, so that a
//! file that has no more is read to its end.

mod content;
mod end;

use std::{collections::HashMap, io};

use super::{
    finding::{Allowed, CheckKind, Finding, FindingResult},
    opened::OpenedFile,
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
pub(super) fn by_read_set(findings: &[Finding], drafts: &[Draft]) -> Vec<Vec<receipt::Check>> {
    let sets = drafts.iter().enumerate();
    let sets: HashMap<usize, usize> = sets
        .flat_map(|(set, draft)| draft.sources.indexes().map(move |file| (file, set)))
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
    let tails: Vec<_> = opened
        .iter()
        .map(|opened| tail(opened).map_err(|problem| problems.push(problem)).ok())
        .collect();
    let end = |at: usize| Some(end::of_tail(at, &opened[at], tails[at].as_ref()?, allowed));
    let ends: Vec<_> = (0..opened.len()).map(end).collect();
    let mut contents = vec![ContentRead::Unread; opened.len()];
    let of_content = if is_full {
        content::all(opened, drafts, &mut contents)?
    } else {
        let is_well =
            |at: usize| ends[at].as_ref().is_some_and(|end| end.result != FindingResult::Failed);
        content::small(opened, &mut contents, is_well)?
    };
    let settled = ends.into_iter().flatten().filter_map(|found| {
        let at = found.files[0];
        let flaw = tails[at].as_ref().and_then(|tail| tail.flaw);
        end::decided(found, &opened[at], flaw, &contents[at], (is_full, allowed))
    });
    let mut findings: Vec<_> = settled.collect();
    for draft in drafts {
        let Sources::Pair { first, second } = draft.sources else { continue };
        let last = |at: usize| {
            let read = contents[at].decoded().and_then(|decoded| decoded.last_read.as_ref());
            read.or_else(|| tails[at].as_ref()?.last_read.as_ref())
        };
        let is_damaged = |at: &usize| matches!(contents[*at], ContentRead::Damaged);
        let pair = Pair { first: &opened[first], second: &opened[second], files: [first, second] };
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

fn tail(opened: &OpenedFile) -> Result<Tail, Problem> {
    let bytes = opened.source.suffix(formats::TAIL).map_err(Problem::new)?;
    Ok(formats::tail(opened.inspected.kind(), &bytes, opened.source.size().get()))
}

/// The files of a pair.
struct Pair<'a> {
    first: &'a OpenedFile,
    second: &'a OpenedFile,
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
        let likeness = match [self.first, self.second].map(|opened| opened.inspected.content()) {
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
        let (first, second) = (self.first.source.size().get(), self.second.source.size().get());
        let (small, large) = (first.min(second), first.max(second));
        let text = format!("are of very different size: {first} and {second} bytes");
        (large >= LARGE && small < large / 10)
            .then(|| self.finding(CheckKind::Sizes, FindingResult::Note, text))
    }
}
