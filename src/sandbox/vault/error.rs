//! Errors as the vaults' service has them: other statuses than HealthOmics for the same codes.
//!
//! Codes and statuses are those of
//! <https://docs.aws.amazon.com/amazonglacier/latest/dev/api-error-responses.html>, and
//! `NoLongerSupportedException` is of the service model. The messages are the service's own where they
//! are known; the others are in their manner.

use crate::sandbox::rules::ApiError;

const KNOWN: [(&str, u16); 18] = [
    ("AccessDeniedException", 403),
    ("BadRequest", 400),
    ("ExpiredTokenException", 403),
    ("IncompleteSignatureException", 403),
    ("InsufficientCapacityException", 503),
    ("InvalidParameterValueException", 400),
    ("InvalidSignatureException", 403),
    ("LimitExceededException", 400),
    ("MissingAuthenticationTokenException", 400),
    ("MissingParameterValueException", 400),
    (NO_LONGER_SUPPORTED, 400),
    ("PolicyEnforcedException", 400),
    ("RequestTimeoutException", 408),
    ("ResourceNotFoundException", 404),
    ("SerializationException", 400),
    (UNAVAILABLE, 500),
    ("ThrottlingException", 400),
    ("UnrecognizedClientException", 400),
];

const UNAVAILABLE: &str = "ServiceUnavailableException";
pub(crate) const NO_LONGER_SUPPORTED: &str = "NoLongerSupportedException";

/// What the service model says for accounts that have no vaults.
pub(crate) const NO_LONGER_SUPPORTED_MESSAGE: &str = "This API is no longer supported for new \
     accounts. Please use Amazon S3 Glacier storage classes instead.";

/// The HTTP status of a code, if it has a documented one.
pub(crate) fn status_of(code: &str) -> Option<u16> {
    KNOWN.iter().find(|(known, _)| *known == code).map(|(_, status)| *status)
}

/// A parameter is there, and wrong.
pub(crate) fn invalid(message: impl Into<String>) -> ApiError {
    known("InvalidParameterValueException", message)
}

/// `Invalid NAME: VALUE`, as the service says of headers and parameters.
pub(crate) fn invalid_value(name: &str, value: &str) -> ApiError {
    invalid(format!("Invalid {name}: {value}"))
}

/// A parameter has to be there, and is not.
pub(crate) fn missing(name: &str) -> ApiError {
    known("MissingParameterValueException", format!("Required parameter missing: {name}"))
}

pub(crate) fn not_found(message: impl Into<String>) -> ApiError {
    known("ResourceNotFoundException", message)
}

pub(crate) fn no_upload(id: &str) -> ApiError {
    not_found(format!("The upload ID was not found: {id}"))
}

/// Another vault would be one too many.
pub(crate) fn too_many(vaults: usize) -> ApiError {
    known(
        "LimitExceededException",
        format!("The account has {vaults} vaults, and may have no more"),
    )
}

pub(crate) fn denied(message: impl Into<String>) -> ApiError {
    known("AccessDeniedException", message)
}

pub(crate) fn unavailable(message: impl Into<String>) -> ApiError {
    known(UNAVAILABLE, message)
}

fn known(code: &'static str, message: impl Into<String>) -> ApiError {
    ApiError {
        code: code.into(),
        status: status_of(code).unwrap_or(500),
        message: message.into(),
        retry_after: None,
    }
}

/// An error of the parts that both services share, as this one says it.
pub(crate) fn translate(mut error: ApiError) -> ApiError {
    match &*error.code {
        "InternalServerException" => error.code = UNAVAILABLE.into(),
        "ValidationException" => error.code = "InvalidParameterValueException".into(),
        _ => {}
    }
    error.status = status_of(&error.code).unwrap_or(error.status);
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_errors_get_the_statuses_of_this_service() {
        for (error, code, status) in [
            (ApiError::throttled(), "ThrottlingException", 400),
            (ApiError::internal("x"), UNAVAILABLE, 500),
            (ApiError::validation("x"), "InvalidParameterValueException", 400),
            (ApiError::unknown_operation("x"), "UnknownOperationException", 404),
            (invalid("x"), "InvalidParameterValueException", 400),
            (missing("x"), "MissingParameterValueException", 400),
            (no_upload("x"), "ResourceNotFoundException", 404),
        ] {
            let error = translate(error);
            assert_eq!((&*error.code, error.status), (code, status));
        }
    }
}
