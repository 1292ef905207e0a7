//! `batch complete`: confirms, completes and waits for what others have sent, and says what is missing.

use std::collections::{BTreeSet, HashSet};

use super::{
    report,
    results::Results,
    steps::{RowShare, StepEnd, StepRun, StepWork, parts_of},
};
use crate::{
    cli::{CompleteOptions, VerifyOptions},
    engine::Share,
    preflight::SHEET_OUT,
    report::{Abort, output, status},
    run::{
        rows::listed,
        run_folder::{PlannedRow, ShareState},
    },
    shard::Shard,
    types::{Escaped, Quoted},
};

/// Completes what is whole; prints what there is of each row.
pub(super) async fn run(options: &CompleteOptions) -> Result<u8, Abort> {
    let (claim, run) = StepRun::claim(&options.step, "complete")?;
    let sheet_out = options.sheet_out.as_deref().map(|path| (path, SHEET_OUT));
    run.may_write(&options.step, sheet_out)?;
    let is_next = |row: &&PlannedRow| {
        let is_whole = run.is_begun(row) && !run.needs_verification(row);
        let is_waited_for = !options.step.effort.no_wait && run.is_not_waited_for(row);
        !run.is_settled(row) && is_whole || is_waited_for
    };
    let begun = run.run.plan.rows.iter().filter(is_next);
    let rows: Vec<_> = begun.map(|row| RowShare { row, share: Share::Rest }).collect();
    tell_failed(&run);
    let work = StepWork {
        name: "complete".to_owned(),
        rows,
        before: ShareState::default(),
        verify: VerifyOptions::default(),
        processes: 1,
    };
    let end = match run.work(work, &options.step).await? {
        Ok(end) => end,
        Err(stopped) => return Ok(stopped),
    };
    let after = StepRun::find(&options.step, |_| true)?;
    drop(claim);
    let results = report::results(&after.run);
    if let Some(path) = &options.sheet_out {
        results.write_sheet(&report::sheet(&after.run.plan)?, path, None)?;
    }
    let printed = results.print(options.step.show.output);
    let is_missing = tell_missing(&after, options, &end.unusable);
    Ok(conclude(&end, &results, printed, is_missing))
}

fn conclude(end: &StepEnd, results: &Results, printed: u8, is_missing: bool) -> u8 {
    match end.status() {
        signalled if signalled > 128 => signalled,
        _ if is_missing => status::TEMPORARY,
        status::TEMPORARY => status::TEMPORARY,
        _ => match results.status(printed) {
            status::DONE if !end.unusable.is_empty() => status::SOME_FAILED,
            status => status,
        },
    }
}

/// Says why rows failed for good before: nothing is done of them.
fn tell_failed(run: &StepRun) {
    for row in &run.run.plan.rows {
        let past = run.run.past.of_planned(row);
        let Some(end) = past.map(|past| &past.end).filter(|end| end.for_good) else { continue };
        output::complain(&format!(
            "error: {}: failed in an earlier step: {}\n\nhint: replace its files and plan again, or plan \
             again with `--retry-failed`\n",
            run.place(row),
            Escaped::new(end.error())
        ));
    }
}

/// Names the shares that have not sent all of their parts, and rows that are not begun; whether there are
/// any.
fn tell_missing(run: &StepRun, options: &CompleteOptions, unusable: &HashSet<String>) -> bool {
    // Of files that cannot be used, no share can be sent.
    let missing = run.run.plan.rows.iter().map(|row| {
        if unusable.contains(&row.key) { HashSet::new() } else { missing_parts(run, row) }
    });
    let missing: Vec<_> = missing.collect();
    let not_begun: Vec<_> =
        run.open_rows().filter(|row| !run.is_begun(row)).map(PlannedRow::first).collect();
    let folder = Quoted::new(&options.step.run).to_string();
    if !not_begun.is_empty() {
        output::complain(&format!(
            "error: {} {} not begun\n\nhint: run `omics-upload batch create {folder}`, send the shares, \
             and run this step again\n",
            listed(&not_begun),
            if not_begun.len() == 1 { "is" } else { "are" }
        ));
    }
    let not_verified =
        run.open_rows().filter(|row| run.is_begun(row) && run.needs_verification(row));
    let not_verified: Vec<_> = not_verified.map(PlannedRow::first).collect();
    if !not_verified.is_empty() {
        output::complain(&format!(
            "error: {} {} not verified\n\nhint: run `omics-upload batch verify {folder}`, and this step \
             again\n",
            listed(&not_verified),
            if not_verified.len() == 1 { "is" } else { "are" }
        ));
    }
    let rows = run.run.plan.rows.iter().zip(&missing).filter(|(_, missing)| !missing.is_empty());
    let rows: Vec<_> = rows.map(|(row, _)| row.first()).collect();
    if rows.is_empty() {
        return !not_begun.is_empty() || !not_verified.is_empty();
    }
    let Some(count) = shares_so_far(run) else {
        output::complain(&format!(
            "error: parts of {} are not sent yet\n\nhint: run `omics-upload batch send {folder}`, on \
             several machines with `--shard 1/N` to `--shard N/N`, and this step again\n",
            listed(&rows)
        ));
        return true;
    };
    let shares = shares_of(run, &missing, count);
    let shown: Vec<_> = shares.iter().take(20).map(|share| format!("{share}/{count}")).collect();
    let more = match shares.len().saturating_sub(shown.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let first = shown.first().cloned().unwrap_or_default();
    output::complain(&format!(
        "error: parts of {} are not sent yet: those of {} {}{more}\n\nhint: run `omics-upload batch \
         send {folder} --shard {first}` (for every share), and this step again\n",
        listed(&rows),
        if shares.len() == 1 { "share" } else { "shares" },
        shown.join(", ")
    ));
    true
}

/// The shares, of so many, with parts that are not sent yet.
pub(super) fn missing_shares(run: &StepRun, count: u32) -> BTreeSet<u32> {
    let missing: Vec<_> = run.run.plan.rows.iter().map(|row| missing_parts(run, row)).collect();
    shares_of(run, &missing, count)
}

/// The parts of a row that is begun and not finished, as far as they are not noted.
fn missing_parts(run: &StepRun, row: &PlannedRow) -> HashSet<(crate::types::PartSource, u16)> {
    if run.is_settled(row) || !run.is_begun(row) || run.is_completed(row) {
        return HashSet::new();
    }
    let noted = run.sent_parts(row);
    let all = parts_of(&[row.layout()], Shard::WHOLE);
    let all = all.into_iter().flat_map(|(_, parts)| parts);
    all.filter(|part| !noted.contains(&(part.source, part.number)))
        .map(|part| (part.source, part.number.get()))
        .collect()
}

/// In how many shares the run is sent, as the latest notes tell.
fn shares_so_far(run: &StepRun) -> Option<u32> {
    let steps = run.run.folder.steps();
    let counts = steps.iter().filter_map(|step| step.split_once("-of-")?.1.parse().ok());
    counts.max()
}

/// The shares that missing parts are in.
fn shares_of(
    run: &StepRun,
    missing: &[HashSet<(crate::types::PartSource, u16)>],
    count: u32,
) -> BTreeSet<u32> {
    let layouts = run.layouts();
    let is_missing = |shard| {
        parts_of(&layouts, shard).into_iter().any(|(at, parts)| {
            let missing = missing.get(at);
            missing.is_some_and(|missing| {
                !missing.is_empty()
                    && parts.iter().any(|it| missing.contains(&(it.source, it.number.get())))
            })
        })
    };
    let shards = (1..=count).filter_map(|index| Shard::new(index, count));
    shards.filter(|shard| is_missing(*shard)).map(Shard::index).collect()
}
