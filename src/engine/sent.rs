//! A part that has arrived.

use crate::{
    plan::Part,
    types::{Checksum, Digest},
};

/// A part that the store has confirmed once.
#[derive(Debug, Clone)]
pub struct SentPart {
    pub part: Part,
    /// Our own digest of the bytes.
    pub digest: Digest,
    /// What the store says of them.
    pub checksum: Checksum,
}
