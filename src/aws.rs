//! What every AWS destination needs: connections, proxies, trust, credentials and endpoints. Knows
//! no service: `connect::Service` says what has to be known of one.

mod bound;
mod connect;
mod credentials;
mod dial;
mod environment;
mod error;
mod host;
mod http;
mod link;
mod names;
mod proxy;
mod secrets;
mod trust;

pub(crate) use bound::{AtMost, TooLarge};
pub use connect::{AwsService, Connection, Endpoint};
pub(crate) use credentials::{Renewable, profile};
pub use error::ConnectError;
pub(crate) use error::{TookTooLong, chain};
pub(crate) use host::is_region;
pub use names::Unresolved;
pub use proxy::{ProxyError, UnusableProxy};
pub use trust::{CertificateFlaw, TlsError};
