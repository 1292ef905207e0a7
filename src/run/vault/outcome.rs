//! What storing files came to: for people on stderr, for scripts on stdout.

use serde::Serialize;

use super::{destination::ReachedVault, file::ArchiveFile, receipts};
use crate::{
    cli::Output,
    engine::{ArchiveEnded, Failure},
    event::Outcome,
    receipt::ArchiveReceipts,
    report::{ErrorReport, output, render, render_with, status_of_all, status_of_archive},
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

/// Says that no file was stored, for one reason, before there was anything else to say.
pub(super) fn nothing(
    files: &[ArchiveFile],
    failure: Failure,
    reached: &ReachedVault,
    output: Output,
) -> u8 {
    let hint = reached.advice().hint(&failure);
    output::complain(&render(&failure, hint.as_deref()));
    let error = ErrorReport::new(&failure, None, hint);
    let ended = ArchiveEnded { failure: Some(failure), ..ArchiveEnded::default() };
    let status = status_of_archive(&ended);
    let stored: Vec<_> = files.iter().map(|file| (file, &ended)).collect();
    let arn = reached.unseen().arn;
    let reports = stored.iter().map(|(file, ended)| ArchiveReport {
        error: Some(error.clone()),
        ..ArchiveReport::new(file, ended, &arn, None)
    });
    let document = match output {
        Output::Text => lines(stored.iter().copied()),
        Output::Json => document(&reports.collect::<Vec<_>>()),
    };
    output::print(&document).max(status)
}

/// A line for each file: the ID of its archive, or `failed`.
pub(super) fn lines<'a>(
    stored: impl Iterator<Item = (&'a ArchiveFile, &'a ArchiveEnded)>,
) -> Vec<u8> {
    let line = |(_, ended): (_, &ArchiveEnded)| match &ended.archive {
        Some(id) if ended.failure.is_none() => format!("{id}\n"),
        _ => "failed\n".to_owned(),
    };
    stored.map(line).collect::<String>().into_bytes()
}

/// Prints what stdout is to hold. What cannot be written there must not be lost: the IDs go to stderr
/// then.
pub(super) fn deliver(document: &[u8], lines: &[u8]) -> u8 {
    output::deliver(document, || lines.to_vec())
}

/// What became of one file; part of the contract with scripts.
#[derive(Serialize)]
pub(super) struct ArchiveReport<'a> {
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

impl<'a> ArchiveReport<'a> {
    fn new(
        file: &ArchiveFile,
        ended: &'a ArchiveEnded,
        vault_arn: &'a str,
        kept: Option<&ArchiveReceipts>,
    ) -> Self {
        let counts = &ended.counts;
        // Of what was there already, its receipt may know it.
        let sha256 = || receipts::earlier(kept, file, ended)?.sha256;
        Self {
            file: file.shown(),
            status: ended.outcome(),
            archive_id: ended.archive.as_ref(),
            upload_id: ended.upload_id.as_ref(),
            vault_arn,
            bytes: file.source().size(),
            bytes_sent: counts.bytes_sent,
            sha256_tree_hash: ended.tree.map(|tree| tree.to_string()),
            sha256: receipts::sha256(file, ended).or_else(sha256),
            parts: file.job.layout.count(),
            parts_sent: counts.parts_sent,
            parts_reused: counts.parts_reused,
            retries: counts.retries,
            throttled: counts.throttled,
            elapsed_seconds: ended.elapsed.as_secs_f64(),
            error: None,
        }
    }
}

/// What became of each file.
pub(super) fn reports<'a>(
    stored: &'a [(&ArchiveFile, ArchiveEnded)],
    vault_arn: &'a str,
    reached: &ReachedVault,
    kept: Option<&ArchiveReceipts>,
) -> Vec<ArchiveReport<'a>> {
    let report = |(file, ended): &'a (&ArchiveFile, ArchiveEnded)| ArchiveReport {
        error: reached.failure(ended),
        ..ArchiveReport::new(file, ended, vault_arn, kept)
    };
    stored.iter().map(report).collect()
}

/// The JSON document of `vault put`.
pub(super) fn document(archives: &[ArchiveReport<'_>]) -> Vec<u8> {
    let document = serde_json::json!({ "version": 1, "archives": archives });
    output::json(&document).into_bytes()
}
