//! Giving uploads up: those that are named, and those that are old.

use serde_json::json;

use super::list::show;
use crate::{
    cli::{Common, Output},
    journal::OpenError,
    report::{Abort, output, render_for, status, status_of_all, table},
    run::{Reached, journals, uploads::Unfinished},
    store::{ListedUpload, Store as _, StoreError, StoreErrorKind},
    types::{Operation, UploadId},
};

/// An upload whose last part is younger than this, in seconds, may still be sent to: the largest part
/// over a slow link takes that long.
pub(super) const IN_USE: i64 = 15 * 60;

/// Gives uploads up, but for those of other machines that got a part less than `spared` seconds ago.
pub(super) async fn abort(
    unfinished: &Unfinished,
    uploads: &[UploadId],
    spared: i64,
    output: Output,
) -> Result<u8, Abort> {
    let mut statuses = Vec::new();
    let mut objects = Vec::new();
    for id in uploads {
        let result = abort_one(unfinished, id, spared).await;
        let status = match &result {
            Ok(()) => status::DONE,
            Err(AbortRefusal::Busy(_) | AbortRefusal::InUse(_) | AbortRefusal::Unseen(_)) => {
                status::TEMPORARY
            }
            Err(AbortRefusal::Store(_)) => status::FAILED,
        };
        if let Err(refusal) = &result {
            let hint = match refusal {
                AbortRefusal::Busy(_) => Some("stop the other process first"),
                AbortRefusal::InUse(_) => Some(
                    "another machine may be sending to it: stop that process first; if none is \
                     running, add `--force`",
                ),
                AbortRefusal::Store(error) if error.kind == StoreErrorKind::Missing => {
                    Some("`omics-upload uploads list` lists the unfinished uploads")
                }
                AbortRefusal::Unseen(_) => {
                    Some("run the same command again later, or add `--force`")
                }
                AbortRefusal::Store(_) => None,
            };
            output::complain(&render_for(&format!("upload {id}: "), refusal, hint));
        }
        objects.push(json!({ "upload_id": id, "aborted": result.is_ok() }));
        statuses.push(status);
    }
    let printed = match output {
        // What succeeded has nothing to say.
        Output::Text => status::DONE,
        Output::Json => {
            output::print(output::json(&json!({ "version": 1, "uploads": objects })).as_bytes())
        }
    };
    Ok(status_of_all(&statuses).max(printed))
}

/// Why an upload was not given up.
#[derive(Debug, thiserror::Error)]
enum AbortRefusal {
    #[error(transparent)]
    Busy(OpenError),
    #[error("it received a part {} ago, and no process on this machine sent it", table::age(*.0))]
    InUse(i64),
    #[error("it is not aborted: its parts cannot be listed now")]
    Unseen(#[source] anyhow::Error),
    #[error("it is not aborted")]
    Store(#[source] StoreError),
}

/// Gives an upload up, in the store and on this machine; not one that a process is working on.
async fn abort_one(
    unfinished: &Unfinished,
    id: &UploadId,
    spared: i64,
) -> Result<(), AbortRefusal> {
    let journal = match (&unfinished.folder, unfinished.records.get(id)) {
        (Some(folder), Some(record)) => {
            journals::lock(folder, record, id).map_err(AbortRefusal::Busy)?
        }
        _ => None,
    };
    // With a record of it here and nobody at work, it is this machine's, and at rest.
    if journal.is_none() && spared > 0 {
        let last = match unfinished.stored(id).await {
            Ok(stored) => stored.last,
            Err(Abort::Early(problem, _)) => return Err(AbortRefusal::Unseen(problem.error)),
            // Whoever may not look may still abort what he names.
            Err(_) => None,
        };
        if let Some(age) = last.map(|last| now().saturating_sub(last)).filter(|age| *age < spared) {
            return Err(AbortRefusal::InUse(age));
        }
    }
    let abort = || unfinished.asked.store().abort(id);
    let result = unfinished.asked.ask(Operation::AbortUpload, abort).await;
    let gone = matches!(&result, Err(error) if error.kind == StoreErrorKind::Missing);
    if let Some(journal) = journal
        && (result.is_ok() || gone)
    {
        // A record of an upload that is gone would only be told about again.
        let _ = journal.end();
    }
    result.map_err(AbortRefusal::Store)
}

/// Gives up what is `age` seconds old: both the upload and the last part that it got. What this machine
/// has no record of may still be sent to if that part is younger than [`IN_USE`], whatever `age` says.
pub(super) async fn prune(
    unfinished: &Unfinished,
    reached: &Reached,
    age: i64,
    is_meant: impl Fn(&ListedUpload) -> bool,
    dry_run: bool,
    common: &Common,
) -> Result<u8, Abort> {
    let before = now().saturating_sub(age);
    let mut old = Vec::new();
    for listed in unfinished.all().await? {
        if listed.created.at > before || !is_meant(&listed) {
            continue;
        }
        let stored = unfinished.stored(&listed.created.id).await?;
        let is_ours = unfinished.records.contains_key(&listed.created.id);
        let rested = if is_ours { before } else { before.min(now().saturating_sub(IN_USE)) };
        if stored.last.is_none_or(|last| last <= rested) {
            old.push((listed, stored));
        }
    }
    if dry_run {
        return Ok(show(unfinished, reached, &old, common.output));
    }
    let ids: Vec<_> = old.into_iter().map(|(listed, _)| listed.created.id).collect();
    let said = if ids.is_empty() { "nothing is that old".to_owned() } else { names(&ids) };
    output::complain(&format!("prune: {said}\n"));
    abort(unfinished, &ids, 0, common.output).await
}

fn names(ids: &[UploadId]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}
