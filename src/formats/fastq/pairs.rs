//! Two FASTQ files in step: whether they name the same reads in the same order, and equally many.

use std::{
    fmt,
    sync::mpsc::{Receiver, SyncSender},
};

use super::read_name::{Mate, ReadName, last_digits, split_name};
use crate::formats::stream::DecodeStop;

/// How two files are no mates of each other; records count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    #[error(
        "record {record} is `{first}` in the first file and `{second}` in the second: they belong to \
         different samples or lanes, are in another order, or one of them lacks reads"
    )]
    Names { record: u64, first: ReadName, second: ReadName },
    #[error("record {record} says that the first file holds the second reads: swap the files")]
    Swapped { record: u64 },
    #[error("record {record} says that both files hold the {} reads of the pairs", Ordinal(*.mate))]
    SameMate { record: u64, mate: Mate },
    #[error(
        "the first file has {first} reads and the second {second}: the {} one lacks its end",
        if first < second { "first" } else { "second" }
    )]
    Counts { first: u64, second: u64 },
}

struct Ordinal(Mate);

impl fmt::Display for Ordinal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Mate::First => "first",
            Mate::Second => "second",
        })
    }
}

/// Names of records on their way.
pub(crate) enum Names {
    /// Each followed by `\n`.
    Some(Vec<u8>),
    /// There are no more.
    End,
}

/// Hands names on.
pub(crate) fn tell(names: &SyncSender<Names>, some: Names) -> Result<(), DecodeStop> {
    names.send(some).map_err(|_| DecodeStop::Gone)
}

/// Compares two files to the end of the longer one. `Ok(false)` if one of them could not be read to
/// its end.
///
/// The first records say how names of mates are alike in these files, and all others must be alike in
/// the same way. Files that the user gives as a pair although their names have nothing in common, or
/// name the same mate, only have to be equally many.
pub(crate) fn compare(first: Receiver<Names>, second: Receiver<Names>) -> Result<bool, Mismatch> {
    let (mut first, mut second) = (Cursor::new(first), Cursor::new(second));
    let mut alike = None;
    loop {
        match (first.next(), second.next()) {
            (NextName::Name(a), NextName::Name(b)) => {
                alike.get_or_insert_with(|| Alike::of(a.0, b.0)).judge(a.1, a.0, b.0)?;
            }
            (NextName::End, NextName::End) => return Ok(true),
            (NextName::Gone, _) | (_, NextName::Gone) => return Ok(false),
            _ => break,
        }
    }
    let (Some(first), Some(second)) = (first.count(), second.count()) else { return Ok(false) };
    Err(Mismatch::Counts { first, second })
}

/// How the names of mates are alike.
#[derive(Clone, Copy)]
enum Alike {
    /// Equal but for the mate; whether both files name the same mate.
    Equal {
        same_mate: bool,
    },
    /// In all but these last digits.
    LastDigit(u8, u8),
    Not,
}

impl Alike {
    fn of(first: &[u8], second: &[u8]) -> Self {
        let ((a, mate), (b, other)) = (split_name(first), split_name(second));
        if a == b {
            return Self::Equal { same_mate: mate.is_some() && mate == other };
        }
        last_digits(a, b).map_or(Self::Not, |(a, b)| Self::LastDigit(a, b))
    }

    fn judge(self, record: u64, first: &[u8], second: &[u8]) -> Result<(), Mismatch> {
        let ((a, first_mate), (b, second_mate)) = (split_name(first), split_name(second));
        let is_alike = match self {
            Self::Equal { .. } => a == b,
            Self::LastDigit(x, y) => last_digits(a, b) == Some((x, y)),
            Self::Not => return Ok(()),
        };
        if !is_alike {
            let (first, second) = (ReadName::parse(first), ReadName::parse(second));
            return Err(Mismatch::Names { record, first, second });
        }
        match (first_mate.zip(second_mate), self) {
            (_, Self::Equal { same_mate: true }) => Ok(()),
            (Some((mate, other)), _) if mate == other => Err(Mismatch::SameMate { record, mate }),
            (Some((Mate::Second, _)), _) => Err(Mismatch::Swapped { record }),
            _ => Ok(()),
        }
    }
}

/// A place in one file.
struct Cursor {
    receiver: Receiver<Names>,
    names: Vec<u8>,
    at: usize,
    record: u64,
    ended: bool,
}

enum NextName<'a> {
    /// And the number of the record.
    Name((&'a [u8], u64)),
    End,
    Gone,
}

impl Cursor {
    const fn new(receiver: Receiver<Names>) -> Self {
        Self { receiver, names: Vec::new(), at: 0, record: 0, ended: false }
    }

    fn next(&mut self) -> NextName<'_> {
        while self.at == self.names.len() {
            if self.ended {
                return NextName::End;
            }
            match self.receiver.recv() {
                Ok(Names::Some(names)) => (self.names, self.at) = (names, 0),
                Ok(Names::End) => self.ended = true,
                Err(_) => return NextName::Gone,
            }
        }
        let rest = &self.names[self.at..];
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        self.at = (self.at + length + 1).min(self.names.len());
        self.record += 1;
        NextName::Name((&rest[..length], self.record))
    }

    /// How many records there are to the end, with those that were seen.
    fn count(mut self) -> Option<u64> {
        loop {
            match self.next() {
                NextName::Name(_) => {}
                NextName::End => return Some(self.record),
                NextName::Gone => return None,
            }
        }
    }
}
