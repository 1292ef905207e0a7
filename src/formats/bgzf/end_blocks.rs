//! BGZF blocks at the end of a file: where they begin, and what is in them.
//!
//! A block names its own size, so that blocks stand in a row; where a row begins in bytes from the middle
//! of a file has to be found.

use std::io::Read as _;

use flate2::bufread::GzDecoder;

use super::block::{BEGIN, END, HEADER, MAX_BLOCK, named_size};

/// Blocks that follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BlockRow {
    /// Where the first of them begins.
    pub(crate) first: usize,
    pub(crate) end: EndOfBlocks,
}

/// Where a row ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EndOfBlocks {
    /// With the bytes.
    AtEnd,
    /// In the block that begins here.
    Cut(usize),
    /// At something else than a block.
    NoBlock(usize),
    /// The same, behind a marker.
    AfterMarker(usize),
}

/// The earliest row up to the end of `bytes`; else the longest that there is.
///
/// `is_whole` says that the bytes begin with a block. Otherwise a block begins within the first
/// 64 KiB, or else something there is no BGZF.
pub(super) fn last_row(bytes: &[u8], is_whole: bool) -> Option<BlockRow> {
    let last = if is_whole { 0 } else { MAX_BLOCK.min(bytes.len().saturating_sub(1)) };
    let mut longest: Option<(usize, BlockRow)> = None;
    for first in (0..=last).filter(|first| named_size(&bytes[*first..]).is_some()) {
        let (blocks, end) = follow(bytes, first);
        let row = BlockRow { first, end };
        if end == EndOfBlocks::AtEnd {
            return Some(row);
        }
        if longest.is_none_or(|(most, _)| blocks > most) {
            longest = Some((blocks, row));
        }
    }
    longest.map(|(_, row)| row)
}

/// Goes from block to block; gives their number.
fn follow(bytes: &[u8], first: usize) -> (usize, EndOfBlocks) {
    let (mut at, mut blocks, mut is_marked) = (first, 0, false);
    while at < bytes.len() {
        let Some(size) = named_size(&bytes[at..]) else {
            let rest = &bytes[at..];
            let is_begun = rest.len() < HEADER && rest.iter().zip(BEGIN).all(|(a, b)| a == b);
            let stop = if is_begun {
                EndOfBlocks::Cut(at)
            } else if is_marked {
                EndOfBlocks::AfterMarker(at)
            } else {
                EndOfBlocks::NoBlock(at)
            };
            return (blocks, stop);
        };
        if bytes.len() - at < size {
            return (blocks, EndOfBlocks::Cut(at));
        }
        is_marked = size == END.len();
        at += size;
        blocks += 1;
    }
    (blocks, EndOfBlocks::AtEnd)
}

/// Decompresses the blocks of a row and compares their checksums; gives about the last `keep` bytes
/// of what is in them, or where the first block begins that is damaged.
pub(crate) fn inflate(bytes: &[u8], first: usize, keep: usize) -> Result<Vec<u8>, usize> {
    let mut text = Vec::new();
    let mut at = first;
    while let Some(size) = bytes.get(at..).and_then(named_size) {
        let block = bytes.get(at..at + size).ok_or(at)?;
        let begin = text.len();
        let limit = MAX_BLOCK as u64 + 1;
        GzDecoder::new(block).take(limit).read_to_end(&mut text).map_err(|_| at)?;
        if text.len() - begin > MAX_BLOCK {
            return Err(at);
        }
        if text.len() > keep + MAX_BLOCK {
            text.drain(..text.len() - keep);
        }
        at += size;
    }
    Ok(text)
}
