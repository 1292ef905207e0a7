//! The command `verify`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::{
    show::{Show, StateFolder},
    target::Target,
};
use crate::types::ReadSetId;

/// See whether a read set holds what files hold, at any time after the upload.
///
/// The files are decoded, and the hash of their content is compared with the hash that the store has
/// made of the read set. Without FILE, the hash is that of a receipt. Prints `matches`, `differs`,
/// `differs (definition unconfirmed)`, `undecided` or `failed`.
#[derive(Debug, Args)]
#[command(after_help = "\
The exit status is 0 if it matches, 4 if the read set holds other data, 5 if it cannot be decided, and 1
if a file is damaged or there is no such read set.")]
pub struct VerifyReadSet {
    /// The read set, as `put` has printed it
    #[arg(value_name = "READ_SET_ID")]
    pub id: ReadSetId,

    /// Its file, its two mates, or the lanes that were merged for it [default: what the receipt on this
    /// machine says of them]
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath, num_args = 0..)]
    pub files: Vec<PathBuf>,

    /// Take the hash from this receipt of `put --verify`
    #[arg(id = "from_receipt", long = "receipt", value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "files")]
    pub from_receipt: Option<PathBuf>,

    #[command(flatten)]
    pub target: Target,

    #[command(flatten)]
    pub state: StateFolder,

    #[command(flatten)]
    pub show: Show,
}
