//! What a request of an upload tells while it does not get through.

use super::{Engine, Failure, NotKnown, counts::Track};
use crate::{
    event::Event,
    store::{Page, Store, StoreError, StoreErrorKind, Told},
    types::Operation,
};

impl<S: Store> Engine<S> {
    pub(super) fn store(&self) -> &S {
        self.caller.store()
    }

    pub(super) fn tell(&self, event: &Event) {
        self.observer.observe(event);
    }

    pub(super) fn warn(&self, track: &Track, message: impl Into<String>) {
        self.tell(&Event::Warning { read_set: Some(track.item), message: message.into() });
    }

    /// Waits for something that a signal to stop makes pointless.
    pub(super) async fn admitted<T, E>(
        &self,
        future: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Failure> {
        self.caller.admitted(future).await?.map_err(|_| Failure::Interrupted)
    }

    /// Makes a request, again and again as far as its failures and the limits allow.
    pub(super) async fn call<T, F>(
        &self,
        track: &Track,
        operation: Operation,
        request: impl FnMut() -> F,
    ) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        Ok(self.caller.call(&|told| self.told(track, told), operation, request).await?)
    }

    /// All pages of a list.
    pub(super) async fn pages<T, F>(
        &self,
        track: &Track,
        operation: Operation,
        page: impl Fn(Option<String>) -> F,
    ) -> Result<Vec<T>, Failure>
    where
        F: Future<Output = Result<Page<T>, StoreError>>,
    {
        Ok(self.caller.pages(&|told| self.told(track, told), operation, page).await?)
    }

    /// What kept a run from getting on, where its failure does not say so itself.
    pub(super) fn trouble(&self, failure: Option<&Failure>) -> Option<String> {
        use NotKnown::{Interrupted, Timeout};
        let is_silent = matches!(
            failure,
            Some(Failure::Interrupted | Failure::NotKnown { why: Interrupted | Timeout(_), .. })
        );
        self.caller.trouble().filter(|_| is_silent)
    }

    /// Tells and counts what became of a request.
    pub(super) fn told(&self, track: &Track, told: &Told<'_>) {
        let read_set = track.item;
        self.tell(&match *told {
            Told::Again { operation, error, delay, .. }
                if error.kind == StoreErrorKind::Throttled =>
            {
                track.count_failure(true);
                Event::Throttled { read_set, operation, delay }
            }
            Told::Again { operation, error, attempt, delay } => {
                track.count_failure(false);
                let reason = error.reason();
                Event::Retrying { read_set, operation, attempt, delay, reason }
            }
            Told::Pause { operation, asked, delay } => {
                let message = format!(
                    "the service asks for a pause of {} s before the next {operation}: trying again \
                     in {} s",
                    asked.as_secs(),
                    delay.as_secs()
                );
                Event::Warning { read_set: None, message }
            }
            Told::AwaitingCredentials { ref source } => {
                let message =
                    format!("waiting for new credentials for {source}, for example: aws sso login");
                Event::AwaitingCredentials { message }
            }
            Told::CredentialsRenewed => Event::CredentialsRenewed,
        });
    }
}
