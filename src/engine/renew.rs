//! Credentials that run out while a run goes on.
//!
//! All requests meet the same end, so one of them asks for new credentials and the others wait for it.

use std::time::Duration;

use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

use super::{Engine, Failure};
use crate::{
    event::Event,
    store::{Renewal, Store, StoreError},
};

/// Between two questions for new credentials: often enough that nobody waits for it, seldom enough
/// for the files and services that are asked.
const ASK_EVERY: Duration = Duration::from_secs(5);

/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(30);

/// Requests that fail so shortly after a renewal were sent before it.
const SETTLED: Duration = Duration::from_secs(1);

/// Whose turn it is to ask, and when there were new credentials last.
pub(super) type Turn = Mutex<Option<Instant>>;

impl<S: Store> Engine<S> {
    /// Waits until there are new credentials, or says that there will be none.
    pub(super) async fn renew(&self, expired: StoreError) -> Result<(), Failure> {
        let failed_at = Instant::now();
        let mut renewed = self.renewal.lock().await;
        if renewed.is_some_and(|at| at + SETTLED > failed_at) {
            return Ok(());
        }
        let begun = Instant::now();
        let mut told = false;
        loop {
            match timeout(ANSWER, self.store.renew()).await {
                Ok(Ok(Renewal::Renewed)) => {
                    *renewed = Some(Instant::now());
                    self.patience.restore();
                    if told {
                        self.tell(&Event::CredentialsRenewed);
                    }
                    return Ok(());
                }
                Ok(Ok(Renewal::Impossible)) => return Err(Failure::Expired(expired)),
                Ok(Ok(Renewal::Same) | Err(_)) | Err(_) => {}
            }
            if !std::mem::replace(&mut told, true) {
                let source = self.store.credentials_source();
                let message =
                    format!("waiting for new credentials for {source}, for example: aws sso login");
                self.tell(&Event::AwaitingCredentials { message });
            }
            if begun.elapsed() >= self.limits.give_up_after {
                return Err(Failure::Expired(expired));
            }
            self.pause(ASK_EVERY).await?;
        }
    }
}
