//! Decompressed data on its way from the threads that make it to the one that reads it, in order and
//! bounded in memory.

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
};

use super::damage::Damage;
use crate::formats::{
    bgzf::Walked,
    fastq::{BorderFlaw, Padding},
};

/// Why decoding a file stops early.
#[derive(Debug)]
pub(crate) enum DecodeStop {
    Damage(Damage),
    Io(io::Error),
    /// The file may be sound, but another one follows it.
    Border(BorderFlaw),
    /// A thread could not be started.
    NoThread(io::Error),
    /// Nobody listens any more: something else has failed.
    Gone,
}

impl From<Damage> for DecodeStop {
    fn from(damage: Damage) -> Self {
        Self::Damage(damage)
    }
}

impl From<BorderFlaw> for DecodeStop {
    fn from(flaw: BorderFlaw) -> Self {
        Self::Border(flaw)
    }
}

impl From<io::Error> for DecodeStop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Buffers to use again.
#[derive(Debug, Default)]
pub(crate) struct Spare(Mutex<Vec<Vec<u8>>>);

impl Spare {
    /// No more than this many wait.
    const MOST: usize = 64;

    fn buffers(&self) -> std::sync::MutexGuard<'_, Vec<Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An empty buffer.
    pub(crate) fn take(&self) -> Vec<u8> {
        self.buffers().pop().unwrap_or_default()
    }

    pub(crate) fn give(&self, mut buffer: Vec<u8>) {
        buffer.clear();
        let mut buffers = self.buffers();
        if buffers.len() < Self::MOST {
            buffers.push(buffer);
        }
    }
}

/// What another thread will have made of a piece.
pub(crate) type Coming = Receiver<Result<Vec<u8>, Damage>>;

/// How decompressed data ended.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct StreamEnd {
    /// What the walk along the BGZF blocks found, if there was nothing else.
    pub(crate) walked: Option<Walked>,
    pub(crate) padding: Option<Padding>,
}

enum ChunkItem {
    Ready(Vec<u8>),
    Coming(Coming),
    End(Result<StreamEnd, DecodeStop>),
}

/// Where decompressed data goes.
pub(crate) struct Outlet {
    items: SyncSender<ChunkItem>,
    spare: Arc<Spare>,
}

/// Where it comes from.
pub(crate) struct Chunks {
    items: Receiver<ChunkItem>,
    spare: Arc<Spare>,
    ended: StreamEnd,
}

/// Both ends; at most `depth` chunks are on their way, in buffers of `spare`.
pub(crate) fn stream(depth: usize, spare: &Arc<Spare>) -> (Outlet, Chunks) {
    let (sender, receiver) = sync_channel(depth);
    let spare = Arc::clone(spare);
    let outlet = Outlet { items: sender, spare: Arc::clone(&spare) };
    (outlet, Chunks { items: receiver, spare, ended: StreamEnd::default() })
}

impl Outlet {
    pub(crate) fn buffer(&self) -> Vec<u8> {
        self.spare.take()
    }

    pub(crate) const fn spare(&self) -> &Arc<Spare> {
        &self.spare
    }

    pub(crate) fn send(&self, chunk: Vec<u8>) -> Result<(), DecodeStop> {
        self.items.send(ChunkItem::Ready(chunk)).map_err(|_| DecodeStop::Gone)
    }

    /// Keeps the place of a chunk that is still being made.
    pub(super) fn promise(&self, coming: Coming) -> Result<(), DecodeStop> {
        self.items.send(ChunkItem::Coming(coming)).map_err(|_| DecodeStop::Gone)
    }

    /// Says how it ended.
    pub(crate) fn finish(self, end: Result<StreamEnd, DecodeStop>) {
        // Nobody listens if something else has failed.
        let _ = self.items.send(ChunkItem::End(end));
    }
}

impl Chunks {
    /// The next chunk; `None` after the last one.
    pub(crate) fn next(&mut self) -> Result<Option<Vec<u8>>, DecodeStop> {
        match self.items.recv().map_err(|_| DecodeStop::Gone)? {
            ChunkItem::Ready(chunk) => Ok(Some(chunk)),
            ChunkItem::Coming(coming) => Ok(Some(coming.recv().map_err(|_| DecodeStop::Gone)??)),
            ChunkItem::End(end) => {
                self.ended = end?;
                Ok(None)
            }
        }
    }

    /// Where used chunks go.
    pub(crate) const fn spare(&self) -> &Arc<Spare> {
        &self.spare
    }

    /// How it ended, after the last chunk.
    pub(crate) const fn ended(&self) -> StreamEnd {
        self.ended
    }
}
