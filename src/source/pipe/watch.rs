//! Who looks at everything that comes through a pipe in order: at what hangs together, and at the end.

use std::{
    io,
    sync::{
        atomic::{AtomicU64, Ordering},
        mpsc as channel,
    },
    thread,
};

use bytes::Bytes;

use super::{super::March, PipeError};
use crate::{
    formats::{EndCheck, Unended},
    types::ByteCount,
};

/// How many blocks may wait for the thread that looks at the end. They may outlive their part.
pub(super) const CHECKS_AHEAD: usize = 8;

/// Who looks at everything in order, on a thread of its own: inflating takes its time.
pub(super) struct Watch {
    seen: channel::SyncSender<Bytes>,
    thread: thread::JoinHandle<Result<(), Wrong>>,
}

impl Watch {
    pub(super) fn begin(sight: Sight) -> Self {
        let (seen, shown) = channel::sync_channel(CHECKS_AHEAD);
        Self { seen, thread: thread::spawn(move || sight.judge(&shown)) }
    }

    /// Shows a block; `false` if nothing more is wanted, because something is wrong.
    pub(super) fn show(&self, block: Bytes) -> bool {
        self.seen.send(block).is_ok()
    }

    /// Whether what was read is whole.
    pub(super) fn verdict(self, bytes: &AtomicU64) -> Result<(), PipeError> {
        drop(self.seen);
        let failed = || io::Error::other("the thread that looks at its end has failed");
        let verdict = self.thread.join().map_err(|_| PipeError::Read(failed()))?;
        let bytes = ByteCount::new(bytes.load(Ordering::Relaxed));
        verdict.map_err(|wrong| match wrong {
            Wrong::End(end) => PipeError::Unended { bytes, end },
            Wrong::Middle(damage) => PipeError::Damaged(damage),
        })
    }
}

/// What is looked at in what comes.
pub(super) struct Sight {
    pub(super) end: EndCheck,
    pub(super) march: Option<Box<dyn March>>,
}

/// What was seen to be wrong.
enum Wrong {
    End(Unended),
    Middle(String),
}

impl Sight {
    fn judge(self, blocks: &channel::Receiver<Bytes>) -> Result<(), Wrong> {
        let Self { mut end, mut march } = self;
        for block in blocks {
            end.see(&block).map_err(Wrong::End)?;
            march.as_mut().map_or(Ok(()), |march| march.see(&block)).map_err(Wrong::Middle)?;
        }
        end.finish().map_err(Wrong::End)?;
        march.map_or(Ok(()), March::finish).map_err(Wrong::Middle)
    }
}
