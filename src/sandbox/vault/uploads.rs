//! Operations on uploads in parts: initiate, list, abort, and what a fault may do to them.

use serde_json::{Value, json};

use super::{
    VaultOperation,
    answer::VaultAnswer,
    disk, error,
    holdings::{HeldUpload, HeldVault, REMEMBERED, is_within},
    ids,
    listing::VaultPage,
    range,
    record::{self, SavedVaultUpload},
    request::VaultRequest,
};
use crate::sandbox::{
    rules::ApiError,
    state::{Service, broken_disk, disk as files, private, record::now},
};

/// The most uploads that a page holds
/// (<https://docs.aws.amazon.com/amazonglacier/latest/dev/api-multipart-list-uploads.html>).
const PAGE: u64 = 50;

impl Service {
    pub(super) fn initiate(&self, request: &VaultRequest) -> Result<VaultAnswer, ApiError> {
        let part_size = range::part_size(request.header("x-amz-part-size")?)?;
        let description = request.description()?;
        let id = ids::new_upload();
        let record = SavedVaultUpload {
            id: id.clone(),
            created: now(),
            part_size,
            description,
            aborted: None,
        };
        let mut state = self.state()?;
        let vault = state.vaults.vault_mut(request)?;
        let dir = self.vault_upload_dir(request, &id);
        private::make_dir(&dir)
            .and_then(|()| files::write(&dir.join("upload.json"), &record))
            .map_err(|error| broken_disk(&error))?;
        vault.uploads.insert(id.clone(), HeldUpload::new(record));
        let location = request.location(&format!("/multipart-uploads/{id}"));
        Ok(VaultAnswer::Created(vec![("location", location), ("x-amz-multipart-upload-id", id)]))
    }

    /// In no order that means anything.
    pub(super) fn list_vault_uploads(
        &self,
        request: &VaultRequest,
    ) -> Result<VaultAnswer, ApiError> {
        let page = VaultPage::read(request, PAGE)?;
        let state = self.state()?;
        let uploads = &state.vaults.vault(request)?.uploads;
        let (uploads, next) = page.cut(uploads.range(page.from.clone()..), |(id, _)| (*id).clone());
        let list: Vec<_> =
            uploads.into_iter().map(|(_, upload)| describe(request, &upload.record)).collect();
        Ok(VaultAnswer::Document(json!({ "Marker": next, "UploadsList": list })))
    }

    pub(super) fn abort_vault_upload(
        &self,
        request: &VaultRequest,
    ) -> Result<VaultAnswer, ApiError> {
        let id = request.label("uploadId");
        let mut state = self.state()?;
        let vault = state.vaults.vault_mut(request)?;
        let now = now();
        let Some(upload) = vault.uploads.get(id) else {
            let again = vault.aborted.get(id).is_some_and(|at| is_within(*at, REMEMBERED, now));
            let done = || VaultAnswer::NoContent(Vec::new());
            return again.then(done).ok_or_else(|| error::no_upload(id));
        };
        upload.check_idle()?;
        let record = SavedVaultUpload { aborted: Some(now), ..upload.record.clone() };
        let dir = self.vault_upload_dir(request, id);
        files::write(&dir.join("upload.json"), &record).map_err(|error| broken_disk(&error))?;
        // What cannot be removed now is removed at the next start.
        drop(private::sweep(&dir, |name| name != "upload.json" && disk::is_of_upload(name)));
        vault.uploads.remove(id);
        vault.aborted.insert(id.to_owned(), now);
        Ok(VaultAnswer::NoContent(Vec::new()))
    }

    /// The upload that a request names is forgotten, and what it has become; all uploads if it names
    /// none. So it goes with those that rest too long.
    pub(super) fn vanish(&self, request: &VaultRequest) -> Result<(), ApiError> {
        let mut state = self.state()?;
        let Ok(vault) = state.vaults.vault_mut(request) else { return Ok(()) };
        let ids = if request.operation == VaultOperation::ListMultipartUploads {
            vault.uploads.keys().cloned().collect()
        } else {
            vec![request.label("uploadId").to_owned()]
        };
        ids.iter().try_for_each(|id| self.forget(request, vault, id))
    }

    fn forget(
        &self,
        request: &VaultRequest,
        vault: &mut HeldVault,
        id: &str,
    ) -> Result<(), ApiError> {
        let was_there = vault.uploads.remove(id).is_some() | vault.aborted.remove(id).is_some();
        if was_there {
            disk::remove_upload(&self.vault_upload_dir(request, id))
                .map_err(|error| broken_disk(&error))?;
        }
        let dir = self.vault_dir(request);
        for archive in vault.archives.values_mut() {
            if archive.upload.take_if(|upload| upload == id).is_some() {
                files::write(&disk::archive_record(&dir, &archive.id), archive)
                    .map_err(|error| broken_disk(&error))?;
            }
        }
        Ok(())
    }
}

/// An upload as both lists show it.
pub(super) fn describe(request: &VaultRequest, record: &SavedVaultUpload) -> Value {
    json!({
        "ArchiveDescription": record.description,
        "CreationDate": record::shown(record.created),
        "MultipartUploadId": record.id,
        "PartSizeInBytes": record.part_size,
        "VaultARN": request.vault_arn(),
    })
}
