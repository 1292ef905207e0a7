//! From prepared rows to results: the destination, the plan on disk, and the run.

use std::{collections::HashMap, io, panic, thread};

use super::{
    decide::records,
    planning::note_changes,
    recheck,
    results::Results,
    run_place::{same_destination, same_store},
    work::BatchWork,
};
use crate::{
    cli::{BatchOptions, IfExistsOption, PutOptions, ReferenceOptions, UriKind},
    engine::IfExists,
    preflight::{
        reference::{self, Library},
        rows::PreparedRow,
        sheets::FoundRow,
    },
    prepared::Prepared,
    report::{Abort, output},
    run::{
        Reached, Transfer, destination, journals, limits,
        questions::Questions,
        rows::{self, RowToSend, RowsTransfer},
        run_folder::{NoteFile, NoteKind},
    },
    source,
    store::ReadSets as _,
    types::{Operation, ReferenceChoice},
};

/// Sends the rows; an exit status instead, if a signal ended the run before it began.
pub(super) async fn run(
    work: &mut BatchWork,
    mut prepared: Vec<PreparedRow>,
    options: &BatchOptions,
) -> Result<Result<Results, u8>, Abort> {
    let how = &options.plan.how;
    if prepared.is_empty() && !options.recheck {
        same_store(work, how)?;
        note_changes(work, &prepared, None)?;
        tell(&work.notes, how);
        return Ok(Ok(Results::of_past(work)));
    }
    // From here on a signal must not leave the folder of a sandbox behind.
    let signals = output::signals()?;
    let reaching = async {
        let (reached, mut library) = reach(&prepared, how).await?;
        same_destination(work.earlier.as_ref(), &reached)?;
        if options.recheck {
            recheck::run(work, &reached).await?;
        }
        settle(&mut library, &mut prepared, (&mut work.notes, how)).await?;
        recognise(&mut prepared)?;
        Ok::<_, Abort>(reached)
    };
    let Some(reached) = signals.unless_stopped(Box::pin(reaching)).await else {
        return Ok(Err(output::stopped(&signals)));
    };
    let reached = reached?;
    let before = work.earlier.iter().flat_map(|plan| &plan.rows);
    work.planned_before = before.map(|row| row.key.clone()).collect();
    let file = note_changes(work, &prepared, Some(&reached))?;
    // Of many rows it is large.
    work.earlier = None;
    if prepared.is_empty() {
        tell(&work.notes, how);
        return Ok(Ok(Results::of_past(work)));
    }
    let lasting = !matches!(how.target.sandbox, Some(None));
    let folder = journals::folder(how.state.state_dir.clone()).filter(|_| lasting);
    let wishes = journals::Wishes {
        folder: folder.as_ref(),
        store: &reached.store,
        fresh: how.fresh,
        mark: !how.no_fingerprint,
    };
    let keys: Vec<_> = prepared.iter().map(|row| row.key.clone()).collect();
    let (rows, read_sets) = to_send(work, prepared, options);
    let transfer = Transfer {
        read_sets,
        notes: std::mem::take(&mut work.notes),
        limits: limits::limits(&how.effort),
        verify: &how.verify,
        show: &how.show,
        wishes,
        receipt: how.receipt.receipt.clone(),
        sharing: None,
    };
    let note_file = file.as_ref();
    let what = RowsTransfer { rows, note_file, max_failures: options.max_failures, transfer };
    let sent = match rows::run(what, &reached, &signals).await? {
        Ok(sent) => sent,
        Err(stopped) => return Ok(Err(stopped)),
    };
    let mut results = Results::new(work, &keys, sent);
    learn(&mut results, &reached, file.as_ref(), options.rewrite_sources).await;
    if let Some(sandbox) = reached.sandbox {
        sandbox.stop().await;
    }
    Ok(Ok(results))
}

/// Writes the plan, and nothing else.
pub(super) async fn plan_only(
    work: &mut BatchWork,
    mut prepared: Vec<PreparedRow>,
    options: &BatchOptions,
) -> Result<(), Abort> {
    let how = &options.plan.how;
    let (reached, mut library) = reach(&prepared, how).await?;
    same_destination(work.earlier.as_ref(), &reached)?;
    settle(&mut library, &mut prepared, (&mut work.notes, how)).await?;
    recognise(&mut prepared)?;
    let again: Vec<_> = prepared
        .iter()
        .filter(|row| work.past.of(&row.key).is_some_and(|past| past.end.for_good))
        .map(|row| row.key.clone())
        .collect();
    let file = note_changes(work, &prepared, Some(&reached))?;
    for key in again {
        let noted = file.as_ref().map_or(Ok(()), |file| file.note(&key, NoteKind::Again {}));
        noted.map_err(|error| output::broken(error, "cannot write to the run folder"))?;
    }
    if let Some(sandbox) = reached.sandbox {
        sandbox.stop().await;
    }
    Ok(())
}

/// How many rows are read at a time: of a network's file system, each waits for its answers.
const READERS: usize = 8;

/// Reads what the files are recognised by, on this machine and on others.
fn recognise(prepared: &mut [PreparedRow]) -> Result<(), Abort> {
    let recognise_all = |rows: &mut [PreparedRow]| -> io::Result<()> {
        for PreparedRow { read_set: Prepared { job, .. }, .. } in rows {
            job.memory.fingerprint = Some(source::fingerprint(job.sources.iter())?);
        }
        Ok(())
    };
    let share = prepared.len().div_ceil(READERS).max(1);
    thread::scope(|scope| {
        let shares = prepared.chunks_mut(share);
        let readers: Vec<_> = shares.map(|rows| scope.spawn(|| recognise_all(rows))).collect();
        readers.into_iter().try_for_each(|reader| match reader.join() {
            Ok(read) => read,
            Err(panic) => panic::resume_unwind(panic),
        })
    })
    .map_err(|error| output::broken(error, "cannot read the files again"))
}

fn tell(notes: &[String], how: &PutOptions) {
    if how.show.quiet {
        return;
    }
    for note in notes {
        output::complain(&format!("note: {note}\n"));
    }
}

/// Connects to the store, in whose region all references have to be.
async fn reach(rows: &[PreparedRow], how: &PutOptions) -> Result<(Reached, Library), Abort> {
    let references = || rows.iter().filter_map(|row| row.reference.as_ref()?.arn());
    let reached =
        destination::reach_with(&how.target, references().next(), &how.reference.sandbox_files)
            .await?;
    let region = reached.connection.region();
    let mut problems = Vec::new();
    let mut last = None;
    for arn in references().filter(|arn| arn.region() != region) {
        if last.replace(arn) != Some(arn) {
            problems.extend(destination::same_region(arn, region));
        }
    }
    if !problems.is_empty() {
        return Err(Abort::Unusable(problems));
    }
    let library = Library::new(&reached, limits::limits(&how.effort));
    Ok((reached, library))
}

/// Finds out or compares the references of all rows, those that ask for the same at once.
async fn settle(
    library: &mut Library,
    prepared: &mut [PreparedRow],
    (notes, how): (&mut Vec<String>, &PutOptions),
) -> Result<(), Abort> {
    let mut choices: Vec<Option<ReferenceChoice>> = Vec::new();
    for row in &*prepared {
        if !choices.contains(&row.reference) {
            choices.push(row.reference.clone());
        }
    }
    for choice in choices {
        let same = prepared.iter_mut().filter(|row| row.reference == choice);
        let read_sets: Vec<&mut Prepared> = same.map(|row| &mut row.read_set).collect();
        let asked = ReferenceOptions {
            choice,
            allow_mismatch: how.reference.allow_mismatch,
            sandbox_files: Vec::new(),
        };
        let settled = reference::settle(&asked, library, read_sets).await?;
        if how.show.verbose {
            notes.extend(settled.passed);
        }
        notes.extend(settled.notes);
    }
    Ok(())
}

/// The rows as they are sent and noted, and their read sets.
fn to_send(
    work: &BatchWork,
    prepared: Vec<PreparedRow>,
    options: &BatchOptions,
) -> (Vec<RowToSend>, Vec<Prepared>) {
    let found: HashMap<_, (&FoundRow, &String)> = work
        .sheet
        .rows
        .iter()
        .zip(&work.decided.stated)
        .map(|(found, stated)| (&*found.key, (found, stated)))
        .collect();
    let mut rows = Vec::new();
    let mut read_sets = Vec::new();
    for PreparedRow { key, row, mut read_set, .. } in prepared {
        let (sources, named, stated) =
            found.get(&*key).map_or_else(Default::default, |(found, stated)| {
                (records(found).unwrap_or_default(), found.named.clone(), (*stated).clone())
            });
        read_set.job.memory.if_exists = if_exists(work, &key, options);
        rows.push(RowToSend {
            place: work.sheet.place(&row),
            row: row.first(),
            fields: journals::fields_of(&read_set.job.fields),
            key,
            named,
            stated,
            sources,
        });
        read_sets.push(read_set);
    }
    (rows, read_sets)
}

/// What to do about a read set that is there already.
fn if_exists(work: &BatchWork, key: &str, options: &BatchOptions) -> IfExists {
    let past = work.past.of(key);
    let was_there = past.is_some_and(|past| past.is_gone);
    // An earlier run may have been killed between the end of an upload and its note.
    let may_be_there = past.is_none() && work.planned_before.contains(key);
    if work.decided.anew.contains(key) || was_there {
        return IfExists::Upload;
    }
    if may_be_there || past.is_some_and(|past| past.end.text("status") == "completed") {
        return IfExists::Skip;
    }
    match options.plan.how.if_exists {
        IfExistsOption::Upload => IfExists::Upload,
        IfExistsOption::Skip => IfExists::Skip,
        IfExistsOption::Fail => IfExists::Fail,
    }
}

/// Asks for what the sheet is to have and nobody has said yet: the ARN of one of the read sets, which has
/// the account of all of them, and their objects in S3, if these are to be written.
async fn learn(
    results: &mut Results,
    reached: &Reached,
    file: Option<&NoteFile>,
    rewritten: Option<UriKind>,
) {
    let asked = Questions::new(reached);
    let store = asked.store();
    for (key, id) in results.not_known(rewritten == Some(UriKind::S3)) {
        let answer = asked.ask(Operation::ShowReadSet, || store.read_set(&id)).await;
        // Without it, the sheet does not have it.
        let Ok(found) = answer else { continue };
        if let Some(file) = file {
            let (read_set_arn, s3_uris) = (found.arn.clone(), found.s3_uris.clone());
            let _ = file.note(&key, NoteKind::Found { read_set_arn, s3_uris });
        }
        results.learn(&key, found);
    }
}
