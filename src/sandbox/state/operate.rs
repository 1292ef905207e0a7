//! From an operation to what does it.

use std::sync::Arc;

use serde_json::Value;

use super::{extents::Extents, process, service::Service};
use crate::sandbox::{
    faults::Struck,
    rules::{ApiError, Call, Operation},
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
    pub(crate) fn check_served(&self, operation: Operation) -> Result<(), ApiError> {
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
        Operation::GetReadSet => return Ok(Done::Bytes(service.read_set_part(call)?, None)),
        Operation::GetReference => {
            let (bytes, range) = service.reference_part(call)?;
            return Ok(Done::Bytes(bytes, range));
        }
        Operation::TagResource => return service.tag_resource(call).map(|_| Done::Nothing),
        Operation::CreateSequenceStore => service.create_sequence_store(call),
        Operation::GetSequenceStore => service.get_sequence_store(call),
        Operation::ListSequenceStores => service.list_sequence_stores(call),
        Operation::CreateMultipartReadSetUpload => service.create_upload(call),
        Operation::ListMultipartReadSetUploads => service.list_uploads(call),
        Operation::ListReadSetUploadParts => service.list_parts(call),
        Operation::CompleteMultipartReadSetUpload => {
            let completed = service.complete_upload(call, struck)?;
            let answer = completed.answer();
            process::start(service, completed);
            Ok(answer)
        }
        Operation::AbortMultipartReadSetUpload => service.abort_upload(call),
        Operation::GetReadSetMetadata => service.read_set_metadata(call, struck),
        Operation::ListReadSets => service.list_read_sets(call),
        Operation::ListTagsForResource => service.list_tags_for_resource(call),
        Operation::BatchDeleteReadSet => service.batch_delete(call),
        Operation::GetReferenceStore => service.get_reference_store(call),
        Operation::ListReferenceStores => service.list_reference_stores(call),
        Operation::ListReferences => service.list_references(call),
        Operation::GetReferenceMetadata => service.reference_metadata(call),
        Operation::UploadReadSetPart => Err(ApiError::internal("The operation takes data in")),
    };
    document.map(Done::Document)
}
