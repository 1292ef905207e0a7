//! The adapter: what reaches the service, and what is made of its answers.

mod errors;
mod requests;
mod wire;
