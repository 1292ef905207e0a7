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
use crate::formats::{bgzf::Walked, fastq::Padding};

/// Why decoding a file stops early.
#[derive(Debug)]
pub(crate) enum Stop {
    Damage(Damage),
    Io(io::Error),
    /// A thread could not be started.
    NoThread(io::Error),
    /// Nobody listens any more: something else has failed.
    Gone,
}

impl From<Damage> for Stop {
    fn from(damage: Damage) -> Self {
        Self::Damage(damage)
    }
}

impl From<io::Error> for Stop {
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
pub(crate) struct Ended {
    /// What the walk along the BGZF blocks found, if there was nothing else.
    pub(crate) walked: Option<Walked>,
    pub(crate) padding: Option<Padding>,
}

enum Item {
    Ready(Vec<u8>),
    Coming(Coming),
    End(Result<Ended, Stop>),
}

/// Where decompressed data goes.
pub(crate) struct Outlet {
    items: SyncSender<Item>,
    spare: Arc<Spare>,
}

/// Where it comes from.
pub(crate) struct Chunks {
    items: Receiver<Item>,
    spare: Arc<Spare>,
    ended: Ended,
}

/// Both ends; at most `depth` chunks are on their way.
pub(crate) fn stream(depth: usize) -> (Outlet, Chunks) {
    let (sender, receiver) = sync_channel(depth);
    let spare = Arc::new(Spare::default());
    let outlet = Outlet { items: sender, spare: Arc::clone(&spare) };
    (outlet, Chunks { items: receiver, spare, ended: Ended::default() })
}

impl Outlet {
    pub(crate) fn buffer(&self) -> Vec<u8> {
        self.spare.take()
    }

    pub(crate) const fn spare(&self) -> &Arc<Spare> {
        &self.spare
    }

    pub(crate) fn send(&self, chunk: Vec<u8>) -> Result<(), Stop> {
        self.items.send(Item::Ready(chunk)).map_err(|_| Stop::Gone)
    }

    /// Keeps the place of a chunk that is still being made.
    pub(crate) fn promise(&self, coming: Coming) -> Result<(), Stop> {
        self.items.send(Item::Coming(coming)).map_err(|_| Stop::Gone)
    }

    /// Says how it ended.
    pub(crate) fn finish(self, end: Result<Ended, Stop>) {
        // Nobody listens if something else has failed.
        let _ = self.items.send(Item::End(end));
    }
}

impl Chunks {
    /// The next chunk; `None` after the last one.
    pub(crate) fn next(&mut self) -> Result<Option<Vec<u8>>, Stop> {
        match self.items.recv().map_err(|_| Stop::Gone)? {
            Item::Ready(chunk) => Ok(Some(chunk)),
            Item::Coming(coming) => Ok(Some(coming.recv().map_err(|_| Stop::Gone)??)),
            Item::End(end) => {
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
    pub(crate) const fn ended(&self) -> Ended {
        self.ended
    }
}
