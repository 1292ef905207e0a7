//! The engine against a store in memory, on a paused clock.
//!
//! Parts are a few bytes long, so that a reader never waits for its body: the clock stands still
//! while a thread reads.

mod archives;
mod beginning;
mod bounding;
mod calling;
mod completing;
mod confirming;
mod contract;
mod existing;
mod facts;
mod faithful;
mod fake;
mod halting;
mod happy;
mod lab;
mod objects;
mod ours;
mod pacing;
mod pouring;
mod renewing;
mod resuming;
mod retrying;
mod second_store;
mod sending;
mod sharing;
mod stages;
mod stopping;
mod telling;
mod trials;
mod waiting;

use crate as api;
