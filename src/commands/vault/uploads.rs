//! `vault uploads`: what is unfinished in a vault.

use serde_json::json;

use crate::{
    cli::Output,
    report::{Abort, Table, output, table},
    run::{uploads::by_upload, vault::VaultQuestions},
};

pub(super) async fn uploads(asked: &VaultQuestions, output: Output) -> Result<u8, Abort> {
    let listed = asked.uploads().await?;
    let records = asked.folder.as_ref().map(by_upload).unwrap_or_default();
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
    Ok(match output {
        Output::Text => output::print(table.to_string().as_bytes()),
        Output::Json => {
            output::print(output::json(&json!({ "version": 1, "uploads": objects })).as_bytes())
        }
    })
}
