//! Complete: from the parts of an upload to one archive.

use std::{
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::{Arc, PoisonError},
};

use data_encoding::HEXLOWER;

use super::{
    VaultOperation,
    answer::VaultAnswer,
    disk, error,
    holdings::{HeldUpload, HeldVault, REMEMBERED, is_within},
    ids, parts, range,
    record::{SavedArchive, SavedVaultPart},
    request::VaultRequest,
    sums::{self, TREE_HEADER},
    tree::{self, SumBytes},
};
use crate::sandbox::{
    faults::{Action, Struck},
    rules::ApiError,
    state::{Service, broken_disk, disk as files, private, record::now},
};

const SIZE_HEADER: &str = "x-amz-archive-size";

/// What the client says that the archive is.
struct ArchiveClaim {
    size: u64,
    tree: SumBytes,
}

impl ArchiveClaim {
    fn read(request: &VaultRequest) -> Result<Self, ApiError> {
        let text = request.required_header(SIZE_HEADER)?;
        let size = range::digits(text).ok_or_else(|| error::invalid_value(SIZE_HEADER, text))?;
        Ok(Self { size, tree: sums::sum(request, TREE_HEADER)? })
    }

    fn check(&self, size: u64, tree_hash: &str) -> Result<(), ApiError> {
        if self.size != size {
            return Err(error::invalid_value(SIZE_HEADER, &self.size.to_string()));
        }
        let claimed = HEXLOWER.encode(&self.tree);
        if claimed != tree_hash {
            return Err(error::invalid_value(TREE_HEADER, &claimed));
        }
        Ok(())
    }
}

impl Service {
    pub(super) fn complete_vault_upload(
        &self,
        request: &VaultRequest,
        struck: &Struck,
    ) -> Result<VaultAnswer, ApiError> {
        let claim = ArchiveClaim::read(request)?;
        let turn = {
            let state = self.state()?;
            let upload = state.vaults.vault(request)?.uploads.get(request.label("uploadId"));
            upload.map(|upload| Arc::clone(&upload.turn))
        };
        // A second Complete waits until the first has made the archive.
        let _turn = turn.as_ref().map(|turn| turn.lock().unwrap_or_else(PoisonError::into_inner));
        let plan = {
            let state = self.state()?;
            let vault = state.vaults.vault(request)?;
            match vault.uploads.get(request.label("uploadId")) {
                Some(upload) => self.plan(upload, &claim)?,
                None => {
                    return repeat(vault, &claim, request).map(|it| answer(request, it, struck));
                }
            }
        };
        let archive = self.assemble(request, plan)?;
        Ok(answer(request, &archive, struck))
    }

    /// What the archive will be, if the parts are whole and what the client means.
    fn plan(
        &self,
        upload: &HeldUpload,
        claim: &ArchiveClaim,
    ) -> Result<(SavedArchive, Vec<SavedVaultPart>), ApiError> {
        let hidden = |part: &SavedVaultPart| {
            let operation = VaultOperation::CompleteMultipartUpload;
            self.faults.part(operation, None, part.number).has(&Action::HidePart)
        };
        let parts: Vec<_> = upload.parts.values().filter(|part| !hidden(part)).cloned().collect();
        check_ranges(&parts)?;
        let size = parts.iter().map(|part| part.size).sum();
        let roots = parts.iter().map(|part| sum_of(&part.tree_hash));
        let tree_hash = HEXLOWER.encode(&tree::fold(roots.collect()));
        claim.check(size, &tree_hash)?;
        let archive = SavedArchive {
            id: ids::new_archive(),
            created: now(),
            size,
            tree_hash,
            description: upload.record.description.clone(),
            upload: Some(upload.record.id.clone()),
            kept: parts.iter().all(|part| part.file.is_some()),
        };
        Ok((archive, parts))
    }

    /// Copies the parts together, without keeping others from their uploads meanwhile.
    fn assemble(
        &self,
        request: &VaultRequest,
        (mut archive, parts): (SavedArchive, Vec<SavedVaultPart>),
    ) -> Result<SavedArchive, ApiError> {
        let id = request.label("uploadId");
        let (dir, upload_dir) = (self.vault_dir(request), self.vault_upload_dir(request, id));
        let broken = |error| broken_disk(&error);
        let data = disk::archives(&dir).join(disk::archive_data(&archive.id));
        let unkept = files::Unkept::new(data.clone());
        if archive.kept {
            copy(&upload_dir, &parts, &data).map_err(broken)?;
        }
        let mut state = self.state()?;
        let vault = state.vaults.vault_mut(request)?;
        if !vault.uploads.contains_key(id) {
            return Err(error::no_upload(id));
        }
        archive.created = now();
        files::write(&disk::archive_record(&dir, &archive.id), &archive).map_err(broken)?;
        if archive.kept {
            unkept.keep();
        }
        vault.uploads.remove(id);
        vault.archives.insert(archive.id.clone(), archive.clone());
        // An upload that an archive names is removed at the next start as well.
        drop(disk::remove_upload(&upload_dir));
        Ok(archive)
    }
}

/// Each part begins where the one before ends, and all but the last are whole.
fn check_ranges(parts: &[SavedVaultPart]) -> Result<(), ApiError> {
    let mut end = 0;
    for part in parts {
        if part.start != end {
            return Err(error::invalid(format!(
                "Missing content range: bytes {end}-{} have not been uploaded",
                part.start - 1
            )));
        }
        end += part.size;
    }
    if parts.is_empty() {
        return Err(error::invalid("Missing content range: no part has been uploaded"));
    }
    Ok(())
}

/// Complete is idempotent for a while.
fn repeat<'a>(
    vault: &'a HeldVault,
    claim: &ArchiveClaim,
    request: &VaultRequest,
) -> Result<&'a SavedArchive, ApiError> {
    let id = request.label("uploadId");
    let mut archives = vault.archives.values();
    let archive = archives
        .find(|archive| archive.upload.as_deref() == Some(id))
        .filter(|archive| is_within(archive.created, REMEMBERED, now()))
        .ok_or_else(|| error::no_upload(id))?;
    claim.check(archive.size, &archive.tree_hash)?;
    Ok(archive)
}

fn sum_of(tree_hash: &str) -> SumBytes {
    let bytes = HEXLOWER.decode(tree_hash.as_bytes()).ok();
    // Only a record that somebody changed by hand has no sum, and then no claim is right.
    bytes.and_then(|bytes| bytes.try_into().ok()).unwrap_or_default()
}

fn copy(dir: &Path, parts: &[SavedVaultPart], to: &Path) -> io::Result<()> {
    let mut archive = private::create(to)?;
    for part in parts {
        let path: PathBuf = part.file.iter().map(|file| dir.join(file)).collect();
        let copied = io::copy(&mut private::open(&path)?.take(part.size), &mut archive)?;
        if copied != part.size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(())
}

/// The answer about a new archive.
pub(super) fn answer(
    request: &VaultRequest,
    archive: &SavedArchive,
    struck: &Struck,
) -> VaultAnswer {
    let mut tree_hash = archive.tree_hash.clone();
    if struck.has(&Action::WrongChecksum) {
        tree_hash = HEXLOWER.encode(&parts::other_than(&sum_of(&tree_hash)));
    }
    VaultAnswer::Created(vec![
        ("location", request.location(&format!("/archives/{}", archive.id))),
        ("x-amz-archive-id", archive.id.clone()),
        (TREE_HEADER, tree_hash),
    ])
}
