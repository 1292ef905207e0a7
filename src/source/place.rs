//! Where a file is: it is open while it is held, and otherwise opened for each use, if it is still what
//! it was.

use std::{
    fs::File,
    io,
    os::unix::fs::FileExt as _,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{identity::Identity, read_at::ReadAt};
use crate::types::Escaped;

/// The file is not what it was when it was opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` changed while it was uploaded: {what}", Escaped::new(&path.to_string_lossy()))]
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

/// Where a file is, and the file itself while it is open.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) path: PathBuf,
    pub(super) identity: Identity,
    held: Mutex<Option<Arc<File>>>,
}

impl Place {
    pub(super) fn new(path: PathBuf, identity: Identity, file: File) -> Arc<Self> {
        Arc::new(Self { path, identity, held: Mutex::new(Some(Arc::new(file))) })
    }

    pub(super) fn held(&self) -> MutexGuard<'_, Option<Arc<File>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
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

pub(super) const REPLACED: &str = "another file was put in its place";

impl ReadAt for Place {
    fn read_from(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        self.file()?.read_from(buffer, at)
    }
}

/// Has the file open from the first byte that is read of it until it is dropped.
pub(super) struct FromStart {
    place: Arc<Place>,
    file: Option<Arc<File>>,
    at: u64,
}

impl FromStart {
    pub(super) const fn new(place: Arc<Place>) -> Self {
        Self { place, file: None, at: 0 }
    }
}

impl io::Read for FromStart {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let file = match &self.file {
            Some(file) => file,
            None => self.file.insert(self.place.file()?),
        };
        let read = file.read_at(buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}
