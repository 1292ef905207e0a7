//! What came of it, for people and for scripts.

use serde_json::json;

use crate::{
    report::{Problem, output, status},
    types::{EtagResult, ReadSetEtag, ReadSetId, StoreId},
};

/// What can be said in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum VerifyResult {
    Compared(EtagResult),
    /// Nothing could be compared.
    Undecided,
    /// With this exit status.
    Failed(u8),
}

/// The verdict with what it rests on.
#[derive(Debug)]
pub(super) struct Answer {
    verdict: VerifyResult,
    reason: String,
    hint: Option<String>,
    pub(super) expected: Option<ReadSetEtag>,
    pub(super) found: Option<ReadSetEtag>,
    /// Whether the mates are there, exchanged.
    pub(super) swapped: bool,
}

impl Answer {
    pub(super) fn new(verdict: VerifyResult, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self { verdict, reason, hint: None, expected: None, found: None, swapped: false }
    }

    pub(super) fn undecided(reason: impl Into<String>) -> Self {
        Self::new(VerifyResult::Undecided, reason)
    }

    pub(super) fn hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }

    pub(super) fn found(mut self, found: ReadSetEtag) -> Self {
        self.found = Some(found);
        self
    }

    pub(super) const fn status(&self) -> u8 {
        match self.verdict {
            VerifyResult::Compared(EtagResult::Matches) => status::DONE,
            VerifyResult::Compared(EtagResult::Differs) => status::NOT_ACCEPTED,
            VerifyResult::Compared(_) | VerifyResult::Undecided => status::NOT_KNOWN,
            VerifyResult::Failed(status) => status,
        }
    }

    /// What stdout holds.
    pub(super) const fn word(&self) -> &'static str {
        match self.verdict {
            VerifyResult::Compared(
                result @ (EtagResult::Matches
                | EtagResult::Differs
                | EtagResult::DiffersUnconfirmed),
            ) => result.as_str(),
            VerifyResult::Compared(_) | VerifyResult::Undecided => "undecided",
            VerifyResult::Failed(_) => "failed",
        }
    }

    /// What stderr holds, unless all is well.
    pub(super) fn told(&self, names: &[String]) -> Option<String> {
        if self.status() == status::DONE {
            return None;
        }
        let shown: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        let mut reason = self.reason.clone();
        if let (Some(expected), Some(found)) = (&self.expected, &self.found) {
            reason =
                format!("{}: {reason}\nours: {expected}\nthe store's: {found}", shown.join(", "));
        }
        let problem = Problem::new(anyhow::anyhow!(reason));
        let problem = match &self.hint {
            Some(hint) => problem.hint(hint.clone()),
            None => problem,
        };
        Some(problem.text())
    }

    /// The JSON document, with a newline.
    pub(super) fn document(
        &self,
        id: &ReadSetId,
        store: &StoreId,
        names: &[String],
        is_receipt: bool,
    ) -> Vec<u8> {
        let result = match self.verdict {
            VerifyResult::Compared(EtagResult::DiffersUnconfirmed) => "differs_unconfirmed",
            _ => self.word(),
        };
        let document = json!({
            "version": 1,
            "read_set_id": id,
            "store_id": store,
            "files": if is_receipt { &[][..] } else { names },
            "receipt": names.first().filter(|_| is_receipt),
            "result": result,
            "swapped": self.swapped,
            "reason": self.reason,
            "hint": self.hint,
            "etag": { "expected": self.expected, "found": self.found },
        });
        output::json(&document).into_bytes()
    }
}
