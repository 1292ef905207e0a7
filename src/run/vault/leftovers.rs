//! Unfinished uploads of a file that are not gone on with, because its content or description has changed.

use std::path;

use super::identity::VaultIdentity;
use crate::{
    engine::Job,
    journal::{Folder, Record, Stage},
    run::journals,
    source::Source,
    store::ArchiveFields,
};

/// The journals of unfinished uploads to a vault.
pub(super) fn begun(folder: Option<&Folder>, vault: &VaultIdentity) -> Vec<Record> {
    let mut begun = folder.and_then(|folder| journals::records(folder).ok()).unwrap_or_default();
    let key = vault.key();
    begun.retain(|record| record.header.store == key);
    begun
}

/// What the user should know about those of the file of a job; `abort` is the command that deletes one.
pub(super) fn named(begun: &[Record], job: &Job<ArchiveFields>, abort: &str) -> Vec<String> {
    let files = job.sources.iter().flat_map(Source::files);
    let paths: Vec<_> = files.filter_map(|file| path::absolute(file.path()).ok()).collect();
    let is_of_file =
        |record: &&Record| record.header.sources.iter().any(|source| paths.contains(&source.path));
    begun.iter().filter(is_of_file).filter_map(|record| message(record, job, abort)).collect()
}

fn message(record: &Record, job: &Job<ArchiveFields>, abort: &str) -> Option<String> {
    let Record { header, stage, .. } = record;
    let id = &stage.upload()?.id;
    let words = header.fields.get("description").and_then(serde_json::Value::as_str);
    let other = if Some(header.fingerprint) != job.memory.fingerprint {
        "when the file had another content".to_owned()
    } else if words != Some(&job.fields.description) {
        format!("with the description `{}`", words.unwrap_or_default())
    } else {
        return None;
    };
    // A Complete that was asked for may have taken effect.
    let is_open = matches!(stage, Stage::Uploading(_));
    let condition = if is_open { "" } else { "if it is unfinished, " };
    Some(format!(
        "upload {id} was begun {other}, and is not resumed: {condition}`{abort} {id}` deletes it"
    ))
}
