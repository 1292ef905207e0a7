//! One alignment record of a BAM: its fields, with all bounds checked.
//!
//! SAM specification, section 4.2. What is refused here is what samtools refuses.

use super::{
    damage::RecordFlaw,
    tag::{Tag, Tags},
};

/// The fixed fields behind the size.
pub(super) const FIXED: usize = 32;
const UNMAPPED: u16 = 0x4;
/// Secondary and supplementary alignments repeat a read.
const NOT_PRIMARY: u16 = 0x900;
/// The operation of a CIGAR that stands for clipped bases that are there.
const SOFT_CLIP: u32 = 4;

/// The fields of a record; the longer ones as they lie in the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'a> {
    pub(super) reference: i32,
    pub(super) position: i32,
    pub(super) mapping_quality: u8,
    pub(super) flags: u16,
    pub(super) next_reference: i32,
    pub(super) next_position: i32,
    pub(super) template_length: i32,
    pub(super) name: &'a [u8],
    pub(super) cigar: &'a [u8],
    pub(super) bases: u32,
    pub(super) sequence: &'a [u8],
    pub(super) qualities: &'a [u8],
    /// The tags before and behind one that was taken out.
    pub(super) tags: [&'a [u8]; 2],
}

/// The name, as far as it can be known of a record that may be damaged.
pub(super) fn name(bytes: &[u8]) -> Option<&[u8]> {
    let length = usize::from(*bytes.get(8)?);
    let name = bytes.get(FIXED..FIXED + length)?;
    Some(name.strip_suffix(b"\0").unwrap_or(name))
}

impl<'a> Record<'a> {
    /// Reads the fields from all bytes behind the size.
    pub(super) fn parse(bytes: &'a [u8], references: usize) -> Result<Self, RecordFlaw> {
        let (fixed, rest) = bytes.split_at_checked(FIXED).ok_or(RecordFlaw::Overfull)?;
        let long = |at: usize| i32::from_le_bytes([0, 1, 2, 3].map(|byte| fixed[at + byte]));
        let short = |at: usize| u16::from_le_bytes([fixed[at], fixed[at + 1]]);
        let bases = u32::try_from(long(16)).map_err(|_| RecordFlaw::Overfull)?;
        let mut rest = rest;
        let mut take = |length: usize| {
            let (taken, after) = rest.split_at_checked(length).ok_or(RecordFlaw::Overfull)?;
            rest = after;
            Ok(taken)
        };
        let length = usize::try_from(bases).map_err(|_| RecordFlaw::Overfull)?;
        if fixed[8] == 0 {
            return Err(RecordFlaw::Overfull);
        }
        let mut record = Self {
            reference: long(0),
            position: long(4),
            mapping_quality: fixed[9],
            flags: short(14),
            next_reference: long(20),
            next_position: long(24),
            template_length: long(28),
            name: name(bytes).ok_or(RecordFlaw::Overfull)?,
            cigar: take(usize::from(fixed[8])).and_then(|_| take(4 * usize::from(short(12))))?,
            bases,
            sequence: take(length.div_ceil(2))?,
            qualities: take(length)?,
            tags: [&[], &[]],
        };
        record.tags[0] = rest;
        for id in [record.reference, record.next_reference] {
            let known = usize::try_from(id).is_ok_and(|id| id < references) || id == -1;
            if !known {
                return Err(RecordFlaw::Reference { id, references });
            }
        }
        record.find_long_cigar()?;
        record.check_cigar()?;
        Ok(record)
    }

    /// A CIGAR of more than 65535 operations lies in the tag `CG`, and in its place is one that clips
    /// all bases; what `samtools` prints is the long one.
    fn find_long_cigar(&mut self) -> Result<(), RecordFlaw> {
        const MOST: usize = 1 << 29;
        let Some(first) = self.operations().next() else { return Ok(()) };
        if self.reference < 0 || self.position < 0 || first != (self.bases << 4 | SOFT_CLIP) {
            return Ok(());
        }
        let all = self.tags[0];
        let mut tags = Tags::new(all);
        loop {
            let before = tags.rest();
            let Some(Tag { key, value }) = tags.next().transpose()? else { return Ok(()) };
            if &key != b"CG" {
                continue;
            }
            let Some(cigar) = value.numbers(b"iI") else { return Ok(()) };
            if (self.cigar.len()..4 * MOST).contains(&cigar.len()) {
                self.cigar = cigar;
                self.tags = [&all[..all.len() - before.len()], tags.rest()];
            }
            return Ok(());
        }
    }

    /// The CIGAR of an aligned read is for as many bases as there are.
    fn check_cigar(&self) -> Result<(), RecordFlaw> {
        if self.cigar.is_empty() || self.bases == 0 || self.flags & UNMAPPED != 0 {
            return Ok(());
        }
        // Matches, insertions, clipped bases, equal and different ones.
        let consumes = |operation: u32| matches!(operation & 0xf, 0 | 1 | 4 | 7 | 8);
        let in_read = self.operations().filter(|operation| consumes(*operation));
        let cigar = in_read.map(|operation| u64::from(operation >> 4)).sum();
        if cigar == u64::from(self.bases) {
            return Ok(());
        }
        Err(RecordFlaw::Cigar { bases: self.bases, cigar })
    }

    /// The operations of the CIGAR: length and kind.
    pub(super) fn operations(&self) -> impl Iterator<Item = u32> + use<'a> {
        self.cigar.as_chunks().0.iter().map(|operation| u32::from_le_bytes(*operation))
    }

    /// Whether it is the one record that stands for its read.
    pub(super) const fn is_primary(&self) -> bool {
        self.flags & NOT_PRIMARY == 0
    }
}
