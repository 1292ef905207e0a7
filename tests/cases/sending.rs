//! Parts that are sent, kept and counted, and how long is tried.

mod changes;
mod halts;
mod listing;
mod locks;
mod patience;
mod truncation;
