//! S3 Glacier vaults: archives that come in whole or in parts, by the service model of 2012-06-01 and
//! the developer guide, which wins where they differ.
//!
//! It shares the connections, the faults, the directory and the lock of the state with HealthOmics, and
//! knows nothing of sequence stores. What is served and what is ours is in the documentation of
//! [`super`].

mod answer;
mod archives;
mod complete;
pub(crate) mod disk;
pub(crate) mod error;
mod holdings;
mod ids;
mod listing;
mod load;
pub(crate) mod operation;
mod parts;
mod perform;
mod range;
mod record;
pub(crate) mod request;
mod sums;
pub(crate) mod tree;
mod uploads;
mod vaults;

pub(crate) use answer::VaultAnswer;
pub(crate) use holdings::Vaults;
pub(crate) use operation::VaultOperation;
pub(crate) use perform::perform;
pub(crate) use request::VaultRequest;
