//! Failures of HealthOmics' operations.

use std::error::Error;

use aws_sdk_omics::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::http::Response;

use super::operations::named;
use crate::{
    store::{StoreError, sdk_failure},
    types::Operation,
};

/// An answer that lacks what it must have.
pub(super) fn unusable(operation: Operation, what: &str) -> StoreError {
    sdk_failure::unusable(named(operation), what)
}

/// Turns an SDK error into ours.
pub(super) fn classify<E>(operation: Operation, error: SdkError<E, Response>) -> StoreError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    sdk_failure::classify(named(operation), error)
}
