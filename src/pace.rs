//! How fast we ask: requests a second for every operation, and bytes a second over all of them;
//! and how many parts in flight a link can use.
//!
//! The rules are pure and are given the time; only waiting for a turn looks at a clock. Knows
//! neither stores nor what a request is for.

pub use delivery::Delivery;
pub use level::{Change, Level, START, Slice};

mod cap;
pub mod delivery;
mod lane;
pub mod level;
mod quotas;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

use crate::types::Operation;
pub use cap::Cap;
use lane::Lane;
pub use lane::Ticket;
pub use quotas::Quotas;

/// Spaces the requests of a run, each operation for itself.
///
/// A quota that is known is kept, with a little left over; one that is not known is found out by the
/// throttling it causes. Either way a throttled request makes all of its operation slower, and it
/// becomes faster again little by little.
#[derive(Debug)]
pub struct Pace {
    quotas: Quotas,
    /// The quotas that were given instead.
    given: Mutex<HashMap<Operation, f64>>,
    rows: Mutex<HashMap<Operation, Arc<WaitingRow>>>,
}

/// Those who wait to make a request of one operation.
#[derive(Debug)]
struct WaitingRow {
    /// Held by the first in the row; the lock is given in the order in which it was asked for.
    first: tokio::sync::Mutex<()>,
    lane: Mutex<Lane>,
}

impl WaitingRow {
    fn lane(&self) -> MutexGuard<'_, Lane> {
        self.lane.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pace {
    /// A pace for a store with these quotas.
    pub fn new(quotas: Quotas) -> Self {
        Self { quotas, given: Mutex::default(), rows: Mutex::default() }
    }

    /// Gives one operation another quota, in requests a second, before its first request.
    pub fn set(&self, operation: Operation, quota: f64) {
        self.given.lock().unwrap_or_else(PoisonError::into_inner).insert(operation, quota);
        *self.row(operation).lane() = Lane::new(Some(quotas::below(quota)));
    }

    /// Keeps to an equal share of an operation's quota, if it has one, from now on: so many processes use
    /// it.
    pub fn share(&self, operation: Operation, processes: u32) {
        if let Some(quota) = self.quota(operation) {
            self.row(operation).lane().keep_to(quotas::below(quota) / f64::from(processes.max(1)));
        }
    }

    /// The quota of an operation in requests a second, as it was given or is documented.
    pub fn quota(&self, operation: Operation) -> Option<f64> {
        let given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        given.get(&operation).copied().or_else(|| self.quotas.of(operation))
    }

    /// Waits until a request may be made, first come, first served. Dropping the future gives the
    /// place up.
    pub async fn turn(&self, operation: Operation) -> Ticket {
        let row = self.row(operation);
        let _first = row.first.lock().await;
        loop {
            let due = match row.lane().take(Instant::now()) {
                Ok(ticket) => return ticket,
                Err(due) => due,
            };
            sleep_until(due).await;
        }
    }

    /// The request of this turn was throttled.
    pub fn throttled(&self, operation: Operation, ticket: Ticket) {
        self.row(operation).lane().throttled(ticket, Instant::now());
    }

    /// The service wants no request of this operation for a while.
    pub fn hold(&self, operation: Operation, pause: Duration) {
        self.row(operation).lane().hold(Instant::now() + pause);
    }

    /// The requests a second that an operation is held to at present, if it is.
    pub fn rate(&self, operation: Operation) -> Option<f64> {
        self.row(operation).lane().rate()
    }

    fn row(&self, operation: Operation) -> Arc<WaitingRow> {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let row = rows.entry(operation).or_insert_with(|| {
            let lane = Mutex::new(Lane::new(self.quotas.rate(operation)));
            Arc::new(WaitingRow { first: tokio::sync::Mutex::default(), lane })
        });
        Arc::clone(row)
    }
}

#[cfg(test)]
mod tests;
