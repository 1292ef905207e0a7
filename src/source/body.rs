//! What goes out of a part: the blocks that a reader hands on, and the digest in the end.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::{sync::mpsc, task::JoinHandle};

use super::bandwidth_wait::BandwidthWait;
use crate::{
    pace::Cap,
    types::{ByteCount, Digest},
};

/// What goes out and the handle of its digest, from somebody who hands on blocks.
pub(super) fn body(
    reading: JoinHandle<io::Result<Option<Digest>>>,
    receiver: mpsc::Receiver<io::Result<Bytes>>,
    size: u64,
    progress: impl Fn(ByteCount) + Send + Sync + 'static,
) -> (PartBody, Digesting) {
    let queue = Arc::new(Mutex::new(BlockQueue { receiver, left: size, over: false }));
    let body =
        PartBody { queue: QueueEnd(Arc::clone(&queue)), progress: Box::new(progress), wait: None };
    (body, Digesting { reading, queue: QueueEnd(queue) })
}

/// The blocks between a reader and its body.
struct BlockQueue {
    receiver: mpsc::Receiver<io::Result<Bytes>>,
    /// Bytes that the body has not given out yet.
    left: u64,
    /// Nothing is given out any more.
    over: bool,
}

/// One of the two who hold a queue; the first to let go ends it for both.
struct QueueEnd(Arc<Mutex<BlockQueue>>);

impl QueueEnd {
    fn lock(&self) -> MutexGuard<'_, BlockQueue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for QueueEnd {
    fn drop(&mut self) {
        let mut queue = self.lock();
        queue.over = true;
        // The reader cannot hand on any more, ends, and by that wakes a body that waits for it.
        queue.receiver.close();
        while queue.receiver.try_recv().is_ok() {}
    }
}

/// The bytes of a part on their way out; its size is known exactly.
pub struct PartBody {
    queue: QueueEnd,
    progress: Box<dyn Fn(ByteCount) + Send + Sync>,
    wait: Option<BandwidthWait>,
}

impl PartBody {
    /// Lets nothing out but in small pieces that a cap has granted.
    pub fn keep_to(&mut self, cap: Arc<Cap>) {
        self.wait = Some(BandwidthWait::new(cap));
    }
}

impl http_body::Body for PartBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let Self { queue, progress, wait } = self.get_mut();
        let mut queue = queue.lock();
        if queue.over && queue.left > 0 {
            // No plain end: what has gone out so far must not pass for the whole part.
            return Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())));
        }
        let receiver = &mut queue.receiver;
        let block = std::task::ready!(match wait {
            None => receiver.poll_recv(context),
            Some(wait) => wait.poll_piece(context, |context| receiver.poll_recv(context)),
        });
        if let Some(Ok(block)) = &block {
            let length = block.len() as u64;
            queue.left = queue.left.saturating_sub(length);
            // Still under the lock, so that nothing is told after the end.
            progress(ByteCount::new(length));
        }
        Poll::Ready(block.map(|block| block.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.queue.lock().left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.queue.lock().left)
    }
}

/// The digest of a part that is being streamed.
pub struct Digesting {
    pub(super) reading: JoinHandle<io::Result<Option<Digest>>>,
    queue: QueueEnd,
}

impl Digesting {
    /// Ends the body, wherever it is, and waits for the reader: the digest, `None` if not all of the
    /// body had been taken, or what kept the file from being read.
    pub async fn finish(self) -> io::Result<Option<Digest>> {
        let Self { reading, queue } = self;
        let all_taken = queue.lock().left == 0;
        drop(queue);
        let digest = reading.await.unwrap_or_else(|join| Err(io::Error::other(join)))?;
        Ok(digest.filter(|_| all_taken))
    }
}
