//! What a request of an upload tells while it does not get through.

use std::sync::atomic::Ordering;

use super::{Engine, Failure, NotKnown, Track};
use crate::{
    event::Event,
    store::{CallError, Page, Store, StoreError, StoreErrorKind, Told},
    types::Operation,
};

impl<S: Store> Engine<S> {
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

impl Track {
    pub(super) fn count_failure(&self, throttled: bool) {
        let count = if throttled { &self.tally.throttled } else { &self.tally.retries };
        count.fetch_add(1, Ordering::Relaxed);
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Interrupted => Self::Interrupted,
            CallError::GaveUp { after, last } => Self::GaveUp { after, last },
            CallError::Attempts { attempts, last } => Self::Attempts { attempts, last },
            CallError::Expired(error) => Self::Expired(error),
            CallError::CutOff(error) => Self::CutOff(error),
            CallError::Refused(error) => Self::Refused(error),
        }
    }
}
