//! What `check` finds: what files are, whether they are sound, and what `put` would make of them.

mod md5;

use super::{
    ends,
    finding::{Allowed, Finding},
    id_pattern, joining,
    opened::{self, OpenedFile, OpenedLane},
};
use crate::{
    cli,
    content::Decoded,
    formats::{self, Content, Inspected, Sequences},
    plan::Layout,
    readset::Draft,
    report::{Abort, Problem},
    store::omics::RULES,
    system,
    types::{ByteCount, PartSize, PartSource, Tags},
};

/// Everything that was found.
pub(crate) struct CheckedFiles {
    pub(crate) files: Vec<CheckedFile>,
    pub(crate) read_sets: Vec<PlannedReadSet>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) notes: Vec<String>,
    pub(crate) problems: Vec<Problem>,
}

/// A file, and what its header lists.
pub(crate) struct CheckedFile {
    /// As the user gave it.
    pub(crate) shown: String,
    pub(crate) bytes: ByteCount,
    pub(crate) inspected: Inspected,
    /// Of a BAM or CRAM.
    pub(crate) sequences: Option<Sequences>,
    /// If all of it was read, and is sound.
    pub(crate) decoded: Option<Decoded>,
}

/// What `put` would make of files.
pub(crate) struct PlannedReadSet {
    pub(crate) draft: Draft,
    pub(crate) part_size: PartSize,
    pub(crate) sources: Vec<PlannedSource>,
}

/// A source of a read set.
pub(crate) struct PlannedSource {
    pub(crate) source: PartSource,
    pub(crate) files: Vec<String>,
    pub(crate) bytes: ByteCount,
    pub(crate) parts: usize,
}

/// Looks at files, and at what they would become; what is wrong is among what is found.
pub(crate) fn check_files(check: &cli::CheckOptions) -> Result<CheckedFiles, Abort> {
    let mut problems = Vec::new();
    let opened = opened::open_all(&check.what, &mut problems);
    let mut opened = joining::by_lane(&check.what, opened, &mut problems);
    let drafts = opened::drafts(&check.what, &opened, &mut problems);
    problems.extend(joining::problems(&opened, &drafts));
    let pattern = check.what.stated.id_pattern.as_ref();
    problems.extend(id_pattern::problems(pattern, &drafts, &Tags::default()));
    opened::choose_part_sizes(check.part_size, &mut opened, &mut problems);
    let growing = opened::growing(&opened);
    // The end of a file that is still written to says nothing.
    let mut findings = Vec::new();
    let mut counts = vec![None; opened.iter().map(|source| source.files().len()).sum()];
    if growing.is_empty() {
        let how = (check.full, Allowed::of(&check.what.stated));
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
    let lanes = opened.iter().flat_map(OpenedFile::files).zip(counts);
    let files = lanes.map(|(lane, decoded)| seen(&lane, decoded, &mut problems)).collect();
    let read_sets = drafts.into_iter().map(|draft| read_set(draft, &opened)).collect();
    Ok(CheckedFiles { files, read_sets, findings, notes, problems })
}

/// Reads a header once more for all of its reference sequences.
fn seen(
    lane: &OpenedLane<'_>,
    decoded: Option<Decoded>,
    problems: &mut Vec<Problem>,
) -> CheckedFile {
    let (shown, bytes) = (lane.shown.clone(), lane.file.size());
    let inspected = lane.inspected.clone();
    let Content::Header(_) = inspected.content() else {
        return CheckedFile { shown, bytes, inspected, sequences: None, decoded };
    };
    let mut sequences = Sequences::default();
    let kind = inspected.kind();
    let read = formats::read_header_with(kind, lane.file.reader(), |next| sequences.see(&next));
    if let Err(error) = read {
        problems.push(opened::unreadable(&shown, error));
    }
    CheckedFile { shown, bytes, inspected, sequences: Some(sequences), decoded }
}

fn read_set(draft: Draft, opened: &[OpenedFile]) -> PlannedReadSet {
    let part_size = opened::part_size_of(draft.sources.indexes().map(|at| &opened[at]));
    let planned = |(source, at): (PartSource, usize)| {
        let bytes = opened[at].source.size();
        let parts = Layout::new(&RULES, std::iter::once(bytes), part_size)
            .map_or(0, |layout| layout.count());
        let files = opened[at].files().into_iter().map(|lane| lane.shown).collect();
        PlannedSource { source, files, bytes, parts }
    };
    let sources = draft.sources.iter().map(planned).collect();
    PlannedReadSet { draft, part_size, sources }
}

impl CheckedFile {
    /// How the type was recognised: what the content lies in.
    pub(crate) fn form(&self) -> String {
        use formats::{Kind, gzip::Compression};
        match self.inspected.kind() {
            Kind::Bam | Kind::Fastq(Compression::Bgzf) => "BGZF".to_owned(),
            Kind::Fastq(Compression::Gzip) => "gzip".to_owned(),
            Kind::Cram(version) => format!("CRAM {version}"),
        }
    }
}
