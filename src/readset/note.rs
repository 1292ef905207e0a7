//! What a user should know about a read set before it is sent, though nothing is wrong with it.

use super::wording::{AsArguments, ListedNames};
use crate::{
    formats::{
        cram::CramVersion,
        fastq::{Mate, ReadName},
    },
    types::{Escaped, SampleId},
};

/// A remark on one read set; files are named as the user named them.
///
/// An error by its traits only: nothing fails because of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadSetNote {
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
        ListedNames(header),
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
    /// The pair is one of several, which are put together by the order of their mates.
    #[error(
        "by their names, `{}` comes first and `{}` second; they are sent in this order",
        Escaped::new(first),
        Escaped::new(second)
    )]
    NamedInOrder { first: String, second: String },
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
         `{2}`",
        Escaped::new(first),
        Escaped::new(second),
        AsArguments(first, second)
    )]
    MatesApart { first: String, second: String },
    /// By its name, the file holds reads that belong to no sample.
    #[error(
        "by its name, `{}` holds reads that could be assigned to no sample",
        Escaped::new(file)
    )]
    Undetermined { file: String },
    /// Two files are named like mates by a number alone, and hold other reads.
    #[error(
        "`{}` and `{}` are named like mates, but hold different reads: each becomes a read set of its own",
        Escaped::new(first),
        Escaped::new(second)
    )]
    NoMates { first: String, second: String },
    /// The pair is made as asked, though both files name the same mate.
    #[error(
        "the read names of `{}` and `{}` both say mate {}; they are sent as a pair, as asked",
        Escaped::new(first),
        Escaped::new(second),
        .mate.number()
    )]
    GivenSameMate { first: String, second: String, mate: Mate },
    /// The pair is made as asked, though the names of the reads have nothing in common.
    #[error(
        "the read names of `{}` and `{}` have nothing in common: read {record} is `{first_read}` in the \
         one and `{second_read}` in the other; they are sent as a pair, as asked",
        Escaped::new(first),
        Escaped::new(second)
    )]
    GivenStrangers {
        first: String,
        second: String,
        record: usize,
        first_read: ReadName,
        second_read: ReadName,
    },
    /// The second mates are as short as barcodes.
    #[error(
        "the reads of `{}` have {second_length} bases, those of `{}` {first_length}: if the short ones \
         are barcodes or UMIs, say which files are mates with `--r1` and `--r2`",
        Escaped::new(second),
        Escaped::new(first)
    )]
    ShortReads { first: String, second: String, first_length: usize, second_length: usize },
    /// The header of an alignment names no sample.
    #[error(
        "the header of `{}` names no sample{}; `{}` is taken from the file name, `--sample` sets another",
        Escaped::new(file),
        but(placeholder.as_deref()),
        Escaped::new(sample.as_str())
    )]
    NoSample { file: String, placeholder: Option<String>, sample: SampleId },
    /// Tabs got lost in an `@RG` line.
    #[error(
        "`{}` has an @RG line that cannot be read, because its fields are not separated by tabs: `{}`",
        Escaped::new(file),
        Escaped::new(line)
    )]
    ReadGroup { file: String, line: String },
    /// Two read sets of one command cannot be told apart by what the store shows.
    #[error(
        "`{}` and `{}` become two read sets of the same name and sample; `--name` tells them apart",
        Escaped::new(first),
        Escaped::new(second)
    )]
    SameName { first: String, second: String },
}

fn but(placeholder: Option<&str>) -> String {
    placeholder
        .map_or_else(String::new, |text| format!(" but the placeholder `{}`", Escaped::new(text)))
}
