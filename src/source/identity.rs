//! What a file is recognised by.

use std::{fs::File, io, os::unix::fs::MetadataExt as _};

use crate::types::ByteCount;

/// What a file is recognised by: if one of these changes, its content may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Identity {
    pub device: u64,
    pub inode: u64,
    pub size: ByteCount,
    /// Nanoseconds since 1970.
    pub modified: i128,
}

impl Identity {
    pub(super) fn of(file: &File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        Ok(Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: ByteCount::new(metadata.len()),
            modified: i128::from(metadata.mtime()) * 1_000_000_000
                + i128::from(metadata.mtime_nsec()),
        })
    }
}
