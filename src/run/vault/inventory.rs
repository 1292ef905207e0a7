//! What an inventory of a vault says that it holds: by it, archives are found that no receipt names. A vault
//! makes one about once a day; asking for it is a job that takes hours.

use std::{fs::File, path::Path};

use serde::Deserialize;

use super::identity::VaultIdentity;
use crate::{
    engine::KnownArchive,
    files,
    report::Problem,
    types::{ArchiveId, ByteCount, Escaped},
};

/// In bytes: an inventory of more than a million archives.
const LONGEST: u64 = 512 * 1024 * 1024;

/// The document of the job `inventory-retrieval` in JSON
/// (<https://docs.aws.amazon.com/amazonglacier/latest/dev/api-job-output-get.html>).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Inventory {
    #[serde(rename = "VaultARN")]
    vault_arn: String,
    #[serde(rename = "InventoryDate")]
    pub(super) date: String,
    archive_list: Vec<InventoriedArchive>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InventoriedArchive {
    archive_id: String,
    archive_description: Option<String>,
    size: u64,
    #[serde(rename = "SHA256TreeHash")]
    tree: String,
}

impl Inventory {
    pub(crate) fn read(path: &Path) -> Result<Self, Problem> {
        let shown = Escaped::new(&path.to_string_lossy()).to_string();
        let read = File::open(path).and_then(|file| files::contents(&file, LONGEST));
        let bytes = read.map_err(|error| {
            let error = anyhow::Error::new(error);
            Problem::new(error.context(format!("cannot read the inventory `{shown}`")))
        })?;
        serde_json::from_slice(&bytes).map_err(|error| {
            let error = anyhow::Error::new(error);
            Problem::new(error.context(format!("`{shown}` is not an inventory of a vault in JSON")))
                .hint(
                    "`aws glacier get-job-output --account-id - --vault-name VAULT --job-id JOB_ID FILE` \
                     writes the inventory to FILE when its job has ended",
                )
        })
    }

    /// Refuses that of another vault.
    pub(super) fn check(&self, vault: &VaultIdentity) -> Result<(), Problem> {
        let name = |arn: &str| arn.rsplit('/').next().map(str::to_owned);
        // Who may not ask for the vault does not know its account.
        let is_known = vault.created.is_some();
        if self.vault_arn == vault.arn || !is_known && name(&self.vault_arn) == name(&vault.arn) {
            return Ok(());
        }
        let theirs = Escaped::new(&self.vault_arn).to_string();
        let error = anyhow::anyhow!("the inventory is of {theirs}, and the vault is {}", vault.arn);
        Err(Problem::new(error).hint("give the inventory of this vault, or another `--vault`"))
    }

    /// The archives that a file of this size may be; its content decides.
    pub(super) fn known(&self, size: ByteCount) -> Vec<KnownArchive> {
        let of_size = self.archive_list.iter().filter(|archive| archive.size == size.get());
        let known = |archive: &InventoriedArchive| {
            let (id, tree) = (archive.archive_id.parse().ok()?, archive.tree.parse().ok()?);
            Some(KnownArchive { id, upload: None, tree, is_unchanged: false })
        };
        of_size.filter_map(known).collect()
    }

    pub(super) fn description(&self, id: &ArchiveId) -> Option<&str> {
        let mut all = self.archive_list.iter();
        let archive = all.find(|archive| archive.archive_id == id.as_str())?;
        Some(archive.archive_description.as_deref().unwrap_or_default())
    }
}
