//! The command `put`.

use clap::{Args, builder::BoolishValueParser};

use super::{
    input::FileOptions,
    receipts::ReceiptFile,
    reference::ReferenceOptions,
    show::{Show, StateFolder},
    target::Target,
    transfer::{Piped, TransferOptions},
    values::{self, IfExistsOption},
    verifying::VerifyOptions,
};
use crate::types::{Description, GeneratedFrom, PartSize, Tag};

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
    pub what: FileOptions,

    #[command(flatten)]
    pub piped: Piped,

    #[command(flatten)]
    pub how: PutOptions,
}

/// What `put` and `batch` are told, whatever names their files.
#[derive(Debug, Args)]
pub struct PutOptions {
    #[command(flatten)]
    pub target: Target,

    #[command(flatten)]
    pub reference: ReferenceOptions,

    /// Where the data come from
    #[arg(
        long,
        value_name = "TEXT",
        env = "OMICS_UPLOAD_GENERATED_FROM",
        help_heading = "Read set"
    )]
    pub generated_from: Option<GeneratedFrom>,

    /// Description
    #[arg(long, value_name = "TEXT", env = "OMICS_UPLOAD_DESCRIPTION", help_heading = "Read set")]
    pub description: Option<Description>,

    /// Tag; may be given more than once
    #[arg(long = "tag", value_name = "KEY=VALUE", env = "OMICS_UPLOAD_TAG", value_delimiter = None, help_heading = "Read set")]
    pub tags: Vec<Tag>,

    /// Size of the parts, 5MiB to 100MiB [default: 64MiB, or what a very large file needs]
    #[arg(long, value_name = "SIZE", value_parser = values::part_size, env = "OMICS_UPLOAD_PART_SIZE", help_heading = "Transfer")]
    pub part_size: Option<PartSize>,

    #[command(flatten)]
    pub verify: VerifyOptions,

    #[command(flatten)]
    pub effort: TransferOptions,

    /// What to do if the store has a read set of the same name, sample, subject and type
    #[arg(
        long,
        value_enum,
        default_value_t,
        env = "OMICS_UPLOAD_IF_EXISTS",
        help_heading = "Transfer"
    )]
    pub if_exists: IfExistsOption,

    /// Do not resume: forget what was begun before, and start a new upload
    #[arg(long, value_parser = BoolishValueParser::new(), env = "OMICS_UPLOAD_FRESH", help_heading = "Transfer")]
    pub fresh: bool,

    /// Leave out the tag by which an upload is found again without local state
    #[arg(long, value_parser = BoolishValueParser::new(), env = "OMICS_UPLOAD_NO_FINGERPRINT", help_heading = "Transfer")]
    pub no_fingerprint: bool,

    #[command(flatten)]
    pub state: StateFolder,

    /// Print what would be done, and send nothing
    #[arg(long, value_parser = BoolishValueParser::new(), env = "OMICS_UPLOAD_DRY_RUN", help_heading = "Transfer")]
    pub dry_run: bool,

    #[command(flatten)]
    pub receipt: ReceiptFile,

    #[command(flatten)]
    pub show: Show,
}
