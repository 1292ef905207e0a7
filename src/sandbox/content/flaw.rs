//! What is wrong with a source.

use std::{fmt, io};

/// What is wrong with a source.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SourceFlaw(String);

impl SourceFlaw {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }

    /// Says where it is, counted from 1.
    pub(crate) fn within(self, container: u64) -> Self {
        Self(format!("container {container}: {}", self.0))
    }
}

impl fmt::Display for SourceFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<io::Error> for SourceFlaw {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self("it ends too early".to_owned()),
            _ => Self(error.to_string()),
        }
    }
}
