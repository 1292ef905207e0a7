//! A run on standard error and in the log file, from the beginning to the end.

use std::{
    io::{self, IsTerminal as _},
    path::PathBuf,
    sync::Arc,
    thread::{self, JoinHandle},
    time::Instant,
};

use super::{
    log_file,
    options::ProgressOptions,
    palette::{self, Palette},
    screen::Terminal,
    shared::{HowEnded, Shared},
    view::{MessageKind, View},
    writer::Writer,
};
use crate::{event::Observer, types::Escaped};

/// Why nothing can be shown.
#[derive(Debug, thiserror::Error)]
pub enum DisplayError {
    #[error("cannot open the log file `{}`", Escaped::new(&path.to_string_lossy()))]
    LogFile { path: PathBuf, source: io::Error },
    #[error("cannot start the thread that draws")]
    Thread(#[source] io::Error),
}

/// Shows a run on standard error until it is finished or dropped.
#[derive(Debug)]
pub struct ProgressDisplay {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl ProgressDisplay {
    /// Opens the log file (appending, created for its owner alone) and starts to draw.
    pub fn open(options: ProgressOptions) -> Result<Self, DisplayError> {
        let ProgressOptions { progress, verbosity, color, log_file, interval } = options;
        let open = |path: PathBuf| match log_file::open(&path) {
            Ok(file) => Ok(file),
            Err(source) => Err(DisplayError::LogFile { path, source }),
        };
        let log = log_file.map(open).transpose()?;
        let bars_fit = io::stderr().is_terminal() && !palette::is_dumb();
        let view = View::choose(progress, verbosity, bars_fit);
        let palette = Palette::detect(color);
        let shared = Arc::new(Shared::new(view, verbosity, palette, log.is_some()));
        let (terminal, now) = (Terminal::stderr(), Instant::now());
        let writer = Writer::new(Arc::clone(&shared), interval, log, terminal, now);
        let thread = thread::Builder::new()
            .name("console".to_owned())
            .spawn(move || writer.run())
            .map_err(DisplayError::Thread)?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// The same observer as the display itself, for those who need to own one.
    pub fn observer(&self) -> Arc<dyn Observer> {
        Arc::<Shared>::clone(&self.shared)
    }

    /// Something that helps but is not needed; dropped by `-q` and `--progress none`.
    pub fn note(&self, message: &str) {
        self.shared.say(MessageKind::Note, message);
    }

    /// Shown always and as it is, line for line; in JSON it is one `error` object.
    pub fn error(&self, rendered: &str) {
        self.shared.say(MessageKind::Error, rendered);
    }

    /// Writes what is left, sums up and leaves the terminal as it was.
    ///
    /// When it returns, nothing more is written; it waits as long as standard error makes it wait.
    pub fn finish(mut self) {
        self.end(HowEnded::Finish);
    }

    fn end(&mut self, end: HowEnded) {
        if let Some(thread) = self.thread.take() {
            self.shared.end(end);
            // The thread has no result, and a panic in it was reported when it happened.
            let _ = thread.join();
        }
    }
}

impl Drop for ProgressDisplay {
    /// In a panic nothing is drawn any more: its message stands below the bars and must stay.
    fn drop(&mut self) {
        self.end(if thread::panicking() { HowEnded::Abandon } else { HowEnded::Finish });
    }
}

#[cfg(test)]
mod tests {
    use super::super::{
        fixture::{created, planned},
        options::Progress,
    };
    use super::*;

    fn silent(log_file: PathBuf) -> ProgressOptions {
        ProgressOptions {
            progress: Progress::None,
            log_file: Some(log_file),
            ..ProgressOptions::default()
        }
    }

    #[test]
    fn the_log_is_appended_to_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.log");
        for _ in 0..2 {
            let display = ProgressDisplay::open(silent(path.clone())).unwrap();
            display.observer().observe(&planned(&[("a", 64)]));
            display.observer().observe(&created(0));
            display.finish();
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
        let error = ProgressDisplay::open(silent(path)).unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("cannot open the log file `"), "{text}");
        assert!(text.ends_with("no\\u{1b}such/run.log`"), "{text}");
        assert!(std::error::Error::source(&error).is_some());
    }

    #[test]
    fn what_is_dropped_is_finished() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.log");
        let display = ProgressDisplay::open(silent(path.clone())).unwrap();
        display.note("resumes");
        drop(display);
        assert!(std::fs::read_to_string(&path).unwrap().ends_with("Z resumes\n"));
    }
}
