//! What the sandbox keeps, on disk and in memory, and the operations on it.

mod adopt;
pub(crate) mod disk;
mod extents;
pub(crate) mod parts;
pub(crate) mod private;
pub(crate) mod process;
mod readsets;
pub(crate) mod record;
mod references;
mod service;
mod stores;
mod tags;
mod uploads;

pub(crate) use disk::{Home, Unkept};
pub(crate) use extents::{Extents, Reader};
pub(crate) use parts::hex;
pub(crate) use record::{Choice, Etag, EtagFamily, Findings, Source, SourceFileType, Tags};
pub(crate) use service::{Call, Service, broken_disk};
