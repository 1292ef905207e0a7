//! Vaults over raw HTTP: what well-behaved clients do not send, faults, and what lies on disk.

mod depot;
mod faults;
mod lasting;
mod refusals;
