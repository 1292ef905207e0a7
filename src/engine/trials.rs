//! What is looked for in the data while they are sent, and has to be known before Complete.

use std::sync::Arc;

use futures::{
    FutureExt as _,
    future::{BoxFuture, Shared, try_join_all},
};

use super::{Failure, Job};
use crate::source::{Defect, Source, Trial};

/// The trials of one upload and of its sources, under way.
pub(super) struct Trials {
    all: Vec<Arc<dyn Trial>>,
    verdict: Shared<BoxFuture<'static, Result<(), Defect>>>,
}

impl Trials {
    /// Begins all of them.
    pub(super) fn begin<T>(job: &Job<T>) -> Self {
        let of_sources = job.sources.iter().filter_map(Source::trial);
        Self::of(of_sources.chain(&job.trials).cloned().collect())
    }

    /// Begins those that look at the parts as they pass.
    pub(super) fn of_sources<T>(job: &Job<T>) -> Self {
        Self::of(job.sources.iter().filter_map(Source::trial).cloned().collect())
    }

    /// Begins those that read the sources themselves, where nothing is sent any more.
    pub(super) fn read_again<T>(job: &Job<T>) -> Self {
        Self::of(job.trials.clone())
    }

    fn of(all: Vec<Arc<dyn Trial>>) -> Self {
        for trial in &all {
            trial.begin();
        }
        let verdicts = try_join_all(all.iter().map(|trial| Arc::clone(trial).verdict()));
        Self { all, verdict: verdicts.map(|all| all.map(|_| ())).boxed().shared() }
    }

    /// Does something, unless a flaw is found before it is done.
    pub(super) async fn beside<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let verdict = self.verdict.clone();
        let defect = async {
            match verdict.await {
                Ok(()) => std::future::pending().await,
                Err(defect) => defect,
            }
        };
        tokio::select! {
            biased;
            defect = defect => Err(Failure::Unsound(defect)),
            done = work => done,
        }
    }

    /// Waits until it is known that the data are without a flaw; no further byte will pass.
    pub(super) async fn end(&self) -> Result<(), Failure> {
        for trial in &self.all {
            trial.sent();
        }
        self.verdict.clone().await.map_err(Failure::Unsound)
    }
}
