//! `batch`: every row of a sample sheet becomes a read set; `batch plan`, `status` and `report`.
//!
//! Rows that are finished are not touched; the others are prepared, planned and sent as `put` does.

mod complete;
mod create;
mod decide;
mod dry_run;
mod forecast;
mod found_run;
mod past;
mod planning;
mod recheck;
mod report;
mod report_page;
mod results;
mod run_place;
mod send;
mod share;
mod status;
mod steps;
mod submit;
mod verify;
mod work;

use crate::{
    cli::{self, BatchOptions, BatchStep, Output, RequestRate, WhenProven},
    preflight::sheets::FoundRow,
    report::{Abort, Problem, output, status as exit},
    store::omics,
    types::Escaped,
};
use forecast::{Workload, forecast};
use serde_json::json;
use work::BatchWork;

/// Runs `batch` or one of its steps.
pub(super) async fn run(options: BatchOptions) -> Result<u8, Abort> {
    match options.step {
        None => Box::pin(upload(options)).await,
        Some(BatchStep::Plan(step)) => {
            let cli::PlanStepOptions { sheet, run, retry_failed, plan } = *step;
            let plan_only = BatchOptions {
                step: None,
                sheet,
                run,
                max_failures: None,
                retry_failed,
                recheck: false,
                sheet_out: None,
                rewrite_sources: None,
                plan,
            };
            Box::pin(write_plan(plan_only)).await
        }
        Some(BatchStep::Create(options)) => Box::pin(create::run(&options)).await,
        Some(BatchStep::Send(options)) => Box::pin(share::run(&options)).await,
        Some(BatchStep::Verify(options)) => Box::pin(verify::run(*options)).await,
        Some(BatchStep::Complete(options)) => Box::pin(complete::run(&options)).await,
        Some(BatchStep::Submit(options)) => submit::run(&options),
        Some(BatchStep::Status(options)) => status::run(&options).await,
        Some(BatchStep::Report(options)) => report::run(&options),
    }
}

/// `batch SHEET`.
async fn upload(mut options: BatchOptions) -> Result<u8, Abort> {
    let mut work = BatchWork::find(&mut options)?;
    let prepared = work.prepare(&options)?;
    if options.plan.how.dry_run {
        return Ok(dry_run::show(&work, &prepared, &options));
    }
    let results = match send::run(&mut work, prepared, &options).await? {
        Ok(results) => results,
        Err(stopped) => return Ok(stopped),
    };
    results.tell_kept(&work.sheet);
    let printed = results.print(options.plan.how.show.output);
    if let Some(path) = &options.sheet_out {
        results.write_sheet(&work.sheet.sheet, path, options.rewrite_sources)?;
    }
    Ok(results.status(printed))
}

/// `batch plan`.
async fn write_plan(mut options: BatchOptions) -> Result<u8, Abort> {
    if options.plan.how.verify.when_proven != WhenProven::Keep {
        let error =
            anyhow::anyhow!("`--when-proven` is of no use in a plan: no step acts on it yet");
        return Err(Problem::new(error)
            .hint("leave it out; `omics-upload batch SHEET` on one machine acts on it")
            .into());
    }
    let mut work = BatchWork::find(&mut options)?;
    let prepared = work.prepare(&options)?;
    if options.plan.how.dry_run {
        return Ok(dry_run::show(&work, &prepared, &options));
    }
    let (to_send, bytes) =
        (prepared.len(), prepared.iter().map(|row| row.read_set.job.bytes().get()).sum::<u64>());
    let parts = prepared.iter().map(|row| row.read_set.job.layout.count()).sum::<usize>();
    send::plan_only(&mut work, prepared, &options).await?;
    if options.plan.how.target.sandbox.is_none() {
        let bandwidth = options.plan.how.effort.sending.max_bandwidth.map(|rate| rate.get().get());
        let puts = match options.plan.how.effort.requests_per_second {
            RequestRate::Fixed(rate) => Some(rate),
            RequestRate::Auto => None,
        };
        let (rows, parts) = (to_send as u64, parts as u64);
        let workload = Workload { rows, parts, bytes, puts, bandwidth };
        work.notes.extend(forecast(omics::QUOTAS, &workload).filter(|_| to_send > 0));
    }
    let is_joined = |row: &&FoundRow| row.row.sources.iter().any(|source| source.len() > 1);
    if work.sheet.rows.iter().any(|found| is_joined(&found)) && !options.plan.how.verify.verify {
        let note = "rows of several files are decoded by `batch verify` before they are completed";
        work.notes.push(note.to_owned());
    }
    for note in &work.notes {
        output::complain(&format!("note: {note}\n"));
    }
    let shown = work.folder.as_ref().map(|folder| folder.path().to_string_lossy().into_owned());
    let shown = shown.unwrap_or_default();
    let count = work.sheet.rows.len();
    output::complain(&format!(
        "{}: {count} {} planned, {to_send} to send\n",
        Escaped::new(&shown),
        if count == 1 { "row" } else { "rows" }
    ));
    match options.plan.how.show.output {
        Output::Text => Ok(exit::DONE),
        Output::Json => {
            let document = json!({
                "version": 1,
                "run": shown,
                "rows": count,
                "to_send": { "rows": to_send, "parts": parts, "bytes": bytes },
                "notes": work.notes,
            });
            Ok(output::print(output::json(&document).as_bytes()))
        }
    }
}
