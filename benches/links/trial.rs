//! One link: what `auto` moves in a time, and what the best fixed number of parts does.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::sleep_until;

use crate::{grid::Cell, page, proxy::Proxy, rig::Rig};

/// The most parts in flight.
const MOST: usize = 64;

/// One more trial is worth it if the last step brought as much as this.
const WORTH: f64 = 1.01;

/// What a link was found to move.
pub(crate) struct Row {
    pub(crate) cell: Cell,
    pub(crate) auto: Run,
    /// The fixed numbers of parts that were tried.
    pub(crate) fixed: Vec<(usize, Run)>,
    /// The number of parts that `auto` had at the end.
    pub(crate) level: usize,
}

/// One upload, cut off.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    /// Bytes a second.
    pub(crate) rate: f64,
    pub(crate) resets: u64,
}

impl Row {
    pub(crate) fn best(&self) -> (usize, Run) {
        *self.fixed.iter().max_by(|a, b| a.1.rate.total_cmp(&b.1.rate)).unwrap()
    }

    /// `auto` as a share of the best.
    pub(crate) fn share(&self) -> f64 {
        self.auto.rate / self.best().1.rate
    }
}

/// Searches among the powers of two, from what the link needs on paper, upwards and downwards for as
/// long as that brings more.
pub(crate) async fn measure(rig: Arc<Rig>, cell: Cell) -> Row {
    let needed = match cell.link.total {
        None => MOST as f64,
        Some(total) => (total as f64 / cell.link.most_each()).ceil(),
    };
    let start = (0..=6).map(|power| 1 << power).find(|parts| *parts as f64 >= needed);
    let start = start.unwrap_or(MOST);
    let (auto, level) = run(&rig, cell, "auto").await;
    let mut row = Row { cell, auto, fixed: Vec::new(), level };
    climb(&rig, &mut row, start, |parts| (parts < MOST).then_some(parts * 2)).await;
    climb(&rig, &mut row, start, |parts| (parts > 1).then_some(parts / 2)).await;
    page::progress(&row);
    row
}

async fn climb(rig: &Rig, row: &mut Row, start: usize, next: impl Fn(usize) -> Option<usize>) {
    let mut parts = start;
    let mut last = try_out(rig, row, start).await;
    while let Some(further) = next(parts) {
        let rate = try_out(rig, row, further).await;
        if rate < last * WORTH {
            return;
        }
        (parts, last) = (further, rate);
    }
}

async fn try_out(rig: &Rig, row: &mut Row, parts: usize) -> f64 {
    if let Some((_, run)) = row.fixed.iter().find(|(tried, _)| *tried == parts) {
        return run.rate;
    }
    let (run, _) = run(rig, row.cell, &parts.to_string()).await;
    row.fixed.push((parts, run));
    run.rate
}

/// Uploads for the time of the cell from the client's first byte on.
async fn run(rig: &Rig, cell: Cell, concurrency: &str) -> (Run, usize) {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let log = rig.folder().join(format!("log-{}", COUNT.fetch_add(1, Ordering::Relaxed)));
    let proxy = Proxy::start(cell.link, rig.service);
    let mut client = rig.upload(proxy.address, concurrency, &log);
    let first = tokio::time::timeout(Duration::from_secs(20), proxy.first_byte()).await;
    let Ok(first) = first else {
        drop(client);
        panic!("the client sends nothing: {}", std::fs::read_to_string(&log).unwrap_or_default());
    };
    sleep_until(first + cell.window).await;
    let rate = proxy.bytes() as f64 / first.elapsed().as_secs_f64();
    let resets = proxy.resets();
    let has_ended = client.has_ended();
    drop(client);
    proxy.stop().await;
    let said = std::fs::read_to_string(&log).unwrap_or_default();
    assert!(!has_ended, "the client ended too soon: {said}");
    let _ = std::fs::remove_file(&log);
    (Run { rate, resets }, last_level(&said))
}

/// The number of parts in flight that the log tells of last.
fn last_level(log: &str) -> usize {
    let told = log.lines().rev().find_map(|line| {
        let (before, _) = line.split_once(" in flight from now on")?;
        before.split_whitespace().rev().nth(1)?.parse().ok()
    });
    told.unwrap_or(4)
}
