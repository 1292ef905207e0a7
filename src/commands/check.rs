//! `check`: what files are, whether they are sound, and what `put` would make of them.
//!
//! Makes no request: everything comes from the files' beginnings and ends, or from all of them if that
//! is wanted.

mod full;
mod json;
mod md5;
mod text;

use super::{
    identity,
    look::{self, Looked},
    output,
    soundness::{self, Finding},
};
use crate::{
    cli,
    content::Decoded,
    format::{self, Content, Sequences},
    plan,
    readset::Draft,
    report::{Problem, status},
    types::{ByteCount, Escaped, PartSize, PartSource, Tags},
};

/// Everything that was found.
struct Found {
    files: Vec<Seen>,
    read_sets: Vec<ReadSet>,
    findings: Vec<Finding>,
    notes: Vec<String>,
    problems: Vec<Problem>,
}

/// A file, and what its header lists.
struct Seen {
    looked: Looked,
    /// Of a BAM or CRAM.
    sequences: Option<Sequences>,
    /// If all of it was read, and is sound.
    decoded: Option<Decoded>,
}

/// What `put` would make of files.
struct ReadSet {
    draft: Draft,
    part_size: PartSize,
    sources: Vec<Planned>,
}

/// A source of a read set.
struct Planned {
    source: PartSource,
    file: String,
    bytes: ByteCount,
    parts: usize,
}

pub(super) fn run(check: &cli::Check) -> u8 {
    let found = found(check);
    let printed = match (check.quiet, check.output) {
        (true, _) => status::DONE,
        (false, cli::Output::Text) => output::print(text::report(&found).as_bytes()),
        (false, cli::Output::Json) => output::print(&json::document(&found)),
    };
    if !check.quiet {
        found.notes.iter().for_each(|note| output::complain(&format!("note: {note}\n")));
    }
    let problems: Vec<_> = found.problems.iter().map(Problem::text).collect();
    output::complain(&problems.join("\n"));
    if problems.is_empty() { printed } else { status::UNUSABLE }
}

fn found(check: &cli::Check) -> Found {
    let mut problems = Vec::new();
    let looked = look::at_all(&check.what, &mut problems);
    let drafts = look::drafts(&check.what, &looked, &mut problems);
    let pattern = check.what.id_pattern.as_ref();
    problems.extend(identity::problems(pattern, &drafts, &Tags::default()));
    let sizes = look::part_sizes(check.part_size, &looked, &mut problems);
    let growing = look::growing(&looked);
    // The end of a file that is still written to says nothing.
    let mut findings = Vec::new();
    let mut counts = vec![None; looked.len()];
    if growing.is_empty() {
        let lenient = check.what.allow_no_eof;
        findings = soundness::findings(&looked, &drafts, lenient, &mut problems);
        if check.full {
            findings.extend(full::findings(&looked, &drafts, &mut counts));
        }
        findings.extend(md5::findings(&check.md5, &looked, &mut problems));
    }
    problems.extend(growing);
    problems.extend(findings.iter().filter_map(Finding::problem));
    let mut notes: Vec<_> =
        drafts.iter().flat_map(|draft| draft.notes.iter().map(ToString::to_string)).collect();
    notes.extend(findings.iter().filter_map(Finding::note));
    let read_sets = drafts.into_iter().map(|draft| read_set(draft, &looked, &sizes)).collect();
    let files = looked.into_iter().zip(counts);
    let files = files.map(|(looked, decoded)| seen(looked, decoded, &mut problems)).collect();
    Found { files, read_sets, findings, notes, problems }
}

/// Reads a header once more for all of its reference sequences.
fn seen(looked: Looked, decoded: Option<Decoded>, problems: &mut Vec<Problem>) -> Seen {
    let Content::Header(_) = looked.inspected.content() else {
        return Seen { looked, sequences: None, decoded };
    };
    let mut sequences = Sequences::default();
    let kind = looked.inspected.kind();
    let read = format::read_header_with(kind, looked.source.reader(), |next| sequences.see(&next));
    if let Err(error) = read {
        let shown = Escaped::new(&looked.shown);
        problems.push(Problem::new(
            anyhow::Error::new(error).context(format!("`{shown}` cannot be read again")),
        ));
    }
    Seen { looked, sequences: Some(sequences), decoded }
}

fn read_set(draft: Draft, looked: &[Looked], sizes: &[Option<PartSize>]) -> ReadSet {
    let part_size = draft.sources.indexes().filter_map(|at| sizes[at]).max();
    let part_size = part_size.unwrap_or(PartSize::DEFAULT);
    let planned = |(source, at): (PartSource, usize)| {
        let bytes = looked[at].source.size();
        let parts = plan::split(source, bytes, part_size).map_or(0, Iterator::count);
        Planned { source, file: looked[at].shown.clone(), bytes, parts }
    };
    let sources = draft.sources.iter().map(planned).collect();
    ReadSet { draft, part_size, sources }
}

impl Seen {
    /// How the type was recognised: what the content lies in.
    fn form(&self) -> String {
        use format::{Compression, Kind};
        match self.looked.inspected.kind() {
            Kind::Bam | Kind::Fastq(Compression::Bgzf) => "BGZF".to_owned(),
            Kind::Fastq(Compression::Gzip) => "gzip".to_owned(),
            Kind::Cram(version) => format!("CRAM {version}"),
        }
    }
}
