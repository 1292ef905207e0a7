//! The steps of a planned run: `batch create`, `send`, `verify`, `complete` and `submit`.

use std::{num::NonZeroU32, path::PathBuf, str::FromStr};

use clap::{Args, ValueHint};

use crate::{
    cli::{
        rates::Bandwidth, show::Show, target::Target, transfer::TransferOptions, values,
        verifying::Md5Options,
    },
    shard::Shard,
};

/// Options of every step of a planned run.
#[derive(Debug, Args)]
pub struct StepOptions {
    /// Folder of the run
    #[arg(value_name = "RUN", value_hint = ValueHint::DirPath)]
    pub run: PathBuf,

    #[command(flatten)]
    pub target: Target,

    /// Read files below OLD, as the plan names them, below NEW; may be given more than once
    #[arg(long, value_name = "OLD=NEW", env = "OMICS_UPLOAD_MAP", value_delimiter = None, help_heading = "Run")]
    pub map: Vec<PathMap>,

    #[command(flatten)]
    pub effort: TransferOptions,

    #[command(flatten)]
    pub show: Show,
}

/// Options of the steps that are done in shares.
#[derive(Debug, Args)]
pub struct ShareStepOptions {
    /// Which share: 3/64 for the third of 64, or auto for the index of a Slurm or AWS Batch array
    #[arg(
        long,
        value_name = "I/N",
        default_value = "1/1",
        env = "OMICS_UPLOAD_SHARD",
        help_heading = "Run"
    )]
    pub shard: ShardChoice,

    #[command(flatten)]
    pub step: StepOptions,
}

/// Options of `batch verify`.
#[derive(Debug, Args)]
pub struct VerifyStepOptions {
    #[command(flatten)]
    pub share: ShareStepOptions,

    #[command(flatten)]
    pub md5: Md5Options,
}

/// Options of `batch complete`.
#[derive(Debug, Args)]
pub struct CompleteOptions {
    #[command(flatten)]
    pub step: StepOptions,

    /// Write the sheet there with columns for the read set of each row
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub sheet_out: Option<PathBuf>,
}

/// Options of `batch submit`.
#[derive(Debug, Args)]
#[command(after_help = "\
The scripts are left in the folder `jobs` of the run, to be read and changed, and so is the output of the
jobs. Jobs get a named part of the environment, and never keys: they need a profile, an instance role or a
file of credentials that all nodes can read.")]
pub struct SubmitOptions {
    /// Folder of the run, on a file system that all nodes share
    #[arg(value_name = "RUN", value_hint = ValueHint::DirPath)]
    pub run: PathBuf,

    /// Shares that are sent (and decoded), each as a task of an array
    #[arg(long, value_name = "N", value_parser = values::tasks, help_heading = "Run")]
    pub tasks: NonZeroU32,

    /// Tasks that run at the same time [default: as many as the cluster has room for]
    #[arg(long, value_name = "N", value_parser = values::tasks, help_heading = "Run")]
    pub at_once: Option<NonZeroU32>,

    /// Passed on to every step
    #[arg(long, value_name = "OLD=NEW", value_delimiter = None, help_heading = "Run")]
    pub map: Vec<PathMap>,

    /// Passed on to `send`: what all tasks together may begin in a second
    #[arg(long, value_name = "N", help_heading = "Transfer")]
    pub requests_per_second: Option<f64>,

    /// Passed on to `send`: the most that goes out in a second from all tasks together, such as 400MB/s
    #[arg(long, value_name = "RATE", help_heading = "Transfer")]
    pub max_bandwidth: Option<Bandwidth>,

    /// Print the scripts and commands, and submit nothing
    #[arg(long, help_heading = "Run")]
    pub dry_run: bool,

    /// Options of `sbatch`, such as `--partition=long --account=lab`
    #[arg(last = true, value_name = "SBATCH_OPTIONS", allow_hyphen_values = true)]
    pub sbatch: Vec<String>,
}

impl SubmitOptions {
    /// The maps as options.
    pub fn maps(&self) -> Vec<String> {
        let map = |PathMap { old, new }: &PathMap| {
            format!("--map={}={}", old.to_string_lossy(), new.to_string_lossy())
        };
        self.map.iter().map(map).collect()
    }

    /// The rates as options.
    pub fn rates(&self) -> Vec<String> {
        let requests = self.requests_per_second.map(|it| format!("--requests-per-second={it}"));
        let bandwidth = self.max_bandwidth.map(|it| format!("--max-bandwidth={it}"));
        requests.into_iter().chain(bandwidth).collect()
    }
}

/// Another place of files: everything below one folder is below another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathMap {
    pub old: PathBuf,
    pub new: PathBuf,
}

impl FromStr for PathMap {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let halves = text.split_once('=').filter(|(old, new)| !old.is_empty() && !new.is_empty());
        let (old, new) = halves.ok_or("OLD=NEW is needed, such as `/data=/mnt/data`")?;
        Ok(Self { old: old.into(), new: new.into() })
    }
}

/// A share, as it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShardChoice {
    /// The index of the array that this process is a task of.
    Auto,
    Given(Shard),
}

impl FromStr for ShardChoice {
    type Err = crate::types::Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "auto" { Ok(Self::Auto) } else { text.parse().map(Self::Given) }
    }
}
