//! What `put` is going to do, with everything resolved, opened, recognised and checked.
//!
//! All problems are found before the first of them is told, and no request is made here.

use std::path::Path;

use super::{
    super::{
        effort,
        soundness::{self, Finding},
        state, target,
    },
    piped,
};
use crate::{
    cli,
    engine::{Job, Limits},
    format::{self, FileType, InspectError, Inspected},
    plan,
    readset::{self, Draft, Input, Wishes},
    report::{Abort, Problem},
    source::Source,
    store::Fields,
    types::{ByteCount, ClientToken, Escaped, PartSize, PartSource, ReferenceArn, Tags},
};

/// Everything that `put` needs to start.
pub(super) struct Request {
    pub(super) jobs: Vec<Job>,
    pub(super) drafts: Vec<Draft>,
    pub(super) part_sizes: Vec<PartSize>,
    pub(super) reference: Option<ReferenceArn>,
    pub(super) limits: Limits,
    pub(super) notes: Vec<String>,
}

/// A file that was opened and recognised.
pub(in crate::commands) struct Looked {
    pub(in crate::commands) source: Source,
    pub(in crate::commands) inspected: Inspected,
    pub(in crate::commands) shown: String,
}

impl Request {
    pub(super) fn resolve(put: &cli::Put) -> Result<Self, Abort> {
        let mut problems = if put.dry_run { Vec::new() } else { target::problems(&put.target) };
        let tags = Tags::new(put.tags.iter().cloned())
            .map_err(|error| problems.push(Problem::new(error)))
            .unwrap_or_default();
        let store = put.target.store.as_ref();
        if let (Some(reference), Some(region)) =
            (&put.reference, store.and_then(|store| store.region()))
        {
            problems.extend(target::same_region(reference, region));
        }
        if paths(put).any(piped::is_pipe) {
            return piped::resolve(put, &tags, problems);
        }
        problems.extend(piped::without_pipe(put));
        let looked = look_at_all(put, &mut problems);
        let drafts = drafts(put, &looked, &mut problems);
        if put.reference.is_none() && put.file_type != Some(FileType::Ubam) {
            let aligned = aligned(&looked);
            problems.extend((!aligned.is_empty()).then(|| no_reference(&aligned)));
        }
        let sizes = part_sizes(put, &looked, &mut problems);
        let growing = growing(&looked);
        // The end of a file that is still written to says nothing.
        let findings = if growing.is_empty() {
            let lenient = put.trust.allow_no_eof;
            soundness::findings(&looked, &drafts, lenient, &mut problems)
        } else {
            Vec::new()
        };
        problems.extend(growing);
        problems.extend(findings.iter().filter_map(Finding::problem));
        if !problems.is_empty() {
            return Err(Abort::Unusable(problems));
        }
        let remarks = findings.iter().filter_map(Finding::note);
        let notes = notes(&drafts, &looked).into_iter().chain(remarks).collect();
        let (jobs, part_sizes) = jobs(put, &drafts, looked, &sizes, &tags)?;
        let limits = effort::limits(&put.effort);
        Ok(Self { jobs, drafts, part_sizes, reference: put.reference.clone(), limits, notes })
    }
}

/// The files in the order of the command line, the explicit pair first.
fn paths(put: &cli::Put) -> impl Iterator<Item = &Path> {
    put.r1.iter().chain(&put.r2).chain(&put.files).map(AsRef::as_ref)
}

fn look_at_all(put: &cli::Put, problems: &mut Vec<Problem>) -> Vec<Looked> {
    paths(put)
        .filter_map(|path| look_at(path).map_err(|problem| problems.push(problem)).ok())
        .collect()
}

fn look_at(path: &Path) -> Result<Looked, Problem> {
    let shown = path.to_string_lossy().into_owned();
    let source = Source::open(path).map_err(Problem::new)?;
    let prefix = source.prefix(format::PREFIX).map_err(Problem::new)?;
    let inspected =
        format::inspect(&prefix, source.reader()).map_err(|error| unfit(&shown, error))?;
    Ok(Looked { source, inspected, shown })
}

fn unfit(shown: &str, error: InspectError) -> Problem {
    let shown = Escaped::new(shown);
    Problem::new(anyhow::Error::new(error).context(format!("`{shown}` cannot be uploaded")))
}

fn drafts(put: &cli::Put, looked: &[Looked], problems: &mut Vec<Problem>) -> Vec<Draft> {
    // Files that could not be looked at would be missing from their pairs, and lead to problems that
    // are none.
    if !problems.is_empty() && looked.len() < paths(put).count() {
        return Vec::new();
    }
    let inputs: Vec<_> = looked
        .iter()
        .map(|looked| {
            let identity = looked.source.identity();
            Input {
                shown: &looked.shown,
                path: Some(looked.source.path()),
                identity: Some((identity.device, identity.inode)),
                inspected: &looked.inspected,
            }
        })
        .collect();
    let wishes = Wishes {
        file_type: put.file_type,
        name: put.name.clone(),
        sample: put.sample.clone(),
        subject: put.subject.clone(),
        pair: put.r1.is_some().then_some((0, 1)),
    };
    readset::assemble(&inputs, &wishes).unwrap_or_else(|errors| {
        problems.extend(errors.into_iter().map(Problem::new));
        Vec::new()
    })
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

/// The part size for every file.
fn part_sizes(
    put: &cli::Put,
    looked: &[Looked],
    problems: &mut Vec<Problem>,
) -> Vec<Option<PartSize>> {
    let mut part_size = |looked: &Looked| {
        plan::part_size(&plan::Rules::HEALTHOMICS, looked.source.size(), put.part_size)
            .map_err(|error| {
                let shown = Escaped::new(&looked.shown);
                let error = anyhow::Error::new(error);
                problems.push(Problem::new(error.context(format!("`{shown}` cannot be uploaded"))));
            })
            .ok()
    };
    looked.iter().map(&mut part_size).collect()
}

/// The files that were written to while everything was being looked at.
///
/// A file that was written just now may be half of what it is going to be: then a moment is waited
/// to see. Small files are not worth the moment: the engine checks again before Complete.
fn growing(looked: &[Looked]) -> Vec<Problem> {
    const MOMENT: std::time::Duration = std::time::Duration::from_millis(300);
    if looked.iter().any(is_fresh) {
        std::thread::sleep(MOMENT);
    }
    let changed = |looked: &Looked| {
        let changed = looked.source.check().err()?;
        let shown = Escaped::new(&looked.shown);
        let error = anyhow::anyhow!("`{shown}` is being written to: {}", changed.what());
        Some(Problem::new(error).hint("wait until it is whole, and run the same command again"))
    };
    looked.iter().filter_map(changed).collect()
}

/// Whether a file that is not small was written to just now.
fn is_fresh(looked: &Looked) -> bool {
    const FRESH: std::time::Duration = std::time::Duration::from_secs(5);
    const SMALL: u64 = 1024 * 1024;
    let age = std::fs::metadata(looked.source.path())
        .and_then(|metadata| metadata.modified())
        .ok()
        .and_then(|modified| modified.elapsed().ok());
    looked.source.size().get() > SMALL && age.is_some_and(|age| age < FRESH)
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
        let parts = sources
            .iter()
            .zip(PartSource::ALL)
            .flat_map(|(file, source)| plan::split(source, file.size(), part_size))
            .collect();
        jobs.push(Job {
            fields: fields(put, draft, tags),
            token: token()?,
            sources,
            parts,
            pipe: None,
            memory: state::nothing(part_size),
        });
        part_sizes.push(part_size);
    }
    Ok((jobs, part_sizes))
}

pub(super) fn fields(put: &cli::Put, draft: &Draft, tags: &Tags) -> Fields {
    Fields {
        file_type: draft.file_type,
        name: draft.name.value.clone(),
        sample: draft.sample.value.clone(),
        subject: draft.subject.value.clone(),
        reference: put.reference.clone(),
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
