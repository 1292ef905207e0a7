//! A read set to be, with all that is known of it before it is sent.
//!
//! `preflight` makes it and `run` sends it; how either does that is not known here.

use std::sync::Arc;

use crate::{
    content::{Chain, ListedMd5},
    engine::Job,
    formats::{Contig, Contigs, Kind},
    readset::Draft,
    receipt::Check,
};

/// A read set to be.
pub(crate) struct Prepared {
    pub(crate) job: Job,
    /// What the files of its sources are, in their order, with a pipe as the only one.
    pub(crate) files: Vec<Recognised>,
    /// Where its fields come from, if they come from the files and the command line.
    pub(crate) draft: Option<Draft>,
    /// What was looked at.
    pub(crate) checks: Vec<Check>,
    /// What is to be held against a reference.
    pub(crate) aligned: Option<Aligned>,
}

/// What a file is, and what is asked of its data.
#[derive(Debug, Clone)]
pub(crate) struct Recognised {
    pub(crate) kind: Kind,
    /// The MD5 that it should have.
    pub(crate) md5: Option<ListedMd5>,
    /// Whether blank lines and zeros may follow the data.
    pub(crate) allow_padding: bool,
}

/// The reference sequences that the file of an aligned read set lists.
#[derive(Debug, Clone)]
pub(crate) struct Aligned {
    /// The file.
    pub(crate) shown: String,
    /// The same lists are the same: many files have been aligned to one genome.
    pub(crate) contigs: Arc<[Contig]>,
    /// Whether the file lists too many to compare, so that there are none here.
    pub(crate) is_too_long: bool,
}

impl Prepared {
    /// What hangs together in the files of the job is followed while they are sent; several files of one
    /// source are decoded, which says more.
    pub(crate) fn new(mut job: Job, files: Vec<Recognised>) -> Self {
        let mut recognised = files.iter();
        for source in &mut job.sources {
            let of_source: Vec<_> = recognised.by_ref().take(source.files().len()).collect();
            let [Recognised { kind, .. }] = of_source[..] else { continue };
            let shown = source.path().to_string_lossy().into_owned();
            let chain = Chain::of(*kind, source.places(), source.size().get(), shown);
            if let Some(chain) = chain {
                source.show_to(chain);
            }
        }
        Self { job, files, draft: None, checks: Vec::new(), aligned: None }
    }
}

impl AsRef<Job> for Prepared {
    fn as_ref(&self) -> &Job {
        &self.job
    }
}

impl Aligned {
    /// Takes what a file lists; `others` have been seen before.
    pub(crate) fn new<'a>(
        shown: &str,
        contigs: Contigs,
        others: impl IntoIterator<Item = &'a Self>,
    ) -> Self {
        let is_too_long = contigs.is_none();
        let contigs = contigs.unwrap_or_default();
        let known = others.into_iter().find(|other| *other.contigs == *contigs);
        let contigs = known.map_or_else(|| contigs.into(), |known| Arc::clone(&known.contigs));
        Self { shown: shown.to_owned(), contigs, is_too_long }
    }
}
