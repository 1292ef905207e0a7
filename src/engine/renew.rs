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

/// Whose turn it is to ask, and when there were new credentials last.
pub(super) type Turn = Mutex<Option<Instant>>;

impl<S: Store> Engine<S> {
    /// Waits until there are other credentials than those of a request that was sent at a time, or
    /// says that there will be none.
    pub(super) async fn renew(
        &self,
        operation: &'static str,
        expired: StoreError,
        sent: Instant,
    ) -> Result<(), Failure> {
        let turn = async { Ok::<_, ()>(self.renewal.lock().await) };
        let mut renewed = self.admitted(turn).await?;
        if let Some(at) = *renewed {
            if at >= sent {
                return Ok(());
            }
            // New ones that are refused as well are not to be followed by others without a pause.
            self.pause(ASK_EVERY.saturating_sub(at.elapsed())).await?;
        }
        let mut told = false;
        loop {
            let ask = async { Ok::<_, ()>(timeout(ANSWER, self.store.renew()).await) };
            let renewal = self.admitted(ask).await?;
            if self.patience.is_exhausted(operation, Instant::now()) {
                return Err(Failure::Expired(expired));
            }
            match renewal {
                Ok(Ok(Renewal::Renewed)) => {
                    *renewed = Some(Instant::now());
                    if told {
                        // The wait was for a person, and says nothing about the service.
                        self.patience.restore(operation);
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
            self.pause(ASK_EVERY).await?;
        }
    }
}
