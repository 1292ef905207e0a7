//! What a user should know about a read set before it is sent, though nothing is wrong with it.

use std::fmt;

use super::error::Listed;
use crate::{format::CramVersion, types::Escaped};

/// A remark on one read set; files are named as the user named them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// Nobody says whether the service takes this version.
    CramVersion { file: String, version: CramVersion },
    /// Mates follow each other in a file that is sent as a single source.
    Interleaved { file: String },
    /// The header names other samples than the one that was asked for.
    OtherSample { file: String, header: Vec<String>, asked: String },
    /// A BAM with reference sequences is sent as unmapped BAM, as asked.
    SentAsUbam { file: String, references: u64 },
    /// The pair was given the other way round.
    PutInOrder { first: String, second: String },
    /// By its name, the file holds index reads.
    IndexReads { file: String },
    /// There is an `R3` beside `R1` and `R2`.
    ThirdRead { second: String, third: String },
    /// Two files that become read sets of their own hold mates.
    MatesApart { first: String, second: String },
    /// By its name, the file holds reads that belong to no sample.
    Undetermined { file: String },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let e = |text| Escaped::new(text);
        match self {
            Self::CramVersion { file, version } => write!(
                f,
                "`{}` is CRAM {version}, and whether the service takes this version is not \
                 documented",
                e(file)
            ),
            Self::Interleaved { file } => write!(
                f,
                "`{}` is interleaved: mates follow each other in it; it is sent as it is, as one \
                 source",
                e(file)
            ),
            Self::OtherSample { file, header, asked } => write!(
                f,
                "the header of `{}` names the sample {}; `{}` is sent, as asked",
                e(file),
                Listed(header),
                e(asked)
            ),
            Self::SentAsUbam { file, references } => write!(
                f,
                "the header of `{}` names {references} reference sequences; it is sent as UBAM, as \
                 asked",
                e(file)
            ),
            Self::PutInOrder { first, second } => write!(
                f,
                "by their reads, `{}` comes first and `{}` second; they are sent in this order",
                e(first),
                e(second)
            ),
            Self::IndexReads { file } => write!(
                f,
                "by its name, `{}` holds index reads; it becomes a read set of its own",
                e(file)
            ),
            Self::ThirdRead { second, third } => write!(
                f,
                "`{}` is given too, so `{}` may hold barcodes; if it does, say `--r1` and `--r2`",
                e(third),
                e(second)
            ),
            Self::MatesApart { first, second } => write!(
                f,
                "`{0}` and `{1}` hold mates, but become two read sets; to make one of them, say \
                 `--r1 {0} --r2 {1}`",
                e(first),
                e(second)
            ),
            Self::Undetermined { file } => write!(
                f,
                "by its name, `{}` holds reads that could be assigned to no sample",
                e(file)
            ),
        }
    }
}
