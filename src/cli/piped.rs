//! What can be said of standard input alone.

use clap::Args;

use super::values;
use crate::types::ByteCount;

/// How standard input is cut and kept.
#[derive(Debug, Args)]
pub struct Piped {
    /// About how long standard input is: sets the size of its parts as for a file [default: 16 parts
    /// of 64MiB, then 100MiB each]
    #[arg(long, value_name = "SIZE", value_parser = values::size, env = "OMICS_UPLOAD_SIZE", help_heading = "Transfer")]
    pub size: Option<ByteCount>,

    /// What the parts of standard input may take of memory [default: the parts in flight; with
    /// `--concurrency auto` 1GiB]
    #[arg(long, value_name = "SIZE", value_parser = values::size, env = "OMICS_UPLOAD_MAX_MEMORY", help_heading = "Transfer")]
    pub max_memory: Option<ByteCount>,
}
