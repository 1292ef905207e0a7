//! The query of a request's target, decoded.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::sandbox::rules::{ApiError, JsonObject};

/// Reads pairs; none may come twice.
pub(crate) fn read(text: &str) -> Result<JsonObject, ApiError> {
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
        let query = read("a=1&b=x%20y+z&&c").unwrap();
        assert_eq!(Value::Object(query), serde_json::json!({"a": "1", "b": "x y z", "c": ""}));
        for (bad, code) in [("a=1&a=2", "ValidationException"), ("a=%FF", "SerializationException")]
        {
            assert_eq!(read(bad).unwrap_err().code, code);
        }
    }
}
