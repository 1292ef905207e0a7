//! Reference genomes as a store's account has them: what lists, metadata and indexes say.

use crate::types::{ByteCount, ReferenceArn};

/// A reference in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedReference {
    pub arn: ReferenceArn,
    /// What its owner calls it; empty if the service says nothing.
    pub name: String,
    /// Not deleted, nor being deleted.
    pub is_active: bool,
}

/// What the metadata of a reference say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceMetadata {
    pub listed: ListedReference,
    /// `None` if it has no index.
    pub index: Option<IndexFile>,
}

/// How a reference's index is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexFile {
    pub size: ByteCount,
    /// How many parts it is read in, numbered from 1.
    pub parts: u16,
}
