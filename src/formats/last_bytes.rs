//! The last bytes of a file, which say much of how it ends in constant time.

use super::end_flaw::EndFlaw;

/// So many of a file's last bytes are looked at: more than four of the largest BGZF blocks.
pub const TAIL: usize = 256 * 1024;

/// Zeros that neither a marker nor compressed data ends in.
pub(super) const MANY_ZEROS: usize = 64;

/// The last bytes, and where in the file they begin.
pub(crate) struct LastBytes<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) start: u64,
}

impl LastBytes<'_> {
    /// Whether these are all bytes of the file.
    pub(crate) const fn is_whole(&self) -> bool {
        self.start == 0
    }

    pub(crate) const fn at(&self, place: usize) -> u64 {
        self.start + place as u64
    }

    pub(crate) const fn trailing(&self, place: usize) -> EndFlaw {
        EndFlaw::Trailing { at: self.at(place), count: (self.bytes.len() - place) as u64 }
    }

    /// How many zeros stand at the end.
    pub(crate) fn zeros(&self) -> usize {
        self.bytes.iter().rev().take_while(|byte| **byte == 0).count()
    }
}
