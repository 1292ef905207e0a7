//! One of the files of a source, which may be its only one.

use std::{io::Read, path::Path, sync::Arc};

use super::{
    file::SourceError,
    identity::Identity,
    object::Object,
    place::{FilePlace, OpenOnce},
    read_at::{FromStart, ReadAt},
};
use crate::types::ByteCount;

/// A file of a source; what is no file is its own only one.
#[derive(Debug, Clone, Copy)]
pub struct SourceFile<'a>(pub(super) FileOrObject<'a>);

#[derive(Debug, Clone, Copy)]
pub(super) enum FileOrObject<'a> {
    File(&'a Arc<FilePlace>),
    Object(&'a Arc<dyn Object>),
}

impl<'a> SourceFile<'a> {
    /// What it is called: of a file, the path that was given.
    pub fn path(&self) -> &'a Path {
        match self.0 {
            FileOrObject::File(place) => &place.path,
            FileOrObject::Object(object) => Path::new(object.name()),
        }
    }

    /// What it is recognised by; of anything else than a file, its version says enough.
    pub fn identity(&self) -> Option<Identity> {
        match self.0 {
            FileOrObject::File(place) => Some(place.identity),
            FileOrObject::Object(_) => None,
        }
    }

    pub fn size(&self) -> ByteCount {
        match self.0 {
            FileOrObject::File(place) => place.identity.size,
            FileOrObject::Object(object) => object.size(),
        }
    }

    /// Its bytes from the first on; a file that is closed is opened for the first of them, until this is
    /// dropped.
    pub fn reader(&self) -> impl Read + Send + use<> {
        FromStart::new(match self.0 {
            FileOrObject::File(place) => Arc::new(OpenOnce::new(Arc::clone(place))),
            FileOrObject::Object(object) => Arc::clone(object) as Arc<dyn ReadAt>,
        })
    }

    /// Its first `length` bytes, or all if there are fewer.
    pub fn prefix(&self, length: usize) -> Result<Vec<u8>, SourceError> {
        self.bytes(0, length)
    }

    /// Its last `length` bytes, or all if there are fewer.
    pub fn suffix(&self, length: usize) -> Result<Vec<u8>, SourceError> {
        self.bytes(self.size().get().saturating_sub(length as u64), length)
    }

    fn bytes(&self, at: u64, length: usize) -> Result<Vec<u8>, SourceError> {
        // Of a small file, no more than it has: large buffers among small ones that stay fragment the heap.
        let most = usize::try_from(self.size().get()).unwrap_or(usize::MAX);
        let mut bytes = vec![0; length.min(most)];
        let read = match self.0 {
            FileOrObject::File(place) => place.read_from(&mut bytes, at),
            FileOrObject::Object(object) => object.read_from(&mut bytes, at),
        };
        let unread = |source| SourceError::Read { path: self.path().to_owned(), source };
        bytes.truncate(read.map_err(unread)?);
        Ok(bytes)
    }
}
