//! Who is shown everything that comes through a pipe in order, on a thread of its own: inflating takes
//! its time.

use std::{
    io,
    sync::{
        atomic::{AtomicU64, Ordering},
        mpsc as channel,
    },
    thread,
};

use bytes::Bytes;

use super::error::{PipeError, PipeFlaw};
use crate::types::ByteCount;

/// Sees what comes through a pipe in order, and `None` behind the last byte. What is wrong with it ends
/// the pipe.
pub type PipeViewer = Box<dyn FnMut(Option<&[u8]>) -> Result<(), PipeFlaw> + Send>;

/// How many blocks may wait for the thread that looks at them. They may outlive their part.
pub(super) const CHECKS_AHEAD: usize = 8;

/// The thread of a viewer.
pub(super) struct Viewing {
    blocks: channel::SyncSender<Bytes>,
    thread: thread::JoinHandle<Result<(), PipeFlaw>>,
}

impl Viewing {
    pub(super) fn begin(mut viewer: PipeViewer) -> Self {
        let (blocks, shown) = channel::sync_channel::<Bytes>(CHECKS_AHEAD);
        let thread = thread::spawn(move || {
            shown.iter().try_for_each(|block| viewer(Some(&block)))?;
            viewer(None)
        });
        Self { blocks, thread }
    }

    /// Shows a block; `false` if nothing more is wanted, because something is wrong.
    pub(super) fn show(&self, block: Bytes) -> bool {
        self.blocks.send(block).is_ok()
    }

    /// Whether what was read is whole.
    pub(super) fn verdict(self, bytes: &AtomicU64) -> Result<(), PipeError> {
        drop(self.blocks);
        let failed = || io::Error::other("the thread that looks at its end has failed");
        let verdict = self.thread.join().map_err(|_| PipeError::Read(failed()))?;
        let bytes = ByteCount::new(bytes.load(Ordering::Relaxed));
        verdict.map_err(|flaw| match flaw {
            PipeFlaw::Unended { end, lacks_marker } => {
                PipeError::Unended { bytes, end, lacks_marker }
            }
            PipeFlaw::Damaged(damage) => PipeError::Damaged(damage),
        })
    }
}
