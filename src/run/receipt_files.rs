//! Where the receipts of a run go: into the state folder, and to where they were asked for.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use crate::{
    engine::{Recall, Stop},
    files::{self, Stream},
    receipt::{self, ArchiveReceipts, Receipt, ReceiptDocument, ReceiptError, ReceiptFolder},
    report::Problem,
    types::{ByteCount, ContentDigest, Escaped, PartSize, PartSource, Sha256, StoreId},
};

/// The folder of receipts beside the journals.
pub(crate) fn folder(state: &crate::journal::Folder) -> Arc<ReceiptFolder> {
    Arc::new(ReceiptFolder::new(state.path().join("receipts")))
}

/// The folder of receipts of archives in vaults.
pub(crate) fn of_archives(state: &crate::journal::Folder) -> ArchiveReceipts {
    ArchiveReceipts::new(state.path().join(VAULT).join("receipts"))
}

/// Where journals and receipts of archives are, below the state folder.
pub(crate) const VAULT: &str = "vault";

/// What the receipts in a folder say of the content of a store's read sets.
pub(crate) fn recall(folder: Arc<ReceiptFolder>, store: &StoreId) -> Recall {
    let store = store.to_string();
    Recall::new(Arc::new(move |id| {
        // What cannot be read says nothing.
        let places = folder.find(id.as_str()).ok()?;
        let documents = places.iter().filter_map(|place| ReceiptDocument::read(&place.path).ok());
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
pub(crate) fn problem(path: &Path) -> Option<Problem> {
    let tried = match Stream::of(path) {
        Some(_) => files::may_write(path),
        None => try_place(path),
    };
    let failed = tried.err()?;
    let error = anyhow::Error::new(failed)
        .context(format!("the receipt cannot be written to `{}`", shown(path)));
    Some(Problem::new(error).hint("give `--receipt` a file in a folder that can be written to"))
}

/// Tries with a file of its own, which is gone again.
pub(crate) fn try_place(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    files::temporary_in(files::folder(&files::followed(path)?)).map(drop)
}

/// The receipts of a run.
pub(crate) struct Keeping {
    pub(crate) folder: Option<Arc<ReceiptFolder>>,
    pub(crate) file: Option<PathBuf>,
}

impl Keeping {
    /// Keeps the receipt of a read set that got anywhere; gives what the user should know about it.
    pub(crate) fn keep(&self, receipt: &Receipt) -> Option<String> {
        let folder = self.folder.as_ref()?;
        if receipt.status == "skipped" {
            return None;
        }
        folder.keep(receipt).err().map(|error| chain(&error))
    }

    /// Writes all of them where they were asked for. A pipe may have no reader, and is not waited
    /// for when the run is to end.
    pub(crate) async fn write(&self, receipts: Vec<Receipt>, stop: &Stop) -> Result<(), Problem> {
        let Some(path) = &self.file else { return Ok(()) };
        let bytes = ReceiptDocument::new(receipts).to_bytes();
        let written = write(path, bytes, stop, ReceiptDocument::is_at).await;
        written.map_err(|source| {
            let problem = Problem::new(ReceiptError::Write { path: path.clone(), source });
            if self.folder.is_some() {
                problem.hint("`omics-upload receipts list` shows where else it is kept")
            } else {
                problem
            }
        })
    }
}

/// Writes receipts where they were asked for; what is no receipt is not replaced.
pub(crate) async fn write(
    path: &Path,
    bytes: Vec<u8>,
    stop: &Stop,
    is_ours: fn(&Path) -> io::Result<bool>,
) -> io::Result<()> {
    match Stream::of(path) {
        Some(stream) => write_to(stream, path.to_owned(), bytes, stop).await,
        None => replace(path, &bytes, is_ours),
    }
}

/// The file may have come into being since the run began.
fn replace(path: &Path, bytes: &[u8], is_ours: fn(&Path) -> io::Result<bool>) -> io::Result<()> {
    if path.exists() && !is_ours(path)? {
        return Err(io::Error::other("there is a file by now that is not a receipt"));
    }
    receipt::write_atomically(path, bytes, 0o666)
}

async fn write_to(stream: Stream, path: PathBuf, bytes: Vec<u8>, stop: &Stop) -> io::Result<()> {
    /// For a reader that is there, if the run was told to end before.
    const MOMENT: Duration = Duration::from_secs(2);
    let writing = tokio::task::spawn_blocking(move || stream.write(&path, &bytes));
    let given_up = async {
        if stop.admission.is_cancelled() {
            tokio::time::sleep(MOMENT).await;
        } else {
            stop.admission.cancelled().await;
        }
    };
    tokio::select! {
        biased;
        written = writing => written.unwrap_or_else(|failed| Err(io::Error::other(failed))),
        () = given_up => Err(io::Error::other("interrupted before anybody read it")),
    }
}

fn chain(error: &ReceiptError) -> String {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
    format!("{error}{}", cause.unwrap_or_default())
}

fn shown(path: &Path) -> String {
    Escaped::new(&path.to_string_lossy()).to_string()
}
