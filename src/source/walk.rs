//! Who looks at the bytes of a file while its parts are read, and knows how they hang together.
//!
//! Parts are read in any order, several at a time, and some of them more than once. What is looked for
//! is not known here.

use std::{
    fmt,
    fs::File,
    io::{self, Read as _},
    sync::Arc,
};

/// A look at all bytes of one file, part by part.
pub trait Walk: fmt::Debug + Send + Sync {
    /// `size` bytes from `from` on are about to be read. May read from the file, and block.
    fn begin(self: Arc<Self>, from: u64, size: u64) -> Box<dyn Passage>;

    /// What was found in a part that has passed, as short text for a later run.
    fn seen(&self, from: u64, size: u64) -> Option<String>;

    /// Takes what an earlier run found in a part, whose bytes will not pass again.
    fn recall(&self, from: u64, size: u64, seen: &str);

    /// Whether all of the file is known to hang together.
    fn is_sound(&self) -> bool;
}

/// The bytes of one part, as they pass.
pub trait Passage: Send {
    /// Takes the bytes that follow.
    fn see(&mut self, bytes: &[u8]);

    /// All bytes of the part have passed. Of a part that passes twice, the last time counts; one that
    /// is dropped before its end has not passed.
    fn finish(self: Box<Self>);
}

/// A look at what comes through a pipe, in order. What is wrong is a whole sentence about "it".
pub trait March: Send {
    /// Takes the bytes that follow.
    fn see(&mut self, bytes: &[u8]) -> Result<(), String>;

    /// There are no more.
    fn finish(self: Box<Self>) -> Result<(), String>;
}

/// Something that can be read at any place.
pub trait ReadAt: fmt::Debug + Send + Sync {
    /// Reads until the buffer is full or the end is reached; gives how many bytes that were.
    fn read_from(&self, buffer: &mut [u8], at: u64) -> io::Result<usize>;
}

impl ReadAt for Vec<u8> {
    fn read_from(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        let at = usize::try_from(at).unwrap_or(usize::MAX).min(self.len());
        (&self[at..]).read(buffer)
    }
}

impl ReadAt for File {
    fn read_from(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        super::read_at(self, buffer, at)
    }
}
