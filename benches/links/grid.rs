//! Which links are measured, and how many of them at the same time.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use crate::link::Link;

/// The links that were asked for, as four lists.
pub(crate) struct Grid {
    totals: Vec<Option<u64>>,
    each: Vec<Option<u64>>,
    round_trips: Vec<u64>,
    resets: Vec<f64>,
    seconds: Option<u64>,
    page: Option<PathBuf>,
}

/// One link, and for how long it is used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell {
    pub(crate) link: Link,
    pub(crate) window: Duration,
}

/// Cells that may be measured side by side.
pub(crate) struct Batch {
    pub(crate) cells: Vec<Cell>,
    pub(crate) at_once: usize,
}

const MBIT: u64 = 125_000;

impl Grid {
    pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut grid = Self {
            totals: vec![Some(10 * MBIT), Some(100 * MBIT), Some(1000 * MBIT), None],
            each: vec![None, Some(20 * MBIT), Some(100 * MBIT)],
            round_trips: vec![1, 50, 200],
            resets: vec![0.0, 0.5],
            seconds: None,
            page: Some(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/concurrency.md")),
        };
        // Cargo says `--bench` to every benchmark.
        let mut arguments = arguments.filter(|argument| argument != "--bench");
        while let Some(option) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("`{option}` needs a value"))?;
            let values = value.split(',');
            match option.as_str() {
                "--total" => grid.totals = values.map(rate).collect::<Result<_, _>>()?,
                "--each" => grid.each = values.map(rate).collect::<Result<_, _>>()?,
                "--round-trip" => {
                    grid.round_trips = values.map(number).collect::<Result<_, _>>()?;
                }
                "--resets" => grid.resets = values.map(number).collect::<Result<_, _>>()?,
                "--seconds" => grid.seconds = Some(number(&value)?),
                "--page" => {
                    grid.page = Some(PathBuf::from(&value));
                    continue;
                }
                _ => {
                    return Err(format!("`{option}` is none of the options: see benches/links.rs"));
                }
            }
            grid.page = None;
        }
        Ok(grid)
    }

    /// Where the table is written to: nowhere if it is not the whole.
    pub(crate) fn page(&self) -> Option<&Path> {
        self.page.as_deref()
    }

    pub(crate) fn batches(&self) -> Vec<Batch> {
        let mut batches = Vec::new();
        for &total in &self.totals {
            for &each in &self.each {
                let links = self.round_trips.iter().flat_map(|&millis| {
                    self.resets.iter().map(move |&percent| Link {
                        total,
                        each,
                        round_trip: Duration::from_millis(millis),
                        resets: percent / 100.0,
                    })
                });
                let (at_once, seconds) = room(total, each);
                let window = Duration::from_secs(self.seconds.unwrap_or(seconds));
                let cells = links.map(|link| Cell { link, window }).collect();
                batches.push(Batch { cells, at_once });
            }
        }
        merged(batches)
    }
}

/// How many such links two cores can bear at once, and for how many seconds each is used: slow ones
/// longer, because a part takes longer.
const fn room(total: Option<u64>, each: Option<u64>) -> (usize, u64) {
    match (total, each) {
        (Some(rate), _) if rate <= 10 * MBIT => (12, 60),
        (Some(rate), _) if rate <= 100 * MBIT => (9, 40),
        (Some(_), Some(rate)) if rate <= 20 * MBIT => (3, 40),
        (Some(_), _) => (3, 30),
        (None, Some(rate)) if rate <= 20 * MBIT => (2, 40),
        (None, _) => (1, 20),
    }
}

/// Neighbours with the same room are one batch.
fn merged(batches: Vec<Batch>) -> Vec<Batch> {
    let mut merged: Vec<Batch> = Vec::new();
    for batch in batches {
        match merged.last_mut() {
            Some(last)
                if last.at_once == batch.at_once
                    && last.cells.first().map(|cell| cell.window)
                        == batch.cells.first().map(|cell| cell.window) =>
            {
                last.cells.extend(batch.cells);
            }
            _ => merged.push(batch),
        }
    }
    merged
}

/// `10Mbit`, `1Gbit`, or `none` and `unlimited` for no bound; in bytes a second.
fn rate(text: &str) -> Result<Option<u64>, String> {
    if matches!(text, "none" | "unlimited") {
        return Ok(None);
    }
    let scaled = |unit: &str, scale: u64| {
        text.strip_suffix(unit).and_then(|count| count.parse::<u64>().ok()).map(|n| n * scale)
    };
    let bytes = scaled("Mbit", MBIT).or_else(|| scaled("Gbit", 1000 * MBIT));
    bytes.map(Some).ok_or_else(|| format!("`{text}` is no rate: `100Mbit`, `1Gbit`, `none`"))
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("`{text}` is no number"))
}
