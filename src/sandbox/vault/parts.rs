//! Operations on the parts of an upload: take one in, list them.

use std::{
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    VaultOperation,
    answer::VaultAnswer,
    disk,
    listing::VaultPage,
    range::PartRange,
    record::SavedVaultPart,
    request::VaultRequest,
    sums::{ClaimedSums, TREE_HEADER},
    tree::{Leaves, SumBytes},
    uploads,
};
use crate::sandbox::{
    faults::{Action, Struck},
    rules::ApiError,
    state::{Received, ReceivedData, Service, broken_disk, disk as files, private, record::now},
};

/// The most parts that a page holds
/// (<https://docs.aws.amazon.com/amazonglacier/latest/dev/api-multipart-list-parts.html>).
const PAGE: u64 = 50;

/// A part that may come.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExpectedPart {
    pub(crate) range: PartRange,
    pub(crate) number: u16,
    sums: ClaimedSums,
}

impl Service {
    /// The folder of the vault that a request names.
    pub(super) fn vault_dir(&self, request: &VaultRequest) -> PathBuf {
        disk::vault(&self.home().vaults(), request.label("vaultName"))
    }

    pub(super) fn vault_upload_dir(&self, request: &VaultRequest, id: &str) -> PathBuf {
        disk::upload(&self.vault_dir(request), id)
    }

    /// Which part a request is about, if that can be told.
    pub(crate) fn vault_part_number(&self, request: &VaultRequest) -> Option<u16> {
        if request.operation != VaultOperation::UploadMultipartPart {
            return None;
        }
        let range = PartRange::read(request.header("content-range").ok()??).ok()?;
        let part_size = self.state().ok()?.vaults.upload(request).ok()?.record.part_size;
        range.number(part_size).ok()
    }

    /// Whether a part may come, before any of it has been read.
    pub(super) fn expect_vault_part(
        &self,
        request: &VaultRequest,
        length: Option<u64>,
    ) -> Result<ExpectedPart, ApiError> {
        let range = PartRange::read(request.required_header("content-range")?)?;
        let sums = ClaimedSums::read(request)?;
        if let Some(length) = length {
            range.check_length(length)?;
        }
        let state = self.state()?;
        let upload = state.vaults.upload(request)?;
        upload.check_idle()?;
        Ok(ExpectedPart { range, number: range.number(upload.record.part_size)?, sums })
    }

    /// Puts a part that has arrived in its place, if it is what it was said to be.
    pub(super) fn keep_vault_part(
        &self,
        request: &VaultRequest,
        expected: ExpectedPart,
        received: Received,
        struck: &Struck,
    ) -> Result<VaultAnswer, ApiError> {
        let Received { data, size, digest, tree } = received;
        let mut root = tree.unwrap_or(digest);
        expected.range.check_length(size)?;
        expected.sums.check(&digest, &root)?;
        let id = request.label("uploadId");
        let dir = self.vault_upload_dir(request, id);
        if struck.has(&Action::Corrupt) {
            let path = data.as_ref().map(|data| dir.join(&data.name));
            root = corrupt(path.as_deref(), &root).map_err(|error| broken_disk(&error))?;
        }
        if !struck.has(&Action::HidePart) {
            self.put_vault_part(request, &dir, expected, (data, root))?;
        }
        let shown = if struck.has(&Action::WrongChecksum) { other_than(&root) } else { root };
        Ok(VaultAnswer::NoContent(vec![(TREE_HEADER, HEXLOWER.encode(&shown))]))
    }

    fn put_vault_part(
        &self,
        request: &VaultRequest,
        dir: &Path,
        expected: ExpectedPart,
        (data, root): (Option<ReceivedData>, SumBytes),
    ) -> Result<(), ApiError> {
        let mut state = self.state()?;
        // The upload may have ended while the part came.
        state.vaults.upload(request)?.check_idle()?;
        let (data, file) = data.map(|ReceivedData { file, name }| (file, name)).unzip();
        let PartRange { start, size } = expected.range;
        let number = expected.number;
        let tree_hash = HEXLOWER.encode(&root);
        let record = SavedVaultPart { number, start, size, tree_hash, sent: now(), file };
        files::write(&dir.join(disk::part_record(number)), &record)
            .map_err(|error| broken_disk(&error))?;
        if let Some(data) = data {
            data.keep();
        }
        let upload = state.vaults.vault_mut(request)?.uploads.get_mut(request.label("uploadId"));
        let old = upload.and_then(|upload| upload.parts.insert(start, record));
        if let Some(file) = old.and_then(|old| old.file) {
            drop(files::Unkept::new(dir.join(file)));
        }
        Ok(())
    }

    /// By range.
    pub(super) fn list_vault_parts(&self, request: &VaultRequest) -> Result<VaultAnswer, ApiError> {
        let page = VaultPage::read(request, PAGE)?;
        let state = self.state()?;
        let upload = state.vaults.upload(request)?;
        // A key is what this has made, and the empty one is the first.
        let from = page.from.parse().unwrap_or(0);
        let (parts, next) = page.cut(upload.parts.range(from..), |(start, _)| start.to_string());
        let parts: Vec<_> =
            parts.into_iter().filter_map(|(_, part)| self.show_part(part)).collect();
        let mut document = uploads::describe(request, &upload.record);
        document["Marker"] = next.into();
        document["Parts"] = parts.into();
        Ok(VaultAnswer::Document(document))
    }

    /// A part as the list shows it, or as a fault makes it look.
    fn show_part(&self, part: &SavedVaultPart) -> Option<Value> {
        let struck = self.faults.part(VaultOperation::ListParts, None, part.number);
        if struck.has(&Action::HidePart) {
            return None;
        }
        let last = part.start + part.size - u64::from(!struck.has(&Action::WrongSize));
        let mut tree_hash = part.tree_hash.clone();
        if struck.has(&Action::WrongChecksum) {
            tree_hash = HEXLOWER.encode(&Sha256::digest(tree_hash));
        }
        let range = format!("{}-{last}", part.start);
        Some(json!({ "RangeInBytes": range, "SHA256TreeHash": tree_hash }))
    }
}

/// Flips a bit in data that was right when it came; its new root.
fn corrupt(path: Option<&Path>, root: &SumBytes) -> io::Result<SumBytes> {
    let Some(path) = path else { return Ok(other_than(root)) };
    let mut file = private::change(path)?;
    let mut first = [0];
    file.read_exact(&mut first)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&[first[0] ^ 1])?;
    file.seek(SeekFrom::Start(0))?;
    let (mut leaves, mut buffer) = (Leaves::default(), vec![0; 128 * 1024]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(leaves.root()),
            count => leaves.update(&buffer[..count]),
        }
    }
}

/// A sum as well-formed as the right one.
pub(super) fn other_than(sum: &SumBytes) -> SumBytes {
    Sha256::digest(sum).into()
}
