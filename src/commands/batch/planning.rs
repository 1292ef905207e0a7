//! The plan on disk: a new generation where anything has changed.

use std::collections::{HashMap, HashSet};

use super::{
    decide::{RowDecision, records},
    run_place::RunPlace,
    work::BatchWork,
};
use crate::{
    preflight::rows::PreparedRow,
    report::Abort,
    run::{
        Reached, job_journal, journals,
        run_folder::{self, NoteFile, Plan, PlanHeader, PlannedRow, RunFolder},
    },
    sheet::SheetFile,
    types::{Escaped, Sha256},
};

/// Writes a new generation of the plan if it differs, and opens the notes of this process.
pub(super) fn note_changes(
    work: &mut BatchWork,
    prepared: &[PreparedRow],
    reached: Option<&Reached>,
) -> Result<Option<NoteFile>, Abort> {
    let Some(folder) = work.folder.clone() else { return Ok(None) };
    let rows = planned(work, prepared);
    let removed = removed(work);
    work.notes.extend(removed);
    let left_open = left_open(work, &folder, &rows)?;
    work.notes.extend(left_open);
    let earlier = work.earlier.take();
    let generation = earlier.as_ref().map_or(0, |plan| plan.header.generation) + 1;
    let before = earlier.as_ref().map(|plan| RunPlace {
        store: plan.header.store.clone(),
        region: plan.header.region.clone(),
        endpoint: plan.header.endpoint.clone(),
    });
    let same = earlier.filter(|plan| {
        plan.rows == rows
            && plan.header.sheet_sha256 == work.sheet.digest.to_string()
            && plan.header.steps == work.steps
    });
    let place = match (reached, before) {
        (Some(reached), _) => RunPlace::of(reached),
        // Nothing is to be sent, so it stays where it is.
        (None, Some(place)) => place,
        (None, None) => return Ok(None),
    };
    let plan = if let Some(plan) = same {
        plan
    } else {
        folder.open()?;
        let plan = Plan::new(header(work, generation, place), rows);
        folder.write_plan(&plan)?;
        plan
    };
    let hash: Sha256 = plan.hash;
    work.earlier = Some(plan);
    if prepared.is_empty() {
        return Ok(None);
    }
    folder.open()?;
    folder.note_file(hash).map(Some)
}

fn header(work: &BatchWork, generation: u32, place: RunPlace) -> PlanHeader {
    let RunPlace { store, region, endpoint } = place;
    PlanHeader {
        version: PlanHeader::VERSION,
        generation,
        made: job_journal::now(),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        sheet: work.sheet.path.to_string_lossy().into_owned(),
        sheet_sha256: work.sheet.digest.to_string(),
        format: work.sheet.sheet.format().to_string(),
        store,
        region,
        endpoint,
        host: run_folder::host(),
        steps: work.steps.clone(),
    }
}

/// The rows as the plan has them.
fn planned(work: &BatchWork, prepared: &[PreparedRow]) -> Vec<PlannedRow> {
    let by_key: HashMap<_, _> = prepared.iter().map(|row| (&*row.key, row)).collect();
    let earlier = work.earlier.iter().flat_map(|plan| &plan.rows);
    let earlier: HashMap<_, _> = earlier.map(|row| (&*row.key, row)).collect();
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
        let before = || match decision {
            RowDecision::Finished(end) => Some(end.sources.clone()),
            _ => None,
        };
        let memory = row.map(|row| &row.read_set.job.memory);
        let earlier = earlier.get(&*found.key);
        let part_size = memory.map(|memory| memory.part_size.get());
        let fingerprint = memory.and_then(|memory| Some(memory.fingerprint?.to_string()));
        let is_swapped = row.map(|row| is_swapped(row));
        PlannedRow {
            is_swapped: is_swapped.unwrap_or_else(|| earlier.is_some_and(|row| row.is_swapped)),
            part_size: part_size.or_else(|| earlier?.part_size),
            fingerprint: fingerprint.or_else(|| earlier?.fingerprint.clone()),
            rows: found.row.rows.clone(),
            key: found.key.clone(),
            stated: stated.clone(),
            sources: records(found).or_else(before).unwrap_or_default(),
            fields,
        }
    });
    planned.collect()
}

/// Uploads that steps of an earlier plan have begun, and that no row of this plan goes on with.
fn left_open(
    work: &BatchWork,
    folder: &RunFolder,
    rows: &[PlannedRow],
) -> Result<Vec<String>, Abort> {
    let past = folder.sent(|_| true)?;
    let wanted: HashSet<_> = rows.iter().map(|row| work.past.upload_key(row)).collect();
    let open = past.open_uploads().filter(|(key, _)| !wanted.contains(*key));
    let mut notes: Vec<_> = open
        .map(|(key, id)| {
            let row = rows.iter().find(|row| key.starts_with(&row.key));
            let what = row.map_or_else(
                || "a row that is no longer in the sheet".to_owned(),
                |row| format!("row {}, whose files, fields or part size have changed", row.first()),
            );
            format!(
                "upload {id} of {what} stays open: `omics-upload uploads abort {id}` gives it up"
            )
        })
        .collect();
    notes.sort();
    Ok(notes)
}

/// Whether the mates are sent in another order than the sheet has them.
fn is_swapped(row: &PreparedRow) -> bool {
    let first = |files: &[SheetFile]| files.first().map(|file| file.path.clone());
    let sheet = row.row.sources.first().and_then(|source| first(source));
    let sent = row
        .read_set
        .job
        .sources
        .first()
        .and_then(|source| source.files().first().map(|file| file.path().to_owned()));
    row.row.sources.len() == 2 && sheet != sent
}

/// Rows of the last plan that the sheet has no more.
pub(super) fn removed(work: &BatchWork) -> Vec<String> {
    let keys: HashSet<_> = work.sheet.rows.iter().map(|found| &*found.key).collect();
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
