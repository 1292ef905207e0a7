//! What is answered about vaults: documents, or headers alone.

use serde_json::Value;

/// The answer to a request that was carried out.
pub(crate) enum VaultAnswer {
    Document(Value),
    Created(Vec<(&'static str, String)>),
    NoContent(Vec<(&'static str, String)>),
}
