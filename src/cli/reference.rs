//! Which genome reads are aligned to, and how sure that has to be.

use std::path::PathBuf;

use clap::{Args, ValueHint, builder::BoolishValueParser};

use crate::types::ReferenceChoice;

/// What `put` is told about the reference.
#[derive(Debug, Args)]
pub struct ReferenceOptions {
    /// Reference genome, which BAM and CRAM need: its ARN, or `auto` for the one in the account's
    /// reference store that has the sequences of the reads' header
    #[arg(
        id = "reference",
        long = "reference",
        value_name = "ARN",
        env = "OMICS_UPLOAD_REFERENCE",
        help_heading = "Read set"
    )]
    pub choice: Option<ReferenceChoice>,

    /// Upload reads whose header does not fit the reference
    #[arg(id = "allow_reference_mismatch", long = "allow-reference-mismatch", value_parser = BoolishValueParser::new(), env = "OMICS_UPLOAD_ALLOW_REFERENCE_MISMATCH", help_heading = "Read set")]
    pub allow_mismatch: bool,

    /// Give the sandbox of this process a reference genome: a FASTA file, or its index (`.fai`); may
    /// be given more than once
    #[arg(id = "sandbox_reference", long = "sandbox-reference", value_name = "FILE", value_hint = ValueHint::FilePath, env = "OMICS_UPLOAD_SANDBOX_REFERENCE", help_heading = "Destination")]
    pub sandbox_files: Vec<PathBuf>,
}
