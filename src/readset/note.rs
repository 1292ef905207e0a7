//! What a user should know about a read set before it is sent, though nothing is wrong with it.

use super::error::Listed;
use crate::{format::CramVersion, types::Escaped};

/// A remark on one read set; files are named as the user named them.
///
/// An error by its traits only: nothing fails because of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Note {
    /// Nobody says whether the service takes this version.
    #[error(
        "`{}` is CRAM {version}, and whether the service takes this version is not documented",
        Escaped::new(file)
    )]
    CramVersion { file: String, version: CramVersion },
    /// Mates follow each other in a file that is sent as a single source.
    #[error(
        "`{}` is interleaved: mates follow each other in it; it is sent as it is, as one source",
        Escaped::new(file)
    )]
    Interleaved { file: String },
    /// The header names other samples than the one that was asked for.
    #[error(
        "the header of `{}` names {}, but the sample is `{}`, as asked",
        Escaped::new(file),
        Listed(header),
        Escaped::new(asked)
    )]
    OtherSample { file: String, header: Vec<String>, asked: String },
    /// A BAM with reference sequences whose first reads are not aligned.
    #[error(
        "the reads of `{}` seem unaligned, but its header lists {references} reference sequences, which \
         makes it BAM",
        Escaped::new(file)
    )]
    Unaligned { file: String, references: u64 },
    /// The pair was given the other way round.
    #[error(
        "by their reads, `{}` comes first and `{}` second; they are sent in this order",
        Escaped::new(first),
        Escaped::new(second)
    )]
    PutInOrder { first: String, second: String },
    /// By its name, the file holds index reads.
    #[error(
        "by its name, `{}` holds index reads; it becomes a read set of its own",
        Escaped::new(file)
    )]
    IndexReads { file: String },
    /// There is an `R3` beside `R1` and `R2`.
    #[error(
        "`{}` is given too, so `{}` may hold barcodes; if it does, say `--r1` and `--r2`",
        Escaped::new(third),
        Escaped::new(second)
    )]
    ThirdRead { second: String, third: String },
    /// Two files that become read sets of their own hold mates.
    #[error(
        "`{0}` and `{1}` hold mates, but become two read sets; to make one of them, say \
         `--r1 {0} --r2 {1}`",
        Escaped::new(first),
        Escaped::new(second)
    )]
    MatesApart { first: String, second: String },
    /// By its name, the file holds reads that belong to no sample.
    #[error(
        "by its name, `{}` holds reads that could be assigned to no sample",
        Escaped::new(file)
    )]
    Undetermined { file: String },
}
