//! An opened input: what identifies it, its first bytes, and its parts as streams with a digest.
//!
//! Knows nothing of uploads or of formats. A part is never in memory as a whole: a thread reads and
//! hashes small blocks ahead of the socket, and blocks when two of them wait.

mod bandwidth_wait;
mod blocks;
mod body;
mod file;
mod fingerprint;
mod identity;
pub mod pipe;
mod read_at;
mod trial;

#[cfg(test)]
pub(crate) use blocks::BLOCK;
pub use blocks::Blocks;
pub use body::{Digesting, PartBody};
pub use file::{Changed, OpenError, Source, fingerprint};
pub use identity::Identity;
pub use pipe::{Filled, Head, Parts, Pipe, PipeError, PipeFlaw, PipeViewer};
pub use read_at::ReadAt;
pub use trial::{Counted, Defect, Findings, PartViewer, Trial};
