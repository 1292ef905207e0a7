//! `omics-upload` puts sequencing files into AWS `HealthOmics` sequence stores.

pub mod event;
pub mod format;
pub mod types;
