//! The real binary against the sandbox, with real files: exact stdout, stderr and status.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod lab;
mod put;
