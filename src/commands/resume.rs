//! `resume`: finishes what was begun, without the files and options having to be said again.

use std::{path::Path, sync::Arc};

use crate::{
    cli,
    engine::{Job, Memory, Verify},
    journal::{Record, Stage, UploadRecord},
    plan,
    preflight::{Outputs, UPLOADED},
    report::{Abort, Problem, output, status, status_of_all},
    run::{
        Account, Reached, Transfer, destination, journals, limits, questions::Questions, transfer,
        verification,
    },
    source::{self, Source},
    store::{Fields, ListedUpload},
    system,
    types::{ByteCount, ClientToken, Escaped, Mark, PartSize, PartSource, Tags, UploadId},
};

pub(super) async fn run(arguments: cli::Resume) -> Result<u8, Abort> {
    let mut problems = destination::problems(&arguments.target);
    let receipt = arguments.receipt.receipt.clone();
    let log = arguments.show.log_file.as_deref();
    let files = arguments.files.iter().map(|path| (path.as_path(), UPLOADED));
    problems.extend(Outputs { receipt: receipt.as_deref(), log }.problems(files));
    problems.extend(journals::problem(arguments.state.state_dir.as_deref()));
    if !problems.is_empty() {
        return Err(Abort::Unusable(problems));
    }
    let reached = destination::reach(&arguments.target, None).await?;
    let folder = journals::folder(arguments.state.state_dir.clone());
    let records = match &folder {
        None => Vec::new(),
        Some(folder) => journals::records(folder)
            .map_err(|error| output::broken(error, "cannot read the state folder"))?,
    };
    let ours = records.into_iter().filter(|record| record.header.store == reached.store);
    let (jobs, left_out) = match &arguments.upload {
        None => all(ours.collect())?,
        Some(id) => match ours.into_iter().find(|record| record.stage.is_of(id)) {
            Some(record) => {
                let job = from_record(&record, &arguments.files, token()?)?;
                (vec![job], status::DONE)
            }
            None => (vec![from_store(&reached, id, &arguments.files).await?], status::DONE),
        },
    };
    if jobs.is_empty() {
        output::complain("nothing is to be resumed: this machine knows of no unfinished upload\n");
        return Ok(status::DONE);
    }
    let (jobs, part_sizes): (Vec<_>, Vec<_>) = jobs.into_iter().unzip();
    let wishes = journals::Wishes {
        folder: folder.as_ref(),
        store: &reached.store,
        fresh: false,
        mark: true,
    };
    let limits = limits::limits(&arguments.effort);
    let show = &arguments.show;
    let verify = &arguments.verify;
    let expected = verification::of_files(verify, &jobs)?;
    let notes = Vec::new();
    let account = Account { checks: Vec::new(), receipt };
    let transfer =
        Transfer { jobs, part_sizes, notes, limits, expected, verify, show, wishes, account };
    let status = transfer::run(transfer, &reached, output::signals()?).await?;
    if let Some(sandbox) = reached.sandbox {
        sandbox.stop().await;
    }
    // What could not even be tried counts among the others.
    Ok(if left_out == status::DONE { status } else { status_of_all(&[status, left_out]) })
}

/// Everything that can be resumed; what cannot is told, and does not stop the rest.
fn all(records: Vec<Record>) -> Result<(Vec<(Job, PartSize)>, u8), Abort> {
    let mut problems = Vec::new();
    let mut jobs = Vec::new();
    let (pipes, files): (Vec<_>, Vec<_>) = records.into_iter().partition(came_through_a_pipe);
    for pipe in &pipes {
        output::complain(&format!("note: {}; {PIPE_HINT}\n", of_pipe(pipe)));
    }
    let sources: usize = files.iter().map(|record| record.header.sources.len()).sum();
    if let Some(problem) = system::descriptors(sources + files.len()) {
        return Err(problem.into());
    }
    for record in files {
        match from_record(&record, &[], token()?) {
            Ok(job) => jobs.push(job),
            Err(problem) => problems.push(problem),
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
///
/// Its token is for the case that the upload is gone: a Create under the old one would bring it back
/// as it was.
fn from_record(
    record: &Record,
    files: &[std::path::PathBuf],
    token: ClientToken,
) -> Result<(Job, PartSize), Problem> {
    let header = &record.header;
    if came_through_a_pipe(record) {
        return Err(Problem::new(anyhow::anyhow!("{}", of_pipe(record))).hint(PIPE_HINT));
    }
    let fields = journals::fields_from(&header.fields).map_err(Problem::new)?;
    let then: Vec<&Path> = header.sources.iter().map(|source| source.path.as_path()).collect();
    let paths: Vec<&Path> =
        if files.is_empty() { then } else { files.iter().map(AsRef::as_ref).collect() };
    let (job, fingerprint) = job(fields, token, &paths, header.part_size)?;
    if fingerprint != header.fingerprint {
        return Err(other_content(&paths, record));
    }
    Ok((job, header.part_size))
}

fn other_content(paths: &[&Path], record: &Record) -> Problem {
    let names: Vec<_> =
        paths.iter().map(|path| format!("`{}`", Escaped::new(&path.to_string_lossy()))).collect();
    let error =
        anyhow::anyhow!("{} has another content than when the upload was begun", names.join(", "));
    let hint = match &record.stage {
        Stage::Uploading(upload) | Stage::Completing(upload) => format!(
            "`omics-upload uploads abort {} --store {}` gives the upload up; `put` begins a new one",
            upload.id, record.header.store
        ),
        Stage::Creating | Stage::Completed { .. } => "`put` begins a new upload".to_owned(),
    };
    Problem::new(error).hint(hint)
}

/// A job as the store has it, for files that are given.
async fn from_store(
    reached: &Reached,
    id: &UploadId,
    files: &[std::path::PathBuf],
) -> Result<(Job, PartSize), Abort> {
    if files.is_empty() {
        let error = anyhow::anyhow!("this machine knows nothing of upload {id}");
        let hint = format!("give its files: `omics-upload resume {id} FILE...`");
        return Err(Problem::new(error).hint(hint).into());
    }
    let listed = super::uploads::all(&Questions::new(reached)).await?;
    let listed = listed.into_iter().find(|listed| listed.created.id == *id).ok_or_else(|| {
        let error = anyhow::anyhow!("the store has no unfinished upload {id}");
        Problem::new(error).hint("`omics-upload uploads list` lists those that it has")
    })?;
    let mark = listed.mark().ok_or_else(|| {
        let error = anyhow::anyhow!(
            "upload {id} was not made by this program, so the size of its parts is not known"
        );
        Problem::new(error).hint("upload the files anew with `put`")
    })?;
    let fields = fields(&listed).map_err(Problem::new)?;
    let paths: Vec<&Path> = files.iter().map(AsRef::as_ref).collect();
    let (mut job, fingerprint) = job(fields, token()?, &paths, mark.part_size)?;
    if fingerprint != mark.fingerprint {
        let error = anyhow::anyhow!("upload {id} was begun with another content");
        return Err(Problem::new(error).hint("look at the files and their order").into());
    }
    let part_size = mark.part_size;
    job.memory.upload = Some(UploadRecord {
        id: id.clone(),
        created: listed.created.at,
        part_size,
        mark: Some(mark),
    });
    Ok((job, part_size))
}

/// The fields of a listed upload, our mark aside.
fn fields(listed: &ListedUpload) -> anyhow::Result<Fields> {
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

fn token() -> Result<ClientToken, Abort> {
    crate::preflight::token()
}

fn job(
    fields: Fields,
    token: ClientToken,
    paths: &[&Path],
    part_size: PartSize,
) -> Result<(Job, crate::types::Fingerprint), Problem> {
    let sources: Result<Vec<_>, _> = paths.iter().map(|path| Source::open(path)).collect();
    let sources = sources.map_err(Problem::new)?;
    if sources.len() > PartSource::ALL.len() {
        return Err(Problem::new(anyhow::anyhow!("an upload has one file, or two mates")));
    }
    let fingerprint = source::fingerprint(sources.iter()).map_err(Problem::new)?;
    let parts = plan::split_all(sources.iter().map(Source::size), part_size);
    let parts = parts.map_err(|_| too_small(paths, part_size))?;
    let job = Job {
        fields,
        token,
        sources,
        parts,
        pipe: None,
        trials: Vec::new(),
        findings: Arc::default(),
        verify: Verify::No,
        memory: Memory::default(),
    };
    Ok((job, fingerprint))
}

fn too_small(paths: &[&Path], part_size: PartSize) -> Problem {
    let names: Vec<_> =
        paths.iter().map(|path| format!("`{}`", Escaped::new(&path.to_string_lossy()))).collect();
    let error = anyhow::anyhow!(
        "{} cannot be resumed: parts of {} cannot hold a file of this size",
        names.join(", "),
        ByteCount::new(part_size.get())
    );
    Problem::new(error).hint("upload the files anew with `put --fresh`")
}
