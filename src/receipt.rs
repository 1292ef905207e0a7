//! Receipts: what was sent, when, and how it is known that it arrived; one JSON document of one or
//! more read sets.
//!
//! `docs/receipt.schema.json` describes the document. It holds no credentials. Knows nothing of how
//! an upload is made; what is not known is `null`, or not there at all in lists.

mod archive;
mod document;
mod folder;
mod text;

use std::{collections::BTreeMap, io, path::Path};

use serde::{Deserialize, Serialize};

pub use archive::{
    ArchiveDocument, ArchivePart, ArchiveReceipt, ArchiveReceipts, ArchivedFile, FileIdentity,
};
pub use document::{ReceiptError, VERSION};
pub use folder::{ReceiptFolder, ReceiptPlace, write_atomically};

use crate::types::{
    ByteCount, ContentDigest, EtagResult, PartSize, PartSource, ReadSetEtag, SourceDisposal,
};

/// Receipts as they are on disk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReceiptDocument {
    pub version: u32,
    pub receipts: Vec<Receipt>,
}

/// The receipt of one read set. Sizes and offsets are in bytes, times in RFC 3339 and UTC.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    pub read_set_id: Option<String>,
    pub upload_id: Option<String>,
    pub store_id: String,
    pub region: String,
    /// What took the place of AWS's own endpoint.
    pub endpoint: Option<String>,
    /// As in the document of `put`: `active`, `completed`, `skipped`, `failed` or `interrupted`.
    pub status: String,
    pub error: Option<ReceiptFailure>,
    pub began: Option<String>,
    pub ended: Option<String>,
    pub elapsed_seconds: f64,
    pub fields: SentFields,
    pub files: Vec<File>,
    pub part_size: Option<u64>,
    pub parts: Vec<ReceiptPart>,
    pub requests: Requests,
    pub etag: EtagComparison,
    pub checks: Vec<Check>,
    pub transfer: Traffic,
    pub origin: Sender,
}

/// Why a read set did not get where it should.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptFailure {
    pub kind: String,
    pub message: String,
    pub request_id: Option<String>,
}

/// The fields of the read set, as they were sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentFields {
    pub file_type: String,
    pub name: String,
    pub sample_id: String,
    pub subject_id: String,
    pub reference_arn: Option<String>,
    pub generated_from: Option<String>,
    pub description: Option<String>,
    pub tags: BTreeMap<String, String>,
}

/// A file, or standard input, as it was when it was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// `SOURCE1` or `SOURCE2`.
    pub source: String,
    /// As it was given; `-` is standard input.
    pub path: String,
    pub absolute_path: Option<String>,
    pub name: String,
    pub bytes: u64,
    pub modified: Option<String>,
    pub md5: Option<String>,
    pub sha256: Option<String>,
    /// What became of it, if `--when-proven` asked for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disposal: Option<SourceDisposal>,
}

/// A part that the service has confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptPart {
    pub source: String,
    pub number: u16,
    pub offset: u64,
    pub bytes: u64,
    /// Our own digest of the bytes.
    pub sha256: String,
    /// What the service answered, letter by letter.
    pub checksum: String,
    /// Whether it was sent by an earlier run.
    pub reused: bool,
}

/// The service's names for the requests that began and completed the upload.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requests {
    pub create: Option<String>,
    pub complete: Option<String>,
}

/// The hash of the content as this program made it, as the store has it, and what the two say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EtagComparison {
    pub expected: Option<ReadSetEtag>,
    pub found: Option<ReadSetEtag>,
    pub result: Option<EtagResult>,
}

/// Something that was looked at, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    pub check: String,
    /// `passed`, `note`, `undecided` or `failed`.
    pub result: String,
    pub text: String,
}

/// What went over the network in this run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traffic {
    pub bytes: u64,
    pub bytes_sent: u64,
    pub parts_sent: u64,
    pub parts_reused: u64,
    pub retries: u64,
    pub throttled: u64,
}

/// Who sent it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    pub host: String,
    pub user: Option<String>,
    pub tool: String,
    pub version: String,
}

impl Receipt {
    /// The digest of a content whose parts are all known; those of standard input have no one size.
    pub fn digest(&self) -> Option<ContentDigest> {
        let source = |text: &str| text.parse().unwrap_or(PartSource::Source1);
        let size = |parts: &[ReceiptPart]| parts.iter().map(|part| part.bytes).sum::<u64>();
        let all = self.files.iter().map(|file| file.bytes).sum::<u64>();
        if self.parts.is_empty() || size(&self.parts) != all {
            return None;
        }
        let mut parts: Vec<_> = self.parts.iter().collect();
        parts.sort_by_key(|part| (source(&part.source), part.number));
        let parts = parts.into_iter().map(|part| {
            let digest = part.sha256.parse().ok()?;
            Some((source(&part.source), ByteCount::new(part.bytes), digest))
        });
        let part_size = self.part_size.and_then(PartSize::new);
        Some(ContentDigest::new(part_size, parts.collect::<Option<Vec<_>>>()?))
    }
}

impl ReceiptDocument {
    pub const fn new(receipts: Vec<Receipt>) -> Self {
        Self { version: VERSION, receipts }
    }

    /// Reads the document that a user names, which may also come through a pipe.
    pub fn read(path: &Path) -> Result<Self, ReceiptError> {
        document::read(path)
    }

    /// Whether a file holds what this program, or a newer one, has written, or nothing at all.
    pub fn is_at(path: &Path) -> io::Result<bool> {
        document::is_at::<Self>(path)
    }

    /// As it is on disk, with a newline.
    pub fn to_bytes(&self) -> Vec<u8> {
        document::to_bytes(self)
    }
}

impl Receipt {
    /// Takes from the receipt of an earlier run for the same upload what this run did not see.
    pub fn remember(&mut self, earlier: &Self) {
        let or = |now: &mut Option<String>, then: &Option<String>| {
            if now.is_none() {
                now.clone_from(then);
            }
        };
        or(&mut self.upload_id, &earlier.upload_id);
        or(&mut self.requests.create, &earlier.requests.create);
        or(&mut self.requests.complete, &earlier.requests.complete);
        if self.parts.is_empty() {
            self.parts.clone_from(&earlier.parts);
            self.parts.iter_mut().for_each(|part| part.reused = true);
        }
        let sources: Vec<_> = self.files.iter().map(|file| file.source.clone()).collect();
        for file in &mut self.files {
            let is_alone = sources.iter().filter(|source| **source == file.source).count() == 1;
            let same = |then: &&File| {
                then.source == file.source
                    && then.bytes == file.bytes
                    && then.modified == file.modified
                    // Lanes may be alike in all that.
                    && (is_alone || then.name == file.name)
            };
            if let Some(then) = earlier.files.iter().find(same) {
                or(&mut file.md5, &then.md5);
                or(&mut file.sha256, &then.sha256);
                if file.disposal.is_none() {
                    file.disposal.clone_from(&then.disposal);
                }
            }
        }
        if self.etag.expected.is_none() {
            self.etag.expected.clone_from(&earlier.etag.expected);
        }
        if let (Some(expected), Some(found)) = (&self.etag.expected, &self.etag.found) {
            self.etag.result = Some(expected.compare(found));
        }
        let known: Vec<_> = self.checks.iter().map(|check| check.check.clone()).collect();
        let passed = |check: &&Check| check.result != "failed" && !known.contains(&check.check);
        self.checks.extend(earlier.checks.iter().filter(passed).cloned());
    }
}

#[cfg(test)]
mod tests;
