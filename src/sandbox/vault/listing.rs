//! Pages of a list: how many, and where they go on.
//!
//! A marker says at which element a page begins, and is good for the list it was given for only.

use data_encoding::BASE64URL_NOPAD;

use super::{error, range, request::VaultRequest};
use crate::sandbox::rules::ApiError;

/// Which page is asked for.
pub(crate) struct VaultPage {
    limit: usize,
    scope: String,
    /// The key of the first element; everything if it is empty.
    pub(crate) from: String,
}

impl VaultPage {
    /// Reads `limit` and an opaque `marker`.
    pub(crate) fn read(request: &VaultRequest, most: u64) -> Result<Self, ApiError> {
        let limit = limit(request, most)?;
        let (vault, upload) = (request.label("vaultName"), request.label("uploadId"));
        let scope = format!("{} {vault} {upload}", request.operation);
        let from = match request.parameter("marker") {
            Some(marker) => {
                key(marker, &scope).ok_or_else(|| error::invalid_value("marker", marker))?
            }
            None => String::new(),
        };
        Ok(Self { limit, scope, from })
    }

    /// Takes the page from elements that begin with its first, and makes the marker of the next one.
    pub(crate) fn cut<T>(
        &self,
        elements: impl Iterator<Item = T>,
        key: impl Fn(&T) -> String,
    ) -> (Vec<T>, Option<String>) {
        let mut elements = elements;
        let page = elements.by_ref().take(self.limit).collect();
        (page, elements.next().map(|next| marker(&key(&next), &self.scope)))
    }
}

/// Reads `limit`, which is `most` if it is not there.
pub(crate) fn limit(request: &VaultRequest, most: u64) -> Result<usize, ApiError> {
    let Some(text) = request.parameter("limit") else { return Ok(size(most)) };
    let limit = range::digits(text).filter(|limit| (1..=most).contains(limit));
    limit.map(size).ok_or_else(|| error::invalid_value("limit", text))
}

fn size(limit: u64) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

fn seal(scope: &str) -> [u8; 4] {
    crc32fast::hash(scope.as_bytes()).to_be_bytes()
}

fn marker(key: &str, scope: &str) -> String {
    BASE64URL_NOPAD.encode(&[&seal(scope), key.as_bytes()].concat())
}

fn key(marker: &str, scope: &str) -> Option<String> {
    let bytes = BASE64URL_NOPAD.decode(marker.as_bytes()).ok()?;
    String::from_utf8(bytes.strip_prefix(&seal(scope))?.to_vec()).ok()
}
