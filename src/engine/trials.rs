//! What is looked for in the data while they are sent, and has to be known before Complete.

use std::sync::Arc;

use futures::{
    FutureExt as _,
    future::{BoxFuture, Shared, try_join_all},
};

use super::Failure;
use crate::source::{Defect, Trial};

/// The trials of one upload, under way.
pub(super) struct Trials<'a> {
    all: &'a [Arc<dyn Trial>],
    verdict: Shared<BoxFuture<'a, Result<(), Defect>>>,
}

impl<'a> Trials<'a> {
    /// Begins all of them.
    pub(super) fn begin(all: &'a [Arc<dyn Trial>]) -> Self {
        for trial in all {
            trial.begin();
        }
        let verdicts = try_join_all(all.iter().map(|trial| trial.verdict()));
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
        for trial in self.all {
            trial.sent();
        }
        self.verdict.clone().await.map_err(Failure::Unsound)
    }
}
