//! The console as the command line asks for it.

use std::sync::Arc;

use crate::{
    cli::{self, Show},
    event::Observer,
    progress::{Color, Console, OpenError, Options, Progress, Verbosity},
    report::{Abort, Problem, status},
    system,
};

/// What is shown while a command runs.
pub(crate) struct Shown(Console);

impl Shown {
    pub(crate) fn open(show: &Show) -> Result<Self, Abort> {
        let options = Options {
            progress: match show.progress {
                cli::Progress::Auto => Progress::Auto,
                cli::Progress::Bars => Progress::Bars,
                cli::Progress::Lines => Progress::Lines,
                cli::Progress::Json => Progress::Json,
                cli::Progress::None => Progress::None,
            },
            verbosity: match (show.quiet, show.verbose) {
                (true, _) => Verbosity::Quiet,
                (false, true) => Verbosity::Verbose,
                (false, false) => Verbosity::Normal,
            },
            color: match show.color {
                cli::Color::Auto => Color::Auto,
                cli::Color::Always => Color::Always,
                cli::Color::Never => Color::Never,
            },
            log_file: show.log_file.clone(),
            ..Options::default()
        };
        let console = Console::open(options).map_err(|error| match error {
            OpenError::Thread(error) => Abort::Early(system::no_thread(error), status::TEMPORARY),
            error @ OpenError::LogFile { .. } => Problem::new(error).into(),
        })?;
        Ok(Self(console))
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
