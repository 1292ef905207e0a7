//! From an operation to what does it.

use std::sync::Arc;

use serde_json::Value;

use super::{extents::Extents, process, service::Service};
use crate::sandbox::{
    faults::Struck,
    rules::{ApiError, ApiOperation, Call},
};

/// What is answered.
pub(crate) enum Done {
    Document(Value),
    Nothing,
    /// Bytes; if a range of them was asked for, its first and last byte, and how many there are.
    Bytes(Extents, Option<[u64; 3]>),
}

impl Service {
    /// Whether an operation is provided: those on references are if there are some.
    pub(crate) fn check_served(&self, operation: ApiOperation) -> Result<(), ApiError> {
        if !operation.is_about_references() || self.has_references()? {
            return Ok(());
        }
        Err(ApiError::unknown_operation(format!(
            "{operation} is not provided by this sandbox, which was given no references"
        )))
    }
}

/// Does what is asked, but for taking data in.
pub(crate) fn operate(
    service: &Arc<Service>,
    call: &Call,
    struck: &Struck,
) -> Result<Done, ApiError> {
    let document = match call.operation {
        ApiOperation::GetReadSet => return Ok(Done::Bytes(service.read_set_part(call)?, None)),
        ApiOperation::GetReference => {
            let (bytes, range) = service.reference_part(call)?;
            return Ok(Done::Bytes(bytes, range));
        }
        ApiOperation::TagResource => return service.tag_resource(call).map(|_| Done::Nothing),
        ApiOperation::CreateSequenceStore => service.create_sequence_store(call),
        ApiOperation::GetSequenceStore => service.get_sequence_store(call),
        ApiOperation::ListSequenceStores => service.list_sequence_stores(call),
        ApiOperation::CreateMultipartReadSetUpload => service.create_upload(call),
        ApiOperation::ListMultipartReadSetUploads => service.list_uploads(call),
        ApiOperation::ListReadSetUploadParts => service.list_parts(call),
        ApiOperation::CompleteMultipartReadSetUpload => {
            let completed = service.complete_upload(call, struck)?;
            let answer = completed.answer();
            process::start(service, completed);
            Ok(answer)
        }
        ApiOperation::AbortMultipartReadSetUpload => service.abort_upload(call),
        ApiOperation::GetReadSetMetadata => service.read_set_metadata(call, struck),
        ApiOperation::ListReadSets => service.list_read_sets(call),
        ApiOperation::ListTagsForResource => service.list_tags_for_resource(call),
        ApiOperation::BatchDeleteReadSet => service.batch_delete(call),
        ApiOperation::GetReferenceStore => service.get_reference_store(call),
        ApiOperation::ListReferenceStores => service.list_reference_stores(call),
        ApiOperation::ListReferences => service.list_references(call),
        ApiOperation::GetReferenceMetadata => service.reference_metadata(call),
        ApiOperation::UploadReadSetPart => Err(ApiError::internal("The operation takes data in")),
    };
    document.map(Done::Document)
}
