//! The first records of a FASTQ file.
//!
//! Works on decompressed text that may be cut anywhere; knows records of four lines and no others.

use super::read_name::{Mate, ReadName, last_digits};

/// So many records are looked at.
const MAX_RECORDS: usize = 250;

/// What the first records of a FASTQ file show; at least one name is known, unless it is a lane without
/// reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FastqHead {
    names: Vec<ReadName>,
    /// Of the records whose sequence is known to its end.
    sequences: Vec<FirstSequence>,
    whole: bool,
}

/// What is kept of a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FirstSequence {
    bases: usize,
    sum: u32,
}

impl FastqHead {
    /// Of a file without records.
    pub(crate) const fn empty() -> Self {
        Self { names: Vec::new(), sequences: Vec::new(), whole: true }
    }

    /// The names of the first records, in order.
    pub fn names(&self) -> &[ReadName] {
        &self.names
    }

    /// Whether these are all the records of the file.
    pub const fn is_whole(&self) -> bool {
        self.whole
    }

    /// Whether mates alternate in this one file, all through: a few neighbours of the same name are
    /// left by converters, and are no interleaved mates.
    pub fn is_interleaved(&self) -> bool {
        let pairs = || self.names.chunks_exact(2);
        let is_named_alike = |pair: &[ReadName]| {
            let mates = (pair[0].mate(), pair[1].mate());
            pair[0].same_template(&pair[1]) && (mates.0 != mates.1 || mates.0.is_none())
        };
        // One such pair may be two reads that follow each other.
        let is_numbered = |pair: &[ReadName]| {
            let numbers = last_digits(pair[0].template(), pair[1].template());
            self.names.len() > 3 && pair[0].mate().is_none() && numbers == Some((b'1', b'2'))
        };
        // Text that is cut may end between two mates.
        let is_even = pairs().remainder().is_empty() || !self.whole;
        let is_long_enough = self.names.len() > 1 && is_even;
        is_long_enough && (pairs().all(is_named_alike) || pairs().all(is_numbered))
    }

    /// The median length of the first reads, in bases.
    pub fn read_length(&self) -> usize {
        let mut lengths: Vec<_> = self.sequences.iter().map(|sequence| sequence.bases).collect();
        lengths.sort_unstable();
        lengths.get(lengths.len() / 2).copied().unwrap_or_default()
    }

    /// Whether both hold the same reads, as far as they are known.
    pub fn is_copy_of(&self, other: &Self) -> bool {
        let names = self.names.iter().zip(&other.names).all(|(a, b)| a == b);
        names && self.sequences.iter().zip(&other.sequences).all(|(a, b)| a == b)
    }

    /// Whether the sequences are varied enough for equal ones to be more than chance.
    pub fn is_varied(&self) -> bool {
        self.sequences.len() >= 10 && self.sequences.windows(2).any(|pair| pair[0] != pair[1])
    }

    /// The mate that the first record says it is.
    pub fn mate(&self) -> Option<Mate> {
        self.names.first().and_then(ReadName::mate)
    }
}

/// A record that is none; records count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BrokenRecord {
    #[error("record {0} does not begin with `@`")]
    NoName(usize),
    #[error("the sequence of record {0} holds other characters than letters")]
    NoSequence(usize),
    #[error("the third line of record {0} does not begin with `+`")]
    NoPlus(usize),
    #[error("record {0} is wrapped: its sequence has several lines, and the service takes one")]
    Wrapped(usize),
    #[error("record {record} has {bases} bases and {qualities} qualities")]
    Lengths { record: usize, bases: usize, qualities: usize },
    #[error("it ends in the middle of record {0}")]
    Ends(usize),
}

/// Reads the first records of `text`; `whole` says that nothing follows it.
pub(crate) fn first_records(text: &[u8], whole: bool) -> Result<FastqHead, BrokenRecord> {
    let mut lines = TextLines { rest: text, whole };
    let mut names = Vec::new();
    let mut sequences = Vec::new();
    let mut last = RecordEnd::Complete;
    // Blank lines at the end are common.
    while last == RecordEnd::Complete
        && names.len() < MAX_RECORDS
        && (names.is_empty() || !lines.is_blank())
    {
        let record = names.len() + 1;
        let Some(line) = lines.next().filter(|line| line.complete) else { break };
        let name = line.text.strip_prefix(b"@").ok_or(BrokenRecord::NoName(record))?;
        names.push(ReadName::parse(name));
        last = rest_of_record(&mut lines, record, &mut sequences)?;
    }
    if names.is_empty() || (whole && last == RecordEnd::Cut) {
        return Err(BrokenRecord::Ends(names.len().max(1)));
    }
    Ok(FastqHead { names, sequences, whole: whole && lines.is_blank() })
}

#[derive(PartialEq, Eq)]
enum RecordEnd {
    Complete,
    /// The text ends in it, and what is there is as it should be.
    Cut,
}

/// Checks the second to fourth line.
fn rest_of_record(
    lines: &mut TextLines<'_>,
    record: usize,
    sequences: &mut Vec<FirstSequence>,
) -> Result<RecordEnd, BrokenRecord> {
    let Some(sequence) = lines.next() else { return Ok(RecordEnd::Cut) };
    if !sequence.text.iter().all(u8::is_ascii_graphic) {
        return Err(BrokenRecord::NoSequence(record));
    }
    if sequence.complete {
        let (bases, sum) = (sequence.text.len(), crc32fast::hash(sequence.text));
        sequences.push(FirstSequence { bases, sum });
    }
    let Some(plus) = lines.next() else { return Ok(RecordEnd::Cut) };
    if plus.text.first() != Some(&b'+') {
        let is_sequence = |line: &TextLine<'_>| line.text.iter().all(u8::is_ascii_alphabetic);
        let is_wrapped = is_sequence(&plus)
            && lines.find(|line| !is_sequence(line)).is_some_and(|line| line.text[0] == b'+');
        return Err(if is_wrapped {
            BrokenRecord::Wrapped(record)
        } else {
            BrokenRecord::NoPlus(record)
        });
    }
    let Some(quality) = lines.next() else { return Ok(RecordEnd::Cut) };
    let (bases, qualities) = (sequence.text.len(), quality.text.len());
    if qualities > bases || (quality.complete && qualities < bases) {
        // What the file's end cuts off is called so.
        return if lines.whole && lines.rest.is_empty() && qualities < bases {
            Err(BrokenRecord::Ends(record))
        } else {
            Err(BrokenRecord::Lengths { record, bases, qualities })
        };
    }
    Ok(if quality.complete { RecordEnd::Complete } else { RecordEnd::Cut })
}

struct TextLine<'a> {
    /// Without its end.
    text: &'a [u8],
    complete: bool,
}

/// Lines that end with `\n` or `\r\n`; the last one may be incomplete.
struct TextLines<'a> {
    rest: &'a [u8],
    whole: bool,
}

impl TextLines<'_> {
    fn is_blank(&self) -> bool {
        self.rest.trim_ascii().is_empty()
    }
}

impl<'a> Iterator for TextLines<'a> {
    type Item = TextLine<'a>;

    fn next(&mut self) -> Option<TextLine<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let end = self.rest.iter().position(|byte| *byte == b'\n');
        let (text, rest) = match end {
            Some(end) => (&self.rest[..end], &self.rest[end + 1..]),
            None => (self.rest, &[][..]),
        };
        self.rest = rest;
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        Some(TextLine { text, complete: end.is_some() || self.whole })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complete_records_are_read() {
        for (text, count) in [
            (&b"@a\nACGT\n+\nIIII\n"[..], 1),
            (b"@a\nACGT\n+a\nIIII", 1),
            (b"@a\r\nACGT\r\n+\r\nIIII\r\n@b\r\nA\r\n+\r\nI\r\n", 2),
            // Trimmed to nothing.
            (b"@a\n\n+\n\n@b\nACGT\n+\nIIII\n", 2),
            (b"@a\n\n+\n\n", 1),
            // Qualities may begin with `@`.
            (b"@a\nACGT\n+\n@III\n@b\nA\n+\n@\n", 2),
            (b"@a\nT0.12\n+\nIIIII\n\n\n", 1),
        ] {
            let shown = String::from_utf8_lossy(text);
            let head =
                first_records(text, true).unwrap_or_else(|error| panic!("{shown:?}: {error}"));
            assert_eq!((head.names.len(), head.whole), (count, true), "{shown:?}");
        }
    }

    #[test]
    fn broken_records_are_named() {
        for (text, error) in [
            (&b"@a\nAC GT\n+\nIIIII\n"[..], BrokenRecord::NoSequence(1)),
            (b"@a\nACGT\nACGT\n@b\n", BrokenRecord::NoPlus(1)),
            (b"@a\nACGT\nIIII\n", BrokenRecord::NoPlus(1)),
            (b"@a\nACGT\nAC.T\n+\n", BrokenRecord::NoPlus(1)),
            (b"@a\nACGT\nACGT\nAC\n+\n", BrokenRecord::Wrapped(1)),
            (b"@a\nA\n+\nI\n@b\n\n+\n", BrokenRecord::Ends(2)),
            (
                b"@a\nACGT\n+\nIII\n@b\n",
                BrokenRecord::Lengths { record: 1, bases: 4, qualities: 3 },
            ),
            (b"@a\nACGT\n+\nIIIII\n", BrokenRecord::Lengths { record: 1, bases: 4, qualities: 5 }),
            (b"@a\nACGT\n+\nIIII\nb\n", BrokenRecord::NoName(2)),
            (b"@a\nACGT\n+\nIIII\n@b\nACGT\n+\nII", BrokenRecord::Ends(2)),
            (b"@a\nACGT\n+\nIIII\n@b\nACGT\n+", BrokenRecord::Ends(2)),
            (b"@a\nACGT\n+\nIIII\n@b", BrokenRecord::Ends(2)),
            (b"@a", BrokenRecord::Ends(1)),
        ] {
            assert_eq!(first_records(text, true), Err(error), "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn text_that_is_cut_anywhere_is_read_as_far_as_it_goes() {
        let text = b"@a/1\nACGT\n+\nIIII\n@b/1\nACGT\n+\nIIII\n@c/1\nAC\n+\nII\n";
        for cut in 5..text.len() {
            let head = first_records(&text[..cut], false).unwrap();
            // A name is known from the end of its line.
            let names = text[..cut].iter().zip(&text[1..]).filter(|(end, _)| **end == b'\n');
            let lines = names.count();
            assert_eq!(head.names.len(), lines.div_ceil(4), "{cut}");
            assert!(!head.whole);
        }
        assert_eq!(first_records(&text[..4], false), Err(BrokenRecord::Ends(1)));
    }

    #[test]
    fn only_the_first_records_are_kept() {
        let text = b"@a\nACGT\n+\nIIII\n".repeat(MAX_RECORDS + 1);
        let head = first_records(&text, true).unwrap();
        assert_eq!((head.names.len(), head.whole), (MAX_RECORDS, false));
    }

    #[test]
    fn interleaved_mates_are_seen() {
        for (names, interleaved) in [
            (&["a/1", "a/2", "b/1", "b/2"][..], true),
            (&["a 1:N:0:", "a 2:N:0:"], true),
            // A few neighbours of one name are no interleaved mates.
            (&["x", "a", "a"], false),
            (&["a", "a", "b", "c"], false),
            (&["a/1", "a/2", "b/1"], false),
            (&["SRX1.1.1", "SRX1.1.2", "SRX1.2.1", "SRX1.2.2"], true),
            (&["r1", "r2", "r3", "r4"], false),
            (&["r1", "r2"], false),
            (&["r:1 1:N:0:", "r:2 1:N:0:", "s:1 1:N:0:", "s:2 1:N:0:"], false),
            (&["a", "b", "a"], false),
            (&["a/1", "b/1"], false),
            // The same read twice.
            (&["a/1", "a/1"], false),
            (&["a"], false),
        ] {
            let records: Vec<_> = names.iter().map(|name| format!("@{name}\nA\n+\nI\n")).collect();
            let text = records.concat();
            assert_eq!(first_records(text.as_bytes(), true).unwrap().is_interleaved(), interleaved);
        }
    }
}
