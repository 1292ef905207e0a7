//! How a request to a store fails.

use std::{fmt, time::Duration};

use crate::types::{FromOutside, OperationName};

/// What to do about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StoreErrorKind {
    /// No answer: nobody there, a reset, silence. What was asked may have happened.
    Unreachable,
    /// The way to the service is barred, and stays so: a certificate that is not trusted, a proxy
    /// that refuses.
    CutOff,
    /// The service's host has never had an address: the region or the endpoint is wrong.
    NoHost,
    /// The service answered that something is wrong on its side; the same request can succeed.
    Transient,
    Throttled,
    /// The credentials have run out.
    Expired,
    /// No credentials, or none that are allowed to.
    Denied,
    /// The caller, or the store, may not use the key that encrypts the store.
    Encryption,
    /// The service does not know the access key.
    UnknownKey,
    /// The signature is not what the service computes: the secret does not belong to the access key.
    BadSignature,
    /// This machine's clock is wrong.
    Clock {
        /// How far ahead of the service's it is, in seconds, if the answer told that.
        ahead: Option<i32>,
    },
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
    pub operation: OperationName,
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
        operation: OperationName,
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

impl StoreError {
    /// What failed and why, in one line.
    pub fn reason(&self) -> String {
        let causes =
            std::iter::successors(std::error::Error::source(self), |&cause| cause.source());
        causes.fold(self.to_string(), |reason, cause| format!("{reason}: {cause}"))
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
        let operation = OperationName::new("omics:ListReadSets");
        let mut error = StoreError::new(StoreErrorKind::Invalid, operation, "bad\u{1b}[2J");
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
