//! Guarded names and numbers: every value that crosses a boundary is parsed once into one of these.
//!
//! Bounds and patterns are those of the HealthOmics API reference. This file knows no files,
//! no network and no command line.

pub use json::{line, pretty};
pub use secret::{keep, keep_url};

mod content_digest;
mod digest;
mod escape;
mod etag;
mod field;
mod id;
pub mod json;
mod mark;
mod part;
mod reference;
mod renewal;
pub mod secret;
mod shell;
mod tag;

pub use content_digest::ContentDigest;
pub use digest::{Checksum, Sha256, Sha256Hasher};
pub use escape::Escaped;
pub use etag::{EtagResult, ReadSetEtag};
pub use field::{ClientToken, Description, GeneratedFrom, ReadSetName, SampleId, SubjectId};
pub use id::{ReadSetId, ReferenceArn, ReferenceStoreId, StoreArn, StoreId, StoreName, UploadId};
pub use mark::{Fingerprint, Mark};
pub use part::{ByteCount, PartNumber, PartSize, PartSource};
pub use reference::ReferenceChoice;
pub use renewal::Renewal;
pub use secret::FromOutside;
pub use shell::Quoted;
pub use tag::{Tag, Tags, TagsError};

/// A value that a field of the service does not take, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not {} {what}: {reason}", Escaped::new(value), article(what))]
pub struct Invalid {
    what: &'static str,
    value: String,
    reason: String,
}

fn article(noun: &str) -> &'static str {
    // It goes by the sound: "an upload", but "a use".
    if noun.starts_with(['a', 'e', 'i', 'o']) || noun.starts_with("up") { "an" } else { "a" }
}

impl Invalid {
    /// `what` is the noun after "is not a", `reason` a lowercase fragment without a period.
    pub(crate) fn new(what: &'static str, value: &str, reason: impl Into<String>) -> Self {
        Self { what, value: value.to_owned(), reason: reason.into() }
    }
}
