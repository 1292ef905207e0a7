//! Standard input as a source: the real binary at the end of a pipe whose other end does what it
//! likes.

mod again;
mod ends;
mod memory;
mod refused;
mod stopped;
mod whole;
mod writer;
