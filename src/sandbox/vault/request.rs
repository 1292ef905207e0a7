//! A request about vaults, as far as its head tells.

use hyper::{HeaderMap, http::request::Parts};
use serde_json::Value;

use super::{
    error,
    operation::{VERSION_HEADER, VaultOperation},
};
use crate::sandbox::{
    rules::{ACCOUNT, ApiError, JsonObject, Labels},
    wire::{Gate, query, signature},
};

const VERSION: &str = "2012-06-01";

/// The longest description, in bytes
/// (<https://docs.aws.amazon.com/amazonglacier/latest/dev/api-multipart-initiate-upload.html>).
const MAX_DESCRIPTION: usize = 1024;

/// A request before its body is read.
pub(crate) struct VaultRequest {
    pub(crate) operation: VaultOperation,
    labels: Labels,
    query: JsonObject,
    headers: HeaderMap,
    /// The Region of the caller's signature; ARNs are made with it.
    region: String,
}

impl VaultRequest {
    /// Finds the operation, and looks at where the request comes from, at its signature, and at what
    /// every request has.
    pub(crate) fn read(head: &Parts, gate: &Gate) -> Result<Self, ApiError> {
        Self::read_head(head, gate).map_err(error::translate)
    }

    fn read_head(head: &Parts, gate: &Gate) -> Result<Self, ApiError> {
        gate.check_origin(head)?;
        let path = head.uri.path();
        let (operation, labels) = VaultOperation::find(&head.method, path).ok_or_else(|| {
            let message = format!("{} {path} is not provided by this sandbox", head.method);
            ApiError::unknown_operation(message)
        })?;
        let signature::Scope { access_key, region } = signature::check(&head.headers, "glacier")?;
        gate.check_key(&access_key)?;
        let query = query::read(head.uri.query().unwrap_or_default())?;
        let request = Self { operation, labels, query, headers: head.headers.clone(), region };
        request.check_version()?;
        request.check_account()?;
        request.check_names()?;
        Ok(request)
    }

    fn check_version(&self) -> Result<(), ApiError> {
        match self.header(VERSION_HEADER)? {
            None => Err(error::missing("API version")),
            Some(VERSION) => Ok(()),
            Some(other) => Err(error::invalid_value("API version", other)),
        }
    }

    /// `-`, or the account that everything belongs to.
    fn check_account(&self) -> Result<(), ApiError> {
        match self.label("accountId") {
            "-" | ACCOUNT => Ok(()),
            id if id.len() == ACCOUNT.len() && id.bytes().all(|b| b.is_ascii_digit()) => {
                Err(error::denied(format!("The account {id} is not that of the credentials")))
            }
            id => Err(error::invalid_value("account ID", id)),
        }
    }

    fn check_names(&self) -> Result<(), ApiError> {
        if let Some((_, name)) = self.labels.iter().find(|(label, _)| *label == "vaultName") {
            let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
            if name.len() > 255 || !name.bytes().all(is_plain) {
                return Err(error::invalid_value("vault name", name));
            }
        }
        let known = self.operation.parameters();
        match self.query.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(error::invalid(format!("Unknown parameter: {name}"))),
            None => Ok(()),
        }
    }

    /// A label of the path; the route has it, or the operation would not have been found.
    pub(crate) fn label(&self, name: &str) -> &str {
        self.labels.iter().find(|(label, _)| *label == name).map_or("", |(_, value)| value)
    }

    /// A query parameter; an empty one is none.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// A header of printable ASCII that is there at most once.
    pub(crate) fn header(&self, name: &str) -> Result<Option<&str>, ApiError> {
        let mut all = self.headers.get_all(name).iter();
        let Some(value) = all.next() else { return Ok(None) };
        let text = value.to_str().ok().filter(|text| !text.contains('\t'));
        match (text, all.next()) {
            (Some(text), None) => Ok(Some(text)),
            _ => Err(error::invalid_value(name, &String::from_utf8_lossy(value.as_bytes()))),
        }
    }

    pub(crate) fn required_header(&self, name: &str) -> Result<&str, ApiError> {
        self.header(name)?.ok_or_else(|| error::missing(name))
    }

    /// The description of an archive to be; an empty one is none.
    pub(crate) fn description(&self) -> Result<Option<String>, ApiError> {
        let text = self.header("x-amz-archive-description")?.unwrap_or_default();
        if text.len() > MAX_DESCRIPTION {
            return Err(error::invalid(format!(
                "Invalid archive description: it has {} characters, and may have {MAX_DESCRIPTION}",
                text.len()
            )));
        }
        Ok(Some(text.trim_start()).filter(|text| !text.is_empty()).map(str::to_owned))
    }

    pub(crate) fn vault_arn(&self) -> String {
        self.arn_of(self.label("vaultName"))
    }

    pub(crate) fn arn_of(&self, vault: &str) -> String {
        format!("{}{vault}", self.arn_prefix())
    }

    /// What every vault's ARN begins with.
    pub(crate) fn arn_prefix(&self) -> String {
        format!("arn:aws:glacier:{}:{ACCOUNT}:vaults/", self.region)
    }

    /// The relative URI of something in the vault, or of the vault.
    pub(crate) fn location(&self, rest: &str) -> String {
        format!("/{ACCOUNT}/vaults/{}{rest}", self.label("vaultName"))
    }
}
