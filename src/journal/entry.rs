//! The lines of a journal.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::types::{
    ByteCount, Checksum, ClientToken, Digest, Fingerprint, Mark, PartNumber, PartSize, PartSource,
    ReadSetId, UploadId,
};

/// The newest version that this program reads and writes.
pub(super) const VERSION: u32 = 1;

/// What is known before Create is called for the first time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    pub(super) version: u32,
    /// RFC 3339.
    pub began: String,
    /// The destination: a sequence store's ID, or a vault's ARN.
    pub store: String,
    #[serde(with = "text")]
    pub token: ClientToken,
    #[serde(with = "text")]
    pub fingerprint: Fingerprint,
    pub part_size: PartSize,
    pub sources: Vec<SourceRecord>,
    /// The fields of the read set, as they were sent; `omics-upload resume` sends them again.
    pub fields: serde_json::Map<String, serde_json::Value>,
}

impl Header {
    pub fn new(
        began: String,
        store: String,
        token: ClientToken,
        fingerprint: Fingerprint,
        part_size: PartSize,
        sources: Vec<SourceRecord>,
        fields: serde_json::Map<String, serde_json::Value>,
    ) -> Self {
        Self { version: VERSION, began, store, token, fingerprint, part_size, sources, fields }
    }
}

/// A file as it was when its parts were read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRecord {
    /// Which source it is a file of, where a source has several; else each of them is one, in their
    /// order. Earlier versions neither wrote nor read it.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "source_number")]
    pub source: Option<PartSource>,
    /// Absolute.
    #[serde(with = "path")]
    pub path: PathBuf,
    pub device: u64,
    pub inode: u64,
    pub size: ByteCount,
    /// Nanoseconds since 1970, as text: JSON numbers are not that exact everywhere.
    #[serde(with = "text")]
    pub modified: i128,
    /// The same of the last change of anything about it (`ctime`). Earlier versions neither wrote nor
    /// read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<String>,
}

impl Header {
    /// The files of each source.
    pub fn files_of_sources(&self) -> Vec<Vec<&SourceRecord>> {
        let mut sources: Vec<Vec<&SourceRecord>> = Vec::new();
        for record in &self.sources {
            let last = sources.last_mut().filter(|files| {
                files
                    .last()
                    .is_some_and(|last| record.source.is_some() && last.source == record.source)
            });
            match last {
                Some(files) => files.push(record),
                None => sources.push(vec![record]),
            }
        }
        sources
    }
}

/// A process that has or had a journal open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    pub process: u32,
    pub host: String,
    /// RFC 3339.
    pub at: String,
}

/// An upload that the service has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRecord {
    pub id: UploadId,
    /// When it began by the service's clock, in seconds since 1970.
    pub created: i64,
    pub part_size: PartSize,
    /// The mark that it carries, if it does.
    pub mark: Option<Mark>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case")]
pub(super) enum Entry {
    Header(Header),
    Opened(Opened),
    Upload {
        #[serde(with = "text")]
        id: UploadId,
        created: i64,
        part_size: PartSize,
        #[serde(skip_serializing_if = "Option::is_none")]
        mark: Option<MarkText>,
    },
    Part {
        #[serde(with = "text")]
        source: PartSource,
        number: PartNumber,
        size: ByteCount,
        #[serde(with = "text")]
        digest: Digest,
        #[serde(with = "text")]
        checksum: Checksum,
        /// Earlier versions neither wrote nor read it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<String>,
    },
    Sources {
        sources: Vec<SourceRecord>,
    },
    CompleteAttempted {},
    Completed {
        #[serde(with = "text")]
        read_set: ReadSetId,
    },
    Restarted {
        #[serde(with = "text")]
        token: ClientToken,
    },
    Ended {},
}

impl Entry {
    pub(super) fn upload(upload: &UploadRecord) -> Self {
        let UploadRecord { id, created, part_size, mark } = upload.clone();
        Self::Upload { id, created, part_size, mark: mark.map(MarkText) }
    }
}

/// A mark as it stands in the tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct MarkText(#[serde(with = "text")] pub(super) Mark);

/// Values that parse themselves from text.
mod text {
    use std::{fmt::Display, str::FromStr};

    use super::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<T: Display, S: Serializer>(
        value: &T,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    pub(super) fn deserialize<'de, T, D>(from: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A source by its name, if it is there.
mod source_number {
    use super::{Deserialize as _, Deserializer, PartSource, Serializer};

    #[expect(
        clippy::ref_option,
        clippy::trivially_copy_pass_by_ref,
        reason = "the signature is serde's"
    )]
    pub(super) fn serialize<S: Serializer>(
        value: &Option<PartSource>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(source) => to.collect_str(source),
            None => to.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<PartSource>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(|text| text.parse().map_err(serde::de::Error::custom)).transpose()
    }
}

/// A path need not be UTF-8; then its bytes are percent-encoded behind a marker that no absolute path
/// begins with.
mod path {
    use std::{
        ffi::OsString,
        os::unix::ffi::{OsStrExt as _, OsStringExt as _},
    };

    use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, percent_encode};

    use super::{Deserialize as _, Deserializer, Path, PathBuf, Serializer};

    const MARKER: &str = "bytes:";

    pub(super) fn serialize<S: Serializer>(value: &Path, to: S) -> Result<S::Ok, S::Error> {
        if let Some(text) = value.to_str() {
            return to.serialize_str(text);
        }
        let bytes = percent_encode(value.as_os_str().as_bytes(), NON_ALPHANUMERIC);
        to.collect_str(&format_args!("{MARKER}{bytes}"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<PathBuf, D::Error> {
        let text = String::deserialize(from)?;
        Ok(match text.strip_prefix(MARKER) {
            None => PathBuf::from(text),
            Some(bytes) => OsString::from_vec(percent_decode_str(bytes).collect()).into(),
        })
    }
}
