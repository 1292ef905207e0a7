//! A vault and what surrounds storing files in it: the connection, what this machine knows of its archives,
//! receipts, and the outcome.

mod archives;
mod destination;
mod outcome;
mod receipts;
mod storing;

pub(crate) use destination::{ReachedVault, problems, reach};
pub(crate) use receipts::{folder, receipts};
pub(crate) use storing::{ArchiveFile, Storing, store};
