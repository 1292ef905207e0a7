//! `omics-upload` puts sequencing files into AWS HealthOmics sequence stores.

pub mod cli;
pub mod console;
pub mod engine;
pub mod event;
pub mod format;
pub mod plan;
pub mod readset;
pub mod report;
pub mod retry;
pub mod signal;
pub mod source;
pub mod store;
pub mod types;
