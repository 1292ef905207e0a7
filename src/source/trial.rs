//! What has to be true of the data of an upload before it is completed.
//!
//! Whoever sends the data does not know what is looked for, only when it may begin, whom to show the
//! bytes of a part, when all of them have passed, and what came of it.

use std::{fmt, sync::Arc};

use futures::future::BoxFuture;

use crate::types::ReadSetEtag;

/// A look at the data of one upload, or of one of its files, beside the sending.
///
/// Parts are read in any order, several at a time, and some of them more than once.
pub trait Trial: fmt::Debug + Send + Sync {
    /// The upload is there and its parts are about to be sent: called once, before any of them.
    fn begin(&self) {}

    /// `size` bytes from `from` on are about to be read: who is to see them. May read from the file,
    /// and block.
    fn part(self: Arc<Self>, _from: u64, _size: u64) -> Option<PartViewer> {
        None
    }

    /// What was found in a part that has passed, as short text for a later run.
    fn seen(&self, _from: u64, _size: u64) -> Option<String> {
        None
    }

    /// Takes what an earlier run found in a part, whose bytes will not pass again.
    fn recall(&self, _from: u64, _size: u64, _seen: &str) {}

    /// Every part is with the service, and no further byte will pass.
    fn sent(&self);

    /// Ends at once when a flaw is found, and otherwise when there is none, which may be long after
    /// all parts are sent. Dropping it gives the look up.
    fn verdict(self: Arc<Self>) -> BoxFuture<'static, Result<(), Defect>>;

    /// Whether it has followed its file to the end, and found no flaw.
    fn is_passed(&self) -> bool {
        false
    }
}

/// Sees the bytes of one part as they pass, and `None` behind the last. Of a part that passes twice, the
/// last time counts; one whose viewer is dropped before its end has not passed.
pub type PartViewer = Box<dyn FnMut(Option<&[u8]>) + Send>;

/// Data that must not become a read set.
///
/// `Display` is a whole sentence that names the file and the place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Defect {
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Whether the system failed and not the data: later, the same may succeed.
    pub passes: bool,
}

/// What was found in the data of an upload by reading all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// Of all sources together, if they were decoded.
    pub counted: Option<ReadCounts>,
    /// What the store should make of them, as far as that can be known.
    pub etag: Option<ReadSetEtag>,
    /// The MD5 of each file's own bytes, where it was compared: of the first source, then of the second.
    pub md5: Vec<Option<String>>,
}

/// How much sequence there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadCounts {
    /// Without secondary and supplementary alignments; of a CRAM, all records.
    pub reads: u64,
    pub bases: u64,
}
