//! A source that is no file, such as an object in a bucket.

use std::io;

use bytes::Bytes;
use futures::{StreamExt as _, stream::BoxStream};
use tokio::sync::mpsc::Sender;

use super::{read_at::ReadAt, trial::PartViewer};
use crate::types::{ByteCount, Digest, Hasher};

/// What is sent from somewhere else than a file. No file system tells whether it has changed: it has a
/// version, and all that is read of it is of that version.
pub trait Object: ReadAt {
    /// What it is called in messages.
    fn name(&self) -> &str;

    fn size(&self) -> ByteCount;

    /// What nothing else has that is or was called so.
    fn version(&self) -> &str;

    /// `size` bytes from `from` on, in blocks. It tries again by itself: an error is final.
    fn range(&self, from: u64, size: u64) -> BoxStream<'static, io::Result<Bytes>>;
}

/// Reads, hashes, shows and hands on a range of `size` bytes; `None` if nobody takes it any more.
pub(super) async fn read_range(
    blocks: BoxStream<'static, io::Result<Bytes>>,
    (size, hasher): (u64, Hasher),
    viewer: impl FnOnce() -> Option<PartViewer> + Send + 'static,
    sender: Option<Sender<io::Result<Bytes>>>,
) -> io::Result<Option<Digest>> {
    let read = read(blocks, (size, hasher), viewer, sender.as_ref()).await;
    if let (Err(error), Some(sender)) = (&read, &sender) {
        // The body must fail as well, or the request would wait for bytes that never come.
        let _ = sender.send(Err(error.kind().into())).await;
    }
    read
}

async fn read(
    mut blocks: BoxStream<'static, io::Result<Bytes>>,
    (mut left, mut digest): (u64, Hasher),
    viewer: impl FnOnce() -> Option<PartViewer> + Send + 'static,
    sender: Option<&Sender<io::Result<Bytes>>>,
) -> io::Result<Option<Digest>> {
    let mut viewer = tokio::task::spawn_blocking(viewer).await?;
    while left > 0 {
        let block = blocks.next().await.ok_or(io::ErrorKind::UnexpectedEof)??;
        left = left
            .checked_sub(block.len() as u64)
            .ok_or_else(|| io::Error::other("more came than was asked for"))?;
        digest.update(&block);
        if let Some(view) = &mut viewer {
            view(Some(&block));
        }
        if let Some(sender) = sender
            && sender.send(Ok(block)).await.is_err()
        {
            return Ok(None);
        }
    }
    if let Some(mut view) = viewer {
        view(None);
    }
    Ok(Some(digest.finish()))
}
