//! What is decoded beside an upload, and how far that goes.

use std::io::Read;

use crate::{
    content::{etag::EtagAlgorithm, md5::ListedMd5},
    formats::Kind,
};

/// What is made of the data of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// MD5s are compared, where they are known.
    Sums,
    /// Everything is decoded besides.
    Records,
    /// And hashed as the store does it.
    Etag(EtagAlgorithm),
}

/// A file whose data can be read once, from the first byte to the last.
pub struct DecodeInput {
    /// What it is called in messages, such as `` `x.bam` ``.
    pub name: String,
    /// What commands call it.
    pub file: String,
    pub kind: Kind,
    pub reader: Box<dyn Read + Send>,
    /// The MD5 that all of its bytes should have.
    pub md5: Option<ListedMd5>,
    /// Whether blank lines and zeros may follow the data of a FASTQ.
    pub allow_padding: bool,
}
