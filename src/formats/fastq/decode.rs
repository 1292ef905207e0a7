//! The records of a FASTQ, in pieces of any size: four lines each, checked and counted.
//!
//! Lines may end with `\r\n`. Blank lines behind the last record are passed over and reported: whether
//! they matter is for others to say. Memory does not grow with the length of reads.

use super::read_name::ReadName;
use crate::formats::damage::{Damage, RecordFlaw};

/// What of a name is kept.
const MAX_NAME: usize = 64 * 1024;

/// Reads records one after the other.
#[derive(Debug, Default)]
pub(crate) struct FastqRecords {
    line: RecordLine,
    /// Whether the line has content.
    begun: bool,
    /// A `\r` at the end of the last piece, which may belong to the end of its line.
    held: bool,
    /// Where the next byte stands.
    at: u64,
    /// Where the record begins.
    begin: u64,
    name: Vec<u8>,
    /// Of the last whole record, if there was one.
    last: Option<Vec<u8>>,
    bases: u64,
    qualities: u64,
    names: Option<Vec<u8>>,
    counted: (u64, u64),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum RecordLine {
    #[default]
    Name,
    Sequence,
    Plus,
    Quality,
    /// Where the third line should be, what could be more of the sequence.
    More,
    /// Behind the last record.
    Blank,
}

impl FastqRecords {
    /// Keeps the names of the records, if wanted, until they are taken.
    pub(crate) fn new(names: bool) -> Self {
        Self { names: names.then(Vec::new), ..Self::default() }
    }

    /// The names of the records since the last call, each followed by `\n`.
    pub(crate) fn take_names(&mut self) -> Option<Vec<u8>> {
        self.names.as_mut().map(std::mem::take)
    }

    /// Takes the next piece of the text.
    pub(crate) fn push(&mut self, piece: &[u8]) -> Result<(), Damage> {
        let mut rest = piece;
        while !rest.is_empty() {
            let end = memchr::memchr(b'\n', rest);
            let mut text = &rest[..end.unwrap_or(rest.len())];
            if self.held && !text.is_empty() {
                self.content(b"\r")?;
                self.held = false;
            }
            if let Some(stripped) = text.strip_suffix(b"\r") {
                text = stripped;
                self.held = end.is_none();
            }
            if !text.is_empty() {
                self.content(text)?;
            }
            rest = &rest[end.map_or(rest.len(), |end| end + 1)..];
            if end.is_some() {
                self.held = false;
                self.end_line(self.at + (piece.len() - rest.len()) as u64)?;
            }
        }
        self.at += piece.len() as u64;
        Ok(())
    }

    fn content(&mut self, text: &[u8]) -> Result<(), Damage> {
        let first = !std::mem::replace(&mut self.begun, true);
        match self.line {
            RecordLine::Name if first && text[0] != b'@' => {
                self.line = RecordLine::Blank;
                return self.content(text);
            }
            RecordLine::Name => {
                let text = if first { &text[1..] } else { text };
                let room = MAX_NAME - self.name.len();
                self.name.extend_from_slice(&text[..text.len().min(room)]);
            }
            RecordLine::Sequence => {
                if let Some(byte) = other_than_bases(text) {
                    return Err(self.damage(RecordFlaw::Sequence(byte)));
                }
                self.bases += text.len() as u64;
            }
            RecordLine::Plus if first && text[0] != b'+' => {
                self.line = RecordLine::More;
                self.begun = false;
                return self.content(text);
            }
            RecordLine::More if first && text[0] == b'+' => {
                return Err(self.damage(RecordFlaw::Wrapped));
            }
            RecordLine::More if !text.iter().all(u8::is_ascii_alphabetic) => {
                return Err(self.damage(RecordFlaw::NoPlus));
            }
            RecordLine::Quality => {
                if let Some(byte) = other_than_qualities(text) {
                    return Err(self.damage(RecordFlaw::Quality(byte)));
                }
                self.qualities += text.len() as u64;
            }
            RecordLine::Blank if self.counted.0 == 0 || !text.trim_ascii().is_empty() => {
                return Err(self.damage(RecordFlaw::NoName));
            }
            RecordLine::Plus | RecordLine::More | RecordLine::Blank => {}
        }
        Ok(())
    }

    /// At the end of a line; the next one begins at `next`.
    fn end_line(&mut self, next: u64) -> Result<(), Damage> {
        let begun = std::mem::replace(&mut self.begun, false);
        self.line = match self.line {
            RecordLine::Name if begun => RecordLine::Sequence,
            RecordLine::Name if self.counted.0 == 0 => return Err(self.damage(RecordFlaw::NoName)),
            RecordLine::Name | RecordLine::Blank => RecordLine::Blank,
            RecordLine::Sequence => RecordLine::Plus,
            RecordLine::Plus | RecordLine::More if !begun => {
                return Err(self.damage(RecordFlaw::NoPlus));
            }
            RecordLine::Plus => RecordLine::Quality,
            RecordLine::More => RecordLine::More,
            RecordLine::Quality => {
                self.end_record()?;
                self.begin = next;
                RecordLine::Name
            }
        };
        Ok(())
    }

    fn end_record(&mut self) -> Result<(), Damage> {
        let (bases, qualities) = (self.bases, self.qualities);
        if bases != qualities {
            return Err(self.damage(RecordFlaw::Lengths { bases, qualities }));
        }
        self.counted.0 += 1;
        self.counted.1 += bases;
        if let Some(names) = &mut self.names {
            names.extend_from_slice(&self.name);
            names.push(b'\n');
        }
        std::mem::swap(self.last.get_or_insert_default(), &mut self.name);
        self.name.clear();
        (self.bases, self.qualities) = (0, 0);
        Ok(())
    }

    /// The name of the last whole record.
    pub(crate) fn last_read(&self) -> Option<ReadName> {
        self.last.as_deref().map(ReadName::parse)
    }

    /// Whether nothing at all was read.
    pub(crate) const fn is_empty(&self) -> bool {
        self.at == 0
    }

    /// Whether the last record ends with a newline, when nothing follows.
    pub(crate) fn ends_line(&self) -> bool {
        self.line != RecordLine::Quality
    }

    /// Begins with another file, whose places and records count anew.
    pub(crate) fn next_file(&mut self) {
        let (last, names) = (self.last.take(), self.names.take());
        *self = Self { last, names, ..Self::default() };
    }

    /// Whether blank lines follow the last record.
    pub(crate) fn ends_blank(&self) -> bool {
        self.line == RecordLine::Blank
    }

    /// Says that nothing follows; gives the number of reads and of bases.
    pub(crate) fn finish(&mut self) -> Result<(u64, u64), Damage> {
        match self.line {
            RecordLine::Blank => {}
            RecordLine::Name if !self.begun && self.counted.0 > 0 => {}
            RecordLine::Quality if self.begun && self.qualities >= self.bases => {
                self.end_record()?;
            }
            RecordLine::More => return Err(self.damage(RecordFlaw::NoPlus)),
            _ => return Err(self.damage(RecordFlaw::Cut)),
        }
        Ok(self.counted)
    }

    fn damage(&self, flaw: RecordFlaw) -> Damage {
        let name = match self.line {
            RecordLine::Name | RecordLine::Blank => None,
            _ => Some(ReadName::parse(&self.name)),
        };
        Damage::Record { number: self.counted.0 + 1, name, at: self.begin, flaw }
    }
}

/// The first byte that cannot stand in a sequence: what is printed can, as for samtools and pysam.
fn other_than_bases(text: &[u8]) -> Option<u8> {
    // As quick as can be, for what nearly every sequence is.
    let is_letter = |byte: u8| (byte | 0x20).wrapping_sub(b'a') < 26;
    if text.iter().fold(true, |all, byte| all & is_letter(*byte)) {
        return None;
    }
    text.iter().copied().find(|byte| !byte.is_ascii_graphic())
}

/// The first byte that is no quality.
fn other_than_qualities(text: &[u8]) -> Option<u8> {
    if text.iter().fold(true, |all, byte| all & (byte.wrapping_sub(b'!') < 94)) {
        return None;
    }
    text.iter().copied().find(|byte| !byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8], piece: usize) -> Result<(u64, u64, Vec<u8>), Damage> {
        let mut records = FastqRecords::new(true);
        text.chunks(piece).try_for_each(|piece| records.push(piece))?;
        let (reads, bases) = records.finish()?;
        Ok((reads, bases, records.take_names().unwrap()))
    }

    /// The same, whatever the pieces.
    fn found(text: &[u8]) -> Result<(u64, u64, String), String> {
        let whole = read(text, usize::MAX);
        for piece in 1..20 {
            assert_eq!(read(text, piece), whole, "{piece} {:?}", String::from_utf8_lossy(text));
        }
        whole
            .map(|(reads, bases, names)| (reads, bases, String::from_utf8(names).unwrap()))
            .map_err(|damage| damage.to_string())
    }

    #[test]
    fn whole_texts_are_counted() {
        for (text, reads, bases, names) in [
            (&b"@a\nACGT\n+\nIIII\n"[..], 1, 4, "a\n"),
            (b"@a x\nACGT\n+a x\nIIII", 1, 4, "a x\n"),
            (b"@a\r\nACGT\r\n+\r\nIIII\r\n@b\r\nA\r\n+\r\nI\r\n", 2, 5, "a\nb\n"),
            (b"@a\r\nACGT\r\n+\r\nIIII\r", 1, 4, "a\n"),
            (b"@a\nACGT\n+\nIIII\n\n\r\n \n", 1, 4, "a\n"),
            (b"@a\n\n+\n\n@b\nACGTN.\n+\n@III!~\n", 2, 6, "a\nb\n"),
            (b"@\nT0.12\n+\nIIIII\n", 1, 5, "\n"),
        ] {
            let expected = (reads, bases, names.to_owned());
            assert_eq!(found(text), Ok(expected), "{:?}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn broken_records_are_told_with_their_place() {
        let good = "@a\nACGT\n+\nIIII\n";
        for (text, message) in [
            ("ACGT\n", "record 2, at byte 15 of the decompressed data, does not begin with `@`"),
            (
                "@b\nAC GT\n+\nIIIII\n",
                "record 2 (`b`), at byte 15 of the decompressed data, has the byte 0x20 in its \
                 sequence",
            ),
            (
                "@b\nACGT\nACGT\n",
                "record 2 (`b`), at byte 15 of the decompressed data, has a third line that does \
                 not begin with `+`",
            ),
            (
                "@b/1\nACGT\n+\nII\tI\n",
                "record 2 (`b`), at byte 15 of the decompressed data, has the byte 0x09 in its \
                 qualities",
            ),
            (
                "@b\nACGT\n+\nIII\n",
                "record 2 (`b`), at byte 15 of the decompressed data, has 4 bases and 3 qualities",
            ),
            (
                "@b\nAC\rT\n+\nIIII\n",
                "record 2 (`b`), at byte 15 of the decompressed data, has the byte 0x0d in its \
                 sequence",
            ),
            (
                "@b\nACGT\n+\nIII",
                "record 2 (`b`), at byte 15 of the decompressed data, is cut off: the data ends in \
                 the middle of it",
            ),
            ("\n\n@b\n", "record 2, at byte 15 of the decompressed data, does not begin with `@`"),
        ] {
            assert_eq!(found(format!("{good}{text}").as_bytes()), Err(message.to_owned()));
        }
        for text in ["", "\n"] {
            assert!(found(text.as_bytes()).is_err());
        }
    }

    #[test]
    fn every_cut_is_seen_but_the_one_behind_a_record() {
        let text = b"@a\nACGT\n+\nIIII\n@b\nAC\n+\nII\n";
        for cut in 0..text.len() {
            // Nobody misses the end of the last line.
            let whole = matches!(cut, 14 | 15 | 25);
            assert_eq!(read(&text[..cut], usize::MAX).is_ok(), whole, "{cut}");
        }
    }
}
