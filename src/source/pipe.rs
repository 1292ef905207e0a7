//! Standard input, or whatever else can be read only once: its parts as they come, held in memory.
//!
//! A thread of its own reads, hashes and cuts, one part for each that is asked for; another holds the
//! bytes against how they have to end. Both are left to themselves when nobody wants them any more: a
//! read that never returns must not keep the process.

mod error;
mod second_reader;
mod viewing;

use std::{
    fmt,
    io::{self, Read},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

pub use error::{PipeError, PipeFlaw};
use second_reader::Outflow;
pub use second_reader::SecondReader;
pub use viewing::PipeViewer;
use viewing::Viewing;

use super::{
    blocks::{BLOCK, BLOCKS_AHEAD, Block, Blocks},
    body::{Digesting, PartBody, body},
};
use crate::{
    plan::Cut,
    types::{ByteCount, Digest, Fingerprint, Sha256Hasher},
};

/// So much of the beginning is read before anything is sent: it names the upload.
const HEAD: usize = 1024 * 1024;

/// No header is longer; more of the beginning is not kept.
const MAX_HEAD: usize = 64 * 1024 * 1024;

/// The beginning of a pipe, while it is looked at. What was read goes into the parts.
pub struct PipeHead {
    bytes: Vec<u8>,
    rest: Box<dyn Read + Send>,
}

impl PipeHead {
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

    /// Nothing more is to be known of it: it can be cut and sent, and is shown to `viewer`. At most
    /// `room` bytes of it are in memory, if that is said; it must be enough for the largest part.
    pub fn pipe(self, cut: Cut, viewer: PipeViewer, room: Option<ByteCount>) -> Pipe {
        let blocks = |room: ByteCount| usize::try_from(room.get()).unwrap_or(usize::MAX) / BLOCK;
        let room = room.map(|room| Arc::new(Semaphore::new(blocks(room).min(MAX_ROOM))));
        let fingerprint = self.fingerprint(cut);
        let bytes = Arc::new(AtomicU64::new(0));
        let (unread, outflow) = (Mutex::new(Some((self, viewer))), Mutex::new(Outflow::closed()));
        Pipe { cut, fingerprint, room, bytes, unread, outflow }
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
    head: &'a mut PipeHead,
    at: usize,
}

impl Read for FromHead<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.head.bytes.len() {
            if self.at >= MAX_HEAD {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            let PipeHead { bytes, rest } = &mut *self.head;
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
    unread: Mutex<Option<(PipeHead, PipeViewer)>>,
    outflow: Mutex<Outflow>,
}

impl fmt::Debug for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipe").field("cut", &self.cut).finish_non_exhaustive()
    }
}

impl Pipe {
    /// A pipe that has to end with these bytes, as BGZF does with others.
    #[cfg(test)]
    pub(crate) fn that_ends(reader: impl Read + Send + 'static, cut: Cut, end: &[u8]) -> Self {
        PipeHead::read(reader).unwrap().pipe(cut, tests::ends_with(end), None)
    }

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

    /// The same data for one more reader, who has to keep up; must be asked for before it is started.
    pub fn second_reader(&self) -> SecondReader {
        let (outflow, reader) = second_reader::second_reader();
        *self.outflow.lock().unwrap_or_else(PoisonError::into_inner) = outflow;
        reader
    }

    /// Begins to read; `None` if somebody did before.
    pub fn start(&self, blocks: &Blocks) -> Option<PipeParts> {
        let (head, viewer) = self.unread.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        let mut outflow = self.outflow.lock().unwrap_or_else(PoisonError::into_inner);
        let outflow = std::mem::replace(&mut *outflow, Outflow::closed());
        let (asks, asked) = mpsc::channel(1);
        let reader = PipeReader {
            head: head.bytes,
            at: 0,
            rest: head.rest,
            blocks: blocks.clone(),
            bytes: Arc::clone(&self.bytes),
            outflow,
            viewing: Viewing::begin(viewer),
        };
        thread::spawn(move || reader.run(asked));
        Some(PipeParts { asks, room: self.room.clone() })
    }
}

/// The parts of a pipe, one after the other.
pub struct PipeParts {
    asks: mpsc::Sender<Ask>,
    room: Option<Arc<Semaphore>>,
}

struct Ask {
    size: u64,
    answer: oneshot::Sender<NextPart>,
}

type NextPart = Result<Option<Filled>, PipeError>;

impl PipeParts {
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
    digest: Digest,
    /// Given back with the part.
    room: Option<OwnedSemaphorePermit>,
}

impl Filled {
    pub const fn size(&self) -> ByteCount {
        ByteCount::new(self.size)
    }

    pub const fn digest(&self) -> Digest {
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
struct PipeReader {
    head: Vec<u8>,
    /// How much of the head has gone into parts.
    at: usize,
    rest: Box<dyn Read + Send>,
    blocks: Blocks,
    bytes: Arc<AtomicU64>,
    outflow: Outflow,
    viewing: Viewing,
}

impl PipeReader {
    fn run(mut self, mut asked: mpsc::Receiver<Ask>) {
        while let Some(Ask { size, answer }) = asked.blocking_recv() {
            // Whoever asked may have gone.
            let over = match self.fill(size) {
                Ok(Some(filled)) => {
                    let _ = answer.send(Ok(Some(filled)));
                    continue;
                }
                Ok(None) => self.viewing.verdict(&self.bytes).map(|()| {
                    self.outflow.end();
                    None
                }),
                Err(error) => Err(PipeError::Read(error)),
            };
            let _ = answer.send(over);
            return;
        }
    }

    /// Reads a part; `None` at the end of the pipe, and when it cannot be whole any more.
    fn fill(&mut self, size: u64) -> io::Result<Option<Filled>> {
        let mut digest = self.blocks.hasher();
        let mut blocks = Vec::new();
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
            self.outflow.put(block.clone());
            if !self.viewing.show(block) {
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
        let mut block = self.blocks.take();
        while block.length < length {
            let room = &mut block.buffer[block.length..length];
            let read = if self.at < self.head.len() {
                (&self.head[self.at..]).read(room).inspect(|read| {
                    self.at += read;
                })
            } else {
                self.head = Vec::new();
                self.at = 0;
                self.rest.read(room)
            };
            match read {
                Ok(0) => break,
                Ok(read) => block.length += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(block)
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;
    use crate::{store::omics::RULES, types::Sha256};

    const MIB: usize = 1024 * 1024;
    const CUT: Cut = Cut::Even(RULES.min);
    const END: &[u8] = b"the end";

    /// What is shown has to end so.
    pub(super) fn ends_with(end: &[u8]) -> PipeViewer {
        let (end, mut last) = (end.to_vec(), Vec::new());
        Box::new(move |bytes| {
            if let Some(bytes) = bytes {
                last.extend_from_slice(bytes);
                last.drain(..last.len().saturating_sub(end.len()));
                return Ok(());
            }
            let end_is = "it does not end as it should".to_owned();
            let flaw = PipeFlaw::Unended { end: end_is, lacks_marker: true };
            (last == end).then_some(()).ok_or(flaw)
        })
    }

    fn bytes(length: usize) -> Vec<u8> {
        let end = END;
        let mut bytes: Vec<u8> = (0..length).map(|i| u8::try_from(i * 7 % 251).unwrap()).collect();
        let at = length - end.len();
        bytes[at..].copy_from_slice(end);
        bytes
    }

    fn pipe(reader: impl Read + Send + 'static, room: Option<usize>) -> Pipe {
        let room = room.map(|room| ByteCount::new(room as u64));
        PipeHead::read(reader).unwrap().pipe(CUT, ends_with(END), room)
    }

    fn parts(content: Vec<u8>) -> PipeParts {
        pipe(io::Cursor::new(content), None).start(&Blocks::default()).unwrap()
    }

    async fn sent(filled: &Filled) -> (Vec<u8>, Option<Digest>) {
        let (body, digesting) = filled.part(|_| {});
        assert_eq!(http_body::Body::size_hint(&body).exact(), Some(filled.size().get()));
        let sent = body.collect().await.unwrap().to_bytes().to_vec();
        (sent, digesting.finish().await.unwrap())
    }

    /// Gives a few bytes at a time, however many are asked for.
    struct Dribble(io::Cursor<Vec<u8>>);

    impl Read for Dribble {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let few = buffer.len().min(60_001);
            self.0.read(&mut buffer[..few])
        }
    }

    #[tokio::test]
    async fn what_was_looked_at_and_what_follows_goes_into_the_parts() {
        for length in [100, MIB - 1, MIB, MIB + 1, 5 * MIB, 10 * MIB, 11 * MIB + 3] {
            let content = bytes(length);
            let mut head = PipeHead::read(Dribble(io::Cursor::new(content.clone()))).unwrap();
            let mut looked = vec![0; length.min(3 * MIB)];
            head.reader().read_exact(&mut looked).unwrap();
            assert!(looked == content[..looked.len()]);
            let pipe = head.pipe(CUT, ends_with(END), None);
            let mut parts = pipe.start(&Blocks::default()).unwrap();
            assert!(pipe.start(&Blocks::default()).is_none(), "it can be read only once");
            let mut joined = Vec::new();
            while let Some(filled) = parts.next(RULES.min.get()).await.unwrap() {
                let (first, digest) = sent(&filled).await;
                assert_eq!(
                    (digest, filled.digest()),
                    (Some(Sha256::of(&first).into()), Sha256::of(&first).into())
                );
                // As often as it takes.
                assert!(sent(&filled).await.0 == first);
                joined.extend(first);
            }
            assert!(joined == content, "{length}");
            assert_eq!(pipe.bytes().get(), length as u64);
        }
    }

    #[tokio::test]
    async fn a_body_that_is_dropped_gives_no_digest() {
        let mut parts = parts(bytes(5 * MIB));
        let filled = parts.next(RULES.min.get()).await.unwrap().unwrap();
        let (mut body, digesting) = filled.part(|_| {});
        body.frame().await.unwrap().unwrap();
        drop(body);
        assert_eq!(digesting.finish().await.unwrap(), None);
    }

    #[tokio::test]
    async fn what_does_not_end_well_gives_its_parts_and_then_no_end() {
        let mut content = bytes(6 * MIB);
        content.pop();
        let mut parts = parts(content);
        for size in [5 * MIB, MIB - 1] {
            let filled = parts.next(RULES.min.get()).await.unwrap().unwrap();
            assert_eq!(filled.size().get(), size as u64);
        }
        let error = parts.next(RULES.min.get()).await.err().unwrap().to_string();
        assert_eq!(
            error,
            "standard input is not whole: after 6.0 MiB, it does not end as it should"
        );
    }

    #[tokio::test]
    async fn damage_is_seen_before_the_end() {
        let viewer: PipeViewer = Box::new(|bytes| match bytes {
            Some(bytes) if bytes.contains(&b'x') => Err(PipeFlaw::Damaged("x".to_owned())),
            _ => Ok(()),
        });
        let head = PipeHead::read(END.chain(io::repeat(b'x'))).unwrap();
        let mut parts = head.pipe(CUT, viewer, None).start(&Blocks::default()).unwrap();
        let error = parts.next(u64::MAX >> 1).await.err().unwrap();
        assert!(matches!(error, PipeError::Damaged(_)), "{error}");
    }

    #[tokio::test]
    async fn an_error_of_the_pipe_is_told() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::ConnectionReset.into())
            }
        }
        assert!(PipeHead::read(Broken).is_err());
        let pipe = pipe(io::Cursor::new(bytes(MIB)).chain(Broken), None);
        let mut parts = pipe.start(&Blocks::default()).unwrap();
        let error = parts.next(RULES.min.get()).await.err().unwrap();
        assert!(matches!(error, PipeError::Read(_)), "{error}");
    }

    #[tokio::test]
    async fn no_more_is_in_memory_than_there_is_room_for() {
        let blocks = Blocks::default();
        let pipe = pipe(io::Cursor::new(bytes(21 * MIB)), Some(10 * MIB));
        let mut parts = pipe.start(&blocks).unwrap();
        let size = RULES.min.get();
        let first = parts.next(size).await.unwrap().unwrap();
        let second = parts.next(size).await.unwrap().unwrap();
        assert!(futures::poll!(std::pin::pin!(parts.next(size))).is_pending());
        drop(first);
        let third = parts.next(size).await.unwrap().unwrap();
        drop((second, third));
        while parts.next(size).await.unwrap().is_some() {}
        // All that was ever there: two parts, and what waits for the thread that looks at the end.
        let most = 2 * 5 * MIB / BLOCK + viewing::CHECKS_AHEAD + 2;
        let stock = blocks.stock();
        assert!(stock <= most, "{stock} blocks");
    }

    #[test]
    fn the_beginning_and_the_cut_name_a_pipe() {
        let fingerprint = |content: &[u8], cut| {
            let head = PipeHead::read(io::Cursor::new(content.to_vec())).unwrap();
            head.pipe(cut, ends_with(END), None).fingerprint()
        };
        let content = bytes(2 * MIB);
        let this = fingerprint(&content, CUT);
        let mut other = content.clone();
        other[MIB] ^= 1;
        assert_eq!(fingerprint(&other, CUT), this, "only the first MiB counts");
        other[MIB - 1] ^= 1;
        for different in [
            fingerprint(&other, CUT),
            fingerprint(&content[..MIB - 1], CUT),
            fingerprint(&content, Cut::of_unknown(&RULES)),
            fingerprint(&content, Cut::Even(RULES.default)),
        ] {
            assert_ne!(different, this);
        }
        let source = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(source.path(), &content).unwrap();
        let source = super::super::Source::open(source.path()).unwrap();
        assert_ne!(crate::source::fingerprint([source].iter()).unwrap(), this);
    }
}
