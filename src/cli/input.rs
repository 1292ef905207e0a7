//! Which files, what is said of them, and the command that only looks at them.

use std::path::PathBuf;

use clap::{Args, ValueHint, builder::FalseyValueParser};

use super::{
    values::{self, IdPattern, Output},
    verifying::Md5Options,
};
use crate::{
    formats::FileType,
    types::{PartSize, ReadSetName, SampleId, SubjectId},
};

/// Which files, and what is said of them.
#[derive(Debug, Args)]
pub struct FileOptions {
    /// FASTQ (gzip or BGZF), BAM, CRAM or unmapped BAM files
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath, required_unless_present = "r1")]
    pub files: Vec<PathBuf>,

    /// Mates 1 of a FASTQ pair
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "r2", help_heading = "Read set")]
    pub r1: Option<PathBuf>,

    /// Mates 2 of a FASTQ pair
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "r1", help_heading = "Read set")]
    pub r2: Option<PathBuf>,

    /// Make one read set of the FASTQ files that differ by lane only, in the order of their lanes; each
    /// lane of read 1 needs its lane of read 2
    #[arg(long, value_parser = FalseyValueParser::new(), env = "OMICS_UPLOAD_MERGE_LANES", help_heading = "Read set")]
    pub merge_lanes: bool,

    #[command(flatten)]
    pub stated: StatedOptions,
}

/// What is said of files, and what is let pass.
#[derive(Debug, Args)]
pub struct StatedOptions {
    /// File type: fastq, bam, cram or ubam [default: by the content]
    #[arg(
        long = "type",
        value_name = "TYPE",
        env = "OMICS_UPLOAD_TYPE",
        help_heading = "Read set"
    )]
    pub file_type: Option<FileType>,

    /// Name of the read set [default: the file's name without extensions]
    #[arg(long, env = "OMICS_UPLOAD_NAME", help_heading = "Read set")]
    pub name: Option<ReadSetName>,

    /// Sample ID [default: the SM of the @RG lines, else by the file's name]
    #[arg(long, value_name = "ID", env = "OMICS_UPLOAD_SAMPLE", help_heading = "Read set")]
    pub sample: Option<SampleId>,

    /// Subject ID [default: the sample ID]
    #[arg(long, value_name = "ID", env = "OMICS_UPLOAD_SUBJECT", help_heading = "Read set")]
    pub subject: Option<SubjectId>,

    /// Take a sample that differs from the header's or from that of the file's name
    #[arg(long, value_parser = FalseyValueParser::new(), env = "OMICS_UPLOAD_ALLOW_SAMPLE_MISMATCH", help_heading = "Read set")]
    pub allow_sample_mismatch: bool,

    /// What sample, subject, name and tag values must match as a whole: a regular expression
    #[arg(long, value_name = "REGEX", env = "OMICS_UPLOAD_ID_PATTERN", help_heading = "Read set")]
    pub id_pattern: Option<IdPattern>,

    /// Take BAM and CRAM files without an end-of-file marker, which old tools did not write
    #[arg(long, value_parser = FalseyValueParser::new(), env = "OMICS_UPLOAD_ALLOW_NO_EOF", help_heading = "Read set")]
    pub allow_no_eof: bool,

    /// Take FASTQ files that end with blank lines or zeros, which samtools refuses
    #[arg(long, value_parser = FalseyValueParser::new(), env = "OMICS_UPLOAD_ALLOW_PADDING", help_heading = "Read set")]
    pub allow_padding: bool,
}

/// Look at files, and say what they are, whether they are sound, and what `put` would make of them.
///
/// Nothing is sent, and no credentials, region or store are needed. What is found goes to stdout, and
/// what is wrong to stderr. The quick checks of `put` are made, which take the same time whatever the
/// size of a file; `--full` reads all of each file.
#[derive(Debug, Args)]
pub struct CheckOptions {
    #[command(flatten)]
    pub what: FileOptions,

    /// Read every file to its end: checksums, records, and mates in step
    #[arg(long, value_parser = FalseyValueParser::new(), env = "OMICS_UPLOAD_FULL")]
    pub full: bool,

    #[command(flatten)]
    pub md5: Md5Options,

    /// Size of the parts, 5MiB to 100MiB [default: 64MiB, or what a very large file needs]
    #[arg(long, value_name = "SIZE", value_parser = values::part_size, env = "OMICS_UPLOAD_PART_SIZE", help_heading = "Transfer")]
    pub part_size: Option<PartSize>,

    /// What stdout holds
    #[arg(long, value_enum, default_value_t, env = "OMICS_UPLOAD_OUTPUT", help_heading = "Output")]
    pub output: Output,

    /// Say only what is wrong
    #[arg(long, short, value_parser = FalseyValueParser::new(), env = "OMICS_UPLOAD_QUIET", help_heading = "Output")]
    pub quiet: bool,
}
