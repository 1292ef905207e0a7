//! What of a run is to be shown, and how.

use std::{path::PathBuf, time::Duration};

use strum::{IntoStaticStr, VariantArray};

/// `--progress`: what standard error holds while a run goes on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Progress {
    /// Bars on a terminal, else lines.
    #[default]
    Auto,
    /// Bars; lines where bars cannot be drawn.
    Bars,
    /// A dated line at the beginning and the end, at what matters, and every [`ProgressOptions::interval`].
    Lines,
    /// One JSON object a line, and nothing else.
    Json,
    /// Warnings and errors alone.
    None,
}

/// `--color`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Color {
    /// On a terminal that can, unless `NO_COLOR` is set; anywhere if `CLICOLOR_FORCE` is.
    #[default]
    Auto,
    Always,
    Never,
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

/// How a [`super::ProgressDisplay`] is to behave.
#[derive(Debug, Clone)]
pub struct ProgressOptions {
    pub progress: Progress,
    pub verbosity: Verbosity,
    pub color: Color,
    /// Gets everything that [`Verbosity::Verbose`] shows, dated, whatever standard error gets.
    pub log_file: Option<PathBuf>,
    /// Between two lines that say nothing but that the run goes on.
    pub interval: Duration,
}

impl Default for ProgressOptions {
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
