//! `vault abort`: uploads that are named are aborted, unless a process of this machine works on them.

use serde_json::json;

use crate::{
    cli::Output,
    journal::OpenError,
    report::{Abort, output, render_for, status, status_of_all, status_of_request},
    run::{journals, uploads::by_upload, vault::VaultQuestions},
    store::{Store as _, StoreError, StoreErrorKind},
    types::{Operation, UploadId},
};

/// Why an upload was not aborted.
#[derive(Debug, thiserror::Error)]
enum VaultAbortRefusal {
    #[error(transparent)]
    Busy(OpenError),
    #[error("it is not aborted")]
    Vault(#[source] StoreError),
}

pub(super) async fn abort(
    asked: &VaultQuestions,
    uploads: &[UploadId],
    output: Output,
) -> Result<u8, Abort> {
    let records = asked.folder.as_ref().map(by_upload).unwrap_or_default();
    let (mut statuses, mut objects) = (Vec::new(), Vec::new());
    for id in uploads {
        let journal = match (&asked.folder, records.get(id)) {
            (Some(folder), Some(record)) => journals::lock(folder, record, id),
            _ => Ok(None),
        };
        let result = match journal {
            Err(busy) => Err(VaultAbortRefusal::Busy(busy)),
            Ok(journal) => {
                let abort = || asked.reached.vault.abort(id);
                let result = asked.ask(Operation::AbortUpload, abort).await;
                let is_gone =
                    matches!(&result, Err(error) if error.kind == StoreErrorKind::Missing);
                if let Some(journal) = journal.filter(|_| result.is_ok() || is_gone) {
                    // A record of an upload that is gone is of no more use.
                    let _ = journal.end();
                }
                result.map_err(VaultAbortRefusal::Vault)
            }
        };
        if let Err(refusal) = &result {
            complain(asked, id, refusal);
        }
        objects.push(json!({ "upload_id": id, "aborted": result.is_ok() }));
        statuses.push(match &result {
            Ok(()) => status::DONE,
            Err(VaultAbortRefusal::Busy(_)) => status::TEMPORARY,
            Err(VaultAbortRefusal::Vault(error)) => status_of_request(error.kind),
        });
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

fn complain(asked: &VaultQuestions, id: &UploadId, refusal: &VaultAbortRefusal) {
    let advice = asked.reached.advice();
    let hint = match refusal {
        VaultAbortRefusal::Busy(_) => Some("stop the other process first".to_owned()),
        VaultAbortRefusal::Vault(error) if error.kind == StoreErrorKind::Missing => {
            Some("`omics-upload vault uploads` lists the unfinished uploads".to_owned())
        }
        VaultAbortRefusal::Vault(error) => advice.refused(error),
    };
    output::complain(&render_for(&format!("upload {id}: "), refusal, hint.as_deref()));
}
