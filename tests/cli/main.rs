//! The real binary against the sandbox, with real files: exact stdout, stderr and status.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bad_input;
mod bandwidth;
mod faults;
#[path = "../support/files.rs"]
mod files;
mod lab;
mod material;
mod output;
mod put;
mod running;
mod signals;
