//! `uploads list`, and the list of what `uploads prune` would give up.

use serde_json::{Value, json};

use crate::{
    cli::Output,
    report::{Abort, Table, output, table},
    run::{
        Reached,
        uploads::{Stored, Unfinished},
    },
    store::ListedUpload,
};

pub(super) async fn list(
    unfinished: &Unfinished,
    reached: &Reached,
    output: Output,
) -> Result<u8, Abort> {
    let mut uploads = Vec::new();
    for listed in unfinished.all().await? {
        let stored = unfinished.stored(&listed.created.id).await?;
        uploads.push((listed, stored));
    }
    Ok(show(unfinished, reached, &uploads, output))
}

pub(super) fn show(
    unfinished: &Unfinished,
    reached: &Reached,
    uploads: &[(ListedUpload, Stored)],
    output: Output,
) -> u8 {
    let now = jiff::Timestamp::now().as_second();
    let mut table =
        Table::new(&["UPLOAD", "AGE", "TYPE", "NAME", "SAMPLE", "STORED", "LAST PART", "FROM"]);
    let mut objects = Vec::new();
    for (listed, stored) in uploads {
        let id = &listed.created.id;
        let record = unfinished.records.get(id);
        let files: Vec<_> = record.iter().flat_map(|record| &record.header.sources).collect();
        let files: Vec<_> =
            files.iter().map(|source| source.path.to_string_lossy().into_owned()).collect();
        let host = record.as_ref().and_then(|record| record.opened.as_ref());
        let from = match (&files[..], listed.mark()) {
            ([], _) if record.is_some() => "standard input".to_owned(),
            ([], Some(_)) => "omics-upload, elsewhere".to_owned(),
            ([], None) => "another program".to_owned(),
            (files, _) => files.join(" "),
        };
        table.row(&[
            id.to_string(),
            table::age(now.saturating_sub(listed.created.at)),
            listed.file_type.clone(),
            listed.name.clone(),
            listed.sample.clone(),
            stored.bytes.to_string(),
            stored.last.map_or_else(|| "-".to_owned(), |last| table::age(now.saturating_sub(last))),
            from,
        ]);
        objects.push(json!({
            "upload_id": id,
            "created": table::time(listed.created.at),
            "file_type": listed.file_type,
            "name": listed.name,
            "sample_id": listed.sample,
            "subject_id": listed.subject,
            "reference_arn": listed.reference,
            "generated_from": listed.generated_from,
            "description": listed.description,
            "tags": listed.tags,
            "bytes_stored": stored.bytes,
            "last_part_at": stored.last.map(table::time),
            "ours": listed.mark().is_some(),
            "files": files,
            "host": host.map(|opened| &opened.host),
        }));
    }
    let document = json!({ "version": 1, "store_id": reached.store, "uploads": objects });
    print(output, &table, &document)
}

/// A table for people, or a document.
pub(super) fn print(output: Output, table: &Table, document: &Value) -> u8 {
    match output {
        Output::Text => output::print(table.to_string().as_bytes()),
        Output::Json => output::print(output::json(document).as_bytes()),
    }
}
