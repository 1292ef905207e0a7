//! The command `vault`: bit-exact copies in S3 Glacier vaults.

use std::{path::PathBuf, str::FromStr};

use clap::{Args, Subcommand, ValueHint, builder::BoolishValueParser};

use super::{
    receipts::ReceiptFile,
    show::{Show, StateFolder},
    target::switched,
    transfer::SendingOptions,
    values::{Output, part_size_of},
};
use crate::{
    store::vault::{AccountId, RULES, VaultArn, VaultName},
    types::{ArchiveWords, Invalid, PartSize, UploadId},
};

/// Store files bit by bit in an S3 Glacier vault, and manage its unfinished uploads.
#[derive(Debug, Args)]
pub struct VaultOptions {
    #[command(subcommand)]
    pub command: VaultCommand,
}

#[derive(Debug, Subcommand)]
pub enum VaultCommand {
    Put(Box<VaultPut>),
    /// List the unfinished uploads in the vault
    Uploads {
        #[command(flatten)]
        common: VaultCommon,
    },
    Parts(VaultParts),
    /// Abort unfinished uploads and delete their parts
    Abort {
        #[arg(value_name = "UPLOAD_ID", required = true)]
        uploads: Vec<UploadId>,
        #[command(flatten)]
        common: VaultCommon,
    },
}

/// Store files as archives, bit by bit.
///
/// Any file can be stored. The IDs of the archives go to stdout, one a line, in the order of the files: an
/// ID is the only name of an archive, and is in a receipt on disk before it is printed. The same command
/// again resumes, also without local state. A file that is in the vault already, by its receipt, is not sent
/// again.
#[derive(Debug, Args)]
pub struct VaultPut {
    /// Files to store
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath, required = true)]
    pub files: Vec<PathBuf>,

    #[command(flatten)]
    pub target: VaultTarget,

    /// Description of the archives, which cannot be changed later [default: the file's name]
    #[arg(
        id = "archive_description",
        long = "description",
        value_name = "TEXT",
        env = "OMICS_UPLOAD_ARCHIVE_DESCRIPTION",
        help_heading = "Archive"
    )]
    pub description: Option<ArchiveWords>,

    /// Inventory of the vault, in JSON: files that it lists are not stored again, and get receipts
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Archive")]
    pub inventory: Option<PathBuf>,

    /// Size of the parts, a power of two from 1MiB to 4GiB [default: 64MiB, or what a very large file
    /// needs]
    #[arg(
        id = "archive_part_size",
        long = "part-size",
        value_name = "SIZE",
        value_parser = part_size,
        env = "OMICS_UPLOAD_ARCHIVE_PART_SIZE",
        help_heading = "Transfer"
    )]
    pub part_size: Option<PartSize>,

    #[command(flatten)]
    pub sending: SendingOptions,

    /// Do not resume, and store again what is in the vault already
    #[arg(long, value_parser = BoolishValueParser::new(), env = "OMICS_UPLOAD_FRESH", help_heading = "Transfer")]
    pub fresh: bool,

    #[command(flatten)]
    pub state: StateFolder,

    #[command(flatten)]
    pub receipt: ReceiptFile,

    #[command(flatten)]
    pub show: Show,
}

/// List the parts of an unfinished upload, with their tree hashes.
///
/// All pages are listed, unless `--marker` or `--limit` asks for some of them. JSON has the members of the
/// service's own answer to `ListParts`.
#[derive(Debug, Args)]
pub struct VaultParts {
    #[arg(value_name = "UPLOAD_ID", allow_hyphen_values = true)]
    pub upload: UploadId,

    /// Where the list begins: the `Marker` of an earlier list
    #[arg(long, value_name = "MARKER", allow_hyphen_values = true)]
    pub marker: Option<String>,

    /// Maximum number of parts to list [default with `--marker`: 50, a page of the service]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: Option<u32>,

    #[command(flatten)]
    pub common: VaultCommon,
}

/// What the commands about unfinished uploads take.
#[derive(Debug, Args)]
pub struct VaultCommon {
    #[command(flatten)]
    pub target: VaultTarget,

    #[command(flatten)]
    pub state: StateFolder,

    /// What stdout holds
    #[arg(long, value_enum, default_value_t, env = "OMICS_UPLOAD_OUTPUT", help_heading = "Output")]
    pub output: Output,
}

/// Which vault.
#[derive(Debug, Args)]
pub struct VaultTarget {
    /// Vault: its name or ARN [default with `--sandbox`: sandbox]
    #[arg(
        long,
        value_name = "NAME",
        env = "OMICS_UPLOAD_VAULT",
        allow_hyphen_values = true,
        help_heading = "Destination"
    )]
    pub vault: Option<VaultChoice>,

    /// AWS account of the vault: 12 digits, or `-` for that of the credentials
    #[arg(
        long,
        value_name = "ID",
        env = "OMICS_UPLOAD_ACCOUNT",
        allow_hyphen_values = true,
        help_heading = "Destination"
    )]
    pub account: Option<AccountId>,

    /// Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end
    #[arg(long, value_name = "DIR", num_args = 0..=1, require_equals = true, value_hint = ValueHint::DirPath, env = "OMICS_UPLOAD_SANDBOX", help_heading = "Destination")]
    #[expect(clippy::option_option, reason = "clap's form of a value that may be left out")]
    sandbox: Option<Option<PathBuf>>,
}

impl VaultTarget {
    /// A sandbox inside this process, kept in a folder if there is one.
    pub fn sandbox(&self) -> Option<Option<PathBuf>> {
        switched(self.sandbox.clone())
    }
}

/// A vault as users name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VaultChoice {
    Name(VaultName),
    Arn(VaultArn),
}

impl VaultChoice {
    pub const fn name(&self) -> &VaultName {
        match self {
            Self::Name(name) => name,
            Self::Arn(arn) => &arn.name,
        }
    }
}

impl FromStr for VaultChoice {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.starts_with("arn:") {
            return text.parse().map(Self::Arn);
        }
        text.parse().map(Self::Name)
    }
}

/// A size of parts, as a vault takes them.
fn part_size(text: &str) -> Result<PartSize, Invalid> {
    part_size_of(text, &RULES, "a power of two from 1 MiB to 4 GiB is needed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_size_is_a_power_of_two() {
        for (text, bytes) in [("1MiB", 1 << 20), ("64MiB", 64 << 20), ("4GiB", 4 << 30)] {
            assert_eq!(part_size(text).map(PartSize::get), Ok(bytes));
        }
        for (text, message) in [
            (
                "100MiB",
                "`100MiB` is not a part size: it is 104857600 bytes, and a power of two from 1 MiB to \
                 4 GiB is needed",
            ),
            ("8GiB", "it is 8589934592 bytes"),
            ("64MB", "it is 64000000 bytes"),
            ("big", "`big` is not a size"),
        ] {
            let said = part_size(text).unwrap_err().to_string();
            assert!(said.contains(message), "{said}");
        }
    }
}
