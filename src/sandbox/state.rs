//! What the sandbox keeps, on disk and in memory, and the operations on it.

mod adopt;
pub(crate) mod disk;
mod extents;
mod operate;
pub(crate) mod parts;
pub(crate) mod private;
pub(crate) mod process;
mod readsets;
mod receive;
pub(crate) mod record;
mod reference_store;
mod references;
mod service;
mod stores;
mod tags;
mod uploads;

pub(crate) use disk::Home;
pub(crate) use extents::{Extents, ExtentsReader};
pub(crate) use operate::{Done, operate};
pub(crate) use receive::{Received, ReceivedData, Receiver, Treatment};
pub(crate) use record::{ContentFindings, SavedEtag};
pub(crate) use service::{Service, broken_disk};
