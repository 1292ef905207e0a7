//! Credentials that can be asked for anew while a run goes on.
//!
//! The SDK's own cache would keep what it has until it expires, and profile files are read once: an
//! upload of a day has to notice that somebody has logged in again meanwhile.

use std::time::{Duration, SystemTime};

use aws_config::Region;
use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, SharedCredentialsProvider, error::CredentialsError, future},
};
use tokio::sync::Mutex;

use super::{environment::Environment, http::Http, secrets::keep_credentials};
use crate::types::{Escaped, Renewal};

/// Where credentials come from, in words.
pub(crate) fn profile() -> String {
    let profile = std::env::var("AWS_PROFILE").unwrap_or_default();
    let profile = Some(profile.trim()).filter(|name| !name.is_empty());
    format!("profile `{}`", Escaped::new(profile.unwrap_or("default")))
}

/// Credentials are renewed so long before they end.
const MARGIN: Duration = Duration::from_mins(2);

/// The chain of providers, and what it gave last.
#[derive(Debug)]
pub(crate) struct Renewable {
    http: Http,
    region: Region,
    state: Mutex<Provided>,
}

#[derive(Debug)]
struct Provided {
    chain: SharedCredentialsProvider,
    current: Credentials,
    /// Those that were current when somebody asked for new ones last.
    asked: Credentials,
}

impl Renewable {
    /// Proves that the chain gives credentials.
    pub(crate) async fn new(
        http: Http,
        region: Region,
        chain: SharedCredentialsProvider,
    ) -> Result<Self, CredentialsError> {
        let current = ask(&chain).await?;
        let asked = current.clone();
        Ok(Self { http, region, state: Mutex::new(Provided { chain, current, asked }) })
    }

    /// When the current credentials end, if that is known.
    pub(crate) async fn end(&self) -> Option<SystemTime> {
        self.state.lock().await.current.expiry()
    }

    async fn current(&self) -> Result<Credentials, CredentialsError> {
        let mut state = self.state.lock().await;
        if state.current.expiry().is_some_and(|end| end < SystemTime::now() + MARGIN) {
            // What the service says of old ones is clearer than that there are no new ones.
            if let Ok(fresh) = ask(&state.chain).await {
                state.current = fresh;
            }
        }
        Ok(state.current.clone())
    }

    /// Reads files and asks services anew, as a program that starts now would.
    pub(crate) async fn renew(&self) -> Result<Renewal, CredentialsError> {
        let mut state = self.state.lock().await;
        let environment = Environment::read().map_err(CredentialsError::invalid_configuration)?;
        // Nobody can change a process's environment from outside.
        if environment.get("AWS_ACCESS_KEY_ID") == Some(state.current.access_key_id()) {
            return Ok(Renewal::Impossible);
        }
        let config = environment.loader(self.http.clone()).region(self.region.clone());
        let chain = config.load().await.credentials_provider();
        let chain = chain.ok_or_else(CredentialsError::not_loaded_no_source)?;
        let fresh = ask(&chain).await?;
        // A request that fails now may have been sent before the chain renewed them by itself.
        let same = fresh.access_key_id() == state.asked.access_key_id()
            && fresh.secret_access_key() == state.asked.secret_access_key()
            && fresh.session_token() == state.asked.session_token();
        *state = Provided { chain, current: fresh.clone(), asked: fresh };
        Ok(if same { Renewal::Same } else { Renewal::Renewed })
    }
}

/// Credentials that can be sent: they go into headers, where the SDK takes it for granted that they fit.
async fn ask(chain: &SharedCredentialsProvider) -> Result<Credentials, CredentialsError> {
    let credentials = provided(chain).await?;
    keep_credentials(&credentials);
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    if is_plain(credentials.access_key_id()) && credentials.session_token().is_none_or(is_plain) {
        return Ok(credentials);
    }
    let message = "the access key ID or the session token holds characters that cannot be used";
    Err(CredentialsError::invalid_configuration(message))
}

/// How often and after which pauses a provider is asked again, in milliseconds: processes that renew one single
/// sign-on session at once write its file under each other's eyes.
const ASKED_AGAIN: [u64; 3] = [200, 400, 800];

async fn provided(chain: &SharedCredentialsProvider) -> Result<Credentials, CredentialsError> {
    for pause in ASKED_AGAIN {
        match chain.provide_credentials().await {
            Err(CredentialsError::ProviderError(_)) => {
                let pause = fastrand::u64(pause / 2..=pause);
                tokio::time::sleep(Duration::from_millis(pause)).await;
            }
            provided => return provided,
        }
    }
    chain.provide_credentials().await
}

/// Hands the current credentials to the SDK, which is told not to keep them.
#[derive(Debug, Clone)]
pub(crate) struct Current(pub(crate) std::sync::Arc<Renewable>);

impl ProvideCredentials for Current {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.0.current())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use super::*;

    /// A file of a session that is being written.
    #[derive(Debug)]
    struct Torn {
        failures: usize,
        asked: Arc<AtomicUsize>,
    }

    impl ProvideCredentials for Torn {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            let asked = self.asked.fetch_add(1, Ordering::Relaxed);
            future::ProvideCredentials::ready(if asked < self.failures {
                Err(CredentialsError::provider_error("the file ends in the middle"))
            } else {
                Ok(Credentials::new("AKIDTORN", "key-of-a-torn-file", None, None, "test"))
            })
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_provider_that_fails_is_asked_again_and_one_that_has_nothing_is_not() {
        for (failures, succeeds, count) in [(0, true, 1), (3, true, 4), (4, false, 4)] {
            let asked = Arc::default();
            let torn = Torn { failures, asked: Arc::clone(&asked) };
            let answer = ask(&SharedCredentialsProvider::new(torn)).await;
            assert_eq!((answer.is_ok(), asked.load(Ordering::Relaxed)), (succeeds, count));
        }
    }
}
