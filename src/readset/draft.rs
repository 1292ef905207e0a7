//! What comes out: read sets, their files, and where their fields come from.

use std::fmt;

use super::note::ReadSetNote;
use crate::{
    formats::FileType,
    types::{PartSource, ReadSetName, SampleId, SubjectId},
};

/// A read set as it is going to be, but for what only the command line or the service knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub file_type: FileType,
    pub sources: Sources,
    pub name: Inferred<ReadSetName>,
    pub sample: Inferred<SampleId>,
    pub subject: Inferred<SubjectId>,
    pub notes: Vec<ReadSetNote>,
}

/// The files of a read set, as indexes into the inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sources {
    One(usize),
    Pair { first: usize, second: usize },
}

impl Sources {
    /// The indexes in the order of the sources.
    pub fn indexes(self) -> impl Iterator<Item = usize> {
        self.iter().map(|(_, at)| at)
    }

    /// Each source with its index.
    pub fn iter(self) -> impl Iterator<Item = (PartSource, usize)> {
        let (first, second) = match self {
            Self::One(first) => (first, None),
            Self::Pair { first, second } => (first, Some(second)),
        };
        [Some(first), second]
            .into_iter()
            .zip(PartSource::ALL)
            .filter_map(|(at, source)| Some((source, at?)))
    }

    /// The index of SOURCE1.
    pub const fn first(self) -> usize {
        match self {
            Self::One(first) | Self::Pair { first, .. } => first,
        }
    }

    /// The index of the file that was given first.
    pub(super) fn earliest(self) -> usize {
        match self {
            Self::One(first) => first,
            Self::Pair { first, second } => first.min(second),
        }
    }
}

/// A field, and where its value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inferred<T> {
    pub value: T,
    pub origin: Origin,
}

/// Where a value comes from; shown as in `sample NA12878 (from @RG SM)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    Flag,
    Header,
    FileName,
    Sample,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flag => "as given",
            Self::Header => "from @RG SM",
            Self::FileName => "from the file name",
            Self::Sample => "from the sample",
        })
    }
}

/// A field that can be inferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    Name,
    Sample,
    Subject,
}

impl Field {
    /// The flag that sets it.
    pub const fn flag(self) -> &'static str {
        match self {
            Self::Name => "--name",
            Self::Sample => "--sample",
            Self::Subject => "--subject",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "name",
            Self::Sample => "sample",
            Self::Subject => "subject",
        })
    }
}

/// A read set's files, before anything else is known of it.
pub(super) struct Group {
    pub(super) sources: Sources,
    pub(super) notes: Vec<ReadSetNote>,
    /// Whether the number in the name of a single file only counts files.
    pub(super) is_series: bool,
}

impl Group {
    pub(super) const fn single(at: usize) -> Self {
        Self { sources: Sources::One(at), notes: Vec::new(), is_series: false }
    }

    pub(super) const fn pair(first: usize, second: usize, notes: Vec<ReadSetNote>) -> Self {
        Self { sources: Sources::Pair { first, second }, notes, is_series: false }
    }
}
