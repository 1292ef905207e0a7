//! What HealthOmics takes, as data.

use crate::{
    plan::{Growth, Rules, Step, Sum},
    types::{Algorithm, ByteCount, PartNumber, PartSize, PartSource},
};

const fn mebibytes(count: u64) -> PartSize {
    match PartSize::new(count * 1024 * 1024) {
        Some(size) => size,
        None => panic!("a part size is out of bounds"),
    }
}

/// Fixed quotas of HealthOmics
/// (<https://docs.aws.amazon.com/omics/latest/dev/fixed-quotas.html>): 10,000 parts, and "976 GB"
/// a source. The parts are counted in MiB there, so the source is taken to be in GiB.
///
/// "100 MB" in the quotas is 104,857,600 bytes: the user guide splits with `split -b 100MiB`
/// (<https://docs.aws.amazon.com/omics/latest/dev/synchronous-uploads.html>). The lower bound is
/// ours: none is documented, and storage behind such interfaces usually asks for 5 MiB.
///
/// Growing, 10,000 parts hold exactly the 976 GiB that a source may have.
pub const RULES: Rules = Rules {
    min: mebibytes(5),
    max: mebibytes(100),
    default: mebibytes(64),
    step: Step::Mebibytes,
    max_parts: PartNumber::MAX.get() as u64,
    growing: Some(Growth { count: 16, first: mebibytes(64), then: mebibytes(100) }),
    streams: PartSource::ALL.len(),
    sum: Sum::Answered(Algorithm::Sha256),
    max_source: ByteCount::new(976 * 1024 * 1024 * 1024),
    doubtful_source: Some(ByteCount::new(976_000_000_000)),
};
