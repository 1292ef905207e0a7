//! The unfinished uploads of a store, and what this machine knows of them.

use std::collections::HashMap;

use super::{
    destination::Reached,
    journals,
    questions::{self, Questions},
};
use crate::{
    journal::{Folder, Record, Stage},
    report::{self, Abort, Problem},
    store::{ListedUpload, ReadSets as _, Store as _, StoreError, StoreErrorKind, StoredPart},
    types::{ByteCount, Operation, PartSource, UploadId},
};

/// The store, and what this machine knows of its uploads.
pub(crate) struct Unfinished {
    pub(crate) asked: Questions,
    pub(crate) folder: Option<Folder>,
    /// What the journals say of those that are under way.
    pub(crate) records: HashMap<UploadId, Record>,
}

impl Unfinished {
    pub(crate) fn new(reached: &Reached, folder: Option<Folder>) -> Self {
        let records = folder.as_ref().map(by_upload).unwrap_or_default();
        Self { asked: Questions::new(reached), folder, records }
    }

    /// All that the store lists.
    pub(crate) async fn all(&self) -> Result<Vec<ListedUpload>, Abort> {
        let page = |page: Option<String>| async move {
            self.asked.store().list_uploads(page.as_deref()).await
        };
        self.asked.pages(Operation::ListUploads, page).await.map_err(broken)
    }

    /// All parts of both sources of one.
    pub(crate) async fn parts(&self, id: &UploadId) -> Result<Vec<StoredPart>, Abort> {
        self.list_parts(id).await.map_err(broken)
    }

    /// What the store has of one; nothing if it is completed or gone by now, and only still listed.
    pub(crate) async fn stored(&self, id: &UploadId) -> Result<Stored, Abort> {
        let parts = match self.list_parts(id).await {
            Err(error) if error.kind == StoreErrorKind::Missing => Vec::new(),
            parts => parts.map_err(broken)?,
        };
        Ok(Stored {
            // What a service says of sizes may be anything.
            bytes: ByteCount::new(
                parts.iter().fold(0, |sum, part| sum.saturating_add(part.size.get())),
            ),
            last: parts.iter().map(|part| part.updated.max(part.created)).max(),
            parts: parts.len(),
        })
    }

    async fn list_parts(&self, id: &UploadId) -> Result<Vec<StoredPart>, StoreError> {
        let mut parts = Vec::new();
        for source in PartSource::ALL {
            let page = |page: Option<String>| async move {
                self.asked.store().list_parts(id, source, page.as_deref()).await
            };
            parts.extend(self.asked.pages(Operation::ListParts, page).await?);
        }
        Ok(parts)
    }
}

/// What the journals of a folder say of uploads that are under way, by their IDs.
pub(crate) fn by_upload(folder: &Folder) -> HashMap<UploadId, Record> {
    let of_upload = |record: Record| match &record.stage {
        Stage::Uploading(upload) | Stage::Completing(upload) => Some((upload.id.clone(), record)),
        Stage::Creating | Stage::Completed { .. } => None,
    };
    journals::records(folder).into_iter().flatten().filter_map(of_upload).collect()
}

/// What the store has of an upload.
pub(crate) struct Stored {
    pub(crate) bytes: ByteCount,
    /// When the last part came, in seconds since 1970.
    pub(crate) last: Option<i64>,
    pub(crate) parts: usize,
}

/// A list that was not given, and what can be done about it.
fn broken(error: StoreError) -> Abort {
    let hint = match error.kind {
        StoreErrorKind::Denied => Some(format!(
            "the caller needs the permission `{}` on the sequence store",
            error.operation.permission()
        )),
        StoreErrorKind::Missing => {
            Some("look at the ID, at the store and at the region".to_owned())
        }
        _ => questions::advice(&error).or_else(|| report::access(&error)),
    };
    let status = report::status_of_request(error.kind);
    Abort::Early(Problem { error: error.into(), hint }, status)
}
