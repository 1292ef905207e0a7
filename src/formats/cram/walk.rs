//! The walk from one CRAM container to the next, and from block to block within them, without
//! decompressing.
//!
//! CRAM specification, sections 6 to 9. From version 3.0 on, every container's header and every block
//! has a CRC-32, so the walk proves all compressed bytes; version 2.1 has none. It is a container's
//! length that counts, for files exist that name another number of blocks than they hold.

use super::{
    container::{Container, block, container},
    version::{CramVersion, DEFINITION, MAGIC, named_version},
};
use crate::formats::{
    FileType,
    damage::{Damage, Unit},
    pending::Pending,
};

/// No container begins with so many zeros.
const ZEROS: usize = 16;

/// What a walk from the first to the last container found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ContainerCounts {
    pub containers: u64,
    /// Records and bases, as the containers say.
    pub records: u64,
    pub bases: u64,
    /// Whether the file ends with the end-of-file container.
    pub end_marker: bool,
}

/// Walks the containers of a CRAM in order.
#[derive(Debug)]
pub struct ContainerWalk {
    version: CramVersion,
    /// Where the next byte stands.
    at: u64,
    /// Where the current container or block begins.
    begin: u64,
    /// What is still to come of the current container.
    left: u64,
    /// The same as its header says, in blocks.
    blocks: i64,
    crc: crc32fast::Hasher,
    state: ContainerWalkState,
    pending: Pending,
    counted: ContainerCounts,
}

#[derive(Debug)]
enum ContainerWalkState {
    Definition,
    Container,
    Block,
    /// So many bytes of a block are still to come.
    Body(u64),
    Crc,
    /// Filling at the end of the first container.
    Filling,
    /// Zeros, where a container should begin.
    Zeros,
}

impl ContainerWalk {
    /// At the first byte of a file of this version.
    pub fn new(version: CramVersion) -> Self {
        Self {
            version,
            at: 0,
            begin: 0,
            left: 0,
            blocks: 0,
            crc: crc32fast::Hasher::new(),
            state: ContainerWalkState::Definition,
            pending: Pending::default(),
            counted: ContainerCounts::default(),
        }
    }

    /// At the first byte of a container in the middle of a file, behind an end if `ended`.
    pub(crate) fn at(version: CramVersion, at: u64, ended: bool) -> Self {
        let mut walk =
            Self { at, begin: at, state: ContainerWalkState::Container, ..Self::new(version) };
        walk.counted.containers = u64::from(at > DEFINITION as u64);
        walk.counted.end_marker = ended;
        walk
    }

    /// Of a block that has begun: where, where what is known of it ends, and its checksum so far.
    pub(crate) fn begun(&self) -> Option<(u64, u64, u32)> {
        let pending = self.pending.bytes();
        match self.state {
            ContainerWalkState::Block if pending.is_empty() => None,
            ContainerWalkState::Block => {
                Some((self.begin, self.at + pending.len() as u64, crc32fast::hash(pending)))
            }
            ContainerWalkState::Body(_) | ContainerWalkState::Crc => {
                Some((self.begin, self.at, self.crc.clone().finalize()))
            }
            ContainerWalkState::Definition
            | ContainerWalkState::Container
            | ContainerWalkState::Filling
            | ContainerWalkState::Zeros => None,
        }
    }

    /// Takes the next bytes of the file.
    pub fn push(&mut self, mut bytes: &[u8]) -> Result<(), Damage> {
        while !bytes.is_empty() {
            match self.state {
                ContainerWalkState::Definition => self.definition(&mut bytes)?,
                ContainerWalkState::Container => self.container(&mut bytes)?,
                ContainerWalkState::Block => self.block(&mut bytes)?,
                ContainerWalkState::Body(left) => {
                    let body = self.skip(&mut bytes, left);
                    self.crc.update(body);
                    self.body(left - body.len() as u64);
                }
                ContainerWalkState::Crc => self.check_crc(&mut bytes)?,
                ContainerWalkState::Filling => {
                    let left = self.left;
                    self.left -= self.skip(&mut bytes, left).len() as u64;
                    self.next();
                }
                ContainerWalkState::Zeros => return self.zeros(bytes),
            }
        }
        Ok(())
    }

    /// Passes at most `limit` bytes.
    fn skip<'a>(&mut self, bytes: &mut &'a [u8], limit: u64) -> &'a [u8] {
        let length = usize::try_from(limit).map_or(bytes.len(), |limit| limit.min(bytes.len()));
        let (passed, rest) = bytes.split_at(length);
        *bytes = rest;
        self.at += length as u64;
        passed
    }

    fn definition(&mut self, bytes: &mut &[u8]) -> Result<(), Damage> {
        let wanted = Some((self.version.major(), self.version.minor()));
        let parse = |seen: &[u8]| {
            seen.get(..DEFINITION).map(|all| (named_version(all) == wanted, DEFINITION))
        };
        match self.pending.parse(bytes, parse) {
            Some((true, length)) => self.at += length as u64,
            Some((false, _)) => {
                return Err(Damage::Garbage { unit: Unit::CramDefinition, at: 0 });
            }
            None => return Ok(()),
        }
        self.next();
        Ok(())
    }

    fn container(&mut self, bytes: &mut &[u8]) -> Result<(), Damage> {
        let major = self.version.major();
        let ended = self.counted.end_marker;
        let mut is_another = false;
        let found = self.pending.parse(bytes, |seen| {
            is_another = ended && seen.starts_with(&MAGIC);
            let zeros = seen.iter().take_while(|byte| **byte == 0).count();
            if zeros >= ZEROS {
                return Some((Ok(None), zeros));
            }
            match container(major, seen)? {
                Ok((container, length)) => Some((Ok(Some(container)), length)),
                Err(what) => Some((Err(what), 0)),
            }
        });
        let Some((found, length)) = found else { return Ok(()) };
        if is_another {
            return Err(Damage::Joined { format: FileType::Cram, at: self.begin });
        }
        // Behind the end, nothing but another end may stand, which occurs.
        if ended && !matches!(&found, Ok(None | Some(Container { is_end: true, .. }))) {
            let unit = Unit::CramContainer;
            return Err(Damage::Trailing { unit, at: self.begin, count: None });
        }
        let broken = |what| Damage::Broken { unit: Unit::CramContainer, at: self.begin, what };
        let found = found.map_err(broken)?;
        self.at += length as u64;
        let Some(container) = found else {
            self.state = ContainerWalkState::Zeros;
            return Ok(());
        };
        self.left = container.length;
        self.blocks = container.blocks;
        self.counted.containers += 1;
        self.counted.records += container.records;
        self.counted.bases += container.bases;
        self.counted.end_marker = container.is_end;
        self.next();
        Ok(())
    }

    fn zeros(&mut self, bytes: &[u8]) -> Result<(), Damage> {
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        self.at += zeros as u64;
        if zeros < bytes.len() {
            return Err(Damage::Hole { from: self.begin, to: self.at });
        }
        Ok(())
    }

    /// What comes after a container's header or a block.
    fn next(&mut self) {
        self.begin = self.at;
        self.state = if self.left == 0 {
            ContainerWalkState::Container
        } else if self.counted.containers == 1 && self.blocks <= 0 {
            // Room for a longer header, which may be anything.
            ContainerWalkState::Filling
        } else {
            ContainerWalkState::Block
        };
    }

    fn block(&mut self, bytes: &mut &[u8]) -> Result<(), Damage> {
        let mut crc = crc32fast::Hasher::new();
        let found = self.pending.parse(bytes, |seen| {
            let (size, length) = block(seen)?;
            crc.update(&seen[..length]);
            Some((size, length))
        });
        let Some((size, length)) = found else { return Ok(()) };
        let trailer = if self.version.major() < 3 { 0 } else { 4 };
        let broken = |what| Damage::Broken { unit: Unit::CramBlock, at: self.begin, what };
        let size = u64::try_from(size).map_err(|_| broken("its size is negative"))?;
        self.left = self
            .left
            .checked_sub(length as u64 + size + trailer)
            .ok_or_else(|| broken("it is longer than the rest of its container"))?;
        self.at += length as u64;
        self.blocks -= 1;
        self.crc = crc;
        self.body(size);
        Ok(())
    }

    /// So many bytes of the block's data are still to come.
    fn body(&mut self, left: u64) {
        self.state = ContainerWalkState::Body(left);
        if left == 0 {
            if self.version.major() < 3 {
                self.next();
            } else {
                self.state = ContainerWalkState::Crc;
            }
        }
    }

    fn check_crc(&mut self, bytes: &mut &[u8]) -> Result<(), Damage> {
        let found =
            self.pending.parse(bytes, |seen| seen.first_chunk().map(|crc: &[u8; 4]| (*crc, 4)));
        let Some((crc, length)) = found else { return Ok(()) };
        if std::mem::take(&mut self.crc).finalize() != u32::from_le_bytes(crc) {
            let what = "its checksum differs";
            return Err(Damage::Broken { unit: Unit::CramBlock, at: self.begin, what });
        }
        self.at += length as u64;
        self.next();
        Ok(())
    }

    /// Says that no more bytes follow.
    pub fn finish(&self) -> Result<ContainerCounts, Damage> {
        let at = self.begin;
        let pending = self.pending.bytes();
        match self.state {
            ContainerWalkState::Container if pending.is_empty() => Ok(self.counted),
            ContainerWalkState::Container if pending.iter().all(|byte| *byte == 0) => {
                Err(Damage::ZeroTail { from: at })
            }
            ContainerWalkState::Container if self.counted.end_marker => {
                let count = Some(pending.len() as u64);
                Err(Damage::Trailing { unit: Unit::CramContainer, at, count })
            }
            ContainerWalkState::Zeros => Err(Damage::ZeroTail { from: at }),
            ContainerWalkState::Definition => {
                Err(Damage::Cut { unit: Unit::CramDefinition, at: 0 })
            }
            ContainerWalkState::Container | ContainerWalkState::Filling => {
                Err(Damage::Cut { unit: Unit::CramContainer, at })
            }
            ContainerWalkState::Block | ContainerWalkState::Body(_) | ContainerWalkState::Crc => {
                Err(Damage::Cut { unit: Unit::CramBlock, at })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    fn read(name: &str) -> Vec<u8> {
        fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)).unwrap()
    }

    fn walk(file: &[u8], piece: usize) -> Result<ContainerCounts, Damage> {
        let version = CramVersion::new(file[4], file[5]).unwrap();
        let mut walk = ContainerWalk::new(version);
        file.chunks(piece).try_for_each(|piece| walk.push(piece))?;
        walk.finish()
    }

    /// The same, whatever the pieces.
    fn walked(file: &[u8]) -> Result<ContainerCounts, Damage> {
        let whole = walk(file, usize::MAX);
        for piece in [1, 7, 100] {
            assert_eq!(walk(file, piece), whole, "{piece}");
        }
        whole
    }

    #[test]
    fn real_files_are_walked_to_their_end() {
        for (name, containers, records, end_marker) in [
            ("hts-sys/auxf#values_java.cram", 3, 2, true),
            ("hts-sys/range.cram", 6, 112, true),
            ("samtools-test/7.quickcheck.cram30.ok.cram", 3, 569, true),
            ("samtools-test/9.quickcheck.cram30.truncated.cram", 2, 569, false),
            ("samtools-test/test_input_1_a.cram", 5, 15, true),
        ] {
            let counted = walked(&read(name)).unwrap();
            let expected = (containers, records, end_marker);
            assert_eq!(
                (counted.containers, counted.records, counted.end_marker),
                expected,
                "{name}"
            );
        }
    }

    #[test]
    fn a_bit_that_flipped_anywhere_is_seen() {
        let file = read("samtools-test/test_input_1_a.cram");
        let whole = walk(&file, usize::MAX).unwrap();
        // The ID in the file definition is free; byte 8 of the end of file has a half that is, too.
        for at in 26..file.len() {
            let mut damaged = file.clone();
            damaged[at] ^= 1 << (at % 8);
            assert_ne!(walk(&damaged, usize::MAX), Ok(whole), "{at}");
        }
    }

    #[test]
    fn every_cut_is_seen_but_the_one_between_two_containers() {
        let file = read("samtools-test/test_input_1_a.cram");
        for cut in 6..file.len() {
            match walk(&file[..cut], usize::MAX) {
                Err(Damage::Cut { at, .. }) => assert!(at <= cut as u64),
                Ok(counted) => assert!(!counted.end_marker, "{cut}"),
                Err(damage) => panic!("{cut}: {damage}"),
            }
        }
    }

    #[test]
    fn what_follows_the_end_is_told() {
        let file = read("samtools-test/test_input_1_a.cram");
        let at = file.len() as u64;
        let with = |tail: &[u8]| walked(&[&file[..], tail].concat());
        assert_eq!(with(&[0; 50]), Err(Damage::ZeroTail { from: at }));
        let unit = Unit::CramContainer;
        assert_eq!(with(b"\0more"), Err(Damage::Trailing { unit, at, count: Some(5) }));
        assert_eq!(with(&file), Err(Damage::Joined { format: FileType::Cram, at }));
    }

    #[test]
    fn zeros_in_the_middle_are_a_hole_or_a_damage() {
        let file = read("samtools-test/7.quickcheck.cram30.ok.cram");
        let end = file.len() - 38;
        let cut = |tail: &[u8]| walked(&[&file[..end], tail].concat());
        let from = end as u64;
        assert_eq!(cut(&[0; 5]), Err(Damage::ZeroTail { from }));
        assert_eq!(cut(&[0; 500]), Err(Damage::ZeroTail { from }));
        let tail = [&[0; 500], &file[end..]].concat();
        // The marker begins with another byte than zero.
        assert_eq!(cut(&tail), Err(Damage::Hole { from, to: from + 500 }));
    }
}
