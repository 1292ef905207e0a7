//! The requests a second that a store documents, as data.

/// What a store allows of each operation, by the operation's name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quotas(&'static [(&'static str, f64)]);

/// What we leave of a quota: others in the account have a request to make now and then, and no clock
/// is exactly that of the service.
const SPARE: f64 = 0.02;

/// What we leave of a quota of one request a second. Nothing is saved up there that would make up for
/// a request that takes a little longer on its way than the one after it, such as the first one,
/// which waits for its connection.
const SPARE_OF_ONE: f64 = 0.09;

impl Quotas {
    /// The default quotas of HealthOmics, for an account in a region
    /// (<https://docs.aws.amazon.com/omics/latest/dev/api-quotas.html>). None is documented for
    /// `ListTagsForResource`, which is asked seldom.
    pub const HEALTHOMICS: Self = Self(&[
        ("UploadReadSetPart", 10.0),
        ("CreateMultipartReadSetUpload", 1.0),
        ("CompleteMultipartReadSetUpload", 1.0),
        ("AbortMultipartReadSetUpload", 1.0),
        ("ListMultipartReadSetUploads", 5.0),
        ("ListReadSetUploadParts", 5.0),
        ("ListReadSets", 5.0),
        ("ListTagsForResource", 5.0),
        ("TagResource", 5.0),
        ("GetReadSetMetadata", 5.0),
        ("GetSequenceStore", 5.0),
        ("ListReferenceStores", 5.0),
        ("ListReferences", 5.0),
        ("GetReferenceMetadata", 5.0),
        ("GetReference", 10.0),
    ]);

    /// A store that documents none.
    pub const UNKNOWN: Self = Self(&[]);

    /// The requests a second that are documented for an operation, if any are.
    pub fn of(self, operation: &str) -> Option<f64> {
        self.0.iter().find(|(name, _)| *name == operation).map(|(_, quota)| *quota)
    }

    /// The rate that we keep to; `None` if the store says nothing about the operation.
    pub(super) fn rate(self, operation: &str) -> Option<f64> {
        self.of(operation).map(below)
    }
}

/// The rate that keeps a quota for sure.
pub(super) fn below(quota: f64) -> f64 {
    let spare = if quota > 1.0 { SPARE } else { SPARE_OF_ONE };
    quota * (1.0 - spare)
}
