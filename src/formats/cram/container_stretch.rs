//! The containers of a CRAM in a stretch that begins anywhere.
//!
//! Blocks that lie in it whole are proven here; of those across its borders, what is here is kept as
//! pieces.

use super::{
    block_piece::BlockPiece,
    container::CRC,
    container_starts::{BlockExtent, StretchLayout},
    version::CramVersion,
    walk::ContainerWalk,
};
use crate::formats::damage::{Damage, Unit};

/// Walks a stretch, in pieces of any size.
#[derive(Debug)]
pub(crate) struct ContainerStretch {
    /// Whether blocks have checksums.
    has_sums: bool,
    from: u64,
    to: u64,
    /// Where the next byte stands.
    at: u64,
    /// Blocks of the container across the beginning that have not passed yet, the next one last.
    blocks: Vec<BlockExtent>,
    /// Where the first container begins.
    first: u64,
    /// Of the current one among `blocks`.
    crc: crc32fast::Hasher,
    /// From the first container on.
    walk: ContainerWalk,
    pieces: Vec<BlockPiece>,
}

impl ContainerStretch {
    pub(crate) fn new(version: CramVersion, from: u64, to: u64, layout: StretchLayout) -> Self {
        let StretchLayout { mut blocks, first, ended } = layout;
        blocks.reverse();
        let walk = ContainerWalk::at(version, first, ended);
        let (crc, pieces) = (crc32fast::Hasher::new(), Vec::new());
        let has_sums = version.major() >= 3;
        let mut stretch = Self { has_sums, from, to, at: from, blocks, first, crc, walk, pieces };
        // Of the first block, nothing but the checksum may be here.
        if let Some(block) = stretch.blocks.pop_if(|block| block.end <= from) {
            stretch.keep(block, block.end, Some(block.stored));
        }
        stretch
    }

    /// Takes the next bytes.
    pub(crate) fn push(&mut self, mut bytes: &[u8]) -> Result<(), Damage> {
        while !bytes.is_empty() && self.at < self.first {
            let next = self.blocks.last().copied();
            let (is_inside, until) = match next {
                None => (false, self.first),
                Some(block) if self.at < block.begin => (false, block.begin),
                Some(block) => (true, block.end),
            };
            let left = usize::try_from(until - self.at).unwrap_or(usize::MAX);
            let (passed, rest) = bytes.split_at(left.min(bytes.len()));
            bytes = rest;
            self.at += passed.len() as u64;
            if is_inside {
                self.crc.update(passed);
            }
            if let Some(block) = self.blocks.pop_if(|block| is_inside && block.end == self.at) {
                self.ended(block)?;
            }
        }
        self.at += bytes.len() as u64;
        self.walk.push(bytes)
    }

    /// A block has passed to its end.
    fn ended(&mut self, block: BlockExtent) -> Result<(), Damage> {
        let (at, what) = (block.begin, "its checksum differs");
        let is_whole = at >= self.from;
        if is_whole && self.crc.clone().finalize() != block.stored {
            return Err(Damage::Broken { unit: Unit::CramBlock, at, what });
        }
        // What follows may have a piece of its checksum, and could not tell what that is of.
        if is_whole && block.end + CRC <= self.to {
            self.crc.reset();
        } else {
            self.keep(block, block.begin.max(self.from), Some(block.stored));
        }
        Ok(())
    }

    /// Keeps what has passed of a block.
    fn keep(&mut self, block: BlockExtent, from: u64, stored: Option<u32>) {
        let crc = std::mem::take(&mut self.crc).finalize();
        let to = self.at.clamp(from, block.end);
        self.pieces.push(BlockPiece { block: block.begin, from, to, crc, stored });
    }

    /// All bytes of the stretch have passed, which may be the last of the file.
    pub(crate) fn finish(mut self, is_last: bool) -> Result<Vec<BlockPiece>, Damage> {
        if let Some(block) = self.blocks.last().copied().filter(|block| block.begin < self.at) {
            self.keep(block, block.begin.max(self.from), None);
        } else if self.at >= self.first {
            let begun = self.walk.begun();
            if is_last {
                self.walk.finish()?;
            } else if let Some((block, to, crc)) = begun.filter(|_| self.has_sums) {
                self.pieces.push(BlockPiece { block, from: block, to, crc, stored: None });
            }
        }
        Ok(self.pieces)
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path, sync::Arc};

    use super::*;
    use crate::formats::cram::{
        block_piece, container_starts::ContainerStarts, version::DEFINITION,
    };

    const FILES: [&str; 4] = [
        "hts-sys/auxf#values_java.cram",
        "hts-sys/range.cram",
        "samtools-test/7.quickcheck.cram30.ok.cram",
        "samtools-test/test_input_1_a.cram",
    ];

    fn read(name: &str) -> Vec<u8> {
        fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)).unwrap()
    }

    fn version(file: &[u8]) -> CramVersion {
        CramVersion::new(file[4], file[5]).unwrap()
    }

    /// What is found in a file that is cut in parts, which pass in another order.
    fn joined(file: &[u8], part: usize, piece: usize) -> Result<(), Damage> {
        let size = file.len() as u64;
        let mut starts = ContainerStarts::new(Arc::new(file.to_vec()), size, version(file));
        let mut parts: Vec<_> = (0..file.len()).step_by(part).collect();
        fastrand::Rng::with_seed(part as u64).shuffle(&mut parts);
        let mut pieces = Vec::new();
        for from in parts {
            let to = (from + part).min(file.len());
            let layout = starts.layout(from as u64, to as u64).unwrap()?;
            let mut stretch = ContainerStretch::new(version(file), from as u64, to as u64, layout);
            file[from..to].chunks(piece).try_for_each(|piece| stretch.push(piece))?;
            pieces.extend(stretch.finish(to == file.len())?);
        }
        block_piece::differing(pieces).map_or(Ok(()), Err)
    }

    fn in_order(file: &[u8]) -> Result<(), Damage> {
        let mut walk = ContainerWalk::new(version(file));
        walk.push(file)?;
        walk.finish().map(drop)
    }

    #[test]
    fn every_cut_of_a_sound_file_is_joined() {
        for name in FILES {
            let file = read(name);
            let few = (file.len() / 300..file.len() / 300 + 12)
                .chain((40..file.len() * 2).step_by(1 + file.len() / 50))
                .filter(|part| *part > 0);
            for part in few {
                for piece in [3, usize::MAX] {
                    assert_eq!(joined(&file, part, piece), Ok(()), "{name} {part} {piece}");
                }
            }
        }
    }

    #[test]
    fn a_bit_that_flipped_anywhere_is_seen() {
        let file = read("samtools-test/test_input_1_a.cram");
        for at in (DEFINITION..file.len()).step_by(7) {
            let mut damaged = file.clone();
            damaged[at] ^= 1 << (at % 8);
            // The marker's free half, and what would be another end.
            if in_order(&damaged).is_ok() {
                continue;
            }
            for part in [60, 333, 1500, file.len()] {
                assert!(joined(&damaged, part, 64).is_err(), "{at} {part}");
            }
        }
    }

    #[test]
    fn damage_is_told_as_if_the_file_were_read_in_order() {
        let file = read("hts-sys/range.cram");
        let with = |place: usize, bytes: &[u8]| {
            let mut file = file.clone();
            file[place..place + bytes.len()].copy_from_slice(bytes);
            file
        };
        for damaged in [
            with(6000, b"x"),
            file[..6000].to_vec(),
            [&file[..6000], &file[file.len() - 38..]].concat(),
            [&file[..], b"more than an end of file may be followed by"].concat(),
            [&file[..], &[0; 3000]].concat(),
        ] {
            let expected = in_order(&damaged);
            assert!(expected.is_err());
            for part in [file.len(), 3000, 700, 90] {
                let found = joined(&damaged, part, 100);
                assert!(found.is_err(), "{part}");
                // Parts behind the damage may be looked at first; the chain itself breaks later.
                if part >= file.len() {
                    assert_eq!(found, expected);
                }
            }
        }
        let mut hole = file.clone();
        hole[2000..9000].fill(0);
        assert!(joined(&hole, 1000, 100).is_err());
    }

    #[test]
    fn containers_without_checksums_are_followed() {
        let file = as_version_2(&read("samtools-test/test_input_1_a.cram"));
        assert_eq!(in_order(&file), Ok(()));
        for part in (1..30).chain((30..file.len()).step_by(29)) {
            assert_eq!(joined(&file, part, 50), Ok(()), "{part}");
        }
        let mut hole = file.clone();
        let end = hole.len();
        hole[1500..end].fill(0);
        assert!(joined(&hole, 400, 50).is_err());
    }

    /// The same containers and blocks without their checksums.
    fn as_version_2(file: &[u8]) -> Vec<u8> {
        let mut made = file[..DEFINITION].to_vec();
        (made[4], made[5]) = (2, 1);
        let mut at = DEFINITION;
        while at < file.len() {
            let (header, used) =
                crate::formats::cram::container::container(3, &file[at..]).unwrap().ok().unwrap();
            let end = at + used + usize::try_from(header.length).unwrap();
            let begin = made.len();
            made.extend_from_slice(&file[at..at + used - 4]);
            at += used;
            let mut blocks = 0;
            while at < end {
                let (size, length) = crate::formats::cram::container::block(&file[at..]).unwrap();
                let block = length + usize::try_from(size).unwrap();
                made.extend_from_slice(&file[at..at + block]);
                at += block + 4;
                blocks += 1;
            }
            let length = u32::try_from(header.length).unwrap() - 4 * blocks;
            made[begin..begin + 4].copy_from_slice(&length.to_le_bytes());
        }
        made
    }
}
