//! A vault and what surrounds storing files in it: the connection, what this machine knows of its archives,
//! receipts, and the outcome.

mod archives;
mod destination;
mod file;
mod identity;
mod inventory;
mod leftovers;
mod outcome;
mod questions;
mod receipts;
mod series;
mod storing;

pub(crate) use destination::{ReachedVault, problems, reach};
pub(crate) use file::ArchiveFile;
pub(crate) use inventory::Inventory;
pub(crate) use questions::VaultQuestions;
pub(crate) use receipts::{folder, receipts};
pub(crate) use series::Storing;
pub(crate) use storing::store;
