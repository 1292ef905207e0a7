//! The walk from one BGZF block to the next, in order, without decompressing.
//!
//! It reads bytes in pieces of any size.

use super::block::{self, BlockHead, END};
use crate::formats::{
    damage::{Damage, Unit},
    pending::Pending,
};

/// So few zeros may be part of anything.
const FEW_ZEROS: u64 = 16;

/// What a walk from the first to the last block found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Walked {
    /// BGZF blocks or CRAM containers.
    pub units: u64,
    /// Whether the file ends with the end-of-file marker. Files of old tools do not, nor do those
    /// that were cut between two blocks.
    pub end_marker: bool,
}

/// Walks the chain of blocks in order: each names its size, and the next one has to begin there.
///
/// ```
/// # use omics_upload::formats::bgzf::BlockWalk;
/// let mut walk = BlockWalk::default();
/// walk.push(b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0\x1b")?;
/// walk.push(b"\0\x03\0\0\0\0\0\0\0\0\0")?;
/// assert!(walk.finish()?.end_marker);
/// # Ok::<_, omics_upload::formats::Damage>(())
/// ```
#[derive(Debug, Default)]
pub struct BlockWalk {
    /// Where the current block begins.
    at: u64,
    state: BlockWalkState,
    pending: Pending,
    walked: Walked,
    is_at_gzip: bool,
}

#[derive(Debug, Default)]
enum BlockWalkState {
    /// At the beginning of a block.
    #[default]
    Head,
    /// So many bytes of the block are still to come.
    Body { size: u64, left: u64 },
    /// Zeros, where a block should begin; so many so far.
    Zeros(u64),
}

impl BlockWalk {
    /// At a block in the middle of a file.
    pub(crate) fn from(at: u64) -> Self {
        Self { at, ..Self::default() }
    }

    /// Takes the next bytes of the file.
    pub fn push(&mut self, mut bytes: &[u8]) -> Result<(), Damage> {
        while !bytes.is_empty() {
            match &mut self.state {
                BlockWalkState::Head => self.head(&mut bytes)?,
                BlockWalkState::Body { size, left } => {
                    let passed = (bytes.len() as u64).min(*left);
                    *left -= passed;
                    bytes = &bytes[usize::try_from(passed).unwrap_or(bytes.len())..];
                    if *left == 0 {
                        self.at += *size;
                        self.state = BlockWalkState::Head;
                    }
                }
                BlockWalkState::Zeros(zeros) => {
                    let count = bytes.iter().take_while(|byte| **byte == 0).count();
                    *zeros += count as u64;
                    if count < bytes.len() {
                        let (from, to) = (self.at, self.at + *zeros);
                        return Err(if *zeros < FEW_ZEROS {
                            Damage::Garbage { unit: Unit::BgzfBlock, at: from }
                        } else {
                            Damage::Hole { from, to }
                        });
                    }
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Whether what was found instead of a block is another gzip member.
    pub(crate) const fn is_at_gzip(&self) -> bool {
        self.is_at_gzip
    }

    fn head(&mut self, bytes: &mut &[u8]) -> Result<(), Damage> {
        if self.pending.bytes().is_empty() && bytes.first() == Some(&0) {
            self.state = BlockWalkState::Zeros(0);
            return Ok(());
        }
        let found = self.pending.parse(bytes, |seen| match block::head(seen) {
            BlockHead::Short => None,
            BlockHead::Gzip => {
                self.is_at_gzip = true;
                Some(((None, false), 0))
            }
            // The end-of-file marker is known by all of its bytes.
            BlockHead::Block { size, .. } if size == END.len() => {
                let block = seen.get(..size)?;
                Some(((Some(size), block::is_end(block)), size))
            }
            BlockHead::Block { size, header } => Some(((Some(size), false), header)),
            BlockHead::Foreign => Some(((None, false), 0)),
        });
        let Some(((size, end_marker), passed)) = found else { return Ok(()) };
        let Some(size) = size else {
            return Err(Damage::Garbage { unit: Unit::BgzfBlock, at: self.at });
        };
        self.walked.units += 1;
        self.walked.end_marker = end_marker;
        self.state = BlockWalkState::Body { size: size as u64, left: (size - passed) as u64 };
        if size == passed {
            self.at += size as u64;
            self.state = BlockWalkState::Head;
        }
        Ok(())
    }

    /// Says that no more bytes follow.
    pub fn finish(&self) -> Result<Walked, Damage> {
        match self.state {
            BlockWalkState::Head if self.pending.bytes().is_empty() => Ok(self.walked),
            BlockWalkState::Head | BlockWalkState::Body { .. } => {
                Err(Damage::Cut { unit: Unit::BgzfBlock, at: self.at })
            }
            BlockWalkState::Zeros(_) => Err(Damage::ZeroTail { from: self.at }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::fixture::{bgzf, block};

    fn walk(file: &[u8], piece: usize) -> Result<Walked, Damage> {
        let mut walk = BlockWalk::default();
        file.chunks(piece).try_for_each(|piece| walk.push(piece))?;
        walk.finish()
    }

    /// The same, whatever the pieces.
    fn walked(file: &[u8]) -> Result<Walked, Damage> {
        let whole = walk(file, usize::MAX);
        for piece in [1, 7, 64, 1000] {
            assert_eq!(walk(file, piece), whole, "{piece}");
        }
        whole
    }

    #[test]
    fn a_chain_is_walked_to_its_end() {
        let data: Vec<u8> = (0..=255).cycle().take(5000).collect();
        let file = bgzf(&data, 1000);
        assert_eq!(walked(&file), Ok(Walked { units: 6, end_marker: true }));
        // Two files, one after the other, are one.
        let twice = [&file[..], &file[..]].concat();
        assert_eq!(walked(&twice), Ok(Walked { units: 12, end_marker: true }));
        assert_eq!(walked(&[]), Ok(Walked::default()));
    }

    #[test]
    fn another_empty_block_is_no_end_marker() {
        let empty = block(b"");
        let file = [&block(b"data")[..], &empty].concat();
        assert_eq!(walked(&file).unwrap().end_marker, empty == END);
        let mut other = END;
        other[9] = 3;
        assert!(!walked(&other).unwrap().end_marker);
        let file = [&END[..], &block(b"data")].concat();
        assert!(!walked(&file).unwrap().end_marker);
    }

    #[test]
    fn every_cut_is_seen_but_the_one_between_two_blocks() {
        let file = bgzf(&[7; 300], 100);
        let edges: Vec<_> = (0..4)
            .scan(0, |at, _| {
                let edge = *at;
                if let BlockHead::Block { size, .. } = block::head(&file[edge..]) {
                    *at += size;
                }
                Some(edge)
            })
            .collect();
        for cut in 0..file.len() {
            let found = walked(&file[..cut]);
            if edges.contains(&cut) {
                assert!(!found.unwrap().end_marker, "{cut}");
            } else {
                let at = *edges.iter().rfind(|edge| **edge < cut).unwrap() as u64;
                assert_eq!(found, Err(Damage::Cut { unit: Unit::BgzfBlock, at }), "{cut}");
            }
        }
    }

    #[test]
    fn zeros_and_foreign_bytes_are_told_with_their_place() {
        let file = bgzf(&[7; 300], 100);
        let length = file.len() as u64;
        let with = |tail: &[u8]| walked(&[&file[..], tail].concat());
        assert_eq!(with(&[0; 100]), Err(Damage::ZeroTail { from: length }));
        assert_eq!(
            with(&[&[0; 100][..], &file].concat()),
            Err(Damage::Hole { from: length, to: length + 100 })
        );
        for tail in [&b"garbage"[..], b"\x1f\x8b\x08\0\0\0\0\0\0\0\0\0", b"\x1f\x8c"] {
            assert_eq!(with(tail), Err(Damage::Garbage { unit: Unit::BgzfBlock, at: length }));
        }
        // A size that does not hold the frame itself.
        let tiny = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0\x10\0";
        assert_eq!(with(tiny), Err(Damage::Garbage { unit: Unit::BgzfBlock, at: length }));
        assert_eq!(
            Damage::ZeroTail { from: 9 }.to_string(),
            "it holds nothing but zeros from byte 9 to its end: the space was reserved, but not all \
             of it was written"
        );
    }

    #[test]
    fn other_fields_may_stand_before_the_size() {
        let mut block = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x0c\0XY\x02\0zzBC\x02\0\x29\0".to_vec();
        block.resize(0x2a, 1);
        assert_eq!(walked(&block), Ok(Walked { units: 1, end_marker: false }));
    }
}
