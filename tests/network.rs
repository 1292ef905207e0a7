//! The real binary behind a real proxy and real TLS with a private authority, and what it takes of
//! memory.

mod authority;
mod files;
mod memory;
mod plain;
mod proxy;
mod refusal;
mod site;
mod terminator;
mod trust;
mod tunnel;
