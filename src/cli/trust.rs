//! What is let pass although it looks wrong.

use clap::{Args, builder::FalseyValueParser};

/// What is let pass although it looks wrong.
#[derive(Debug, Args)]
pub struct Trust {
    /// Take BAM and CRAM files without an end-of-file marker, which old tools did not write
    #[arg(
        long,
        value_parser = FalseyValueParser::new(),
        env = "OMICS_UPLOAD_ALLOW_NO_EOF",
        hide_env = true,
        help_heading = "Read set"
    )]
    pub allow_no_eof: bool,
}
