//! The command `sandbox`.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, ValueHint};

/// Serve the storage API of HealthOmics on loopback, for trying things out and for tests.
///
/// Prints its URL on stdout, and runs until it is stopped by a signal. With
/// `AWS_ENDPOINT_URL_OMICS=URL`, this program, the AWS CLI and every AWS SDK talk to it. It serves S3
/// Glacier vaults as well, with `AWS_ENDPOINT_URL_GLACIER=URL`; a vault `sandbox` is there.
#[derive(Debug, Args)]
pub struct SandboxOptions {
    /// Keep everything there [default: a temporary folder, removed at the end]
    #[arg(long, value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,

    /// Address to listen at; loopback only, and port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,

    /// Reference genome: a FASTA file, or its index (`.fai`) alone; may be given more than once
    #[arg(long = "reference", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub references: Vec<PathBuf>,

    /// Misbehave on request, such as `UploadReadSetPart:error:ThrottlingException,times=3`; may be
    /// given more than once
    #[arg(long = "fault", value_name = "SPEC")]
    pub faults: Vec<String>,

    /// Write a line of JSON for every request there
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub request_log: Option<PathBuf>,

    /// Forget the data of parts once it is hashed, to measure speed without the disk; read sets
    /// become active unchecked, and cannot be read back
    #[arg(long)]
    pub discard: bool,
}
