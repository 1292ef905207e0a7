//! An error as the service answers it: a code, its HTTP status and a message.
//!
//! Codes and statuses are those of the service model, and of what AWS services have in common
//! (<https://docs.aws.amazon.com/awsconsolehelpdocs/latest/gsg/common-errors.html>); the names of
//! signature errors are those that services send.

use std::borrow::Cow;

/// The codes with a status of their own.
const KNOWN: [(&str, u16); 27] = [
    ("AccessDeniedException", 403),
    ("ConflictException", 409),
    ("ExpiredTokenException", 403),
    ("IncompleteSignature", 403),
    ("IncompleteSignatureException", 403),
    ("InternalFailure", 500),
    ("InternalServerException", 500),
    ("InvalidClientTokenId", 403),
    ("InvalidSignatureException", 403),
    ("MalformedHttpRequestException", 400),
    ("MissingAuthenticationTokenException", 403),
    ("NotAuthorized", 401),
    ("NotSupportedOperationException", 405),
    ("OptInRequired", 403),
    ("RangeNotSatisfiableException", 416),
    ("RequestAbortedException", 400),
    ("RequestEntityTooLargeException", 413),
    ("RequestExpired", 400),
    ("RequestTimeoutException", 408),
    ("ResourceNotFoundException", 404),
    ("SerializationException", 400),
    ("ServiceQuotaExceededException", 402),
    ("ServiceUnavailable", 503),
    ("ThrottlingException", 429),
    ("UnknownOperationException", 404),
    ("UnrecognizedClientException", 403),
    ("ValidationException", 400),
];

/// The HTTP status of a code, if it has a documented one.
pub(crate) fn status_of(code: &str) -> Option<u16> {
    KNOWN.iter().find(|(known, _)| *known == code).map(|(_, status)| *status)
}

/// What is answered instead of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) code: Cow<'static, str>,
    pub(crate) status: u16,
    pub(crate) message: String,
    pub(crate) retry_after: Option<u64>,
}

impl ApiError {
    fn known(code: &'static str, message: impl Into<String>) -> Self {
        // Every code used below is in the table.
        let status = status_of(code).unwrap_or(500);
        Self { code: Cow::Borrowed(code), status, message: message.into(), retry_after: None }
    }

    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::known("ValidationException", message)
    }

    pub(crate) fn serialization(message: impl Into<String>) -> Self {
        Self::known("SerializationException", message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::known("ResourceNotFoundException", message)
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::known("ConflictException", message)
    }

    pub(crate) fn range(message: impl Into<String>) -> Self {
        Self::known("RangeNotSatisfiableException", message)
    }

    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::known("InternalServerException", message)
    }

    pub(crate) fn throttled() -> Self {
        Self::known("ThrottlingException", "Rate exceeded")
    }

    pub(crate) fn unknown_operation(message: impl Into<String>) -> Self {
        Self::known("UnknownOperationException", message)
    }

    /// An error that a fault asks for.
    pub(crate) fn requested(code: &str, status: u16, retry_after: Option<u64>) -> Self {
        let message = "This error was asked for".to_owned();
        Self { code: code.to_owned().into(), status, message, retry_after }
    }

    /// The request is not signed, or not as the service asks.
    pub(crate) fn unsigned(code: &'static str, message: impl Into<String>) -> Self {
        Self::known(code, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_modelled_statuses() {
        for (error, status) in [
            (ApiError::validation(""), 400),
            (ApiError::not_found(""), 404),
            (ApiError::conflict(""), 409),
            (ApiError::range(""), 416),
            (ApiError::internal(""), 500),
            (ApiError::throttled(), 429),
            (ApiError::unknown_operation(""), 404),
        ] {
            assert_eq!(error.status, status, "{}", error.code);
        }
        assert_eq!(status_of("ServiceQuotaExceededException"), Some(402));
        assert_eq!(status_of("Nonsense"), None);
    }
}
