//! What can be wrong with the end of a file.

use crate::formats::fastq::{Padding, ReadName};

/// Why a file is not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unended {
    #[error("it does not end with the end-of-file block of BGZF")]
    Bgzf,
    #[error("it does not end with the end-of-file container of CRAM")]
    Cram,
    #[error("it ends in the middle of its gzip data")]
    CutGzip,
    #[error("its gzip data cannot be decompressed")]
    DamagedGzip,
    #[error("its gzip data is followed by bytes that are none")]
    NoGzip,
    #[error("its gzip data is followed by zeros, which samtools refuses")]
    Padded,
}

/// What the last bytes of a file say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tail {
    /// What is wrong with the end, if anything is.
    pub flaw: Option<EndFlaw>,
    /// Whether the end is proven by what has to stand there.
    pub is_proven: bool,
    /// The last read of a FASTQ in BGZF.
    pub last_read: Option<ReadName>,
    /// Whether it is known not to end with a newline.
    pub is_open: bool,
}

impl Tail {
    /// Of a file whose end is proven by what has to stand there.
    pub(crate) const fn of(flaw: Option<EndFlaw>) -> Self {
        Self { is_proven: flaw.is_none(), flaw, last_read: None, is_open: false }
    }
}

/// What is wrong with the end of a file; continues a sentence that begins with the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndFlaw {
    /// The blocks are whole as far as they were seen.
    #[error("ends without the BGZF end-of-file marker")]
    NoBgzfMarker,
    /// The same of a FASTQ.
    #[error(
        "has no BGZF end-of-file marker, as bcl2fastq writes it; its last block and last record are \
         whole"
    )]
    Unmarked,
    #[error("ends without the CRAM end-of-file container")]
    NoCramMarker,
    #[error("ends in the middle of the BGZF block at byte {0}: the file is truncated")]
    CutBlock(u64),
    #[error("holds bytes at {0} that are no BGZF block: the file is damaged")]
    NoBlock(u64),
    #[error("holds a BGZF block at byte {0} that cannot be decompressed: the file is damaged")]
    DamagedBlock(u64),
    #[error(
        "ends in {0} zero bytes or more: space was set aside for it, but it was not written to its \
         end"
    )]
    Zeros(usize),
    #[error("has {count} byte{} after its end at byte {at}", if *.count == 1 { "" } else { "s" })]
    Trailing { at: u64, count: u64 },
    /// Of a FASTQ.
    #[error("{0}")]
    Padding(Padding),
    #[error("ends in the middle of its gzip data: the file is truncated")]
    CutGzip,
    #[error("holds gzip data that cannot be decompressed: the file is damaged")]
    DamagedGzip,
    #[error("ends in the middle of a record: whatever wrote it did not get to its end")]
    HalfRecord,
}

/// How much a flaw matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndSeverity {
    /// Worth knowing.
    Note,
    /// Old tools wrote such files; others were cut.
    Doubtful,
    /// Some tools pass over it, others refuse the file.
    Padded,
    Fatal,
}

impl EndFlaw {
    /// How much it matters.
    pub const fn severity(self) -> EndSeverity {
        match self {
            Self::Unmarked => EndSeverity::Note,
            Self::NoBgzfMarker | Self::NoCramMarker => EndSeverity::Doubtful,
            Self::Padding(_) => EndSeverity::Padded,
            _ => EndSeverity::Fatal,
        }
    }
}
