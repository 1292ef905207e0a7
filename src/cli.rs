//! What the user types: clap's types, with values parsed into domain types, and the help texts.
//!
//! Knows no environment beyond what clap reads for it; defaults that depend on anything are
//! resolved by the commands.

mod exit_status;
mod input;
mod piped;
mod rates;
mod receipts;
mod reference;
mod refusal;
mod sandbox;
mod target;
mod transfer;
mod unfinished;
mod values;
mod verify;
mod verifying;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueHint, builder::BoolishValueParser};

pub use exit_status::EXIT_STATUS;
pub use input::{Check, What};
pub use piped::Piped;
pub use rates::{Bandwidth, RequestRate};
pub use receipts::{Kept, ReceiptFile, Receipts, ReceiptsCommand};
pub use reference::Reference;
pub use refusal::explain;
pub use sandbox::Sandbox;
pub use target::Target;
pub use transfer::Effort;
pub use unfinished::{Common, Resume, Uploads, UploadsCommand};
pub use values::{Concurrency, IdPattern, IfExists, Output, Span, Time, part_size};
pub use verify::VerifyReadSet;
pub use verifying::{Md5, Verify};

use crate::{
    progress::{Color, Progress},
    types::{Description, GeneratedFrom, PartSize, ReadSetId, Tag},
};

/// Upload FASTQ, BAM, CRAM and unmapped BAM files into AWS HealthOmics sequence stores.
#[derive(Debug, Parser)]
#[command(name = "omics-upload", version, max_term_width = 100, disable_help_subcommand = false)]
#[command(after_help = "\
Credentials, region, profile, endpoint, proxies and CA bundle come from where AWS's tools have them.
`omics-upload help exit-status` lists the exit statuses.")]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Put(Box<Put>),
    Resume(Box<Resume>),
    Uploads(Uploads),
    Wait(Wait),
    Check(Box<Check>),
    Verify(Box<VerifyReadSet>),
    Receipts(Receipts),
    Sandbox(Sandbox),
    /// Print the completion script of a shell.
    Completions {
        shell: clap_complete::Shell,
    },
    /// Print the manual page.
    Man,
    /// List the exit statuses.
    #[command(hide = true, name = "exit-status", before_help = EXIT_STATUS, help_template = "{before-help}")]
    ExitStatus,
}

/// Upload files, and wait until their read sets are there.
///
/// FASTQ files are paired by their names and their first reads; any other file is a read set of its
/// own. `-` uploads standard input, alone, with `--name`: parts are cut as they come, and at most
/// `--concurrency` of them are in memory. Everything that can be known beforehand is checked before anything
/// is sent; the chain of BGZF blocks and the checksums of CRAM are followed while it is, and a file that is
/// damaged in its middle is not completed. The IDs of the read sets go to stdout, one a line, in the order of
/// the files.
#[derive(Debug, Args)]
#[command(after_help = "\
Every option can also be given as an environment variable, such as OMICS_UPLOAD_PART_SIZE for
--part-size, or as a key of the same name, such as `part-size`, in the file
$XDG_CONFIG_HOME/omics-upload/config.toml. An option has precedence over the environment, the
environment over the file.")]
pub struct Put {
    #[command(flatten)]
    pub what: What,

    #[command(flatten)]
    pub target: Target,

    #[command(flatten)]
    pub reference: Reference,

    /// Where the data come from
    #[arg(
        long,
        value_name = "TEXT",
        env = "OMICS_UPLOAD_GENERATED_FROM",
        hide_env = true,
        help_heading = "Read set"
    )]
    pub generated_from: Option<GeneratedFrom>,

    /// Description
    #[arg(
        long,
        value_name = "TEXT",
        env = "OMICS_UPLOAD_DESCRIPTION",
        hide_env = true,
        help_heading = "Read set"
    )]
    pub description: Option<Description>,

    /// Tag; may be given more than once
    #[arg(long = "tag", value_name = "KEY=VALUE", env = "OMICS_UPLOAD_TAG", value_delimiter = None, hide_env = true, help_heading = "Read set")]
    pub tags: Vec<Tag>,

    /// Size of the parts, 5MiB to 100MiB [default: 64MiB, or what a very large file needs]
    #[arg(
        long,
        value_name = "SIZE",
        value_parser = part_size,
        env = "OMICS_UPLOAD_PART_SIZE",
        hide_env = true,
        help_heading = "Transfer"
    )]
    pub part_size: Option<PartSize>,

    #[command(flatten)]
    pub piped: Piped,

    #[command(flatten)]
    pub verify: Verify,

    #[command(flatten)]
    pub effort: Effort,

    /// What to do if the store has a read set of the same name, sample, subject and type
    #[arg(
        long,
        value_enum,
        default_value_t,
        env = "OMICS_UPLOAD_IF_EXISTS",
        hide_env = true,
        help_heading = "Transfer"
    )]
    pub if_exists: IfExists,

    /// Do not resume: forget what was begun before, and start a new upload
    #[arg(
        long,
        value_parser = BoolishValueParser::new(),
        env = "OMICS_UPLOAD_FRESH",
        hide_env = true,
        help_heading = "Transfer"
    )]
    pub fresh: bool,

    /// Leave out the tag by which an upload is found again without local state
    #[arg(
        long,
        value_parser = BoolishValueParser::new(),
        env = "OMICS_UPLOAD_NO_FINGERPRINT",
        hide_env = true,
        help_heading = "Transfer"
    )]
    pub no_fingerprint: bool,

    #[command(flatten)]
    pub state: State,

    /// Print what would be done, and send nothing
    #[arg(long, value_parser = BoolishValueParser::new(), env = "OMICS_UPLOAD_DRY_RUN", hide_env = true, help_heading = "Transfer")]
    pub dry_run: bool,

    #[command(flatten)]
    pub receipt: ReceiptFile,

    #[command(flatten)]
    pub show: Show,
}

/// Where this machine remembers uploads.
#[derive(Debug, Args)]
pub struct State {
    /// Folder for what is known of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]
    #[arg(
        long,
        value_name = "DIR",
        value_hint = ValueHint::DirPath,
        env = "OMICS_UPLOAD_STATE_DIR",
        hide_env = true,
        help_heading = "Transfer"
    )]
    pub state_dir: Option<PathBuf>,
}

/// What is shown.
#[derive(Debug, Clone, Args)]
pub struct Show {
    /// What stdout holds
    #[arg(
        long,
        value_enum,
        default_value_t,
        env = "OMICS_UPLOAD_OUTPUT",
        hide_env = true,
        help_heading = "Output"
    )]
    pub output: Output,

    /// What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s
    #[arg(
        long,
        value_enum,
        default_value_t,
        hide_possible_values = false,
        env = "OMICS_UPLOAD_PROGRESS",
        hide_env = true,
        help_heading = "Output"
    )]
    pub progress: Progress,

    /// Show warnings and errors only
    #[arg(long, short, value_parser = BoolishValueParser::new(), conflicts_with = "verbose", env = "OMICS_UPLOAD_QUIET", hide_env = true, help_heading = "Output")]
    pub quiet: bool,

    /// Show every part, retry and throttling
    #[arg(long, short, value_parser = BoolishValueParser::new(), env = "OMICS_UPLOAD_VERBOSE", hide_env = true, help_heading = "Output")]
    pub verbose: bool,

    /// Write a detailed log there as well
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, env = "OMICS_UPLOAD_LOG_FILE", hide_env = true, help_heading = "Output")]
    pub log_file: Option<PathBuf>,

    /// When to use colors
    #[arg(
        long,
        value_enum,
        default_value_t,
        env = "OMICS_UPLOAD_COLOR",
        hide_env = true,
        help_heading = "Output"
    )]
    pub color: Color,
}

/// Wait until read sets are active.
///
/// Prints their IDs, or `failed`, one a line, in the order given.
#[derive(Debug, Args)]
pub struct Wait {
    /// Read set IDs, as `put` prints them
    #[arg(value_name = "READ_SET_ID", required = true)]
    pub ids: Vec<ReadSetId>,

    #[command(flatten)]
    pub target: Target,

    /// How long to wait
    #[arg(
        long,
        value_name = "DURATION",
        default_value = "2h",
        env = "OMICS_UPLOAD_WAIT_TIMEOUT",
        hide_env = true
    )]
    pub wait_timeout: Span,

    /// How long nothing may get through at all before giving up
    #[arg(
        long,
        value_name = "DURATION",
        default_value = "1h",
        env = "OMICS_UPLOAD_GIVE_UP_AFTER",
        hide_env = true
    )]
    pub give_up_after: Span,

    #[command(flatten)]
    pub show: Show,
}
