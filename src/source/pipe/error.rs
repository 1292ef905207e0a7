//! Why a pipe gives no further part.

use std::io;

use crate::types::ByteCount;

/// Why a pipe gives no further part.
#[derive(Debug, thiserror::Error)]
pub enum PipeError {
    #[error("standard input cannot be read")]
    Read(#[source] io::Error),
    /// It ended, or what comes cannot become a whole file any more.
    #[error("standard input is not whole: after {bytes}, {end}")]
    Unended { bytes: ByteCount, end: String, lacks_marker: bool },
    /// What hangs together in a whole file does not.
    #[error("standard input is damaged: {0}")]
    Damaged(String),
}

/// What is wrong with what came through a pipe: a sentence about "it".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PipeFlaw {
    Unended {
        end: String,
        /// Nothing is missing but an end-of-file marker, which some tools do not write.
        lacks_marker: bool,
    },
    Damaged(String),
}
