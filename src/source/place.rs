//! Where a file is: it is open while it is held, and otherwise opened for each use, if it is still what
//! it was.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use super::{
    identity::{Identity, REPLACED},
    read_at::ReadAt,
};
use crate::types::Escaped;

/// The file is not what it was when it was opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` changed while it was uploaded: {what}", Escaped::new(&path.to_string_lossy()))]
pub struct Changed {
    pub(super) path: PathBuf,
    pub(super) what: String,
}

impl Changed {
    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is not as it was.
    pub fn what(&self) -> &str {
        &self.what
    }
}

/// Where a file is, and the file itself while it is open.
#[derive(Debug)]
pub(super) struct FilePlace {
    pub(super) path: PathBuf,
    pub(super) identity: Identity,
    held: Mutex<Option<Arc<File>>>,
}

impl FilePlace {
    pub(super) fn new(path: PathBuf, identity: Identity, file: File) -> Arc<Self> {
        Arc::new(Self { path, identity, held: Mutex::new(Some(Arc::new(file))) })
    }

    fn held(&self) -> MutexGuard<'_, Option<Arc<File>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn hold(&self) -> io::Result<()> {
        let file = self.file()?;
        *self.held() = Some(file);
        Ok(())
    }

    pub(super) fn release(&self) {
        *self.held() = None;
    }

    /// The open file, or the closed one opened for one use; an error may hold a [`Changed`].
    pub(super) fn file(&self) -> io::Result<Arc<File>> {
        if let Some(file) = &*self.held() {
            return Ok(Arc::clone(file));
        }
        let file = File::open(&self.path)?;
        let now = Identity::of(&file)?;
        self.compare(&now).map_err(io::Error::other)?;
        // A number says little where one file has many; nobody can set back the date of a change.
        if now.place() != self.identity.place() && now.changed != self.identity.changed {
            return Err(io::Error::other(self.changed(REPLACED.to_owned())));
        }
        Ok(Arc::new(file))
    }

    pub(super) fn compare(&self, now: &Identity) -> Result<(), Changed> {
        if now.size != self.identity.size {
            let (before, now) = (self.identity.size.get(), now.size.get());
            let what = format!("its size was {before} bytes, and is {now} bytes now");
            return Err(self.changed(what));
        }
        if now.modified != self.identity.modified {
            return Err(self.changed("it was written to".to_owned()));
        }
        Ok(())
    }

    pub(super) fn changed(&self, what: String) -> Changed {
        Changed { path: self.path.clone(), what }
    }
}

impl ReadAt for FilePlace {
    fn read_from(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        self.file()?.read_from(buffer, at)
    }
}

/// Has the file open from the first byte that is read of it until it is dropped.
#[derive(Debug)]
pub(super) struct OpenOnce {
    place: Arc<FilePlace>,
    file: OnceLock<Arc<File>>,
}

impl OpenOnce {
    pub(super) const fn new(place: Arc<FilePlace>) -> Self {
        Self { place, file: OnceLock::new() }
    }
}

impl ReadAt for OpenOnce {
    fn read_from(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        if let Some(file) = self.file.get() {
            return file.read_from(buffer, at);
        }
        let file = self.place.file()?;
        self.file.get_or_init(|| file).read_from(buffer, at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &dyn ReadAt) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; 9];
        let read = file.read_from(&mut bytes, 0)?;
        bytes.truncate(read);
        Ok(bytes)
    }

    #[test]
    fn a_closed_file_is_opened_for_each_use_and_only_if_it_is_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let [path, old] = ["a", "old"].map(|name| folder.path().join(name));
        std::fs::write(&path, "one").unwrap();
        let file = File::open(&path).unwrap();
        let place = FilePlace::new(path.clone(), Identity::of(&file).unwrap(), file);
        let handles = || place.held().as_ref().map_or(0, Arc::strong_count);
        assert_eq!(handles(), 1);
        place.release();
        let once = OpenOnce::new(Arc::clone(&place));
        assert_eq!((read(&once).unwrap(), read(&*place).unwrap()), (b"one".into(), b"one".into()));
        assert_eq!(handles(), 0, "nothing of that keeps it open");
        place.hold().unwrap();
        assert_eq!(handles(), 1);
        place.release();
        std::fs::rename(&path, &old).unwrap();
        assert_eq!(place.hold().unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(read(&once).unwrap(), b"one", "whoever has it open reads on");
        std::fs::write(&path, "two").unwrap();
        let modified = std::fs::metadata(&old).unwrap().modified().unwrap();
        File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
        let changed = place.hold().unwrap_err().downcast::<Changed>().unwrap();
        assert_eq!(changed.what(), REPLACED);
    }
}
