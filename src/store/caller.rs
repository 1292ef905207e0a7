//! The one way out for requests: when each may be made, and what becomes of one that failed.
//!
//! Owns the pace, the pauses between attempts, the patience, the pages of lists and the renewal of
//! credentials, for every request of every command. Knows neither what a request is for nor who is
//! told; both are handed in.

mod decide;
mod patience;
mod renew;
mod tries;

use std::{sync::Mutex, time::Duration};

use tokio::time::{Instant, timeout};

use patience::Patience;
pub use tries::{CallError, Failures, Next, Occasion, Stop, Tell, Told, Tries};

use super::{
    Page, Store,
    backoff::Backoff,
    error::{StoreError, StoreErrorKind},
    pages::pages,
};
use crate::{
    pace::{Pace, Ticket},
    types::Operation,
};

/// Makes the requests of a run, or of a command, to one store.
pub struct Caller<S> {
    store: S,
    tries: Tries,
    stop: Stop,
    pace: Pace,
    patience: Patience,
    /// The end of the pause that was told last.
    told_until: Mutex<Option<Instant>>,
    /// Whose turn it is to ask for new credentials, and when there were new ones last.
    renewal: tokio::sync::Mutex<Option<Instant>>,
}

impl<S: Store> Caller<S> {
    pub fn new(store: S, tries: Tries, stop: Stop) -> Self {
        let pace = Pace::new(store.quotas());
        let patience = Patience::new(tries.give_up_after);
        let (told_until, renewal) = (Mutex::default(), tokio::sync::Mutex::default());
        Self { store, tries, stop, pace, patience, told_until, renewal }
    }

    pub const fn store(&self) -> &S {
        &self.store
    }

    pub const fn pace(&self) -> &Pace {
        &self.pace
    }

    pub const fn stop(&self) -> &Stop {
        &self.stop
    }

    /// Times the service may answer one request with an error.
    pub const fn attempts(&self) -> u32 {
        self.tries.attempts
    }

    /// How long nothing may get through.
    pub const fn patience(&self) -> Duration {
        self.patience.limit
    }

    /// How long a request may go without an answer.
    pub fn for_an_answer(&self) -> Duration {
        self.patience.for_an_answer()
    }

    /// Why nothing gets through, if that is so.
    pub fn trouble(&self) -> Option<String> {
        self.patience.trouble()
    }

    /// Makes a request, again and again as far as its failures and the limits allow.
    pub async fn call<T, F>(
        &self,
        tell: Tell<'_>,
        operation: Operation,
        mut request: impl FnMut() -> F,
    ) -> Result<T, CallError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let mut failures = self.failures(operation);
        loop {
            let ticket = self.turn(operation).await?;
            match self.once(operation, request()).await? {
                Ok(answer) => return Ok(answer),
                Err(error) => self.after(tell, &mut failures, error, ticket).await?,
            }
        }
    }

    /// All pages of a list.
    pub async fn pages<T, F>(
        &self,
        tell: Tell<'_>,
        operation: Operation,
        page: impl Fn(Option<String>) -> F,
    ) -> Result<Vec<T>, CallError>
    where
        F: Future<Output = Result<Page<T>, StoreError>>,
    {
        let page = &page;
        let ask = |next: Option<String>| async move {
            self.call(tell, operation, || page(next.clone())).await
        };
        pages(S::named(operation), ask, CallError::Refused).await
    }

    /// A request that has not failed yet.
    pub fn failures(&self, operation: Operation) -> Failures {
        Failures::of(operation, S::named(operation))
    }

    /// Waits until a request may be made.
    pub async fn turn(&self, operation: Operation) -> Result<Ticket, CallError> {
        self.admitted(self.pace.turn(operation)).await
    }

    /// Makes a request once; only a forced stop drops it.
    pub async fn once<T>(
        &self,
        operation: Operation,
        request: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<Result<T, StoreError>, CallError> {
        if self.stop.admission.is_cancelled() {
            return Err(CallError::Interrupted);
        }
        let limit = self.for_an_answer();
        let answer = tokio::select! {
            biased;
            () = self.stop.force.cancelled() => return Err(CallError::Interrupted),
            answer = timeout(limit, request) => answer.unwrap_or_else(|_| {
                let message = format!("no answer for {} s", limit.as_secs());
                Err(StoreError::new(StoreErrorKind::Unreachable, S::named(operation), message))
            }),
        };
        if answer.is_ok() {
            self.answered(operation);
        }
        Ok(answer)
    }

    /// A request got through.
    pub fn answered(&self, operation: Operation) {
        self.patience.restore(operation);
    }

    /// Waits until a request that failed may be made again, or says why it may not.
    pub async fn after(
        &self,
        tell: Tell<'_>,
        failures: &mut Failures,
        error: StoreError,
        ticket: Ticket,
    ) -> Result<(), CallError> {
        match self.next(tell, failures, error, ticket)? {
            Next::Renew(error) => {
                // It is rare, and would make every request's future a large one.
                Box::pin(self.renew(tell, failures.operation, error, ticket.at())).await
            }
            Next::Again { delay, error } => {
                let (operation, attempt) = (failures.name, failures.in_a_row);
                tell(&Told::Again { operation, error: &error, attempt, delay });
                self.pause(delay).await
            }
        }
    }

    /// A pause that grows with the times that something was looked for.
    pub fn delay(&self, looks: u32) -> Duration {
        Backoff::DEFAULT.delay(looks, fastrand::f64(), None)
    }

    /// Rests, unless a signal to stop makes that pointless.
    pub async fn pause(&self, delay: Duration) -> Result<(), CallError> {
        self.admitted(tokio::time::sleep(delay)).await
    }

    /// Waits for something that a signal to stop makes pointless.
    pub async fn admitted<T>(&self, future: impl Future<Output = T>) -> Result<T, CallError> {
        tokio::select! {
            biased;
            () = self.stop.admission.cancelled() => Err(CallError::Interrupted),
            done = future => Ok(done),
        }
    }
}
