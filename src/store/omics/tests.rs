//! The adapter: what reaches the service, and what is made of its answers.

mod errors;
mod references;
mod requests;
mod wire;
