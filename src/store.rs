//! What a destination does, and how it fails. The engine sees nothing else of the service.
//!
//! [`Store`] is what every destination of uploads in parts has; what only read sets have is in
//! [`ReadSets`], and what only archives have in [`Archives`].

pub use omics::Omics;
pub use reference::{IndexFile, ListedReference};

mod archives;
mod backoff;
mod caller;
mod error;
pub mod omics;
mod pages;
mod read_sets;
pub mod reference;
mod sdk_failure;
#[cfg(feature = "vault")]
pub mod vault;

use std::future::Future;

pub use crate::types::Renewal;
pub use archives::{ArchiveFields, Archives, ListedArchiveUpload, MadeArchive};
pub use caller::{CallError, Caller, Failures, Next, Occasion, Stop, Tell, Told, Tries};
pub use error::{StoreError, StoreErrorKind};
pub use read_sets::{
    Described, Difference, Fields, FoundReadSet, ListedUpload, OurTags, ReadSetState, ReadSets,
};

use crate::{
    pace::Quotas,
    plan::{Part, Rules},
    source::PartBody,
    types::{
        ByteCount, Checksum, ClientToken, Digest, Operation, OperationName, PartNumber, PartSource,
        UploadId,
    },
};

/// A part as the store lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPart {
    pub source: PartSource,
    pub number: PartNumber,
    pub size: ByteCount,
    /// `None` if the store listed an empty one: such a part is not to be trusted.
    pub checksum: Option<Checksum>,
    /// When it was made and last replaced, in seconds since 1970.
    pub created: i64,
    pub updated: i64,
}

/// A page of a list, and where the next one begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

/// A part to be named in Complete, with the store's own checksum of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletedPart {
    pub source: PartSource,
    pub number: PartNumber,
    pub size: ByteCount,
    pub checksum: Checksum,
}

/// An upload that the store has opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    pub id: UploadId,
    /// When, by the store's own clock, in seconds since 1970.
    pub at: i64,
}

/// An answer that is told in receipts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered<T> {
    pub value: T,
    /// The service's name for the request, by which its operators find it.
    pub request_id: Option<Box<str>>,
}

/// A destination for uploads in parts.
///
/// Every method makes one request, and never tries again by itself. Dropping a future gives the
/// request up; whether it took effect is then not known.
pub trait Store: Send + Sync {
    /// What an upload is begun for.
    type Target: Send + Sync;

    /// What names what came of an upload.
    type Made;

    /// What may be sent there.
    fn rules(&self) -> Rules;

    /// The service's own name for an operation.
    fn named(operation: Operation) -> OperationName;

    /// How often it may be asked, as far as that is known beforehand.
    fn quotas(&self) -> Quotas;

    /// Begins an upload; the same token gives the same upload.
    fn create(
        &self,
        target: &Self::Target,
        token: &ClientToken,
    ) -> impl Future<Output = Result<Answered<Created>, StoreError>> + Send;

    /// Sends one part; a part sent before under the same number is replaced. `sum` is there if the rules
    /// want it before sending.
    fn upload_part(
        &self,
        upload: &UploadId,
        part: Part,
        body: PartBody,
        sum: Option<&Digest>,
    ) -> impl Future<Output = Result<Checksum, StoreError>> + Send;

    /// A page of the parts that the store has of one source.
    fn list_parts(
        &self,
        upload: &UploadId,
        source: PartSource,
        page: Option<&str>,
    ) -> impl Future<Output = Result<Page<StoredPart>, StoreError>> + Send;

    /// Makes one thing of the parts. If no answer comes, it may have happened.
    fn complete(
        &self,
        upload: &UploadId,
        parts: &[CompletedPart],
    ) -> impl Future<Output = Result<Answered<Self::Made>, StoreError>> + Send;

    /// Gives an upload up, and frees its parts.
    fn abort(&self, upload: &UploadId) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Asks for new credentials where the old ones came from.
    fn renew(&self) -> impl Future<Output = Result<Renewal, StoreError>> + Send;

    /// Where new credentials have to come from, in words such as ``profile `lab` ``.
    fn credentials_source(&self) -> String;

    /// What a checksum says about our own digest of the same bytes.
    fn compare(&self, checksum: &Checksum, digest: &Digest) -> Proof;
}

/// What a checksum says about bytes that we hashed ourselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    Equal,
    Different,
    /// The checksum has a form that we cannot read.
    Opaque,
}

#[cfg(test)]
mod tests;
