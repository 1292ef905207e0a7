//! What goes in and what comes out: a read set to be, and what happened to it.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use super::{Counts, Facts, Failure, Memory};
use crate::{
    event::Outcome,
    plan::{self, Layout, Part},
    source::{Findings, Source, Trial, pipe::Pipe},
    store::Fields,
    types::{ByteCount, ClientToken, EtagResult, ReadSetEtag, ReadSetId, UploadId},
};

/// One read set to be, with its files open and its parts cut.
#[derive(Debug)]
pub struct Job<T = Fields> {
    /// What an upload is begun for.
    pub fields: T,
    pub token: ClientToken,
    /// SOURCE1, and SOURCE2 of a pair.
    pub sources: Vec<Source>,
    /// How they are cut.
    pub layout: Layout,
    /// What is sent instead of files; its parts are known when they come.
    pub pipe: Option<Pipe>,
    /// What has to be true of the data before they become a read set.
    pub trials: Vec<Arc<dyn Trial>>,
    /// Where the trials put what they find.
    pub findings: Arc<OnceLock<Findings>>,
    pub verify: Verify,
    /// What is known of earlier attempts.
    pub memory: Memory,
    /// What this process does of it.
    pub share: Share,
}

/// What one process does of an upload.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Share {
    #[default]
    All,
    /// It begins the upload.
    Open,
    /// It sends these parts of an upload that is begun. If some may be with the store without being
    /// noted, the store is asked first.
    Parts { parts: Vec<Part>, may_be_there: bool },
    /// It looks at all of the data, and sends nothing.
    Verify,
    /// It completes an upload whose parts others have sent.
    Rest,
}

impl<T> Job<T> {
    /// Without anything to send yet.
    pub fn new(fields: T, token: ClientToken, memory: Memory) -> Self {
        Self {
            fields,
            token,
            sources: Vec::new(),
            layout: Layout { part_size: memory.part_size, sizes: Vec::new() },
            pipe: None,
            trials: Vec::new(),
            findings: Arc::default(),
            verify: Verify::No,
            memory,
            share: Share::All,
        }
    }

    /// How many parts pass through this process, and their bytes.
    pub fn own_parts(&self) -> (usize, ByteCount) {
        match &self.share {
            Share::All | Share::Verify | Share::Rest => (self.layout.count(), self.layout.bytes()),
            Share::Open => (0, ByteCount::new(0)),
            Share::Parts { parts, .. } => (parts.len(), plan::bytes(parts.iter().copied())),
        }
    }

    /// How much there is to send; of a pipe, as far as it was read.
    pub fn bytes(&self) -> ByteCount {
        self.pipe.as_ref().map_or_else(|| self.layout.bytes(), Pipe::bytes)
    }
}

impl AsRef<Self> for Job {
    fn as_ref(&self) -> &Self {
        self
    }
}

/// Whether the store's hash of the data is held against the one among the findings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Verify {
    #[default]
    No,
    /// What comes of it is only told: nobody knows to the byte what the store hashes.
    Tell,
    /// It has to be the same.
    Insist,
}

/// What happened to a job.
#[derive(Debug, Default)]
pub struct Ended {
    pub upload_id: Option<UploadId>,
    pub read_set_id: Option<ReadSetId>,
    pub counts: Counts,
    pub elapsed: Duration,
    pub failure: Option<Failure>,
    /// Why nothing got through when it was stopped, if that was so.
    pub trouble: Option<String>,
    /// Whether the read set is known to be there.
    pub active: bool,
    /// Whether it was there before, and nothing was sent, as asked.
    pub skipped: bool,
    /// What was found in the data, if they were read for that.
    pub findings: Option<Findings>,
    /// The hash that the store should have made of the data, if the data were hashed.
    pub etag_expected: Option<ReadSetEtag>,
    /// The hash that the store has made of them, as far as that was seen.
    pub etag_found: Option<ReadSetEtag>,
    /// The ARN of the read set and the objects of its sources in S3, as far as the store said them.
    pub arn: Option<String>,
    pub s3_uris: Vec<String>,
    /// What else is known, for whoever keeps accounts.
    pub facts: Facts,
}

impl Ended {
    pub fn outcome(&self) -> Outcome {
        match &self.failure {
            None if self.skipped => Outcome::Skipped,
            None if self.active => Outcome::Active,
            None if self.read_set_id.is_none() => Outcome::Done,
            None | Some(Failure::NotKnown { .. }) => Outcome::Completed,
            Some(Failure::NotVerified { .. }) => Outcome::Active,
            Some(Failure::Interrupted) => Outcome::Interrupted,
            Some(_) => Outcome::Failed,
        }
    }

    /// What the store's hash says about the data.
    pub fn etag_result(&self) -> EtagResult {
        match (&self.etag_expected, &self.etag_found) {
            (Some(expected), Some(found)) => expected.compare(found),
            (None, _) if self.findings.is_some() => EtagResult::NotPredicted,
            _ => EtagResult::Missing,
        }
    }
}
