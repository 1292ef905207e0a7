//! `vault`: bit-exact copies in S3 Glacier vaults.

mod abort;
mod parts;
mod put;
mod uploads;

use crate::{
    cli::{VaultCommand, VaultCommon, VaultOptions},
    report::Abort,
    run::vault::{self, VaultQuestions},
};

pub(super) async fn run(options: VaultOptions) -> Result<u8, Abort> {
    match options.command {
        VaultCommand::Put(put) => Box::pin(put::run(*put)).await,
        VaultCommand::Uploads { common } => {
            with_vault(&common, async |asked| uploads::uploads(asked, common.output).await).await
        }
        VaultCommand::Parts(parts) => {
            with_vault(&parts.common, async |asked| parts::parts(asked, &parts).await).await
        }
        VaultCommand::Abort { uploads, common } => {
            let abort = async |asked: &_| abort::abort(asked, &uploads, common.output).await;
            with_vault(&common, abort).await
        }
    }
}

async fn with_vault(
    common: &VaultCommon,
    ask: impl AsyncFnOnce(&VaultQuestions) -> Result<u8, Abort>,
) -> Result<u8, Abort> {
    let problems = vault::problems(&common.target);
    if !problems.is_empty() {
        return Err(Abort::Unusable(problems));
    }
    let reached = vault::reach(&common.target).await?;
    let mut asked = VaultQuestions::new(reached, &common.state);
    let status = ask(&asked).await;
    if let Some(sandbox) = asked.reached.sandbox.take() {
        sandbox.stop().await;
    }
    status
}
