//! What is said of a value that cannot be used.

use super::escape::Shortened;

/// A value that a field of the service does not take, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not {} {what}: {reason}", Shortened::new(value), article(what))]
pub struct Invalid {
    what: &'static str,
    value: String,
    reason: String,
}

fn article(noun: &str) -> &'static str {
    // It goes by the sound: "an upload", but "a use".
    if noun.starts_with(['a', 'e', 'i', 'o']) || noun.starts_with("up") { "an" } else { "a" }
}

impl Invalid {
    /// `what` is the noun after "is not a", `reason` a lowercase fragment without a period.
    pub(crate) fn new(what: &'static str, value: &str, reason: impl Into<String>) -> Self {
        Self { what, value: value.to_owned(), reason: reason.into() }
    }
}
