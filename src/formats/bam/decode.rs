//! A BAM from its header to its last record, in pieces of any size.
//!
//! A record may lie in two pieces, so one is in memory; a very long one passes in pieces, and then
//! there is no text of the file. The same is so if the names of its reference sequences are too many.

use super::{
    header::{MAGIC, MAX_NAME},
    long::LongRecord,
    record::{self, BamRecord, FIXED},
    references::ReferenceNames,
    sam,
    tag::RecordTags,
};
use crate::formats::{
    FileType,
    damage::{Damage, RecordFlaw},
    fastq::ReadName,
    gathered::GatheredBytes,
};

/// The longest record that is kept whole: a read of about 2.5 million bases.
const MAX_KEPT: usize = 4 * 1024 * 1024;

/// Reads a header and then records, one after the other.
#[derive(Debug)]
pub(crate) struct BamRecords {
    state: BamState,
    kept: GatheredBytes,
    /// The record that passes in pieces, if it is longer than `max_kept`.
    long: Option<LongRecord>,
    max_kept: usize,
    /// Whether the size of the record is how a BAM begins.
    is_magic: bool,
    /// Where the next byte to be looked at stands.
    at: u64,
    /// Where the record begins.
    begin: u64,
    references: ReferenceNames,
    text: Option<Vec<u8>>,
    counted: RecordCounts,
}

/// How many there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct RecordCounts {
    pub(crate) records: u64,
    /// Without secondary and supplementary alignments.
    pub(crate) reads: u64,
    pub(crate) bases: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum BamState {
    /// `BAM\1` and the length of the text.
    #[default]
    Start,
    /// So much of the text is still to come.
    Text(u64),
    ReferenceNames,
    /// So many reference sequences are still to come.
    NameLength(u32),
    Name(u32, usize),
    Size,
    BamRecord(usize),
    /// The same, passing in pieces.
    Long,
}

impl BamRecords {
    /// Makes SAM text of the records, if wanted.
    pub(crate) fn new(text: bool) -> Self {
        Self {
            state: BamState::default(),
            kept: GatheredBytes::default(),
            long: None,
            max_kept: MAX_KEPT,
            is_magic: false,
            at: 0,
            begin: 0,
            references: ReferenceNames::new(text),
            text: text.then(Vec::new),
            counted: RecordCounts::default(),
        }
    }

    /// The text of the records since it was last taken; nothing if there cannot be all of it.
    pub(crate) const fn text(&mut self) -> Option<&mut Vec<u8>> {
        self.text.as_mut()
    }

    /// Takes the next piece of the decompressed file.
    pub(crate) fn push(&mut self, mut piece: &[u8]) -> Result<(), Damage> {
        // Taken out, so that what lies in it can be looked at while all else changes.
        let mut kept = std::mem::take(&mut self.kept);
        while !piece.is_empty() {
            if let BamState::Text(left) = self.state {
                let passed =
                    usize::try_from(left).map_or(piece.len(), |left| left.min(piece.len()));
                piece = &piece[passed..];
                self.at += passed as u64;
                let left = left - passed as u64;
                self.state =
                    if left == 0 { BamState::ReferenceNames } else { BamState::Text(left) };
                continue;
            }
            if self.state == BamState::Long {
                self.pass(&mut piece)?;
                continue;
            }
            let length = self.state.length();
            let Some(bytes) = kept.take(&mut piece, length) else { break };
            self.state = self.step(bytes)?;
            self.at += length as u64;
        }
        self.kept = kept;
        Ok(())
    }

    /// Looks at what the state waited for; gives the next one.
    fn step(&mut self, bytes: &[u8]) -> Result<BamState, Damage> {
        let at = self.at;
        let header = |what| Damage::Header { at, what };
        let number = || bytes.last_chunk().map_or(0, |number| i32::from_le_bytes(*number));
        Ok(match self.state {
            BamState::Start if !bytes.starts_with(&MAGIC) => {
                return Err(header("it does not begin with `BAM`"));
            }
            BamState::Start => match u64::try_from(number()) {
                Ok(0) => BamState::ReferenceNames,
                Ok(length) => BamState::Text(length),
                Err(_) => return Err(header("the length of its text is negative")),
            },
            // They are passed over where they come.
            BamState::Text(_) | BamState::Long => self.state,
            BamState::ReferenceNames => match u32::try_from(number()) {
                Ok(0) => BamState::Size,
                Ok(count) => BamState::NameLength(count),
                Err(_) => return Err(header("the number of its reference sequences is negative")),
            },
            BamState::NameLength(count) => {
                let length = usize::try_from(number()).ok();
                let length = length.filter(|length| (1..=MAX_NAME).contains(length));
                let what = "the length of a reference sequence's name is impossible";
                BamState::Name(count, length.ok_or_else(|| header(what))?)
            }
            BamState::Name(count, length) => {
                let name = bytes[..length].split(|byte| *byte == 0).next().unwrap_or_default();
                self.references.push(name);
                if !self.references.are_kept() {
                    self.text = None;
                }
                if count > 1 { BamState::NameLength(count - 1) } else { BamState::Size }
            }
            BamState::Size => {
                self.begin = at;
                self.is_magic = number() == i32::from_le_bytes(MAGIC);
                match usize::try_from(number()) {
                    Ok(size) if size > self.max_kept.max(FIXED) => {
                        self.text = None;
                        self.long = Some(LongRecord::new(size, self.references.count()));
                        BamState::Long
                    }
                    Ok(size) if size >= FIXED => BamState::BamRecord(size),
                    _ => return Err(self.damage(None, RecordFlaw::Size(number()))),
                }
            }
            BamState::BamRecord(_) => {
                self.record(bytes).map_err(|flaw| self.damage(record::name(bytes), flaw))?;
                BamState::Size
            }
        })
    }

    /// Takes more of a long record.
    fn pass(&mut self, piece: &mut &[u8]) -> Result<(), Damage> {
        let Some(long) = &mut self.long else { return Ok(()) };
        let before = piece.len();
        let found = long.push(piece);
        self.at += (before - piece.len()) as u64;
        let found = match found {
            Err(flaw) => {
                let name = long.name().map(<[u8]>::to_vec);
                return Err(self.damage(name.as_deref(), flaw));
            }
            Ok(None) => return Ok(()),
            Ok(Some(found)) => found,
        };
        self.long = None;
        self.state = BamState::Size;
        self.count(found.is_primary, found.bases);
        Ok(())
    }

    fn count(&mut self, is_primary: bool, bases: u32) {
        self.counted.records += 1;
        if is_primary {
            self.counted.reads += 1;
            self.counted.bases += u64::from(bases);
        }
    }

    fn record(&mut self, bytes: &[u8]) -> Result<(), RecordFlaw> {
        let record = BamRecord::parse(bytes, self.references.count())?;
        if let Some(text) = &mut self.text {
            sam::push_record(text, &record, &self.references)?;
        } else {
            let mut tags = record.tags.iter().flat_map(|tags| RecordTags::new(tags));
            tags.try_for_each(|tag| tag.map(|_| ()))?;
        }
        self.count(record.is_primary(), record.bases);
        Ok(())
    }

    fn damage(&self, name: Option<&[u8]>, flaw: RecordFlaw) -> Damage {
        if self.is_magic {
            return Damage::Joined { format: FileType::Bam, at: self.begin };
        }
        let name = name.map(ReadName::parse);
        Damage::Record { number: self.counted.records + 1, name, at: self.begin, flaw }
    }

    /// Says that nothing follows.
    pub(crate) fn finish(&self) -> Result<RecordCounts, Damage> {
        match self.state {
            BamState::Size if self.kept.bytes().is_empty() => Ok(self.counted),
            BamState::Size => {
                let number = self.counted.records + 1;
                let flaw = RecordFlaw::Cut;
                Err(Damage::Record { number, name: None, at: self.at, flaw })
            }
            BamState::BamRecord(_) => {
                Err(self.damage(record::name(self.kept.bytes()), RecordFlaw::Cut))
            }
            BamState::Long => {
                let name = self.long.as_ref().and_then(LongRecord::name);
                Err(self.damage(name, RecordFlaw::Cut))
            }
            _ => Err(Damage::Header { at: self.at, what: "the data ends in the middle of it" }),
        }
    }
}

impl BamState {
    /// How many bytes it waits for.
    const fn length(self) -> usize {
        match self {
            Self::Start => 8,
            Self::ReferenceNames | Self::NameLength(_) | Self::Size => 4,
            Self::Name(_, length) => length + 4,
            Self::BamRecord(size) => size,
            Self::Text(_) | Self::Long => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Read as _, path::Path};

    use flate2::bufread::MultiGzDecoder;
    use proptest::prelude::*;

    use super::*;

    const FILES: [&str; 7] = [
        "hts-sys/range.bam",
        "hts-sys/colons.bam",
        "pysam-tests/example_btag.bam",
        "pysam-tests/tag_bug.bam",
        "pysam-tests/test_unaligned.bam",
        "samtools-test/view.fetch-pairs.bam",
        "samtools-test/3.quickcheck.ok.bam",
    ];

    fn plain(name: &str) -> Vec<u8> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
        let mut plain = Vec::new();
        MultiGzDecoder::new(&fs::read(path).unwrap()[..]).read_to_end(&mut plain).unwrap();
        plain
    }

    /// What is found, if records longer than `max_kept` pass in pieces.
    fn read(bam: &[u8], piece: usize, max_kept: usize) -> Result<RecordCounts, Damage> {
        let mut records = BamRecords { max_kept, ..BamRecords::new(false) };
        bam.chunks(piece).try_for_each(|piece| records.push(piece))?;
        records.finish()
    }

    /// One record behind the header of a file with one reference sequence.
    fn with_record(cigar: &[u32], bases: u32, flags: u16, tags: &[u8]) -> Vec<u8> {
        let mut body = Vec::new();
        body.extend(0_i32.to_le_bytes());
        body.extend(5_i32.to_le_bytes());
        body.extend([2, 60, 0, 0]);
        body.extend(u16::try_from(cigar.len()).unwrap().to_le_bytes());
        body.extend(flags.to_le_bytes());
        body.extend(bases.to_le_bytes());
        body.extend([0xff; 8]);
        body.extend(0_i32.to_le_bytes());
        body.extend(b"r\0");
        body.extend(cigar.iter().flat_map(|operation| operation.to_le_bytes()));
        body.resize(body.len() + bases.div_ceil(2) as usize + bases as usize, 1);
        body.extend(tags);
        let mut bam = b"BAM\x01\0\0\0\0\x01\0\0\0\x02\0\0\0c\0\x09\0\0\0".to_vec();
        bam.extend(i32::try_from(body.len()).unwrap().to_le_bytes());
        bam.extend(body);
        bam
    }

    #[test]
    fn records_that_pass_in_pieces_are_held_to_the_same_rules() {
        let cg = |operations: &[u32]| {
            let count = u32::try_from(operations.len()).unwrap().to_le_bytes();
            let operations = operations.iter().flat_map(|operation| operation.to_le_bytes());
            [&b"CGBI"[..], &count].concat().into_iter().chain(operations).collect::<Vec<_>>()
        };
        for (cigar, flags, tags, is_sound) in [
            (&[4 << 4][..], 0, &b""[..], true),
            (&[3 << 4], 0, b"", false),
            (&[3 << 4], 4, b"", true),
            (&[], 0, b"", true),
            (&[4 << 4], 0, b"abc", true),
            (&[4 << 4], 0, b"NMC\x05XXZtext\0YYBs\x02\0\0\0\x01\0\x02\0", true),
            (&[4 << 4], 0, b"XXZtext", false),
            (&[4 << 4], 0, b"XXi\0\0\0", false),
            (&[4 << 4], 0, b"XXq\0", false),
            (&[4 << 4], 0, b"XXBC\x05\0\0\0\0", false),
            (&[4 << 4], 0, b"XXBq\x01\0\0\0\0", false),
            (&[4 << 4], 0, b"XXBC\0\0\0\0", true),
            (&[4 << 4 | 4, 9 << 4 | 3], 0, &cg(&[2 << 4, 2 << 4]), true),
            (&[4 << 4 | 4, 9 << 4 | 3], 0, &cg(&[2 << 4, 3 << 4]), false),
            (&[4 << 4 | 4, 9 << 4 | 3], 0, &[&b"CGZ\0"[..], &cg(&[3, 3])].concat(), true),
            (&[4 << 4 | 4, 9 << 4 | 3], 0, &cg(&[3 << 4]), true),
        ] {
            let bam = with_record(cigar, 4, flags, tags);
            let kept = read(&bam, usize::MAX, MAX_KEPT);
            assert_eq!(kept.is_ok(), is_sound, "{cigar:?} {tags:?}");
            for piece in [1, 3, 7, usize::MAX] {
                assert_eq!(read(&bam, piece, 0), kept, "{cigar:?} {tags:?} {piece}");
            }
        }
    }

    #[test]
    fn a_bam_behind_a_bam_is_named() {
        for (first, second) in [(0, 1), (5, 2), (6, 6), (4, 4)] {
            let first = plain(FILES[first]);
            let at = first.len() as u64;
            let both = [&first[..], &plain(FILES[second])].concat();
            for piece in [1, 100, usize::MAX] {
                let found = read(&both, piece, MAX_KEPT);
                assert_eq!(found, Err(Damage::Joined { format: FileType::Bam, at }));
            }
        }
    }

    proptest! {
        #[test]
        fn whatever_the_damage_pieces_find_what_the_whole_finds(
            file in 0..FILES.len(), place: prop::sample::Index, byte: u8, piece in 1_usize..500,
        ) {
            let mut bam = plain(FILES[file]);
            let place = place.index(bam.len());
            bam[place] = byte;
            let kept = read(&bam, usize::MAX, MAX_KEPT);
            let passed = read(&bam, piece, 0);
            prop_assert_eq!(kept.is_ok(), passed.is_ok());
            if let Ok(kept) = kept {
                prop_assert_eq!(passed, Ok(kept));
            }
        }
    }
}
