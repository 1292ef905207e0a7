//! Operations on archives as a whole: take one in with one request, delete one.

use std::{fs, io};

use data_encoding::HEXLOWER;

use super::{
    answer::VaultAnswer, complete, disk, error, ids, record::SavedArchive, request::VaultRequest,
    sums::ClaimedSums,
};
use crate::sandbox::{
    faults::Struck,
    rules::ApiError,
    state::{Received, ReceivedData, Service, broken_disk, disk as files, record::now},
};

/// The largest archive that comes with one request
/// (<https://docs.aws.amazon.com/amazonglacier/latest/dev/uploading-archive-single-op.html>).
const MAX_SIZE: u64 = 4 << 30;

/// An archive that may come.
pub(crate) struct ExpectedArchive {
    pub(crate) id: String,
    description: Option<String>,
    length: u64,
    sums: ClaimedSums,
}

impl Service {
    /// Whether an archive may come, before any of it has been read.
    pub(super) fn expect_archive(
        &self,
        request: &VaultRequest,
        length: Option<u64>,
    ) -> Result<ExpectedArchive, ApiError> {
        let length = length.ok_or_else(|| error::missing("Content-Length"))?;
        if length == 0 || length > MAX_SIZE {
            return Err(error::invalid_value("Content-Length", &length.to_string()));
        }
        let (description, sums) = (request.description()?, ClaimedSums::read(request)?);
        self.state()?.vaults.vault(request)?;
        Ok(ExpectedArchive { id: ids::new_archive(), description, length, sums })
    }

    pub(super) fn keep_archive(
        &self,
        request: &VaultRequest,
        expected: ExpectedArchive,
        received: Received,
        struck: &Struck,
    ) -> Result<VaultAnswer, ApiError> {
        let Received { data, size, digest, tree } = received;
        let root = tree.unwrap_or(digest);
        if size != expected.length {
            return Err(error::invalid_value("Content-Length", &expected.length.to_string()));
        }
        expected.sums.check(&digest, &root)?;
        let archive = SavedArchive {
            id: expected.id,
            created: now(),
            size,
            tree_hash: HEXLOWER.encode(&root),
            description: expected.description,
            upload: None,
            kept: data.is_some(),
        };
        let mut state = self.state()?;
        let vault = state.vaults.vault_mut(request)?;
        files::write(&disk::archive_record(&self.vault_dir(request), &archive.id), &archive)
            .map_err(|error| broken_disk(&error))?;
        if let Some(ReceivedData { file, .. }) = data {
            file.keep();
        }
        let answer = complete::answer(request, &archive, struck);
        vault.archives.insert(archive.id.clone(), archive);
        Ok(answer)
    }

    /// An archive that is not there is as good as deleted.
    pub(super) fn delete_archive(&self, request: &VaultRequest) -> Result<VaultAnswer, ApiError> {
        let id = request.label("archiveId");
        let mut state = self.state()?;
        let vault = state.vaults.vault_mut(request)?;
        if vault.archives.contains_key(id) {
            let dir = self.vault_dir(request);
            match fs::remove_file(disk::archive_record(&dir, id)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(broken_disk(&error));
                }
                _ => {}
            }
            drop(files::Unkept::new(disk::archives(&dir).join(disk::archive_data(id))));
            vault.archives.remove(id);
        }
        Ok(VaultAnswer::NoContent(Vec::new()))
    }
}
