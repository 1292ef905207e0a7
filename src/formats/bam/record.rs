//! One alignment record of a BAM: its fields, with all bounds checked.
//!
//! SAM specification, section 4.2. What is refused here is what samtools refuses.

use super::tag::{RecordTag, RecordTags};
use crate::formats::damage::RecordFlaw;

/// The fixed fields behind the size.
pub(crate) const FIXED: usize = 32;
const UNMAPPED: u16 = 0x4;
/// Secondary and supplementary alignments repeat a read.
const NOT_PRIMARY: u16 = 0x900;
/// The operation of a CIGAR that stands for clipped bases that are there.
const SOFT_CLIP: u32 = 4;

/// The fields of a record; the longer ones as they lie in the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BamRecord<'a> {
    pub(crate) reference: i32,
    pub(crate) position: i32,
    pub(crate) mapping_quality: u8,
    pub(crate) flags: u16,
    pub(crate) next_reference: i32,
    pub(crate) next_position: i32,
    pub(crate) template_length: i32,
    pub(crate) name: &'a [u8],
    pub(crate) cigar: &'a [u8],
    pub(crate) bases: u32,
    pub(crate) sequence: &'a [u8],
    pub(crate) qualities: &'a [u8],
    /// The tags before and behind one that was taken out.
    pub(crate) tags: [&'a [u8]; 2],
}

/// The fields at the beginning that say how the rest lies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fixed {
    reference: i32,
    position: i32,
    flags: u16,
    next_reference: i32,
    /// The length of the name with its zero, and of the CIGAR.
    pub(crate) name: usize,
    pub(crate) operations: usize,
    pub(crate) bases: u32,
}

impl Fixed {
    /// Of the first [`FIXED`] bytes; nothing if they are impossible.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let long = |at: usize| bytes.get(at..)?.first_chunk().map(|n| i32::from_le_bytes(*n));
        let short = |at: usize| bytes.get(at..)?.first_chunk().map(|n| u16::from_le_bytes(*n));
        Some(Self {
            reference: long(0)?,
            position: long(4)?,
            flags: short(14)?,
            next_reference: long(20)?,
            name: usize::from(*bytes.get(8)?),
            operations: usize::from(short(12)?),
            bases: u32::try_from(long(16)?).ok()?,
        })
        .filter(|fixed| fixed.name > 0)
    }

    /// How many bytes bases and qualities have.
    pub(crate) const fn sequence(&self) -> u64 {
        let bases = self.bases as u64;
        bases.div_ceil(2) + bases
    }

    /// So many bytes have to follow.
    pub(crate) const fn least(&self) -> u64 {
        (self.name + 4 * self.operations) as u64 + self.sequence()
    }

    pub(super) fn check_references(&self, references: usize) -> Result<(), RecordFlaw> {
        let is_known = |id: &i32| usize::try_from(*id).is_ok_and(|id| id < references) || *id == -1;
        let unknown = [self.reference, self.next_reference].into_iter().find(|id| !is_known(id));
        unknown.map_or(Ok(()), |id| Err(RecordFlaw::Reference { id, references }))
    }

    /// Whether it is the one record that stands for its read.
    pub(super) const fn is_primary(&self) -> bool {
        self.flags & NOT_PRIMARY == 0
    }
}

fn operations(cigar: &[u8]) -> impl Iterator<Item = u32> + use<'_> {
    cigar.as_chunks().0.iter().map(|operation| u32::from_le_bytes(*operation))
}

/// What a CIGAR says, summed up.
#[derive(Debug, Default)]
pub(crate) struct Cigar {
    first: Option<u32>,
    /// The bases that it is for.
    bases: u64,
}

impl Cigar {
    fn of(bytes: &[u8]) -> Self {
        let mut cigar = Self::default();
        cigar.add(bytes);
        cigar
    }

    /// Takes the next operations.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        // Matches, insertions, clipped bases, equal and different ones.
        let consumes = |operation: &u32| matches!(operation & 0xf, 0 | 1 | 4 | 7 | 8);
        self.first = self.first.or_else(|| operations(bytes).next());
        self.bases +=
            operations(bytes).filter(consumes).map(|one| u64::from(one >> 4)).sum::<u64>();
    }

    /// Whether it clips all bases, so that the real one lies in a tag.
    pub(super) fn stands_for_another(&self, fixed: &Fixed) -> bool {
        fixed.reference >= 0
            && fixed.position >= 0
            && self.first == Some(fixed.bases << 4 | SOFT_CLIP)
    }

    /// The CIGAR of an aligned read is for as many bases as there are.
    pub(crate) const fn check(&self, fixed: &Fixed) -> Result<(), RecordFlaw> {
        let is_free = self.first.is_none() || fixed.bases == 0 || fixed.flags & UNMAPPED != 0;
        if is_free || self.bases == fixed.bases as u64 {
            return Ok(());
        }
        Err(RecordFlaw::Cigar { bases: fixed.bases, cigar: self.bases })
    }
}

/// The name, as far as it can be known of a record that may be damaged.
pub(crate) fn name(bytes: &[u8]) -> Option<&[u8]> {
    let length = usize::from(*bytes.get(8)?);
    let name = bytes.get(FIXED..FIXED + length)?;
    Some(name.strip_suffix(b"\0").unwrap_or(name))
}

impl<'a> BamRecord<'a> {
    /// Reads the fields from all bytes behind the size.
    pub(crate) fn parse(bytes: &'a [u8], references: usize) -> Result<Self, RecordFlaw> {
        let (begin, mut rest) = bytes.split_at_checked(FIXED).ok_or(RecordFlaw::Overfull)?;
        let fixed = Fixed::parse(begin).ok_or(RecordFlaw::Overfull)?;
        let long = |at: usize| i32::from_le_bytes([0, 1, 2, 3].map(|byte| begin[at + byte]));
        let mut take = |length: usize| {
            let (taken, after) = rest.split_at_checked(length).ok_or(RecordFlaw::Overfull)?;
            rest = after;
            Ok(taken)
        };
        let length = usize::try_from(fixed.bases).map_err(|_| RecordFlaw::Overfull)?;
        let mut record = Self {
            reference: fixed.reference,
            position: fixed.position,
            mapping_quality: begin[9],
            flags: fixed.flags,
            next_reference: fixed.next_reference,
            next_position: long(24),
            template_length: long(28),
            name: name(bytes).ok_or(RecordFlaw::Overfull)?,
            cigar: take(fixed.name).and_then(|_| take(4 * fixed.operations))?,
            bases: fixed.bases,
            sequence: take(length.div_ceil(2))?,
            qualities: take(length)?,
            tags: [&[], &[]],
        };
        record.tags[0] = rest;
        fixed.check_references(references)?;
        record.find_long_cigar(&fixed)?;
        Cigar::of(record.cigar).check(&fixed)?;
        Ok(record)
    }

    /// A CIGAR of more than 65535 operations lies in the tag `CG`, and in its place is one that clips
    /// all bases; what `samtools` prints is the long one.
    fn find_long_cigar(&mut self, fixed: &Fixed) -> Result<(), RecordFlaw> {
        const MOST: usize = 1 << 29;
        if !Cigar::of(self.cigar).stands_for_another(fixed) {
            return Ok(());
        }
        let all = self.tags[0];
        let mut tags = RecordTags::new(all);
        loop {
            let before = tags.rest();
            let Some(RecordTag { key, value }) = tags.next().transpose()? else { return Ok(()) };
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

    /// The operations of the CIGAR: length and kind.
    pub(crate) fn operations(&self) -> impl Iterator<Item = u32> + use<'a> {
        operations(self.cigar)
    }

    /// Whether it is the one record that stands for its read.
    pub(super) const fn is_primary(&self) -> bool {
        self.flags & NOT_PRIMARY == 0
    }
}
