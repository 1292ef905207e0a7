//! The options that say what has to be known of the data before they become a read set.

use std::path::PathBuf;

use clap::{Args, ValueHint, builder::BoolishValueParser};

use super::when_proven::WhenProven;

/// What is looked for beyond the quick checks.
#[derive(Debug, Default, Args)]
pub struct VerifyOptions {
    /// Decode the data while they are sent: what is damaged is not completed, and at the end the
    /// store's hash of them is compared
    #[arg(long, value_parser = BoolishValueParser::new(), env = "OMICS_UPLOAD_VERIFY", help_heading = "Checks")]
    pub verify: bool,

    /// What to do with FASTQ files once their read set is active, all parts are confirmed and the
    /// store's hash matches: keep, delete or move:DIR; needs --verify
    #[arg(
        long,
        value_name = "ACTION",
        default_value_t,
        env = "OMICS_UPLOAD_WHEN_PROVEN",
        help_heading = "Checks"
    )]
    pub when_proven: WhenProven,

    #[command(flatten)]
    pub md5: Md5Options,
}

/// The MD5 sums that a delivery came with.
#[derive(Debug, Default, Args)]
pub struct Md5Options {
    /// List with the MD5 of every file, as `md5sum` writes it; a file that has another is refused
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, env = "OMICS_UPLOAD_MD5_FILE", help_heading = "Checks")]
    pub md5_file: Option<PathBuf>,

    /// The same with the lists beside the files: FILE.md5, md5sum.txt, md5sums.txt or MD5.txt
    #[arg(long, value_parser = BoolishValueParser::new(), env = "OMICS_UPLOAD_CHECK_MD5", help_heading = "Checks")]
    pub check_md5: bool,
}
