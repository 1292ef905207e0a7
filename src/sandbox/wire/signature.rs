//! Whether a request is signed, in form: the sandbox has no secret to check a signature with.

use hyper::HeaderMap;

use crate::sandbox::rules::ApiError;

/// What a signature says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) access_key: String,
    pub(crate) region: String,
}

/// Reads `Authorization` and `X-Amz-Date` as Signature Version 4 wants them for a service.
pub(crate) fn check(headers: &HeaderMap, service: &str) -> Result<Scope, ApiError> {
    let missing = || {
        let code = "MissingAuthenticationTokenException";
        ApiError::unsigned(code, "Missing Authentication Token")
    };
    let text = headers.get("authorization").ok_or_else(missing)?.to_str().unwrap_or_default();
    let incomplete = |what: &str| ApiError::unsigned("IncompleteSignatureException", what);
    let fields = text
        .strip_prefix("AWS4-HMAC-SHA256 ")
        .ok_or_else(|| incomplete("Authorization does not begin with 'AWS4-HMAC-SHA256'"))?;
    let field = |name: &str| {
        fields
            .split(',')
            .find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='))
            .ok_or_else(|| incomplete(&format!("Authorization lacks '{name}'")))
    };
    let signature = field("Signature")?;
    if signature.len() != 64 || !signature.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(incomplete("'Signature' is not 64 hexadecimal digits"));
    }
    let date = headers.get("x-amz-date").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !is_date(date) {
        return Err(incomplete("'X-Amz-Date' is not a time such as 20260102T030405Z"));
    }
    check_signed(field("SignedHeaders")?, headers)?;
    scope(field("Credential")?, date, service)
}

/// The one operation that streams is signed without its payload.
pub(super) fn check_unsigned_payload(headers: &HeaderMap) -> Result<(), ApiError> {
    let value = headers.get("x-amz-content-sha256").map(hyper::header::HeaderValue::as_bytes);
    if value == Some(b"UNSIGNED-PAYLOAD") {
        return Ok(());
    }
    let message = "'X-Amz-Content-SHA256' must be UNSIGNED-PAYLOAD";
    Err(ApiError::unsigned("InvalidSignatureException", message))
}

fn is_date(text: &str) -> bool {
    let form = b"00000000T000000Z";
    text.len() == form.len()
        && text.bytes().zip(form).all(|(b, form)| match form {
            b'0' => b.is_ascii_digit(),
            _ => b == *form,
        })
}

/// The host and every `x-amz-` header have to be under the signature.
fn check_signed(list: &str, headers: &HeaderMap) -> Result<(), ApiError> {
    let signed: Vec<_> = list.split(';').collect();
    let amz = headers.keys().map(hyper::header::HeaderName::as_str);
    for name in amz.filter(|name| name.starts_with("x-amz-")).chain(["host"]) {
        if !signed.contains(&name) {
            let message = format!("'{name}' must be a 'SignedHeader' in the AWS Authorization");
            return Err(ApiError::unsigned("InvalidSignatureException", message));
        }
    }
    Ok(())
}

fn scope(credential: &str, date: &str, wanted: &str) -> Result<Scope, ApiError> {
    let invalid = |what: String| Err(ApiError::unsigned("InvalidSignatureException", what));
    let mut parts: Vec<_> = credential.split('/').collect();
    // An access key may hold slashes, the four fields after it may not.
    let tail = parts.split_off(parts.len().saturating_sub(4));
    let [day, region, service, end] = tail[..] else {
        return Err(ApiError::unsigned(
            "IncompleteSignatureException",
            "'Credential' is too short",
        ));
    };
    let access_key = parts.join("/");
    if access_key.is_empty() || region.is_empty() {
        return Err(ApiError::unsigned(
            "IncompleteSignatureException",
            "'Credential' lacks an access key or a Region",
        ));
    }
    if !date.starts_with(day) || day.len() != 8 {
        return invalid(
            "Date in Credential scope does not match YYYYMMDD from X-Amz-Date".to_owned(),
        );
    }
    if service != wanted {
        return invalid(format!("Credential should be scoped to correct service: '{wanted}'."));
    }
    if end != "aws4_request" {
        return invalid(
            "Credential should be scoped with a valid terminator: 'aws4_request'".to_owned(),
        );
    }
    if !region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
        return invalid("Credential should be scoped to a valid Region".to_owned());
    }
    Ok(Scope { access_key, region: region.to_owned() })
}

#[cfg(test)]
mod tests {
    use hyper::header::{HeaderName, HeaderValue};

    use super::*;

    const GOOD: &str = "AWS4-HMAC-SHA256 Credential=AK/20261121/eu-west-1/omics/aws4_request, \
                        SignedHeaders=host;x-amz-date, Signature=";

    fn answer(authorization: &str, more: &[(&'static str, &'static str)]) -> String {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", HeaderValue::from_str(authorization).unwrap());
        headers.insert("x-amz-date", HeaderValue::from_static("20261121T010203Z"));
        for (name, value) in more {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        check(&headers, "omics").map_or_else(|error| error.code.into_owned(), |scope| scope.region)
    }

    #[test]
    fn the_form_of_a_signature() {
        let hex = "0123456789abcdef".repeat(4);
        let good = format!("{GOOD}{hex}");
        assert_eq!(answer(&good, &[]), "eu-west-1");
        // Without blanks after the commas, and with a key that holds a slash.
        assert_eq!(answer(&good.replace(", ", ","), &[]), "eu-west-1");
        assert_eq!(answer(&good.replace("=AK/", "=A/K/"), &[]), "eu-west-1");
        let (incomplete, invalid) = ("IncompleteSignatureException", "InvalidSignatureException");
        for (bad, code) in [
            (good.replace("AWS4-HMAC-SHA256", "AWS4"), incomplete),
            (good.replace("Signature=0", "Signature="), incomplete),
            (good.replace("Signature=0", "Signature=G"), incomplete),
            (good.replace("SignedHeaders=", "Signed="), incomplete),
            (good.replace("host;", ""), invalid),
            (good.replace(";x-amz-date", ""), invalid),
            (good.replace("/omics/", "/s3/"), invalid),
            (good.replace("aws4_request", "aws4"), invalid),
            (good.replace("20261121", "20261120"), invalid),
            (good.replace("AK/20261121/", ""), incomplete),
            (good.replace("=AK/", "=/"), incomplete),
            (good.replace("eu-west-1", "EU West"), invalid),
        ] {
            assert_eq!(answer(&bad, &[]), code, "{bad}");
        }
        assert_eq!(answer(&good, &[("x-amz-security-token", "t")]), invalid);
        assert_eq!(answer(&good, &[("x-amz-date", "21 Nov")]), incomplete);
        let unsigned = check(&HeaderMap::new(), "omics").unwrap_err();
        assert_eq!(
            (&*unsigned.code, unsigned.status),
            ("MissingAuthenticationTokenException", 403)
        );
    }
}
