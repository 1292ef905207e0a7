//! BGZF blocks at the end of a file: where they begin, and what is in them.
//!
//! SAM specification, section 4.1. A block names its own size, so that blocks form a chain; where a
//! chain begins in bytes from the middle of a file has to be found.

use std::io::Read as _;

use flate2::bufread::GzDecoder;

use crate::formats::gzip::block_size;

/// The largest block, compressed or not.
const MAX_BLOCK: usize = 64 * 1024;
/// A block's header as all writers have it, and how it begins.
const HEADER: usize = 18;
const BEGIN: &[u8; 4] = b"\x1f\x8b\x08\x04";
/// The size of the empty block at the end.
const MARKER_SIZE: usize = 28;

/// Blocks that follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Chain {
    /// Where the first of them begins.
    pub(crate) first: usize,
    pub(crate) stop: Stop,
}

/// Where a chain ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// With the bytes.
    End,
    /// In the block that begins here.
    Cut(usize),
    /// At something else than a block.
    NoBlock(usize),
    /// The same, behind a marker.
    AfterMarker(usize),
}

/// The earliest chain up to the end of `bytes`; else the longest that there is.
///
/// `is_whole` says that the bytes begin with a block. Otherwise a block begins within the first
/// 64 KiB, or else something there is no BGZF.
pub(crate) fn last_chain(bytes: &[u8], is_whole: bool) -> Option<Chain> {
    let last = if is_whole { 0 } else { MAX_BLOCK.min(bytes.len().saturating_sub(1)) };
    let mut longest: Option<(usize, Chain)> = None;
    for first in (0..=last).filter(|first| block_size(&bytes[*first..]).is_some()) {
        let (blocks, stop) = follow(bytes, first);
        let chain = Chain { first, stop };
        if stop == Stop::End {
            return Some(chain);
        }
        if longest.is_none_or(|(most, _)| blocks > most) {
            longest = Some((blocks, chain));
        }
    }
    longest.map(|(_, chain)| chain)
}

/// Goes from block to block; gives their number.
fn follow(bytes: &[u8], first: usize) -> (usize, Stop) {
    let (mut at, mut blocks, mut is_marked) = (first, 0, false);
    while at < bytes.len() {
        let Some(size) = block_size(&bytes[at..]) else {
            let rest = &bytes[at..];
            let is_begun = rest.len() < HEADER && rest.iter().zip(BEGIN).all(|(a, b)| a == b);
            let stop = if is_begun {
                Stop::Cut(at)
            } else if is_marked {
                Stop::AfterMarker(at)
            } else {
                Stop::NoBlock(at)
            };
            return (blocks, stop);
        };
        if bytes.len() - at < size {
            return (blocks, Stop::Cut(at));
        }
        is_marked = size == MARKER_SIZE;
        at += size;
        blocks += 1;
    }
    (blocks, Stop::End)
}

/// Decompresses the blocks of a chain and compares their checksums; gives about the last `keep` bytes
/// of what is in them, or where the first block begins that is damaged.
pub(crate) fn inflate(bytes: &[u8], first: usize, keep: usize) -> Result<Vec<u8>, usize> {
    let mut text = Vec::new();
    let mut at = first;
    while let Some(size) = bytes.get(at..).and_then(block_size) {
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
