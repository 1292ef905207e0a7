//! Credentials that run out while a run goes on.
//!
//! All requests meet the same end, so one of them asks for new credentials and the others wait for it.

use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::{
    Caller,
    tries::{CallError, Occasion, Tell, Told},
};
use crate::{
    store::{Store, error::StoreError},
    types::{Operation, Renewal},
};

/// Between two questions for new credentials: often enough that nobody waits for it, seldom enough
/// for the files and services that are asked.
const ASK_EVERY: Duration = Duration::from_secs(5);

/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(30);

impl<S: Store> Caller<S> {
    /// Waits until there are other credentials than those of a request that was sent at a time, or
    /// says that there will be none. Nobody waits for a person but a run.
    pub async fn renew(
        &self,
        tell: Tell<'_>,
        operation: Operation,
        expired: StoreError,
        sent: Instant,
    ) -> Result<(), CallError> {
        let mut renewed = self.admitted(self.renewal.lock()).await?;
        if let Some(at) = *renewed {
            if at >= sent {
                return Ok(());
            }
            // New ones that are refused as well are not to be followed by others without a pause.
            self.pause(ASK_EVERY.saturating_sub(at.elapsed())).await?;
        }
        let mut told = false;
        loop {
            let renewal = self.admitted(timeout(ANSWER, self.store.renew())).await?;
            if self.patience.is_exhausted(operation, Instant::now()) {
                return Err(CallError::Expired(expired));
            }
            match renewal {
                Ok(Ok(Renewal::Renewed)) => {
                    *renewed = Some(Instant::now());
                    if told {
                        // The wait was for a person, and says nothing about the service.
                        self.patience.restore(operation);
                        tell(&Told::CredentialsRenewed);
                    }
                    return Ok(());
                }
                Ok(Ok(Renewal::Impossible)) => return Err(CallError::Expired(expired)),
                Ok(Ok(Renewal::Same) | Err(_)) | Err(_) => {}
            }
            if self.tries.occasion != Occasion::Run {
                return Err(CallError::Expired(expired));
            }
            if !std::mem::replace(&mut told, true) {
                tell(&Told::AwaitingCredentials { source: self.store.credentials_source() });
            }
            self.pause(ASK_EVERY).await?;
        }
    }
}
