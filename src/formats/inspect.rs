//! One look at a file: what it is, and what its header or its first records say.
//!
//! Judges one file at a time; what several files are to each other is `readset`'s matter.

use std::io::Read;

use super::{
    header::{Header, HeaderError, read_header},
    sniff::{Kind, Look, PREFIX, Refused, look},
};
use crate::formats::{FileType, fastq::FastqHead};

/// A file that can be uploaded, and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    kind: Kind,
    content: Content,
}

/// What a file says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// BAM, UBAM or CRAM.
    Header(Header),
    /// FASTQ.
    Records(FastqHead),
}

/// Why a file cannot be uploaded.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// Known of small files only: of others, only decompressing all of it would tell.
    #[error("its gzip data ends in the middle; the file is truncated")]
    Truncated,
}

impl Inspected {
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    pub const fn content(&self) -> &Content {
        &self.content
    }

    /// The file type by content.
    pub const fn file_type(&self) -> FileType {
        match &self.content {
            Content::Header(header) => header.file_type,
            Content::Records(_) => FileType::Fastq,
        }
    }

    /// The different samples of the read groups; a FASTQ names none.
    pub fn samples(&self) -> &[String] {
        match &self.content {
            Content::Header(header) => &header.samples,
            Content::Records(_) => &[],
        }
    }
}

/// Looks at a file. `prefix` is its first [`PREFIX`] bytes, or all of them if it has fewer; `whole`
/// reads the file from its first byte, and is read only as far as a header goes.
pub fn inspect(prefix: &[u8], whole: impl Read) -> Result<Inspected, InspectError> {
    let Look { kind, head, cut } = look(prefix)?;
    let content = match head {
        Some(head) => Content::Records(head),
        None => Content::Header(read_header(kind, whole)?),
    };
    if cut && prefix.len() < PREFIX {
        return Err(InspectError::Truncated);
    }
    Ok(Inspected { kind, content })
}
