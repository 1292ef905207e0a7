//! The real binary behind a real proxy and real TLS with a private authority, and what it takes of
//! memory.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod authority;
mod files;
#[expect(dead_code, reason = "shared with the tests of the command line")]
#[path = "../cli/lab.rs"]
mod lab;
mod memory;
mod plain;
mod proxy;
mod refusal;
mod site;
mod terminator;
mod trust;
mod tunnel;
