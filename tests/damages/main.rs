//! Every damage that occurs, and which check catches it: `docs/damages.md` is made of what happens here.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cases;
#[expect(dead_code, reason = "shared with other tests")]
#[path = "../support/files.rs"]
mod files;
#[expect(dead_code, reason = "shared with the tests of the command line")]
#[path = "../cli/lab.rs"]
mod lab;
#[expect(dead_code, reason = "shared with the tests of the command line")]
#[path = "../cli/material.rs"]
mod material;
mod named;
mod sound;
mod table;
