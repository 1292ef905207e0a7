//! The real binary against the sandbox, with real files: exact stdout, stderr and status.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::needless_raw_string_hashes, reason = "`UPDATE_EXPECT=1` writes them so")]
#![expect(clippy::too_many_lines, reason = "a test holds all that is said")]

mod bad_fields;
mod bad_input;
mod bad_settings;
mod bandwidth;
mod check;
mod check_full;
mod faults;
#[path = "../support/files.rs"]
mod files;
mod lab;
mod lasting;
mod material;
mod output;
mod put;
mod refusals;
mod running;
mod settings;
mod signals;
mod soundness;
mod terminal;
mod wait;
mod walks;
