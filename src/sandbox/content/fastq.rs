//! FASTQ: records of four lines, counted and hashed as they pass.

use std::io::Read;

use data_encoding::HEXLOWER;
use sha2::digest::DynDigest;

use super::flaw::SourceFlaw;
use crate::sandbox::{
    rules::EtagFamily,
    state::{ContentFindings, SavedEtag},
};

/// How much text is looked at at a time.
const BLOCK: usize = 128 * 1024;

/// Reads uncompressed FASTQ to its end.
pub(crate) fn inspect(
    mut text: impl Read,
    family: EtagFamily,
) -> Result<ContentFindings, SourceFlaw> {
    let mut hash = hasher(family);
    let mut records = FastqCounter::default();
    let mut block = vec![0; BLOCK];
    loop {
        let count = text.read(&mut block)?;
        if count == 0 {
            break;
        }
        hash.update(&block[..count]);
        records.feed(&block[..count])?;
    }
    let (reads, bases) = records.finish()?;
    let algorithm = format!("FASTQ_{family}");
    let etag = SavedEtag { algorithm, source1: HEXLOWER.encode(&hash.finalize()), source2: None };
    Ok(ContentFindings { reads, bases, etag: Some(etag) })
}

/// The hash of a store's family, over the uncompressed source
/// (<https://docs.aws.amazon.com/omics/latest/dev/etags-and-provenance.html>).
fn hasher(family: EtagFamily) -> Box<dyn DynDigest> {
    match family {
        EtagFamily::Md5up => Box::<md5::Md5>::default(),
        EtagFamily::Sha256up => Box::<sha2::Sha256>::default(),
        EtagFamily::Sha512up => Box::<sha2::Sha512>::default(),
    }
}

/// The lines of a record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum FastqLine {
    #[default]
    Name,
    Sequence,
    Plus,
    Quality,
}

/// Counts records without holding any.
#[derive(Debug, Default)]
struct FastqCounter {
    line: FastqLine,
    /// Of the line so far.
    length: u64,
    /// Carriage returns in it.
    returns: u64,
    first: u8,
    last: u8,
    /// The bases of the record so far.
    sequence: u64,
    reads: u64,
    bases: u64,
}

impl FastqCounter {
    fn feed(&mut self, mut block: &[u8]) -> Result<(), SourceFlaw> {
        while let Some(end) = memchr::memchr(b'\n', block) {
            self.extend(&block[..end])?;
            self.end_line()?;
            block = &block[end + 1..];
        }
        self.extend(block)
    }

    fn extend(&mut self, piece: &[u8]) -> Result<(), SourceFlaw> {
        if matches!(self.line, FastqLine::Sequence | FastqLine::Quality) {
            let returns = memchr::memchr_iter(b'\r', piece).count() as u64;
            let printed = piece.iter().filter(|byte| byte.is_ascii_graphic()).count() as u64;
            if returns + printed < piece.len() as u64 {
                return Err(self.flaw("has bases or qualities that cannot be printed"));
            }
            self.returns += returns;
        }
        let [first, .., last] = piece else {
            if let [only] = piece {
                self.extend_by(*only, *only, 1);
            }
            return Ok(());
        };
        self.extend_by(*first, *last, piece.len() as u64);
        Ok(())
    }

    fn flaw(&self, what: &str) -> SourceFlaw {
        SourceFlaw::new(format!("record {} {what}", self.reads + 1))
    }

    const fn extend_by(&mut self, first: u8, last: u8, length: u64) {
        if self.length == 0 {
            self.first = first;
        }
        self.last = last;
        self.length += length;
    }

    fn end_line(&mut self) -> Result<(), SourceFlaw> {
        let first = (self.length > 0).then_some(self.first);
        let end = u64::from(self.length > 0 && self.last == b'\r');
        let length = self.length - end;
        if std::mem::take(&mut self.returns) > end {
            return Err(self.flaw("has a carriage return among its bases or qualities"));
        }
        let flaw = |what: &str| Err(self.flaw(what));
        self.line = match self.line {
            FastqLine::Name if length == 0 && self.reads > 0 => {
                return flaw("does not begin, but a blank line stands there");
            }
            FastqLine::Name if first != Some(b'@') => return flaw("does not begin with `@`"),
            FastqLine::Name => FastqLine::Sequence,
            FastqLine::Sequence => {
                self.sequence = length;
                FastqLine::Plus
            }
            FastqLine::Plus if first != Some(b'+') => return flaw("has no `+` in its third line"),
            FastqLine::Plus => FastqLine::Quality,
            FastqLine::Quality if length != self.sequence => {
                return flaw("has another number of bases than of qualities");
            }
            FastqLine::Quality => {
                self.reads += 1;
                self.bases += length;
                FastqLine::Name
            }
        };
        self.length = 0;
        Ok(())
    }

    fn finish(mut self) -> Result<(u64, u64), SourceFlaw> {
        // The last line may lack its end.
        if self.line == FastqLine::Quality && self.length > 0 {
            self.end_line()?;
        }
        if self.line != FastqLine::Name || self.length > 0 {
            return Err(SourceFlaw::new(format!("it ends within record {}", self.reads + 1)));
        }
        if self.reads == 0 {
            return Err(SourceFlaw::new("it holds no reads"));
        }
        Ok((self.reads, self.bases))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str, block: usize) -> Result<(u64, u64), SourceFlaw> {
        let mut records = FastqCounter::default();
        for block in text.as_bytes().chunks(block) {
            records.feed(block)?;
        }
        records.finish()
    }

    #[test]
    fn records_are_counted_however_they_are_cut() {
        for (text, expected) in [
            ("@a\nACGT\n+\nIIII\n", Ok((1, 4))),
            ("@a\nACGT\n+\nIIII", Ok((1, 4))),
            ("@a\r\nACGT\r\n+\r\nIIII\r\n", Ok((1, 4))),
            ("@a x\nAC\n+a\n@+\n@b\nA\n+\n@\n", Ok((2, 3))),
            ("@a\n\n+\n\n", Ok((1, 0))),
            ("", Err("it holds no reads")),
            (">a\nACGT\n", Err("record 1 does not begin with `@`")),
            ("@a\nACGT\nIIII\n", Err("record 1 has no `+` in its third line")),
            ("@a\nAC\n+\nI\n", Err("record 1 has another number of bases than of qualities")),
            ("@a\nA\n+\nI\n@b\nA\n+\n", Err("it ends within record 2")),
            ("@a\nA\n+\nI\n@b\nA", Err("it ends within record 2")),
            ("@a\nA\n+\nI\n\n", Err("record 2 does not begin, but a blank line stands there")),
            ("@a\nA T\n+\nIII\n", Err("record 1 has bases or qualities that cannot be printed")),
            ("@a\nA\n+\n\t\n", Err("record 1 has bases or qualities that cannot be printed")),
            (
                "@a\nA\rT\n+\nIII\n",
                Err("record 1 has a carriage return among its bases or qualities"),
            ),
        ] {
            for block in [1, 2, 3, 7, 1000] {
                let found = count(text, block);
                assert_eq!(found, expected.map_err(SourceFlaw::new), "{text:?} by {block}");
            }
        }
    }

    #[test]
    fn the_etag_is_the_hash_of_the_text() {
        let text = "@a\nACGT\n+\nIIII\n";
        for (family, algorithm, value) in [
            (
                EtagFamily::Md5up,
                "FASTQ_MD5up",
                HEXLOWER.encode(&<md5::Md5 as md5::Digest>::digest(text)),
            ),
            (
                EtagFamily::Sha256up,
                "FASTQ_SHA256up",
                HEXLOWER.encode(&<sha2::Sha256 as sha2::Digest>::digest(text)),
            ),
            (
                EtagFamily::Sha512up,
                "FASTQ_SHA512up",
                HEXLOWER.encode(&<sha2::Sha512 as sha2::Digest>::digest(text)),
            ),
        ] {
            let findings = inspect(text.as_bytes(), family).unwrap();
            let etag = findings.etag.unwrap();
            assert_eq!((&*etag.algorithm, etag.source1), (algorithm, value));
            assert_eq!((findings.reads, findings.bases), (1, 4));
        }
    }
}
