//! The library's own doors: recognition, pairing, decoding, the contract of a store, and the tree and
//! its documents.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod architecture;
mod content;
mod documents;
#[path = "support/files.rs"]
mod files;
mod format;
mod readset;
mod samtools;
mod store;
