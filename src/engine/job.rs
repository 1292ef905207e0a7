//! What goes in and what comes out: a read set to be, and what happened to it.

use std::{sync::Arc, time::Duration};

use super::{Counts, Failure, Memory};
use crate::{
    event::Outcome,
    plan::Part,
    source::{Source, Trial, pipe::Pipe},
    store::Fields,
    types::{ClientToken, ReadSetId, UploadId},
};

/// One read set to be, with its files open and its parts cut.
#[derive(Debug)]
pub struct Job {
    pub fields: Fields,
    pub token: ClientToken,
    /// SOURCE1, and SOURCE2 of a pair.
    pub sources: Vec<Source>,
    pub parts: Vec<Part>,
    /// What is sent instead of files; its parts are known when they come.
    pub pipe: Option<Pipe>,
    /// What has to be true of the data before they become a read set.
    pub trials: Vec<Arc<dyn Trial>>,
    /// What is known of earlier attempts.
    pub memory: Memory,
}

/// What happened to a job.
#[derive(Debug, Default)]
pub struct Ended {
    pub upload_id: Option<UploadId>,
    pub read_set_id: Option<ReadSetId>,
    pub counts: Counts,
    pub elapsed: Duration,
    pub failure: Option<Failure>,
    /// Whether the read set is known to be there.
    pub active: bool,
    /// Whether it was there before, and nothing was sent, as asked.
    pub skipped: bool,
}

impl Ended {
    pub fn outcome(&self) -> Outcome {
        match &self.failure {
            None if self.skipped => Outcome::Skipped,
            None if self.active => Outcome::Active,
            None | Some(Failure::NotKnown { .. }) => Outcome::Completed,
            Some(Failure::Interrupted) => Outcome::Interrupted,
            Some(_) => Outcome::Failed,
        }
    }
}
