//! Nothing that was sent is sent twice, and nothing stays in doubt: the real binary, killed and
//! disturbed in every way, and then the same command again.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::needless_raw_string_hashes, reason = "`UPDATE_EXPECT=1` writes them so")]

mod doubt;
#[expect(dead_code, reason = "shared with other tests")]
#[path = "../support/files.rs"]
mod files;
mod killed;
#[expect(dead_code, reason = "shared with the tests of the command line")]
#[path = "../cli/lab.rs"]
mod lab;
#[expect(dead_code, reason = "shared with the tests of the command line")]
#[path = "../cli/material.rs"]
mod material;
#[path = "../cli/running.rs"]
mod running;
mod scene;
mod sources;
mod stateless;
mod stopped;
mod together;
