//! `resume`: finishes what was begun, without the files and options having to be said again.

use std::path::PathBuf;

use crate::{
    cli,
    engine::Job,
    preflight::{Outputs, UPLOADED, resume},
    report::{Abort, Problem, output, status, status_of_all},
    run::{
        Reached, Transfer, destination,
        disposal::{self, ProofOptions},
        journals, limits, transfer,
        uploads::Unfinished,
    },
    types::UploadId,
};

pub(super) async fn run(arguments: cli::Resume) -> Result<u8, Abort> {
    let mut problems = destination::problems(&arguments.target);
    let receipt = arguments.receipt.receipt.clone();
    let log = arguments.show.log_file.as_deref();
    let files = arguments.files.iter().map(|path| (path.as_path(), UPLOADED));
    problems
        .extend(Outputs { receipt: receipt.as_deref(), log, ..Outputs::default() }.problems(files));
    problems.extend(journals::problem(arguments.state.state_dir.as_deref()));
    problems.extend(disposal::conflict(ProofOptions {
        verify: &arguments.verify,
        no_wait: arguments.effort.no_wait,
        is_piped: false,
        is_temporary: matches!(arguments.target.sandbox, Some(None)),
    }));
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
    let mut ours =
        records.into_iter().filter(|record| record.header.store == reached.store.as_str());
    let (jobs, left_out) = match &arguments.upload {
        None => resume::all(ours.collect())?,
        Some(id) => match ours.find(|record| record.stage.is_of(id)) {
            Some(record) => (vec![resume::from_record(&record, &arguments.files)?], status::DONE),
            None => (vec![from_store(&reached, id, &arguments.files).await?], status::DONE),
        },
    };
    if jobs.is_empty() {
        output::complain("nothing is to be resumed: this machine knows of no unfinished upload\n");
        return Ok(status::DONE);
    }
    let wishes = journals::Wishes {
        folder: folder.as_ref(),
        store: &reached.store,
        fresh: false,
        mark: true,
    };
    let read_sets = resume::recognise(jobs, &arguments.verify)?;
    let (in_the_way, notes) =
        disposal::look(&arguments.verify.when_proven, read_sets.iter().map(|one| &one.job));
    if !in_the_way.is_empty() {
        return Err(Abort::Unusable(in_the_way));
    }
    let transfer = Transfer {
        read_sets,
        notes,
        limits: limits::limits(&arguments.effort),
        verify: &arguments.verify,
        show: &arguments.show,
        wishes,
        receipt,
        sharing: None,
    };
    let status = transfer::run(transfer, &reached, output::signals()?).await?;
    if let Some(sandbox) = reached.sandbox {
        sandbox.stop().await;
    }
    // What could not even be tried counts among the others.
    Ok(if left_out == status::DONE { status } else { status_of_all(&[status, left_out]) })
}

/// A job as the store has it, for files that are given.
async fn from_store(reached: &Reached, id: &UploadId, files: &[PathBuf]) -> Result<Job, Abort> {
    if files.is_empty() {
        return Err(resume::no_files(id).into());
    }
    let listed = Unfinished::new(reached, None).all().await?;
    let listed = listed.into_iter().find(|listed| listed.created.id == *id).ok_or_else(|| {
        let error = anyhow::anyhow!("the store has no unfinished upload {id}");
        Problem::new(error).hint("`omics-upload uploads list` lists those that it has")
    })?;
    resume::from_listed(&listed, files)
}
