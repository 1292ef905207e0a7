//! Requests of commands that people wait for, to a vault: a few tries, short pauses, and never in silence.

use super::destination::ReachedVault;
use crate::{
    cli::StateFolder,
    journal::Folder,
    report::Abort,
    run::{journals, questions::tell_pause, vault::receipts::folder},
    store::{
        Archives as _, CallError, Caller, ListedArchiveUpload, Stop, Store as _, StoreError,
        StoreErrorKind, Told, Tries, vault::Vault,
    },
    types::Operation,
};

/// A vault that is asked the questions of a command, and where this machine remembers uploads to it.
pub(crate) struct VaultQuestions {
    pub(crate) reached: ReachedVault,
    pub(crate) folder: Option<Folder>,
    caller: Caller<Vault>,
}

impl VaultQuestions {
    pub(crate) fn new(reached: ReachedVault, state: &StateFolder) -> Self {
        let caller = Caller::new(reached.vault.clone(), Tries::QUESTION, Stop::default());
        let folder = journals::folder(state.state_dir.clone()).as_ref().map(folder);
        Self { reached, folder, caller }
    }

    /// A request with a few more tries.
    pub(crate) async fn ask<T, F>(
        &self,
        operation: Operation,
        request: impl Fn() -> F,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let answer = self.caller.call(&tell, operation, request).await;
        answer.map_err(|error| last(operation, error))
    }

    /// All unfinished uploads.
    pub(crate) async fn uploads(&self) -> Result<Vec<ListedArchiveUpload>, Abort> {
        let operation = Operation::ListUploads;
        let page = |page: Option<String>| async move {
            self.caller.store().list_uploads(page.as_deref()).await
        };
        let listed = self.caller.pages(&tell, operation, page).await;
        listed.map_err(|error| self.reached.advice().broken(last(operation, error)))
    }
}

/// Says why nothing happens for a while.
fn tell(told: &Told<'_>) {
    if let Told::Again { error, delay, .. } = told {
        tell_pause(error, *delay);
    }
}

/// What failed last. A signal ends the process, and so stops no request.
fn last(operation: Operation, error: CallError) -> StoreError {
    error.into_last().unwrap_or_else(|| {
        StoreError::new(StoreErrorKind::Other, Vault::named(operation), "it was interrupted")
    })
}
