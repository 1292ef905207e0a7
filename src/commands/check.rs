//! `check`: what files are, whether they are sound, and what `put` would make of them.
//!
//! Makes no request: everything comes from the files' beginnings and ends, or from all of them if that
//! is wanted.

mod json;
mod md5;
mod text;

use crate::{
    cli,
    content::Decoded,
    formats::{self, Content, Sequences},
    plan,
    preflight::{Allowed, Finding, Looked, ends, id_pattern, opened},
    readset::Draft,
    report::{Abort, Problem, output, status},
    system,
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

pub(super) fn run(check: &cli::Check) -> Result<u8, Abort> {
    let found = found(check)?;
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
    Ok(if problems.is_empty() { printed } else { status::UNUSABLE })
}

fn found(check: &cli::Check) -> Result<Found, Abort> {
    let mut problems = Vec::new();
    let looked = opened::at_all(&check.what, &mut problems);
    let drafts = opened::drafts(&check.what, &looked, &mut problems);
    let pattern = check.what.id_pattern.as_ref();
    problems.extend(id_pattern::problems(pattern, &drafts, &Tags::default()));
    let sizes = opened::part_sizes(check.part_size, &looked, &mut problems);
    let growing = opened::growing(&looked);
    // The end of a file that is still written to says nothing.
    let mut findings = Vec::new();
    let mut counts = vec![None; looked.len()];
    if growing.is_empty() {
        let how = (check.full, Allowed::of(&check.what));
        let found = ends::find(&looked, &drafts, how, &mut problems)
            .map_err(|error| Abort::Broken(system::no_thread(error)))?;
        findings = found.findings;
        if check.full {
            counts = found.decoded;
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
    Ok(Found { files, read_sets, findings, notes, problems })
}

/// Reads a header once more for all of its reference sequences.
fn seen(looked: Looked, decoded: Option<Decoded>, problems: &mut Vec<Problem>) -> Seen {
    let Content::Header(_) = looked.inspected.content() else {
        return Seen { looked, sequences: None, decoded };
    };
    let mut sequences = Sequences::default();
    let kind = looked.inspected.kind();
    let read = formats::read_header_with(kind, looked.source.reader(), |next| sequences.see(&next));
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
        use formats::{Kind, gzip::Compression};
        match self.looked.inspected.kind() {
            Kind::Bam | Kind::Fastq(Compression::Bgzf) => "BGZF".to_owned(),
            Kind::Fastq(Compression::Gzip) => "gzip".to_owned(),
            Kind::Cram(version) => format!("CRAM {version}"),
        }
    }
}
