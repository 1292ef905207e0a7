//! What people and programs see on standard error while a run goes on: bars, dated lines, JSON or
//! nothing, and the log file.
//!
//! Facts arrive through [`Observer`] on the hot path: they are counted and, where they are worth a
//! line, spelled out, under one short lock. A thread of its own draws; nobody waits for a terminal.
//! What is drawn is a function of a snapshot (`tally`, `frame`, `lines`, `json`), and only `screen`
//! knows a terminal. This module knows neither the engine nor the service, and nothing that happens
//! to standard error or to the log file ends a run.

mod frame;
mod json;
mod lines;
mod palette;
mod rate;
mod screen;
mod shared;
mod snapshot;
mod tally;
mod text;
mod writer;

use std::{
    fs::{File, OpenOptions},
    io::{self, IsTerminal as _},
    path::PathBuf,
    str::FromStr,
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

pub use self::palette::Color;
use self::{
    palette::Palette,
    shared::{End, Level, Shared, View},
    writer::Writer,
};
use crate::{
    event::{Event, Observer},
    types::{Escaped, Invalid},
};

/// `--progress`: what standard error holds while a run goes on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Progress {
    /// Bars on a terminal, else lines.
    #[default]
    Auto,
    /// Bars; lines where bars cannot be drawn.
    Bars,
    /// A dated line at the beginning and the end, at what matters, and every [`Options::interval`].
    Lines,
    /// One JSON object a line, and nothing else.
    Json,
    /// Warnings and errors alone.
    None,
}

impl FromStr for Progress {
    type Err = Invalid;

    fn from_str(value: &str) -> Result<Self, Invalid> {
        match value {
            "auto" => Ok(Self::Auto),
            "bars" => Ok(Self::Bars),
            "lines" => Ok(Self::Lines),
            "json" => Ok(Self::Json),
            "none" => Ok(Self::None),
            _ => Err(Invalid::new(
                "kind of progress",
                value,
                "it is `auto`, `bars`, `lines`, `json` or `none`",
            )),
        }
    }
}

/// `-q` and `-v`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Verbosity {
    /// No progress and no notes; warnings and errors stay.
    Quiet,
    #[default]
    Normal,
    /// Every part, attempt and back-off too.
    Verbose,
}

/// How a [`Console`] is to behave.
#[derive(Debug, Clone)]
pub struct Options {
    pub progress: Progress,
    pub verbosity: Verbosity,
    pub color: Color,
    /// Gets everything that [`Verbosity::Verbose`] shows, dated, whatever standard error gets.
    pub log_file: Option<PathBuf>,
    /// Between two lines that say nothing but that the run goes on.
    pub interval: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            progress: Progress::Auto,
            verbosity: Verbosity::Normal,
            color: Color::Auto,
            log_file: None,
            interval: Duration::from_secs(30),
        }
    }
}

/// Why there is no console.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("cannot open the log file `{}`", Escaped::new(&path.to_string_lossy()))]
    LogFile { path: PathBuf, source: io::Error },
    #[error("cannot start the thread that draws")]
    Thread(#[source] io::Error),
}

/// Shows a run on standard error until it is finished or dropped.
#[derive(Debug)]
pub struct Console {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Console {
    /// Opens the log file (appending, created for its owner alone) and starts to draw.
    pub fn open(options: Options) -> Result<Self, OpenError> {
        let Options { progress, verbosity, color, log_file, interval } = options;
        let log = log_file.map(open_log).transpose()?;
        let bars_fit = io::stderr().is_terminal() && !palette::is_dumb();
        let view = View::choose(progress, verbosity, bars_fit);
        let palette = Palette::detect(color);
        let shared = Arc::new(Shared::new(view, verbosity, palette, log.is_some()));
        let writer = Writer::new(Arc::clone(&shared), palette, interval, log);
        let thread = thread::Builder::new()
            .name("console".to_owned())
            .spawn(move || writer.run())
            .map_err(OpenError::Thread)?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// The same observer as the console itself, for those who need to own one.
    pub fn observer(&self) -> Arc<dyn Observer> {
        Arc::<Shared>::clone(&self.shared)
    }

    /// Something that helps but is not needed; dropped by `-q` and `--progress none`.
    pub fn note(&self, message: &str) {
        self.shared.say(Level::Note, message);
    }

    /// Something that the user should know; the word `warning` is put before it.
    pub fn warn(&self, message: &str) {
        self.shared.say(Level::Warning, message);
    }

    /// Shown always and as it is, line for line; in JSON it is one `error` object.
    pub fn error(&self, rendered: &str) {
        self.shared.say(Level::Error, rendered);
    }

    /// Whether standard error holds JSON objects alone.
    pub fn is_json(&self) -> bool {
        self.shared.view() == View::Json
    }

    /// Writes what is left, sums up and leaves the terminal as it was.
    ///
    /// When it returns, nothing more is written; it waits as long as standard error makes it wait.
    pub fn finish(mut self) {
        self.end(End::Finish);
    }

    fn end(&mut self, end: End) {
        if let Some(thread) = self.thread.take() {
            self.shared.end(end);
            // The thread has no result, and a panic in it was reported when it happened.
            let _ = thread.join();
        }
    }
}

impl Observer for Console {
    fn observe(&self, event: &Event) {
        self.shared.observe(event);
    }
}

impl Drop for Console {
    /// In a panic nothing is drawn any more: its message stands below the bars and must stay.
    fn drop(&mut self) {
        self.end(if thread::panicking() { End::Abandon } else { End::Finish });
    }
}

fn open_log(path: PathBuf) -> Result<File, OpenError> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&path).map_err(|source| OpenError::LogFile { path, source })
}

/// `2026-11-21T10:00:00Z`.
fn date(at: jiff::Timestamp) -> String {
    format!("{at:.0}")
}
