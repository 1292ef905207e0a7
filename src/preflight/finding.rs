//! What a look at files finds, and what is let pass.

use serde::Serialize;

use crate::{cli, report::Problem};

/// What one check found.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) check: CheckKind,
    /// The files that it is about, as indexes.
    pub(crate) files: Vec<usize>,
    pub(crate) result: FindingResult,
    /// The files as they are called in a sentence.
    pub(crate) about: String,
    /// What is to be said of them.
    pub(crate) text: String,
    pub(crate) hint: Option<String>,
}

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CheckKind {
    End,
    LastReads,
    Sizes,
    /// All of it.
    Content,
    /// The sum that the file came with.
    Md5,
}

impl CheckKind {
    /// As people are told of it.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::End => "end",
            Self::LastReads => "last reads",
            Self::Sizes => "sizes",
            Self::Content => "content",
            Self::Md5 => "MD5",
        }
    }
}

/// What a check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub(crate) enum FindingResult {
    Passed,
    /// Only reading all of the file would tell.
    Undecided,
    Note,
    Failed,
}

impl Finding {
    /// A whole sentence.
    pub(crate) fn message(&self) -> String {
        format!("{} {}", self.about, self.text)
    }

    /// What keeps the file from being sent.
    pub(crate) fn problem(&self) -> Option<Problem> {
        let problem = || Problem::new(anyhow::anyhow!("{}", self.message()));
        let with_hint = |hint: &String| problem().hint(hint);
        (self.result == FindingResult::Failed)
            .then(|| self.hint.as_ref().map_or_else(problem, with_hint))
    }

    /// What is worth knowing.
    pub(crate) fn note(&self) -> Option<String> {
        (self.result == FindingResult::Note).then(|| self.message())
    }
}

/// What is let pass though it may be wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowed {
    /// A missing end-of-file marker.
    pub(super) no_eof: bool,
    pub(super) padding: bool,
}

impl Allowed {
    pub(crate) const fn of(stated: &cli::StatedOptions) -> Self {
        Self { no_eof: stated.allow_no_eof, padding: stated.allow_padding }
    }
}
