//! Errors as text, with their causes and a hint; what a run comes to; the document at the end.
//!
//! The one place that decides about exit statuses.

mod again;
mod document;
mod hint;
pub(crate) mod output;
pub(crate) mod table;
#[cfg(feature = "vault")]
mod vault_hint;

pub(crate) use output::broken;
pub(crate) use table::Table;

use std::{error::Error, fmt::Write as _};

pub use document::{Document, ErrorReport, ReadSetReport, VerificationReport};
pub use hint::{Advice, Place, access, hint};
#[cfg(feature = "vault")]
pub use vault_hint::VaultAdvice;

use crate::{
    engine::{ArchiveEnded, Ended, Failure},
    source::{Defect, pipe::PipeError},
    store::{StoreError, StoreErrorKind},
    types::{Escaped, StoreId},
};

/// Something in the input, the configuration or the environment that cannot be used.
#[derive(Debug)]
pub struct Problem {
    pub error: anyhow::Error,
    pub hint: Option<String>,
}

impl Problem {
    pub fn new(error: impl Into<anyhow::Error>) -> Self {
        Self { error: error.into(), hint: None }
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub fn text(&self) -> String {
        render(&*self.error, self.hint.as_deref())
    }
}

/// Why a command did not do its work at all.
#[derive(Debug)]
pub enum Abort {
    /// Nothing was sent: what was asked for cannot be done. All problems at once.
    Unusable(Vec<Problem>),
    /// The system failed us.
    Broken(Problem),
    /// The service failed before anything was sent: what to say, and the exit status.
    Early(Problem, u8),
}

impl From<Problem> for Abort {
    fn from(problem: Problem) -> Self {
        Self::Unusable(vec![problem])
    }
}

impl Abort {
    /// A failure of the same kinds as those of uploads, before there is one.
    pub fn early(failure: Failure, store: &StoreId) -> Self {
        let hint = hint(&failure, Advice { store, upload: None, place: Place::Service });
        let status = status_of_failure(&failure);
        Self::Early(Problem { error: failure.into(), hint }, status)
    }

    pub const fn status(&self) -> u8 {
        match self {
            Self::Unusable(_) => status::UNUSABLE,
            Self::Broken(_) => status::FAILED,
            Self::Early(_, status) => *status,
        }
    }

    pub fn text(&self) -> String {
        match self {
            Self::Unusable(problems) => {
                problems.iter().map(Problem::text).collect::<Vec<_>>().join("\n")
            }
            Self::Broken(problem) | Self::Early(problem, _) => problem.text(),
        }
    }
}

/// The exit statuses; `cli::EXIT_STATUS` tells them to users.
pub mod status {
    pub const DONE: u8 = 0;
    pub const FAILED: u8 = 1;
    pub const UNUSABLE: u8 = 2;
    pub const SOME_FAILED: u8 = 3;
    pub const NOT_ACCEPTED: u8 = 4;
    pub const NOT_KNOWN: u8 = 5;
    pub const TEMPORARY: u8 = 75;
}

/// What one read set comes to.
pub fn status_of(ended: &Ended) -> u8 {
    match &ended.failure {
        None => status::DONE,
        // Something was sent before the host of another operation turned out not to be there.
        Some(Failure::CutOff(_)) if ended.upload_id.is_some() => status::FAILED,
        Some(failure) => status_of_failure(failure),
    }
}

/// What one archive comes to.
pub fn status_of_archive(ended: &ArchiveEnded) -> u8 {
    match &ended.failure {
        None => status::DONE,
        Some(Failure::CutOff(_)) if ended.upload_id.is_some() => status::FAILED,
        Some(failure) => status_of_failure(failure),
    }
}

const fn status_of_failure(failure: &Failure) -> u8 {
    match failure {
        Failure::NotAccepted { .. }
        | Failure::OtherEtag { .. }
        | Failure::OtherFields { .. }
        | Failure::OtherTree { .. } => status::NOT_ACCEPTED,
        Failure::NotKnown { .. }
        | Failure::NotVerified { .. }
        | Failure::Undecided { .. }
        | Failure::ArchiveNotKnown { .. } => status::NOT_KNOWN,
        Failure::GaveUp { .. }
        | Failure::Attempts { .. }
        | Failure::Expired(_)
        | Failure::Lost { .. }
        | Failure::Busy(_)
        | Failure::NotSent { .. }
        | Failure::NotOpened
        | Failure::NotThere(_)
        | Failure::Unsound(Defect { passes: true, .. }) => status::TEMPORARY,
        Failure::CutOff(StoreError { kind: StoreErrorKind::NoHost, .. }) => status::UNUSABLE,
        Failure::Interrupted
        | Failure::NotBegun
        | Failure::Exists(_)
        | Failure::NotJudged { .. }
        | Failure::Refused(_)
        | Failure::CutOff(_)
        | Failure::Damaged { .. }
        | Failure::NotConfirmed { .. }
        | Failure::Foreign { .. }
        | Failure::NotWhole { .. }
        | Failure::Changed(_)
        | Failure::Unsound(_)
        | Failure::Read { .. }
        | Failure::NotRecalled(_)
        | Failure::Pipe(_)
        | Failure::TooLong { .. }
        | Failure::Shorter { .. }
        | Failure::Other(_)
        | Failure::Vanished(_) => status::FAILED,
    }
}

/// What a request comes to that had to succeed, and was repeated as far as that is of use.
pub const fn status_of_request(kind: StoreErrorKind) -> u8 {
    match kind {
        StoreErrorKind::NoHost => status::UNUSABLE,
        StoreErrorKind::Unreachable
        | StoreErrorKind::Transient
        | StoreErrorKind::Throttled
        | StoreErrorKind::Expired => status::TEMPORARY,
        _ => status::FAILED,
    }
}

/// What a run comes to, from what its read sets came to.
pub fn status_of_all(statuses: &[u8]) -> u8 {
    let there = |status: &u8| matches!(*status, status::DONE | status::NOT_KNOWN);
    let Some(first) = statuses.first() else { return status::DONE };
    if statuses.iter().all(|status| status == first) {
        return *first;
    }
    match statuses.iter().filter(|status| there(status)).count() {
        0 => status::FAILED,
        all if all == statuses.len() => status::NOT_KNOWN,
        _ => status::SOME_FAILED,
    }
}

/// A word for scripts.
pub fn kind_of(failure: &Failure) -> &'static str {
    match failure {
        Failure::Interrupted => "interrupted",
        Failure::NotBegun => "not_begun",
        Failure::Refused(error) => match error.kind {
            StoreErrorKind::Denied => "denied",
            StoreErrorKind::Missing => "missing",
            StoreErrorKind::Quota => "quota",
            StoreErrorKind::Encryption => "encryption",
            StoreErrorKind::UnknownKey => "unknown_key",
            StoreErrorKind::BadSignature => "bad_signature",
            StoreErrorKind::Clock { .. } => "clock",
            _ => "refused",
        },
        Failure::CutOff(StoreError { kind: StoreErrorKind::NoHost, .. }) => "no_host",
        Failure::CutOff(_) => "cut_off",
        Failure::Busy(_) => "busy",
        Failure::Exists(_) => "exists",
        Failure::NotJudged { .. } => "not_judged",
        Failure::Undecided { .. } | Failure::ArchiveNotKnown { .. } => "undecided",
        Failure::OtherTree { .. } => "other_tree_hash",
        Failure::NotRecalled(_) => "not_recalled",
        Failure::OtherFields { .. } => "other_fields",
        Failure::Expired(_) => "expired",
        Failure::Attempts { .. } => "attempts",
        Failure::GaveUp { .. } => "gave_up",
        Failure::Damaged { .. } => "damaged",
        Failure::NotConfirmed { .. }
        | Failure::Foreign { .. }
        | Failure::NotWhole { .. }
        | Failure::Lost { .. } => "not_confirmed",
        Failure::NotSent { .. } => "not_sent",
        Failure::NotOpened => "not_opened",
        Failure::NotThere(_) => "missing",
        Failure::Changed(_) => "source_changed",
        Failure::Unsound(Defect { passes: true, .. }) => "system",
        Failure::Unsound(_) | Failure::Pipe(PipeError::Damaged(_)) => "source_damaged",
        Failure::Read { .. } | Failure::Pipe(PipeError::Read(_)) => "read",
        Failure::Pipe(PipeError::Unended { .. }) => "not_whole",
        Failure::TooLong { .. } => "too_long",
        Failure::Shorter { .. } | Failure::Other(_) => "other_content",
        Failure::Vanished(_) => "vanished",
        Failure::NotAccepted { .. } => "not_accepted",
        Failure::OtherEtag { .. } => "other_etag",
        Failure::NotVerified { .. } => "not_verified",
        Failure::NotKnown { .. } => "not_known",
    }
}

/// `error: …`, a line for each cause, and the hint after an empty line.
pub fn render(error: &(dyn Error + 'static), hint: Option<&str>) -> String {
    render_for("", error, hint)
}

/// The same with what the error is about in front of it.
pub fn render_for(about: &str, error: &(dyn Error + 'static), hint: Option<&str>) -> String {
    render_with(about, error, None, hint)
}

/// The same with a cause beneath the others that the error itself does not know.
pub fn render_with(
    about: &str,
    error: &(dyn Error + 'static),
    last: Option<&str>,
    hint: Option<&str>,
) -> String {
    let mut text = format!("error: {}{}\n", Escaped::new(about), Line(error));
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    for cause in causes {
        let _ = writeln!(text, "  caused by: {}", Line(cause));
    }
    if let Some(last) = last {
        let _ = writeln!(text, "  caused by: {}", Escaped::new(last));
    }
    if let Some(hint) = hint {
        let _ = write!(text, "\nhint: {hint}\n");
    }
    text
}

/// An error's own text, which may hold anything that a server said.
struct Line<'a>(&'a (dyn Error + 'static));

impl std::fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = self.0.to_string();
        let mut lines = text.lines();
        if let Some(first) = lines.next() {
            Escaped::new(first).fmt(f)?;
        }
        lines.try_for_each(|line| write!(f, "\n  {}", Escaped::new(line)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_comes_to_what_its_read_sets_came_to() {
        for (statuses, wanted) in [
            (&[][..], 0),
            (&[0, 0], 0),
            (&[1], 1),
            (&[75, 75], 75),
            (&[75, 1], 1),
            (&[4, 4], 4),
            (&[4, 1], 1),
            (&[0, 1], 3),
            (&[5, 75], 3),
            (&[0, 5], 5),
            (&[5], 5),
        ] {
            assert_eq!(status_of_all(statuses), wanted, "{statuses:?}");
        }
    }

    #[test]
    fn read_sets_that_are_not_or_may_not_be_the_right_ones_have_their_statuses() {
        let id = || "5000000001".parse::<crate::types::ReadSetId>().unwrap();
        let store = "1234567890".parse().unwrap();
        let difference = crate::store::Difference {
            field: "sample",
            wanted: "a".to_owned(),
            found: "b\u{1b}".to_owned(),
        };
        let other = Failure::OtherFields { id: id(), difference: Box::new(difference) };
        let (why, files) = ("no".to_owned(), vec!["a b.bam".into()]);
        let overrule = "--fresh";
        let unknown = Failure::NotJudged { id: id(), why, files: files.clone(), overrule };
        let upload = "1000000001".parse().unwrap();
        let undecided =
            Failure::Undecided { upload, read_sets: vec![id()], why: "no".to_owned(), files };
        for (failure, status, word, command) in [
            (other, 4, "other_fields", "aws omics get-read-set-metadata --sequence-store-id"),
            (
                unknown,
                1,
                "not_judged",
                "omics-upload verify 5000000001 'a b.bam' --store 1234567890",
            ),
            (undecided, 5, "undecided", "omics-upload verify 5000000001 'a b.bam' --store"),
        ] {
            assert_eq!((status_of_failure(&failure), kind_of(&failure)), (status, word));
            let hint =
                hint(&failure, Advice { store: &store, upload: None, place: Place::Service })
                    .unwrap();
            assert!(hint.contains(command), "{hint}");
            assert!(!failure.to_string().contains('\u{1b}'), "{failure}");
        }
    }

    #[test]
    fn causes_and_hint_follow_the_error() {
        let error = anyhow::anyhow!("no\u{1b}[2J such host").context("cannot connect");
        assert_eq!(
            render(&*error, Some("look at the cable")),
            "error: cannot connect\n  caused by: no\\u{1b}[2J such host\n\nhint: look at the cable\n"
        );
    }
}
