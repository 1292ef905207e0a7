//! From the SDK's values to ours, and back where they are enums.

use aws_sdk_omics::types::{
    CreationType, ETag, ETagAlgorithm, FileType as SdkFileType, MultipartReadSetUploadListItem,
    ReadSetFiles, ReadSetListItem, ReadSetPartSource, ReadSetStatus,
};

use super::{failure::unusable, upload_id::upload_id};
use crate::{
    formats::FileType,
    store::{Created, Described, FoundReadSet, ListedUpload, ReadSetState, StoreError},
    types::{Invalid, Operation, PartSource, ReadSetEtag},
};

pub(super) fn listed(item: &MultipartReadSetUploadListItem) -> Result<ListedUpload, StoreError> {
    let id = parsed(Operation::ListUploads, item.upload_id(), upload_id)?;
    let tags = item.tags().into_iter().flatten();
    Ok(ListedUpload {
        created: Created { id, at: item.creation_time().secs() },
        file_type: item.source_file_type().as_str().to_owned(),
        name: item.name().unwrap_or_default().to_owned(),
        sample: item.sample_id().to_owned(),
        subject: item.subject_id().to_owned(),
        reference: some(Some(item.reference_arn())),
        generated_from: some(Some(item.generated_from())),
        description: some(item.description()),
        tags: tags.map(|(key, value)| (key.clone(), value.clone())).collect(),
    })
}

pub(super) fn found(item: &ReadSetListItem) -> Result<FoundReadSet, StoreError> {
    Ok(FoundReadSet {
        id: parse(Operation::ListReadSets, item.id())?,
        arn: arn(Operation::ListReadSets, item.arn())?,
        created: item.creation_time().secs(),
        state: state(item.status(), item.status_message(), item.etag()),
        described: Described {
            file_type: some(Some(item.file_type().as_str())),
            name: some(item.name()),
            sample: some(item.sample_id()),
            subject: some(item.subject_id()),
            reference: some(item.reference_arn()),
            creation_type: some(item.creation_type().map(CreationType::as_str)),
        },
        s3_uris: Vec::new(),
    })
}

/// The objects of the sources, if all of them are known.
pub(super) fn s3_uris(files: &ReadSetFiles) -> Vec<String> {
    let sources = [files.source1(), files.source2()].into_iter().flatten();
    let uris = sources.map(|file| some(file.s3_access()?.s3_uri()));
    uris.collect::<Option<_>>().unwrap_or_default()
}

/// An empty text says as little as none.
pub(super) fn some(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The same, where the form is HealthOmics' own.
pub(super) fn parsed<T>(
    operation: Operation,
    value: &str,
    parse: impl Fn(&str) -> Result<T, Invalid>,
) -> Result<T, StoreError> {
    parse(value).map_err(|invalid| unusable(operation, &invalid.to_string()))
}

/// Parses a member that the service must give.
pub(super) fn parse<T>(operation: Operation, value: &str) -> Result<T, StoreError>
where
    T: std::str::FromStr<Err = Invalid>,
{
    parsed(operation, value, str::parse)
}

/// An ARN that requests can name: the SDK panics on a URI of more than 64 KiB.
fn arn(operation: Operation, value: &str) -> Result<String, StoreError> {
    const LONGEST: usize = 2048;
    if value.len() > LONGEST {
        return Err(unusable(operation, "it has an ARN that is too long"));
    }
    Ok(value.to_owned())
}

/// An empty token ends a list as none does.
pub(super) fn next(token: Option<&str>) -> Option<String> {
    token.filter(|token| !token.is_empty()).map(str::to_owned)
}

pub(super) const fn sdk_file_type(file_type: FileType) -> SdkFileType {
    match file_type {
        FileType::Fastq => SdkFileType::Fastq,
        FileType::Bam => SdkFileType::Bam,
        FileType::Cram => SdkFileType::Cram,
        FileType::Ubam => SdkFileType::Ubam,
    }
}

/// The source that an answer names.
pub(super) fn named_source(named: &ReadSetPartSource) -> Option<PartSource> {
    PartSource::ALL.into_iter().find(|source| sdk_source(*source) == *named)
}

pub(super) const fn sdk_source(source: PartSource) -> ReadSetPartSource {
    match source {
        PartSource::Source1 => ReadSetPartSource::Source1,
        PartSource::Source2 => ReadSetPartSource::Source2,
    }
}

/// Statuses are compared without case: the user guide spells them otherwise than the API reference.
/// A read set that nobody reads is archived after a while, so that counts as there
/// (<https://docs.aws.amazon.com/omics/latest/dev/sequence-stores.html>).
pub(super) fn state(
    status: &ReadSetStatus,
    message: Option<&str>,
    etag: Option<&ETag>,
) -> ReadSetState {
    let message = || message.filter(|text| !text.is_empty()).map(str::to_owned);
    match status.as_str().to_ascii_uppercase().as_str() {
        "ACTIVE" | "ARCHIVED" | "ACTIVATING" => ReadSetState::There(etag.and_then(read_set_etag)),
        "PROCESSING_UPLOAD" => ReadSetState::Processing,
        "UPLOAD_FAILED" => ReadSetState::Failed(message()),
        "DELETING" | "DELETED" => ReadSetState::Gone,
        _ => ReadSetState::Unknown(status.as_str().to_owned()),
    }
}

/// Nothing of it is required; without a way and a hash it says nothing.
fn read_set_etag(etag: &ETag) -> Option<ReadSetEtag> {
    let some = |text: &&str| !text.is_empty();
    let algorithm = etag.algorithm().map(ETagAlgorithm::as_str).filter(some)?;
    Some(ReadSetEtag {
        algorithm: algorithm.to_owned(),
        source1: etag.source1().filter(some)?.to_owned(),
        source2: etag.source2().filter(some).map(str::to_owned),
    })
}
