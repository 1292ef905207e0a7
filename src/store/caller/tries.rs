//! How long a request is worth trying, how trying is stopped, and what is told of it.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::{
    store::error::{StoreError, StoreErrorKind},
    types::{Operation, OperationName},
};

/// How long a request is worth trying.
#[derive(Debug, Clone, Copy)]
pub struct Tries {
    /// Times the service may answer one request with an error.
    pub attempts: u32,
    /// How long nothing may get through.
    pub give_up_after: Duration,
    pub occasion: Occasion,
}

/// What requests are made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// Work that goes on for hours, without anybody who sits and waits: a service that is away comes
    /// back, and somebody may have to get new credentials.
    Run,
    /// What has to be known before a run: credentials that have ended then are told at once.
    Preflight,
    /// An answer that somebody waits for: a service that is not found, or asks for a long pause, is
    /// not asked forever.
    Question,
}

impl Tries {
    /// For requests of commands that people wait for: a few tries, short pauses.
    pub const QUESTION: Self =
        Self { attempts: 6, give_up_after: Duration::from_mins(1), occasion: Occasion::Question };
}

/// How requests are stopped from outside.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    /// Cancelled: nothing new starts; what is in flight may finish.
    pub admission: CancellationToken,
    /// Cancelled: what is in flight is dropped too.
    pub force: CancellationToken,
}

/// What is told while a request does not get through.
#[derive(Debug)]
pub enum Told<'a> {
    /// It came to nothing for so many times in a row, and is made again after the delay.
    Again {
        operation: OperationName,
        error: &'a StoreError,
        attempt: u32,
        delay: Duration,
    },
    /// The service has asked for a pause that a user would take for a hang; told once, however many
    /// requests wait for its end.
    Pause {
        operation: OperationName,
        asked: Duration,
        delay: Duration,
    },
    /// Somebody has to get new credentials: where they have to come from.
    AwaitingCredentials {
        source: String,
    },
    CredentialsRenewed,
}

/// Who is told.
pub type Tell<'a> = &'a (dyn Fn(&Told<'_>) + Sync);

/// Why a request was given up.
#[derive(Debug)]
pub enum CallError {
    /// It was stopped from outside.
    Interrupted,
    /// Nothing got through for too long.
    GaveUp { after: Duration, last: StoreError },
    /// The service answered with an error too often.
    Attempts { attempts: u32, last: StoreError },
    /// The credentials have run out, and there are no others.
    Expired(StoreError),
    /// The way to the service is barred.
    CutOff(StoreError),
    /// The service refused, for good.
    Refused(StoreError),
}

impl CallError {
    /// What failed last, unless it was stopped.
    pub fn into_last(self) -> Option<StoreError> {
        match self {
            Self::Interrupted => None,
            Self::GaveUp { last: error, .. }
            | Self::Attempts { last: error, .. }
            | Self::Expired(error)
            | Self::CutOff(error)
            | Self::Refused(error) => Some(error),
        }
    }

    /// Whether the service refused for a reason of this kind.
    pub fn is(&self, kind: StoreErrorKind) -> bool {
        matches!(self, Self::Refused(error) if error.kind == kind)
    }
}

/// What becomes of a request that failed.
pub enum Next {
    /// It is made again with other credentials.
    Renew(StoreError),
    /// It is made again after the delay.
    Again { delay: Duration, error: StoreError },
}

/// The failures of one request so far.
#[derive(Debug)]
pub struct Failures {
    pub(super) operation: Operation,
    pub(super) name: OperationName,
    /// All in a row; the delays grow with them.
    pub(super) in_a_row: u32,
    /// Those that the number of attempts bounds.
    counted: u32,
}

impl Failures {
    pub(super) const fn of(operation: Operation, name: OperationName) -> Self {
        Self { operation, name, in_a_row: 0, counted: 0 }
    }

    /// A failure that nobody is to blame for.
    pub(super) const fn silent(&mut self) -> u32 {
        self.in_a_row += 1;
        self.counted
    }

    /// Counts a failure that the service is to blame for, or that corrupted what was sent.
    pub(super) const fn count(&mut self) -> u32 {
        self.in_a_row += 1;
        self.counted += 1;
        self.counted
    }
}
