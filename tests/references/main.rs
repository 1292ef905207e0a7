//! Reads and the reference that they are aligned to: what fits is sent, what does not is refused
//! before anything is sent, and `--reference auto` finds the one that fits.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::needless_raw_string_hashes, reason = "`UPDATE_EXPECT=1` writes them so")]

mod auto;
mod compared;
#[expect(dead_code, reason = "shared with other tests")]
#[path = "../support/files.rs"]
mod files;
mod genome;
#[expect(dead_code, reason = "shared with the tests of the command line")]
#[path = "../cli/lab.rs"]
mod lab;
mod not_compared;
mod piped;
mod real;
mod served;
