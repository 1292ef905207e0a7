//! Around a transfer: the destination, journals, receipts, limits, and the outcome.

pub(crate) mod destination;
pub(crate) mod disposal;
pub(crate) mod job_journal;
pub(crate) mod journals;
pub(crate) mod limits;
pub(crate) mod outcome;
pub(crate) mod questions;
pub(crate) mod random;
pub(crate) mod receipt_files;
mod receipts;
pub(crate) mod rows;
pub(crate) mod run_folder;
mod sharing;
mod shown;
pub(crate) mod transfer;
pub(crate) mod uploads;
#[cfg(feature = "vault")]
pub(crate) mod vault;
mod verification;

pub(crate) use destination::Reached;
pub(crate) use receipts::without_login;
pub(crate) use sharing::Sharing;
pub(crate) use shown::Shown;
pub(crate) use transfer::Transfer;
