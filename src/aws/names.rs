//! Names of hosts to addresses, with an error that says which host it was and whether that may pass.

use std::{
    collections::HashSet,
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use hyper_util::client::legacy::connect::dns::{GaiAddrs, GaiResolver, Name};
use tower_service::Service;

use super::region;
use crate::types::Escaped;

/// A host has no address.
#[derive(Debug, thiserror::Error)]
#[error("cannot resolve {}", Escaped::new(host))]
pub struct Unresolved {
    pub(crate) host: String,
    /// It had one before in this run, or is known to have one: the network is down.
    pub(crate) may_pass: bool,
    #[source]
    error: io::Error,
}

impl Unresolved {
    /// What to do about a host that has never had an address.
    pub fn advice(&self) -> Option<String> {
        (!self.may_pass).then(|| region::advice_on_host(&self.host))
    }
}

/// The system's resolver, which remembers the hosts that it found.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    system: GaiResolver,
    found: Arc<Mutex<HashSet<String>>>,
}

impl Names {
    pub(crate) fn new() -> Self {
        Self { system: GaiResolver::new(), found: Arc::default() }
    }
}

impl Service<Name> for Names {
    type Response = GaiAddrs;
    /// In an `Arc`, so that whoever looks for it beneath other errors finds it.
    type Error = Arc<Unresolved>;
    type Future = Pin<Box<dyn Future<Output = Result<GaiAddrs, Arc<Unresolved>>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let host = name.as_str().to_owned();
        let found = Arc::clone(&self.found);
        let addresses = self.system.call(name);
        Box::pin(async move {
            let addresses = addresses.await;
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
            match addresses {
                Ok(addresses) => {
                    found.insert(host);
                    Ok(addresses)
                }
                Err(error) => {
                    let may_pass = found.contains(&host) || region::has_host(&host);
                    Err(Arc::new(Unresolved { host, may_pass, error }))
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_host_that_was_found_once_may_be_found_again() {
        let mut names = Names::new();
        let found = Arc::clone(&names.found);
        let mut may_pass = async || {
            let missing = names.call("nowhere.invalid".parse().unwrap()).await.unwrap_err();
            missing.may_pass
        };
        assert!(!may_pass().await);
        found.lock().unwrap().insert("nowhere.invalid".to_owned());
        assert!(may_pass().await);
        assert!(names.call("localhost".parse().unwrap()).await.is_ok());
        assert!(found.lock().unwrap().contains("localhost"));
    }
}
