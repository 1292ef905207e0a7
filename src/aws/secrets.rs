//! Which of the things that are sent are secrets: whoever gets a request may repeat them.

use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use percent_encoding::percent_decode;

use crate::types::{keep, keep_url};

/// Headers whose values are secrets, of AWS's services and of those that give credentials.
const HEADERS: [&str; 5] = [
    "authorization",
    "x-amz-security-token",
    "x-amz-sso_bearer_token",
    "x-aws-ec2-metadata-token",
    "proxy-authorization",
];

/// Fields of a form or an object that are secrets: those of STS, and of single sign-on.
const FIELDS: [&str; 7] = [
    "WebIdentityToken",
    "SAMLAssertion",
    "accessToken",
    "refreshToken",
    "clientSecret",
    "code",
    "codeVerifier",
];

/// Keeps what a request sends.
pub(super) fn keep_those_of(request: &HttpRequest) {
    for value in HEADERS.iter().filter_map(|name| request.headers().get(*name)) {
        // `Bearer TOKEN`. A signature serves for one request only, and there are as many of them.
        if !value.starts_with("AWS4-") {
            keep(value.rsplit(' ').next().unwrap_or(value));
        }
    }
    let content = request.headers().get("content-type").unwrap_or_default();
    let body = request.body().bytes().unwrap_or_default();
    if content.starts_with("application/x-www-form-urlencoded") {
        let pairs = body.split(|byte| *byte == b'&');
        for pair in pairs.filter(|pair| FIELDS.iter().any(|name| pair.starts_with(name.as_bytes())))
        {
            let value = pair.splitn(2, |byte| *byte == b'=').nth(1).unwrap_or_default();
            keep(&percent_decode(value).decode_utf8_lossy());
        }
    } else if let Ok(serde_json::Value::Object(object)) = serde_json::from_slice(body) {
        let secrets = FIELDS.iter().filter_map(|name| object.get(*name)?.as_str());
        secrets.for_each(keep);
    }
}

/// Keeps the secrets of credentials, and the name of their key, which leads to them.
pub(super) fn keep_credentials(credentials: &Credentials) {
    keep(credentials.access_key_id());
    keep(credentials.secret_access_key());
    credentials.session_token().into_iter().for_each(keep);
}

/// Keeps what the environment has, whether it is used or not: tools that the SDK calls may repeat it.
pub(super) fn keep_those_of_the_environment(service: &str) {
    for name in [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    ] {
        if let Ok(value) = std::env::var(name) {
            keep(&value);
        }
    }
    let of_service = format!("AWS_ENDPOINT_URL_{}", service.to_uppercase());
    for name in ["AWS_ENDPOINT_URL", &of_service] {
        if let Ok(url) = std::env::var(name) {
            keep_url(&url);
        }
    }
}
