//! A vault and what surrounds storing files in it: the connection, what this machine knows of its archives,
//! receipts, and the outcome.

mod archives;
mod destination;
mod file;
mod outcome;
mod questions;
mod receipts;
mod storing;

pub(crate) use destination::{problems, reach};
pub(crate) use file::ArchiveFile;
pub(crate) use questions::VaultQuestions;
pub(crate) use receipts::{folder, receipts};
pub(crate) use storing::{Storing, store};
