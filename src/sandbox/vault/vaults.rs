//! Operations on vaults themselves: create, describe, list.

use serde_json::{Value, json};

use super::{
    answer::VaultAnswer,
    disk, error,
    holdings::HeldVault,
    listing,
    record::{self, SavedVault},
    request::VaultRequest,
};
use crate::sandbox::{
    rules::ApiError,
    state::{Service, broken_disk, disk as files, private, record::now},
};

/// The most vaults that a page holds
/// (<https://docs.aws.amazon.com/amazonglacier/latest/dev/api-vaults-get.html>).
const PAGE: u64 = 10;

/// The most vaults in an account
/// (<https://docs.aws.amazon.com/amazonglacier/latest/dev/api-vault-put.html>).
const MAX_VAULTS: usize = 1000;

/// The vault that is there from the first start on.
const READY_MADE: &str = "sandbox";

impl Service {
    /// Makes the vault that is asked for, and the one that a sandbox without vaults gets.
    pub(crate) fn ready_made_vault(&self, asked: Option<&str>) -> std::io::Result<()> {
        let failed = |error: ApiError| std::io::Error::other(error.message);
        let is_new = self.state().map_err(failed)?.vaults.0.is_empty();
        let ready_made = is_new.then_some(READY_MADE);
        let mut wanted = ready_made.into_iter().chain(asked);
        wanted.try_for_each(|name| self.make_vault(name)).map_err(failed)
    }

    /// Nothing changes if it is there.
    fn make_vault(&self, name: &str) -> Result<(), ApiError> {
        let mut state = self.state()?;
        let vaults = &mut state.vaults.0;
        if vaults.contains_key(name) {
            return Ok(());
        }
        if vaults.len() >= MAX_VAULTS {
            return Err(error::too_many(MAX_VAULTS));
        }
        let record = SavedVault { name: name.to_owned(), created: now() };
        let dir = disk::vault(&self.home().vaults(), name);
        private::make_dir(&disk::archives(&dir))
            .and_then(|()| files::write(&dir.join("vault.json"), &record))
            .map_err(|error| broken_disk(&error))?;
        vaults.insert(name.to_owned(), HeldVault::new(record));
        Ok(())
    }

    pub(super) fn create_vault(&self, request: &VaultRequest) -> Result<VaultAnswer, ApiError> {
        self.make_vault(request.label("vaultName"))?;
        Ok(VaultAnswer::Created(vec![("location", request.location(""))]))
    }

    pub(super) fn describe_vault(&self, request: &VaultRequest) -> Result<VaultAnswer, ApiError> {
        let state = self.state()?;
        Ok(VaultAnswer::Document(describe(request, state.vaults.vault(request)?)))
    }

    /// The marker is the ARN of the last vault of the page before.
    pub(super) fn list_vaults(&self, request: &VaultRequest) -> Result<VaultAnswer, ApiError> {
        let limit = listing::limit(request, PAGE)?;
        let marker = request.parameter("marker").unwrap_or_default();
        let prefix = request.arn_prefix();
        let after = match marker.strip_prefix(&prefix) {
            _ if marker.is_empty() => "",
            Some(name) => name,
            None => return Err(error::invalid_value("marker", marker)),
        };
        let state = self.state()?;
        let mut rest =
            state.vaults.0.iter().filter(|(name, _)| after.is_empty() || name.as_str() > after);
        let page: Vec<_> = rest.by_ref().take(limit).map(|(_, vault)| vault).collect();
        let next = rest.next().and(page.last()).map(|last| request.arn_of(&last.record.name));
        let list: Vec<_> = page.into_iter().map(|vault| describe(request, vault)).collect();
        Ok(VaultAnswer::Document(json!({ "Marker": next, "VaultList": list })))
    }
}

/// Counts are those of the last inventory, and none is ever taken.
fn describe(request: &VaultRequest, vault: &HeldVault) -> Value {
    json!({
        "CreationDate": record::shown(vault.record.created),
        "LastInventoryDate": null,
        "NumberOfArchives": 0,
        "SizeInBytes": 0,
        "VaultARN": request.arn_of(&vault.record.name),
        "VaultName": vault.record.name,
    })
}
