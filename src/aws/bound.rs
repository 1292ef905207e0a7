//! An answer's body as it comes: no longer, and no slower, than an answer may be.
//!
//! Whoever answers is not trusted with our memory or our time: the SDK reads a body into memory
//! until it ends.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use aws_smithy_runtime_api::box_error::BoxError;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use super::error::TookTooLong;
use crate::types::ByteCount;

/// How many bytes an answer may have; a request that expects more carries this as an extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AtMost(pub(crate) u64);

impl AtMost {
    /// The longest list of the service, a page of 100 uploads with all their tags, has some 200 KB.
    pub(super) const USUAL: Self = Self(16 * 1024 * 1024);
}

/// How long a body may take, however short it is.
const GRACE: Duration = Duration::from_mins(1);

/// Bytes a second that it has to have on average after that.
const SLOWEST: u64 = 16 * 1024;

/// An answer that does not end where it should.
#[derive(Debug, thiserror::Error)]
#[error("the answer is larger than {0}")]
pub(crate) struct TooLarge(ByteCount);

/// A body that ends with an error if it is too large or too slow.
pub(crate) struct Bounded<B> {
    body: B,
    at_most: AtMost,
    taken: u64,
    begun: Instant,
    clock: Pin<Box<Sleep>>,
}

impl<B> Bounded<B> {
    pub(crate) fn new(body: B, at_most: AtMost) -> Self {
        let begun = Instant::now();
        Self { body, at_most, taken: 0, begun, clock: Box::pin(sleep_until(begun + GRACE)) }
    }

    fn too_large(&self) -> BoxError {
        Box::new(TooLarge(ByteCount::new(self.at_most.0)))
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Bounded<B>
where
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        if this.body.size_hint().lower() > this.at_most.0 {
            return Poll::Ready(Some(Err(this.too_large())));
        }
        // First the clock: a body that always has one more byte has to see it, too.
        if this.clock.as_mut().poll(context).is_ready() {
            let took = TookTooLong(Duration::from_secs(this.begun.elapsed().as_secs()));
            return Poll::Ready(Some(Err(Box::new(took))));
        }
        let frame = ready!(Pin::new(&mut this.body).poll_frame(context));
        if let Some(Ok(frame)) = &frame
            && let Some(data) = frame.data_ref()
        {
            this.taken += data.len() as u64;
            if this.taken > this.at_most.0 {
                return Poll::Ready(Some(Err(this.too_large())));
            }
            let earned = Duration::from_secs(this.taken / SLOWEST);
            this.clock.as_mut().reset(this.begun + GRACE + earned);
        }
        Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures::{Stream, StreamExt as _, stream};
    use http_body_util::{BodyExt as _, Full, StreamBody};

    use super::*;

    fn body(
        blocks: impl Stream<Item = Bytes> + Send + Unpin + 'static,
    ) -> impl Body<Data = Bytes, Error = Infallible> + Unpin {
        StreamBody::new(blocks.map(|block| Ok(Frame::data(block))))
    }

    /// A block every second.
    fn every_second(size: usize) -> impl Stream<Item = Bytes> + Send + Unpin {
        let block = Bytes::from(vec![b' '; size]);
        Box::pin(stream::unfold(block, |block| async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            Some((block.clone(), block))
        }))
    }

    async fn error(body: impl Body<Data = Bytes, Error = Infallible> + Unpin) -> String {
        let error = Bounded::new(body, AtMost(1 << 20)).collect().await.unwrap_err();
        error.to_string()
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_is_too_large_is_not_read() {
        let megabyte = Bytes::from(vec![0; 1 << 20]);
        let whole = Bounded::new(Full::new(megabyte.clone()), AtMost(1 << 20));
        assert_eq!(whole.collect().await.unwrap().to_bytes(), megabyte);
        let endless = stream::repeat(Bytes::from(vec![0; 1 << 16]));
        assert_eq!(error(body(endless)).await, "the answer is larger than 1.0 MiB");
        // Its head says so.
        let long = Full::new(Bytes::from(vec![0; (1 << 20) + 1]));
        assert_eq!(error(long).await, "the answer is larger than 1.0 MiB");
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_trickles_is_given_up() {
        let begun = Instant::now();
        assert_eq!(error(body(every_second(1))).await, "it took longer than 1m");
        assert_eq!(begun.elapsed().as_secs(), 60);
        let begun = Instant::now();
        assert_eq!(error(body(stream::pending())).await, "it took longer than 1m");
        assert_eq!(begun.elapsed().as_secs(), 60);
        // Half as fast as it has to be: what has come counts.
        let begun = Instant::now();
        assert_eq!(error(body(every_second(8192))).await, "it took longer than 1m 58s");
        assert_eq!(begun.elapsed().as_secs(), 118);
    }

    #[tokio::test(start_paused = true)]
    async fn a_large_answer_over_a_slow_link_has_its_time() {
        let blocks = every_second(16 * 1024).take(600);
        let answer = Bounded::new(body(blocks), AtMost(1 << 30));
        assert_eq!(answer.collect().await.unwrap().to_bytes().len(), 600 * 16 * 1024);
    }
}
