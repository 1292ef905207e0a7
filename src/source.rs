//! What is sent, opened: what identifies it, its first bytes, and its parts as streams with a digest.
//!
//! Knows nothing of uploads or of formats. A part is never in memory as a whole: a thread reads and
//! hashes small blocks ahead of the socket, and blocks when two of them wait.

mod bandwidth_wait;
mod blocks;
mod body;
mod file;
mod fingerprint;
mod identity;
mod joined;
mod object;
mod opened;
pub mod pipe;
mod place;
mod read_at;
mod source_file;
mod trial;

#[cfg(test)]
pub(crate) use blocks::BLOCK;
pub use blocks::Blocks;
pub use body::{Digesting, PartBody};
pub use file::SourceError;
pub use identity::Identity;
pub use object::Object;
pub use opened::{Source, fingerprint};
pub use pipe::{Filled, Pipe, PipeError, PipeFlaw, PipeHead, PipeParts, PipeViewer};
pub use place::Changed;
pub use read_at::ReadAt;
pub use source_file::SourceFile;
pub use trial::{Defect, Findings, PartViewer, ReadCounts, Trial};
