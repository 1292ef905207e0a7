//! `receipts`: what is kept on this machine about what was sent.

use std::{path::Path, sync::Arc};

use serde_json::json;

use crate::{
    cli::{self, Output, ReceiptStoreOptions, ReceiptsCommand},
    receipt::{Receipt, ReceiptDocument, ReceiptError, ReceiptFolder, ReceiptPlace},
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

fn folder(kept: &ReceiptStoreOptions) -> Result<Arc<ReceiptFolder>, Problem> {
    let state = journals::folder(kept.state.state_dir.clone());
    let state = state.ok_or_else(|| {
        let error = anyhow::anyhow!("there is no folder that receipts could be kept in");
        Problem::new(error).hint("set HOME or XDG_STATE_HOME, or give `--state-dir`")
    })?;
    Ok(receipt_files::folder(&state))
}

fn broken(error: ReceiptError) -> Abort {
    Abort::Broken(Problem::new(error))
}

/// One that cannot be read does not hide the others.
fn list(kept: &ReceiptStoreOptions) -> Result<u8, Abort> {
    let mut found = Vec::new();
    let mut worst = status::DONE;
    for place in folder(kept)?.places().map_err(broken)? {
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
    let text = match kept.output {
        Output::Text => table(&found),
        Output::Json => objects(&found),
    };
    Ok(worst.max(output::print(text.as_bytes())))
}

fn table(found: &[(String, Receipt)]) -> String {
    let mut table = Table::new(&["TIME", "READ SET", "NAME", "SAMPLE", "STATUS", "FILES"]);
    for (_, receipt) in found {
        let seconds = |time: &String| time.split('.').next().unwrap_or_default().to_owned();
        let time = receipt.ended.as_ref().map_or_else(|| "?".to_owned(), seconds);
        table.row(&[
            if time.ends_with(['Z', '?']) { time } else { format!("{time}Z") },
            receipt.read_set_id.clone().unwrap_or_else(|| "none".to_owned()),
            receipt.fields.name.clone(),
            receipt.fields.sample_id.clone(),
            receipt.status.clone(),
            paths(receipt).join(" "),
        ]);
    }
    table.to_string()
}

fn paths(receipt: &Receipt) -> Vec<String> {
    receipt.files.iter().map(|file| file.path.clone()).collect()
}

fn objects(found: &[(String, Receipt)]) -> String {
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
    output::json(&json!({ "version": 1, "receipts": objects.collect::<Vec<_>>() }))
}

fn show(what: &Path, kept: &ReceiptStoreOptions) -> Result<u8, Abort> {
    let folder = folder(kept)?;
    let receipts = find(what, &folder)?;
    let text = match kept.output {
        Output::Text => receipts.iter().map(Receipt::text).collect::<Vec<_>>().join("\n"),
        Output::Json => {
            String::from_utf8_lossy(&ReceiptDocument::new(receipts).to_bytes()).into_owned()
        }
    };
    Ok(output::print(text.as_bytes()))
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
