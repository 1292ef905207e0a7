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
    preflight::{Allowed, Finding, OpenedFile, ends, id_pattern, opened},
    readset::Draft,
    report::{Abort, Problem, output, status},
    store::omics::RULES,
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
    opened: OpenedFile,
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

pub(super) fn run(check: &cli::CheckOptions) -> Result<u8, Abort> {
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

fn found(check: &cli::CheckOptions) -> Result<Found, Abort> {
    let mut problems = Vec::new();
    let mut opened = opened::open_all(&check.what, &mut problems);
    let drafts = opened::drafts(&check.what, &opened, &mut problems);
    let pattern = check.what.id_pattern.as_ref();
    problems.extend(id_pattern::problems(pattern, &drafts, &Tags::default()));
    opened::choose_part_sizes(check.part_size, &mut opened, &mut problems);
    let growing = opened::growing(&opened);
    // The end of a file that is still written to says nothing.
    let mut findings = Vec::new();
    let mut counts = vec![None; opened.len()];
    if growing.is_empty() {
        let how = (check.full, Allowed::of(&check.what));
        let found = ends::find(&opened, &drafts, how, &mut problems)
            .map_err(|error| Abort::Broken(system::no_thread(error)))?;
        findings = found.findings;
        if check.full {
            counts = found.decoded;
        }
        findings.extend(md5::findings(&check.md5, &opened, &mut problems));
    }
    problems.extend(growing);
    problems.extend(findings.iter().filter_map(Finding::problem));
    let mut notes: Vec<_> =
        drafts.iter().flat_map(|draft| draft.notes.iter().map(ToString::to_string)).collect();
    notes.extend(findings.iter().filter_map(Finding::note));
    let read_sets = drafts.into_iter().map(|draft| read_set(draft, &opened)).collect();
    let files = opened.into_iter().zip(counts);
    let files = files.map(|(opened, decoded)| seen(opened, decoded, &mut problems)).collect();
    Ok(Found { files, read_sets, findings, notes, problems })
}

/// Reads a header once more for all of its reference sequences.
fn seen(opened: OpenedFile, decoded: Option<Decoded>, problems: &mut Vec<Problem>) -> Seen {
    let Content::Header(_) = opened.inspected.content() else {
        return Seen { opened, sequences: None, decoded };
    };
    let mut sequences = Sequences::default();
    let kind = opened.inspected.kind();
    let read = formats::read_header_with(kind, opened.source.reader(), |next| sequences.see(&next));
    if let Err(error) = read {
        let shown = Escaped::new(&opened.shown);
        problems.push(Problem::new(
            anyhow::Error::new(error).context(format!("`{shown}` cannot be read again")),
        ));
    }
    Seen { opened, sequences: Some(sequences), decoded }
}

fn read_set(draft: Draft, opened: &[OpenedFile]) -> ReadSet {
    let part_size = opened::part_size_of(draft.sources.indexes().map(|at| &opened[at]));
    let planned = |(source, at): (PartSource, usize)| {
        let bytes = opened[at].source.size();
        let parts = plan::split(&RULES, source, bytes, part_size).map_or(0, Iterator::count);
        Planned { source, file: opened[at].shown.clone(), bytes, parts }
    };
    let sources = draft.sources.iter().map(planned).collect();
    ReadSet { draft, part_size, sources }
}

impl Seen {
    /// How the type was recognised: what the content lies in.
    fn form(&self) -> String {
        use formats::{Kind, gzip::Compression};
        match self.opened.inspected.kind() {
            Kind::Bam | Kind::Fastq(Compression::Bgzf) => "BGZF".to_owned(),
            Kind::Fastq(Compression::Gzip) => "gzip".to_owned(),
            Kind::Cram(version) => format!("CRAM {version}"),
        }
    }
}
