//! Where the receipts of a run go: into the state folder, and to where they were asked for.

use std::{
    fs, io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::look::Looked;
use crate::{
    engine::Recall,
    receipt::{self, Document, Receipt, ReceiptError},
    report::Problem,
    types::{ByteCount, ContentDigest, Escaped, PartSize, PartSource, Sha256, StoreId},
};

/// The folder of receipts beside the journals.
pub(super) fn folder(state: &crate::journal::Folder) -> receipt::Folder {
    receipt::Folder::new(state.path().join("receipts"))
}

/// What the receipts beside the journals say of the content of a store's read sets.
pub(super) fn recall(state: &crate::journal::Folder, store: &StoreId) -> Recall {
    let (folder, store) = (folder(state), store.to_string());
    Recall::new(Arc::new(move |id| {
        // What cannot be read says nothing.
        let places = folder.find(id.as_str()).ok()?;
        let documents = places.iter().filter_map(|place| Document::read(&place.path).ok());
        documents.flat_map(|document| document.receipts).find_map(|receipt| {
            let is_of = receipt.read_set_id.as_deref() == Some(id.as_str());
            (is_of && receipt.store_id == store).then(|| digest(&receipt)).flatten()
        })
    }))
}

/// The digest of what a receipt says was sent.
fn digest(receipt: &Receipt) -> Option<ContentDigest> {
    let parts = receipt.parts.iter().map(|part| {
        let source = part.source.parse::<PartSource>().ok()?;
        Some((source, ByteCount::new(part.bytes), part.sha256.parse::<Sha256>().ok()?))
    });
    let parts = parts.collect::<Option<Vec<_>>>().filter(|parts| !parts.is_empty())?;
    let bytes: u64 = receipt.files.iter().map(|file| file.bytes).sum();
    let covered: u64 = parts.iter().map(|(_, size, _)| size.get()).sum();
    let part_size = PartSize::new(receipt.part_size?)?;
    // The parts of a pipe may grow.
    let is_even = parts.iter().all(|(_, size, _)| size.get() <= part_size.get());
    let part_size = Some(part_size).filter(|_| is_even);
    (covered == bytes).then(|| ContentDigest::new(part_size, parts))
}

/// Why a receipt cannot be written where it is asked for, as far as that can be known beforehand.
pub(super) fn problem(path: Option<&Path>) -> Option<Problem> {
    let path = path?;
    let failed = try_place(path).err()?;
    let error = anyhow::Error::new(failed)
        .context(format!("the receipt cannot be written to `{}`", shown(path)));
    Some(Problem::new(error).hint("give `--receipt` a file in a folder that can be written to"))
}

/// Tries with a file of its own, which is gone again.
fn try_place(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        // It may be a pipe, whose reader comes later.
        Ok(metadata) if !metadata.is_file() => return Ok(()),
        _ => {}
    }
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    tempfile::Builder::new()
        .prefix(".omics-upload-")
        .tempfile_in(folder.unwrap_or_else(|| Path::new(".")))
        .map(drop)
}

/// A receipt must not take the place of what is sent.
pub(super) fn is_source(path: Option<&Path>, looked: &[Looked]) -> Option<Problem> {
    let path = path?;
    let there = fs::metadata(path).ok()?;
    let same = |looked: &&Looked| {
        let identity = looked.source.identity();
        (identity.device, identity.inode) == (there.dev(), there.ino())
    };
    looked.iter().find(same)?;
    let error = anyhow::anyhow!("the receipt would overwrite `{}`, which is sent", shown(path));
    Some(Problem::new(error).hint("give `--receipt` another file"))
}

/// The receipts of a run.
pub(super) struct Keeping {
    pub(super) folder: Option<receipt::Folder>,
    pub(super) file: Option<PathBuf>,
}

impl Keeping {
    /// Keeps the receipt of a read set that got anywhere; gives what the user should know about it.
    pub(super) fn keep(&self, receipt: &Receipt) -> Option<String> {
        let folder = self.folder.as_ref()?;
        if receipt.status == "skipped" {
            return None;
        }
        folder.keep(receipt).err().map(|error| chain(&error))
    }

    /// Writes all of them where they were asked for.
    pub(super) fn write(&self, receipts: Vec<Receipt>) -> Result<(), Problem> {
        let Some(path) = &self.file else { return Ok(()) };
        let bytes = Document::new(receipts).to_bytes();
        receipt::write_atomically(path, &bytes, 0o666).map_err(|source| {
            let error = ReceiptError::Write { path: path.clone(), source };
            let problem = Problem::new(error);
            if self.folder.is_some() {
                problem.hint("`omics-upload receipts list` shows where else it is kept")
            } else {
                problem
            }
        })
    }
}

fn chain(error: &ReceiptError) -> String {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
    format!("{error}{}", cause.unwrap_or_default())
}

fn shown(path: &Path) -> String {
    Escaped::new(&path.to_string_lossy()).to_string()
}
