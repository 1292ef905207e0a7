//! What a body waits for when bytes a second are capped.

use std::{
    future::Future as _,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::pace::Cap;

/// A place for the block that is on its way out, piece by piece.
pub(super) struct BandwidthWait {
    cap: Arc<Cap>,
    block: Bytes,
    /// The time until the next piece is due, if it has been asked for.
    due: Option<Pin<Box<Sleep>>>,
}

impl BandwidthWait {
    pub(super) fn new(cap: Arc<Cap>) -> Self {
        Self { cap, block: Bytes::new(), due: None }
    }

    /// The next piece of what `next` gives, when it may go out.
    pub(super) fn poll_piece(
        &mut self,
        context: &mut Context<'_>,
        next: impl FnOnce(&mut Context<'_>) -> Poll<Option<io::Result<Bytes>>>,
    ) -> Poll<Option<io::Result<Bytes>>> {
        if self.block.is_empty() {
            match ready!(next(context)) {
                Some(Ok(block)) => self.block = block,
                end => return Poll::Ready(end),
            }
        }
        let length = self.block.len().min(self.cap.piece());
        let due = self
            .due
            .get_or_insert_with(|| Box::pin(sleep_until(self.cap.grant(length, Instant::now()))));
        ready!(due.as_mut().poll(context));
        self.due = None;
        Poll::Ready(Some(Ok(self.block.split_to(length))))
    }
}
