//! What `put` is going to do, with everything resolved, opened, recognised and checked.
//!
//! All problems are found before the first of them is told, and no request is made here.

use std::sync::Arc;

use super::{
    super::{
        effort, identity, keeping,
        look::{self, Looked},
        reference::Aligned,
        soundness::{self, Finding},
        state,
        sums::Sums,
        target,
        verification::Expected,
    },
    piped,
};
use crate::{
    cli::{self, ReferenceChoice},
    engine::{Job, Limits, Verify},
    format::{self, FileType, HeaderError},
    plan,
    readset::Draft,
    receipt::Check,
    report::{Abort, Problem},
    store::Fields,
    types::{ByteCount, ClientToken, Escaped, PartSize, PartSource, ReferenceArn, Tags},
};

/// Everything that `put` needs to start.
pub(super) struct Request {
    pub(super) jobs: Vec<Job>,
    pub(super) drafts: Vec<Draft>,
    pub(super) part_sizes: Vec<PartSize>,
    /// What is to be known of the sources of each job.
    pub(super) expected: Vec<Vec<Expected>>,
    pub(super) limits: Limits,
    pub(super) notes: Vec<String>,
    /// What is to be held against a reference, for each read set.
    pub(super) aligned: Vec<Option<Aligned>>,
    /// What was looked at, of each job.
    pub(super) checks: Vec<Vec<Check>>,
}

impl Request {
    pub(super) fn resolve(put: &cli::Put) -> Result<Self, Abort> {
        let (tags, mut problems) = given(put);
        if piped::is_asked(put) {
            return piped::Asked::of(put, problems)?.read(put, &tags);
        }
        problems.extend(piped::without_pipe(put));
        let looked = look::at_all(&put.what, &mut problems);
        let drafts = look::drafts(&put.what, &looked, &mut problems);
        problems.extend(identity::problems(put.what.id_pattern.as_ref(), &drafts, &tags));
        if put.reference.choice.is_none() && put.what.file_type != Some(FileType::Ubam) {
            let aligned = aligned(&looked);
            problems.extend((!aligned.is_empty()).then(|| no_reference(&aligned)));
        }
        let sizes = look::part_sizes(put.part_size, &looked, &mut problems);
        let growing = look::growing(&looked);
        // The end of a file that is still written to says nothing.
        let findings = if growing.is_empty() {
            let lenient = put.what.allow_no_eof;
            soundness::findings(&looked, &drafts, lenient, &mut problems)
        } else {
            Vec::new()
        };
        problems.extend(growing);
        problems.extend(keeping::is_source(put.receipt.receipt.as_deref(), &looked));
        problems.extend(findings.iter().filter_map(Finding::problem));
        let aligned = contigs(put, &looked, &drafts, &mut problems);
        let expected = expected(&put.verify.md5, &drafts, &looked, &mut problems);
        if !problems.is_empty() {
            return Err(Abort::Unusable(problems));
        }
        let remarks = findings.iter().filter_map(Finding::note);
        let notes = notes(&drafts, &looked).into_iter().chain(remarks).collect();
        let (jobs, part_sizes) = jobs(put, &drafts, looked, &sizes, &tags)?;
        let limits = effort::limits(&put.effort);
        let of = |draft: &Draft| soundness::of_files(&findings, draft.sources.indexes());
        let checks = drafts.iter().map(of).collect();
        Ok(Self { jobs, drafts, part_sizes, expected, limits, notes, aligned, checks })
    }
}

/// The tags, and what is wrong whatever the sources hold.
pub(super) fn given(put: &cli::Put) -> (Tags, Vec<Problem>) {
    let mut problems = if put.dry_run { Vec::new() } else { target::problems(&put.target) };
    if !put.dry_run {
        problems.extend(keeping::problem(put.receipt.receipt.as_deref()));
    }
    let tags = Tags::new(put.tags.iter().cloned())
        .map_err(|error| problems.push(Problem::new(error)))
        .unwrap_or_default();
    let store = put.target.store.as_ref();
    if let (Some(reference), Some(region)) = (arn(put), store.and_then(|store| store.region())) {
        problems.extend(target::same_region(reference, region));
    }
    (tags, problems)
}

/// Reads the headers of aligned read sets once more, for all of their reference sequences.
fn contigs(
    put: &cli::Put,
    looked: &[Looked],
    drafts: &[Draft],
    problems: &mut Vec<Problem>,
) -> Vec<Option<Aligned>> {
    let mut all: Vec<Option<Aligned>> = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let Looked { source, inspected, shown } = &looked[draft.sources.first()];
        let needed = put.reference.choice.is_some() && !put.dry_run;
        let read = (needed && draft.file_type.needs_reference())
            .then(|| format::read_contigs(inspected.kind(), source.reader()));
        let unreadable = |error: HeaderError| {
            let shown = Escaped::new(shown);
            let context = format!("`{shown}` cannot be read again");
            problems.push(Problem::new(anyhow::Error::new(error).context(context)));
        };
        let contigs = read.and_then(|read| read.map_err(unreadable).ok());
        let aligned = contigs.map(|list| Aligned::new(shown, list, all.iter().flatten()));
        all.push(aligned);
    }
    all
}

/// The files that cannot do without a reference.
fn aligned(looked: &[Looked]) -> Vec<String> {
    let aligned = looked.iter().filter(|looked| looked.inspected.file_type().needs_reference());
    let shown = |looked: &Looked| {
        format!("`{}` ({})", Escaped::new(&looked.shown), looked.inspected.file_type())
    };
    aligned.map(shown).collect()
}

/// What to say of files that cannot do without a reference.
pub(super) fn no_reference(files: &[String]) -> Problem {
    let problem = Problem::new(anyhow::anyhow!(
        "aligned reads need a reference genome, and none is given for {}",
        files.join(", ")
    ));
    problem.hint(
        "give the ARN of the reference that the reads are aligned to with `--reference`; \
         `aws omics list-references` lists what a reference store has",
    )
}

fn notes(drafts: &[Draft], looked: &[Looked]) -> Vec<String> {
    let doubtful = plan::Rules::HEALTHOMICS.doubtful_source;
    let large = looked.iter().filter(|looked| looked.source.size() > doubtful).map(|looked| {
        format!(
            "`{}` has {} bytes: the service's limit is given as 976 GB, which may or may not be meant \
             as 976 GiB",
            Escaped::new(&looked.shown),
            looked.source.size().get()
        )
    });
    drafts
        .iter()
        .flat_map(|draft| draft.notes.iter().map(ToString::to_string))
        .chain(large)
        .collect()
}

/// What is known of the sources of each read set, with the MD5 that they should have.
fn expected(
    md5: &cli::Md5,
    drafts: &[Draft],
    looked: &[Looked],
    problems: &mut Vec<Problem>,
) -> Vec<Vec<Expected>> {
    let sums = Sums::of(md5).unwrap_or_else(|problem| {
        problems.push(problem);
        Sums::None
    });
    let mut source = |index: usize| {
        let Looked { source, inspected, .. } = &looked[index];
        let md5 = sums.of_file(source.path()).unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
        Expected { kind: inspected.kind(), md5 }
    };
    drafts.iter().map(|draft| draft.sources.indexes().map(&mut source).collect()).collect()
}

/// Moves the opened files into the jobs that send them.
fn jobs(
    put: &cli::Put,
    drafts: &[Draft],
    looked: Vec<Looked>,
    sizes: &[Option<PartSize>],
    tags: &Tags,
) -> Result<(Vec<Job>, Vec<PartSize>), Abort> {
    let mut looked: Vec<_> = looked.into_iter().map(Some).collect();
    let mut jobs = Vec::with_capacity(drafts.len());
    let mut part_sizes = Vec::with_capacity(drafts.len());
    for draft in drafts {
        // Both sources of a pair are cut alike, so that one number describes the upload.
        let sizes = draft.sources.indexes().filter_map(|index| sizes[index]);
        let part_size = sizes.max().unwrap_or(PartSize::DEFAULT);
        let sources: Vec<_> = draft
            .sources
            .indexes()
            .filter_map(|index| looked[index].take())
            .map(|looked| looked.source)
            .collect();
        let parts = plan::split_all(sources.iter().map(crate::source::Source::size), part_size);
        let parts = parts.map_err(Problem::new)?;
        jobs.push(Job {
            fields: fields(put, draft, tags),
            token: token()?,
            sources,
            parts,
            pipe: None,
            trials: Vec::new(),
            findings: Arc::default(),
            verify: Verify::No,
            memory: state::nothing(part_size),
        });
        part_sizes.push(part_size);
    }
    Ok((jobs, part_sizes))
}

/// The reference, if it is said which.
pub(super) fn arn(put: &cli::Put) -> Option<&ReferenceArn> {
    put.reference.choice.as_ref().and_then(ReferenceChoice::arn)
}

pub(super) fn fields(put: &cli::Put, draft: &Draft, tags: &Tags) -> Fields {
    Fields {
        file_type: draft.file_type,
        name: draft.name.value.clone(),
        sample: draft.sample.value.clone(),
        subject: draft.subject.value.clone(),
        reference: arn(put).cloned(),
        generated_from: put.generated_from.clone(),
        description: put.description.clone(),
        tags: tags.clone(),
    }
}

/// A fresh token for every upload: one made from the content alone could bring back an upload that
/// was aborted.
pub(in crate::commands) fn token() -> Result<ClientToken, Abort> {
    let mut random = [0; 16];
    getrandom::fill(&mut random)
        .map_err(|error| super::output::broken(error, "cannot get random numbers"))?;
    let token = format!("omics-upload-{:032x}", u128::from_be_bytes(random));
    token.parse().map_err(|error| Problem::new(anyhow::Error::new(error)).into())
}

/// The bytes of one source of a job.
pub(super) fn source_bytes(job: &Job, source: PartSource) -> (ByteCount, usize) {
    let parts = job.parts.iter().filter(|part| part.source == source);
    let bytes = parts.clone().map(|part| part.size.get()).sum();
    (ByteCount::new(bytes), parts.count())
}
