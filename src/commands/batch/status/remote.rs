//! What the service has of the uploads of a run that are not completed.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::super::{
    found_run::FoundRun,
    run_place::{planned_target, same_destination},
};
use crate::{
    cli::Target,
    report::{Abort, Table},
    run::{
        destination,
        run_folder::PlannedRow,
        uploads::{Stored, Unfinished},
    },
    types::{ByteCount, UploadId},
};

/// The uploads of the run, in the order of the rows.
pub(super) struct Remote(Vec<RemoteUpload>);

/// An upload that the run has begun and not completed.
struct RemoteUpload {
    row: usize,
    id: UploadId,
    /// All that is to be sent.
    bytes: ByteCount,
    /// What the service has; nothing if it does not list the upload.
    stored: Option<Stored>,
}

/// So many are shown; all are in the JSON document.
const SHOWN: usize = 20;

impl Remote {
    /// Asks the service: one list of uploads, and the parts of each that it lists.
    pub(super) async fn of(run: &FoundRun, target: &Target) -> Result<Self, Abort> {
        let noted = run.folder.sent(|_| true)?;
        let begun: HashMap<_, _> = noted.open_uploads().collect();
        let reached = destination::reach(&planned_target(&run.plan, target), None).await?;
        same_destination(Some(&run.plan), &reached)?;
        let unfinished = Unfinished::new(&reached, None);
        let listed = unfinished.all().await?;
        let mut uploads = Vec::new();
        for row in &run.plan.rows {
            let id = begun.get(&*run.past.upload_key(row)).and_then(|id| id.parse().ok());
            let Some(id) = id else { continue };
            let is_open = listed.iter().any(|listed| listed.created.id == id);
            let stored = if is_open { Some(unfinished.stored(&id).await?) } else { None };
            uploads.push(RemoteUpload { row: row.first(), id, bytes: bytes(row), stored });
        }
        if let Some(sandbox) = reached.sandbox {
            sandbox.stop().await;
        }
        Ok(Self(uploads))
    }

    pub(super) fn text(&self) -> String {
        let stored = || self.0.iter().filter_map(|upload| upload.stored.as_ref());
        let head = format!(
            "\nopen     {} of {} uploads that are begun and not completed, with {} parts\n",
            stored().count(),
            self.0.len(),
            stored().map(|stored| stored.parts).sum::<usize>(),
        );
        if self.0.is_empty() {
            return head;
        }
        let mut table = Table::new(&["ROW", "UPLOAD", "PARTS", "STORED"]);
        for upload in self.0.iter().take(SHOWN) {
            let (parts, bytes) = match &upload.stored {
                Some(stored) => {
                    (stored.parts.to_string(), format!("{} of {}", stored.bytes, upload.bytes))
                }
                None => ("-".to_owned(), "not open".to_owned()),
            };
            table.row(&[upload.row.to_string(), upload.id.to_string(), parts, bytes]);
        }
        let more = match self.0.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!("and {more} more\n"),
        };
        format!("{head}\n{table}{more}")
    }

    pub(super) fn document(&self) -> Value {
        let upload = |upload: &RemoteUpload| {
            let stored = upload.stored.as_ref();
            json!({
                "row": upload.row,
                "upload_id": upload.id.to_string(),
                "is_open": stored.is_some(),
                "parts": stored.map(|stored| stored.parts),
                "bytes": stored.map(|stored| stored.bytes.get()),
            })
        };
        self.0.iter().map(upload).collect()
    }
}

fn bytes(row: &PlannedRow) -> ByteCount {
    ByteCount::new(row.sources.iter().flatten().map(|file| file.bytes).sum())
}
