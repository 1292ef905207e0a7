//! A part and where its bytes are: in a file, or in memory if they came through a pipe.

use super::failure::Failure;
use crate::{
    plan::Part,
    source::{Blocks, Changed, Digesting, Filled, PartBody, Source},
    types::{ByteCount, Digest},
};

/// What is sent as one part, as often as it takes.
pub(super) enum Load<'a> {
    File(&'a Source, Part),
    Memory(Filled, Part),
}

impl Load<'_> {
    pub(super) const fn part(&self) -> Part {
        match self {
            Self::File(_, part) | Self::Memory(_, part) => *part,
        }
    }

    /// Whether it is still what it was.
    pub(super) fn check(&self) -> Result<(), Changed> {
        match self {
            Self::File(source, _) => source.check(),
            Self::Memory(..) => Ok(()),
        }
    }

    /// Its sum, which takes reading it. Nobody is shown what will be read once more.
    pub(super) async fn digest(&self, blocks: &Blocks) -> Result<Digest, Failure> {
        match self {
            Self::File(source, part) => {
                let read = source.digest_unseen(part, blocks).await;
                read.map_err(|_| Failure::Interrupted)?.map_err(|error| self.unreadable(error))
            }
            Self::Memory(filled, _) => Ok(filled.digest()),
        }
    }

    pub(super) fn stream(
        &self,
        blocks: &Blocks,
        progress: impl Fn(ByteCount) + Send + Sync + 'static,
    ) -> (PartBody, Digesting) {
        match self {
            Self::File(source, part) => source.part(part, blocks, progress),
            Self::Memory(filled, _) => filled.part(progress),
        }
    }

    pub(super) fn unreadable(&self, error: std::io::Error) -> Failure {
        match self {
            Self::File(source, _) => unreadable(source, error),
            Self::Memory(..) => Failure::Read { path: "-".into(), error },
        }
    }
}

/// A file that cannot be read: because it shrank, or because of its disk.
pub(super) fn unreadable(source: &Source, error: std::io::Error) -> Failure {
    if let Err(changed) = source.check() {
        return changed.into();
    }
    let (path, error) = source.blame(error);
    Failure::Read { path, error }
}
