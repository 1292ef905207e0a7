//! Stretches of files, read as one: a source is never copied together.

use std::{
    fs::File,
    io::{self, Read, Seek as _, SeekFrom, Take},
    path::{Path, PathBuf},
};

use super::{private, record::SavedExtent};

/// Bytes that lie in several files.
#[derive(Debug, Clone)]
pub(crate) struct Extents(Vec<FileStretch>);

#[derive(Debug, Clone)]
struct FileStretch {
    path: PathBuf,
    start: u64,
    size: u64,
}

impl Extents {
    /// `None` if some of it was discarded.
    pub(crate) fn new(dir: &Path, extents: &[SavedExtent]) -> Option<Self> {
        let stretch = |extent: &SavedExtent| {
            let path = dir.join(extent.file.as_ref()?);
            Some(FileStretch { path, start: 0, size: extent.size })
        };
        extents.iter().map(stretch).collect::<Option<_>>().map(Self)
    }

    pub(crate) fn len(&self) -> u64 {
        self.0.iter().map(|stretch| stretch.size).sum()
    }

    /// The part of it that begins at `start` and is at most `size` long.
    pub(crate) fn range(self, start: u64, size: u64) -> Self {
        let (mut skip, mut left) = (start, size);
        let mut found = Vec::new();
        for mut stretch in self.0 {
            let skipped = skip.min(stretch.size);
            skip -= skipped;
            stretch.start += skipped;
            stretch.size = (stretch.size - skipped).min(left);
            left -= stretch.size;
            if stretch.size > 0 {
                found.push(stretch);
            }
        }
        Self(found)
    }

    /// The last bytes, at most `size`.
    pub(crate) fn last(self, size: usize) -> io::Result<Vec<u8>> {
        let start = self.len().saturating_sub(size as u64);
        let mut last = Vec::new();
        self.range(start, size as u64).reader().read_to_end(&mut last)?;
        Ok(last)
    }

    pub(crate) fn reader(self) -> ExtentsReader {
        ExtentsReader { rest: self.0.into_iter(), current: None }
    }
}

/// Reads stretch after stretch.
#[derive(Debug)]
pub(crate) struct ExtentsReader {
    rest: std::vec::IntoIter<FileStretch>,
    current: Option<Take<File>>,
}

impl Read for ExtentsReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(current) = &mut self.current {
                let count = current.read(buffer)?;
                if count > 0 || buffer.is_empty() {
                    return Ok(count);
                }
                if current.limit() > 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
            let Some(next) = self.rest.next() else { return Ok(0) };
            let mut file = private::open(&next.path)?;
            file.seek(SeekFrom::Start(next.start))?;
            self.current = Some(file.take(next.size));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(extents: Extents) -> String {
        let mut text = String::new();
        extents.reader().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn ranges_cross_files() {
        let dir = tempfile::tempdir().unwrap();
        let pieces = ["abc", "d", "efgh"];
        let mut extents = Vec::new();
        for piece in pieces {
            std::fs::write(dir.path().join(piece), piece).unwrap();
            extents.push(SavedExtent { file: Some(piece.to_owned()), size: piece.len() as u64 });
        }
        let whole = Extents::new(dir.path(), &extents).unwrap();
        assert_eq!(whole.len(), 8);
        assert_eq!(text(whole.clone()), "abcdefgh");
        for start in 0..9 {
            for size in 0..10 {
                let end = (start + size).min(8);
                assert_eq!(
                    text(whole.clone().range(start as u64, size as u64)),
                    "abcdefgh".get(start..end).unwrap_or(""),
                );
            }
        }
        assert_eq!(whole.clone().last(3).unwrap(), b"fgh");
        assert_eq!(whole.last(100).unwrap(), b"abcdefgh");
    }

    #[test]
    fn nothing_is_read_of_what_is_partly_discarded() {
        let extents = [Some("x".to_owned()), None].map(|file| SavedExtent { file, size: 3 });
        assert!(Extents::new(Path::new("."), &extents).is_none());
    }

    #[test]
    fn a_file_that_is_too_short_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("x"), "ab").unwrap();
        let extent = SavedExtent { file: Some("x".to_owned()), size: 3 };
        let extents = Extents::new(dir.path(), &[extent]);
        let error = extents.unwrap().reader().read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }
}
