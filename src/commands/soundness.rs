//! The quick checks: how files end, and whether mates belong together at their ends and by their
//! sizes.
//!
//! They take the same time whatever the size of a file: its last bytes are all that is read.

use serde::Serialize;

use super::look::Looked;
use crate::{
    format::{self, Compression, Content, Flaw, Kind, Likeness, ReadName, Severity, Tail},
    readset::{Draft, Sources},
    report::Problem,
    types::Escaped,
};

/// What one check found.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) check: Check,
    /// The files that it is about, as indexes.
    pub(super) files: Vec<usize>,
    pub(super) result: Verdict,
    /// The files as they are called in a sentence.
    pub(super) about: String,
    /// What is to be said of them.
    pub(super) text: String,
    pub(super) hint: Option<&'static str>,
}

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Check {
    End,
    LastReads,
    Sizes,
    /// All of it.
    Content,
    /// The sum that the file came with.
    Md5,
}

impl Check {
    /// As people are told of it.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::End => "end",
            Self::LastReads => "last reads",
            Self::Sizes => "sizes",
            Self::Content => "content",
            Self::Md5 => "MD5",
        }
    }
}

/// What a check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Verdict {
    Passed,
    /// Only reading all of the file would tell.
    Undecided,
    Note,
    Failed,
}

impl Verdict {
    /// As it is spelled in documents.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Undecided => "undecided",
            Self::Note => "note",
            Self::Failed => "failed",
        }
    }
}

impl Finding {
    /// A whole sentence.
    pub(super) fn message(&self) -> String {
        format!("{} {}", self.about, self.text)
    }

    /// What keeps the file from being sent.
    pub(super) fn problem(&self) -> Option<Problem> {
        let problem = || Problem::new(anyhow::anyhow!("{}", self.message()));
        let with_hint = |hint: &'static str| problem().hint(hint);
        (self.result == Verdict::Failed).then(|| self.hint.map_or_else(problem, with_hint))
    }

    /// What is worth knowing.
    pub(super) fn note(&self) -> Option<String> {
        (self.result == Verdict::Note).then(|| self.message())
    }
}

/// What was found in some of the files, for a receipt.
pub(super) fn of_files(
    findings: &[Finding],
    files: impl Iterator<Item = usize>,
) -> Vec<crate::receipt::Check> {
    let files: Vec<_> = files.collect();
    let theirs = findings.iter().filter(|one| one.files.iter().all(|at| files.contains(at)));
    let record = |one: &Finding| crate::receipt::Check {
        check: one.check.label().replace(' ', "_"),
        result: one.result.as_str().to_owned(),
        text: one.message(),
    };
    theirs.map(record).collect()
}

/// Looks at the ends of all files and at the pairs among the read sets.
///
/// With `lenient`, a missing end-of-file marker is only noted.
pub(super) fn findings(
    looked: &[Looked],
    drafts: &[Draft],
    lenient: bool,
    problems: &mut Vec<Problem>,
) -> Vec<Finding> {
    let tails: Vec<_> = looked
        .iter()
        .map(|looked| tail(looked).map_err(|problem| problems.push(problem)).ok())
        .collect();
    let ends = looked
        .iter()
        .zip(&tails)
        .enumerate()
        .filter_map(|(at, (looked, tail))| Some(end(at, looked, tail.as_ref()?, lenient)));
    let mut findings: Vec<_> = ends.collect();
    for draft in drafts {
        let Sources::Pair { first, second } = draft.sources else { continue };
        let last = |at: usize| tails[at].as_ref().and_then(|tail| tail.last_read.as_ref());
        let pair = Pair { first: &looked[first], second: &looked[second], files: [first, second] };
        findings.push(pair.last_reads(last(first), last(second)));
        findings.extend(pair.sizes());
    }
    findings
}

fn tail(looked: &Looked) -> Result<Tail, Problem> {
    let bytes = looked.source.suffix(format::TAIL).map_err(Problem::new)?;
    Ok(format::tail(looked.inspected.kind(), &bytes, looked.source.size().get()))
}

fn end(at: usize, looked: &Looked, tail: &Tail, lenient: bool) -> Finding {
    let kind = looked.inspected.kind();
    let (result, text) = match tail.flaw {
        Some(flaw) => {
            let result = match flaw.severity(looked.inspected.file_type()) {
                Severity::Note => Verdict::Note,
                Severity::Doubtful if lenient => Verdict::Note,
                Severity::Doubtful | Severity::Fatal => Verdict::Failed,
            };
            (result, flaw.to_string())
        }
        None if !tail.is_proven => (
            Verdict::Undecided,
            "may end where it does; only decompressing all of it would tell".to_owned(),
        ),
        None => (Verdict::Passed, sound_end(kind).to_owned()),
    };
    let hint = tail.flaw.filter(|_| result == Verdict::Failed).map(hint);
    let about = format!("`{}`", Escaped::new(&looked.shown));
    Finding { check: Check::End, files: vec![at], result, about, text, hint }
}

const fn sound_end(kind: Kind) -> &'static str {
    match kind {
        Kind::Bam | Kind::Fastq(Compression::Bgzf) => "ends with the BGZF end-of-file marker",
        Kind::Cram(_) => "ends with the CRAM end-of-file container",
        Kind::Fastq(Compression::Gzip) => "ends with its gzip data, and all of it is sound",
    }
}

const fn hint(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::NoBgzfMarker | Flaw::NoCramMarker => {
            "copy it again from where it came from, or make it again; `--allow-no-eof` takes files of \
             tools that write no marker"
        }
        _ => "copy it again from where it came from, or make it again",
    }
}

/// The files of a pair.
struct Pair<'a> {
    first: &'a Looked,
    second: &'a Looked,
    files: [usize; 2],
}

impl Pair<'_> {
    fn finding(&self, check: Check, result: Verdict, text: String) -> Finding {
        let (first, second) = (Escaped::new(&self.first.shown), Escaped::new(&self.second.shown));
        let about = format!("`{first}` and `{second}`");
        let hint = (result == Verdict::Failed).then_some(
            "one of them is probably incomplete: compare them with where they came from",
        );
        Finding { check, files: self.files.to_vec(), result, about, text, hint }
    }

    /// Mates end with the same read.
    fn last_reads(&self, first: Option<&ReadName>, second: Option<&ReadName>) -> Finding {
        let likeness = match [self.first, self.second].map(|looked| looked.inspected.content()) {
            [Content::Records(first), Content::Records(second)] => Likeness::of(first, second),
            _ => Likeness::Equal,
        };
        let (result, text) = match (first, second) {
            _ if likeness == Likeness::Unlike => (
                Verdict::Undecided,
                "name their reads differently; whether they end with the same read is unknown"
                    .to_owned(),
            ),
            (Some(first), Some(second)) if likeness.joins(first, second) => {
                (Verdict::Passed, format!("both end with read `{first}`"))
            }
            (Some(first), Some(second)) => (
                Verdict::Failed,
                format!("do not end with the same read, but with `{first}` and `{second}`"),
            ),
            _ => (
                Verdict::Undecided,
                "may end with different reads; only decompressing all of them would tell"
                    .to_owned(),
            ),
        };
        self.finding(Check::LastReads, result, text)
    }

    /// Mates are about as large as each other, unless one of them holds barcodes.
    fn sizes(&self) -> Option<Finding> {
        const LARGE: u64 = 1024 * 1024;
        let (first, second) = (self.first.source.size().get(), self.second.source.size().get());
        let (small, large) = (first.min(second), first.max(second));
        let text = format!("are of very different size: {first} and {second} bytes");
        (large >= LARGE && small < large / 10)
            .then(|| self.finding(Check::Sizes, Verdict::Note, text))
    }
}
