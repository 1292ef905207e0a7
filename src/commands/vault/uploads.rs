//! `vault uploads`: what is unfinished in a vault.

use std::collections::HashMap;

use serde_json::json;

use super::{Asked, last, tell};
use crate::{
    cli::{Output, VaultCommon},
    journal::{Record, Stage},
    report::{Abort, Table, output, table},
    run::{journals, vault},
    store::Archives as _,
    types::{Operation, UploadId},
};

pub(super) async fn uploads(asked: &Asked, common: &VaultCommon) -> Result<u8, Abort> {
    let operation = Operation::ListUploads;
    let page = |page: Option<String>| async move {
        asked.caller.store().list_uploads(page.as_deref()).await
    };
    let listed = last(operation, asked.caller.pages(&tell, operation, page).await);
    let listed = listed.map_err(|error| asked.reached.advice().broken(error))?;
    let records = records(common);
    let now = jiff::Timestamp::now().as_second();
    let mut table = Table::new(&["UPLOAD", "AGE", "PART SIZE", "DESCRIPTION", "FROM"]);
    let mut objects = Vec::new();
    for listed in &listed {
        let id = &listed.created.id;
        let (words, mark) = listed.described();
        let record = records.get(id);
        let files = record.into_iter().flat_map(|record| &record.header.sources);
        let files: Vec<_> =
            files.map(|source| source.path.to_string_lossy().into_owned()).collect();
        let from = match (&files[..], &mark) {
            ([], Some(_)) => "omics-upload, elsewhere".to_owned(),
            ([], None) => "another program".to_owned(),
            (files, _) => files.join(" "),
        };
        table.row(&[
            id.to_string(),
            table::age(now.saturating_sub(listed.created.at)),
            listed.part_size.to_string(),
            words.to_owned(),
            from,
        ]);
        let host = record.and_then(|record| record.opened.as_ref()).map(|opened| &opened.host);
        objects.push(json!({
            "upload_id": id,
            "created": table::time(listed.created.at),
            "vault_arn": listed.vault_arn,
            "description": listed.description,
            "part_size": listed.part_size,
            "ours": mark.is_some(),
            "files": files,
            "host": host,
        }));
    }
    Ok(match common.output {
        Output::Text => output::print(table.to_string().as_bytes()),
        Output::Json => {
            output::print(output::json(&json!({ "version": 1, "uploads": objects })).as_bytes())
        }
    })
}

/// What this machine knows of uploads to vaults.
pub(super) fn records(common: &VaultCommon) -> HashMap<UploadId, Record> {
    let state = journals::folder(common.state.state_dir.clone());
    let records = state.and_then(|state| journals::records(&vault::folder(&state)).ok());
    let of_upload = |record: Record| match &record.stage {
        Stage::Uploading(upload) | Stage::Completing(upload) => Some((upload.id.clone(), record)),
        Stage::Creating | Stage::Completed { .. } => None,
    };
    records.into_iter().flatten().filter_map(of_upload).collect()
}
