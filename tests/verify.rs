//! `put --verify` and MD5 sums: the real binary against the sandbox, with data that are sound and data
//! that are damaged in the ways that occur.

mod damage;
mod etags;
mod piped;
mod stopped;
mod sums;
