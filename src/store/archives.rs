//! What a destination of archives has beside what every one has: a file goes there as it is, bit by bit.

use std::future::Future;

use super::{Created, Page, Store, StoreError};
use crate::types::{ArchiveId, Mark, PartSize, Sha256, described_by};

/// What an upload is begun for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveFields {
    /// All that is ever kept of it beside the data: at most 1,024 printable ASCII characters.
    pub description: String,
    pub part_size: PartSize,
}

/// An unfinished upload as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedArchiveUpload {
    pub created: Created,
    /// When it was begun, in milliseconds since 1970: of two, one was first.
    pub began: i64,
    pub vault_arn: String,
    pub description: String,
    pub part_size: PartSize,
}

impl ListedArchiveUpload {
    /// What its user says of it, and the mark if this program began it.
    pub fn described(&self) -> (&str, Option<Mark>) {
        described_by(&self.description)
    }
}

/// What came of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeArchive {
    pub id: ArchiveId,
    /// The tree hash that the service has of it, if it said that.
    pub tree: Option<Sha256>,
}

/// A destination of archives.
pub trait Archives: Store<Made = MadeArchive, Target = ArchiveFields> {
    /// A page of the unfinished uploads.
    fn list_uploads(
        &self,
        page: Option<&str>,
    ) -> impl Future<Output = Result<Page<ListedArchiveUpload>, StoreError>> + Send;
}
