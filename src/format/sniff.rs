//! What a file is, by its first bytes and never by its name.
//!
//! Everything that can be uploaded has a [`Kind`]; everything else is [`Refused`] by name, with what
//! to do about it.

use std::fmt;

use super::{
    fastq::{self, BrokenRecord, FastqHead},
    foreign::{self, Foreign},
    gzip::{self, Compression, Ending},
};

/// So many bytes of a file's beginning are enough to know it.
pub const PREFIX: usize = 64 * 1024;

/// A file that can be uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// BAM or unmapped BAM: the header tells.
    Bam,
    Cram(CramVersion),
    Fastq(Compression),
}

/// A version of CRAM that this program reads: 2.1, 3.0 or 3.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CramVersion {
    major: u8,
    minor: u8,
}

impl CramVersion {
    pub const fn new(major: u8, minor: u8) -> Option<Self> {
        match (major, minor) {
            (2, 1) | (3, 0 | 1) => Some(Self { major, minor }),
            _ => None,
        }
    }

    pub const fn major(self) -> u8 {
        self.major
    }

    pub const fn minor(self) -> u8 {
        self.minor
    }

    /// Whether it is 3.0; of the others, nobody says whether the service takes them.
    pub const fn is_safe(self) -> bool {
        matches!((self.major, self.minor), (3, 0))
    }
}

impl fmt::Display for CramVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// Why a file cannot be uploaded, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("it is empty")]
    Empty,
    #[error("it is an empty gzip file")]
    EmptyGzip,
    #[error("it is a gzip file that ends before its data begins: it is truncated, copy it again")]
    CutGzip,
    #[error("it begins like gzip, but cannot be decompressed: it is damaged, copy it again")]
    DamagedGzip,
    #[error(
        "it is plain FASTQ, and the service takes gzip only: compress it with `bgzip FILE` or \
         `gzip FILE`"
    )]
    PlainFastq,
    #[error("it begins like FASTQ, but is none: {0}")]
    BrokenFastq(BrokenRecord),
    #[error(
        "it is BAM in plain gzip, and BAM needs BGZF: make it again with \
         `samtools view -b -o OUT.bam FILE`"
    )]
    GzipBam,
    #[error("it is uncompressed BAM: compress it with `bgzip FILE`")]
    PlainBam,
    #[error("it is CRAM that was compressed again: undo that with `gzip -dc FILE > OUT.cram`")]
    GzipCram,
    #[error(
        "it is CRAM {major}.{minor}, and versions 2.1, 3.0 and 3.1 are known: convert it with \
         `samtools view -C --output-fmt-option version=3.0 -T REFERENCE -o OUT.cram FILE`"
    )]
    CramVersion { major: u8, minor: u8 },
    #[error("it is {0}")]
    Foreign(Foreign),
    #[error("inside gzip, it is {0}")]
    GzipForeign(Foreign),
}

/// Names a file by its first [`PREFIX`] bytes, or all of them if it has fewer.
pub fn sniff(prefix: &[u8]) -> Result<Kind, Refused> {
    look(prefix).map(|look| look.kind)
}

/// What a prefix shows.
pub(super) struct Look {
    pub(super) kind: Kind,
    /// The first records, of a FASTQ.
    pub(super) head: Option<FastqHead>,
    /// Whether gzip data stops in the middle of the prefix's last member.
    pub(super) cut: bool,
}

pub(super) fn look(prefix: &[u8]) -> Result<Look, Refused> {
    if let Some(compression) = Compression::of(prefix) {
        return look_inside(prefix, compression);
    }
    match prefix {
        [] => Err(Refused::Empty),
        [b'C', b'R', b'A', b'M', major, minor, ..] => {
            let version = CramVersion::new(*major, *minor)
                .ok_or(Refused::CramVersion { major: *major, minor: *minor })?;
            Ok(Look { kind: Kind::Cram(version), head: None, cut: false })
        }
        [b'B', b'A', b'M', 1, ..] => Err(Refused::PlainBam),
        [b'@', ..] if !foreign::is_sam_header(prefix) => {
            Err(match fastq::head(prefix, prefix.len() < PREFIX) {
                Ok(_) => Refused::PlainFastq,
                Err(broken) => Refused::BrokenFastq(broken),
            })
        }
        _ => Err(Refused::Foreign(Foreign::of(prefix))),
    }
}

fn look_inside(prefix: &[u8], compression: Compression) -> Result<Look, Refused> {
    let inflated = gzip::inflate(prefix);
    let look = |kind, head| Look { kind, head, cut: inflated.ending == Ending::Cut };
    match (&inflated.bytes[..], inflated.ending) {
        ([], Ending::Whole | Ending::Enough) => Err(Refused::EmptyGzip),
        ([], Ending::Cut) => Err(Refused::CutGzip),
        ([], Ending::Damaged) => Err(Refused::DamagedGzip),
        ([b'B', b'A', b'M', 1, ..], _) => match compression {
            Compression::Bgzf => Ok(look(Kind::Bam, None)),
            Compression::Gzip => Err(Refused::GzipBam),
        },
        ([b'C', b'R', b'A', b'M', ..], _) => Err(Refused::GzipCram),
        (bytes @ [b'@', ..], ending) if !foreign::is_sam_header(bytes) => {
            let head = fastq::head(bytes, ending == Ending::Whole).map_err(Refused::BrokenFastq)?;
            Ok(look(Kind::Fastq(compression), Some(head)))
        }
        (bytes, _) => Err(Refused::GzipForeign(Foreign::of(bytes))),
    }
}
