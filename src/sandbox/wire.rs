//! HTTP: connections, requests, answers.

mod answer;
mod exchange;
mod intake;
mod log;
mod origin;
pub(crate) mod page;
mod receive;
pub(crate) mod server;
mod signature;
mod target;

pub(crate) use log::Log;
pub(crate) use origin::Gate;
pub(crate) use page::Page;
pub(crate) use receive::{Data, Received};
pub(crate) use target::Target;
