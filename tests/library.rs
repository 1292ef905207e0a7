//! The library's own doors: recognition, pairing, decoding, the contract of a store, the tree, its
//! documents, its messages and the page of a batch.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::needless_raw_string_hashes, reason = "`UPDATE_EXPECT=1` writes them so")]

mod architecture;
mod content;
mod documents;
#[path = "support/files.rs"]
mod files;
mod format;
mod messages;
mod page;
mod readset;
#[path = "support/samtools.rs"]
mod samtools;
mod samtools_headers;
mod scale;
mod store;
#[path = "support/written.rs"]
mod written;
