//! What is kept of what was sent: the real binary's receipts, held against the schema and against
//! what the service saw.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::needless_raw_string_hashes, reason = "`UPDATE_EXPECT=1` writes them so")]

#[expect(dead_code, reason = "shared with other tests")]
#[path = "../support/files.rs"]
mod files;
mod kept;
#[expect(dead_code, reason = "shared with the tests of the command line")]
#[path = "../cli/lab.rs"]
mod lab;
#[expect(dead_code, reason = "shared with the tests of the command line")]
#[path = "../cli/material.rs"]
mod material;
mod refused;
mod shown;
mod valid;
