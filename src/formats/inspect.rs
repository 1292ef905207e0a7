//! One look at a file: what it is, and what its header or its first records say.
//!
//! Judges one file at a time; what several files are to each other is `readset`'s matter.

use std::io::Read;

mod end_check;
mod sniff;
mod tail;

pub use end_check::EndCheck;
pub use sniff::{Kind, PREFIX, Refused, sniff};
use sniff::{Look, look};
pub use tail::tail;

use super::{
    bam, cram,
    fastq::FastqHead,
    file_type::FileType,
    gzip::Compression,
    header::{HeaderError, ReferenceSequence, SamHeader},
};

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
    Header(SamHeader),
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

    /// Whether it is a FASTQ without records.
    pub fn is_empty(&self) -> bool {
        matches!(&self.content, Content::Records(head) if head.names().is_empty())
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

/// The same of a file among several that are joined, which may be a FASTQ without records: an empty gzip
/// file.
pub fn inspect_lane(prefix: &[u8], whole: impl Read) -> Result<Inspected, InspectError> {
    match inspect(prefix, whole) {
        Err(InspectError::Refused(Refused::EmptyGzip)) if prefix.len() < PREFIX => {
            let kind = Kind::Fastq(Compression::of(prefix).unwrap_or(Compression::Gzip));
            Ok(Inspected { kind, content: Content::Records(FastqHead::empty()) })
        }
        inspected => inspected,
    }
}

/// Reads the header of a BAM or CRAM file from its first byte.
///
/// A [`Kind::Fastq`] has none, and is an error.
pub fn read_header(kind: Kind, whole: impl Read) -> Result<SamHeader, HeaderError> {
    read_header_with(kind, whole, |_| ())
}

/// The same, and shows every reference sequence in passing: a header can have millions of them.
pub fn read_header_with(
    kind: Kind,
    whole: impl Read,
    mut each: impl FnMut(ReferenceSequence<'_>),
) -> Result<SamHeader, HeaderError> {
    match kind {
        Kind::Bam => bam::header::read(whole, &mut each),
        Kind::Cram(version) => cram::header::read(version, whole, &mut each),
        Kind::Fastq(_) => Err(HeaderError::Damaged {
            format: FileType::Fastq,
            at: 0,
            what: "this file type has no header",
        }),
    }
}
