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
#[path = "support/machine.rs"]
mod machine;
#[path = "links/page.rs"]
mod page;
#[path = "links/proxy.rs"]
mod proxy;
#[path = "links/rig.rs"]
mod rig;
#[path = "links/trial.rs"]
mod trial;

use std::{sync::Arc, time::Instant};

use futures::{StreamExt as _, stream};
use grid::Grid;
use rig::Rig;

/// Links that are under way at a time; how many of them move bytes is a question of room.
const ABREAST: usize = 48;

fn main() {
    let grid = match Grid::parse(std::env::args().skip(1)) {
        Ok(grid) => grid,
        Err(problem) => {
            eprintln!("{problem}");
            std::process::exit(2);
        }
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let begun = Instant::now();
    let rows = runtime.block_on(measure(&grid));
    println!("{}", page::table(&rows));
    if let Some(path) = grid.page() {
        let minutes = begun.elapsed().as_secs().div_ceil(60);
        std::fs::write(path, page::page(&rows, minutes)).unwrap();
        eprintln!("written to {}", path.display());
    }
}

/// All links, in the order of the grid. Those that need the machine for themselves come last, lest the
/// others make room for them again and again.
async fn measure(grid: &Grid) -> Vec<trial::Row> {
    let rig = Arc::new(Rig::start().await);
    let cells = grid.cells().into_iter().enumerate();
    let (alone, shared): (Vec<_>, Vec<_>) = cells.partition(|(_, cell)| cell.room == grid::ROOM);
    let mut rows = Vec::new();
    for (cells, abreast) in [(shared, ABREAST), (alone, 1)] {
        let trials = cells.into_iter().map(|(place, cell)| {
            let rig = Arc::clone(&rig);
            async move { (place, trial::measure(rig, cell).await) }
        });
        let mut trials = stream::iter(trials).buffer_unordered(abreast);
        while let Some(row) = trials.next().await {
            rows.push(row);
        }
    }
    rows.sort_by_key(|(place, _)| *place);
    rows.into_iter().map(|(_, row)| row).collect()
}
