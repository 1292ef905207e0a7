//! What became of a source file after its read set was proven; as receipts and documents have it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Escaped;

/// What becomes of a source file. What is intended is on disk before it is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum SourceDisposal {
    /// It is about to be deleted.
    Deleting,
    /// It is about to be moved.
    Moving {
        to: String,
    },
    Deleted,
    Moved {
        to: String,
    },
    /// It is where it was.
    Left {
        reason: String,
    },
}

impl SourceDisposal {
    pub const fn is_left(&self) -> bool {
        matches!(self, Self::Left { .. })
    }
}

/// What was or is done with a file that is named before.
impl fmt::Display for SourceDisposal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deleting => f.write_str("about to be deleted"),
            Self::Moving { to } => write!(f, "about to be moved to `{}`", Escaped::new(to)),
            Self::Deleted => f.write_str("deleted"),
            Self::Moved { to } => write!(f, "moved to `{}`", Escaped::new(to)),
            Self::Left { reason } => write!(f, "left in place: {}", Escaped::new(reason)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_names_the_result_and_what_belongs_to_it() {
        for (disposal, json, text) in [
            (SourceDisposal::Deleting, r#"{"result":"deleting"}"#, "about to be deleted"),
            (
                SourceDisposal::Moving { to: "/d/f".to_owned() },
                r#"{"result":"moving","to":"/d/f"}"#,
                "about to be moved to `/d/f`",
            ),
            (SourceDisposal::Deleted, r#"{"result":"deleted"}"#, "deleted"),
            (
                SourceDisposal::Moved { to: "/d/f".to_owned() },
                r#"{"result":"moved","to":"/d/f"}"#,
                "moved to `/d/f`",
            ),
            (
                SourceDisposal::Left { reason: "a\u{1b}b".to_owned() },
                "{\"result\":\"left\",\"reason\":\"a\\u001bb\"}",
                "left in place: a\\u{1b}b",
            ),
        ] {
            assert_eq!(serde_json::to_string(&disposal).unwrap(), json);
            assert_eq!(serde_json::from_str::<SourceDisposal>(json).unwrap(), disposal);
            assert_eq!(disposal.to_string(), text);
        }
    }
}
