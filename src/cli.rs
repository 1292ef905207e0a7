//! What the user types: clap's types, with values parsed into domain types, and the help texts.
//!
//! Knows no environment beyond what clap reads for it; defaults that depend on anything are
//! resolved by the commands.

mod batch;
mod exit_status;
mod input;
mod put;
mod rates;
mod receipts;
mod reference;
mod refusal;
mod sandbox;
mod show;
mod target;
mod transfer;
mod unfinished;
mod values;
#[cfg(feature = "vault")]
mod vault;
mod verify;
mod verifying;
mod wait;
mod when_proven;

use clap::{Parser, Subcommand};

pub use batch::{
    BatchOptions, BatchStep, CompleteOptions, PathMap, PlanOptions, PlanStepOptions, ReportOptions,
    RunChoice, ShardChoice, ShareStepOptions, SheetChoice, StatusOptions, StepOptions,
    SubmitOptions, VerifyStepOptions,
};
pub use exit_status::EXIT_STATUS;
pub use input::{CheckOptions, FileOptions, StatedOptions};
pub use put::{Put, PutOptions};
pub use rates::{Bandwidth, RequestRate};
pub use receipts::{ReceiptFile, ReceiptStoreOptions, ReceiptsCommand, ReceiptsOptions};
pub use reference::ReferenceOptions;
pub use refusal::explain;
pub use sandbox::SandboxOptions;
pub use show::{Show, StateFolder};
pub use target::Target;
pub use transfer::{Piped, SendingOptions, TransferOptions};
pub use unfinished::{Common, Resume, Uploads, UploadsCommand};
pub use values::{
    ConcurrencyOption, IdPattern, IfExistsOption, Output, Replan, Span, Time, UriKind, part_size,
};
#[cfg(feature = "vault")]
pub use vault::{
    VaultChoice, VaultCommand, VaultCommon, VaultOptions, VaultParts, VaultPut, VaultTarget,
};
pub use verify::VerifyReadSet;
pub use verifying::{Md5Options, VerifyOptions};
pub use wait::Wait;
pub use when_proven::WhenProven;

/// Upload FASTQ, BAM, CRAM and unmapped BAM files into AWS HealthOmics sequence stores.
#[derive(Debug, Parser)]
#[command(name = "omics-upload", version, max_term_width = 100, disable_help_subcommand = false)]
#[command(mut_subcommands(without_variables))]
#[command(after_help = "\
Credentials, region, profile, endpoint, proxies and CA bundle come from where AWS's tools have them.
`omics-upload help exit-status` lists the exit statuses.")]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Put(Box<Put>),
    Batch(Box<BatchOptions>),
    Resume(Box<Resume>),
    Uploads(Uploads),
    Wait(Wait),
    Check(Box<CheckOptions>),
    Verify(Box<VerifyReadSet>),
    Receipts(ReceiptsOptions),
    #[cfg(feature = "vault")]
    Vault(VaultOptions),
    Sandbox(SandboxOptions),
    /// Print the completion script of a shell.
    Completions {
        shell: clap_complete::Shell,
    },
    /// Print the manual page.
    Man,
    /// List the exit statuses.
    #[command(hide = true, name = "exit-status", before_help = EXIT_STATUS, help_template = "{before-help}")]
    ExitStatus,
}

/// Every option has a variable of its name: the help says so once, and not at each of them.
fn without_variables(command: clap::Command) -> clap::Command {
    command.mut_args(|arg| arg.hide_env(true)).mut_subcommands(without_variables)
}
