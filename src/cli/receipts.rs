//! Receipts: where one is written, and the command that shows them.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

use super::{show::StateFolder, values::Output};

/// Where the receipt of a run is written.
#[derive(Debug, Args)]
pub struct ReceiptFile {
    /// Write the receipt there as well: what was sent, when, and how it is known that it arrived
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, env = "OMICS_UPLOAD_RECEIPT", help_heading = "Output")]
    pub receipt: Option<PathBuf>,
}

/// Show what was sent from this machine, when, and how it is known that it arrived.
#[derive(Debug, Args)]
pub struct ReceiptsOptions {
    #[command(subcommand)]
    pub command: ReceiptsCommand,
}

#[derive(Debug, Subcommand)]
pub enum ReceiptsCommand {
    /// List the receipts that are kept on this machine
    List {
        #[command(flatten)]
        kept: ReceiptStoreOptions,
    },
    /// Show a receipt
    Show {
        /// A read set ID, an archive ID, an upload ID, or a file with receipts
        #[arg(value_name = "ID|FILE", value_hint = ValueHint::FilePath)]
        what: PathBuf,
        #[command(flatten)]
        kept: ReceiptStoreOptions,
    },
}

/// Where receipts are kept, and how they are shown.
#[derive(Debug, Args)]
pub struct ReceiptStoreOptions {
    #[command(flatten)]
    pub state: StateFolder,

    /// What stdout holds
    #[arg(long, value_enum, default_value_t, env = "OMICS_UPLOAD_OUTPUT", help_heading = "Output")]
    pub output: Output,
}
