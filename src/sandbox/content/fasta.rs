//! The index of a FASTA file (`.fai`), made while the file passes.
//!
//! Its five columns are those of <https://www.htslib.org/doc/faidx.html>: the name, the length, the
//! offset of the first base, the bases and the bytes of a line.

use std::{
    collections::HashSet,
    fmt::Write as _,
    io::{self, BufRead},
};

/// The longest name of a sequence.
const MAX_NAME: usize = 64 * 1024;

/// Why text is no FASTA that can be indexed, with the number of the line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct Unindexable {
    line: u64,
    what: &'static str,
}

/// Takes a FASTA file in blocks.
#[derive(Debug)]
pub(crate) struct Indexer {
    index: String,
    names: HashSet<String>,
    sequence: Option<FastaSequence>,
    line: FastaLine,
    /// The number of the line that is being read, from 1.
    number: u64,
    /// Where the next byte lies.
    offset: u64,
}

/// The sequence that is being read.
#[derive(Debug)]
struct FastaSequence {
    name: String,
    length: u64,
    offset: u64,
    /// Bases and bytes of its lines, once there is one.
    layout: Option<(u64, u64)>,
    /// A line that differs from the others has been seen, which has to be the last one.
    ended: bool,
}

/// The line that is being read.
#[derive(Debug, Default)]
struct FastaLine {
    /// A header's name so far, without the `>`; `None` for a line of bases.
    name: Option<Vec<u8>>,
    name_ended: bool,
    bytes: u64,
    last: u8,
}

impl Indexer {
    pub(crate) fn new() -> Self {
        Self {
            index: String::new(),
            names: HashSet::new(),
            sequence: None,
            line: FastaLine::default(),
            number: 1,
            offset: 0,
        }
    }

    /// Takes the next bytes.
    pub(crate) fn feed(&mut self, block: &[u8]) -> Result<(), Unindexable> {
        let mut rest = block;
        while !rest.is_empty() {
            let end = memchr::memchr(b'\n', rest);
            let (piece, after) = rest.split_at(end.unwrap_or(rest.len()));
            self.piece(piece)?;
            rest = after;
            if let Some(after) = rest.strip_prefix(b"\n") {
                self.offset += 1;
                self.end_line()?;
                rest = after;
            }
        }
        Ok(())
    }

    /// The index of all that was taken.
    pub(crate) fn finish(mut self) -> Result<String, Unindexable> {
        if self.line.bytes > 0 {
            self.end_line()?;
        }
        self.end_sequence();
        if self.index.is_empty() {
            return Err(Unindexable { line: 1, what: "there is no sequence" });
        }
        Ok(self.index)
    }

    fn error<T>(&self, what: &'static str) -> Result<T, Unindexable> {
        Err(Unindexable { line: self.number, what })
    }

    /// Bytes of a line.
    fn piece(&mut self, piece: &[u8]) -> Result<(), Unindexable> {
        let Some(last) = piece.last() else { return Ok(()) };
        let mut text = piece;
        if self.line.bytes == 0
            && let Some(name) = piece.strip_prefix(b">")
        {
            self.line.name = Some(Vec::new());
            text = name;
        }
        self.line.bytes += piece.len() as u64;
        self.line.last = *last;
        self.offset += piece.len() as u64;
        if let Some(name) = &mut self.line.name {
            let end = text.iter().position(|b| b" \t\r".contains(b));
            if !self.line.name_ended {
                name.extend_from_slice(&text[..end.unwrap_or(text.len())]);
                self.line.name_ended = end.is_some();
            }
            if name.len() > MAX_NAME {
                return self.error("the name is too long");
            }
            return Ok(());
        }
        let is_text = |b: &u8| b.is_ascii_graphic() || *b == b'\r';
        if text.iter().all(is_text) { Ok(()) } else { self.error("there is more than bases") }
    }

    /// The line is over, with a newline or with the file, which counts as one.
    fn end_line(&mut self) -> Result<(), Unindexable> {
        let line = std::mem::take(&mut self.line);
        let carriage_return = u64::from(line.last == b'\r');
        match line.name {
            Some(name) => self.begin_sequence(&name)?,
            None => self.bases(line.bytes - carriage_return, carriage_return + 1)?,
        }
        self.number += 1;
        Ok(())
    }

    fn begin_sequence(&mut self, name: &[u8]) -> Result<(), Unindexable> {
        self.end_sequence();
        let Ok(name) = str::from_utf8(name) else { return self.error("the name is not UTF-8") };
        if name.is_empty() {
            return self.error("the sequence has no name");
        }
        if !self.names.insert(name.to_owned()) {
            return self.error("a sequence of this name was there before");
        }
        let (name, offset) = (name.to_owned(), self.offset);
        self.sequence = Some(FastaSequence { name, length: 0, offset, layout: None, ended: false });
        Ok(())
    }

    /// A line with so many bases, which ends in so many bytes.
    fn bases(&mut self, bases: u64, end: u64) -> Result<(), Unindexable> {
        let Some(sequence) = &mut self.sequence else {
            return if bases == 0 { Ok(()) } else { self.error("there is no `>` before it") };
        };
        if bases > 0 && sequence.ended {
            return self.error("the line before it has another length than those above");
        }
        let (width, _) = *sequence.layout.get_or_insert((bases, bases + end));
        if bases > width {
            return self.error("it is longer than the lines before it");
        }
        sequence.ended = bases < width || bases == 0;
        sequence.length += bases;
        Ok(())
    }

    fn end_sequence(&mut self) {
        let Some(FastaSequence { name, length, offset, layout, .. }) = self.sequence.take() else {
            return;
        };
        // A sequence without bases is left out, as samtools does.
        if let Some((bases, bytes)) = layout.filter(|_| length > 0) {
            // Writing to a string cannot fail.
            let _ = writeln!(self.index, "{name}\t{length}\t{offset}\t{bases}\t{bytes}");
        }
    }
}

/// Holds text against the form of an index: what a line needs at least is a name and a length.
pub(crate) fn check_index(text: impl BufRead) -> io::Result<Result<(), Unindexable>> {
    let mut number = 0;
    for line in text.lines() {
        let line = line?;
        number += 1;
        let mut columns = line.split('\t');
        let name = columns.next().unwrap_or_default();
        let numbers: Vec<Option<u64>> = columns.map(|column| column.parse().ok()).collect();
        if name.is_empty() || numbers.len() != 4 || numbers.contains(&None) {
            let what = "a name and four numbers are needed, with tabs between them";
            return Ok(Err(Unindexable { line: number, what }));
        }
    }
    let none = Unindexable { line: 1, what: "there is no sequence" };
    Ok(if number == 0 { Err(none) } else { Ok(()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(text: &str, block: usize) -> Result<String, Unindexable> {
        let mut indexer = Indexer::new();
        for block in text.as_bytes().chunks(block) {
            indexer.feed(block)?;
        }
        indexer.finish()
    }

    #[test]
    fn an_index_is_that_of_samtools_in_blocks_of_any_size() {
        for (text, wanted) in [
            (">a\nACGT\n", "a\t4\t3\t4\t5\n"),
            (">a\nACGT", "a\t4\t3\t4\t5\n"),
            (">e\n>b\nNN\n", "b\t2\t6\t2\t3\n"),
            (">a some text\nACGT\nACGT\nAC\n", "a\t10\t13\t4\t5\n"),
            (">a\r\nACGT\r\nAC\r\n", "a\t6\t4\t4\t6\n"),
            (">a\nACGT\n\n>b\tx\nNN\n", "a\t4\t3\t4\t5\nb\t2\t14\t2\t3\n"),
            (">HLA*01:01\nACGTacgtn\n", "HLA*01:01\t9\t11\t9\t10\n"),
        ] {
            for block in 1..=text.len() {
                assert_eq!(index(text, block).as_deref(), Ok(wanted), "{text:?} by {block}");
            }
        }
    }

    #[test]
    fn what_cannot_be_indexed_is_said_with_its_line() {
        for (text, line) in [
            ("", 1),
            ("\n\n", 1),
            ("ACGT\n", 1),
            (">\nACGT\n", 1),
            (">a\nACGT\nAC\nACGT\n", 4),
            (">a\nAC\nACGT\n", 3),
            (">a\nACGT\n\nACGT\n", 4),
            (">a\nAC GT\n", 2),
            (">a\nACGT\n>a\nACGT\n", 3),
        ] {
            for block in [1, 2, 1000] {
                let error = index(text, block).unwrap_err();
                assert_eq!(error.line, line, "{text:?} by {block}: {error}");
            }
        }
        assert_eq!(
            index(">a\nAC\nACGT\n", 9).unwrap_err().to_string(),
            "line 3: it is longer than the lines before it"
        );
    }

    #[test]
    fn an_index_has_five_columns() {
        let check = |text: &str| check_index(text.as_bytes()).unwrap().map_err(|error| error.line);
        assert_eq!(check("chr1\t10\t6\t5\t6\nchr2\t1\t20\t1\t2\n"), Ok(()));
        for (text, line) in [
            ("", 1),
            ("chr1\t10\n", 1),
            ("chr1\t10\t6\t5\t6\nchr2\tx\t6\t5\t6\n", 2),
            (">chr1\nACGT\n", 1),
            ("\t10\t6\t5\t6\n", 1),
        ] {
            assert_eq!(check(text), Err(line), "{text:?}");
        }
    }
}
