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

use super::disk::Unkept;

/// Blocks that wait for the disk; the socket waits when there are more.
const WAITING: usize = 4;

/// What is done to the data on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Treatment {
    Faithful,
    /// The first bit is flipped.
    Corrupt,
}

/// Takes blocks in, and writes them on a blocking thread.
pub(super) struct Receiver {
    blocks: mpsc::Sender<Bytes>,
    writer: JoinHandle<io::Result<Received>>,
}

/// A part that has come in.
#[derive(Debug)]
pub(super) struct Received {
    /// `None` if it was not to be kept.
    pub(super) data: Option<Data>,
    pub(super) size: u64,
    pub(super) digest: [u8; 32],
}

/// A part's data on disk, under a name that no record has yet.
#[derive(Debug)]
pub(super) struct Data {
    /// Goes away unless it is kept.
    pub(super) file: Unkept,
    pub(super) name: String,
}

impl Data {
    fn create(dir: &Path, name: String) -> io::Result<(File, Self)> {
        let path = dir.join(&name);
        let file = File::options().write(true).create_new(true).open(&path)?;
        Ok((file, Self { file: Unkept::new(path), name }))
    }
}

impl Receiver {
    /// Begins a new file in `dir`; without a name, a part that is hashed and forgotten.
    pub(super) fn new(dir: PathBuf, name: Option<String>, treatment: Treatment) -> Self {
        let (blocks, arriving) = mpsc::channel(WAITING);
        let writer = tokio::task::spawn_blocking(move || {
            let (file, data) = name.map(|name| Data::create(&dir, name)).transpose()?.unzip();
            let (size, digest) = write(file, arriving, treatment)?;
            Ok(Received { data, size, digest })
        });
        Self { blocks, writer }
    }

    /// Hands over a block; `false` if writing has failed, as `finish` will tell.
    pub(super) async fn block(&self, block: Bytes) -> bool {
        self.blocks.send(block).await.is_ok()
    }

    /// Ends the file. Dropping the receiver instead removes it.
    pub(super) async fn finish(self) -> io::Result<Received> {
        drop(self.blocks);
        self.writer.await.map_err(io::Error::other)?
    }
}

fn write(
    mut file: Option<File>,
    mut arriving: mpsc::Receiver<Bytes>,
    treatment: Treatment,
) -> io::Result<(u64, [u8; 32])> {
    let (mut hash, mut size) = (Sha256::new(), 0);
    while let Some(mut block) = arriving.blocking_recv() {
        if treatment == Treatment::Corrupt && size == 0 && !block.is_empty() {
            let mut flipped = block.to_vec();
            flipped[0] ^= 1;
            block = flipped.into();
        }
        hash.update(&block);
        if let Some(file) = &mut file {
            file.write_all(&block)?;
        }
        size += block.len() as u64;
    }
    Ok((size, hash.finalize().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn receive(dir: &Path, name: Option<&str>, treatment: Treatment) -> Received {
        let receiver = Receiver::new(dir.to_owned(), name.map(str::to_owned), treatment);
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
        let receiver = Receiver::new(nowhere, Some("part".to_owned()), Treatment::Faithful);
        while receiver.block(Bytes::from_static(b"x")).await {
            tokio::task::yield_now().await;
        }
        assert!(receiver.finish().await.is_err());
    }
}
