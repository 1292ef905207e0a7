//! The uploads of a run that are open: where the service allows no more, the next one waits until one of
//! them is complete.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

#[derive(Default)]
pub(super) struct OpenUploads {
    count: AtomicUsize,
    ended: Notify,
}

/// An upload is open for as long as this is held.
pub(super) struct OpenUpload<'a>(&'a OpenUploads);

impl OpenUploads {
    pub(super) fn opened(&self) -> OpenUpload<'_> {
        self.count.fetch_add(1, Ordering::Relaxed);
        OpenUpload(self)
    }

    /// Waits until one of them has ended; `false` at once if there is none.
    pub(super) async fn one_ends(&self) -> bool {
        let ended = self.ended.notified();
        let are_there = self.count.load(Ordering::Relaxed) > 0;
        if are_there {
            ended.await;
        }
        are_there
    }
}

impl Drop for OpenUpload<'_> {
    fn drop(&mut self) {
        self.0.count.fetch_sub(1, Ordering::Relaxed);
        self.0.ended.notify_waiters();
    }
}
