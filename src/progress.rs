//! What people and programs see on standard error while a run goes on: bars, dated lines, JSON or
//! nothing, and the log file.
//!
//! Facts arrive through [`Observer`] on the hot path: they are counted and, where they are worth a
//! line, spelled out, under one short lock. A thread of its own draws; nobody waits for a terminal.
//! What is drawn is a function of a snapshot (`tally`, `frame`, `lines`, `json`), and only `screen`
//! knows a terminal. This module knows neither the engine nor the service, and nothing that happens
//! to standard error or to the log file ends a run.

mod display;
#[cfg(test)]
mod fixture;
mod frame;
mod json;
mod lines;
mod log_file;
mod options;
mod palette;
mod rate;
mod screen;
mod shared;
mod snapshot;
mod tally;
mod text;
mod view;
mod writer;

pub use display::{DisplayError, ProgressDisplay};
pub use log_file::is_log;
pub use options::{Color, Progress, ProgressOptions, Verbosity};
