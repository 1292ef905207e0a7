//! Resuming, and the commands about unfinished uploads, by the real binary against the sandbox.

mod care;
mod credentials;
mod list;
mod unfinished;
