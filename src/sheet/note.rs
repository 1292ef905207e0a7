//! What a user should know about a sheet, though nothing is wrong with it.

use super::shown::Shown;
use crate::types::Escaped;

/// A remark on one row.
///
/// An error by its traits only: nothing fails because of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetNote {
    #[error(
        "sample `{}` becomes {read_sets} read sets, each named by its files; `--merge-lanes` merges \
         lanes, `--merge-rows` all rows of a sample",
        Escaped::new(sample)
    )]
    NotOne { sample: String, read_sets: usize },
    #[error(
        "sample `{}` has {rows} rows, which are not FASTQ; each becomes a read set of its own, since \
         only FASTQ files can be merged",
        Escaped::new(sample)
    )]
    NotMerged { sample: String, rows: usize },
    #[error(
        "sample `{}`: the files of {} are skipped, because the sheet does not list {}",
        Escaped::new(sample),
        lanes_in_words(lanes),
        if lanes.len() == 1 { "it" } else { "them" }
    )]
    OtherLanes { sample: String, lanes: Vec<u32> },
    #[error(
        "`{}` in row {row} and `{}` are named like mates, but become two read sets; to make one of them, \
         write both into one row, with the columns `file_1` and `file_2` (`fastq_1` and `fastq_2`)",
        Shown(first),
        Shown(second)
    )]
    MatesApart { first: String, row: usize, second: String },
    #[error("section `[Data]` is not read, because `[BCLConvert_Data]` lists the samples")]
    OtherSection,
}

fn lanes_in_words(lanes: &[u32]) -> String {
    let shown: Vec<_> = lanes.iter().map(ToString::to_string).collect();
    format!("lane{} {}", if lanes.len() == 1 { "" } else { "s" }, shown.join(", "))
}
