//! What is shown of a run, and where this machine remembers it.

use std::path::PathBuf;

use clap::{Args, ValueHint, builder::BoolishValueParser};

use super::values::Output;
use crate::progress::{Color, Progress};

/// Where this machine remembers uploads.
#[derive(Debug, Args)]
pub struct StateFolder {
    /// Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, env = "OMICS_UPLOAD_STATE_DIR", help_heading = "Transfer")]
    pub state_dir: Option<PathBuf>,
}

/// What is shown.
#[derive(Debug, Clone, Args)]
pub struct Show {
    /// What stdout holds
    #[arg(long, value_enum, default_value_t, env = "OMICS_UPLOAD_OUTPUT", help_heading = "Output")]
    pub output: Output,

    /// What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s
    #[arg(
        long,
        value_enum,
        default_value_t,
        hide_possible_values = false,
        env = "OMICS_UPLOAD_PROGRESS",
        help_heading = "Output"
    )]
    pub progress: Progress,

    /// Show warnings and errors only
    #[arg(long, short, value_parser = BoolishValueParser::new(), conflicts_with = "verbose", env = "OMICS_UPLOAD_QUIET", help_heading = "Output")]
    pub quiet: bool,

    /// Show every part, retry and throttling
    #[arg(long, short, value_parser = BoolishValueParser::new(), env = "OMICS_UPLOAD_VERBOSE", help_heading = "Output")]
    pub verbose: bool,

    /// Write a detailed log there as well
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, env = "OMICS_UPLOAD_LOG_FILE", help_heading = "Output")]
    pub log_file: Option<PathBuf>,

    /// When to use colors
    #[arg(long, value_enum, default_value_t, env = "OMICS_UPLOAD_COLOR", help_heading = "Output")]
    pub color: Color,
}
