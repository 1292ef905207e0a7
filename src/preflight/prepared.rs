//! What `put` is going to do, with everything resolved, opened, recognised and checked.
//!
//! All problems are found before the first of them is told, and no request is made here.

use std::sync::Arc;

use super::{
    ends::{self, Allowed, Finding},
    id_pattern,
    md5_lists::Sums,
    needs,
    opened::{self, Looked},
    outputs, piped,
    reference::Aligned,
};
use crate::{
    cli,
    engine::{Job, Limits, Verify},
    formats::{self, FileType, HeaderError},
    plan,
    readset::Draft,
    receipt::Check,
    report::{Abort, Problem, status},
    run::{Expected, destination, journals, limits, random},
    store::Fields,
    system,
    types::{
        ByteCount, ClientToken, Escaped, PartSize, PartSource, ReferenceArn, ReferenceChoice, Tags,
    },
};

/// Everything that `put` needs to start.
pub(crate) struct Request {
    pub(crate) jobs: Vec<Job>,
    pub(crate) drafts: Vec<Draft>,
    pub(crate) part_sizes: Vec<PartSize>,
    /// What is to be known of the sources of each job.
    pub(crate) expected: Vec<Vec<Expected>>,
    pub(crate) limits: Limits,
    pub(crate) notes: Vec<String>,
    /// What is to be held against a reference, for each read set.
    pub(crate) aligned: Vec<Option<Aligned>>,
    /// What was looked at, of each job.
    pub(crate) checks: Vec<Vec<Check>>,
}

impl Request {
    pub(crate) fn resolve(put: &cli::Put) -> Result<Self, Abort> {
        let (tags, mut problems) = given(put);
        if piped::is_asked(put) {
            return piped::Asked::of(put, problems)?.read(put, &tags);
        }
        problems.extend(piped::without_pipe(put));
        let looked = opened::at_all(&put.what, &mut problems);
        let drafts = opened::drafts(&put.what, &looked, &mut problems);
        problems.extend(id_pattern::problems(put.what.id_pattern.as_ref(), &drafts, &tags));
        // What is asked for as unmapped BAM, and is aligned, has been refused.
        if put.reference.choice.is_none() && put.what.file_type != Some(FileType::Ubam) {
            let files = looked.iter().map(|looked| (&*looked.shown, &looked.inspected));
            problems.extend(needs::problems(files));
        }
        // Each read set has a journal besides.
        problems.extend(system::descriptors(looked.len() + drafts.len()));
        let sizes = opened::part_sizes(put.part_size, &looked, &mut problems);
        let growing = opened::growing(&looked);
        // The end of a file that is still written to says nothing.
        let findings = if growing.is_empty() {
            let how = (false, Allowed::of(&put.what));
            let found = ends::find(&looked, &drafts, how, &mut problems);
            let temporary = |error| Abort::Early(system::no_thread(error), status::TEMPORARY);
            found.map_err(temporary)?.findings
        } else {
            Vec::new()
        };
        problems.extend(growing);
        problems.extend(findings.iter().filter_map(Finding::problem));
        let aligned = contigs(put, &looked, &drafts, &mut problems);
        let expected = expected(put, &drafts, &looked, &mut problems);
        if !problems.is_empty() {
            return Err(Abort::Unusable(problems));
        }
        let remarks = findings.iter().filter_map(Finding::note);
        let notes = notes(&drafts, &looked).into_iter().chain(remarks).collect();
        let (jobs, part_sizes) = jobs(put, &drafts, looked, &sizes, &tags)?;
        let limits = limits::limits(&put.effort);
        let of = |draft: &Draft| ends::of_files(&findings, draft.sources.indexes());
        let checks = drafts.iter().map(of).collect();
        Ok(Self { jobs, drafts, part_sizes, expected, limits, notes, aligned, checks })
    }
}

/// The tags, and what is wrong whatever the sources hold.
pub(crate) fn given(put: &cli::Put) -> (Tags, Vec<Problem>) {
    let mut problems = if put.dry_run { Vec::new() } else { destination::problems(&put.target) };
    if !put.dry_run {
        problems.extend(outputs::of_put(put));
        problems.extend(journals::problem(put.state.state_dir.as_deref()));
    }
    let tags = Tags::new(put.tags.iter().cloned())
        .map_err(|error| problems.push(Problem::new(error)))
        .unwrap_or_default();
    let store = put.target.store.as_ref();
    if let (Some(reference), Some(region)) = (arn(put), store.and_then(|store| store.region())) {
        problems.extend(destination::same_region(reference, region));
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
            .then(|| formats::read_contigs(inspected.kind(), source.reader()));
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
    put: &cli::Put,
    drafts: &[Draft],
    looked: &[Looked],
    problems: &mut Vec<Problem>,
) -> Vec<Vec<Expected>> {
    let sums = Sums::of(&put.verify.md5).unwrap_or_else(|problem| {
        problems.push(problem);
        Sums::None
    });
    let mut source = |index: usize| {
        let Looked { source, inspected, .. } = &looked[index];
        let md5 = sums.of_file(source.path()).unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
        let allow_padding = put.what.allow_padding;
        Expected { kind: inspected.kind(), md5, allow_padding }
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
            memory: journals::nothing(part_size),
        });
        part_sizes.push(part_size);
    }
    Ok((jobs, part_sizes))
}

/// The reference, if it is said which.
pub(crate) fn arn(put: &cli::Put) -> Option<&ReferenceArn> {
    put.reference.choice.as_ref().and_then(ReferenceChoice::arn)
}

pub(crate) fn fields(put: &cli::Put, draft: &Draft, tags: &Tags) -> Fields {
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
pub(crate) fn token() -> Result<ClientToken, Abort> {
    let token = format!("omics-upload-{}", random::digits()?);
    token.parse().map_err(|error| Problem::new(anyhow::Error::new(error)).into())
}

/// The bytes of one source of a job.
pub(crate) fn source_bytes(job: &Job, source: PartSource) -> (ByteCount, usize) {
    let parts = job.parts.iter().filter(|part| part.source == source);
    let bytes = parts.clone().map(|part| part.size.get()).sum();
    (ByteCount::new(bytes), parts.count())
}
