//! One link: what `auto` moves in a time, and what the best fixed number of parts does.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

use crate::{grid::Cell, page, proxy::Proxy, rig::Rig};

/// The most parts in flight.
const MOST: usize = 64;

/// A step has brought something if it is as much as this.
const WORTH: f64 = 1.01;

/// After so many steps in a row that brought nothing the search ends.
const VAIN: usize = 2;

/// How often it is noted what has passed.
const SAMPLES_A_SECOND: u32 = 4;

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
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// Bytes a second.
    pub(crate) rate: f64,
    pub(crate) resets: u64,
    /// When what had passed, from the client's first byte on.
    passed: Vec<(Duration, u64)>,
}

impl Run {
    /// When so many bytes a second have first been kept up for a second.
    fn reached(&self, rate: f64) -> Option<Duration> {
        let second = self.passed.windows(SAMPLES_A_SECOND as usize + 1);
        second.filter_map(|second| Some((second.first()?, second.last()?))).find_map(
            |((begin, before), (end, after))| {
                let moved = after.saturating_sub(*before) as f64;
                let took = end.as_secs_f64() - begin.as_secs_f64();
                (moved >= rate * took).then_some(*end)
            },
        )
    }
}

impl Row {
    pub(crate) fn best(&self) -> (usize, f64) {
        let fixed = self.fixed.iter().map(|(parts, run)| (*parts, run.rate));
        fixed.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap()
    }

    /// When `auto` has come to 90 % of the best.
    pub(crate) fn risen(&self) -> Option<Duration> {
        self.auto.reached(0.9 * self.best().1)
    }

    /// `auto` as a share of the best.
    pub(crate) fn share(&self) -> f64 {
        self.auto.rate / self.best().1
    }
}

/// Searches among the powers of two, from what the link needs on paper, upwards and downwards until
/// two steps in a row have brought nothing, or can bring nothing on paper.
pub(crate) async fn measure(rig: Arc<Rig>, cell: Cell) -> Row {
    let (auto, level) = run(&rig, cell, "auto").await;
    let mut row = Row { cell, auto, fixed: Vec::new(), level };
    let needed = match cell.link.total {
        None => MOST as f64,
        Some(total) => (total as f64 / cell.link.most_each()).ceil(),
    };
    let start = (0..=6).map(|power| 1 << power).find(|parts| *parts as f64 >= needed);
    let start = start.unwrap_or(MOST);
    climb(&rig, &mut row, start, |parts| (parts < MOST).then_some(parts * 2)).await;
    climb(&rig, &mut row, start, |parts| (parts > 1).then_some(parts / 2)).await;
    page::progress(&row);
    row
}

async fn climb(rig: &Rig, row: &mut Row, start: usize, next: impl Fn(usize) -> Option<usize>) {
    let (mut parts, mut vain) = (Some(start), 0);
    let mut best = 0.0;
    while let Some(tried) = parts.filter(|_| vain < VAIN) {
        let on_paper = tried as f64 * row.cell.link.most_each();
        if !row.fixed.is_empty() && on_paper < row.best().1 {
            return;
        }
        let rate = try_out(rig, row, tried).await;
        vain = if rate < best * WORTH { vain + 1 } else { 0 };
        best = rate.max(best);
        parts = next(tried);
    }
}

async fn try_out(rig: &Rig, row: &mut Row, parts: usize) -> f64 {
    if let Some((_, run)) = row.fixed.iter().find(|(tried, _)| *tried == parts) {
        return run.rate;
    }
    let (run, _) = run(rig, row.cell, &parts.to_string()).await;
    let rate = run.rate;
    row.fixed.push((parts, run));
    rate
}

/// Uploads for the time of the cell from the client's first byte on, when there is room for it.
async fn run(rig: &Rig, cell: Cell, concurrency: &str) -> (Run, usize) {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let _room = rig.room.acquire_many(cell.room).await.unwrap();
    let log = rig.folder().join(format!("log-{}", COUNT.fetch_add(1, Ordering::Relaxed)));
    let proxy = Proxy::start(cell.link, rig.service);
    let mut client = rig.upload(proxy.address, concurrency, &log);
    let first = tokio::time::timeout(Duration::from_secs(20), proxy.first_byte()).await;
    let Ok(first) = first else {
        drop(client);
        panic!("the client sends nothing: {}", std::fs::read_to_string(&log).unwrap_or_default());
    };
    let passed = watch(&proxy, first, cell.window).await;
    let (took, bytes) = passed.last().copied().unwrap_or_default();
    let rate = bytes as f64 / took.as_secs_f64();
    let resets = proxy.resets();
    let has_ended = client.has_ended();
    drop(client);
    proxy.stop().await;
    let said = std::fs::read_to_string(&log).unwrap_or_default();
    assert!(!has_ended, "the client ended too soon: {said}");
    let _ = std::fs::remove_file(&log);
    (Run { rate, resets, passed }, last_level(&said))
}

/// Notes what passes until a time is over.
async fn watch(proxy: &Proxy, first: Instant, lasts: Duration) -> Vec<(Duration, u64)> {
    let mut passed = vec![(Duration::ZERO, 0)];
    let mut due = Duration::ZERO;
    while due < lasts {
        due += Duration::from_secs(1) / SAMPLES_A_SECOND;
        sleep_until(first + due).await;
        passed.push((first.elapsed(), proxy.bytes()));
    }
    passed
}

/// The number of parts in flight that the log tells of last.
fn last_level(log: &str) -> usize {
    let told = log.lines().rev().find_map(|line| {
        let (before, _) = line.split_once(" in flight from now on")?;
        before.split_whitespace().rev().nth(1)?.parse().ok()
    });
    told.unwrap_or(omics_upload::pace::level::START)
}
