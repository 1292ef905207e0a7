//! What a request asks for, as far as its head tells.

use hyper::http::request::Parts;

use super::{
    origin::Gate,
    query,
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
        let Scope { access_key, region } = signature::check(&head.headers, "omics")?;
        gate.check_key(&access_key)?;
        if operation.takes_data() {
            signature::check_unsigned_payload(&head.headers)?;
        }
        let query = query::read(head.uri.query().unwrap_or_default())?;
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
            operation: self.operation.into(),
            source: named.and_then(|text| text.parse().ok()),
            part: query("partNumber").and_then(|text| text.parse().ok()),
        }
    }
}
