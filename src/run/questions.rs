//! Requests of commands that people wait for: a few tries, short pauses, and never in silence.

use std::time::Duration;

use super::destination::Reached;
use crate::{
    report::output,
    store::{
        CallError, Caller, Omics, Page, Stop, Store as _, StoreError, StoreErrorKind, Told, Tries,
    },
    types::Operation,
};

/// A pause that is told: a shorter one is over before it is read.
const LONG_PAUSE: Duration = Duration::from_secs(3);

/// Asks a store the questions of a command.
pub(crate) struct Questions(Caller<Omics>);

impl Questions {
    pub(crate) fn new(reached: &Reached) -> Self {
        let store = Omics::new(&reached.connection, reached.store.clone());
        Self(Caller::new(store, Tries::QUESTION, Stop::default()))
    }

    pub(crate) fn store(&self) -> &Omics {
        self.0.store()
    }

    /// A request with a few more tries.
    pub(crate) async fn ask<T, F>(
        &self,
        operation: Operation,
        request: impl Fn() -> F,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let answer = self.0.call(&tell, operation, request).await;
        answer.map_err(|error| last(operation, error))
    }

    /// All pages of a list.
    pub(crate) async fn pages<T, F>(
        &self,
        operation: Operation,
        page: impl Fn(Option<String>) -> F,
    ) -> Result<Vec<T>, StoreError>
    where
        F: Future<Output = Result<Page<T>, StoreError>>,
    {
        let items = self.0.pages(&tell, operation, page).await;
        items.map_err(|error| last(operation, error))
    }
}

/// Says why nothing happens for a while.
fn tell(told: &Told<'_>) {
    if let Told::Again { error, delay, .. } = told {
        tell_pause(error, *delay);
    }
}

/// Says that a request is made again after a pause, if somebody would take it for a hang.
pub(crate) fn tell_pause(error: &StoreError, pause: Duration) {
    if pause >= LONG_PAUSE {
        output::complain(&format!("note: {error}: trying again in {} s\n", pause.as_secs()));
    }
}

/// What failed last. A signal ends the process, and so stops no request.
fn last(operation: Operation, error: CallError) -> StoreError {
    error.into_last().unwrap_or_else(|| {
        StoreError::new(StoreErrorKind::Other, Omics::named(operation), "it was interrupted")
    })
}

/// What can be done about a request that was not tried again, if its failure says so.
pub(crate) fn advice(error: &StoreError) -> Option<String> {
    let asked = error.retry_after.filter(|asked| *asked >= LONG_PAUSE)?;
    let asked = asked.min(Duration::from_hours(24)).as_secs();
    Some(format!("the service asks for a pause: run the same command again in {asked} s"))
}
