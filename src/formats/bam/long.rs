//! One BAM record that is too long to be kept: it passes in pieces, and is held to the same rules.

use super::{
    record::{Cigar, FIXED, Fixed},
    tag::size,
};
use crate::formats::{damage::RecordFlaw, gathered::GatheredBytes};

/// What stands before a tag's value, and what an array says of itself.
const TAG: usize = 3;
const ARRAY: usize = 5;
/// Fewer bytes than this at the end are no tag.
const LEAST_TAG: usize = 4;

/// Takes the bytes behind the size of a record.
#[derive(Debug)]
pub(crate) struct LongRecord {
    state: LongRecordState,
    kept: GatheredBytes,
    /// What is still to come of the record.
    left: usize,
    references: usize,
    fixed: Option<Fixed>,
    name: Vec<u8>,
    cigar: Cigar,
    tag: [u8; 2],
    /// Whether a `CG` tag has been seen, and whether this is the first one.
    has_cg: bool,
    is_first_cg: bool,
}

#[derive(Debug, Clone, Copy)]
enum LongRecordState {
    Fixed,
    /// Name and CIGAR.
    Begin,
    /// So many bytes that say nothing.
    Pass(usize),
    RecordTag,
    /// The type of a value is known.
    Text,
    Array,
    /// So many bytes of a CIGAR.
    Cigar(usize),
}

/// What a long record counts for.
#[derive(Debug)]
pub(crate) struct FoundTag {
    pub(crate) is_primary: bool,
    pub(crate) bases: u32,
}

impl LongRecord {
    pub(crate) fn new(size: usize, references: usize) -> Self {
        Self {
            state: LongRecordState::Fixed,
            kept: GatheredBytes::default(),
            left: size,
            references,
            fixed: None,
            name: Vec::new(),
            cigar: Cigar::default(),
            tag: [0; 2],
            has_cg: false,
            is_first_cg: false,
        }
    }

    /// The name, if it has passed.
    pub(crate) fn name(&self) -> Option<&[u8]> {
        (!self.name.is_empty()).then_some(&self.name)
    }

    /// Takes bytes up to the end of the record; says what it is when that is reached.
    pub(crate) fn push(&mut self, piece: &mut &[u8]) -> Result<Option<FoundTag>, RecordFlaw> {
        loop {
            if let LongRecordState::RecordTag = self.state
                && self.left < LEAST_TAG
            {
                self.state = LongRecordState::Pass(self.left);
            }
            if self.left == 0 {
                return self.finish().map(Some);
            }
            if piece.is_empty() {
                return Ok(None);
            }
            match self.state {
                LongRecordState::Pass(count) => {
                    let passed = self.pass(piece, count).len();
                    self.state = Self::pass_or_tag(count - passed);
                }
                LongRecordState::Text => self.text(piece)?,
                _ => self.take(piece)?,
            }
        }
    }

    const fn pass_or_tag(left: usize) -> LongRecordState {
        if left == 0 { LongRecordState::RecordTag } else { LongRecordState::Pass(left) }
    }

    /// At most `limit` of the next bytes.
    fn pass<'p>(&mut self, piece: &mut &'p [u8], limit: usize) -> &'p [u8] {
        let (passed, rest) = piece.split_at(limit.min(piece.len()));
        *piece = rest;
        self.left -= passed.len();
        passed
    }

    /// Passes text up to the zero that ends it.
    fn text(&mut self, piece: &mut &[u8]) -> Result<(), RecordFlaw> {
        let all = &piece[..self.left.min(piece.len())];
        let end = memchr::memchr(0, all);
        self.pass(piece, end.map_or(all.len(), |end| end + 1));
        match end {
            Some(_) => self.state = LongRecordState::RecordTag,
            None if self.left == 0 => return Err(RecordFlaw::Tag(self.tag)),
            None => {}
        }
        Ok(())
    }

    /// Takes what has a known length, if it is there.
    fn take(&mut self, piece: &mut &[u8]) -> Result<(), RecordFlaw> {
        let length = match (self.state, &self.fixed) {
            (LongRecordState::Fixed, _) => FIXED,
            (LongRecordState::Begin, Some(fixed)) => fixed.name + 4 * fixed.operations,
            (LongRecordState::RecordTag, _) => TAG,
            (LongRecordState::Array, _) => ARRAY,
            _ => 4,
        };
        if length > self.left {
            return Err(RecordFlaw::Tag(self.tag));
        }
        let mut kept = std::mem::take(&mut self.kept);
        if let Some(bytes) = kept.take(piece, length) {
            self.left -= length;
            self.state = self.step(bytes)?;
        }
        self.kept = kept;
        Ok(())
    }

    fn step(&mut self, bytes: &[u8]) -> Result<LongRecordState, RecordFlaw> {
        Ok(match self.state {
            LongRecordState::Fixed => {
                let fixed = Fixed::parse(bytes).ok_or(RecordFlaw::Overfull)?;
                if fixed.least() > self.left as u64 {
                    return Err(RecordFlaw::Overfull);
                }
                fixed.check_references(self.references)?;
                self.fixed = Some(fixed);
                LongRecordState::Begin
            }
            LongRecordState::Begin => {
                let Some(fixed) = self.fixed else { return Err(RecordFlaw::Overfull) };
                let (name, cigar) = bytes.split_at(fixed.name);
                self.name = name.strip_suffix(b"\0").unwrap_or(name).to_vec();
                self.cigar.add(cigar);
                Self::pass_or_tag(usize::try_from(fixed.sequence()).unwrap_or(usize::MAX))
            }
            LongRecordState::RecordTag => {
                self.tag = [bytes[0], bytes[1]];
                let is_cg = &self.tag == b"CG";
                self.is_first_cg = is_cg && !self.has_cg;
                self.has_cg |= is_cg;
                match bytes[2] {
                    b'A' | b'c' | b'C' => LongRecordState::Pass(1),
                    b's' | b'S' => LongRecordState::Pass(2),
                    b'i' | b'I' | b'f' => LongRecordState::Pass(4),
                    b'd' => LongRecordState::Pass(8),
                    b'Z' | b'H' => LongRecordState::Text,
                    b'B' => LongRecordState::Array,
                    _ => return Err(RecordFlaw::Tag(self.tag)),
                }
                .within(self.left)
                .ok_or(RecordFlaw::Tag(self.tag))?
            }
            LongRecordState::Array => self.array(bytes).ok_or(RecordFlaw::Tag(self.tag))?,
            LongRecordState::Cigar(left) => {
                self.cigar.add(bytes);
                if left > 4 { LongRecordState::Cigar(left - 4) } else { LongRecordState::RecordTag }
            }
            LongRecordState::Pass(_) | LongRecordState::Text => self.state,
        })
    }

    /// An array of the type and length that it begins with.
    fn array(&mut self, bytes: &[u8]) -> Option<LongRecordState> {
        let ([kind], count) = bytes.split_first_chunk()?;
        let count = usize::try_from(u32::from_le_bytes(*count.first_chunk()?)).ok()?;
        let length = count.checked_mul(size(*kind)?)?;
        let fixed = self.fixed.as_ref()?;
        let is_cigar = self.is_first_cg
            && b"iI".contains(kind)
            && count >= fixed.operations
            && self.cigar.stands_for_another(fixed);
        if is_cigar {
            self.cigar = Cigar::default();
            return LongRecordState::Cigar(length).within(self.left);
        }
        Self::pass_or_tag(length).within(self.left)
    }

    fn finish(&self) -> Result<FoundTag, RecordFlaw> {
        match (self.state, &self.fixed) {
            (LongRecordState::RecordTag | LongRecordState::Pass(0), Some(fixed)) => {
                self.cigar.check(fixed)?;
                Ok(FoundTag { is_primary: fixed.is_primary(), bases: fixed.bases })
            }
            (LongRecordState::Fixed | LongRecordState::Begin, _) | (_, None) => {
                Err(RecordFlaw::Overfull)
            }
            _ => Err(RecordFlaw::Tag(self.tag)),
        }
    }
}

impl LongRecordState {
    /// Nothing if it takes more bytes than are left.
    fn within(self, left: usize) -> Option<Self> {
        let length = match self {
            Self::Pass(length) | Self::Cigar(length) => length,
            Self::Array => ARRAY,
            Self::Text => 1,
            _ => 0,
        };
        (length <= left).then_some(self)
    }
}
