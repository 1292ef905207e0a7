//! `uploads parts`: what the store has of one upload.

use serde_json::json;

use super::list::print;
use crate::{
    cli::Output,
    report::{Abort, Table, table},
    run::uploads::Unfinished,
    store::StoredPart,
    types::UploadId,
};

pub(super) async fn parts(
    unfinished: &Unfinished,
    upload: &UploadId,
    is_wanted: impl Fn(&StoredPart) -> bool,
    limit: usize,
    output: Output,
) -> Result<u8, Abort> {
    let listed = unfinished.parts(upload).await?;
    let listed = listed.iter().filter(|part| is_wanted(part)).take(limit);
    let mut table = Table::new(&["SOURCE", "PART", "SIZE", "UPDATED", "CHECKSUM"]);
    let mut objects = Vec::new();
    for part in listed {
        let checksum = part.checksum.as_ref().map(ToString::to_string);
        table.row(&[
            part.source.to_string(),
            part.number.to_string(),
            part.size.to_string(),
            table::time(part.updated),
            checksum.clone().unwrap_or_default(),
        ]);
        objects.push(json!({
            "source": part.source,
            "part": part.number,
            "bytes": part.size,
            "checksum": checksum,
            "created": table::time(part.created),
            "updated": table::time(part.updated),
        }));
    }
    let document = json!({ "version": 1, "upload_id": upload, "parts": objects });
    Ok(print(output, &table, &document))
}
