//! Pieces of CRAM blocks that lie across the borders of parts, put together to compare checksums.

use crate::formats::damage::{Damage, Unit};

/// A piece of a block's header and data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct BlockPiece {
    /// Where the block begins.
    pub(crate) block: u64,
    pub(crate) from: u64,
    pub(crate) to: u64,
    /// Of this piece alone.
    pub(crate) crc: u32,
    /// What the block says its checksum is, if this is its last piece.
    pub(crate) stored: Option<u32>,
}

/// The first block whose pieces do not have the checksum that it names.
pub(crate) fn differing(mut pieces: Vec<BlockPiece>) -> Option<Damage> {
    pieces.sort_unstable();
    let broken = |at| Damage::Broken { unit: Unit::CramBlock, at, what: "its checksum differs" };
    pieces
        .chunk_by(|a, b| a.block == b.block)
        .find(|pieces| !is_sound(pieces))
        .and_then(|pieces| pieces.first().map(|piece| broken(piece.block)))
}

/// Whether the pieces of one block, in order, are all of it and have its checksum.
fn is_sound(pieces: &[BlockPiece]) -> bool {
    let mut end = pieces.first().map_or(0, |piece| piece.block);
    let mut crc = crc32fast::Hasher::new();
    for piece in pieces {
        if piece.from != end {
            return false;
        }
        crc.combine(&crc32fast::Hasher::new_with_initial_len(piece.crc, piece.to - piece.from));
        end = piece.to;
    }
    let crc = crc.finalize();
    let stored = pieces.iter().filter_map(|piece| piece.stored);
    let mut is_known = false;
    for stored in stored {
        if stored != crc {
            return false;
        }
        is_known = true;
    }
    is_known
}
