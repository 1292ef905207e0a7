//! When no further row of a sheet is begun: too many failed, or what failed one would fail all.

use std::num::NonZeroUsize;

use crate::{
    engine::{Ended, Failure},
    report::{self, kind_of, status},
    store::StoreErrorKind,
};

/// Decides when no further row is begun.
pub(super) struct Halting {
    max_failures: Option<NonZeroUsize>,
    failures: usize,
    /// The reason of the last failures, and how many there were in a row.
    reason: Option<&'static str>,
    in_a_row: usize,
    pub(super) why: Option<String>,
    /// Whether that has to be mended first.
    pub(super) concerns_all: bool,
}

/// So many rows that fail for the same reason, one after the other, speak for all.
const IN_A_ROW: usize = 10;

impl Halting {
    pub(super) const fn new(max_failures: Option<NonZeroUsize>) -> Self {
        Self {
            max_failures,
            failures: 0,
            reason: None,
            in_a_row: 0,
            why: None,
            concerns_all: false,
        }
    }

    /// A row has ended; whether no further one is begun.
    pub(super) fn ends(&mut self, ended: &Ended) -> bool {
        let failure = match &ended.failure {
            Some(Failure::NotBegun | Failure::Interrupted) => return false,
            Some(failure) if report::status_of(ended) != status::NOT_KNOWN => failure,
            _ => {
                (self.reason, self.in_a_row) = (None, 0);
                return false;
            }
        };
        let reason = kind_of(failure);
        self.failures += 1;
        self.in_a_row = if self.reason == Some(reason) { self.in_a_row + 1 } else { 1 };
        self.reason = Some(reason);
        let why = if concerns_all(failure, ended) {
            self.concerns_all = true;
            "the reason concerns all rows".to_owned()
        } else if self.in_a_row >= IN_A_ROW {
            format!("{IN_A_ROW} rows in a row failed for the same reason ({reason})")
        } else if self.max_failures.is_some_and(|most| self.failures >= most.get()) {
            format!("`--max-failures {}` is reached", self.failures)
        } else {
            return false;
        };
        self.why.get_or_insert(why);
        true
    }
}

/// Whether every other row would fail as well.
fn concerns_all(failure: &Failure, ended: &Ended) -> bool {
    match failure {
        Failure::Refused(error) => match error.kind {
            // Of an upload that is there, it may be that upload that is missing.
            StoreErrorKind::Missing => ended.upload_id.is_none(),
            StoreErrorKind::Denied
            | StoreErrorKind::Quota
            | StoreErrorKind::UnknownKey
            | StoreErrorKind::BadSignature
            | StoreErrorKind::Encryption
            | StoreErrorKind::Clock { .. } => true,
            _ => false,
        },
        Failure::CutOff(_) | Failure::Expired(_) | Failure::GaveUp { .. } => true,
        _ => false,
    }
}
