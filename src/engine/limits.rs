//! What bounds a run, as it was asked for.

use std::{
    num::{NonZeroU64, NonZeroUsize},
    time::Duration,
};

use crate::{
    pace::level,
    store::{Occasion, Tries},
};

/// How many parts are in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concurrency {
    Fixed(NonZeroUsize),
    /// As many as the link can use, found out while sending.
    Auto,
}

impl Concurrency {
    /// The most there can be.
    pub(super) const fn most(self) -> usize {
        match self {
            Self::Fixed(parts) => parts.get(),
            Self::Auto => level::MOST,
        }
    }

    pub(super) const fn at_first(self) -> usize {
        match self {
            Self::Fixed(parts) => parts.get(),
            Self::Auto => level::START,
        }
    }
}

/// What bounds a run.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Parts in flight, over all read sets.
    pub concurrency: Concurrency,
    /// Read sets whose files and journals are open at once.
    pub turns: usize,
    /// Parts begun in a second; `None` for what the store documents, or bears.
    pub requests_per_second: Option<f64>,
    /// Bytes of parts that go out in a second, over all of them.
    pub max_bandwidth: Option<NonZeroU64>,
    /// Times the service may answer one request with an error or a wrong checksum.
    pub attempts: u32,
    /// How long nothing may get through at all.
    pub give_up_after: Duration,
    /// How long to wait until a read set is there; `None` to stop at the completed upload.
    pub wait: Option<Duration>,
}

/// How many read sets are open at once where nothing else bounds them: far more than are begun while
/// one is on its way from Create to Complete.
pub const TURNS: usize = 32;

impl Limits {
    /// How long the requests of a run are worth trying.
    pub(super) const fn tries(&self) -> Tries {
        let Self { attempts, give_up_after, .. } = *self;
        Tries { attempts, give_up_after, occasion: Occasion::Run }
    }
}

/// How long parts in flight get to finish when no more are begun.
pub const GRACE: Duration = Duration::from_secs(10);
