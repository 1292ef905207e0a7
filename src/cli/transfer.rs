//! The options that say how hard and how fast to try, those of `put` and `resume`; and what can be said
//! of standard input alone.

use clap::{Args, builder::BoolishValueParser};

use super::{
    rates::{Bandwidth, RequestRate},
    values::{self, ConcurrencyOption, Span},
};
use crate::types::ByteCount;

/// How hard to try to get parts through.
#[derive(Debug, Args)]
pub struct SendingOptions {
    /// Parts in flight, over all files: 1 to 64, or auto
    #[arg(
        long,
        value_name = "N",
        default_value = "auto",
        env = "OMICS_UPLOAD_CONCURRENCY",
        help_heading = "Transfer"
    )]
    pub concurrency: ConcurrencyOption,

    /// The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s
    #[arg(
        long,
        value_name = "RATE",
        env = "OMICS_UPLOAD_MAX_BANDWIDTH",
        help_heading = "Transfer"
    )]
    pub max_bandwidth: Option<Bandwidth>,

    /// Times the service may answer one request with an error or a wrong checksum; throttling and a
    /// dead network do not count
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = values::attempts, env = "OMICS_UPLOAD_ATTEMPTS", help_heading = "Transfer")]
    pub attempts: u32,

    /// How long nothing may get through at all before giving up with status 75
    #[arg(
        long,
        value_name = "DURATION",
        default_value = "1h",
        env = "OMICS_UPLOAD_GIVE_UP_AFTER",
        help_heading = "Transfer"
    )]
    pub give_up_after: Span,
}

/// How hard to try, and how long to wait.
#[derive(Debug, Args)]
pub struct TransferOptions {
    #[command(flatten)]
    pub sending: SendingOptions,

    /// Parts that the service takes in a second, over all files, of which 98 % are used: a number, or
    /// auto for the documented quota on AWS, and for what the service bears elsewhere
    #[arg(
        long,
        value_name = "N",
        default_value = "auto",
        env = "OMICS_UPLOAD_REQUESTS_PER_SECOND",
        help_heading = "Transfer"
    )]
    pub requests_per_second: RequestRate,

    /// Do not wait until the read set is active
    #[arg(long, value_parser = BoolishValueParser::new(), env = "OMICS_UPLOAD_NO_WAIT", help_heading = "Transfer")]
    pub no_wait: bool,

    /// How long to wait until the read set is active
    #[arg(
        long,
        value_name = "DURATION",
        default_value = "2h",
        env = "OMICS_UPLOAD_WAIT_TIMEOUT",
        help_heading = "Transfer"
    )]
    pub wait_timeout: Span,
}

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
