//! The commands about unfinished uploads: `resume` and `uploads`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

use super::{
    receipts::ReceiptFile,
    show::{Show, StateFolder},
    target::Target,
    transfer::TransferOptions,
    values::{Output, Span, Time},
    verifying::VerifyOptions,
};
use crate::{store::omics::upload_id, types::UploadId};

/// Finish what was interrupted on this machine: all of it, or one upload.
///
/// `put` with the same files and options does the same; this needs neither. With an upload ID that
/// this machine knows nothing of, its files have to be given.
#[derive(Debug, Args)]
pub struct Resume {
    /// The upload to finish [default: all that this machine knows in the store]
    #[arg(value_name = "UPLOAD_ID", value_parser = upload_id)]
    pub upload: Option<UploadId>,

    /// Its files, if this machine knows nothing of it or they have been moved
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub files: Vec<PathBuf>,

    #[command(flatten)]
    pub target: Target,

    #[command(flatten)]
    pub effort: TransferOptions,

    #[command(flatten)]
    pub verify: VerifyOptions,

    #[command(flatten)]
    pub state: StateFolder,

    #[command(flatten)]
    pub receipt: ReceiptFile,

    #[command(flatten)]
    pub show: Show,
}

/// List, look at and give up unfinished uploads.
#[derive(Debug, Args)]
pub struct Uploads {
    #[command(subcommand)]
    pub command: UploadsCommand,
}

#[derive(Debug, Subcommand)]
pub enum UploadsCommand {
    /// List the unfinished uploads in the store
    List {
        #[command(flatten)]
        common: Common,
    },
    /// List the parts that the store has of an upload
    Parts {
        #[arg(value_name = "UPLOAD_ID", value_parser = upload_id)]
        upload: UploadId,
        /// Of one source only
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=2))]
        source: Option<u8>,
        /// Only parts made after this time, such as 2026-11-21T10:00:00Z
        #[arg(long, value_name = "TIME")]
        created_after: Option<Time>,
        /// Only parts made before this time
        #[arg(long, value_name = "TIME")]
        created_before: Option<Time>,
        /// List at most N parts
        #[arg(long, value_name = "N")]
        limit: Option<usize>,
        #[command(flatten)]
        common: Common,
    },
    /// Give uploads up and free their parts
    Abort {
        #[arg(value_name = "UPLOAD_ID", required = true, value_parser = upload_id)]
        uploads: Vec<UploadId>,
        /// Abort uploads that received a part less than 15 minutes ago from another machine
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        common: Common,
    },
    /// Give up old uploads that this program has made
    Prune {
        /// Minimum time since the upload was created and since its last part arrived, such as 7d
        #[arg(long, value_name = "DURATION")]
        older_than: Span,
        /// Those of other programs too
        #[arg(long)]
        all: bool,
        /// Show what would be given up
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        common: Common,
    },
}

/// What all of them take.
#[derive(Debug, Args)]
pub struct Common {
    #[command(flatten)]
    pub target: Target,

    #[command(flatten)]
    pub state: StateFolder,

    /// What stdout holds
    #[arg(long, value_enum, default_value_t, env = "OMICS_UPLOAD_OUTPUT", help_heading = "Output")]
    pub output: Output,
}
