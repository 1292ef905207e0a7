//! The chain of BGZF blocks through a whole file, joined from stretches that were walked apart.
//!
//! The chain from the first byte says where each block has to begin. Where a stretch believed in that
//! very block, its own walk goes on from there; anywhere else the header is read from the file, a few
//! bytes each, so that a wrong guess costs time and raises no alarm.

use std::{collections::BTreeMap, io, sync::Arc};

use super::{
    block::{self, BlockHead, HEADER, MAX_HEADER},
    block_stretch::BlockSpan,
    walk::BlockWalk,
};
use crate::{
    formats::{
        damage::{Damage, Unit},
        last_bytes::TAIL,
        read_on::read_on,
    },
    source::ReadAt,
};

/// Stretches of one file, and how far they have been joined.
#[derive(Debug)]
pub(crate) struct BlockChain {
    file: Arc<dyn ReadAt>,
    size: u64,
    /// Whether other gzip members and padding may follow the blocks, as in a FASTQ.
    is_gzip: bool,
    /// Where the next block has to begin.
    at: u64,
    /// Where the chain is known to have had a block.
    before: u64,
    /// By where they begin: where they end, and what is known.
    stretches: BTreeMap<u64, (u64, BlockSpan)>,
}

impl BlockChain {
    pub(crate) fn new(file: Arc<dyn ReadAt>, size: u64, is_gzip: bool) -> Self {
        Self { file, size, is_gzip, at: 0, before: 0, stretches: BTreeMap::new() }
    }

    /// Takes a stretch from `from` to `to`, and goes on as far as is known; the first damage.
    pub(crate) fn add(
        &mut self,
        from: u64,
        to: u64,
        stretch: BlockSpan,
    ) -> io::Result<Option<Damage>> {
        self.stretches.insert(from, (to, stretch));
        self.follow(false)
    }

    /// What is known of a stretch.
    pub(crate) fn get(&self, from: u64, to: u64) -> Option<BlockSpan> {
        self.stretches.get(&from).filter(|(end, _)| *end == to).map(|(_, stretch)| *stretch)
    }

    /// Goes to the end, and reads headers where nothing is known; the first damage.
    pub(crate) fn end(&mut self) -> io::Result<Option<Damage>> {
        self.follow(true)
    }

    fn follow(&mut self, to_the_end: bool) -> io::Result<Option<Damage>> {
        while self.at < self.size {
            let known = self.stretches.range(..=self.at).next_back();
            let known =
                known.filter(|(_, (to, _))| *to > self.at).map(|(_, (_, stretch))| *stretch);
            match known {
                None if !to_the_end => return Ok(None),
                Some(BlockSpan { first: Some(first), next })
                    if first == self.at && next > first =>
                {
                    self.before = self.at;
                    self.at = next;
                }
                _ => match self.header()? {
                    BlockHead::Block { size, .. } => {
                        self.before = self.at;
                        self.at += size as u64;
                    }
                    BlockHead::Gzip if self.is_gzip => self.at = self.size,
                    BlockHead::Gzip | BlockHead::Foreign | BlockHead::Short => {
                        return self.diagnose(self.at);
                    }
                },
            }
        }
        if self.at > self.size { self.diagnose(self.before) } else { Ok(None) }
    }

    /// What stands where the next block has to begin.
    fn header(&self) -> io::Result<BlockHead> {
        let mut bytes = vec![0; HEADER];
        loop {
            let read = self.file.read_from(&mut bytes, self.at)?;
            match block::head(&bytes[..read]) {
                BlockHead::Short if read == bytes.len() && read < MAX_HEADER => {
                    bytes.resize(MAX_HEADER, 0);
                }
                head => return Ok(head),
            }
        }
    }

    /// Reads on from a block to see what is wrong.
    fn diagnose(&mut self, block: u64) -> io::Result<Option<Damage>> {
        let mut walk = BlockWalk::from(block);
        let damage = read_on(&*self.file, block, |bytes| match bytes {
            Some(bytes) => walk.push(bytes),
            None => walk.finish().map(drop),
        })?;
        let damage = damage.unwrap_or(Damage::Cut { unit: Unit::BgzfBlock, at: block });
        // What stands at the end of a FASTQ, where more is allowed, was judged by its last bytes.
        let is_judged =
            matches!(damage, Damage::ZeroTail { .. }) || self.at + TAIL as u64 >= self.size;
        Ok(if self.is_gzip && is_judged {
            self.at = self.size;
            None
        } else {
            Some(damage)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::formats::bgzf::block_stretch::BlockStretch;
    use crate::formats::fixture::{bgzf, block, random};

    fn stretch(file: &[u8], from: usize, to: usize, piece: usize) -> BlockSpan {
        let mut walk = BlockStretch::new(from as u64);
        file[from..to].chunks(piece).for_each(|piece| walk.push(piece));
        walk.finish()
    }

    /// What is found in a file that is cut in parts, which pass in another order; and what the chain
    /// from the first byte says.
    fn joined(file: &[u8], part: usize, piece: usize, is_gzip: bool) -> Option<Damage> {
        let size = file.len() as u64;
        let mut joint = BlockChain::new(Arc::new(file.to_vec()), size, is_gzip);
        let mut parts: Vec<_> = (0..file.len()).step_by(part).collect();
        fastrand::Rng::with_seed(part as u64).shuffle(&mut parts);
        for from in parts {
            let to = (from + part).min(file.len());
            let found = stretch(file, from, to, piece);
            if let Some(damage) = joint.add(from as u64, to as u64, found).unwrap() {
                return Some(damage);
            }
        }
        let found = joint.end().unwrap();
        assert!(found.is_some() || joint.at == size);
        found
    }

    fn in_order(file: &[u8]) -> Option<Damage> {
        let mut walk = BlockWalk::default();
        walk.push(file).and_then(|()| walk.finish()).err()
    }

    #[test]
    fn every_cut_of_a_sound_file_is_joined() {
        let file = bgzf(&random(900), 150);
        for part in 1..=file.len() {
            for piece in [1, 7, 18, 50, usize::MAX] {
                assert_eq!(joined(&file, part, piece, false), None, "{part} {piece}");
            }
        }
        for piece in 1..200 {
            assert_eq!(joined(&file, 333, piece, false), None, "{piece}");
        }
    }

    #[test]
    fn a_stretch_finds_the_first_block_that_begins_in_it() {
        let file = bgzf(&random(900), 150);
        let mut begins = vec![0];
        while let BlockHead::Block { size, .. } = block::head(&file[*begins.last().unwrap()..]) {
            begins.push(begins.last().unwrap() + size);
        }
        for from in 0..file.len() {
            for piece in [1, 5, 17, 18, 19, 400, usize::MAX] {
                let found = stretch(&file, from, file.len(), piece);
                let first = *begins.iter().find(|begin| **begin >= from).unwrap() as u64;
                let expected = Some(first).filter(|first| *first < file.len() as u64);
                assert_eq!(found.first, expected, "{from} {piece}");
                if expected.is_some() {
                    assert_eq!(found.next, file.len() as u64, "{from} {piece}");
                }
            }
        }
    }

    #[test]
    fn what_looks_like_a_block_inside_a_block_is_no_alarm() {
        // Stored data, in which whole blocks lie, and what only begins like one.
        let inner = bgzf(&random(300), 100);
        let stored = |data: &[u8]| {
            let mut block = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0".to_vec();
            block.extend(u16::try_from(data.len() + 30).unwrap().to_le_bytes());
            let length = u16::try_from(data.len()).unwrap();
            block.push(1);
            block.extend(length.to_le_bytes());
            block.extend((!length).to_le_bytes());
            block.extend(data);
            block.extend(crc32fast::hash(data).to_le_bytes());
            block.extend(u32::from(length).to_le_bytes());
            block
        };
        let file = [
            stored(&inner),
            stored(&[&inner[..inner.len() - 28], b"something else"].concat()),
            stored(&inner[..18]),
            bgzf(b"", 1),
            block(b""),
        ]
        .concat();
        assert_eq!(in_order(&file), None);
        for part in 1..=file.len() {
            assert_eq!(joined(&file, part, 64, false), None, "{part}");
        }
    }

    #[test]
    fn blocks_longer_than_a_part_and_other_fields_are_no_alarm() {
        let mut odd = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x0c\0XY\x02\0zzBC\x02\0\x29\0".to_vec();
        odd.resize(0x2a, 1);
        let file = [odd.repeat(5), block(&random(3000)), odd, block(b"")].concat();
        for part in 1..=file.len() {
            assert_eq!(joined(&file, part, 9, false), None, "{part}");
        }
    }

    #[test]
    fn damage_is_told_as_if_the_file_were_read_in_order() {
        let file = bgzf(&random(900), 150);
        let second = block(&random(900)[..150]).len();
        let with = |place: usize, bytes: &[u8]| {
            let mut file = file.clone();
            file[place..place + bytes.len()].copy_from_slice(bytes);
            file
        };
        let between = [&file[..second], b"garbage between blocks", &file[second..]].concat();
        for damaged in [
            with(100, &[0; 300]),
            with(second, b"\x1f\x8c"),
            with(second + 16, &[9, 0]),
            file[..file.len() - 1].to_vec(),
            file[..700].to_vec(),
            [&file[..700], &file[file.len() - 28..]].concat(),
            [&file[..], &[0; 700]].concat(),
            with(file.len() - 400, &[0; 400]),
            between,
        ] {
            let expected = in_order(&damaged);
            assert!(expected.is_some());
            for part in (1..=damaged.len()).step_by(3) {
                assert_eq!(joined(&damaged, part, 100, false), expected, "{part}");
            }
        }
    }

    #[test]
    fn what_gzip_allows_is_no_alarm_in_a_fastq() {
        let file = bgzf(&random(900), 150);
        let member = b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x03\0\0\0\0\0\0\0\0\0";
        for tail in [&member[..], &[0; 600], b"what was judged before"] {
            let file = [&file[..], tail].concat();
            for part in [10, 100, 800, file.len()] {
                assert_eq!(joined(&file, part, 64, true), None, "{part}");
                assert!(joined(&file, part, 64, false).is_some());
            }
        }
        let far = [&file[..], b"garbage", &bgzf(&random(400_000), 60_000)].concat();
        let at = file.len() as u64;
        let garbage = Some(Damage::Garbage { unit: Unit::BgzfBlock, at });
        assert_eq!(joined(&far, 100_000, 5000, true), garbage);
    }

    #[test]
    fn parts_that_did_not_pass_are_hopped_through() {
        let file = bgzf(&random(900), 150);
        let size = file.len() as u64;
        let mut joint = BlockChain::new(Arc::new(file.clone()), size, false);
        assert_eq!(joint.add(500, 600, stretch(&file, 500, 600, 10)).unwrap(), None);
        assert_eq!((joint.end().unwrap(), joint.at), (None, size));
        let mut hole = file;
        hole[400..700].fill(0);
        let mut joint = BlockChain::new(Arc::new(hole.clone()), size, false);
        assert_eq!(joint.end().unwrap(), in_order(&hole));
    }

    proptest! {
        #[test]
        fn whatever_the_damage_it_is_that_of_the_walk_in_order(
            place in 0_usize..1100, length in 1_usize..200, byte: u8, part in 1_usize..1200,
            piece in 1_usize..300,
        ) {
            let mut file = bgzf(&random(900), 150);
            let end = (place + length).min(file.len());
            file[place..end].fill(byte);
            prop_assert_eq!(joined(&file, part, piece, false), in_order(&file));
        }
    }
}
