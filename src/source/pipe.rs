//! Standard input, or whatever else can be read only once: its parts as they come, held in memory.
//!
//! A thread of its own reads, hashes and cuts, one part for each that is asked for; another holds the
//! bytes against how they have to end. Both are left to themselves when nobody wants them any more: a
//! read that never returns must not keep the process.

use std::{
    fmt,
    io::{self, Read},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc as channel,
    },
    thread,
};

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::{BLOCK, BLOCKS_AHEAD, Block, Blocks, Digesting, PartBody, body};
use crate::{
    format::{EndCheck, Unended},
    plan::Cut,
    types::{ByteCount, Fingerprint, Sha256, Sha256Hasher},
};

/// So much of the beginning is read before anything is sent: it names the upload.
const HEAD: usize = 1024 * 1024;

/// No header is longer; more of the beginning is not kept.
const MAX_HEAD: usize = 64 * 1024 * 1024;

/// How many blocks may wait for the thread that looks at the end. They may outlive their part.
const CHECKS_AHEAD: usize = 8;

/// Why a pipe gives no further part.
#[derive(Debug, thiserror::Error)]
pub enum PipeError {
    #[error("standard input cannot be read")]
    Read(#[source] io::Error),
    /// It ended, or what comes cannot become a whole file any more.
    #[error("standard input is not whole: after {bytes}, {end}")]
    Unended { bytes: ByteCount, end: Unended },
}

/// The beginning of a pipe, while it is looked at. What was read goes into the parts.
pub struct Head {
    bytes: Vec<u8>,
    rest: Box<dyn Read + Send>,
}

impl Head {
    /// Reads the first MiB, or all if there is less.
    pub fn read(rest: impl Read + Send + 'static) -> io::Result<Self> {
        let mut head = Self { bytes: Vec::new(), rest: Box::new(rest) };
        head.rest.by_ref().take(HEAD as u64).read_to_end(&mut head.bytes)?;
        Ok(head)
    }

    /// The first `length` bytes, or all if there are fewer.
    pub fn prefix(&self, length: usize) -> &[u8] {
        &self.bytes[..length.min(self.bytes.len())]
    }

    /// Everything from the first byte on. What it reads beyond the beginning is kept.
    pub fn reader(&mut self) -> impl Read {
        FromHead { head: self, at: 0 }
    }

    /// Nothing more is to be known of it: it can be cut and sent. At most `room` bytes of it are in
    /// memory, if that is said; it must be enough for the largest part.
    pub fn pipe(self, cut: Cut, end: EndCheck, room: Option<ByteCount>) -> Pipe {
        let blocks = |room: ByteCount| usize::try_from(room.get()).unwrap_or(usize::MAX) / BLOCK;
        let room = room.map(|room| Arc::new(Semaphore::new(blocks(room).min(MAX_ROOM))));
        let fingerprint = self.fingerprint(cut);
        let bytes = Arc::new(AtomicU64::new(0));
        Pipe { cut, fingerprint, room, bytes, unread: Mutex::new(Some((self, end))) }
    }

    /// What names an upload of data that begin so and are cut so. Of files, all of the content has a
    /// say; this is told apart from theirs.
    fn fingerprint(&self, cut: Cut) -> Fingerprint {
        let mut hasher = Sha256Hasher::new();
        hasher.update(b"omics-upload pipe 1\0");
        hasher.update(&cut.first().get().to_be_bytes());
        hasher.update(&cut.largest().get().to_be_bytes());
        let head = self.prefix(HEAD);
        hasher.update(&(head.len() as u64).to_be_bytes());
        hasher.update(head);
        Fingerprint::new(&hasher.finish())
    }
}

/// As many permits as a semaphore that is asked for some of them by number can have.
const MAX_ROOM: usize = u32::MAX as usize >> 3;

struct FromHead<'a> {
    head: &'a mut Head,
    at: usize,
}

impl Read for FromHead<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.head.bytes.len() {
            if self.at >= MAX_HEAD {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            let Head { bytes, rest } = &mut *self.head;
            rest.by_ref().take(buffer.len() as u64).read_to_end(bytes)?;
        }
        let read = (&self.head.bytes[self.at..]).read(buffer)?;
        self.at += read;
        Ok(read)
    }
}

/// A pipe whose parts can be asked for, once.
pub struct Pipe {
    cut: Cut,
    fingerprint: Fingerprint,
    /// Blocks that may be in memory.
    room: Option<Arc<Semaphore>>,
    /// Bytes that were read so far.
    bytes: Arc<AtomicU64>,
    unread: Mutex<Option<(Head, EndCheck)>>,
}

impl fmt::Debug for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipe").field("cut", &self.cut).finish_non_exhaustive()
    }
}

impl Pipe {
    pub const fn cut(&self) -> Cut {
        self.cut
    }

    /// What names an upload of data that begin and are cut like these.
    pub const fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// How much of it went into parts.
    pub fn bytes(&self) -> ByteCount {
        ByteCount::new(self.bytes.load(Ordering::Relaxed))
    }

    /// Begins to read; `None` if somebody did before.
    pub fn start(&self, blocks: &Blocks) -> Option<Parts> {
        let (head, end) = self.unread.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        let (asks, asked) = mpsc::channel(1);
        let (seen, shown) = channel::sync_channel(CHECKS_AHEAD);
        let reader = Reader {
            head: head.bytes,
            at: 0,
            rest: head.rest,
            blocks: blocks.clone(),
            bytes: Arc::clone(&self.bytes),
            watch: Watch { seen, thread: thread::spawn(move || judge(end, &shown)) },
        };
        thread::spawn(move || reader.run(asked));
        Some(Parts { asks, room: self.room.clone() })
    }
}

/// The parts of a pipe, one after the other.
pub struct Parts {
    asks: mpsc::Sender<Ask>,
    room: Option<Arc<Semaphore>>,
}

struct Ask {
    size: u64,
    answer: oneshot::Sender<Answer>,
}

type Answer = Result<Option<Filled>, PipeError>;

impl Parts {
    /// The next `size` bytes, or fewer if the pipe ends with them; `None` at a good end. Waits until
    /// there is room. Whoever drops this future has lost the part.
    pub async fn next(&mut self, size: u64) -> Result<Option<Filled>, PipeError> {
        let gone = || PipeError::Read(io::ErrorKind::BrokenPipe.into());
        let room = match &self.room {
            None => None,
            Some(room) => {
                let blocks = u32::try_from(size.div_ceil(BLOCK as u64)).unwrap_or(u32::MAX);
                Some(Arc::clone(room).acquire_many_owned(blocks).await.map_err(|_| gone())?)
            }
        };
        let (answer, answered) = oneshot::channel();
        self.asks.send(Ask { size, answer }).await.map_err(|_| gone())?;
        let mut filled = answered.await.map_err(|_| gone())??;
        if let Some(filled) = &mut filled {
            filled.room = room;
        }
        Ok(filled)
    }
}

/// A part in memory, which can be sent again as often as it takes.
pub struct Filled {
    blocks: Arc<[Bytes]>,
    size: u64,
    digest: Sha256,
    /// Given back with the part.
    room: Option<OwnedSemaphorePermit>,
}

impl Filled {
    pub const fn size(&self) -> ByteCount {
        ByteCount::new(self.size)
    }

    pub const fn digest(&self) -> Sha256 {
        self.digest
    }

    /// Streams the part, as [`super::Source::part`] does.
    pub fn part(
        &self,
        progress: impl Fn(ByteCount) + Send + Sync + 'static,
    ) -> (PartBody, Digesting) {
        let (sender, receiver) = mpsc::channel(BLOCKS_AHEAD);
        let (blocks, digest) = (Arc::clone(&self.blocks), self.digest);
        let handing_on = tokio::spawn(async move {
            for block in &*blocks {
                if sender.send(Ok(block.clone())).await.is_err() {
                    return Ok(None);
                }
            }
            Ok(Some(digest))
        });
        body(handing_on, receiver, self.size, progress)
    }
}

/// The thread that reads.
struct Reader {
    head: Vec<u8>,
    /// How much of the head has gone into parts.
    at: usize,
    rest: Box<dyn Read + Send>,
    blocks: Blocks,
    bytes: Arc<AtomicU64>,
    watch: Watch,
}

impl Reader {
    fn run(mut self, mut asked: mpsc::Receiver<Ask>) {
        while let Some(Ask { size, answer }) = asked.blocking_recv() {
            // Whoever asked may have gone.
            let over = match self.fill(size) {
                Ok(Some(filled)) => {
                    let _ = answer.send(Ok(Some(filled)));
                    continue;
                }
                Ok(None) => self.watch.verdict(&self.bytes).map(|()| None),
                Err(error) => Err(PipeError::Read(error)),
            };
            let _ = answer.send(over);
            return;
        }
    }

    /// Reads a part; `None` at the end of the pipe, and when it cannot be whole any more.
    fn fill(&mut self, size: u64) -> io::Result<Option<Filled>> {
        let mut digest = Sha256Hasher::new();
        let mut blocks = Vec::with_capacity(usize::try_from(size).unwrap_or(BLOCK) / BLOCK + 1);
        let mut filled = 0;
        while filled < size {
            let length = usize::try_from(size - filled).map_or(BLOCK, |left| left.min(BLOCK));
            let block = self.block(length)?;
            if block.length == 0 {
                break;
            }
            digest.update(block.as_ref());
            filled += block.length as u64;
            self.bytes.fetch_add(block.length as u64, Ordering::Relaxed);
            let is_last = block.length < length;
            let block = Bytes::from_owner(block);
            blocks.push(block.clone());
            if self.watch.seen.send(block).is_err() {
                return Ok(None);
            }
            if is_last {
                break;
            }
        }
        let blocks: Arc<[Bytes]> = blocks.into();
        let digest = digest.finish();
        Ok((filled > 0).then_some(Filled { blocks, size: filled, digest, room: None }))
    }

    /// The next `length` bytes, or fewer at the end of the pipe.
    fn block(&mut self, length: usize) -> io::Result<Block> {
        let mut buffer = self.blocks.take();
        let mut filled = 0;
        while filled < length {
            let read = if self.at < self.head.len() {
                (&self.head[self.at..]).read(&mut buffer[filled..length]).inspect(|read| {
                    self.at += read;
                })
            } else {
                self.head = Vec::new();
                self.at = 0;
                self.rest.read(&mut buffer[filled..length])
            };
            match read {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Block { buffer, length: filled, home: self.blocks.clone() })
    }
}

/// Who looks at everything in order, on a thread of its own: inflating takes its time.
struct Watch {
    seen: channel::SyncSender<Bytes>,
    thread: thread::JoinHandle<Result<(), Unended>>,
}

impl Watch {
    /// Whether what was read is whole.
    fn verdict(self, bytes: &AtomicU64) -> Result<(), PipeError> {
        drop(self.seen);
        let failed = || io::Error::other("the thread that looks at its end has failed");
        let verdict = self.thread.join().map_err(|_| PipeError::Read(failed()))?;
        let bytes = ByteCount::new(bytes.load(Ordering::Relaxed));
        verdict.map_err(|end| PipeError::Unended { bytes, end })
    }
}

fn judge(mut end: EndCheck, blocks: &channel::Receiver<Bytes>) -> Result<(), Unended> {
    for block in blocks {
        end.see(&block)?;
    }
    end.finish()
}
