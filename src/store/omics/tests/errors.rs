//! What an error means: its kind, and what is kept of it.

use std::time::Duration;

use aws_credential_types::provider::{ProvideCredentials, error::CredentialsError, future};
use aws_smithy_runtime_api::client::result::ConnectorError;

use super::{
    requests::STORE,
    wire::{errors, upload_part},
};
use crate::store::{
    StoreErrorKind::{
        self, BadSignature, Clock, Denied, Encryption, Expired, Invalid, Missing, NoHost, Other,
        Quota, Throttled, Transient, UnknownKey, Unreachable,
    },
    omics::*,
    tests::recorder::Server,
};

/// The kind of an error with this status and code.
async fn kind(status: u16, code: &'static str) -> StoreErrorKind {
    let body = format!(r#"{{"__type": "com.amazonaws.omics#{code}", "message": "whatever"}}"#);
    let body = if code.is_empty() { "" } else { &body };
    let server = Server::answering(status, &[("x-amzn-requestid", "1")], body).await;
    let error = upload_part(&server.omics().await).await.unwrap_err();
    assert_eq!(error.code.as_deref(), Some(code).filter(|code| !code.is_empty()));
    error.kind
}

#[tokio::test]
async fn every_code_has_its_kind() {
    for (status, code, wanted) in [
        // The API reference.
        (429, "ThrottlingException", Throttled),
        (500, "InternalServerException", Transient),
        (408, "RequestTimeoutException", Transient),
        (402, "ServiceQuotaExceededException", Quota),
        (400, "ValidationException", Invalid),
        (403, "AccessDeniedException", Denied),
        (404, "ResourceNotFoundException", Missing),
        (405, "NotSupportedOperationException", Other),
        (409, "ConflictException", Other),
        // AWS's front ends.
        (403, "ExpiredTokenException", Expired),
        (400, "ExpiredToken", Expired),
        (403, "UnrecognizedClientException", UnknownKey),
        (403, "InvalidSignatureException", BadSignature),
        (403, "InvalidClientTokenId", UnknownKey),
        (403, "InvalidAccessKeyId", UnknownKey),
        (403, "SignatureDoesNotMatch", BadSignature),
        (403, "MissingAuthenticationTokenException", Denied),
        (403, "IncompleteSignatureException", Denied),
        (403, "RequestTimeTooSkewed", Clock { ahead: None }),
        (400, "RequestExpired", Expired),
        (403, "OptInRequired", Denied),
        (400, "KMSDisabledException", Encryption),
        (400, "KMSAccessDeniedException", Encryption),
        (400, "KMSThrottlingException", Throttled),
        (500, "KMSInternalException", Transient),
        (400, "ThrottlingException", Throttled),
        (503, "SlowDown", Throttled),
        (503, "ServiceUnavailable", Transient),
        // Codes that nobody knows, and none.
        (400, "SomethingElse", Invalid),
        (403, "SomethingElse", Denied),
        (404, "UnknownOperationException", Missing),
        (418, "SomethingElse", Other),
        (599, "SomethingElse", Transient),
        (301, "", Other),
        (401, "", Denied),
        (403, "", Denied),
        (404, "", Missing),
        (408, "", Transient),
        (429, "", Throttled),
        (500, "", Transient),
        (502, "", Transient),
        (503, "", Transient),
        (504, "", Transient),
    ] {
        assert_eq!(kind(status, code).await, wanted, "{status} {code}");
    }
}

#[tokio::test]
async fn code_message_request_and_wish_are_kept_for_every_operation() {
    let headers = &[
        ("x-amzn-errortype", "ThrottlingException:http://internal.amazon.com/coral/"),
        ("x-amzn-requestid", "8e2f\u{20}7"),
        ("retry-after", "17"),
    ];
    let server = Server::answering(429, headers, r#"{"message": "slow\u001b down"}"#).await;
    let errors = errors(&server.omics().await).await;
    let operations: Vec<_> = errors.iter().map(|error| error.operation.as_str()).collect();
    assert_eq!(
        operations,
        [
            "CreateMultipartReadSetUpload",
            "UploadReadSetPart",
            "ListReadSetUploadParts",
            "CompleteMultipartReadSetUpload",
            "GetReadSetMetadata",
            "ListReadSets",
            "GetSequenceStore"
        ]
    );
    for error in errors {
        assert_eq!(error.kind, Throttled);
        assert_eq!(error.code.as_deref(), Some("ThrottlingException"));
        assert_eq!(error.message.as_deref(), Some("slow\u{1b} down"));
        assert_eq!(error.request_id.as_deref(), Some("8e2f 7"));
        assert_eq!(error.retry_after, Some(Duration::from_secs(17)));
        assert_eq!(
            error.to_string(),
            format!(
                "{} failed: ThrottlingException: slow\\u{{1b}} down (request ID 8e2f 7)",
                error.operation
            )
        );
    }
}

#[tokio::test]
async fn an_error_without_a_code_says_its_status() {
    let headers = &[("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT")];
    let server = Server::answering(503, headers, "<html>down for maintenance</html>").await;
    let error = upload_part(&server.omics().await).await.unwrap_err();
    assert_eq!(error.kind, Transient);
    assert_eq!(
        error.to_string(),
        "UploadReadSetPart failed: somebody on the way to the service answered with status 503"
    );
    assert_eq!(error.retry_after, None, "dates are not read");
}

#[tokio::test]
async fn a_date_far_from_ours_makes_a_bad_signature_a_wrong_clock() {
    const OLD: &str = "Wed, 21 Oct 2015 07:28:00 GMT";
    for (code, is_clock) in [
        ("InvalidSignatureException", true),
        ("SignatureDoesNotMatch", true),
        ("RequestTimeTooSkewed", true),
        ("RequestExpired", true),
        ("UnrecognizedClientException", false),
        ("ExpiredToken", false),
        ("AccessDeniedException", false),
    ] {
        let body = format!(r#"{{"__type": "{code}", "message": "Signature expired"}}"#);
        let server = Server::answering(403, &[("x-amzn-requestid", "1"), ("date", OLD)], &body);
        let error = upload_part(&server.await.omics().await).await.unwrap_err();
        let ahead = match error.kind {
            Clock { ahead } => ahead,
            _ => None,
        };
        assert_eq!(ahead.is_some_and(|seconds| seconds > 300_000_000), is_clock, "{code}");
    }
}

#[tokio::test]
async fn a_host_that_was_never_found_is_final_and_named() {
    let url = "http://omics.nowhere.invalid".to_owned();
    let (region, access_key) = ("us-east-1".to_owned(), "AKIDEXAMPLE".to_owned());
    let endpoint = Endpoint::Sandbox { url, region, access_key };
    let connection = Connection::open(SERVICE, endpoint).await.unwrap();
    let error = upload_part(&Omics::new(&connection, STORE.parse().unwrap())).await.unwrap_err();
    assert_eq!(error.kind, NoHost);
    let wanted = "UploadReadSetPart failed: cannot resolve storage-omics.nowhere.invalid: ";
    assert!(error.reason().starts_with(wanted), "{}", error.reason());
}

/// Credentials that cannot be had.
#[derive(Debug)]
struct NoCredentials(fn() -> CredentialsError);

impl ProvideCredentials for NoCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(Err((self.0)()))
    }
}

#[tokio::test]
async fn credentials_that_cannot_be_had_any_more_have_run_out() {
    let unreachable = || {
        let io = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        CredentialsError::provider_error(ConnectorError::io(Box::new(io)))
    };
    let cases: [(fn() -> CredentialsError, StoreErrorKind); 5] = [
        (|| CredentialsError::not_loaded("none"), Denied),
        (|| CredentialsError::invalid_configuration("nonsense"), Denied),
        // There were some when the run began: a session has ended.
        (|| CredentialsError::provider_error("the SSO session has expired"), Expired),
        (|| CredentialsError::provider_timed_out(Duration::from_secs(5)), Unreachable),
        (unreachable, Unreachable),
    ];
    for (error, wanted) in cases {
        let server = Server::answering(200, &[], "{}").await;
        let omics = server.omics().await;
        let config = omics.control.config().to_builder();
        let client = Client::from_conf(config.credentials_provider(NoCredentials(error)).build());
        let store = STORE.parse().unwrap();
        let (control, quotas) = (client.clone(), Quotas::UNKNOWN);
        let omics = Omics { control, data: client, credentials: None, quotas, store };
        let failed = upload_part(&omics).await.unwrap_err();
        assert_eq!(failed.kind, wanted, "{:?}", error());
        assert!(server.seen().is_empty(), "nothing is sent");
    }
}
