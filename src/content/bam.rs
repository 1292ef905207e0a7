//! A BAM from its header to its last record, in pieces of any size.
//!
//! A record may lie in two pieces, so one record is in memory, however long it is.

use super::{
    damage::{Damage, RecordFlaw},
    record::{self, FIXED, Record},
    sam,
    tag::Tags,
};
use crate::format::ReadName;

/// The longest name of a reference sequence, with its final zero; far beyond what occurs.
const MAX_NAME: usize = 64 * 1024;

/// Reads a header and then records, one after the other.
#[derive(Debug, Default)]
pub(super) struct Records {
    state: State,
    kept: Kept,
    /// Where the next byte to be looked at stands.
    at: u64,
    /// Where the record begins.
    begin: u64,
    references: Vec<Box<[u8]>>,
    text: Option<Vec<u8>>,
    counted: Counted,
}

/// How many there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counted {
    pub(super) records: u64,
    /// Without secondary and supplementary alignments.
    pub(super) reads: u64,
    pub(super) bases: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    /// `BAM\1` and the length of the text.
    #[default]
    Start,
    /// So much of the text is still to come.
    Text(u64),
    References,
    /// So many reference sequences are still to come.
    NameLength(u32),
    Name(u32, usize),
    Size,
    Record(usize),
}

/// The beginning of something whose end lies in the next piece.
#[derive(Debug, Default)]
struct Kept {
    bytes: Vec<u8>,
    used: bool,
}

impl Kept {
    /// The next `length` bytes, if they are there.
    fn take<'a, 'p: 'a>(&'a mut self, piece: &mut &'p [u8], length: usize) -> Option<&'a [u8]> {
        if std::mem::take(&mut self.used) {
            self.bytes.clear();
        }
        if self.bytes.is_empty()
            && let Some((taken, rest)) = piece.split_at_checked(length)
        {
            *piece = rest;
            return Some(taken);
        }
        let (more, rest) = piece.split_at(piece.len().min(length - self.bytes.len()));
        *piece = rest;
        self.bytes.extend_from_slice(more);
        self.used = self.bytes.len() == length;
        self.used.then_some(&self.bytes)
    }

    fn is_empty(&self) -> bool {
        self.used || self.bytes.is_empty()
    }
}

impl Records {
    /// Makes SAM text of the records, if wanted.
    pub(super) fn new(text: bool) -> Self {
        Self { text: text.then(Vec::new), ..Self::default() }
    }

    /// The text of the records since it was last taken.
    pub(super) const fn text(&mut self) -> Option<&mut Vec<u8>> {
        self.text.as_mut()
    }

    /// Takes the next piece of the decompressed file.
    pub(super) fn push(&mut self, mut piece: &[u8]) -> Result<(), Damage> {
        // Taken out, so that what lies in it can be looked at while all else changes.
        let mut kept = std::mem::take(&mut self.kept);
        while !piece.is_empty() {
            if let State::Text(left) = self.state {
                let passed =
                    usize::try_from(left).map_or(piece.len(), |left| left.min(piece.len()));
                piece = &piece[passed..];
                self.at += passed as u64;
                let left = left - passed as u64;
                self.state = if left == 0 { State::References } else { State::Text(left) };
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
    fn step(&mut self, bytes: &[u8]) -> Result<State, Damage> {
        let at = self.at;
        let header = |what| Damage::Header { at, what };
        let number = || bytes.last_chunk().map_or(0, |number| i32::from_le_bytes(*number));
        Ok(match self.state {
            State::Start if !bytes.starts_with(b"BAM\x01") => {
                return Err(header("it does not begin with `BAM`"));
            }
            State::Start => match u64::try_from(number()) {
                Ok(0) => State::References,
                Ok(length) => State::Text(length),
                Err(_) => return Err(header("the length of its text is negative")),
            },
            // It is passed over where it comes.
            State::Text(_) => self.state,
            State::References => match u32::try_from(number()) {
                Ok(0) => State::Size,
                Ok(count) => State::NameLength(count),
                Err(_) => return Err(header("the number of its reference sequences is negative")),
            },
            State::NameLength(count) => {
                let length = usize::try_from(number()).ok();
                let length = length.filter(|length| (1..=MAX_NAME).contains(length));
                let what = "the length of a reference sequence's name is impossible";
                State::Name(count, length.ok_or_else(|| header(what))?)
            }
            State::Name(count, length) => {
                let name = bytes[..length].split(|byte| *byte == 0).next().unwrap_or_default();
                self.references.push(name.into());
                if count > 1 { State::NameLength(count - 1) } else { State::Size }
            }
            State::Size => {
                self.begin = at;
                match usize::try_from(number()) {
                    Ok(size) if size >= FIXED => State::Record(size),
                    _ => return Err(self.damage(None, RecordFlaw::Size(number()))),
                }
            }
            State::Record(_) => {
                self.record(bytes).map_err(|flaw| self.damage(record::name(bytes), flaw))?;
                State::Size
            }
        })
    }

    fn record(&mut self, bytes: &[u8]) -> Result<(), RecordFlaw> {
        let record = Record::parse(bytes, self.references.len())?;
        if let Some(text) = &mut self.text {
            sam::push_record(text, &record, &self.references)?;
        } else {
            let mut tags = record.tags.iter().flat_map(|tags| Tags::new(tags));
            tags.try_for_each(|tag| tag.map(|_| ()))?;
        }
        self.counted.records += 1;
        if record.is_primary() {
            self.counted.reads += 1;
            self.counted.bases += u64::from(record.bases);
        }
        Ok(())
    }

    fn damage(&self, name: Option<&[u8]>, flaw: RecordFlaw) -> Damage {
        let name = name.map(ReadName::parse);
        Damage::Record { number: self.counted.records + 1, name, at: self.begin, flaw }
    }

    /// Says that nothing follows.
    pub(super) fn finish(&self) -> Result<Counted, Damage> {
        match self.state {
            State::Size if self.kept.is_empty() => Ok(self.counted),
            State::Size => {
                let number = self.counted.records + 1;
                let flaw = RecordFlaw::Cut;
                Err(Damage::Record { number, name: None, at: self.at, flaw })
            }
            State::Record(_) => Err(self.damage(record::name(&self.kept.bytes), RecordFlaw::Cut)),
            _ => Err(Damage::Header { at: self.at, what: "the data ends in the middle of it" }),
        }
    }
}

impl State {
    /// How many bytes it waits for.
    const fn length(self) -> usize {
        match self {
            Self::Start => 8,
            Self::References | Self::NameLength(_) | Self::Size => 4,
            Self::Name(_, length) => length + 4,
            Self::Record(size) => size,
            Self::Text(_) => 0,
        }
    }
}
