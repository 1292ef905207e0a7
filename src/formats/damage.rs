//! What can be wrong with a file, and where: one clear sentence each.
//!
//! Offsets count from 0, records from 1. Knows no file by name: who reports it says which file it is.

use std::fmt;

use crate::{
    formats::{fastq::ReadName, file_type::FileType},
    types::{Escaped, Quoted},
};

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
    /// `count` is known where the file was read on to its end.
    #[error("it has {} after its end at byte {at}", Bytes(*.count))]
    Trailing { unit: Unit, at: u64, count: Option<u64> },
    /// `at` counts decompressed bytes of a BAM.
    #[error("at byte {at}{}, another {format} file begins", Within(*.format))]
    Joined { format: FileType, at: u64 },
    #[error("{unit} begins at byte {at}, and {what}")]
    Broken { unit: Unit, at: u64, what: &'static str },
    #[error("its header, which is decompressed, is damaged at byte {at} of it: {what}")]
    Header { at: u64, what: &'static str },
    /// `at` counts decompressed bytes.
    #[error("record {number}{}, at byte {at} of the decompressed data, {flaw}", Named(.name))]
    Record { number: u64, name: Option<ReadName>, at: u64, flaw: RecordFlaw },
}

const COPY: &str = "copy it again from where it came from, or make it again";

impl Damage {
    /// What to do about it, in a file that is called `shown`.
    pub fn hint(&self, shown: &str) -> String {
        let file = Quoted::new(shown);
        match self {
            Self::Trailing { unit, at, .. } => {
                let out = unit.output();
                format!("if nothing is missing, cut it: `head -c {at} {file} > {out}`")
            }
            Self::Joined { format: FileType::Cram, .. } => {
                "join CRAM files with `samtools cat -o OUT.cram FILE1 FILE2`".to_owned()
            }
            Self::Joined { .. } => {
                "join BAM files with `samtools cat -o OUT.bam FILE1 FILE2`".to_owned()
            }
            Self::Record { flaw: RecordFlaw::Wrapped, .. } => unwrap(shown),
            _ => COPY.to_owned(),
        }
    }
}

/// How to make records of four lines.
pub fn unwrap(shown: &str) -> String {
    let file = Quoted::new(shown);
    format!("unwrap it with `seqtk seq -l0 {file} | gzip > OUT.fastq.gz` or `seqkit seq -w0`")
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

impl Unit {
    /// What to call a file that is made of such a one.
    const fn output(self) -> &'static str {
        match self {
            Self::BgzfBlock => "OUT.bam",
            Self::GzipMember => "OUT.fastq.gz",
            Self::CramContainer | Self::CramBlock | Self::CramDefinition => "OUT.cram",
        }
    }
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
    #[error("is wrapped: its sequence has several lines, and the service takes one")]
    Wrapped,
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

/// How many bytes, if that is known.
struct Bytes(Option<u64>);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str("more bytes"),
            Some(1) => f.write_str("1 byte"),
            Some(count) => write!(f, "{count} bytes"),
        }
    }
}

/// What bytes are counted in.
struct Within(FileType);

impl fmt::Display for Within {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0 == FileType::Cram { "" } else { " of the decompressed data" })
    }
}

/// A name in parentheses, if it is known.
struct Named<'a>(&'a Option<ReadName>);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |name| write!(f, " (`{name}`)"))
    }
}
