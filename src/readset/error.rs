//! Why files do not make read sets, and what to do about it.

use std::fmt;

use super::{
    draft::Field,
    lane::LanePlace,
    wording::{AsArguments, Lengths, ListedNames, Twice},
};
use crate::{
    formats::{
        FileType,
        fastq::{Mate, ReadName},
    },
    types::{Escaped, Invalid, Quoted},
};

/// One problem; files are named as the user named them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadSetError {
    #[error("{}", Twice(.first, .again))]
    Twice { first: String, again: String },
    #[error(
        "`{}` is {content} by its content, and `--type` says {asked}: leave `--type` out",
        Escaped::new(file)
    )]
    OtherType { file: String, content: FileType, asked: FileType },
    #[error(
        "`{}` is BAM by its content, because its header lists reference sequences, and `--type` says \
         UBAM: make it unmapped BAM with `samtools reset -o OUT.bam {}` (samtools 1.17 or later), or \
         leave `--type` out",
        Escaped::new(file),
        Quoted::new(file)
    )]
    NotUbam { file: String },
    #[error(
        "`{}` is {content}, and only FASTQ files come in pairs: leave `--r1` and `--r2` out",
        Escaped::new(file)
    )]
    NoPairs { file: String, content: FileType },
    #[error(
        "`{}` and `{}` {basis}, but their reads are not mates: read {record} is `{first_read}` in \
         the one and `{second_read}` in the other; {}",
        Escaped::new(first),
        Escaped::new(second),
        .basis.advice()
    )]
    Strangers {
        first: String,
        second: String,
        basis: Basis,
        record: usize,
        first_read: ReadName,
        second_read: ReadName,
    },
    #[error(
        "`{0}` and `{1}` are named like a pair, but both hold read {2} of the pairs: find the file \
         with the others; if only the read names are wrong, pass `{3}`",
        Escaped::new(first),
        Escaped::new(second),
        .mate.number(),
        AsArguments(first, second)
    )]
    SameMate { first: String, second: String, mate: Mate },
    #[error(
        "`{}` and `{}` hold the same reads, so one is a copy of the other: find the file with their \
         mates",
        Escaped::new(first),
        Escaped::new(second)
    )]
    Copies { first: String, second: String },
    #[error(
        "{} hold parts of the same reads, and short parts are probably barcodes or UMIs: which files \
         are mates can never be changed in the store; say it, probably with `{}`",
        Lengths(files),
        AsArguments(&.pair.0, &.pair.1)
    )]
    Barcodes { files: Vec<(String, usize)>, pair: (String, String) },
    #[error(
        "by their names `{}` comes first and `{}` second, by their reads it is the other way \
         round: if the reads are right, say `{}`",
        Escaped::new(first),
        Escaped::new(second),
        AsArguments(second, first)
    )]
    Swapped { first: String, second: String },
    #[error(
        "`{}` and `{}` {basis}, but the one holds {first_reads} reads and the other \
         {second_reads}: one of them is incomplete",
        Escaped::new(first),
        Escaped::new(second)
    )]
    Fewer { first: String, second: String, basis: Basis, first_reads: Count, second_reads: Count },
    #[error(
        "`{}` is interleaved: mates follow each other in it, so it cannot be one of a pair with \
         `{}`; upload it alone",
        Escaped::new(file),
        Escaped::new(other)
    )]
    Interleaved { file: String, other: String },
    #[error(
        "`{}` and `{}` are both named as read {} of the same pair: say which files are mates with \
         `--r1` and `--r2`",
        Escaped::new(first),
        Escaped::new(second),
        .mate.number()
    )]
    Ambiguous { first: String, second: String, mate: Mate },
    #[error(
        "`{}` and `{}` are named after different samples, `{}` and `{}`: if they are mates, say \
         which sample it is with `--sample`",
        Escaped::new(first),
        Escaped::new(second),
        Escaped::new(first_sample),
        Escaped::new(second_sample)
    )]
    DifferentSamples { first: String, second: String, first_sample: String, second_sample: String },
    #[error(
        "`{}` and `{}` are both {lane} of the same files: give each lane once",
        Escaped::new(first),
        Escaped::new(second)
    )]
    SameLane { first: String, second: String, lane: LanePlace },
    #[error(
        "`{}` and `{}` are named like lanes of one sample, but are in two folders, and may be of two \
         samples: put them into one folder (links will do), or list them with their sample in a sheet for \
         `batch --merge-lanes`; if they are of two samples, leave `--merge-lanes` out",
        Escaped::new(first),
        Escaped::new(second)
    )]
    LanesApart { first: String, second: String },
    #[error(
        "`{}` and `{}` are named like two lanes, but hold the same reads, so one is a copy of the other: \
         find the file of that lane",
        Escaped::new(first),
        Escaped::new(second)
    )]
    CopiedLane { first: String, second: String },
    #[error(
        "`{}` and `{}` are named like lanes of one run, but their reads are of different runs or flow \
         cells: upload them without `--merge-lanes`",
        Escaped::new(first),
        Escaped::new(second)
    )]
    OtherRun { first: String, second: String },
    #[error(
        "by their reads, `{}` and `{}` are not the first and the second mates of their lane, as they are \
         in other lanes: rename them, or find the files of that lane",
        Escaped::new(first),
        Escaped::new(second)
    )]
    MixedMates { first: String, second: String },
    #[error(
        "by their reads, `{}` and `{}` hold different mates, and cannot follow each other in one source: \
         put the mates into two columns, such as `file_1` and `file_2`, or `fastq_1` and `fastq_2`",
        Escaped::new(first),
        Escaped::new(second)
    )]
    OtherMate { first: String, second: String },
    #[error(
        "`{}` has no mate: {lane} is missing beside `{}`; every lane of read 1 needs its lane of \
         read 2",
        Escaped::new(file),
        Escaped::new(other)
    )]
    NoMateOfLane { file: String, lane: LanePlace, other: String },
    #[error(
        "the header of `{}` names {} samples ({}), and a read set has one: say which with \
         `--sample`",
        Escaped::new(file),
        .samples.len(),
        ListedNames(samples)
    )]
    SeveralSamples { file: String, samples: Vec<String> },
    #[error(
        "the header of `{}` names {}, and `--sample` says `{}`: find out which is right; \
         `--allow-sample-mismatch` sends it as `{}`",
        Escaped::new(file),
        ListedNames(header),
        Escaped::new(asked),
        Escaped::new(asked)
    )]
    OtherSample { file: String, header: Vec<String>, asked: String },
    #[error(
        "by its name `{}` is of sample `{}`, and `--sample` says `{}`: find out which is right; \
         `--allow-sample-mismatch` sends it as `{}`",
        Escaped::new(file),
        Escaped::new(named),
        Escaped::new(asked),
        Escaped::new(asked)
    )]
    OtherName { file: String, named: String, asked: String },
    #[error(
        "`--name` is given for {0} read sets, which would all have the same name: upload them one \
         by one, or leave `--name` out"
    )]
    OneNameForMany(usize),
    #[error(
        "the header of `{}` names no sample but the placeholder `{}`, and no file name tells it: pass \
         `--sample`",
        Escaped::new(file),
        Escaped::new(sample)
    )]
    Placeholder { file: String, sample: String },
    #[error(
        "the file name of `{}` is one that tools give to every run, and nothing else names its sample: \
         pass `--sample`",
        Escaped::new(file)
    )]
    CommonName { file: String },
    #[error("`{}` does not tell the {field} of a read set: give `{}`", Escaped::new(file), .field.flag())]
    Untold { file: String, field: Field },
    #[error(
        "the {field} of `{}` is not UTF-8 (`{}`): give `{}`",
        Escaped::new(file),
        Escaped::new(value),
        .field.flag()
    )]
    NotUtf8 { file: String, field: Field, value: String },
    #[error(
        "the {field} that was inferred for `{}` cannot be used: give `{}`",
        Escaped::new(file),
        .field.flag()
    )]
    Unfit { file: String, field: Field, source: Invalid },
}

/// Why two files are held for a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    Flags,
    Names,
}

impl Basis {
    const fn advice(self) -> &'static str {
        match self {
            Self::Flags => "give two files of one run",
            Self::Names => "if they are no pair, upload them one by one",
        }
    }
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flags => "are given as a pair",
            Self::Names => "are named like a pair",
        })
    }
}

/// A number of reads, or a lower bound of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    Exactly(usize),
    MoreThan(usize),
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(count) => count.fmt(f),
            Self::MoreThan(count) => write!(f, "more than {count}"),
        }
    }
}
