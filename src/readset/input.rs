//! What is asked for: files, and what the command line says about them.

use std::path::{Component, Path, PathBuf};

use super::filename::{FileName, MarkKind};
use crate::{
    formats::{Content, FileType, Inspected, fastq::FastqHead},
    types::{ReadSetName, SampleId, SubjectId},
};

/// A file of the command line.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// As the user gave it.
    pub shown: &'a str,
    /// `None` for a pipe, which has no name that says anything.
    pub path: Option<&'a Path>,
    /// Device and inode; `None` for a pipe.
    pub identity: Option<(u64, u64)>,
    pub inspected: &'a Inspected,
}

/// What the command line asks for; `None` is left to inference.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadSetOptions {
    pub file_type: Option<FileType>,
    pub name: Option<ReadSetName>,
    pub sample: Option<SampleId>,
    pub subject: Option<SubjectId>,
    /// `--r1` and `--r2`, as indexes into the inputs.
    pub pair: Option<(usize, usize)>,
    /// `--allow-sample-mismatch`: what a file says of its sample does not matter.
    pub any_sample: bool,
}

impl Input<'_> {
    /// The file's name without its directory; `None` for a pipe.
    pub(super) fn base_name(&self) -> Option<String> {
        Some(self.path?.file_name()?.to_string_lossy().into_owned())
    }

    /// The directory, spelled without `.`.
    pub(super) fn directory(&self) -> PathBuf {
        let parent = self.path.and_then(|path| path.parent());
        let components = parent.into_iter().flat_map(|path| path.components());
        components.filter(|component| *component != Component::CurDir).collect()
    }

    /// The first records, of a FASTQ.
    pub(super) const fn head(&self) -> Option<&FastqHead> {
        match self.inspected.content() {
            Content::Records(head) => Some(head),
            Content::Header(_) => None,
        }
    }

    /// Whether its name says so.
    pub(super) fn holds_index_reads(&self) -> bool {
        self.base_name().is_some_and(|name| {
            FileName::parse(&name).mark().is_some_and(|mark| mark.kind == MarkKind::Index)
        })
    }
}
