//! Uploads that were begun before, as a journal or the store has them, to be gone on with.

use std::path::{Path, PathBuf};

use super::{fields, md5_lists::Md5Lists};
use crate::{
    cli,
    engine::{Job, Memory},
    formats,
    journal::{Record, SourceRecord, Stage, UploadRecord},
    plan::Layout,
    prepared::{Prepared, Recognised},
    readset,
    report::{Abort, Problem, output, status},
    run::journals,
    source::{self, Identity, Source, SourceFile},
    store::{Fields, ListedUpload, omics::RULES},
    system,
    types::{ByteCount, Escaped, Fingerprint, Mark, PartSize, PartSource, Tags, UploadId},
};

/// Everything that can be resumed, and the exit status of what cannot, which is told and does not stop
/// the rest.
pub(crate) fn all(records: Vec<Record>) -> Result<(Vec<Job>, u8), Abort> {
    let mut problems = Vec::new();
    let mut jobs = Vec::new();
    let (pipes, files): (Vec<_>, Vec<_>) = records.into_iter().partition(came_through_a_pipe);
    for pipe in &pipes {
        output::complain(&format!("note: {}; {PIPE_HINT}\n", of_pipe(pipe)));
    }
    if let Some(problem) = system::too_few_descriptors() {
        return Err(problem.into());
    }
    for record in files {
        match from_record(&record, &[]) {
            Ok(job) => jobs.push(job),
            Err(Abort::Unusable(found)) => problems.extend(found),
            Err(abort) => return Err(abort),
        }
    }
    if jobs.is_empty() && !problems.is_empty() {
        return Err(Abort::Unusable(problems));
    }
    for problem in &problems {
        output::complain(&problem.text());
    }
    Ok((jobs, if problems.is_empty() { status::DONE } else { status::UNUSABLE }))
}

const PIPE_HINT: &str = "run the same pipeline again, which sends only what is missing";

fn came_through_a_pipe(record: &Record) -> bool {
    record.header.sources.is_empty()
}

/// What is left of a pipe cannot be had without running what wrote to it.
fn of_pipe(record: &Record) -> String {
    let what = match &record.stage {
        Stage::Uploading(upload) | Stage::Completing(upload) => format!("upload {}", upload.id),
        Stage::Completed { read_set, .. } => format!("read set {read_set}"),
        Stage::Creating => "an upload that was about to begin".to_owned(),
    };
    format!("{what} came through a pipe")
}

/// A job as the journal has it, with its files where they were or where they are said to be.
pub(crate) fn from_record(record: &Record, files: &[PathBuf]) -> Result<Job, Abort> {
    let header = &record.header;
    if came_through_a_pipe(record) {
        let problem = Problem::new(anyhow::anyhow!("{}", of_pipe(record)));
        return Err(problem.hint(PIPE_HINT).into());
    }
    let fields = journals::fields_from(&header.fields).map_err(Problem::new)?;
    let then = header.files_of_sources();
    let arrangements = if files.is_empty() {
        let path = |record: &&SourceRecord| record.path.clone();
        vec![then.iter().map(|files| files.iter().map(path).collect()).collect()]
    } else {
        arranged(files, &then.iter().map(Vec::len).collect::<Vec<_>>())
    };
    let mut paths: Vec<_> = arrangements[0].iter().flatten().cloned().collect();
    let changed: Vec<_> = header.sources.iter().filter(|lane| is_changed_lane(lane)).collect();
    if files.is_empty() && !changed.is_empty() {
        paths = changed.into_iter().map(|lane| lane.path.clone()).collect();
    }
    let job = first_job(&fields, arrangements, header.part_size, header.fingerprint)?;
    job.ok_or_else(|| other_content(&paths, record).into())
}

/// Whether one of several files of a source is not what it was.
fn is_changed_lane(lane: &SourceRecord) -> bool {
    let now = std::fs::metadata(&lane.path).map(|metadata| Identity::from(&metadata));
    let is_other = |now: Identity| (now.size, now.modified) != (lane.size, lane.modified);
    lane.source.is_some() && now.is_ok_and(is_other)
}

/// The ways in which files can be the sources of an upload: as they are given, in sources of so many files
/// where they are as many, else each a source of its own; and as their names say.
fn arranged(files: &[PathBuf], counts: &[usize]) -> Vec<Arrangement> {
    let mut rest = files.iter().cloned();
    let mut arrangements: Vec<Arrangement> = if counts.iter().sum::<usize>() == files.len() {
        vec![counts.iter().map(|count| rest.by_ref().take(*count).collect()).collect()]
    } else {
        vec![rest.map(|file| vec![file]).collect()]
    };
    let paths: Vec<&Path> = files.iter().map(AsRef::as_ref).collect();
    let by_name = readset::sources_by_name(&paths).map(|sources| {
        let files_of = |source: &Vec<usize>| source.iter().map(|at| files[*at].clone()).collect();
        sources.iter().map(files_of).collect()
    });
    arrangements.extend(by_name);
    arrangements
}

/// The files of each source.
type Arrangement = Vec<Vec<PathBuf>>;

/// The job of the first arrangement with a fingerprint; an error that the first one leads to is told.
fn first_job(
    fields: &Fields,
    arrangements: Vec<Arrangement>,
    part_size: PartSize,
    wanted: Fingerprint,
) -> Result<Option<Job>, Abort> {
    let mut error = None;
    for arrangement in arrangements {
        match job(fields.clone(), &arrangement, part_size) {
            Ok((job, fingerprint)) if fingerprint == wanted => return Ok(Some(job)),
            Ok(_) => {}
            Err(abort) => error = error.or(Some(abort)),
        }
    }
    error.map_or(Ok(None), Err)
}

fn other_content(paths: &[PathBuf], record: &Record) -> Problem {
    let error =
        anyhow::anyhow!("{} has another content than when the upload was begun", names(paths));
    let hint = match &record.stage {
        Stage::Uploading(upload) | Stage::Completing(upload) => format!(
            "`omics-upload uploads abort {} --store {}` gives the upload up; `put` begins a new one",
            upload.id, record.header.store
        ),
        Stage::Creating | Stage::Completed { .. } => "`put` begins a new upload".to_owned(),
    };
    Problem::new(error).hint(hint)
}

/// A job as the store lists it, for files that are given.
pub(crate) fn from_listed(listed: &ListedUpload, files: &[PathBuf]) -> Result<Job, Abort> {
    let id = &listed.created.id;
    let mark = listed.mark().ok_or_else(|| {
        let error = anyhow::anyhow!(
            "upload {id} was not made by this program, so the size of its parts is not known"
        );
        Problem::new(error).hint("upload the files anew with `put`")
    })?;
    let fields = fields_of(listed).map_err(Problem::new)?;
    let arrangements = arranged(files, &[]);
    let job = first_job(&fields, arrangements, mark.part_size, mark.fingerprint)?;
    let mut job = job.ok_or_else(|| {
        let error = anyhow::anyhow!("upload {id} was begun with another content");
        Problem::new(error).hint("look at the files and their order")
    })?;
    job.memory.upload = Some(UploadRecord {
        id: id.clone(),
        created: listed.created.at,
        part_size: mark.part_size,
        mark: Some(mark),
    });
    Ok(job)
}

/// Nothing is to be resumed without files that this machine knows nothing of.
pub(crate) fn no_files(id: &UploadId) -> Problem {
    let error = anyhow::anyhow!("this machine knows nothing of upload {id}");
    Problem::new(error).hint(format!("give its files: `omics-upload resume {id} FILE...`"))
}

/// The fields of a listed upload, our mark aside.
fn fields_of(listed: &ListedUpload) -> anyhow::Result<Fields> {
    let tags = listed.tags.iter().filter(|(key, _)| *key != Mark::KEY);
    let tags: Result<Vec<_>, _> =
        tags.map(|(key, value)| format!("{key}={value}").parse()).collect();
    Ok(Fields {
        file_type: listed.file_type.parse()?,
        name: listed.name.parse()?,
        sample: listed.sample.parse()?,
        subject: listed.subject.parse()?,
        reference: listed.reference.as_deref().map(str::parse).transpose()?,
        generated_from: listed.generated_from.as_deref().map(str::parse).transpose()?,
        description: listed.description.as_deref().map(str::parse).transpose()?,
        tags: Tags::new(tags?)?,
    })
}

/// The token is for the case that the upload is gone: a Create under the old one would bring it back
/// as it was.
pub(super) fn job(
    fields: Fields,
    sources: &[Vec<PathBuf>],
    part_size: PartSize,
) -> Result<(Job, Fingerprint), Abort> {
    let paths: Vec<_> = sources.iter().flatten().cloned().collect();
    let open = |files: &Vec<PathBuf>| Source::joined(files.iter().map(AsRef::as_ref));
    let sources = sources.iter().map(open).collect::<Result<Vec<_>, _>>().map_err(Problem::new)?;
    if sources.len() > PartSource::ALL.len() {
        return Err(Problem::new(anyhow::anyhow!("an upload has one file, or two mates")).into());
    }
    let fingerprint = source::fingerprint(sources.iter()).map_err(Problem::new)?;
    sources.iter().for_each(Source::close);
    let layout = Layout::new(&RULES, sources.iter().map(Source::size), part_size);
    let layout = layout.map_err(|_| too_small(&paths, part_size))?;
    let memory = Memory { fingerprint: Some(fingerprint), ..Memory::blank(part_size) };
    let job = Job { sources, layout, ..Job::new(fields, fields::token()?, memory) };
    Ok((job, fingerprint))
}

fn too_small(paths: &[PathBuf], part_size: PartSize) -> Problem {
    let error = anyhow::anyhow!(
        "{} cannot be resumed: parts of {} cannot hold a file of this size",
        names(paths),
        ByteCount::new(part_size.get())
    );
    Problem::new(error).hint("upload the files anew with `put --fresh`")
}

fn names(paths: &[PathBuf]) -> String {
    let name = |path: &PathBuf| format!("`{}`", Escaped::new(&path.to_string_lossy()));
    paths.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// Finds out what the files of jobs are, and what is asked of their data.
pub(crate) fn recognise(
    jobs: Vec<Job>,
    verify: &cli::VerifyOptions,
) -> Result<Vec<Prepared>, Problem> {
    let lists = Md5Lists::of(&verify.md5)?;
    let is_verified = verify.verify || !matches!(lists, Md5Lists::None);
    let prepared = jobs.into_iter().map(|job| {
        // What is joined is decoded in any case.
        let is_read = is_verified || job.sources.iter().any(Source::is_joined);
        let files: Result<Vec<_>, Problem> = job
            .sources
            .iter()
            .flat_map(|source| {
                let is_lane = source.is_joined();
                source.files().into_iter().map(move |file| (file, is_lane))
            })
            .map(|(file, is_lane)| recognised(file, is_lane, is_read, &lists))
            .collect();
        // A file that cannot be read any more is told of when it is sent.
        let files = if is_read { files? } else { files.unwrap_or_default() };
        Ok(Prepared::new(job, files))
    });
    prepared.collect()
}

/// What a file is; all of what is only sent need not be looked at.
fn recognised(
    file: SourceFile<'_>,
    is_lane: bool,
    is_read: bool,
    lists: &Md5Lists,
) -> Result<Recognised, Problem> {
    let prefix = file.prefix(formats::PREFIX).map_err(Problem::new)?;
    let kind = if is_lane {
        formats::inspect_lane(&prefix, file.reader()).map_err(Problem::new)?.kind()
    } else if is_read {
        formats::inspect(&prefix, file.reader()).map_err(Problem::new)?.kind()
    } else {
        formats::sniff(&prefix).map_err(Problem::new)?
    };
    let md5 = lists.of_file(file.path())?;
    // Whether that is wanted was settled when the upload began.
    Ok(Recognised { kind, md5, allow_padding: true })
}
