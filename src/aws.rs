//! What every AWS destination needs: connections, proxies, trust, credentials, regions and endpoints.

mod bound;
mod connect;
mod credentials;
mod dial;
mod environment;
mod error;
mod host;
mod http;
mod names;
mod proxy;
mod region;
mod secrets;
mod trust;

pub(crate) use bound::{AtMost, TooLarge};
pub use connect::{ConnectError, Connection, Endpoint};
pub(crate) use credentials::Renewable;
pub(crate) use dial::TookTooLong;
pub(crate) use error::chain;
pub use names::Unresolved;
pub use proxy::{ProxyError, Unusable};
pub use trust::{Flaw, TlsError};
