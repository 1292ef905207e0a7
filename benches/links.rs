//! How near `--concurrency auto` comes to the best fixed number of parts in flight, over emulated
//! links: `cargo bench --bench links`. Not a timed test: it measures, and writes a table.
//!
//! `-- --total 100Mbit --each none,20Mbit --round-trip 1,200 --resets 0` measures a part of the table
//! and prints it; all of it is written to `docs/concurrency.md`.
#![expect(
    clippy::cast_precision_loss,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark talks, may end with a panic, and its rates need not be exact"
)]

#[path = "links/grid.rs"]
mod grid;
#[path = "links/link.rs"]
mod link;
#[path = "links/page.rs"]
mod page;
#[path = "links/proxy.rs"]
mod proxy;
#[path = "links/rig.rs"]
mod rig;
#[path = "links/trial.rs"]
mod trial;

use std::sync::Arc;

use futures::{StreamExt as _, stream};
use grid::Grid;
use rig::Rig;

fn main() {
    let grid = match Grid::parse(std::env::args().skip(1)) {
        Ok(grid) => grid,
        Err(problem) => {
            eprintln!("{problem}");
            std::process::exit(2);
        }
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let rows = runtime.block_on(measure(&grid));
    page::print(&rows);
    if let Some(path) = grid.page() {
        std::fs::write(path, page::page(&rows)).unwrap();
        eprintln!("written to {}", path.display());
    }
}

/// All cells, those side by side that leave the machine room for each other.
async fn measure(grid: &Grid) -> Vec<trial::Row> {
    let rig = Arc::new(Rig::start().await);
    let mut rows = Vec::new();
    for batch in grid.batches() {
        let at_once = batch.at_once;
        let trials = batch.cells.into_iter().map(|cell| trial::measure(Arc::clone(&rig), cell));
        let mut trials = stream::iter(trials).buffered(at_once);
        while let Some(row) = trials.next().await {
            rows.push(row);
        }
    }
    rows
}
