//! What the page is made of: the run and its read sets. Whoever has a run fills it in.
//!
//! What is not known is `None` or empty, and the page leaves it out.

use jiff::Timestamp;
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::{OutsideText, Throughput};
use crate::types::{ByteCount, ContentDigest, EtagResult, PartSize, PartSource, ReadSetEtag};

/// A run of a sample sheet.
#[derive(Debug, Clone)]
pub struct PageReport {
    /// The sample sheet's path.
    pub sheet: OutsideText,
    pub run_folder: Option<OutsideText>,
    pub store_id: OutsideText,
    pub region: OutsideText,
    /// What took the place of AWS's own endpoint.
    pub endpoint: Option<OutsideText>,
    /// When this page was made.
    pub made: Timestamp,
    pub begun: Option<Timestamp>,
    /// `None` while something is left to do.
    pub ended: Option<Timestamp>,
    /// The program and its version.
    pub tool: String,
    /// The machines that took part.
    pub hosts: Vec<OutsideText>,
    pub users: Vec<OutsideText>,
    /// Warnings about the whole run, such as why it was stopped.
    pub notes: Vec<OutsideText>,
    pub throughput: Throughput,
    /// In the order of the sheet.
    pub rows: Vec<ReadSetRow>,
    /// Whether paths, hosts and users are left out.
    pub redact: bool,
}

/// A read set, and what became of it.
#[derive(Debug, Clone)]
pub struct ReadSetRow {
    /// The line of the sheet, or the number of a JSON entry; of several, the first. Unique.
    pub line: u64,
    pub status: RowStatus,
    pub fields: RowFields,
    pub read_set_id: Option<OutsideText>,
    pub read_set_arn: Option<OutsideText>,
    pub upload_id: Option<OutsideText>,
    pub files: Vec<RowFile>,
    pub parts: u64,
    pub part_size: Option<PartSize>,
    /// The SHA-256 of all parts' digests.
    pub digest: Option<ContentDigest>,
    pub etag: RowEtag,
    pub checks: Vec<RowCheck>,
    pub failure: Option<RowFailure>,
    pub begun: Option<Timestamp>,
    pub ended: Option<Timestamp>,
    pub traffic: RowTraffic,
}

/// Where a read set stands; the texts are those of `upload_status` and of receipts.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, EnumString, IntoStaticStr, VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum RowStatus {
    Failed,
    Interrupted,
    /// Nothing was begun, or it is under way.
    Pending,
    /// The upload is complete; whether the read set is active is not known.
    Completed,
    Skipped,
    Active,
}

/// The read set's fields, as they were sent or will be.
#[derive(Debug, Clone, Default)]
pub struct RowFields {
    pub file_type: OutsideText,
    pub name: OutsideText,
    pub sample: OutsideText,
    pub subject: OutsideText,
    pub reference: Option<OutsideText>,
    pub generated_from: Option<OutsideText>,
    pub description: Option<OutsideText>,
    /// Keys and values.
    pub tags: Vec<(OutsideText, OutsideText)>,
}

/// A file of a read set. A source of several lanes has several.
#[derive(Debug, Clone)]
pub struct RowFile {
    pub source: PartSource,
    /// A path, or a URL without its query.
    pub path: OutsideText,
    pub bytes: ByteCount,
    pub modified: Option<Timestamp>,
    pub md5: Option<OutsideText>,
    pub sha256: Option<OutsideText>,
}

/// The hash of the content: ours, the service's, and what the two say of each other.
#[derive(Debug, Clone, Default)]
pub struct RowEtag {
    pub expected: Option<ReadSetEtag>,
    pub found: Option<ReadSetEtag>,
    pub result: Option<EtagResult>,
}

/// A check that was made, and its result.
#[derive(Debug, Clone)]
pub struct RowCheck {
    pub check: OutsideText,
    pub result: CheckResult,
    pub text: OutsideText,
}

/// The texts are those of receipts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum CheckResult {
    Passed,
    Note,
    Undecided,
    Failed,
}

/// Why a read set did not get where it should.
#[derive(Debug, Clone)]
pub struct RowFailure {
    /// As in the JSON document, such as `access_denied`.
    pub kind: OutsideText,
    pub message: OutsideText,
    pub hint: Option<OutsideText>,
    pub request_id: Option<OutsideText>,
}

/// What went over the network.
#[derive(Debug, Clone, Default)]
pub struct RowTraffic {
    pub bytes_sent: u64,
    pub parts_sent: u64,
    /// Parts that an earlier run had sent.
    pub parts_reused: u64,
    pub retries: u64,
    pub throttled: u64,
}

impl RowStatus {
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

impl CheckResult {
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

impl ReadSetRow {
    /// The size of all files.
    pub(super) fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes.get()).sum()
    }
}
