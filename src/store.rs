//! What a destination does, and how it fails. The engine sees nothing else of the service.

pub mod omics;
mod pages;
pub mod reference;

use std::{collections::BTreeMap, fmt, future::Future, time::Duration};

pub use pages::pages;

use crate::{
    format::FileType,
    pace::Quotas,
    plan::{Part, Rules},
    source::PartBody,
    types::{
        ByteCount, Checksum, ClientToken, Description, FromOutside, GeneratedFrom, Mark,
        PartNumber, PartSource, ReadSetEtag, ReadSetId, ReadSetName, ReferenceArn, SampleId,
        Sha256, SubjectId, Tags, UploadId,
    },
};

/// The fields of a read set to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub file_type: FileType,
    pub name: ReadSetName,
    pub sample: SampleId,
    pub subject: SubjectId,
    pub reference: Option<ReferenceArn>,
    pub generated_from: Option<GeneratedFrom>,
    pub description: Option<Description>,
    pub tags: Tags,
}

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
    pub checksum: Checksum,
}

/// Where a read set is between Complete and use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadSetState {
    Processing,
    /// Active, archived or being activated: the store has taken it, and has perhaps hashed it.
    There(Option<ReadSetEtag>),
    /// The store did not take the data; its own words, if it has any.
    Failed(Option<String>),
    /// Deleted, or being deleted.
    Gone,
    /// A status that this program does not know.
    Unknown(String),
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

/// A read set found by its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundReadSet {
    pub id: ReadSetId,
    pub arn: String,
    /// Seconds since 1970.
    pub created: i64,
    pub state: ReadSetState,
}

/// An unfinished upload as the store lists it, in the store's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedUpload {
    pub created: Created,
    pub file_type: String,
    pub name: String,
    pub sample: String,
    pub subject: String,
    pub reference: Option<String>,
    pub generated_from: Option<String>,
    pub description: Option<String>,
    pub tags: BTreeMap<String, String>,
}

impl ListedUpload {
    /// Our mark, if this program made the upload.
    pub fn mark(&self) -> Option<Mark> {
        self.tags.get(Mark::KEY)?.parse().ok()
    }

    /// Whether it was begun with exactly these fields, our mark aside.
    pub fn is_for(&self, fields: &Fields) -> bool {
        let text = |value: Option<&str>| value.filter(|text| !text.is_empty()).map(str::to_owned);
        let tags = self.tags.iter().filter(|(key, _)| *key != Mark::KEY);
        let theirs = fields.tags.iter().filter(|(key, _)| *key != Mark::KEY);
        self.file_type.eq_ignore_ascii_case(fields.file_type.as_str())
            && self.name == fields.name.as_str()
            && self.sample == fields.sample.as_str()
            && self.subject == fields.subject.as_str()
            && text(self.reference.as_deref())
                == fields.reference.as_ref().map(|arn| arn.as_str().to_owned())
            && text(self.generated_from.as_deref())
                == fields.generated_from.as_ref().map(|text| text.as_str().to_owned())
            && text(self.description.as_deref())
                == fields.description.as_ref().map(|text| text.as_str().to_owned())
            && tags.map(|(key, value)| (key.as_str(), value.as_str())).eq(theirs)
    }
}

/// What came of asking for new credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// There are other credentials than before.
    Renewed,
    /// They are still the same; somebody has to get new ones.
    Same,
    /// They cannot change while this process runs.
    Impossible,
}

/// A destination for uploads in parts.
///
/// Every method makes one request, and never tries again by itself. Dropping a future gives the
/// request up; whether it took effect is then not known.
pub trait Store: Send + Sync {
    /// What may be sent there.
    fn rules(&self) -> Rules;

    /// How often it may be asked, as far as that is known beforehand.
    fn quotas(&self) -> Quotas;

    /// Begins an upload; the same token gives the same upload.
    fn create(
        &self,
        fields: &Fields,
        token: &ClientToken,
    ) -> impl Future<Output = Result<Answered<Created>, StoreError>> + Send;

    /// Sends one part; a part sent before under the same number is replaced.
    fn upload_part(
        &self,
        upload: &UploadId,
        part: Part,
        body: PartBody,
    ) -> impl Future<Output = Result<Checksum, StoreError>> + Send;

    /// A page of the parts that the store has of one source.
    fn list_parts(
        &self,
        upload: &UploadId,
        source: PartSource,
        page: Option<&str>,
    ) -> impl Future<Output = Result<Page<StoredPart>, StoreError>> + Send;

    /// Makes a read set of the parts. If no answer comes, it may have happened.
    fn complete(
        &self,
        upload: &UploadId,
        parts: &[CompletedPart],
    ) -> impl Future<Output = Result<Answered<ReadSetId>, StoreError>> + Send;

    /// Where a read set is.
    fn read_set(
        &self,
        id: &ReadSetId,
    ) -> impl Future<Output = Result<ReadSetState, StoreError>> + Send;

    /// A page of the read sets that uploads with these fields made since a time (seconds since 1970).
    fn find_read_sets(
        &self,
        fields: &Fields,
        since: i64,
        page: Option<&str>,
    ) -> impl Future<Output = Result<Page<FoundReadSet>, StoreError>> + Send;

    /// The mark that a read set carries, if it came of an upload of ours.
    fn mark_of(
        &self,
        read_set: &FoundReadSet,
    ) -> impl Future<Output = Result<Option<Mark>, StoreError>> + Send;

    /// A page of the unfinished uploads.
    fn list_uploads(
        &self,
        page: Option<&str>,
    ) -> impl Future<Output = Result<Page<ListedUpload>, StoreError>> + Send;

    /// Gives an upload up, and frees its parts.
    fn abort(&self, upload: &UploadId) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Asks for new credentials where the old ones came from.
    fn renew(&self) -> impl Future<Output = Result<Renewal, StoreError>> + Send;

    /// Where new credentials have to come from, in words such as ``profile `lab` ``.
    fn credentials_source(&self) -> String;

    /// Where the store keeps the parts of an upload that failed, if it was told to.
    fn fallback_location(&self) -> impl Future<Output = Result<Option<String>, StoreError>> + Send;

    /// What a checksum says about our own digest of the same bytes.
    fn compare(&self, checksum: &Checksum, digest: &Sha256) -> Proof;
}

/// What a checksum says about bytes that we hashed ourselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    Equal,
    Different,
    /// The checksum has a form that we cannot read.
    Opaque,
}

/// What to do about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StoreErrorKind {
    /// No answer: nobody there, a reset, silence. What was asked may have happened.
    Unreachable,
    /// The way to the service is barred, and stays so: a certificate that is not trusted, a proxy
    /// that refuses.
    CutOff,
    /// The service answered that something is wrong on its side; the same request can succeed.
    Transient,
    Throttled,
    /// The credentials have run out.
    Expired,
    /// No credentials, or none that are allowed to.
    Denied,
    Missing,
    Quota,
    Invalid,
    Other,
}

/// A request that failed.
///
/// `Display` says which operation failed and what the service said; what lies below is the source.
#[derive(Debug)]
pub struct StoreError {
    pub kind: StoreErrorKind,
    /// The operation's name in the API.
    pub operation: &'static str,
    /// The service's error code, such as `ThrottlingException`.
    pub code: Option<Box<str>>,
    pub message: Option<Box<str>>,
    pub request_id: Option<Box<str>>,
    pub retry_after: Option<Duration>,
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl StoreError {
    /// A failure that has no cause but what it says.
    pub fn new(
        kind: StoreErrorKind,
        operation: &'static str,
        message: impl Into<Box<str>>,
    ) -> Self {
        Self {
            kind,
            operation,
            code: None,
            message: Some(message.into()),
            request_id: None,
            retry_after: None,
            source: None,
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} failed", self.operation)?;
        // All of it came over the network.
        if let Some(code) = &self.code {
            write!(f, ": {}", FromOutside::new(code))?;
        }
        if let Some(message) = &self.message {
            write!(f, ": {}", FromOutside::new(message))?;
        }
        if let Some(request_id) = &self.request_id {
            write!(f, " (request ID {})", FromOutside::new(request_id))?;
        }
        Ok(())
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source.as_ref() as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_failed_and_what_the_service_said_without_harm() {
        let mut error = StoreError::new(StoreErrorKind::Invalid, "ListReadSets", "bad\u{1b}[2J");
        assert_eq!(error.to_string(), "ListReadSets failed: bad\\u{1b}[2J");
        error.code = Some("Validation\u{202e}Exception".into());
        error.request_id = Some("id\n".into());
        error.source = Some("below".into());
        assert_eq!(
            error.to_string(),
            "ListReadSets failed: Validation\\u{202e}Exception: bad\\u{1b}[2J (request ID id\\n)"
        );
        (error.code, error.message, error.request_id) = (None, None, None);
        assert_eq!(error.to_string(), "ListReadSets failed");
    }
}
