//! `batch status`: how far a run has come, from its folder alone.

use serde_json::json;

use super::found_run::FoundRun;
use crate::{
    cli::{Output, StatusOptions},
    report::{Abort, output, status},
    types::ByteCount,
};

/// Rows and their bytes.
#[derive(Default, Clone, Copy)]
struct RowCount {
    rows: usize,
    bytes: u64,
}

/// Prints the status of a run. Its exit status is 0 if all rows are finished, 75 if the same command would
/// go on with any, and 1 if what is missing failed for good.
pub(super) fn run(options: &StatusOptions) -> Result<u8, Abort> {
    let run = FoundRun::find(&options.run)?;
    let (mut done, mut failed, mut left) =
        (RowCount::default(), RowCount::default(), RowCount::default());
    let mut is_passing = false;
    for row in &run.plan.rows {
        let bytes = row.sources.iter().flatten().map(|file| file.bytes).sum::<u64>();
        let past = run.past.of(&row.key).filter(|past| past.end.sources == row.sources);
        let count = match past {
            Some(past) if past.is_finished() && !past.is_gone => &mut done,
            Some(past) if past.end.text("status") == "interrupted" => &mut left,
            Some(past) if past.end.exit_status != 0 || past.is_gone => {
                // The same command tries it again.
                is_passing |= past.end.exit_status == status::TEMPORARY;
                &mut failed
            }
            _ => &mut left,
        };
        count.rows += 1;
        count.bytes += bytes;
    }
    let header = &run.plan.header;
    let printed = match options.output {
        Output::Json => {
            let object = |count: RowCount| json!({ "rows": count.rows, "bytes": count.bytes });
            output::print(
                output::json(&json!({
                    "version": 1,
                    "run": run.folder.path().to_string_lossy(),
                    "sheet": header.sheet,
                    "store_id": header.store,
                    "generation": header.generation,
                    "planned_at": header.made,
                    "finished": object(done),
                    "failed": object(failed),
                    "left": object(left),
                }))
                .as_bytes(),
            )
        }
        Output::Text => {
            let line = |name: &str, count: RowCount| {
                format!("{name:<9}{:>7} rows  {}\n", count.rows, ByteCount::new(count.bytes))
            };
            let text =
                [line("finished", done), line("failed", failed), line("left", left)].concat();
            output::print(text.as_bytes())
        }
    };
    let status = match (left.rows, failed.rows) {
        (0, 0) => status::DONE,
        (0, _) if !is_passing => status::FAILED,
        _ => status::TEMPORARY,
    };
    Ok(if status == status::DONE { printed } else { status })
}
