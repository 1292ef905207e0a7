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
#[path = "support/samtools.rs"]
mod samtools;
mod samtools_headers;
mod store;
