//! Standard input as a source: the real binary at the end of a pipe whose other end does what it
//! likes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::needless_raw_string_hashes, reason = "`UPDATE_EXPECT=1` writes them so")]

mod again;
mod ends;
#[expect(dead_code, reason = "shared with other tests")]
#[path = "../support/files.rs"]
mod files;
#[expect(dead_code, reason = "shared with the tests of the command line")]
#[path = "../cli/lab.rs"]
mod lab;
#[expect(dead_code, reason = "shared with the tests of the command line")]
#[path = "../cli/material.rs"]
mod material;
mod memory;
mod refused;
#[path = "../cli/running.rs"]
mod running;
mod stopped;
mod whole;
mod writer;
