//! Answers, as restJson1 has them.

use std::io::{self, Read as _};

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt as _, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::{
    Response, StatusCode,
    body::Frame,
    header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER},
};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::sandbox::{rules::ApiError, state::Extents};

/// A body that may come from disk while it is sent.
pub(crate) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// How much of a file is read at a time.
const BLOCK: usize = 128 * 1024;

/// A result.
pub(crate) fn ok(value: &Value) -> Response<Body> {
    json_body(StatusCode::OK, value)
}

/// A result without a document.
pub(crate) fn nothing() -> Response<Body> {
    response(StatusCode::NO_CONTENT, "application/json", full(Bytes::new()))
}

/// Whose manner of answering it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Omics,
    Vault,
}

/// The code of an error, beside the response for the log.
#[derive(Clone)]
pub(crate) struct ErrorCode(pub(crate) String);

/// An error, with its code where clients look for it: HealthOmics has it in a header, the vaults'
/// service in the body.
pub(crate) fn error(dialect: Dialect, error: &ApiError) -> Response<Body> {
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = match dialect {
        Dialect::Omics => json!({ "message": error.message }),
        Dialect::Vault => {
            let kind = if status.is_server_error() { "Server" } else { "Client" };
            json!({ "code": error.code, "message": error.message, "type": kind })
        }
    };
    let mut response = json_body(status, &body);
    response.extensions_mut().insert(ErrorCode(error.code.clone().into_owned()));
    if dialect == Dialect::Omics
        && let Ok(code) = HeaderValue::from_str(&error.code)
    {
        response.headers_mut().insert("x-amzn-errortype", code);
    }
    if let Some(seconds) = error.retry_after {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}

/// A result that is all in headers.
pub(crate) fn headers(status: StatusCode, headers: Vec<(&'static str, String)>) -> Response<Body> {
    let mut response = Response::new(full(Bytes::new()));
    *response.status_mut() = status;
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}

/// What something between the client and the service says: no code, and no JSON.
pub(super) fn gateway(status: u16) -> Response<Body> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let reason = status.canonical_reason().unwrap_or("Error");
    let page = format!("<html><body><h1>{} {reason}</h1></body></html>\n", status.as_u16());
    response(status, "text/html", full(page.into()))
}

/// Bytes of a file.
fn content(extents: Extents) -> Response<Body> {
    let length = extents.len();
    let (blocks, arriving) = mpsc::channel(2);
    tokio::task::spawn_blocking(move || send(extents, &blocks));
    let stream = futures::stream::unfold(arriving, |mut arriving| async move {
        let block: io::Result<Bytes> = arriving.recv().await?;
        Some((block.map(Frame::data), arriving))
    });
    let body = StreamBody::new(stream).boxed_unsync();
    let mut response = response(StatusCode::OK, "application/octet-stream", body);
    response.headers_mut().insert(CONTENT_LENGTH, length.into());
    response
}

/// Bytes of a file, of which a range was asked for: its first and last byte, and how many there are.
pub(crate) fn stretch(extents: Extents, range: Option<[u64; 3]>) -> Response<Body> {
    let mut response = content(extents);
    if let Some([first, last, all]) = range
        && let Ok(value) = HeaderValue::try_from(format!("bytes {first}-{last}/{all}"))
    {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        response.headers_mut().insert(CONTENT_RANGE, value);
    }
    response
}

fn send(extents: Extents, blocks: &mpsc::Sender<io::Result<Bytes>>) {
    let mut reader = extents.reader();
    let mut buffer = BytesMut::new();
    loop {
        buffer.resize(BLOCK, 0);
        let block = match reader.read(&mut buffer) {
            Ok(0) => return,
            Ok(count) => Ok(buffer.split_to(count).freeze()),
            Err(error) => Err(error),
        };
        let failed = block.is_err();
        if blocks.blocking_send(block).is_err() || failed {
            return;
        }
    }
}

fn full(bytes: Bytes) -> Body {
    Full::new(bytes).map_err(|never| match never {}).boxed_unsync()
}

fn json_body(status: StatusCode, value: &Value) -> Response<Body> {
    response(status, "application/json", full(value.to_string().into()))
}

fn response(status: StatusCode, kind: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// Makes a member empty wherever it is, and adds it where it is nowhere.
pub(crate) fn empty(value: &mut Value, member: &str) {
    if empty_inside(value, member) == 0
        && let Value::Object(object) = value
    {
        object.insert(member.to_owned(), json!(""));
    }
}

/// How many were made empty.
fn empty_inside(value: &mut Value, member: &str) -> usize {
    match value {
        Value::Object(object) => object
            .iter_mut()
            .map(|(key, value)| {
                if key == member {
                    *value = json!("");
                    return 1;
                }
                empty_inside(value, member)
            })
            .sum(),
        Value::Array(list) => list.iter_mut().map(|value| empty_inside(value, member)).sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_emptied_wherever_it_is() {
        for (before, after) in [
            (json!({"a": 1, "b": 2}), json!({"a": "", "b": 2})),
            (json!({"l": [{"a": 1}, {"a": 2}]}), json!({"l": [{"a": ""}, {"a": ""}]})),
            (json!({"l": []}), json!({"l": [], "a": ""})),
        ] {
            let mut value = before;
            empty(&mut value, "a");
            assert_eq!(value, after);
        }
    }
}
