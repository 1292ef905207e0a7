//! A source that was opened: what identifies it, its first bytes, and its parts as streams.
//!
//! Where its bytes lie is nobody else's matter.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use tokio::{
    sync::mpsc::{self, Sender},
    task::{JoinError, JoinHandle},
};

use super::{
    blocks::{BLOCKS_AHEAD, Blocks},
    body::{Digesting, PartBody, body},
    file::{self, OpenFile, SourceError},
    fingerprint::Fingerprinting,
    joined::{Joined, UnreadableFile},
    object::{self, Object},
    place::{Changed, OpenOnce},
    read_at::{FromStart, ReadAt},
    source_file::{FileOrObject, SourceFile},
    trial::{PartViewer, Trial},
};
use crate::{
    plan::Part,
    types::{ByteCount, Digest, Fingerprint},
};

/// Data that can be read at any place, as often as it takes.
#[derive(Debug)]
pub struct Source {
    origin: SourceOrigin,
    /// Who is shown what is read of its parts.
    trial: Option<Arc<dyn Trial>>,
}

#[derive(Debug)]
enum SourceOrigin {
    File(OpenFile),
    Joined(Joined),
    Object(Arc<dyn Object>),
}

impl Source {
    /// Opens a regular file that is not empty. A directory, a pipe or a device is refused before it
    /// is opened, since opening a pipe would wait for its writer.
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        Ok(Self { origin: SourceOrigin::File(OpenFile::open(path)?), trial: None })
    }

    /// Several files, one behind the other as one source; each has to be what [`Source::open`] takes.
    pub fn joined<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Result<Self, SourceError> {
        Self::join(paths.into_iter().map(Self::open).collect::<Result<_, _>>()?)
    }

    /// The same of files that have been opened; one is what it was.
    pub fn join(mut sources: Vec<Self>) -> Result<Self, SourceError> {
        if sources.len() == 1 {
            return Ok(sources.remove(0));
        }
        let files = sources.into_iter().map(|source| match source.origin {
            SourceOrigin::File(file) => Ok(file),
            other => Err(Self { origin: other, trial: None }.not_a_file()),
        });
        let joined = Joined::of(files.collect::<Result<_, _>>()?)?;
        Ok(Self { origin: SourceOrigin::Joined(joined), trial: None })
    }

    fn not_a_file(&self) -> SourceError {
        let path = self.path().to_owned();
        SourceError::NotRegular { path, kind: "source of another kind" }
    }

    pub fn of_object(object: Arc<dyn Object>) -> Self {
        Self { origin: SourceOrigin::Object(object), trial: None }
    }

    /// Opens a file again and keeps it open, if it is still what it was. Files that are joined are only
    /// looked at: each is open while it is read.
    pub fn reopen(&self) -> io::Result<()> {
        match &self.origin {
            SourceOrigin::File(file) => file.place.hold(),
            SourceOrigin::Joined(joined) => joined.is_there(),
            SourceOrigin::Object(_) => Ok(()),
        }
    }

    /// Gives a file back to the system; whoever is reading it reads on. From then on, each use opens it.
    pub fn close(&self) {
        if let SourceOrigin::File(file) = &self.origin {
            file.place.release();
        }
    }

    /// What it is called: of a file, the path that was given; of several, that of the first.
    pub fn path(&self) -> &Path {
        match &self.origin {
            SourceOrigin::File(file) => &file.place.path,
            SourceOrigin::Joined(joined) => joined.path(),
            SourceOrigin::Object(object) => Path::new(object.name()),
        }
    }

    /// Its files, in their order.
    pub fn files(&self) -> Vec<SourceFile<'_>> {
        match &self.origin {
            SourceOrigin::File(file) => vec![SourceFile(FileOrObject::File(&file.place))],
            SourceOrigin::Joined(joined) => {
                let files = joined.files.iter();
                files.map(|file| SourceFile(FileOrObject::File(&file.place))).collect()
            }
            SourceOrigin::Object(object) => vec![SourceFile(FileOrObject::Object(object))],
        }
    }

    /// Whether it is several files.
    pub const fn is_joined(&self) -> bool {
        matches!(self.origin, SourceOrigin::Joined(_))
    }

    pub fn size(&self) -> ByteCount {
        match &self.origin {
            SourceOrigin::File(file) => file.place.identity.size,
            SourceOrigin::Joined(joined) => joined.size,
            SourceOrigin::Object(object) => object.size(),
        }
    }

    /// The bytes at any place.
    pub fn places(&self) -> Arc<dyn ReadAt> {
        match &self.origin {
            SourceOrigin::File(file) => Arc::clone(&file.place) as Arc<dyn ReadAt>,
            SourceOrigin::Joined(joined) => Arc::new(joined.places()),
            SourceOrigin::Object(object) => Arc::clone(object) as Arc<dyn ReadAt>,
        }
    }

    /// The bytes from the first on, without disturbing anybody else's position.
    pub fn reader(&self) -> impl io::Read + Send + use<> {
        let places: Arc<dyn ReadAt> = match &self.origin {
            SourceOrigin::File(file) => Arc::new(OpenOnce::new(Arc::clone(&file.place))),
            SourceOrigin::Joined(joined) => Arc::new(joined.places()),
            SourceOrigin::Object(object) => Arc::clone(object) as Arc<dyn ReadAt>,
        };
        FromStart::new(places)
    }

    /// From now on, what is read of its parts is shown to a trial.
    pub fn show_to(&mut self, trial: Arc<dyn Trial>) {
        self.trial = Some(trial);
    }

    /// The trial that sees what is read of its parts.
    pub const fn trial(&self) -> Option<&Arc<dyn Trial>> {
        self.trial.as_ref()
    }

    /// Finds out who is to see a part. May block.
    fn viewer(&self, part: &Part) -> impl FnOnce() -> Option<PartViewer> + Send + 'static {
        let (trial, from, size) = (self.trial.clone(), part.offset, part.size.get());
        move || trial?.part(from, size)
    }

    /// Whether it is still what it was when it was opened. Whatever has versions is, or its ranges fail.
    pub fn check(&self) -> Result<(), Changed> {
        match &self.origin {
            SourceOrigin::File(file) => file.check(),
            SourceOrigin::Joined(joined) => joined.check(),
            SourceOrigin::Object(_) => Ok(()),
        }
    }

    /// A part that was sent is not what is there now.
    pub fn changed_since_sent(&self, part: &Part) -> Changed {
        let what = format!("part {} was sent with other content than it has now", part.number);
        let path = match &self.origin {
            SourceOrigin::Joined(joined) => joined.touched_in(part.offset, part.size.get()),
            SourceOrigin::File(_) | SourceOrigin::Object(_) => self.path(),
        };
        Changed { path: path.to_owned(), what }
    }

    /// Which file could not be read, and why.
    pub fn blame(&self, error: io::Error) -> (PathBuf, io::Error) {
        match error.downcast::<UnreadableFile>() {
            Ok(UnreadableFile { path, error }) => (path, error),
            Err(error) => (self.path().to_owned(), error),
        }
    }

    /// Whether its content may have changed since it was opened although its date did not: then only
    /// reading it again can tell.
    pub fn is_doubtful(&self) -> bool {
        match &self.origin {
            SourceOrigin::File(file) => file.is_doubtful(),
            SourceOrigin::Joined(joined) => joined.is_doubtful(),
            SourceOrigin::Object(_) => false,
        }
    }

    /// Reads a part for its digest; `Err` if nobody waits for it any more.
    pub async fn digest(
        &self,
        part: &Part,
        blocks: &Blocks,
    ) -> Result<io::Result<Digest>, JoinError> {
        self.read(part, blocks, self.viewer(part), None).await.map(whole)
    }

    /// The same when nobody is to see the bytes.
    pub async fn digest_unseen(
        &self,
        part: &Part,
        blocks: &Blocks,
    ) -> Result<io::Result<Digest>, JoinError> {
        self.read(part, blocks, || None, None).await.map(whole)
    }

    /// Streams a part: what goes out, and a handle that gives the digest once all of it has.
    ///
    /// Reading begins at once on its own and ends when either of the two is dropped. The body cannot
    /// outlive its digest: a connection may go on holding it after the request has been given up.
    /// `progress` is told of every block that leaves, in bytes, and of none after that.
    pub fn part(
        &self,
        part: &Part,
        blocks: &Blocks,
        progress: impl Fn(ByteCount) + Send + Sync + 'static,
    ) -> (PartBody, Digesting) {
        let (sender, receiver) = mpsc::channel(BLOCKS_AHEAD);
        let reading = self.read(part, blocks, self.viewer(part), Some(sender));
        body(reading, receiver, part.size.get(), progress)
    }

    fn read(
        &self,
        part: &Part,
        blocks: &Blocks,
        viewer: impl FnOnce() -> Option<PartViewer> + Send + 'static,
        sender: Option<Sender<io::Result<Bytes>>>,
    ) -> JoinHandle<io::Result<Option<Digest>>> {
        match &self.origin {
            SourceOrigin::File(file) => {
                let place = Arc::clone(&file.place);
                let file = move || place.file();
                read_blocking(file, *part, blocks.clone(), viewer, sender)
            }
            SourceOrigin::Joined(joined) => {
                let files = Arc::new(joined.places());
                read_blocking(move || Ok(files), *part, blocks.clone(), viewer, sender)
            }
            SourceOrigin::Object(object) => {
                let range = object.range(part.offset, part.size.get());
                let size = (part.size.get(), blocks.hasher());
                tokio::spawn(object::read_range(range, size, viewer, sender))
            }
        }
    }
}

/// Reads a part on a thread that may block.
fn read_blocking<F: ReadAt + 'static>(
    file: impl FnOnce() -> io::Result<Arc<F>> + Send + 'static,
    part: Part,
    blocks: Blocks,
    viewer: impl FnOnce() -> Option<PartViewer> + Send + 'static,
    sender: Option<Sender<io::Result<Bytes>>>,
) -> JoinHandle<io::Result<Option<Digest>>> {
    tokio::task::spawn_blocking(move || {
        let read = file()
            .and_then(|file| file::read_part(&*file, part, &blocks, viewer(), sender.as_ref()));
        if let (Err(error), Some(sender)) = (&read, &sender) {
            // The body must fail as well, or the request would wait for bytes that never come.
            let _ = sender.blocking_send(Err(error.kind().into()));
        }
        read
    })
}

/// The digest of what nobody was handed.
fn whole(read: io::Result<Option<Digest>>) -> io::Result<Digest> {
    read?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

/// What identifies the content of sources. It does not depend on names, dates or machines.
pub fn fingerprint<'a>(sources: impl Iterator<Item = &'a Source>) -> io::Result<Fingerprint> {
    let mut fingerprinting = Fingerprinting::default();
    for source in sources {
        match &source.origin {
            SourceOrigin::File(file) => {
                fingerprinting.content(&*file.place.file()?, source.size())?;
            }
            SourceOrigin::Joined(joined) => {
                fingerprinting.content(&joined.places(), source.size())?;
            }
            SourceOrigin::Object(object) => fingerprinting.version(object.version(), source.size()),
        }
    }
    Ok(fingerprinting.finish())
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Seek as _, Write as _},
        sync::Mutex,
    };

    use http_body_util::BodyExt as _;

    use super::{super::BLOCK, *};
    use crate::{plan::Layout, types::PartSize};
    use crate::{store::omics::RULES, types::Sha256};

    fn file(bytes: &[u8]) -> (tempfile::NamedTempFile, Source) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let source = Source::open(file.path()).unwrap();
        (file, source)
    }

    fn cut(source: &Source, part_size: PartSize) -> Layout {
        Layout::new(&RULES, std::iter::once(source.size()), part_size).unwrap()
    }

    fn first_part(source: &Source) -> Part {
        cut(source, RULES.max).iter().next().unwrap()
    }

    fn bytes(length: usize) -> Vec<u8> {
        (0..length).map(|i| u8::try_from(i * 7 % 251).unwrap()).collect()
    }

    #[tokio::test]
    async fn parts_stream_the_file_and_their_digests() {
        let content = bytes(12 * 1024 * 1024 + 3);
        let (_file, source) = file(&content);
        let mut joined = Vec::new();
        for part in cut(&source, RULES.min).iter() {
            let (body, digesting) = source.part(&part, &Blocks::default(), |_| {});
            assert_eq!(http_body::Body::size_hint(&body).exact(), Some(part.size.get()));
            let sent = body.collect().await.unwrap().to_bytes();
            assert_eq!(digesting.finish().await.unwrap(), Some(Sha256::of(&sent).into()));
            joined.extend_from_slice(&sent);
        }
        assert!(joined == content);
    }

    #[tokio::test]
    async fn buffers_go_round() {
        let (_file, source) = file(&bytes(10 * 1024 * 1024));
        let blocks = Blocks::default();
        for part in cut(&source, RULES.min).iter() {
            let (mut body, digesting) = source.part(&part, &blocks, |_| {});
            while body.frame().await.is_some() {}
            digesting.finish().await.unwrap();
        }
        let stock = blocks.stock();
        assert!(stock <= BLOCKS_AHEAD + 2, "{stock} buffers for one part at a time");
    }

    #[tokio::test]
    async fn a_dropped_body_ends_the_reader() {
        let (_file, source) = file(&bytes(6 * 1024 * 1024));
        let part = first_part(&source);
        let (body, digesting) = source.part(&part, &Blocks::default(), |_| {});
        drop(body);
        assert_eq!(digesting.finish().await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_body_that_somebody_holds_ends_with_its_digest() {
        let (_file, source) = file(&bytes(6 * 1024 * 1024));
        let part = first_part(&source);
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
        let part = first_part(&source);
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
        let part = first_part(&source);
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

    /// Another file in the place of one that was opened, with the same size and date.
    fn in_place_of(content: &[u8], other: &[u8]) -> Result<(), Changed> {
        let (file, source) = file(content);
        let modified = file.as_file().metadata().unwrap().modified().unwrap();
        let new = tempfile::NamedTempFile::new_in(file.path().parent().unwrap()).unwrap();
        new.as_file().write_all(other).unwrap();
        new.as_file().set_modified(modified).unwrap();
        std::fs::rename(new.path(), file.path()).unwrap();
        source.check().inspect(|()| source.check().unwrap())
    }

    #[test]
    fn a_file_whose_number_changes_is_recognised_by_its_content() {
        in_place_of(b"the same", b"the same").unwrap();
        let replaced = in_place_of(b"one", b"two").unwrap_err().to_string();
        assert!(replaced.ends_with("another file was put in its place"), "{replaced}");
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
