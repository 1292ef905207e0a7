//! Reading a source without sending it: its ends, and digests of a part or of what identifies the whole.

use std::{fs::File, io};

use super::{BLOCK, Block, Blocks, OpenError, Passage, Source, read_at};
use crate::{
    plan::Part,
    types::{Fingerprint, Sha256, Sha256Hasher},
};

pub(super) fn digest(
    file: &File,
    part: Part,
    blocks: &Blocks,
    mut passage: Option<Box<dyn Passage>>,
) -> io::Result<Sha256> {
    let mut hasher = Sha256Hasher::new();
    let mut block = Block { buffer: blocks.take(), length: 0, home: blocks.clone() };
    let mut left = part.size.get();
    let mut offset = part.offset;
    while left > 0 {
        block.length = usize::try_from(left).map_or(BLOCK, |left| left.min(BLOCK));
        if read_at(file, &mut block.buffer[..block.length], offset)? < block.length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        hasher.update(block.as_ref());
        if let Some(passage) = &mut passage {
            passage.see(block.as_ref());
        }
        offset += block.length as u64;
        left -= block.length as u64;
    }
    if let Some(passage) = passage {
        passage.finish();
    }
    Ok(hasher.finish())
}

impl Source {
    /// The first `length` bytes, or all if there are fewer.
    pub fn prefix(&self, length: usize) -> Result<Vec<u8>, OpenError> {
        let mut bytes = vec![0; length];
        let read = read_at(&self.file, &mut bytes, 0)
            .map_err(|source| OpenError::Read { path: self.path.clone(), source })?;
        bytes.truncate(read);
        Ok(bytes)
    }

    /// The last `length` bytes, or all if there are fewer.
    pub fn suffix(&self, length: usize) -> Result<Vec<u8>, OpenError> {
        let start = self.size().get().saturating_sub(length as u64);
        let mut bytes = vec![0; length];
        let read = read_at(&self.file, &mut bytes, start)
            .map_err(|source| OpenError::Read { path: self.path.clone(), source })?;
        bytes.truncate(read);
        Ok(bytes)
    }
}

/// What identifies the content of sources, from their sizes and some of their blocks: the first and
/// the last MiB, and 14 blocks of 64 KiB between them. It does not depend on names, dates or machines.
pub fn fingerprint<'a>(sources: impl Iterator<Item = &'a Source>) -> io::Result<Fingerprint> {
    fingerprint_of(sources.map(|source| (&*source.file, source.size().get())))
}

/// The same of files, given their sizes.
pub(super) fn fingerprint_of<'a>(
    files: impl Iterator<Item = (&'a File, u64)>,
) -> io::Result<Fingerprint> {
    const ENDS: u64 = 1024 * 1024;
    const BETWEEN: u64 = 64 * 1024;
    let mut hasher = Sha256Hasher::new();
    let mut buffer = vec![0; 1024 * 1024];
    for (file, size) in files {
        hasher.update(&size.to_be_bytes());
        let between = (1..=14).map(|i| (size / 15 * i, BETWEEN));
        let places =
            [(0, ENDS)].into_iter().chain(between).chain([(size.saturating_sub(ENDS), ENDS)]);
        for (offset, length) in places {
            let length = usize::try_from(length).unwrap_or(buffer.len()).min(buffer.len());
            let read = read_at(file, &mut buffer[..length], offset)?;
            hasher.update(&buffer[..read]);
        }
    }
    Ok(Fingerprint::new(&hasher.finish()))
}
