//! What the sandbox keeps about stores, uploads, parts and read sets, as it lies on disk.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use super::disk;
use crate::sandbox::rules::{EtagFamily, Source, SourceFileType, Status, TagMap};

/// A sequence store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavedStore {
    pub(crate) id: String,
    pub(crate) created: Timestamp,
    #[serde(flatten)]
    pub(crate) fields: StoreFields,
}

/// What Create says about a store; equal fields are the same request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoreFields {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) fallback_location: Option<String>,
    pub(crate) etag_family: EtagFamily,
    pub(crate) tags: TagMap,
    pub(crate) client_token: Option<String>,
}

/// The one reference store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavedReferenceStore {
    pub(crate) id: String,
    pub(crate) created: Timestamp,
    pub(crate) name: String,
}

/// A reference genome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavedReference {
    pub(crate) id: String,
    pub(crate) created: Timestamp,
    pub(crate) name: String,
    /// Of the source; of the index if that is all there is.
    pub(crate) md5: String,
    /// The sizes of the files; a reference that was given by its index has no source.
    pub(crate) source: Option<u64>,
    pub(crate) index: u64,
}

/// An upload, and what a read set keeps of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavedUpload {
    pub(crate) id: String,
    pub(crate) created: Timestamp,
    #[serde(flatten)]
    pub(crate) fields: UploadFields,
}

/// What Create says about an upload; equal fields are the same request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct UploadFields {
    pub(crate) file_type: SourceFileType,
    pub(crate) name: String,
    pub(crate) sample_id: String,
    pub(crate) subject_id: String,
    pub(crate) generated_from: Option<String>,
    pub(crate) reference_arn: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) tags: TagMap,
    pub(crate) client_token: Option<String>,
}

/// One part, as the list shows it. It is there when this record is: the data is written first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavedPart {
    pub(crate) source: Source,
    pub(crate) number: u16,
    pub(crate) size: u64,
    /// Of the data as stored.
    pub(crate) sha256: String,
    /// The string that the service gave, and wants back.
    pub(crate) checksum: String,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    /// The data's file name; `None` if the data was discarded.
    #[serde(default, deserialize_with = "part_data")]
    pub(crate) file: Option<String>,
}

/// A stretch of a source that lies in a file of its own, or was discarded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavedExtent {
    #[serde(default, deserialize_with = "part_data")]
    pub(crate) file: Option<String>,
    pub(crate) size: u64,
}

/// A record that somebody wrote must not lead out of its folder.
fn part_data<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let name = Option::<String>::deserialize(from)?;
    if name.as_deref().is_none_or(disk::is_part_data) {
        return Ok(name);
    }
    Err(D::Error::custom("`file` is no name of a part's data"))
}

/// What an upload became when it was completed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavedReadSet {
    pub(crate) id: String,
    pub(crate) created: Timestamp,
    pub(crate) status: Status,
    pub(crate) status_message: Option<String>,
    /// One or two sources, each in the order of its parts.
    pub(crate) sources: Vec<Vec<SavedExtent>>,
    /// Processing does not end before this.
    pub(crate) ready: Timestamp,
    /// Processing is to end in failure, saying this.
    pub(crate) doom: Option<String>,
    /// Still listed as an upload while it is processed.
    pub(crate) keep_listed: bool,
    /// What processing found; nothing if there was nothing to look at.
    pub(crate) findings: Option<ContentFindings>,
}

/// What the content of a read set turned out to be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ContentFindings {
    pub(crate) reads: u64,
    pub(crate) bases: u64,
    pub(crate) etag: Option<SavedEtag>,
}

/// A semantic `ETag`: one value a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavedEtag {
    pub(crate) algorithm: String,
    pub(crate) source1: String,
    pub(crate) source2: Option<String>,
}

/// Now, as finely as times are kept.
pub(crate) fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}
