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

/// One link, for how long it is used, and how much of the machine's room it takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell {
    pub(crate) link: Link,
    pub(crate) window: Duration,
    pub(crate) room: u32,
}

/// What the machine has room for at the same time, in Mbit/s: about half of what two cores can pass on,
/// so that links that are used side by side do not disturb each other.
pub(crate) const ROOM: u32 = 2400;

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

    pub(crate) fn cells(&self) -> Vec<Cell> {
        let mut cells = Vec::new();
        for &total in &self.totals {
            for &each in &self.each {
                for &millis in &self.round_trips {
                    let round_trip = Duration::from_millis(millis);
                    for percent in &self.resets {
                        let link = Link { total, each, round_trip, resets: percent / 100.0 };
                        let (room, seconds) = needs(&link);
                        let window = Duration::from_secs(self.seconds.unwrap_or(seconds));
                        cells.push(Cell { link, window, room });
                    }
                }
            }
        }
        cells
    }
}

/// How much room a link needs, a process included, and for how many seconds it is used: shorter if it
/// needs the machine for itself.
const fn needs(link: &Link) -> (u32, u64) {
    match (link.total, link.each) {
        (Some(rate), _) if rate <= 10 * MBIT => (60, 30),
        (Some(rate), _) if rate <= 100 * MBIT => (150, 30),
        (Some(_), _) => (1000, 30),
        (None, Some(rate)) if rate <= 20 * MBIT => (1400, 30),
        (None, _) => (ROOM, 20),
    }
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
