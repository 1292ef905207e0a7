//! Resuming, and the commands about unfinished uploads, by the real binary against the sandbox.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod care;
mod credentials;
#[expect(dead_code, reason = "shared with the tests of the command line")]
#[path = "../support/files.rs"]
mod files;
#[expect(dead_code, reason = "shared with the tests of the command line")]
#[path = "../cli/lab.rs"]
mod lab;
mod list;
#[expect(dead_code, reason = "shared with the tests of the command line")]
#[path = "../cli/material.rs"]
mod material;
#[path = "../cli/running.rs"]
mod running;
mod unfinished;
