//! HTTP: connections, requests, answers.

mod answer;
mod exchange;
mod intake;
mod log;
mod origin;
pub(crate) mod server;
mod signature;
mod target;

pub(crate) use exchange::Front;
pub(crate) use log::Log;
pub(crate) use origin::Gate;
