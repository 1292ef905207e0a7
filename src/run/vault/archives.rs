//! Which archives this machine has made of a file, by their receipts.

use super::identity::VaultIdentity;
use crate::{
    engine::KnownArchive,
    receipt::{ArchiveReceipt, ArchiveReceipts, FileIdentity, ReceiptError},
    source::{Identity, Source},
    types::Fingerprint,
};

/// A file as receipts have it.
pub(super) fn identity_of(identity: &Identity) -> FileIdentity {
    FileIdentity {
        device: identity.device,
        inode: identity.inode,
        modified: identity.modified.to_string(),
        changed: identity.changed.to_string(),
    }
}

/// The archives of a file in a vault: of the same name, and of the same size and blocks. Where the file is
/// another by its date or place, its content has to be compared.
pub(super) fn known(
    receipts: &ArchiveReceipts,
    vault: &VaultIdentity,
    fingerprint: Fingerprint,
    source: &Source,
) -> Result<Vec<KnownArchive>, ReceiptError> {
    // Who does not know the account does not know the vault.
    if vault.created.is_none() {
        return Ok(Vec::new());
    }
    let Some(file) = source.files().into_iter().next() else { return Ok(Vec::new()) };
    let name = file.path().file_name().unwrap_or_default().to_string_lossy();
    let identity = file.identity();
    let is_of = |receipt: &ArchiveReceipt| {
        receipt.vault_arn == vault.arn
            && receipt.vault_created == vault.created
            && receipt.error.is_none()
            && receipt.file.bytes == file.size().get()
            && receipt.file.name == name
    };
    let known = |receipt: ArchiveReceipt| {
        let is_unchanged = identity.as_ref().map(identity_of) == Some(receipt.file.identity);
        let id = receipt.archive_id?.parse().ok()?;
        let upload = receipt.upload_id.and_then(|upload| upload.parse().ok());
        let tree = receipt.sha256_tree_hash?.parse().ok()?;
        Some(KnownArchive { id, upload, tree, is_unchanged })
    };
    Ok(receipts.of(fingerprint)?.into_iter().filter(is_of).filter_map(known).collect())
}
