//! What people and programs see on standard error while a run goes on: bars, dated lines, JSON or
//! nothing, and the log file.
//!
//! Facts arrive through [`Observer`] on the hot path: they are counted and, where they are worth a
//! line, spelled out, under one short lock. A thread of its own draws; nobody waits for a terminal.
//! What is drawn is a function of a snapshot (`tally`, `frame`, `lines`, `json`), and only `screen`
//! knows a terminal. This module knows neither the engine nor the service, and nothing that happens
//! to standard error or to the log file ends a run.

#[cfg(test)]
mod fixture;
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
    io::{self, IsTerminal as _, Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crate::{
    event::{Event, Observer},
    files::Stream,
    types::{Escaped, Invalid},
};
pub use palette::Color;
use palette::Palette;
use screen::Terminal;
use shared::{End, Level, Shared, View};
use writer::Writer;

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
        let (terminal, now) = (Terminal::stderr(), Instant::now());
        let writer = Writer::new(Arc::clone(&shared), interval, log, terminal, now);
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

/// Whether a file holds a log of this program, or nothing at all: whether its first line is dated as
/// ours are.
pub fn is_log(path: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    File::open(path)?.take(DATE_LENGTH + 1).read_to_end(&mut start)?;
    let date = str::from_utf8(&start).ok().and_then(|start| start.strip_suffix(' '));
    let is_dated = |date: &str| date.ends_with('Z') && date.parse::<jiff::Timestamp>().is_ok();
    Ok(start.is_empty() || date.is_some_and(is_dated))
}

/// How long a date is in bytes.
const DATE_LENGTH: u64 = 20;

/// Whoever opens a file of another kind by mistake must not add to it.
fn open_log(path: PathBuf) -> Result<File, OpenError> {
    let opened = match Stream::of(&path) {
        Some(stream) => stream.open(&path),
        None => open_log_file(&path),
    };
    opened.map_err(|source| OpenError::LogFile { path, source })
}

fn open_log_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let mut file = options.append(true).create(true).mode(0o600).open(path)?;
    if file.metadata()?.len() == 0 {
        let line = format!(
            "{} omics-upload {}\n",
            date(jiff::Timestamp::now()),
            env!("CARGO_PKG_VERSION")
        );
        // Should the disk be full, the next line tells.
        let _ = file.write_all(line.as_bytes());
    } else if !is_log(path)? {
        return Err(io::Error::other("it is not a log of omics-upload"));
    }
    Ok(file)
}

/// `2026-11-21T10:00:00Z`.
fn date(at: jiff::Timestamp) -> String {
    format!("{at:.0}")
}

#[cfg(test)]
mod tests {
    use super::fixture::{created, planned};
    use super::*;

    fn silent(log_file: PathBuf) -> Options {
        Options { progress: Progress::None, log_file: Some(log_file), ..Options::default() }
    }

    #[test]
    fn the_log_is_appended_to_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.log");
        for _ in 0..2 {
            let console = Console::open(silent(path.clone())).unwrap();
            console.observe(&planned(&[("a", 64)]));
            console.observer().observe(&created(0));
            console.finish();
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<_> = text.lines().map(|line| line.split_once(' ').unwrap()).collect();
        assert!(lines.iter().all(|(date, _)| date.parse::<jiff::Timestamp>().is_ok()), "{text}");
        assert_eq!(lines[0].1, concat!("omics-upload ", env!("CARGO_PKG_VERSION")));
        let once = [
            "1 read set, 64.0 MiB in 1 part",
            "a: uploading, upload 1234567890",
            "1 read set: 1 unfinished, 0s in all",
        ];
        assert_eq!(lines[1..].iter().map(|(_, text)| *text).collect::<Vec<_>>(), once.repeat(2));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_log_that_cannot_be_opened_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("no\u{1b}such").join("run.log");
        let error = Console::open(silent(path)).unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("cannot open the log file `"), "{text}");
        assert!(text.ends_with("no\\u{1b}such/run.log`"), "{text}");
        assert!(std::error::Error::source(&error).is_some());
    }

    #[test]
    fn what_is_dropped_is_finished() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.log");
        let console = Console::open(silent(path.clone())).unwrap();
        console.note("resumes");
        drop(console);
        assert!(std::fs::read_to_string(&path).unwrap().ends_with("Z resumes\n"));
    }

    #[test]
    fn words_of_the_command_line_are_read() {
        for (word, progress) in [
            ("auto", Progress::Auto),
            ("bars", Progress::Bars),
            ("lines", Progress::Lines),
            ("json", Progress::Json),
            ("none", Progress::None),
        ] {
            assert_eq!(word.parse(), Ok(progress));
        }
        assert_eq!(
            "bar".parse::<Progress>().unwrap_err().to_string(),
            "`bar` is not a kind of progress: it is `auto`, `bars`, `lines`, `json` or `none`"
        );
        for (word, color) in
            [("auto", Color::Auto), ("always", Color::Always), ("never", Color::Never)]
        {
            assert_eq!(word.parse(), Ok(color));
        }
        assert_eq!(
            "on".parse::<Color>().unwrap_err().to_string(),
            "`on` is not a use of colour: it is `auto`, `always` or `never`"
        );
    }
}
