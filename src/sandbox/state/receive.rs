//! A part on its way from the socket to the disk, or to nowhere: hashed as it passes, never whole in
//! memory.

use std::{
    fs::File,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use tokio::{sync::mpsc, task::JoinHandle};

use super::{disk::Unkept, private};
use crate::sandbox::vault::tree::{Leaves, SumBytes};

/// Blocks that wait for the disk; the socket waits when there are more.
const WAITING: usize = 4;

/// What is done to the data on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Treatment {
    Faithful,
    /// The first bit is flipped.
    Corrupt,
}

/// Takes blocks in.
pub(crate) enum Receiver {
    /// Writes them on a blocking thread.
    Keeping { blocks: mpsc::Sender<Bytes>, writer: JoinHandle<io::Result<Received>> },
    /// Forgets them. A block is hashed in less time than it takes to hand it to another thread and to
    /// be woken by it.
    Discarding(Box<PassingPart>),
}

/// A part that has come in.
#[derive(Debug)]
pub(crate) struct Received {
    /// `None` if it was not to be kept.
    pub(crate) data: Option<ReceivedData>,
    pub(crate) size: u64,
    pub(crate) digest: [u8; 32],
    /// The root of its tree, if it was asked for.
    pub(crate) tree: Option<SumBytes>,
}

/// A part's data on disk, under a name that no record has yet.
#[derive(Debug)]
pub(crate) struct ReceivedData {
    /// Goes away unless it is kept.
    pub(crate) file: Unkept,
    pub(crate) name: String,
}

impl ReceivedData {
    fn create(dir: &Path, name: String) -> io::Result<(File, Self)> {
        let path = dir.join(&name);
        let file = private::create(&path)?;
        Ok((file, Self { file: Unkept::new(path), name }))
    }
}

impl Receiver {
    /// Begins a new file in `dir`; without a name, a part that is hashed and forgotten.
    pub(crate) fn new(dir: PathBuf, name: Option<String>, treatment: Treatment) -> Self {
        Self::begin(dir, name, PassingPart::new(treatment))
    }

    /// The same, and the tree of its sums grows as well.
    pub(crate) fn with_tree(dir: PathBuf, name: Option<String>) -> Self {
        let tree = Some(Leaves::default());
        Self::begin(dir, name, PassingPart { tree, ..PassingPart::new(Treatment::Faithful) })
    }

    fn begin(dir: PathBuf, name: Option<String>, mut passage: PassingPart) -> Self {
        let Some(name) = name else { return Self::Discarding(Box::new(passage)) };
        let (blocks, mut arriving) = mpsc::channel(WAITING);
        let writer = tokio::task::spawn_blocking(move || {
            let (mut file, data) = ReceivedData::create(&dir, name)?;
            while let Some(block) = arriving.blocking_recv() {
                file.write_all(&passage.pass(block))?;
            }
            Ok(passage.end(Some(data)))
        });
        Self::Keeping { blocks, writer }
    }

    /// Hands over a block; `false` if writing has failed, as `finish` will tell.
    pub(crate) async fn block(&mut self, block: Bytes) -> bool {
        match self {
            Self::Keeping { blocks, .. } => blocks.send(block).await.is_ok(),
            Self::Discarding(passage) => {
                passage.pass(block);
                true
            }
        }
    }

    /// Ends the part. Dropping the receiver instead removes its file.
    pub(crate) async fn finish(self) -> io::Result<Received> {
        match self {
            Self::Keeping { blocks, writer } => {
                drop(blocks);
                writer.await.map_err(io::Error::other)?
            }
            Self::Discarding(passage) => Ok(passage.end(None)),
        }
    }
}

/// What is known of a part as it passes.
pub(crate) struct PassingPart {
    hash: Sha256,
    tree: Option<Leaves>,
    size: u64,
    treatment: Treatment,
}

impl PassingPart {
    fn new(treatment: Treatment) -> Self {
        Self { hash: Sha256::new(), tree: None, size: 0, treatment }
    }

    /// The block as it is to be stored.
    fn pass(&mut self, mut block: Bytes) -> Bytes {
        if self.treatment == Treatment::Corrupt && self.size == 0 && !block.is_empty() {
            let mut flipped = block.to_vec();
            flipped[0] ^= 1;
            block = flipped.into();
        }
        self.hash.update(&block);
        if let Some(tree) = &mut self.tree {
            tree.update(&block);
        }
        self.size += block.len() as u64;
        block
    }

    fn end(self, data: Option<ReceivedData>) -> Received {
        let (digest, tree) = (self.hash.finalize().into(), self.tree.map(Leaves::root));
        Received { data, size: self.size, digest, tree }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn receive(dir: &Path, name: Option<&str>, treatment: Treatment) -> Received {
        let mut receiver = Receiver::new(dir.to_owned(), name.map(str::to_owned), treatment);
        for block in ["a", "", "bc"] {
            assert!(receiver.block(Bytes::from(block)).await);
        }
        receiver.finish().await.unwrap()
    }

    #[tokio::test]
    async fn what_is_written_is_what_is_hashed() {
        let dir = tempfile::tempdir().unwrap();
        for (treatment, written) in [(Treatment::Faithful, "abc"), (Treatment::Corrupt, "`bc")] {
            let received = receive(dir.path(), Some("part"), treatment).await;
            let path = dir.path().join("part");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), written);
            assert_eq!(received.size, 3);
            assert_eq!(received.digest, <[u8; 32]>::from(Sha256::digest(written)));
            drop(received);
            assert!(!path.exists(), "an unkept part goes away");
        }
    }

    #[tokio::test]
    async fn what_is_discarded_is_hashed_and_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let received = receive(dir.path(), None, Treatment::Faithful).await;
        assert_eq!((received.data.is_none(), received.size), (true, 3));
        assert_eq!(received.digest, <[u8; 32]>::from(Sha256::digest("abc")));
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn a_broken_disk_is_told_at_the_end() {
        let nowhere = PathBuf::from("/nowhere/at/all");
        let mut receiver = Receiver::new(nowhere, Some("part".to_owned()), Treatment::Faithful);
        while receiver.block(Bytes::from_static(b"x")).await {
            tokio::task::yield_now().await;
        }
        assert!(receiver.finish().await.is_err());
    }
}
