//! What can be wrong with a file, and where: one clear sentence each.
//!
//! Offsets count from 0, records from 1. Knows no file by name: who reports it says which file it is.

use std::fmt;

use crate::{format::ReadName, types::Escaped};

/// What is wrong with a file, and where. "It" is the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    #[error("it ends in the middle of {unit} that begins at byte {at}: the file is truncated")]
    Cut { unit: Unit, at: u64 },
    /// Nothing but zeros, where something else should be or the file should have ended.
    #[error(
        "it holds nothing but zeros from byte {from} to its end: the space was reserved, but not \
         all of it was written"
    )]
    ZeroTail { from: u64 },
    #[error("it holds zeros from byte {from} to byte {to}: this part of it was never written")]
    Hole { from: u64, to: u64 },
    #[error("at byte {at}, {unit} should begin, but something else stands there")]
    Garbage { unit: Unit, at: u64 },
    #[error("after its end, at byte {at}, something else follows")]
    Trailing { at: u64 },
    #[error("{unit} begins at byte {at}, and {what}")]
    Broken { unit: Unit, at: u64, what: &'static str },
    #[error("its header, which is decompressed, is damaged at byte {at} of it: {what}")]
    Header { at: u64, what: &'static str },
    /// `at` counts decompressed bytes.
    #[error("record {number}{}, at byte {at} of the decompressed data, {flaw}", Named(.name))]
    Record { number: u64, name: Option<ReadName>, at: u64, flaw: RecordFlaw },
}

/// What files consist of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    BgzfBlock,
    GzipMember,
    CramContainer,
    CramBlock,
    /// The first 26 bytes of a CRAM file.
    CramDefinition,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BgzfBlock => "a BGZF block",
            Self::GzipMember => "a gzip member",
            Self::CramContainer => "a CRAM container",
            Self::CramBlock => "a CRAM block",
            Self::CramDefinition => "the CRAM file definition",
        })
    }
}

/// What is wrong with a record: what follows "record 17".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordFlaw {
    #[error("is cut off: the data ends in the middle of it")]
    Cut,
    #[error("does not begin with `@`")]
    NoName,
    #[error("has {} in its sequence", Byte(*.0))]
    Sequence(u8),
    #[error("has a third line that does not begin with `+`")]
    NoPlus,
    #[error("has {} in its qualities", Byte(*.0))]
    Quality(u8),
    #[error("has {bases} bases and {qualities} qualities")]
    Lengths { bases: u64, qualities: u64 },
    #[error("has the impossible size {0}")]
    Size(i32),
    #[error("is too small for its name, CIGAR, sequence and qualities")]
    Overfull,
    #[error("names the reference sequence {id}, and the header has {references}")]
    Reference { id: i32, references: usize },
    #[error("has {bases} bases, and its CIGAR is for {cigar}")]
    Cigar { bases: u32, cigar: u64 },
    #[error("has a damaged tag `{}`", Escaped::new(&String::from_utf8_lossy(.0)))]
    Tag([u8; 2]),
}

/// A byte, as it is shown.
struct Byte(u8);

impl fmt::Display for Byte {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            byte if byte.is_ascii_graphic() => write!(f, "`{}`", char::from(byte)),
            byte => write!(f, "the byte 0x{byte:02x}"),
        }
    }
}

/// A name in parentheses, if it is known.
struct Named<'a>(&'a Option<ReadName>);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |name| write!(f, " (`{name}`)"))
    }
}
