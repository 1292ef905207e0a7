//! From what happened to a file to the receipt of its archive.

use std::path::Path;

use super::{
    archives::identity_of, destination::ReachedVault, file::ArchiveFile, identity::VaultIdentity,
};
use crate::{
    engine::{ArchiveEnded, PartFact},
    journal::Folder,
    receipt::{
        ArchivePart, ArchiveReceipt, ArchiveReceipts, ArchivedFile, FileIdentity, ReceiptError,
        Requests, Traffic,
    },
    run::{
        receipt_files::VAULT,
        receipts::{origin, time, without_login},
    },
    source::SourceFile,
    types::{PartSize, described},
};

/// Where journals and receipts of archives are, below the state folder.
pub(crate) fn folder(state: &Folder) -> Folder {
    Folder::new(state.path().join(VAULT))
}

pub(crate) fn receipts(folder: &Folder) -> ArchiveReceipts {
    ArchiveReceipts::new(folder.path().join("receipts"))
}

/// The receipt of one archive.
pub(super) fn receipt(
    file: &ArchiveFile,
    ended: &ArchiveEnded,
    vault: &VaultIdentity,
    reached: &ReachedVault,
) -> ArchiveReceipt {
    let facts = &ended.facts;
    let upload = ended.upload_id.as_ref().or(facts.upload_id.as_ref());
    let text = |request: &Option<Box<str>>| request.as_deref().map(str::to_owned);
    let (create, complete) = (text(&facts.create_request), text(&facts.complete_request));
    let of_inventory =
        ended.archive.as_ref().filter(|_| ended.skipped).and_then(|archive| {
            reached.inventory.as_ref()?.description(archive).map(str::to_owned)
        });
    ArchiveReceipt {
        archive_id: ended.archive.as_ref().map(ToString::to_string),
        upload_id: upload.map(ToString::to_string),
        vault_arn: vault.arn.clone(),
        vault_created: vault.created.clone(),
        region: reached.connection.region().to_owned(),
        endpoint: reached.connection.endpoint().map(without_login),
        status: ended.outcome().to_string(),
        error: reached.failure(ended).map(|report| {
            let (kind, message) = (report.kind.to_owned(), report.message);
            crate::receipt::ReceiptFailure { kind, message, request_id: report.request_id }
        }),
        began: facts.began.and_then(time),
        ended: facts.ended.and_then(time),
        elapsed_seconds: ended.elapsed.as_secs_f64(),
        description: of_inventory
            .unwrap_or_else(|| described(&file.job.fields.description, facts.mark.as_ref())),
        file: archived(file),
        sha256_tree_hash: ended.tree.map(|tree| tree.to_string()),
        sha256: sha256(file, ended),
        part_size: facts.part_size.map(PartSize::get),
        parts: facts.parts.iter().map(part).collect(),
        requests: Requests { create, complete },
        transfer: traffic(file, ended),
        origin: origin(),
    }
}

/// The receipt of a file that was there already: that of the run that stored it.
pub(super) fn earlier(
    receipts: Option<&ArchiveReceipts>,
    file: &ArchiveFile,
    ended: &ArchiveEnded,
) -> Option<ArchiveReceipt> {
    let id = ended.archive.as_ref().filter(|_| ended.skipped)?.to_string();
    let mut found = receipts?.of(file.job.memory.fingerprint?).ok()?.into_iter();
    let stored = found.find(|receipt| receipt.archive_id.as_ref() == Some(&id))?;
    Some(ArchiveReceipt { status: ended.outcome().to_string(), ..stored })
}

/// Keeps the receipt of an archive; one that there is gets what is known of the file now.
pub(super) fn keep(
    receipts: &ArchiveReceipts,
    file: &ArchiveFile,
    ended: &ArchiveEnded,
    vault: &VaultIdentity,
    reached: &ReachedVault,
) -> Result<(), ReceiptError> {
    if earlier(Some(receipts), file, ended).is_some() {
        return renew(receipts, file, ended);
    }
    receipts.keep(&receipt(file, ended, vault, reached))
}

/// A file that was compared with an archive is known from now on without being read.
fn renew(
    receipts: &ArchiveReceipts,
    file: &ArchiveFile,
    ended: &ArchiveEnded,
) -> Result<(), ReceiptError> {
    let Some(fingerprint) = file.job.memory.fingerprint else { return Ok(()) };
    let id = ended.archive.as_ref().map(ToString::to_string);
    let now = archived(file);
    let of_archive =
        receipts.of(fingerprint)?.into_iter().filter(|receipt| receipt.archive_id == id);
    let mut changed = of_archive.filter(|receipt| receipt.file.identity != now.identity);
    changed.try_for_each(|receipt| receipts.keep(&ArchiveReceipt { file: now.clone(), ..receipt }))
}

/// The digest of a file that is one part, which is that part's.
pub(super) fn sha256(file: &ArchiveFile, ended: &ArchiveEnded) -> Option<String> {
    let bytes = file.source().size();
    let whole = ended.facts.parts.iter().find(|fact| fact.part.size == bytes)?;
    Some(whole.digest.sha256().to_string())
}

fn archived(file: &ArchiveFile) -> ArchivedFile {
    let path = file.source().path();
    let shown = |path: &Path| path.to_string_lossy().into_owned();
    let identity = file.source().files().first().and_then(SourceFile::identity);
    let modified = identity.map(|identity| identity.modified).unwrap_or_default();
    let modified = jiff::Timestamp::from_nanosecond(modified).unwrap_or_default();
    let fingerprint = file.job.memory.fingerprint;
    let unknown =
        || FileIdentity { device: 0, inode: 0, modified: String::new(), changed: String::new() };
    ArchivedFile {
        path: shown(path),
        absolute_path: std::path::absolute(path).ok().as_deref().map(shown),
        name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        bytes: file.source().size().get(),
        modified: modified.to_string(),
        fingerprint: fingerprint.map(|known| known.to_string()).unwrap_or_default(),
        identity: identity.as_ref().map_or_else(unknown, identity_of),
    }
}

fn part(fact: &PartFact) -> ArchivePart {
    ArchivePart {
        number: fact.part.number.get(),
        offset: fact.part.offset,
        bytes: fact.part.size.get(),
        sha256: fact.digest.sha256().to_string(),
        sha256_tree_hash: fact.digest.sum().to_string(),
        reused: fact.reused,
    }
}

fn traffic(file: &ArchiveFile, ended: &ArchiveEnded) -> Traffic {
    let counts = &ended.counts;
    Traffic {
        bytes: file.source().size().get(),
        bytes_sent: counts.bytes_sent.get(),
        parts_sent: counts.parts_sent,
        parts_reused: counts.parts_reused,
        retries: counts.retries,
        throttled: counts.throttled,
    }
}
