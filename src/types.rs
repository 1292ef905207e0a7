//! Guarded names and numbers: every value that crosses a boundary is parsed once into one of these.
//!
//! Bounds and patterns are those of the HealthOmics API reference. This file knows no files,
//! no network and no command line.

pub use json::{line, pretty};
pub use secret::{keep, keep_url};

mod archive;
mod content_digest;
mod digest;
mod disposal;
mod escape;
mod etag;
mod field;
mod hashing;
mod id;
mod invalid;
pub mod json;
mod mark;
mod operation;
mod part;
mod reference;
pub mod secret;
mod shell;
mod tag;

pub use archive::{ArchiveId, ArchiveWords, described, described_by};
pub use content_digest::ContentDigest;
pub use digest::{Checksum, Sha256, Sha256Hasher};
pub use disposal::SourceDisposal;
pub use escape::{Escaped, FromOutside, Shortened};
pub use etag::{EtagResult, ReadSetEtag};
pub use field::{ClientToken, Description, GeneratedFrom, ReadSetName, SampleId, SubjectId};
pub use hashing::{Algorithm, Digest, Hasher, root_of_parts};
pub use id::{
    ReadSetId, ReferenceArn, ReferenceStoreId, StoreArn, StoreId, StoreName, UploadId, is_omics_id,
};
pub use invalid::Invalid;
pub use mark::{Fingerprint, Mark};
pub use operation::{Operation, OperationName, Renewal};
pub use part::{ByteCount, PartNumber, PartSize, PartSource};
pub use reference::ReferenceChoice;
pub use shell::Quoted;
pub use tag::{Tag, Tags, TagsError};
