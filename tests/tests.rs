//! The real binary and the sandbox, from outside: one test binary, since each links the whole SDK. A
//! module has a subject; what several need is in `support/`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::needless_raw_string_hashes, reason = "`UPDATE_EXPECT=1` writes them so")]
#![expect(clippy::too_many_lines, reason = "a test holds all that is said")]

mod batch;
mod cases;
mod cli;
mod cluster;
mod damages;
mod engines;
#[path = "support/files.rs"]
mod files;
mod foreign_clients;
#[path = "support/lab.rs"]
mod lab;
#[path = "support/material.rs"]
mod material;
mod merging;
mod network;
#[path = "support/pages.rs"]
mod pages;
mod pipes;
mod receipts;
mod recipes;
mod references;
mod resume;
#[path = "support/running.rs"]
mod running;
mod sandbox;
mod uploads;
#[cfg(feature = "vault")]
mod vault;
mod verify;
mod verify_command;
mod when_proven;
