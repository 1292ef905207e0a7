//! The options that say what has to be known of the data before they become a read set.

use clap::{Args, builder::BoolishValueParser};

/// What is looked for beyond the quick checks.
#[derive(Debug, Args)]
pub struct Verify {
    /// Decode the data while they are sent: what is damaged is not completed, and at the end the
    /// store's hash of them is compared
    #[arg(long, value_parser = BoolishValueParser::new(), env = "OMICS_UPLOAD_VERIFY", hide_env = true, help_heading = "Checks")]
    pub verify: bool,
}
