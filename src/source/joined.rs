//! Several files as one source, one behind the other, as if `cat` had made one file of them.
//!
//! Each is opened when its bytes are read and closed when those of another are: it is then known again,
//! or reading fails. What the files hold is not known here.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    file::{OpenFile, SourceError},
    place::{Changed, FilePlace},
    read_at::ReadAt,
};
use crate::types::{ByteCount, Escaped};

/// Files that follow each other.
#[derive(Debug)]
pub(super) struct Joined {
    pub(super) files: Vec<OpenFile>,
    placed: Arc<[PlacedFile]>,
    pub(super) size: ByteCount,
}

/// Where a file lies in the whole.
#[derive(Debug)]
struct PlacedFile {
    from: u64,
    place: Arc<FilePlace>,
}

impl Joined {
    /// Puts files together, which are closed.
    pub(super) fn of(files: Vec<OpenFile>) -> Result<Self, SourceError> {
        let mut placed = Vec::with_capacity(files.len());
        let mut from = 0_u64;
        for OpenFile { place, .. } in &files {
            place.release();
            placed.push(PlacedFile { from, place: Arc::clone(place) });
            let size = place.identity.size.get();
            from = from.checked_add(size).ok_or_else(|| too_large(&place.path))?;
        }
        Ok(Self { files, placed: placed.into(), size: ByteCount::new(from) })
    }

    /// The path that it is named after: that of its first file.
    pub(super) fn path(&self) -> &Path {
        self.files.first().map_or(Path::new(""), |file| &file.place.path)
    }

    /// The first file with any of these bytes that may have changed since it was opened; else the first
    /// of them.
    pub(super) fn touched_in(&self, from: u64, size: u64) -> &Path {
        let ends = self.placed.iter().skip(1).map(|next| next.from).chain([self.size.get()]);
        let mut within =
            self.files.iter().zip(&*self.placed).zip(ends).filter_map(|((file, placed), end)| {
                (placed.from < from + size && from < end).then_some(file)
            });
        let touched = within.clone().find(|file| file.is_doubtful());
        touched.or_else(|| within.next()).map_or(self.path(), |file| &file.place.path)
    }

    /// Whether each file can still be opened, and is what it was.
    pub(super) fn is_there(&self) -> io::Result<()> {
        let is_there = |OpenFile { place, .. }: &OpenFile| {
            place.file().map(drop).map_err(|error| named(error, &place.path))
        };
        self.files.iter().try_for_each(is_there)
    }

    pub(super) fn check(&self) -> Result<(), Changed> {
        self.files.iter().try_for_each(OpenFile::check)
    }

    pub(super) fn is_doubtful(&self) -> bool {
        self.files.iter().any(OpenFile::is_doubtful)
    }

    /// The bytes of all files for one who reads: it has the file open that it read last.
    pub(super) fn places(&self) -> JoinedReader {
        JoinedReader {
            placed: Arc::clone(&self.placed),
            size: self.size.get(),
            open: Mutex::default(),
        }
    }
}

fn too_large(path: &Path) -> SourceError {
    let source = io::ErrorKind::FileTooLarge.into();
    SourceError::Read { path: PathBuf::from(path), source }
}

/// One who reads joined files.
#[derive(Debug)]
pub(super) struct JoinedReader {
    placed: Arc<[PlacedFile]>,
    size: u64,
    /// The file that was read last, and which one it is.
    open: Mutex<Option<(usize, Arc<File>)>>,
}

impl JoinedReader {
    fn file(&self, at: usize) -> io::Result<Arc<File>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((which, file)) = &*open
            && *which == at
        {
            return Ok(Arc::clone(file));
        }
        // The one before is closed first.
        *open = None;
        let file = self.placed[at].place.file()?;
        *open = Some((at, Arc::clone(&file)));
        Ok(file)
    }

    /// Fills the buffer from one file.
    fn fill(&self, at: usize, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        if self.file(at)?.read_from(buffer, offset)? < buffer.len() {
            // The bytes of the next one must not move up.
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }
}

impl ReadAt for JoinedReader {
    fn read_from(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        let mut filled = 0;
        let mut which = self.placed.partition_point(|one| one.from <= at).saturating_sub(1);
        while filled < buffer.len() && at + (filled as u64) < self.size {
            let from = at + filled as u64;
            let end = self.placed.get(which + 1).map_or(self.size, |next| next.from);
            let room = buffer.len() - filled;
            let length = usize::try_from(end - from).map_or(room, |left| left.min(room));
            let PlacedFile { from: begin, place } = &self.placed[which];
            self.fill(which, &mut buffer[filled..filled + length], from - begin)
                .map_err(|error| named(error, &place.path))?;
            filled += length;
            which += 1;
        }
        Ok(filled)
    }
}

/// One of the files could not be read.
#[derive(Debug, thiserror::Error)]
#[error("`{}`: {error}", Escaped::new(&path.to_string_lossy()))]
pub(super) struct UnreadableFile {
    pub(super) path: PathBuf,
    pub(super) error: io::Error,
}

/// Says which of the files it was; one that changed says so itself.
fn named(error: io::Error, path: &Path) -> io::Error {
    match error.downcast::<Changed>() {
        Ok(changed) => io::Error::other(changed),
        Err(error) => io::Error::new(error.kind(), UnreadableFile { path: path.to_owned(), error }),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;
    use crate::{
        plan::{Layout, Part},
        source::{Blocks, Source, fingerprint},
        store::omics::RULES,
        types::{PartNumber, PartSource, Sha256},
    };

    const MIB: usize = 1024 * 1024;

    /// Lanes with borders that are nobody's block, and the file that `cat` makes of them.
    fn lanes(folder: &Path, sizes: &[usize]) -> (Vec<PathBuf>, Vec<u8>) {
        let mut all = Vec::new();
        let lane = |(at, size): (usize, &usize)| {
            let bytes: Vec<u8> =
                (0..*size).map(|i| u8::try_from((i * 7 + at * 13) % 251).unwrap()).collect();
            let path = folder.join(format!("L{at}"));
            std::fs::write(&path, &bytes).unwrap();
            all.extend_from_slice(&bytes);
            path
        };
        let paths = sizes.iter().enumerate().map(lane).collect();
        (paths, all)
    }

    fn joined(paths: &[PathBuf]) -> Source {
        Source::joined(paths.iter().map(AsRef::as_ref)).unwrap()
    }

    /// How many of the files are open in this process.
    fn open_in(folder: &Path) -> usize {
        let folder = folder.canonicalize().unwrap();
        let links = std::fs::read_dir("/proc/self/fd").unwrap().flatten();
        links
            .filter(|link| std::fs::read_link(link.path()).is_ok_and(|to| to.starts_with(&folder)))
            .count()
    }

    #[tokio::test]
    async fn parts_across_borders_are_those_of_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let (paths, all) = lanes(folder.path(), &[3 * MIB + 1, 1, 20, 7 * MIB, 70_001, 6 * MIB]);
        let source = joined(&paths);
        assert_eq!(source.size().get(), all.len() as u64);
        let mut bytes = Vec::new();
        source.reader().read_to_end(&mut bytes).unwrap();
        assert!(bytes == all);
        let parts = Layout::new(&RULES, std::iter::once(source.size()), RULES.min).unwrap();
        assert_eq!(parts.count(), 4);
        for part in parts.iter() {
            let from = usize::try_from(part.offset).unwrap();
            let there = &all[from..from + usize::try_from(part.size.get()).unwrap()];
            let expected = Sha256::of(there).into();
            let read = source.digest(&part, &Blocks::default()).await.unwrap().unwrap();
            assert_eq!(read, expected, "{part:?}");
            let (body, digesting) = source.part(&part, &Blocks::default(), |_| {});
            let sent = http_body_util::BodyExt::collect(body).await.unwrap().to_bytes();
            assert!(sent == there);
            assert_eq!(digesting.finish().await.unwrap(), Some(expected));
        }
    }

    #[test]
    fn its_fingerprint_is_that_of_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let (paths, all) = lanes(folder.path(), &[MIB + 5, 2 * MIB, 9, 3 * MIB]);
        let cat = folder.path().join("cat");
        std::fs::write(&cat, &all).unwrap();
        let of = |source: &Source| fingerprint(std::iter::once(source)).unwrap();
        assert_eq!(of(&joined(&paths)), of(&Source::open(&cat).unwrap()));
    }

    #[test]
    fn one_file_is_open_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let (paths, _) = lanes(folder.path(), &[10; 64]);
        let source = joined(&paths);
        source.reopen().unwrap();
        assert_eq!(open_in(folder.path()), 0);
        let mut reader = source.reader();
        for _ in 0..32 {
            reader.read_exact(&mut [0; 20]).unwrap();
            assert_eq!(open_in(folder.path()), 1);
        }
        drop(reader);
        assert_eq!(open_in(folder.path()), 0);
    }

    #[test]
    fn a_file_that_changed_is_named_wherever_it_stands() {
        let folder = tempfile::tempdir().unwrap();
        let (paths, _) = lanes(folder.path(), &[10, 20, 30]);
        let source = joined(&paths);
        source.check().unwrap();
        assert!(!source.is_doubtful());
        File::options().write(true).open(&paths[1]).unwrap().set_len(19).unwrap();
        let changed = source.check().unwrap_err().to_string();
        assert!(
            changed.contains("L1` changed while it was uploaded: its size was 20"),
            "{changed}"
        );
        let mut bytes = Vec::new();
        let error = source.reader().read_to_end(&mut bytes).unwrap_err();
        assert_eq!(error.downcast::<Changed>().unwrap().to_string(), changed);
        assert!(source.reopen().is_err() && source.is_doubtful());
        std::fs::remove_file(&paths[1]).unwrap();
        let error = source.reader().read_to_end(&mut bytes).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert!(error.to_string().contains("L1`: No such file"), "{error}");
        let (path, error) = source.blame(error);
        assert_eq!((path, error.kind()), (paths[1].clone(), io::ErrorKind::NotFound));
    }

    #[test]
    fn a_part_that_changed_is_blamed_on_the_file_that_did() {
        let folder = tempfile::tempdir().unwrap();
        let (paths, _) = lanes(folder.path(), &[10, 20, 30]);
        let source = joined(&paths);
        let part = |offset, size| Part {
            source: PartSource::Source1,
            number: PartNumber::new(1).unwrap(),
            offset,
            size: ByteCount::new(size),
        };
        let blamed = |part: &Part| source.changed_since_sent(part).path;
        for (offset, size, lane) in [(0, 10, 0), (9, 2, 0), (10, 20, 1), (29, 1, 1), (30, 30, 2)] {
            assert_eq!(blamed(&part(offset, size)), paths[lane], "{offset} {size}");
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
        let permissions = std::fs::metadata(&paths[2]).unwrap().permissions();
        std::fs::set_permissions(&paths[2], permissions).unwrap();
        assert_eq!(blamed(&part(0, 60)), paths[2]);
    }

    #[test]
    fn each_file_can_be_read_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (paths, all) = lanes(folder.path(), &[10, 20, 30]);
        let source = joined(&paths);
        let files = source.files();
        assert!(source.is_joined() && files.iter().all(|file| file.identity().is_some()));
        let mut bytes = Vec::new();
        for (file, path) in files.iter().zip(&paths) {
            assert_eq!(file.path(), path);
            assert_eq!(file.prefix(10).unwrap(), std::fs::read(path).unwrap()[..10]);
            let mut reader = file.reader();
            reader.read_to_end(&mut bytes).unwrap();
            assert_eq!(open_in(folder.path()), 1);
        }
        assert_eq!((bytes, open_in(folder.path())), (all, 0));
        let one = joined(&paths[..1]);
        assert!(!one.is_joined());
        assert_eq!(one.files().len(), 1);
    }

    #[test]
    fn each_file_has_to_be_one_with_content() {
        let folder = tempfile::tempdir().unwrap();
        let (paths, _) = lanes(folder.path(), &[10, 0]);
        let error = Source::joined(paths.iter().map(AsRef::as_ref)).unwrap_err().to_string();
        assert!(error.ends_with("L1` is empty"), "{error}");
    }
}
