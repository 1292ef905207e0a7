//! `put --verify` and MD5 sums: the real binary against the sandbox, with data that are sound and data
//! that are damaged in the ways that occur.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod damage;
mod etags;
#[expect(dead_code, reason = "shared with other tests")]
#[path = "../support/files.rs"]
mod files;
#[expect(dead_code, reason = "shared with the tests of the command line")]
#[path = "../cli/lab.rs"]
mod lab;
#[expect(dead_code, reason = "shared with the tests of the command line")]
#[path = "../cli/material.rs"]
mod material;
mod piped;
#[path = "../cli/running.rs"]
mod running;
mod stopped;
mod sums;
