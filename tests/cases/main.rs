//! Faults that real files, settings and hostile endpoints brought to light, each under its name: the
//! real binary must now do what is right.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod answers;
mod environment;
#[allow(dead_code, reason = "shared with other tests")]
#[path = "../support/files.rs"]
mod files;
#[allow(dead_code, reason = "shared with the tests of the command line")]
#[path = "../cli/lab.rs"]
mod lab;
#[allow(dead_code, reason = "shared with the tests of the command line")]
#[path = "../cli/material.rs"]
mod material;
mod messages;
mod outputs;
mod pairs;
mod privacy;
mod read_sets;
#[allow(dead_code, reason = "shared with the tests of the command line")]
#[path = "../cli/running.rs"]
mod running;
mod sending;
mod verdicts;
