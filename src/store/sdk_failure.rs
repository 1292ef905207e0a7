//! What an SDK error means, in one place: kinds come from codes and statuses, never from texts.

use std::{
    error::Error,
    sync::Arc,
    time::{Duration, SystemTime},
};

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::{
    client::result::{ConnectorError, SdkError},
    http::Response,
};
use aws_smithy_types::{DateTime, date_time::Format, error::metadata::ProvideErrorMetadata};
use aws_types::request_id::RequestId as _;

use crate::{
    aws::{ProxyError, Renewable, TlsError, TooLarge, TookTooLong, Unresolved, chain},
    store::{StoreError, StoreErrorKind},
    types::{OperationName, Renewal},
};

/// Asks for new credentials; a sandbox has none.
pub(super) async fn renewed(
    credentials: Option<&Renewable>,
    operation: OperationName,
) -> Result<Renewal, StoreError> {
    let Some(credentials) = credentials else { return Ok(Renewal::Impossible) };
    credentials.renew().await.map_err(|error| {
        let message = "new credentials cannot be had";
        let mut failure = StoreError::new(StoreErrorKind::Expired, operation, message);
        failure.source = Some(Box::new(error));
        failure
    })
}

/// An answer that lacks what it must have.
pub(super) fn unusable(operation: OperationName, what: &str) -> StoreError {
    StoreError::new(
        StoreErrorKind::Other,
        operation,
        format!("the service's answer is not usable: {what}"),
    )
}

/// Turns an SDK error into ours; the SDK's own is kept as the source where it says more.
pub(super) fn classify<E>(operation: OperationName, error: SdkError<E, Response>) -> StoreError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let status = error.raw_response().map(|response| response.status().as_u16());
    let retry_after = error.raw_response().and_then(retry_after);
    let request_id =
        error.raw_response().and_then(|response| response.request_id()).map(Box::<str>::from);
    let service = error.as_service_error().map(ProvideErrorMetadata::meta);
    let code = service.and_then(|meta| meta.code()).map(Box::<str>::from);
    let message = service.and_then(|meta| meta.message()).filter(|text| !text.is_empty());
    let message = message.map(Box::<str>::from);
    let kind = match (&code, status) {
        // Both were answers, however strange: what was asked may have happened.
        _ if chain(&error).any(<dyn Error>::is::<TooLarge>) => StoreErrorKind::Transient,
        _ if has_bound(&error) => StoreErrorKind::Unreachable,
        (Some(code), Some(status)) => {
            let kind = by_code(code).unwrap_or_else(|| by_status(status));
            let ahead = error.raw_response().and_then(ahead);
            narrowed(kind, code, message.as_deref(), ahead)
        }
        (None, Some(status)) if request_id.is_none() => on_the_way(status),
        // It was done, but the answer got lost or mangled on its way.
        (None, Some(200..=299)) => StoreErrorKind::Unreachable,
        (None, Some(status)) => by_status(status),
        _ => without_answer(&error),
    };
    let is_cut = matches!(&error, SdkError::ResponseError(_)) && has_bound(&error);
    let message = message.or_else(|| match (&code, status) {
        (None, _) if is_cut => Some("its answer cannot be read".into()),
        (None, Some(status)) if request_id.is_none() => {
            Some(format!("somebody on the way to the service answered with status {status}").into())
        }
        (None, Some(200..=299)) => Some("its answer cannot be read".into()),
        (None, Some(status)) => Some(format!("the service answered with status {status}").into()),
        _ => None,
    });
    // A service error's text is its code and message, which are here already.
    let source = match error {
        SdkError::ServiceError(_) => None,
        error => error.into_source().ok().map(beneath).map(without_layers),
    };
    StoreError { kind, operation, code, message, request_id, retry_after, source }
}

/// Codes of the API reference, and those that AWS's front ends use for any service.
fn by_code(code: &str) -> Option<StoreErrorKind> {
    Some(match code {
        "ThrottlingException"
        | "Throttling"
        | "ThrottledException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "TooManyRequestsException"
        | "RequestLimitExceeded"
        | "KMSThrottlingException"
        | "SlowDown" => StoreErrorKind::Throttled,
        "InternalServerException"
        | "InternalFailure"
        | "InternalServerError"
        | "ServiceUnavailable"
        | "ServiceUnavailableException"
        | "RequestTimeout"
        | "RequestTimeoutException"
        | "KMSInternalException" => StoreErrorKind::Transient,
        "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired" | "RequestExpired" => {
            StoreErrorKind::Expired
        }
        "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidAccessKeyId"
        | "InvalidToken" => StoreErrorKind::UnknownKey,
        "InvalidSignatureException" | "InvalidSignature" | "SignatureDoesNotMatch" => {
            StoreErrorKind::BadSignature
        }
        "RequestTimeTooSkewed" => StoreErrorKind::Clock { ahead: None },
        code if code.starts_with("KMS") => StoreErrorKind::Encryption,
        "AccessDenied"
        | "AccessDeniedException"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "OptInRequired"
        | "NotAuthorized" => StoreErrorKind::Denied,
        "ResourceNotFoundException" => StoreErrorKind::Missing,
        "ServiceQuotaExceededException" | "LimitExceededException" => StoreErrorKind::Quota,
        "ValidationException"
        | "InvalidParameterValueException"
        | "MissingParameterValueException" => StoreErrorKind::Invalid,
        _ => return None,
    })
}

/// What a kind means beside the service's clock and, where nothing else tells it, the action that is
/// named.
fn narrowed(
    kind: StoreErrorKind,
    code: &str,
    message: Option<&str>,
    ahead: Option<i32>,
) -> StoreErrorKind {
    /// A signature is good for five minutes before and after its time (AWS Signature Version 4).
    const TOLERATED: u32 = 300;
    let is_off = ahead.is_some_and(|seconds| seconds.unsigned_abs() > TOLERATED);
    match kind {
        StoreErrorKind::Clock { .. } => StoreErrorKind::Clock { ahead },
        StoreErrorKind::BadSignature if is_off => StoreErrorKind::Clock { ahead },
        _ if code == "RequestExpired" && is_off => StoreErrorKind::Clock { ahead },
        StoreErrorKind::Denied if message.is_some_and(|text| text.contains("kms:")) => {
            StoreErrorKind::Encryption
        }
        kind => kind,
    }
}

/// How far this machine's clock is ahead of the one that an answer was dated by, in seconds.
fn ahead(response: &Response) -> Option<i32> {
    let date = response.headers().get("date")?;
    let theirs = DateTime::from_str(date, Format::HttpDate).ok()?.secs();
    (DateTime::from(SystemTime::now()).secs() - theirs).try_into().ok()
}

const fn by_status(status: u16) -> StoreErrorKind {
    match status {
        429 => StoreErrorKind::Throttled,
        408 | 500..=599 => StoreErrorKind::Transient,
        401 | 403 => StoreErrorKind::Denied,
        404 => StoreErrorKind::Missing,
        402 => StoreErrorKind::Quota,
        400 => StoreErrorKind::Invalid,
        _ => StoreErrorKind::Other,
    }
}

/// An answer with neither a code nor a request ID is no answer of the service: proxies and sign-in
/// pages give such ones.
const fn on_the_way(status: u16) -> StoreErrorKind {
    match by_status(status) {
        kind @ (StoreErrorKind::Throttled | StoreErrorKind::Transient) => kind,
        _ => StoreErrorKind::CutOff,
    }
}

/// No service error: the request was not made, found nobody, or got no answer.
fn without_answer<E: Error + 'static>(error: &SdkError<E, Response>) -> StoreErrorKind {
    if let Some(credentials) = chain(error).find_map(|error| error.downcast_ref()) {
        return without_credentials(credentials);
    }
    match error {
        SdkError::ConstructionFailure(_) => StoreErrorKind::Invalid,
        SdkError::DispatchFailure(_) if unresolved(error).is_some_and(|host| !host.may_pass) => {
            StoreErrorKind::NoHost
        }
        SdkError::DispatchFailure(_) if chain(error).any(is_final) => StoreErrorKind::CutOff,
        SdkError::DispatchFailure(failure) if failure.is_user() => StoreErrorKind::Invalid,
        SdkError::DispatchFailure(_) | SdkError::TimeoutError(_) | SdkError::ResponseError(_) => {
            StoreErrorKind::Unreachable
        }
        _ => StoreErrorKind::Other,
    }
}

/// A connector's error says nothing by itself (`io error`).
fn beneath(error: Box<dyn Error + Send + Sync>) -> Box<dyn Error + Send + Sync> {
    match error.downcast::<ConnectorError>() {
        Ok(connector) => connector.into_source(),
        Err(error) => error,
    }
}

/// A host that was not found says all that there is to say, unless it is a proxy's.
fn without_layers(error: Box<dyn Error + Send + Sync>) -> Box<dyn Error + Send + Sync> {
    let of_proxy = chain(&*error).any(<dyn Error>::is::<Arc<ProxyError>>);
    match unresolved(&*error).filter(|_| !of_proxy) {
        Some(host) => Box::new(Arc::clone(host)),
        None => error,
    }
}

/// There were credentials when the connection was opened, so a provider that has none any more says
/// that they have run out, unless it could not be asked.
fn without_credentials(error: &CredentialsError) -> StoreErrorKind {
    let found_nobody = |error: &(dyn Error + 'static)| {
        error
            .downcast_ref::<ConnectorError>()
            .is_some_and(|error| error.is_io() || error.is_timeout())
    };
    match error {
        CredentialsError::ProviderTimedOut(_) => StoreErrorKind::Unreachable,
        _ if chain(error).any(found_nobody) => StoreErrorKind::Unreachable,
        CredentialsError::ProviderError(_) => StoreErrorKind::Expired,
        _ => StoreErrorKind::Denied,
    }
}

/// The host that was not found.
fn unresolved<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Arc<Unresolved>> {
    chain(error).find_map(|error| error.downcast_ref())
}

/// What will be no different the next time.
fn is_final(error: &(dyn Error + 'static)) -> bool {
    let by_proxy = error.downcast_ref::<Arc<ProxyError>>();
    error.is::<Arc<TlsError>>() || by_proxy.is_some_and(|error| error.is_final())
}

/// Whether an answer was too large or too slow to be read.
fn has_bound(error: &(dyn Error + 'static)) -> bool {
    chain(error).any(|error| error.is::<TooLarge>() || error.is::<TookTooLong>())
}

/// Seconds only: a date would need a clock that agrees with the service's.
fn retry_after(response: &Response) -> Option<Duration> {
    response.headers().get("retry-after")?.trim().parse().ok().map(Duration::from_secs)
}
