//! `vault`: bit-exact copies in S3 Glacier vaults.

mod abort;
mod parts;
mod put;
mod uploads;

use crate::{
    cli::{VaultCommand, VaultCommon, VaultOptions},
    report::Abort,
    run::vault::{self, ReachedVault},
    store::{
        CallError, Caller, Stop, Store as _, StoreError, StoreErrorKind, Told, Tries, vault::Vault,
    },
    types::Operation,
};

pub(super) async fn run(options: VaultOptions) -> Result<u8, Abort> {
    match options.command {
        VaultCommand::Put(put) => Box::pin(put::run(*put)).await,
        VaultCommand::Uploads { common } => {
            with_vault(&common, async |asked| uploads::uploads(asked, &common).await).await
        }
        VaultCommand::Parts(parts) => {
            with_vault(&parts.common, async |asked| parts::parts(asked, &parts).await).await
        }
        VaultCommand::Abort { uploads, common } => {
            with_vault(&common, async |asked| abort::abort(asked, &uploads, &common).await).await
        }
    }
}

/// A vault that is asked the questions of a command.
struct Asked {
    reached: ReachedVault,
    caller: Caller<Vault>,
}

impl Asked {
    /// A request with a few more tries.
    async fn ask<T, F>(
        &self,
        operation: Operation,
        request: impl Fn() -> F,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        last(operation, self.caller.call(&tell, operation, request).await)
    }
}

/// Says why nothing happens for a while.
fn tell(told: &Told<'_>) {
    if let Told::Again { error, delay, .. } = told {
        crate::run::questions::tell_pause(error, *delay);
    }
}

/// What failed last. A signal ends the process, and so stops no request.
fn last<T>(operation: Operation, answer: Result<T, CallError>) -> Result<T, StoreError> {
    answer.map_err(|error| {
        error.into_last().unwrap_or_else(|| {
            StoreError::new(StoreErrorKind::Other, Vault::named(operation), "it was interrupted")
        })
    })
}

async fn with_vault(
    common: &VaultCommon,
    ask: impl AsyncFnOnce(&Asked) -> Result<u8, Abort>,
) -> Result<u8, Abort> {
    let problems = vault::problems(&common.target);
    if !problems.is_empty() {
        return Err(Abort::Unusable(problems));
    }
    let reached = vault::reach(&common.target).await?;
    let caller = Caller::new(reached.vault.clone(), Tries::QUESTION, Stop::default());
    let mut asked = Asked { reached, caller };
    let status = ask(&asked).await;
    if let Some(sandbox) = asked.reached.sandbox.take() {
        sandbox.stop().await;
    }
    status
}
