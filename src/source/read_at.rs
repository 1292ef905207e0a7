//! Bytes that can be had from any place, whatever they lie in.

use std::{
    fmt,
    fs::File,
    io::{self, Read as _},
    os::unix::fs::FileExt as _,
    sync::Arc,
};

/// Something that can be read at any place.
pub trait ReadAt: fmt::Debug + Send + Sync {
    /// Reads until the buffer is full or the end is reached; gives how many bytes that were.
    fn read_from(&self, buffer: &mut [u8], at: u64) -> io::Result<usize>;
}

/// Reads from the first byte on.
pub(super) struct FromStart {
    places: Arc<dyn ReadAt>,
    at: u64,
}

impl FromStart {
    pub(super) fn new(places: Arc<dyn ReadAt>) -> Self {
        Self { places, at: 0 }
    }
}

impl io::Read for FromStart {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.places.read_from(buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl ReadAt for Vec<u8> {
    fn read_from(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        let at = usize::try_from(at).unwrap_or(usize::MAX).min(self.len());
        (&self[at..]).read(buffer)
    }
}

impl ReadAt for File {
    fn read_from(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.read_at(&mut buffer[filled..], at + filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }
}
