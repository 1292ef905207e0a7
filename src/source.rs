//! An opened input: what identifies it, its first bytes, and its parts as streams with a digest.
//!
//! Knows nothing of uploads. A part is never in memory as a whole: a thread reads and hashes small
//! blocks ahead of the socket, and blocks when two of them wait.

mod identity;
pub mod pipe;
mod toll;
mod trial;
mod unsent;

use std::{
    fs::File,
    io,
    os::unix::fs::{FileExt as _, MetadataExt as _},
    path::{Path, PathBuf},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::{sync::mpsc, task::JoinHandle};

use crate::{
    pace::Cap,
    plan::Part,
    types::{ByteCount, Escaped, Sha256, Sha256Hasher},
};

pub use identity::Identity;
use toll::Toll;
pub use trial::{Counted, Defect, Findings, Trial};
pub use unsent::fingerprint;

/// Why a file cannot be used as a source.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("cannot open `{}`", shown(path))]
    Open { path: PathBuf, source: io::Error },
    #[error("`{}` is a {kind}, not a regular file", shown(path))]
    NotRegular { path: PathBuf, kind: &'static str },
    #[error("`{}` is empty", shown(path))]
    Empty { path: PathBuf },
    #[error("cannot read `{}`", shown(path))]
    Read { path: PathBuf, source: io::Error },
}

fn shown(path: &Path) -> String {
    Escaped::new(&path.to_string_lossy()).to_string()
}

/// The file is not what it was when it was opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` changed while it was uploaded: {what}", shown(path))]
pub struct Changed {
    path: PathBuf,
    what: String,
}

impl Changed {
    /// What is not as it was.
    pub fn what(&self) -> &str {
        &self.what
    }
}

/// An opened file. It stays open, so that a file put in its place later is not read by mistake.
#[derive(Debug)]
pub struct Source {
    path: PathBuf,
    file: Arc<File>,
    identity: Identity,
}

impl Source {
    /// Opens a regular file that is not empty. A directory, a pipe or a device is refused before it
    /// is opened, since opening a pipe would wait for its writer.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let open = |source| OpenError::Open { path: path.to_owned(), source };
        let metadata = std::fs::metadata(path).map_err(open)?;
        if !metadata.is_file() {
            return Err(OpenError::NotRegular { path: path.to_owned(), kind: kind(&metadata) });
        }
        let file = File::open(path).map_err(open)?;
        let identity = Identity::of(&file)
            .map_err(|source| OpenError::Read { path: path.to_owned(), source })?;
        if identity.size == ByteCount::new(0) {
            return Err(OpenError::Empty { path: path.to_owned() });
        }
        Ok(Self { path: path.to_owned(), file: Arc::new(file), identity })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub const fn identity(&self) -> Identity {
        self.identity
    }

    pub const fn size(&self) -> ByteCount {
        self.identity.size
    }

    /// The file from its first byte, without disturbing anybody else's position.
    pub fn reader(&self) -> impl io::Read + Send + use<> {
        FromStart { file: Arc::clone(&self.file), at: 0 }
    }

    /// Whether the file is still what it was when it was opened.
    pub fn check(&self) -> Result<(), Changed> {
        let changed = |what: String| Changed { path: self.path.clone(), what };
        let now = Identity::of(&self.file)
            .map_err(|error| changed(format!("it cannot be looked at any more ({error})")))?;
        if now.size != self.identity.size {
            let (before, now) = (self.identity.size.get(), now.size.get());
            return Err(changed(format!("its size was {before} bytes, and is {now} bytes now")));
        }
        if now.modified != self.identity.modified {
            return Err(changed("it was written to".to_owned()));
        }
        // A file that was only deleted is still here whole, as long as it is open.
        let replaced = std::fs::metadata(&self.path).is_ok_and(|metadata| {
            (metadata.dev(), metadata.ino()) != (self.identity.device, self.identity.inode)
        });
        if replaced {
            return Err(changed("another file was put in its place".to_owned()));
        }
        Ok(())
    }

    /// Reads a part for its digest alone; `Err` if nobody waits for it any more.
    pub async fn digest(
        &self,
        part: &Part,
        blocks: &Blocks,
    ) -> Result<io::Result<Sha256>, tokio::task::JoinError> {
        let (file, blocks, part) = (Arc::clone(&self.file), blocks.clone(), *part);
        tokio::task::spawn_blocking(move || unsent::digest(&file, part, &blocks)).await
    }

    /// Streams a part: what goes out, and a handle that gives the digest once all of it has.
    ///
    /// Reading begins at once on a thread of its own and ends when either of the two is dropped. The
    /// body cannot outlive its digest: a connection may go on holding it after the request has been
    /// given up. `progress` is told of every block that leaves, in bytes, and of none after that.
    pub fn part(
        &self,
        part: &Part,
        blocks: &Blocks,
        progress: impl Fn(ByteCount) + Send + Sync + 'static,
    ) -> (PartBody, Digesting) {
        let (sender, receiver) = mpsc::channel(BLOCKS_AHEAD);
        let (file, blocks) = (Arc::clone(&self.file), blocks.clone());
        let (offset, size) = (part.offset, part.size.get());
        let reading =
            tokio::task::spawn_blocking(move || pump(&file, offset, size, &blocks, &sender));
        body(reading, receiver, size, progress)
    }
}

/// What goes out and the handle of its digest, from somebody who hands on blocks.
fn body(
    reading: JoinHandle<io::Result<Option<Sha256>>>,
    receiver: mpsc::Receiver<io::Result<Bytes>>,
    size: u64,
    progress: impl Fn(ByteCount) + Send + Sync + 'static,
) -> (PartBody, Digesting) {
    let pipe = Arc::new(Mutex::new(Pipe { receiver, left: size, over: false }));
    let body =
        PartBody { pipe: PipeEnd(Arc::clone(&pipe)), progress: Box::new(progress), toll: None };
    (body, Digesting { reading, pipe: PipeEnd(pipe) })
}

fn kind(metadata: &std::fs::Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt as _;
    let file_type = metadata.file_type();
    if file_type.is_dir() {
        "directory"
    } else if file_type.is_fifo() {
        "pipe"
    } else if file_type.is_socket() {
        "socket"
    } else {
        "device"
    }
}

struct FromStart {
    file: Arc<File>,
    at: u64,
}

impl io::Read for FromStart {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

/// Reads until the buffer is full or the file ends.
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read_at(&mut buffer[filled..], offset + filled as u64) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// How much is read at a time: large enough that a system call costs nothing beside it, small enough
/// that it is still in the processor's cache when it is hashed and sent.
pub(crate) const BLOCK: usize = 128 * 1024;
/// How many blocks of a part may wait for the socket.
const BLOCKS_AHEAD: usize = 2;

/// A stock of block buffers, shared by all parts, so that blocks are not allocated and zeroed anew.
#[derive(Debug, Clone, Default)]
pub struct Blocks(Arc<Mutex<Vec<Vec<u8>>>>);

impl Blocks {
    fn take(&self) -> Vec<u8> {
        let free = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        free.unwrap_or_else(|| vec![0; BLOCK])
    }
}

/// A block on its way; its buffer goes back to the stock when the last reference is gone.
struct Block {
    buffer: Vec<u8>,
    length: usize,
    home: Blocks,
}

impl AsRef<[u8]> for Block {
    fn as_ref(&self) -> &[u8] {
        &self.buffer[..self.length]
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        let buffer = std::mem::take(&mut self.buffer);
        self.home.0.lock().unwrap_or_else(PoisonError::into_inner).push(buffer);
    }
}

type BlockSender = mpsc::Sender<io::Result<Bytes>>;

/// Reads, hashes and hands on the blocks of a part; `None` if nobody wants them any more.
fn pump(
    file: &File,
    mut offset: u64,
    size: u64,
    blocks: &Blocks,
    sender: &BlockSender,
) -> io::Result<Option<Sha256>> {
    let mut digest = Sha256Hasher::new();
    let end = offset + size;
    while offset < end {
        let mut buffer = blocks.take();
        let length = usize::try_from(end - offset).map_or(BLOCK, |left| left.min(BLOCK));
        let read = read_at(file, &mut buffer[..length], offset);
        let block = Block { buffer, length, home: blocks.clone() };
        let error = match read {
            Ok(read) if read == length => None,
            Ok(_) => Some(io::ErrorKind::UnexpectedEof.into()),
            Err(error) => Some(error),
        };
        if let Some(error) = error {
            // The body must fail as well, or the request would wait for bytes that never come.
            let _ = sender.blocking_send(Err(io::Error::from(error.kind())));
            return Err(error);
        }
        digest.update(block.as_ref());
        offset += length as u64;
        if sender.blocking_send(Ok(Bytes::from_owner(block))).is_err() {
            return Ok(None);
        }
    }
    Ok(Some(digest.finish()))
}

/// The blocks between a reader and its body.
struct Pipe {
    receiver: mpsc::Receiver<io::Result<Bytes>>,
    /// Bytes that the body has not given out yet.
    left: u64,
    /// Nothing is given out any more.
    over: bool,
}

/// One of the two who hold a pipe; the first to let go ends it for both.
struct PipeEnd(Arc<Mutex<Pipe>>);

impl PipeEnd {
    fn lock(&self) -> MutexGuard<'_, Pipe> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for PipeEnd {
    fn drop(&mut self) {
        let mut pipe = self.lock();
        pipe.over = true;
        // The reader cannot hand on any more, ends, and by that wakes a body that waits for it.
        pipe.receiver.close();
        while pipe.receiver.try_recv().is_ok() {}
    }
}

/// The bytes of a part on their way out; its size is known exactly.
pub struct PartBody {
    pipe: PipeEnd,
    progress: Box<dyn Fn(ByteCount) + Send + Sync>,
    toll: Option<Toll>,
}

impl PartBody {
    /// Lets nothing out but in small pieces that a cap has granted.
    pub fn keep_to(&mut self, cap: Arc<Cap>) {
        self.toll = Some(Toll::new(cap));
    }
}

impl http_body::Body for PartBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let Self { pipe, progress, toll } = self.get_mut();
        let mut pipe = pipe.lock();
        if pipe.over && pipe.left > 0 {
            // No plain end: what has gone out so far must not pass for the whole part.
            return Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())));
        }
        let receiver = &mut pipe.receiver;
        let block = std::task::ready!(match toll {
            None => receiver.poll_recv(context),
            Some(toll) => toll.poll_piece(context, |context| receiver.poll_recv(context)),
        });
        if let Some(Ok(block)) = &block {
            let length = block.len() as u64;
            pipe.left = pipe.left.saturating_sub(length);
            // Still under the lock, so that nothing is told after the end.
            progress(ByteCount::new(length));
        }
        Poll::Ready(block.map(|block| block.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.pipe.lock().left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.pipe.lock().left)
    }
}

/// The digest of a part that is being streamed.
pub struct Digesting {
    reading: JoinHandle<io::Result<Option<Sha256>>>,
    pipe: PipeEnd,
}

impl Digesting {
    /// Ends the body, wherever it is, and waits for the reader: the digest, `None` if not all of the
    /// body had been taken, or what kept the file from being read.
    pub async fn finish(self) -> io::Result<Option<Sha256>> {
        let Self { reading, pipe } = self;
        let all_taken = pipe.lock().left == 0;
        drop(pipe);
        let digest = reading.await.unwrap_or_else(|join| Err(io::Error::other(join)))?;
        Ok(digest.filter(|_| all_taken))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Seek as _, Write as _};

    use http_body_util::BodyExt as _;

    use super::*;
    use crate::{
        plan,
        types::{PartSize, PartSource},
    };

    fn file(bytes: &[u8]) -> (tempfile::NamedTempFile, Source) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let source = Source::open(file.path()).unwrap();
        (file, source)
    }

    fn bytes(length: usize) -> Vec<u8> {
        (0..length).map(|i| u8::try_from(i * 7 % 251).unwrap()).collect()
    }

    #[tokio::test]
    async fn parts_stream_the_file_and_their_digests() {
        let content = bytes(12 * 1024 * 1024 + 3);
        let (_file, source) = file(&content);
        let mut joined = Vec::new();
        for part in plan::split(PartSource::Source1, source.size(), PartSize::MIN) {
            let (body, digesting) = source.part(&part, &Blocks::default(), |_| {});
            assert_eq!(http_body::Body::size_hint(&body).exact(), Some(part.size.get()));
            let sent = body.collect().await.unwrap().to_bytes();
            assert_eq!(digesting.finish().await.unwrap(), Some(Sha256::of(&sent)));
            joined.extend_from_slice(&sent);
        }
        assert!(joined == content);
    }

    #[tokio::test]
    async fn buffers_go_round() {
        let (_file, source) = file(&bytes(10 * 1024 * 1024));
        let blocks = Blocks::default();
        for part in plan::split(PartSource::Source1, source.size(), PartSize::MIN) {
            let (mut body, digesting) = source.part(&part, &blocks, |_| {});
            while body.frame().await.is_some() {}
            digesting.finish().await.unwrap();
        }
        let stock = blocks.0.lock().unwrap().len();
        assert!(stock <= BLOCKS_AHEAD + 2, "{stock} buffers for one part at a time");
    }

    #[tokio::test]
    async fn a_dropped_body_ends_the_reader() {
        let (_file, source) = file(&bytes(6 * 1024 * 1024));
        let part = plan::split(PartSource::Source1, source.size(), PartSize::MAX).next().unwrap();
        let (body, digesting) = source.part(&part, &Blocks::default(), |_| {});
        drop(body);
        assert_eq!(digesting.finish().await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_body_that_somebody_holds_ends_with_its_digest() {
        let (_file, source) = file(&bytes(6 * 1024 * 1024));
        let part = plan::split(PartSource::Source1, source.size(), PartSize::MAX).next().unwrap();
        let told = Arc::new(Mutex::new(0));
        let tell = Arc::clone(&told);
        let (mut body, digesting) = source.part(&part, &Blocks::default(), move |bytes| {
            *tell.lock().unwrap() += bytes.get();
        });
        body.frame().await.unwrap().unwrap();
        let finish = tokio::time::timeout(std::time::Duration::from_secs(20), digesting.finish());
        assert_eq!(finish.await.expect("the reader must not wait").unwrap(), None);
        let error = body.frame().await.expect("the body must not look complete").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionAborted);
        assert_eq!(*told.lock().unwrap(), BLOCK as u64);
    }

    #[tokio::test]
    async fn blocks_that_were_read_but_not_taken_give_no_digest() {
        let (_file, source) = file(&bytes(BLOCK + 1));
        let part = plan::split(PartSource::Source1, source.size(), PartSize::MAX).next().unwrap();
        let (mut body, digesting) = source.part(&part, &Blocks::default(), |_| {});
        body.frame().await.unwrap().unwrap();
        while !digesting.reading.is_finished() {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        assert_eq!(digesting.finish().await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_file_that_shrinks_fails_the_part_and_the_check() {
        let (file, source) = file(&bytes(6 * 1024 * 1024));
        let part = plan::split(PartSource::Source1, source.size(), PartSize::MAX).next().unwrap();
        file.as_file().set_len(1024 * 1024).unwrap();
        let (body, digesting) = source.part(&part, &Blocks::default(), |_| {});
        assert!(body.collect().await.is_err());
        let error = digesting.finish().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        let changed = source.check().unwrap_err().to_string();
        assert!(
            changed.ends_with("its size was 6291456 bytes, and is 1048576 bytes now"),
            "{changed}"
        );
    }

    #[test]
    fn a_rewritten_file_is_noticed_and_a_replaced_one_is_not_read() {
        let (mut file, source) = file(b"one");
        source.check().unwrap();
        let mut content = String::new();
        source.reader().read_to_string(&mut content).unwrap();
        assert_eq!(content, "one");
        std::thread::sleep(std::time::Duration::from_millis(20));
        file.rewind().unwrap();
        file.write_all(b"two").unwrap();
        assert!(source.check().unwrap_err().to_string().ends_with("it was written to"));
    }

    #[test]
    fn only_regular_files_with_content_are_sources() {
        let folder = tempfile::tempdir().unwrap();
        let empty = tempfile::NamedTempFile::new().unwrap();
        let is = |path: &Path, text: &str| {
            let message = Source::open(path).unwrap_err().to_string();
            assert_eq!(message, text.replace("PATH", &path.to_string_lossy()));
        };
        is(folder.path(), "`PATH` is a directory, not a regular file");
        is(empty.path(), "`PATH` is empty");
        is(Path::new("/dev/null"), "`PATH` is a device, not a regular file");
        is(&folder.path().join("missing.bam"), "cannot open `PATH`");
    }
}
