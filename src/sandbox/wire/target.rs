//! What a request asks for, as far as its head tells.

use hyper::http::request::Parts;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::{
    origin::Gate,
    signature::{self, Scope},
};
use crate::sandbox::{
    faults::Subject,
    rules::{ApiError, ApiOperation, Call, JsonObject, Labels},
};

/// A request before its body is read.
pub(crate) struct RequestHead {
    pub(crate) operation: ApiOperation,
    pub(crate) labels: Labels,
    pub(crate) query: JsonObject,
    /// The Region of the caller's signature.
    pub(crate) region: String,
    /// The header `Range`, which one operation of the model has.
    pub(crate) range: Option<String>,
}

impl RequestHead {
    /// Finds the operation, and looks at where the request comes from and at its signature.
    pub(crate) fn read(head: &Parts, gate: &Gate) -> Result<Self, ApiError> {
        gate.check_origin(head)?;
        let path = head.uri.path();
        let (operation, labels) = ApiOperation::find(&head.method, path).ok_or_else(|| {
            let message = format!("{} {path} is not provided by this sandbox", head.method);
            ApiError::unknown_operation(message)
        })?;
        let Scope { access_key, region } = signature::check(&head.headers)?;
        gate.check_key(&access_key)?;
        if operation.takes_data() {
            signature::check_unsigned_payload(&head.headers)?;
        }
        let query = read_query(head.uri.query().unwrap_or_default())?;
        let range = head.headers.get("range").filter(|_| operation.takes_a_range());
        let range = range.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        Ok(Self { operation, labels, query, region, range })
    }

    /// The request with its body.
    pub(crate) fn with(self, body: JsonObject) -> Call {
        let Self { operation, labels, query, region, range } = self;
        Call { operation, labels, query, body, region, range }
    }

    /// What faults look at.
    pub(crate) fn subject(&self) -> Subject {
        let query =
            |name| self.operation.names_a_part().then(|| self.query.get(name)?.as_str()).flatten();
        let named = query("partSource").or_else(|| query("file"));
        Subject {
            operation: self.operation,
            source: named.and_then(|text| text.parse().ok()),
            part: query("partNumber").and_then(|text| text.parse().ok()),
        }
    }
}

fn read_query(text: &str) -> Result<JsonObject, ApiError> {
    let decode = |text: &str| {
        let spaced = text.replace('+', " ");
        let decoded = percent_decode_str(&spaced).decode_utf8().map(std::borrow::Cow::into_owned);
        decoded.map_err(|_| ApiError::serialization("The query is not UTF-8"))
    };
    let mut query = JsonObject::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name)?, decode(value)?);
        if query.contains_key(&name) {
            return Err(ApiError::validation(format!("The query has '{name}' more than once")));
        }
        query.insert(name, Value::String(value));
    }
    Ok(query)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_decoded() {
        let query = read_query("a=1&b=x%20y+z&&c").unwrap();
        assert_eq!(Value::Object(query), serde_json::json!({"a": "1", "b": "x y z", "c": ""}));
        for (bad, code) in [("a=1&a=2", "ValidationException"), ("a=%FF", "SerializationException")]
        {
            assert_eq!(read_query(bad).unwrap_err().code, code);
        }
    }
}
