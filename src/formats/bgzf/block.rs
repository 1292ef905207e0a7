//! The frame of a BGZF block and the walk from one block to the next, without decompressing.
//!
//! SAM specification, section 4.1. The walk reads bytes in order, in pieces of any size.

use crate::formats::{
    damage::{Damage, Unit},
    pending::Pending,
};

/// The empty block that ends a BGZF file, byte by byte (SAM specification, section 4.1.2).
const END: [u8; 28] = [
    0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, b'B', b'C', 2, 0, 0x1b, 0, 3, 0, 0, 0, 0, 0, 0, 0,
    0, 0,
];
/// So few zeros may be part of anything.
const FEW_ZEROS: u64 = 16;
/// CRC-32 and length, at the end of each block.
pub(crate) const TRAILER: usize = 8;

/// The CRC-32 and the length of the data, which end a block as they end any gzip member.
pub(crate) fn trailer(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes.as_chunks() {
        ([crc, length], []) => Some((u32::from_le_bytes(*crc), u32::from_le_bytes(*length))),
        _ => None,
    }
}

/// What stands where a block should begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Head {
    /// A block of `size` bytes, of which the first `header` are its header.
    Block {
        size: usize,
        header: usize,
    },
    /// A gzip member that does not say how long it is.
    Gzip,
    /// Too few bytes to tell.
    Short,
    Foreign,
}

/// Reads what stands at the beginning of `bytes`.
pub(crate) fn head(bytes: &[u8]) -> Head {
    const FIXED: usize = 12;
    const EXTRA: u8 = 4;
    let magic = [0x1f, 0x8b, 8];
    let known = bytes.len().min(magic.len());
    if bytes[..known] != magic[..known] {
        return Head::Foreign;
    }
    let Some((fixed, rest)) = bytes.split_at_checked(FIXED) else { return Head::Short };
    if fixed[3] != EXTRA {
        return Head::Gzip;
    }
    let length = usize::from(u16::from_le_bytes([fixed[10], fixed[11]]));
    let Some(mut extra) = rest.get(..length) else { return Head::Short };
    while let [a, b, low, high, after @ ..] = extra {
        let field = usize::from(u16::from_le_bytes([*low, *high]));
        if let (b'B', b'C', 2, [low, high, ..]) = (*a, *b, field, after) {
            let size = usize::from(u16::from_le_bytes([*low, *high])) + 1;
            let header = FIXED + length;
            let fits = size > header + TRAILER;
            return if fits { Head::Block { size, header } } else { Head::Foreign };
        }
        extra = after.get(field..).unwrap_or_default();
    }
    Head::Gzip
}

/// Whether `block` is the very block that ends a file.
pub(crate) fn is_end(block: &[u8]) -> bool {
    block == END
}

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
/// # use omics_upload::content::BlockWalk;
/// let mut walk = BlockWalk::default();
/// walk.push(b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0\x1b")?;
/// walk.push(b"\0\x03\0\0\0\0\0\0\0\0\0")?;
/// assert!(walk.finish()?.end_marker);
/// # Ok::<_, crate::formats::damage::Damage>(())
/// ```
#[derive(Debug, Default)]
pub struct BlockWalk {
    /// Where the current block begins.
    at: u64,
    state: State,
    pending: Pending,
    walked: Walked,
    is_at_gzip: bool,
}

#[derive(Debug, Default)]
enum State {
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
                State::Head => self.head(&mut bytes)?,
                State::Body { size, left } => {
                    let passed = (bytes.len() as u64).min(*left);
                    *left -= passed;
                    bytes = &bytes[usize::try_from(passed).unwrap_or(bytes.len())..];
                    if *left == 0 {
                        self.at += *size;
                        self.state = State::Head;
                    }
                }
                State::Zeros(zeros) => {
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
            self.state = State::Zeros(0);
            return Ok(());
        }
        let found = self.pending.parse(bytes, |seen| match head(seen) {
            Head::Short => None,
            Head::Gzip => {
                self.is_at_gzip = true;
                Some(((None, false), 0))
            }
            // The end-of-file marker is known by all of its bytes.
            Head::Block { size, .. } if size == END.len() => {
                let block = seen.get(..size)?;
                Some(((Some(size), is_end(block)), size))
            }
            Head::Block { size, header } => Some(((Some(size), false), header)),
            Head::Foreign => Some(((None, false), 0)),
        });
        let Some(((size, end_marker), passed)) = found else { return Ok(()) };
        let Some(size) = size else {
            return Err(Damage::Garbage { unit: Unit::BgzfBlock, at: self.at });
        };
        self.walked.units += 1;
        self.walked.end_marker = end_marker;
        self.state = State::Body { size: size as u64, left: (size - passed) as u64 };
        if size == passed {
            self.at += size as u64;
            self.state = State::Head;
        }
        Ok(())
    }

    /// Says that no more bytes follow.
    pub fn finish(&self) -> Result<Walked, Damage> {
        match self.state {
            State::Head if self.pending.bytes().is_empty() => Ok(self.walked),
            State::Head | State::Body { .. } => {
                Err(Damage::Cut { unit: Unit::BgzfBlock, at: self.at })
            }
            State::Zeros(_) => Err(Damage::ZeroTail { from: self.at }),
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
                if let Head::Block { size, .. } = head(&file[edge..]) {
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
