//! The pace against services that are simulated, on a paused clock.

mod capped;
mod known;
mod service;
mod unknown;
