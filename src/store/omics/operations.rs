//! The operations of HealthOmics: their names, and how often they may be asked for.

use crate::{
    pace::Quotas,
    types::{Operation, OperationName},
};

/// The default quotas for an account in a region
/// (<https://docs.aws.amazon.com/omics/latest/dev/api-quotas.html>). None is documented for
/// `ListTagsForResource`, which is asked seldom.
pub const QUOTAS: Quotas = Quotas::new(&[
    (Operation::UploadPart, 10.0),
    (Operation::CreateUpload, 1.0),
    (Operation::CompleteUpload, 1.0),
    (Operation::AbortUpload, 1.0),
    (Operation::ListUploads, 5.0),
    (Operation::ListParts, 5.0),
    (Operation::ListReadSets, 5.0),
    (Operation::ListTags, 5.0),
    (Operation::SetTag, 5.0),
    (Operation::ShowReadSet, 5.0),
    (Operation::ShowStore, 5.0),
    (Operation::ListReferenceStores, 5.0),
    (Operation::ListReferences, 5.0),
    (Operation::ShowReference, 5.0),
    (Operation::ReadReference, 10.0),
]);

/// The name that the API reference has for an operation.
pub const fn named(operation: Operation) -> OperationName {
    OperationName::new(match operation {
        Operation::CreateUpload => "omics:CreateMultipartReadSetUpload",
        Operation::UploadPart => "omics:UploadReadSetPart",
        Operation::ListParts => "omics:ListReadSetUploadParts",
        Operation::CompleteUpload => "omics:CompleteMultipartReadSetUpload",
        Operation::AbortUpload => "omics:AbortMultipartReadSetUpload",
        Operation::ListUploads => "omics:ListMultipartReadSetUploads",
        Operation::ShowReadSet => "omics:GetReadSetMetadata",
        Operation::ListReadSets => "omics:ListReadSets",
        Operation::ListTags => "omics:ListTagsForResource",
        Operation::SetTag => "omics:TagResource",
        Operation::ShowStore => "omics:GetSequenceStore",
        Operation::ListReferenceStores => "omics:ListReferenceStores",
        Operation::ListReferences => "omics:ListReferences",
        Operation::ShowReference => "omics:GetReferenceMetadata",
        Operation::ReadReference => "omics:GetReference",
        // None of the service's own, but what fails when there are none.
        Operation::GetCredentials => "getting credentials",
    })
}
