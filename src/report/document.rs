//! The JSON document that `--output json` prints at the end.

use serde::Serialize;

use super::{Advice, Place, hint, kind_of};
use crate::{
    engine::{Ended, Failure, Verify},
    event::Outcome,
    formats::FileType,
    types::{ByteCount, EtagResult, ReadSetEtag, ReadSetId, SourceDisposal, StoreId, UploadId},
};

/// What a run did; part of the contract with scripts.
#[derive(Debug, Serialize)]
pub struct Document {
    version: u32,
    read_sets: Vec<ReadSetReport>,
}

impl Document {
    pub const fn new(read_sets: Vec<ReadSetReport>) -> Self {
        Self { version: 1, read_sets }
    }
}

/// What became of one read set. Sizes are in bytes.
#[derive(Debug, Serialize)]
pub struct ReadSetReport {
    pub files: Vec<String>,
    pub status: Outcome,
    pub read_set_id: Option<ReadSetId>,
    pub upload_id: Option<UploadId>,
    pub store_id: StoreId,
    pub name: String,
    pub sample_id: String,
    pub subject_id: String,
    pub file_type: FileType,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference_arn: Option<String>,
    pub bytes: ByteCount,
    pub bytes_sent: ByteCount,
    pub parts: u64,
    pub parts_sent: u64,
    pub parts_reused: u64,
    pub retries: u64,
    pub throttled: u64,
    pub elapsed_seconds: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification: Option<VerificationReport>,
    /// What became of each of the files, in their order, if `--when-proven` asked for that.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub when_proven: Vec<SourceDisposal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorReport>,
}

/// What was found in the data while they were sent, and what the store says of them.
#[derive(Debug, Serialize)]
pub struct VerificationReport {
    #[serde(skip_serializing_if = "Option::is_none")]
    reads: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bases: Option<u64>,
    /// Of each file whose sum was known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    md5: Vec<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    etag: Option<EtagReport>,
}

/// The store's hash of the data beside our own.
#[derive(Debug, Serialize)]
struct EtagReport {
    expected: Option<ReadSetEtag>,
    found: Option<ReadSetEtag>,
    result: EtagResult,
}

impl VerificationReport {
    pub fn of(ended: &Ended, verify: Verify) -> Option<Self> {
        let findings = ended.findings.as_ref()?;
        let counted = findings.counted;
        let known = findings.md5.iter().any(Option::is_some);
        Some(Self {
            reads: counted.map(|counted| counted.reads),
            bases: counted.map(|counted| counted.bases),
            md5: if known { findings.md5.clone() } else { Vec::new() },
            etag: (verify != Verify::No && counted.is_some() && ended.active).then(|| EtagReport {
                expected: ended.etag_expected.clone(),
                found: ended.etag_found.clone(),
                result: ended.etag_result(),
            }),
        })
    }
}

/// Why a read set did not get where it should.
#[derive(Debug, Clone, Serialize)]
pub struct ErrorReport {
    pub kind: &'static str,
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl ErrorReport {
    pub fn of(ended: &Ended, store: &StoreId, place: Place) -> Option<Self> {
        let failure = ended.failure.as_ref()?;
        let advice = Advice { store, upload: ended.upload_id.as_ref(), place };
        Some(Self::new(failure, ended.trouble.as_deref(), hint(failure, advice)))
    }

    /// A failure with what kept it from getting on, and what to do about it.
    pub fn new(failure: &Failure, trouble: Option<&str>, hint: Option<String>) -> Self {
        Self {
            kind: kind_of(failure),
            message: match trouble {
                Some(trouble) => format!("{}: {trouble}", chain(failure)),
                None => chain(failure),
            },
            hint,
            request_id: request_id(failure),
        }
    }
}

/// An error and its causes in a line.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    std::iter::successors(Some(error), |&error| error.source())
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

/// The ID of the request that failed, if the service gave one.
fn request_id(failure: &Failure) -> Option<String> {
    std::iter::successors(Some(failure as &(dyn std::error::Error + 'static)), |&e| e.source())
        .find_map(|error| error.downcast_ref::<crate::store::StoreError>())
        .and_then(|error| error.request_id.as_deref().map(str::to_owned))
}
