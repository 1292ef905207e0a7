//! What storing files came to: for people on stderr, for scripts on stdout.

use serde::Serialize;

use super::{
    destination::{ReachedVault, VaultIdentity},
    file::ArchiveFile,
    receipts::sha256,
};
use crate::{
    engine::{ArchiveEnded, Failure},
    event::Outcome,
    report::{ErrorReport, output, render_with, status_of_all, status_of_archive},
    run::Shown,
    signal::Signals,
    types::{ArchiveId, ByteCount, Escaped, UploadId},
};

/// Tells what failed and what to do about it; gives the exit status.
pub(super) fn conclude(
    console: Shown,
    stored: &[(&ArchiveFile, ArchiveEnded)],
    reached: &ReachedVault,
    signals: &Signals,
) -> u8 {
    for (file, ended) in stored {
        let Some(failure) = &ended.failure else { continue };
        let shown = Escaped::new(&file.shown()).to_string();
        let is_named = failure.to_string().contains(&format!("`{shown}`"));
        let about = if is_named { String::new() } else { format!("`{shown}`: ") };
        let hint = reached.advice_on(ended).hint(failure);
        console.error(&render_with(&about, failure, ended.trouble.as_deref(), hint.as_deref()));
    }
    console.finish();
    let statuses: Vec<_> = stored.iter().map(|(_, ended)| status_of_archive(ended)).collect();
    let was_interrupted =
        |(_, ended): &(_, ArchiveEnded)| matches!(ended.failure, Some(Failure::Interrupted));
    match signals.first() {
        Some(signal) if stored.iter().any(was_interrupted) => signal.exit_status(),
        _ => status_of_all(&statuses),
    }
}

/// A line for each file: the ID of its archive, or `failed`.
pub(super) fn lines(stored: &[(&ArchiveFile, ArchiveEnded)]) -> Vec<u8> {
    let line = |(_, ended): &(_, ArchiveEnded)| match &ended.archive {
        Some(id) if ended.failure.is_none() => format!("{id}\n"),
        _ => "failed\n".to_owned(),
    };
    stored.iter().map(line).collect::<String>().into_bytes()
}

/// Prints what stdout is to hold. What cannot be written there must not be lost: the IDs go to stderr
/// then.
pub(super) fn deliver(document: &[u8], lines: &[u8]) -> u8 {
    output::deliver(document, || lines.to_vec())
}

/// What became of one file; part of the contract with scripts.
#[derive(Serialize)]
struct ArchiveReport<'a> {
    file: String,
    status: Outcome,
    archive_id: Option<&'a ArchiveId>,
    upload_id: Option<&'a UploadId>,
    vault_arn: &'a str,
    bytes: ByteCount,
    bytes_sent: ByteCount,
    sha256_tree_hash: Option<String>,
    sha256: Option<String>,
    parts: usize,
    parts_sent: u64,
    parts_reused: u64,
    retries: u64,
    throttled: u64,
    elapsed_seconds: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorReport>,
}

/// The JSON document of `vault put`.
pub(super) fn document(
    stored: &[(&ArchiveFile, ArchiveEnded)],
    vault: &VaultIdentity,
    reached: &ReachedVault,
) -> Vec<u8> {
    let archives: Vec<_> = stored
        .iter()
        .map(|(file, ended)| ArchiveReport {
            file: file.shown(),
            status: ended.outcome(),
            archive_id: ended.archive.as_ref(),
            upload_id: ended.upload_id.as_ref(),
            vault_arn: &vault.arn,
            bytes: file.source().size(),
            bytes_sent: ended.counts.bytes_sent,
            sha256_tree_hash: ended.tree.map(|tree| tree.to_string()),
            sha256: sha256(file, ended),
            parts: file.job.layout.count(),
            parts_sent: ended.counts.parts_sent,
            parts_reused: ended.counts.parts_reused,
            retries: ended.counts.retries,
            throttled: ended.counts.throttled,
            elapsed_seconds: ended.elapsed.as_secs_f64(),
            error: reached.failure(ended),
        })
        .collect();
    let document = serde_json::json!({ "version": 1, "archives": archives });
    output::json(&document).into_bytes()
}
