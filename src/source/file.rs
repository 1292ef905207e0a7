//! A file that is sent: opened once, recognised again, and read part by part.

use std::{
    fs::File,
    io,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use tokio::{sync::mpsc, task::JoinError};

use super::{
    blocks::{BLOCK, BLOCKS_AHEAD, Block, Blocks},
    body::{Digesting, PartBody, body},
    fingerprint::fingerprint_of,
    identity::Identity,
    read_at::ReadAt,
    trial::{PartViewer, Trial},
};
use crate::{
    plan::Part,
    types::{ByteCount, Escaped, Fingerprint, PartNumber, Sha256, Sha256Hasher},
};

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
    /// Another place where the file was found since, with the same content.
    elsewhere: Mutex<Option<(u64, u64)>>,
    /// What is shown to whoever has to see all of it.
    trial: Option<Arc<dyn Trial>>,
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
        let (path, file, elsewhere) = (path.to_owned(), Arc::new(file), Mutex::default());
        Ok(Self { path, file, identity, elsewhere, trial: None })
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

    /// The file at any place.
    pub fn places(&self) -> Arc<dyn ReadAt> {
        Arc::clone(&self.file) as Arc<dyn ReadAt>
    }

    /// The first `length` bytes, or all if there are fewer.
    pub fn prefix(&self, length: usize) -> Result<Vec<u8>, OpenError> {
        self.bytes(0, length)
    }

    /// The last `length` bytes, or all if there are fewer.
    pub fn suffix(&self, length: usize) -> Result<Vec<u8>, OpenError> {
        self.bytes(self.size().get().saturating_sub(length as u64), length)
    }

    fn bytes(&self, at: u64, length: usize) -> Result<Vec<u8>, OpenError> {
        let mut bytes = vec![0; length];
        let read = self.file.read_from(&mut bytes, at);
        bytes.truncate(read.map_err(|source| OpenError::Read { path: self.path.clone(), source })?);
        Ok(bytes)
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

    /// Whether the file is still what it was when it was opened.
    pub fn check(&self) -> Result<(), Changed> {
        let changed = |what: String| self.changed(what);
        let now = Identity::of(&self.file)
            .map_err(|error| changed(format!("it cannot be looked at any more ({error})")))?;
        if now.size != self.identity.size {
            let (before, now) = (self.identity.size.get(), now.size.get());
            return Err(changed(format!("its size was {before} bytes, and is {now} bytes now")));
        }
        if now.modified != self.identity.modified {
            return Err(changed("it was written to".to_owned()));
        }
        if self.is_replaced(&now) {
            return Err(changed("another file was put in its place".to_owned()));
        }
        Ok(())
    }

    fn changed(&self, what: String) -> Changed {
        Changed { path: self.path.clone(), what }
    }

    /// A part that was sent is not what the file holds now.
    pub fn changed_since_sent(&self, number: PartNumber) -> Changed {
        self.changed(format!("part {number} was sent with other content than it has now"))
    }

    /// Whether its content may have changed since it was opened although its date did not: then only
    /// reading it again can tell.
    pub fn is_doubtful(&self) -> bool {
        Identity::of(&self.file).map_or(true, |now| now.changed != self.identity.changed)
    }

    /// Whether the path names another file than the open one. A file that was only deleted is still
    /// here whole, as long as it is open. A number says little where one file has many: there, size,
    /// time and content decide.
    fn is_replaced(&self, now: &Identity) -> bool {
        let Ok(there) = Identity::at(&self.path) else { return false };
        if there.place() == self.identity.place() {
            return false;
        }
        if (there.size, there.modified) != (self.identity.size, self.identity.modified) {
            return true;
        }
        let mut elsewhere = self.elsewhere.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = elsewhere.is_some_and(|place| place == there.place())
            // Even the open file has another number each time it is asked for.
            || elsewhere.is_some() && now.place() != self.identity.place();
        if !is_known {
            if !self.has_content_of_path().unwrap_or(false) {
                return true;
            }
            *elsewhere = Some(there.place());
        }
        false
    }

    fn has_content_of_path(&self) -> io::Result<bool> {
        let there = File::open(&self.path)?;
        let size = self.size().get();
        let of = |file: &File| fingerprint_of([(file as &dyn ReadAt, size)].into_iter());
        Ok(of(&self.file)? == of(&there)?)
    }

    /// Reads a part for its digest; `Err` if nobody waits for it any more.
    pub async fn digest(
        &self,
        part: &Part,
        blocks: &Blocks,
    ) -> Result<io::Result<Sha256>, JoinError> {
        self.read_digest(part, blocks, self.viewer(part)).await
    }

    /// The same when nobody is to see the bytes.
    pub async fn digest_unseen(
        &self,
        part: &Part,
        blocks: &Blocks,
    ) -> Result<io::Result<Sha256>, JoinError> {
        self.read_digest(part, blocks, || None).await
    }

    async fn read_digest(
        &self,
        part: &Part,
        blocks: &Blocks,
        viewer: impl FnOnce() -> Option<PartViewer> + Send + 'static,
    ) -> Result<io::Result<Sha256>, JoinError> {
        let (file, blocks, part) = (Arc::clone(&self.file), blocks.clone(), *part);
        tokio::task::spawn_blocking(move || read_part(&file, part, &blocks, viewer(), |_| true))
            .await
            .map(|read| read?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into()))
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
        let (part, viewer) = (*part, self.viewer(part));
        let reading = tokio::task::spawn_blocking(move || {
            let hand_on = |block| sender.blocking_send(Ok(Bytes::from_owner(block))).is_ok();
            read_part(&file, part, &blocks, viewer(), hand_on).inspect_err(|error| {
                // The body must fail as well, or the request would wait for bytes that never come.
                let _ = sender.blocking_send(Err(error.kind().into()));
            })
        });
        body(reading, receiver, part.size.get(), progress)
    }
}

/// What identifies the content of sources: see [`fingerprint_of`].
pub fn fingerprint<'a>(sources: impl Iterator<Item = &'a Source>) -> io::Result<Fingerprint> {
    fingerprint_of(sources.map(|source| (&*source.file as &dyn ReadAt, source.size().get())))
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

/// Reads, hashes, shows and hands on the blocks of a part; `None` if nobody takes them any more.
fn read_part(
    file: &File,
    part: Part,
    blocks: &Blocks,
    mut viewer: Option<PartViewer>,
    hand_on: impl Fn(Block) -> bool,
) -> io::Result<Option<Sha256>> {
    let mut digest = Sha256Hasher::new();
    let mut offset = part.offset;
    let end = offset + part.size.get();
    while offset < end {
        let mut block = blocks.take();
        block.length = usize::try_from(end - offset).map_or(BLOCK, |left| left.min(BLOCK));
        if file.read_from(&mut block.buffer[..block.length], offset)? < block.length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        digest.update(block.as_ref());
        if let Some(view) = &mut viewer {
            view(Some(block.as_ref()));
        }
        offset += block.length as u64;
        if !hand_on(block) {
            return Ok(None);
        }
    }
    if let Some(mut view) = viewer {
        view(None);
    }
    Ok(Some(digest.finish()))
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Seek as _, Write as _};

    use http_body_util::BodyExt as _;

    use super::*;
    use crate::store::omics::RULES;
    use crate::{plan, types::PartSource};

    fn file(bytes: &[u8]) -> (tempfile::NamedTempFile, Source) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let source = Source::open(file.path()).unwrap();
        (file, source)
    }

    fn first_part(source: &Source) -> Part {
        plan::split(&RULES, PartSource::Source1, source.size(), RULES.max).unwrap().next().unwrap()
    }

    fn bytes(length: usize) -> Vec<u8> {
        (0..length).map(|i| u8::try_from(i * 7 % 251).unwrap()).collect()
    }

    #[tokio::test]
    async fn parts_stream_the_file_and_their_digests() {
        let content = bytes(12 * 1024 * 1024 + 3);
        let (_file, source) = file(&content);
        let mut joined = Vec::new();
        for part in plan::split(&RULES, PartSource::Source1, source.size(), RULES.min).unwrap() {
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
        for part in plan::split(&RULES, PartSource::Source1, source.size(), RULES.min).unwrap() {
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
