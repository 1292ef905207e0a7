//! `receipts`: what is kept on this machine about what was sent.

use std::{path::Path, sync::Arc};

use serde_json::json;

use crate::{
    cli::{self, Output, ReceiptStoreOptions, ReceiptsCommand},
    receipt::{
        ArchiveDocument, ArchiveReceipt, ArchiveReceipts, Receipt, ReceiptDocument, ReceiptError,
        ReceiptFolder, ReceiptPlace,
    },
    report::{Abort, Problem, Table, output, status},
    run::{journals, receipt_files},
    types::Escaped,
};

pub(super) fn run(receipts: cli::ReceiptsOptions) -> Result<u8, Abort> {
    match receipts.command {
        ReceiptsCommand::List { kept } => list(&kept),
        ReceiptsCommand::Show { what, kept } => show(&what, &kept),
    }
}

/// The receipts of read sets, and those of archives.
fn folders(kept: &ReceiptStoreOptions) -> Result<(Arc<ReceiptFolder>, ArchiveReceipts), Problem> {
    let state = journals::folder(kept.state.state_dir.clone());
    let state = state.ok_or_else(|| {
        let error = anyhow::anyhow!("there is no folder that receipts could be kept in");
        Problem::new(error).hint("set HOME or XDG_STATE_HOME, or give `--state-dir`")
    })?;
    Ok((receipt_files::folder(&state), receipt_files::of_archives(&state)))
}

fn broken(error: ReceiptError) -> Abort {
    Abort::Broken(Problem::new(error))
}

/// One that cannot be read does not hide the others.
fn list(kept: &ReceiptStoreOptions) -> Result<u8, Abort> {
    let mut found = Vec::new();
    let mut worst = status::DONE;
    let (folder, of_archives) = folders(kept)?;
    for place in folder.places().map_err(broken)? {
        match place.read() {
            Ok(document) => {
                let path = place.path.to_string_lossy().into_owned();
                found.extend(document.receipts.into_iter().map(|one| (path.clone(), one)));
            }
            Err(error) => {
                output::complain(&Problem::new(error).text());
                worst = status::FAILED;
            }
        }
    }
    found.sort_by(|(_, a), (_, b)| a.ended.cmp(&b.ended));
    let mut archives = Vec::new();
    for (path, read) in of_archives.all() {
        match read {
            Ok(archive) => archives.push((path.to_string_lossy().into_owned(), archive)),
            Err(error) => {
                output::complain(&Problem::new(error).text());
                worst = status::FAILED;
            }
        }
    }
    archives.sort_by(|(_, a), (_, b)| a.ended.cmp(&b.ended));
    let text = match kept.output {
        Output::Text => table(&found) + &table_of_archives(&archives),
        Output::Json => objects(&found, &archives),
    };
    Ok(worst.max(output::print(text.as_bytes())))
}

fn table(found: &[(String, Receipt)]) -> String {
    let mut table = Table::new(&["TIME", "READ SET", "NAME", "SAMPLE", "STATUS", "FILES"]);
    for (_, receipt) in found {
        table.row(&[
            seconds(receipt.ended.as_ref()),
            receipt.read_set_id.clone().unwrap_or_else(|| "none".to_owned()),
            receipt.fields.name.clone(),
            receipt.fields.sample_id.clone(),
            receipt.status.clone(),
            paths(receipt).join(" "),
        ]);
    }
    table.to_string()
}

/// A time without what is finer than a second.
fn seconds(time: Option<&String>) -> String {
    let Some(time) = time else { return "?".to_owned() };
    let time = time.split('.').next().unwrap_or_default();
    if time.ends_with('Z') { time.to_owned() } else { format!("{time}Z") }
}

/// Nothing, if there are none.
fn table_of_archives(found: &[(String, ArchiveReceipt)]) -> String {
    if found.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&["TIME", "VAULT", "STATUS", "FILE", "ARCHIVE"]);
    for (_, receipt) in found {
        table.row(&[
            seconds(receipt.ended.as_ref()),
            receipt.vault_arn.rsplit('/').next().unwrap_or_default().to_owned(),
            receipt.status.clone(),
            receipt.file.path.clone(),
            receipt.archive_id.clone().unwrap_or_else(|| "none".to_owned()),
        ]);
    }
    format!("\n{table}")
}

fn paths(receipt: &Receipt) -> Vec<String> {
    receipt.files.iter().map(|file| file.path.clone()).collect()
}

fn objects(found: &[(String, Receipt)], archives: &[(String, ArchiveReceipt)]) -> String {
    let objects = found.iter().map(|(path, receipt)| {
        json!({
            "receipt": path,
            "ended": receipt.ended,
            "read_set_id": receipt.read_set_id,
            "upload_id": receipt.upload_id,
            "store_id": receipt.store_id,
            "name": receipt.fields.name,
            "sample_id": receipt.fields.sample_id,
            "status": receipt.status,
            "files": paths(receipt),
        })
    });
    let mut document = json!({ "version": 1, "receipts": objects.collect::<Vec<_>>() });
    if !archives.is_empty() {
        let archives = archives.iter().map(|(path, receipt)| {
            json!({
                "receipt": path,
                "ended": receipt.ended,
                "archive_id": receipt.archive_id,
                "upload_id": receipt.upload_id,
                "vault_arn": receipt.vault_arn,
                "status": receipt.status,
                "file": receipt.file.path,
            })
        });
        document["archives"] = archives.collect();
    }
    output::json(&document)
}

fn show(what: &Path, kept: &ReceiptStoreOptions) -> Result<u8, Abort> {
    let (folder, of_archives) = folders(kept)?;
    let archives = archives(what, &of_archives);
    if !archives.is_empty() {
        let text = match kept.output {
            Output::Text => {
                archives.iter().map(ArchiveReceipt::text).collect::<Vec<_>>().join("\n")
            }
            Output::Json => utf8(ArchiveDocument::new(archives).to_bytes()),
        };
        return Ok(output::print(text.as_bytes()));
    }
    let receipts = find(what, &folder)?;
    let text = match kept.output {
        Output::Text => receipts.iter().map(Receipt::text).collect::<Vec<_>>().join("\n"),
        Output::Json => utf8(ReceiptDocument::new(receipts).to_bytes()),
    };
    Ok(output::print(text.as_bytes()))
}

fn utf8(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

/// The receipts of an archive or of an upload to a vault, or those of archives in a file.
fn archives(what: &Path, kept: &ArchiveReceipts) -> Vec<ArchiveReceipt> {
    let id = what.to_string_lossy();
    let is_of = |receipt: &ArchiveReceipt| {
        let ids = [&receipt.archive_id, &receipt.upload_id];
        ids.into_iter().flatten().any(|known| *known == *id)
    };
    let all = kept.all().into_iter().filter_map(|(_, read)| read.ok());
    let found: Vec<_> = all.filter(is_of).collect();
    if found.is_empty() && what.is_file() {
        return ArchiveDocument::read(what).map_or_else(|_| Vec::new(), |read| read.archives);
    }
    found
}

/// The receipts of an ID, or those in a file.
fn find(what: &Path, folder: &ReceiptFolder) -> Result<Vec<Receipt>, Abort> {
    let text = what.to_string_lossy();
    let places = if text.bytes().all(|byte| byte.is_ascii_digit()) {
        folder.find(&text).map_err(broken)?
    } else {
        Vec::new()
    };
    if places.is_empty() {
        if !what.exists() {
            let shown = Escaped::new(&text);
            let error = anyhow::anyhow!("there is no receipt of `{shown}` on this machine");
            let hint = "`omics-upload receipts list` lists those that there are";
            return Err(Problem::new(error).hint(hint).into());
        }
        return Ok(ReceiptDocument::read(what).map_err(Problem::new)?.receipts);
    }
    let documents: Result<Vec<_>, _> = places.iter().map(ReceiptPlace::read).collect();
    Ok(documents.map_err(broken)?.into_iter().flat_map(|document| document.receipts).collect())
}
