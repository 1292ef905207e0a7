//! HTTP: connections, requests, answers.

mod answer;
pub(crate) mod aside;
mod exchange;
pub(crate) mod intake;
mod log;
mod origin;
pub(crate) mod query;
pub(crate) mod server;
pub(crate) mod signature;
mod target;

pub(crate) use exchange::Front;
pub(crate) use log::Log;
pub(crate) use origin::Gate;
