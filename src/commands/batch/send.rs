//! From prepared rows to results: the destination, the plan on disk, and the run.

use std::collections::{HashMap, HashSet};

use super::{
    decide::{RowDecision, records},
    recheck,
    results::Results,
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
    report::{Abort, Place, Problem, output},
    run::{
        Reached, Transfer, destination, journals, limits,
        questions::Questions,
        rows::{self, RowToSend, RowsTransfer},
        run_folder::{NoteFile, NoteKind, Plan, PlanHeader, PlannedRow},
        without_login,
    },
    store::ReadSets as _,
    types::{Escaped, Operation, ReferenceChoice, Sha256},
};

/// Sends the rows; an exit status instead, if a signal ended the run before it began.
pub(super) async fn run(
    work: &mut BatchWork,
    mut prepared: Vec<PreparedRow>,
    options: &BatchOptions,
) -> Result<Result<Results, u8>, Abort> {
    let how = &options.plan.how;
    if prepared.is_empty() && !options.recheck {
        note_changes(work, &prepared, None)?;
        tell(&work.notes, how);
        return Ok(Ok(Results::of_past(work)));
    }
    // From here on a signal must not leave the folder of a sandbox behind.
    let signals = output::signals()?;
    let reaching = async {
        let (reached, mut library) = reach(&prepared, how).await?;
        same_destination(work, &reached)?;
        if options.recheck {
            recheck::run(work, &reached).await?;
        }
        settle(&mut library, &mut prepared, (&mut work.notes, how)).await?;
        Ok::<_, Abort>(reached)
    };
    let Some(reached) = signals.unless_stopped(Box::pin(reaching)).await else {
        return Ok(Err(output::stopped(&signals)));
    };
    let reached = reached?;
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
    same_destination(work, &reached)?;
    settle(&mut library, &mut prepared, (&mut work.notes, how)).await?;
    note_changes(work, &prepared, Some(&reached))?;
    if let Some(sandbox) = reached.sandbox {
        sandbox.stop().await;
    }
    Ok(())
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

/// Refuses a run that was planned for another destination.
fn same_destination(work: &BatchWork, reached: &Reached) -> Result<(), Problem> {
    let Some(plan) = &work.earlier else { return Ok(()) };
    let PlanHeader { store, region, endpoint, .. } = &plan.header;
    let now = endpoint_of(reached);
    let found = [
        ("store", Some(store), Some(reached.store.to_string())),
        ("region", Some(region), Some(reached.connection.region().to_owned())),
        ("endpoint", endpoint.as_ref(), now),
    ];
    for (what, then, now) in found {
        if then != now.as_ref() {
            let shown = |value: Option<&String>| {
                value.map_or_else(
                    || "AWS's own".to_owned(),
                    |value| format!("`{}`", Escaped::new(value)),
                )
            };
            let error = anyhow::anyhow!(
                "the run was planned for the {what} {}, and the {what} in force is {}",
                shown(then),
                shown(now.as_ref())
            );
            return Err(Problem::new(error).hint(
                "use the same store, region and endpoint, or another run folder with `--run DIR`",
            ));
        }
    }
    Ok(())
}

/// The endpoint, as far as it is the same in every run: a service on this machine has a new port each
/// time.
fn endpoint_of(reached: &Reached) -> Option<String> {
    let endpoint = reached.connection.endpoint().filter(|_| reached.place == Place::Service)?;
    let endpoint = without_login(endpoint);
    let host = endpoint.split_once("://").map_or(&*endpoint, |(_, rest)| rest);
    let is_local = ["localhost", "127.", "[::1]"].iter().any(|local| host.starts_with(local));
    (!is_local).then_some(endpoint)
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

/// Writes a new generation of the plan if it differs, and opens the notes of this process.
fn note_changes(
    work: &mut BatchWork,
    prepared: &[PreparedRow],
    reached: Option<&Reached>,
) -> Result<Option<NoteFile>, Abort> {
    let Some(folder) = work.folder.clone() else { return Ok(None) };
    let rows = planned(work, prepared);
    let removed = removed(work, &rows);
    work.notes.extend(removed);
    let earlier = work.earlier.take();
    let generation = earlier.as_ref().map_or(0, |plan| plan.header.generation) + 1;
    let same = earlier.filter(|plan| {
        plan.rows == rows && plan.header.sheet_sha256 == work.sheet.digest.to_string()
    });
    let plan = match (same, reached) {
        (Some(plan), _) => plan,
        // Nothing is to be sent: the next run that does anything writes the plan.
        (None, None) => return Ok(None),
        (None, Some(reached)) => {
            folder.open()?;
            let plan = Plan::new(header(work, generation, reached), rows);
            folder.write_plan(&plan)?;
            plan
        }
    };
    let hash: Sha256 = plan.hash;
    work.earlier = Some(plan);
    if prepared.is_empty() {
        return Ok(None);
    }
    folder.open()?;
    folder.note_file(hash).map(Some)
}

fn header(work: &BatchWork, generation: u32, reached: &Reached) -> PlanHeader {
    PlanHeader {
        version: PlanHeader::VERSION,
        generation,
        made: journals::now(),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        sheet: work.sheet.path.to_string_lossy().into_owned(),
        sheet_sha256: work.sheet.digest.to_string(),
        format: work.sheet.sheet.format().to_string(),
        store: reached.store.to_string(),
        region: reached.connection.region().to_owned(),
        endpoint: endpoint_of(reached),
    }
}

/// The rows as the plan has them.
fn planned(work: &BatchWork, prepared: &[PreparedRow]) -> Vec<PlannedRow> {
    let by_key: HashMap<_, _> = prepared.iter().map(|row| (&*row.key, row)).collect();
    let earlier = work.earlier.iter().flat_map(|plan| &plan.rows);
    let earlier: HashMap<_, _> = earlier.map(|row| (&*row.key, row.part_size)).collect();
    let all = work.sheet.rows.iter().zip(&work.decided.rows).zip(&work.decided.stated);
    let planned = all.map(|((found, decision), stated)| {
        let row = by_key.get(&*found.key);
        let fields = match decision {
            RowDecision::Send | RowDecision::Compare(_) => {
                row.map(|row| journals::fields_of(&row.read_set.job.fields)).unwrap_or_default()
            }
            RowDecision::Finished(end) | RowDecision::Failed(end) | RowDecision::Gone(end) => {
                end.fields.clone()
            }
        };
        let part_size = row.map(|row| row.read_set.job.memory.part_size.get());
        PlannedRow {
            part_size: part_size.or_else(|| earlier.get(&*found.key).copied().flatten()),
            rows: found.row.rows.clone(),
            key: found.key.clone(),
            stated: stated.clone(),
            sources: records(found).unwrap_or_default(),
            fields,
        }
    });
    planned.collect()
}

/// Rows of the last plan that the sheet has no more.
fn removed(work: &BatchWork, rows: &[PlannedRow]) -> Vec<String> {
    let keys: HashSet<_> = rows.iter().map(|row| &*row.key).collect();
    let earlier = work.earlier.iter().flat_map(|plan| &plan.rows);
    let gone = earlier.filter(|row| !keys.contains(&*row.key));
    let shown = gone.map(|row| {
        let files: Vec<_> = row.files().map(|file| format!("`{}`", Escaped::new(&file))).collect();
        let end = work.past.of(&row.key).map(|past| &past.end);
        let left = match end {
            Some(end) if end.read_set().is_some() => {
                format!("read set {} stays in the store", end.text("read_set_id"))
            }
            Some(end) if !end.text("upload_id").is_empty() => {
                format!("upload {} stays as it is", end.text("upload_id"))
            }
            _ => "nothing was uploaded of it".to_owned(),
        };
        format!(
            "{}: row {} of the last run ({}) is no longer in the sheet; {left}",
            Escaped::new(&work.sheet.shown),
            row.first(),
            files.join(", ")
        )
    });
    shown.collect()
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
    if work.decided.anew.contains(key) || was_there {
        return IfExists::Upload;
    }
    if past.is_some_and(|past| past.end.text("status") == "completed") {
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
