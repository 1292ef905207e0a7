//! The operations of S3 Glacier, and where it is.

use crate::{
    aws::AwsService,
    store::{StoreError, sdk_failure::unusable},
    types::{Operation, OperationName},
};

/// S3 Glacier, as far as connecting is concerned.
pub const SERVICE: AwsService = AwsService {
    id: "Glacier",
    host_prefixes: &[],
    // The service is in most regions, but not for new customers: a name that is not found is final.
    has_host: |_| false,
};

/// The name that the API reference has for an operation.
pub(super) const fn named(operation: Operation) -> OperationName {
    OperationName::new(match operation {
        Operation::CreateUpload => "glacier:InitiateMultipartUpload",
        Operation::UploadPart => "glacier:UploadMultipartPart",
        Operation::ListParts => "glacier:ListParts",
        Operation::CompleteUpload => "glacier:CompleteMultipartUpload",
        Operation::AbortUpload => "glacier:AbortMultipartUpload",
        Operation::ListUploads => "glacier:ListMultipartUploads",
        Operation::GetCredentials => "getting credentials",
        // A vault is not asked for these.
        Operation::ShowReadSet
        | Operation::ListReadSets
        | Operation::ListTags
        | Operation::SetTag
        | Operation::ShowStore
        | Operation::ListReferenceStores
        | Operation::ListReferences
        | Operation::ShowReference
        | Operation::ReadReference => "glacier:DescribeVault",
    })
}

/// An answer that lacks what it must have.
pub(super) fn unusable_answer(operation: Operation, what: &impl std::fmt::Display) -> StoreError {
    unusable(named(operation), &what.to_string())
}
