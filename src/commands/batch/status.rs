//! `batch status`: how far a run has come, from its folder, and on request from the service.

mod remote;
mod shares;

use std::{io::IsTerminal as _, time::Duration};

use serde_json::json;

use self::{remote::Remote, shares::Shares};
use super::found_run::FoundRun;
use crate::{
    cli::{Output, StatusOptions},
    report::{Abort, output, status},
    run::run_folder::ShareState,
    types::ByteCount,
};

/// Rows and their bytes.
#[derive(Default, Clone, Copy)]
struct RowCount {
    rows: usize,
    bytes: u64,
}

/// How far all rows are.
#[derive(Default)]
struct RowCounts {
    finished: RowCount,
    failed: RowCount,
    left: RowCount,
    /// Whether the same command would go on with one that failed.
    is_passing: bool,
}

const WATCHED_EVERY: Duration = Duration::from_secs(10);

/// Prints the status of a run. Its exit status is 0 if all rows are finished, 75 if the same command would
/// go on with any, and 1 if what is missing failed for good.
pub(super) async fn run(options: &StatusOptions) -> Result<u8, Abort> {
    loop {
        let run = FoundRun::find(&options.run)?;
        let counts = RowCounts::of(&run);
        let shares = Shares::of(&run.folder.alive());
        let remote =
            if options.remote { Some(Remote::of(&run, &options.run.target).await?) } else { None };
        let printed = match options.output {
            Output::Json => output::print(
                output::json(&document(&run, &counts, &shares, remote.as_ref())).as_bytes(),
            ),
            Output::Text => {
                let clear = options.watch && std::io::stdout().is_terminal();
                let clear = if clear { "\u{1b}[H\u{1b}[2J" } else { "" };
                output::print(
                    format!(
                        "{clear}{}{}{}",
                        counts.text(),
                        if counts.left.rows > 0 { shares.text(total(&run)) } else { String::new() },
                        remote.as_ref().map_or_else(String::new, Remote::text)
                    )
                    .as_bytes(),
                )
            }
        };
        let status = counts.status();
        if !options.watch || status != status::TEMPORARY || printed != status::DONE {
            return Ok(if status == status::DONE { printed } else { status });
        }
        tokio::time::sleep(WATCHED_EVERY).await;
    }
}

/// All parts of a run and their bytes.
fn total(run: &FoundRun) -> ShareState {
    let parts = run.plan.rows.iter().map(|row| {
        let size = row.part_size.unwrap_or(u64::MAX).max(1);
        let sizes =
            row.sources.iter().map(|source| source.iter().map(|file| file.bytes).sum::<u64>());
        sizes.map(|bytes| bytes.div_ceil(size)).sum::<u64>()
    });
    let bytes = run.plan.rows.iter().flat_map(|row| row.sources.iter().flatten());
    let bytes = bytes.map(|file| file.bytes).sum();
    ShareState { parts: parts.sum(), bytes, ..ShareState::default() }
}

fn document(
    run: &FoundRun,
    counts: &RowCounts,
    shares: &Shares,
    remote: Option<&Remote>,
) -> serde_json::Value {
    let total = total(run);
    let header = &run.plan.header;
    let object = |count: RowCount| json!({ "rows": count.rows, "bytes": count.bytes });
    let mut document = json!({
        "version": 1,
        "run": run.folder.path().to_string_lossy(),
        "sheet": header.sheet,
        "store_id": header.store,
        "generation": header.generation,
        "planned_at": header.made,
        "finished": object(counts.finished),
        "failed": object(counts.failed),
        "left": object(counts.left),
        "parts": total.parts,
        "bytes": total.bytes,
        "shares": shares.document(),
    });
    if let (Some(remote), Some(fields)) = (remote, document.as_object_mut()) {
        fields.insert("uploads".to_owned(), remote.document());
    }
    document
}

impl RowCounts {
    fn of(run: &FoundRun) -> Self {
        let mut counts = Self::default();
        for row in &run.plan.rows {
            let past = run.past.of_planned(row);
            let count = match past {
                Some(past) if past.is_finished() && !past.is_gone && !past.is_not_waited_for() => {
                    &mut counts.finished
                }
                // The same command goes on with them.
                Some(past) if matches!(past.end.text("status"), "interrupted" | "completed") => {
                    &mut counts.left
                }
                Some(past) if past.end.exit_status != 0 || past.is_gone => {
                    counts.is_passing |= past.end.exit_status == status::TEMPORARY;
                    &mut counts.failed
                }
                _ => &mut counts.left,
            };
            count.rows += 1;
            count.bytes += row.sources.iter().flatten().map(|file| file.bytes).sum::<u64>();
        }
        counts
    }

    fn text(&self) -> String {
        let line = |name: &str, count: RowCount| {
            format!("{name:<9}{:>7} rows  {}\n", count.rows, ByteCount::new(count.bytes))
        };
        let lines = [("finished", self.finished), ("failed", self.failed), ("left", self.left)];
        lines.into_iter().map(|(name, count)| line(name, count)).collect()
    }

    const fn status(&self) -> u8 {
        match (self.left.rows, self.failed.rows) {
            (0, 0) => status::DONE,
            (0, _) if !self.is_passing => status::FAILED,
            _ => status::TEMPORARY,
        }
    }
}
