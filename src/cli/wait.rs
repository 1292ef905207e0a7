//! The command `wait`.

use clap::Args;

use super::{show::Show, target::Target, values::Span};
use crate::types::ReadSetId;

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
    #[arg(long, value_name = "DURATION", default_value = "2h", env = "OMICS_UPLOAD_WAIT_TIMEOUT")]
    pub wait_timeout: Span,

    /// How long nothing may get through at all before giving up
    #[arg(long, value_name = "DURATION", default_value = "1h", env = "OMICS_UPLOAD_GIVE_UP_AFTER")]
    pub give_up_after: Span,

    #[command(flatten)]
    pub show: Show,
}
