//! The command `batch` and its steps.

mod steps;

use std::{num::NonZeroUsize, path::PathBuf};

pub use steps::{
    CompleteOptions, PathMap, ShardChoice, ShareStepOptions, StepOptions, SubmitOptions,
    VerifyStepOptions,
};

use clap::{Args, Subcommand, ValueHint, builder::BoolishValueParser};

use super::{
    input::StatedOptions,
    put::PutOptions,
    show::StateFolder,
    target::Target,
    values::{self, Output, Replan, UriKind},
};
use crate::sheet::{IgnoredColumns, Merging, SheetFormat};

/// Upload every row of a sample sheet.
///
/// Reads nf-core sheets, CSV and TSV with the option names of `put` as columns, HealthOmics import
/// manifests, and Illumina sample sheets. Checks all rows before anything is sent. Run the same
/// command again to continue: finished rows are not sent again, and their IDs are printed again. The
/// read set IDs go to stdout, one a line, in the order of the rows.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(after_help = "\
A sheet whose name is that of a step is given with its folder: `omics-upload batch ./plan`.
Options are also read from environment variables and the config file, as for `put`.")]
pub struct BatchOptions {
    #[command(subcommand)]
    pub step: Option<BatchStep>,

    #[command(flatten)]
    pub sheet: SheetChoice,

    /// Folder of the run [default: one in the state folder, found by the sheet's path and the store]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Run")]
    pub run: Option<PathBuf>,

    /// Begin no further row after this many rows have failed
    #[arg(long, value_name = "N", value_parser = values::count, env = "OMICS_UPLOAD_MAX_FAILURES", help_heading = "Run")]
    pub max_failures: Option<NonZeroUsize>,

    /// Try rows again that failed for good: damaged files, and data that the service refused
    #[arg(long, value_parser = BoolishValueParser::new(), env = "OMICS_UPLOAD_RETRY_FAILED", help_heading = "Run")]
    pub retry_failed: bool,

    /// Ask the service whether the read sets of finished rows still exist
    #[arg(long, value_parser = BoolishValueParser::new(), env = "OMICS_UPLOAD_RECHECK", help_heading = "Run")]
    pub recheck: bool,

    /// Write the sheet there with columns for the read set of each row
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub sheet_out: Option<PathBuf>,

    /// Replace the files in that sheet by URIs of the read sets
    #[arg(long, value_name = "URIS", requires = "sheet_out", help_heading = "Output")]
    pub rewrite_sources: Option<UriKind>,

    #[command(flatten)]
    pub plan: PlanOptions,
}

/// The sheet.
#[derive(Debug, Args)]
pub struct SheetChoice {
    /// Sample sheet: CSV, TSV, JSON or JSON lines
    #[arg(value_name = "SHEET", value_hint = ValueHint::FilePath, required = true)]
    pub sheet: Option<PathBuf>,

    /// Format of the sheet: nf-core, plain, manifest or illumina [default: by its content]
    #[arg(long, value_name = "FORMAT", help_heading = "Sheet")]
    pub format: Option<SheetFormat>,

    /// Folder that relative paths start from [default: the sheet's]; of an Illumina sheet, the folder
    /// with its FASTQ files
    #[arg(id = "files_folder", long = "files", value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Sheet")]
    pub folder: Option<PathBuf>,

    /// Columns to ignore, separated by commas, or `all` for every unknown column
    #[arg(long, value_name = "NAMES", env = "OMICS_UPLOAD_IGNORE_COLUMNS", help_heading = "Sheet")]
    pub ignore_columns: Option<IgnoredColumns>,

    /// Make one read set of the rows of a sample that differ only by lane
    #[arg(long, conflicts_with = "merge_rows", help_heading = "Sheet")]
    pub merge_lanes: bool,

    /// Make one read set of all rows of a sample, in the order of the sheet
    #[arg(long, help_heading = "Sheet")]
    pub merge_rows: bool,
}

/// How the rows become read sets.
#[derive(Debug, Args)]
#[command(mut_arg("if_exists", |arg| arg.default_value("skip")))]
pub struct PlanOptions {
    /// Upload rows again whose fields have changed since they were uploaded, or whose read set is gone:
    /// the number of the row, or `all`; may be given more than once
    #[arg(long, value_name = "ROW", help_heading = "Run")]
    pub replan: Vec<Replan>,

    #[command(flatten)]
    pub stated: StatedOptions,

    #[command(flatten)]
    pub how: PutOptions,
}

/// A step of a run.
#[derive(Debug, Subcommand)]
pub enum BatchStep {
    /// Check all rows and write the run folder; nothing changes at the service
    Plan(Box<PlanStepOptions>),
    /// Begin the uploads of a planned run, one a second
    Create(Box<StepOptions>),
    /// Send one share of the parts of a run; any process on any machine can send any share
    Send(Box<ShareStepOptions>),
    /// Decode one share of the files of a run, as --verify of the plan asks for
    Verify(Box<VerifyStepOptions>),
    /// Confirm, complete and wait for the read sets of a run; name what is missing
    Complete(Box<CompleteOptions>),
    /// Submit what is left of a run as Slurm jobs
    Submit(Box<SubmitOptions>),
    /// Show how far a run has come
    Status(StatusOptions),
    /// Write what came of a run
    Report(ReportOptions),
}

/// Options of `batch plan`.
#[derive(Debug, Args)]
pub struct PlanStepOptions {
    #[command(flatten)]
    pub sheet: SheetChoice,

    /// Folder of the run
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, required = true, help_heading = "Run")]
    pub run: Option<PathBuf>,

    /// Try rows again that failed for good: damaged files, and data that the service refused
    #[arg(long, value_parser = BoolishValueParser::new(), env = "OMICS_UPLOAD_RETRY_FAILED", help_heading = "Run")]
    pub retry_failed: bool,

    #[command(flatten)]
    pub plan: PlanOptions,
}

/// Which run.
#[derive(Debug, Args)]
pub struct RunChoice {
    /// Folder of the run, or the sheet of a run on this machine
    #[arg(value_name = "RUN|SHEET", value_hint = ValueHint::AnyPath)]
    pub run: PathBuf,

    #[command(flatten)]
    pub target: Target,

    #[command(flatten)]
    pub state: StateFolder,
}

/// Options of `batch status`.
#[derive(Debug, Args)]
pub struct StatusOptions {
    #[command(flatten)]
    pub run: RunChoice,

    /// Show it again every 10 seconds until nothing is left to be done
    #[arg(long, conflicts_with = "output", help_heading = "Output")]
    pub watch: bool,

    /// Ask the service too which uploads of the run are open, and how many parts they have
    #[arg(long, conflicts_with = "watch", help_heading = "Output")]
    pub remote: bool,

    /// What stdout holds
    #[arg(long, value_enum, default_value_t, env = "OMICS_UPLOAD_OUTPUT", help_heading = "Output")]
    pub output: Output,
}

/// Options of `batch report`.
#[derive(Debug, Args)]
pub struct ReportOptions {
    #[command(flatten)]
    pub run: RunChoice,

    /// Write a page for a browser: totals, every row with its files, hashes and checks, and what failed
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub html: Option<PathBuf>,

    /// Leave paths, host names and user names out of that page
    #[arg(long, requires = "html", help_heading = "Output")]
    pub redact: bool,

    /// Write the sheet there with columns for the read set of each row
    #[arg(id = "sheet_out", long = "sheet", value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub sheet_out: Option<PathBuf>,

    /// Replace the files in that sheet by URIs of the read sets
    #[arg(long, value_name = "URIS", requires = "sheet_out", help_heading = "Output")]
    pub rewrite_sources: Option<UriKind>,

    /// What stdout holds
    #[arg(long, value_enum, default_value_t, env = "OMICS_UPLOAD_OUTPUT", help_heading = "Output")]
    pub output: Output,
}

impl SheetChoice {
    pub const fn merging(&self) -> Merging {
        match (self.merge_lanes, self.merge_rows) {
            (_, true) => Merging::Rows,
            (true, false) => Merging::Lanes,
            (false, false) => Merging::None,
        }
    }
}

impl PlanOptions {
    /// Whether a row is to be planned anew.
    pub fn replans(&self, row: usize) -> bool {
        self.replan.iter().any(|one| matches!(one, Replan::All) || *one == Replan::Row(row))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::{Cli, Command, IfExistsOption};

    fn batch(line: &str) -> Result<BatchOptions, clap::Error> {
        let words = ["omics-upload", "batch"].into_iter().chain(line.split(' '));
        match Cli::try_parse_from(words)?.command {
            Command::Batch(batch) => Ok(*batch),
            _ => unreachable!(),
        }
    }

    #[test]
    fn a_sheet_is_told_from_a_step() {
        for sheet in ["plan.csv", "./plan", "status.tsv", "sub/report"] {
            let options = batch(sheet).unwrap();
            assert!(options.step.is_none(), "{sheet}");
            assert_eq!(options.sheet.sheet, Some(sheet.into()));
        }
        assert!(matches!(batch("status run7").unwrap().step, Some(BatchStep::Status(_))));
        assert!(matches!(batch("plan s.csv --run r").unwrap().step, Some(BatchStep::Plan(_))));
        for bad in ["plan", "plan s.csv", "--store 1234567890 plan s.csv --run r", "a.csv b.csv"] {
            assert!(batch(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_there_is_skipped_by_default() {
        let plan = batch("s.csv").unwrap().plan;
        assert_eq!(plan.how.if_exists, IfExistsOption::Skip);
        let plan = batch("s.csv --if-exists upload --replan 3").unwrap().plan;
        assert_eq!(plan.how.if_exists, IfExistsOption::Upload);
        assert!(plan.replans(3) && !plan.replans(4));
        assert!(batch("s.csv --merge-lanes --merge-rows").is_err());
    }
}
