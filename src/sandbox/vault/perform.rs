//! From an operation on vaults to what does it.

use std::sync::Arc;

use super::{answer::VaultAnswer, disk, error, operation::VaultOperation, request::VaultRequest};
use crate::sandbox::{
    faults::{Action, Struck},
    rules::ApiError,
    state::{Received, Receiver, Service, broken_disk},
    wire::{
        aside::aside,
        intake::{BrokenBody, Intake},
    },
};

/// Takes the body in, and does what is asked.
pub(crate) async fn perform(
    service: &Arc<Service>,
    request: VaultRequest,
    length: Option<u64>,
    intake: &mut Intake,
    struck: &Struck,
) -> Result<VaultAnswer, BrokenBody> {
    if struck.has(&Action::Vanish) {
        service.vanish(&request)?;
    }
    let (service, struck) = (Arc::clone(service), struck.clone());
    match request.operation {
        VaultOperation::UploadMultipartPart => {
            let part = service.expect_vault_part(&request, length)?;
            let dir = service.vault_upload_dir(&request, request.label("uploadId"));
            let name = disk::part_data(part.number);
            let arriving = Receiver::with_tree(dir, (!service.discard).then_some(name));
            let received = take(intake, arriving, part.range.size).await?;
            aside(move || service.keep_vault_part(&request, part, received, &struck)).await
        }
        VaultOperation::UploadArchive => {
            let archive = service.expect_archive(&request, length)?;
            let dir = disk::archives(&service.vault_dir(&request));
            let name = disk::archive_data(&archive.id);
            let arriving = Receiver::with_tree(dir, (!service.discard).then_some(name));
            let received = take(intake, arriving, u64::MAX).await?;
            aside(move || service.keep_archive(&request, archive, received, &struck)).await
        }
        _ => {
            if intake.block().await?.is_some_and(|block| !block.is_empty()) {
                return Err(error::invalid("The request body must be empty").into());
            }
            aside(move || operate(&service, &request, &struck)).await
        }
    }
}

/// Takes data in, and no more of it than there may be: a body without a length is found out so.
async fn take(
    intake: &mut Intake,
    mut receiver: Receiver,
    most: u64,
) -> Result<Received, BrokenBody> {
    let mut left = most;
    while let Some(block) = intake.block().await? {
        let Some(rest) = left.checked_sub(block.len() as u64) else {
            return Err(error::invalid("The body is longer than its Content-Range").into());
        };
        left = rest;
        if !receiver.block(block).await {
            break;
        }
    }
    Ok(receiver.finish().await.map_err(|error| broken_disk(&error))?)
}

/// Does what needs no body.
fn operate(
    service: &Service,
    request: &VaultRequest,
    struck: &Struck,
) -> Result<VaultAnswer, ApiError> {
    match request.operation {
        VaultOperation::CreateVault => service.create_vault(request),
        VaultOperation::DescribeVault => service.describe_vault(request),
        VaultOperation::ListVaults => service.list_vaults(request),
        VaultOperation::DeleteArchive => service.delete_archive(request),
        VaultOperation::InitiateMultipartUpload => service.initiate(request),
        VaultOperation::ListMultipartUploads => service.list_vault_uploads(request),
        VaultOperation::ListParts => service.list_vault_parts(request),
        VaultOperation::CompleteMultipartUpload => service.complete_vault_upload(request, struck),
        VaultOperation::AbortMultipartUpload => service.abort_vault_upload(request),
        VaultOperation::UploadMultipartPart | VaultOperation::UploadArchive => {
            Err(error::unavailable("The operation takes data in"))
        }
    }
}
