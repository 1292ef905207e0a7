//! What identifies the content of sources without reading all of them.

use std::io;

use super::read_at::ReadAt;
use crate::types::{ByteCount, Fingerprint, Sha256Hasher};

/// Sums up what is known of one source after the other.
#[derive(Default)]
pub(super) struct Fingerprinting(Sha256Hasher);

impl Fingerprinting {
    /// A source of this size: some of its blocks, the first and the last MiB, and 14 blocks of 64 KiB
    /// between them.
    pub(super) fn content(&mut self, file: &dyn ReadAt, size: ByteCount) -> io::Result<()> {
        const ENDS: u64 = 1024 * 1024;
        const BETWEEN: u64 = 64 * 1024;
        let size = size.get();
        let mut buffer = vec![0; usize::try_from(size.min(ENDS)).unwrap_or_default()];
        self.0.update(&size.to_be_bytes());
        let between = (1..=14).map(|i| (size / 15 * i, BETWEEN));
        let places =
            [(0, ENDS)].into_iter().chain(between).chain([(size.saturating_sub(ENDS), ENDS)]);
        for (offset, length) in places {
            let length = usize::try_from(length).unwrap_or(buffer.len()).min(buffer.len());
            let read = file.read_from(&mut buffer[..length], offset)?;
            self.0.update(&buffer[..read]);
        }
        Ok(())
    }

    /// A source that has a version, which says as much as its content. It is told apart from content.
    pub(super) fn version(&mut self, version: &str, size: ByteCount) {
        self.0.update(b"omics-upload version 1\0");
        self.0.update(&size.get().to_be_bytes());
        self.0.update(&(version.len() as u64).to_be_bytes());
        self.0.update(version.as_bytes());
    }

    pub(super) fn finish(self) -> Fingerprint {
        Fingerprint::new(&self.0.finish())
    }
}
