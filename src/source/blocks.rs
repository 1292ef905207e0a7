//! The small blocks in which sources are read: a stock of buffers that go round.

use std::sync::{Arc, Mutex, PoisonError};

use crate::types::{Algorithm, Hasher};

/// How much is read at a time: large enough that a system call costs nothing beside it, small enough
/// that it is still in the processor's cache when it is hashed and sent.
pub(crate) const BLOCK: usize = 128 * 1024;
/// How many blocks of a part may wait for the socket.
pub(super) const BLOCKS_AHEAD: usize = 2;

/// A stock of block buffers, shared by all parts, so that blocks are not allocated and zeroed anew; and
/// how what passes through them is hashed.
#[derive(Debug, Clone, Default)]
pub struct Blocks {
    stock: Arc<Mutex<Vec<Vec<u8>>>>,
    algorithm: Algorithm,
}

impl Blocks {
    pub fn new(algorithm: Algorithm) -> Self {
        Self { stock: Arc::default(), algorithm }
    }

    pub(super) fn hasher(&self) -> Hasher {
        Hasher::new(self.algorithm)
    }

    pub(super) fn take(&self) -> Block {
        let free = self.stock.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let buffer = free.unwrap_or_else(|| vec![0; BLOCK]);
        Block { buffer, length: 0, home: self.clone() }
    }

    /// How many buffers are not in use.
    #[cfg(test)]
    pub(super) fn stock(&self) -> usize {
        self.stock.lock().unwrap().len()
    }
}

/// A block on its way; its buffer goes back to the stock when the last reference is gone.
pub(super) struct Block {
    pub(super) buffer: Vec<u8>,
    /// How much of the buffer is filled.
    pub(super) length: usize,
    home: Blocks,
}

impl AsRef<[u8]> for Block {
    fn as_ref(&self) -> &[u8] {
        &self.buffer[..self.length]
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        let buffer = std::mem::take(&mut self.buffer);
        self.home.stock.lock().unwrap_or_else(PoisonError::into_inner).push(buffer);
    }
}
