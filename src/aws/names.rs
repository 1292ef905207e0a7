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

use crate::types::Escaped;

/// A host has no address.
#[derive(Debug, thiserror::Error)]
#[error("cannot resolve {}", Escaped::new(host))]
pub struct Unresolved {
    pub host: String,
    /// It had one before in this run, or is known to have one: the network is down.
    pub may_pass: bool,
    #[source]
    error: io::Error,
}

/// The system's resolver, which remembers the hosts that it found.
#[derive(Debug, Clone)]
pub(crate) struct HostNames {
    system: GaiResolver,
    found: Arc<Mutex<HashSet<String>>>,
    is_known: fn(&str) -> bool,
}

impl HostNames {
    /// With hosts that are known to be there, found or not.
    pub(crate) fn new(is_known: fn(&str) -> bool) -> Self {
        Self { system: GaiResolver::new(), found: Arc::default(), is_known }
    }
}

impl Service<Name> for HostNames {
    type Response = GaiAddrs;
    /// In an `Arc`, so that whoever looks for it beneath other errors finds it.
    type Error = Arc<Unresolved>;
    type Future = Pin<Box<dyn Future<Output = Result<GaiAddrs, Arc<Unresolved>>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let host = name.as_str().to_owned();
        let (found, is_known) = (Arc::clone(&self.found), self.is_known);
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
                    let may_pass = found.contains(&host) || is_known(&host);
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
        let mut names = HostNames::new(|host| host == "known.invalid");
        let found = Arc::clone(&names.found);
        let mut may_pass = async |host: &str| {
            let missing = names.call(host.parse().unwrap()).await.unwrap_err();
            missing.may_pass
        };
        assert!(!may_pass("nowhere.invalid").await);
        found.lock().unwrap().insert("nowhere.invalid".to_owned());
        assert!(may_pass("nowhere.invalid").await);
        assert!(may_pass("known.invalid").await);
        assert!(names.call("localhost".parse().unwrap()).await.is_ok());
        assert!(found.lock().unwrap().contains("localhost"));
    }
}
