//! What is shown of a run, as the command line asks for it.

use std::sync::Arc;

use crate::{
    cli::Show,
    event::Observer,
    progress::{DisplayError, ProgressDisplay, ProgressOptions, Verbosity},
    report::{Abort, Problem, broken, status},
    system,
};

/// What is shown while a command runs.
pub(crate) struct Shown(ProgressDisplay);

impl Shown {
    /// Opens what is written to while the run goes on; the log may be a pipe whose reader comes later.
    pub(crate) async fn begin(show: Show) -> Result<Self, Abort> {
        let opened = tokio::task::spawn_blocking(move || Self::open(&show)).await;
        opened.unwrap_or_else(|error| Err(broken(error, "cannot open the log file")))
    }

    pub(crate) fn open(show: &Show) -> Result<Self, Abort> {
        let options = ProgressOptions {
            progress: show.progress,
            verbosity: match (show.quiet, show.verbose) {
                (true, _) => Verbosity::Quiet,
                (false, true) => Verbosity::Verbose,
                (false, false) => Verbosity::Normal,
            },
            color: show.color,
            log_file: show.log_file.clone(),
            ..ProgressOptions::default()
        };
        let display = ProgressDisplay::open(options).map_err(|error| match error {
            DisplayError::Thread(error) => {
                Abort::Early(system::no_thread(error), status::TEMPORARY)
            }
            error @ DisplayError::LogFile { .. } => Problem::new(error).into(),
        })?;
        Ok(Self(display))
    }

    pub(crate) fn observer(&self) -> Arc<dyn Observer> {
        self.0.observer()
    }

    pub(crate) fn note(&self, text: &str) {
        self.0.note(text);
    }

    pub(crate) fn error(&self, text: &str) {
        self.0.error(text);
    }

    /// Draws the last state, and leaves the terminal as it was.
    pub(crate) fn finish(self) {
        self.0.finish();
    }
}
