//! All vaults and what is in them, in memory.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, TryLockError},
    time::Duration,
};

use jiff::Timestamp;

use super::{
    error,
    record::{SavedArchive, SavedVault, SavedVaultPart, SavedVaultUpload},
    request::VaultRequest,
};
use crate::sandbox::rules::ApiError;

/// How long Complete and Abort may be repeated: "a short time" in the documents.
pub(crate) const REMEMBERED: Duration = Duration::from_mins(10);

/// How long an upload may rest before it vanishes
/// (<https://docs.aws.amazon.com/amazonglacier/latest/dev/api-multipart-initiate-upload.html>).
pub(crate) const KEPT_AT_REST: Duration = Duration::from_hours(24);

/// By name, which is the order in which they are listed.
#[derive(Default)]
pub(crate) struct Vaults(pub(crate) BTreeMap<String, HeldVault>);

pub(crate) struct HeldVault {
    pub(crate) record: SavedVault,
    /// Neither completed nor aborted.
    pub(crate) uploads: BTreeMap<String, HeldUpload>,
    /// When uploads were aborted.
    pub(crate) aborted: BTreeMap<String, Timestamp>,
    pub(crate) archives: BTreeMap<String, SavedArchive>,
}

pub(crate) struct HeldUpload {
    pub(crate) record: SavedVaultUpload,
    /// By first byte.
    pub(crate) parts: BTreeMap<u64, SavedVaultPart>,
    /// Held by the one Complete that copies the parts together.
    pub(crate) turn: Arc<Mutex<()>>,
}

impl Vaults {
    pub(crate) fn vault(&self, request: &VaultRequest) -> Result<&HeldVault, ApiError> {
        self.0.get(request.label("vaultName")).ok_or_else(|| no_vault(request))
    }

    pub(crate) fn vault_mut(&mut self, request: &VaultRequest) -> Result<&mut HeldVault, ApiError> {
        self.0.get_mut(request.label("vaultName")).ok_or_else(|| no_vault(request))
    }

    pub(crate) fn upload(&self, request: &VaultRequest) -> Result<&HeldUpload, ApiError> {
        let id = request.label("uploadId");
        self.vault(request)?.uploads.get(id).ok_or_else(|| error::no_upload(id))
    }
}

impl HeldVault {
    pub(crate) fn new(record: SavedVault) -> Self {
        let (uploads, aborted, archives) = Default::default();
        Self { record, uploads, aborted, archives }
    }
}

impl HeldUpload {
    pub(crate) fn new(record: SavedVaultUpload) -> Self {
        Self { record, parts: BTreeMap::new(), turn: Arc::default() }
    }

    /// Nothing may change while the parts are copied together.
    pub(crate) fn check_idle(&self) -> Result<(), ApiError> {
        match self.turn.try_lock() {
            Err(TryLockError::WouldBlock) => {
                Err(error::unavailable("The multipart upload is being completed"))
            }
            _ => Ok(()),
        }
    }
}

fn no_vault(request: &VaultRequest) -> ApiError {
    error::not_found(format!("Vault not found for ARN: {}", request.vault_arn()))
}

/// Whether less than so much time has passed.
pub(crate) fn is_within(since: Timestamp, time: Duration, now: Timestamp) -> bool {
    since.checked_add(time).is_ok_and(|end| now < end)
}
