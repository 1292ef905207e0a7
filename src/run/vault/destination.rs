//! Which vault is meant, and a connection to it: on AWS, or in a sandbox of our own.

use crate::{
    aws::{Connection, Endpoint},
    cli::{VaultChoice, VaultTarget},
    engine::{ArchiveEnded, Failure, Limits},
    report::{Abort, ErrorReport, Place, Problem, VaultAdvice},
    run::{
        destination::{SANDBOX_REGION, ServiceWords, explain},
        questions::tell_pause,
        random,
        vault::{identity::VaultIdentity, inventory::Inventory},
    },
    sandbox::{self, Sandbox},
    store::{
        CallError, Caller, Occasion, Stop, StoreErrorKind, Told, Tries,
        vault::{AccountId, SERVICE, Vault, VaultFound, VaultName},
    },
    types::Operation,
};

/// The vault that a sandbox always has.
const OF_SANDBOX: &str = "sandbox";

const WORDS: ServiceWords = ServiceWords {
    arn: "the vault's ARN with `--vault`",
    endpoint: "AWS_ENDPOINT_URL_GLACIER",
    wrong_region: |_| "set AWS_REGION, or `region` in the AWS profile".to_owned(),
};

/// A vault that can be talked to.
pub(crate) struct ReachedVault {
    pub(crate) vault: Vault,
    pub(crate) connection: Connection,
    pub(crate) name: VaultName,
    pub(crate) account: AccountId,
    pub(crate) place: Place,
    /// What the vault holds, if that is given.
    pub(crate) inventory: Option<Inventory>,
    /// Runs as long as this lives.
    pub(crate) sandbox: Option<Sandbox>,
}

/// What can be said about the target without talking to anybody.
pub(crate) fn problems(target: &VaultTarget) -> Vec<Problem> {
    let mut problems = Vec::new();
    if target.vault.is_none() && target.sandbox().is_none() {
        let problem = Problem::new(anyhow::anyhow!("no vault is given"));
        problems.push(problem.hint(
            "give its name or ARN with `--vault`, set OMICS_UPLOAD_VAULT, or write `vault` into the \
             config file; `--sandbox` needs none",
        ));
    }
    if let (Some(VaultChoice::Arn(arn)), Some(account)) = (&target.vault, &target.account)
        && *account != AccountId::default()
        && *account != arn.account
    {
        let (of_arn, given) = (arn.account.as_str(), account.as_str());
        let problem = Problem::new(anyhow::anyhow!(
            "the vault's ARN is of account {of_arn}, and `--account` says {given}"
        ));
        problems.push(problem.hint("leave out `--account`"));
    }
    problems
}

/// Connects to the vault; on AWS this finds credentials, but makes no request to the service.
pub(crate) async fn reach(target: &VaultTarget) -> Result<ReachedVault, Abort> {
    let arn = match &target.vault {
        Some(VaultChoice::Arn(arn)) => Some(arn),
        _ => None,
    };
    let region = arn.map(|arn| arn.region.clone());
    let name = target.vault.as_ref().map(VaultChoice::name).cloned();
    let open = async |endpoint| {
        let opened = Connection::open(SERVICE, endpoint).await;
        opened.map_err(|error| explain(error, &WORDS))
    };
    let Some(dir) = target.sandbox() else {
        let name = name.ok_or_else(|| Abort::Unusable(problems(target)))?;
        let given = target.account.clone().filter(|account| *account != AccountId::default());
        let account = given.or(arn.map(|arn| arn.account.clone())).unwrap_or_default();
        let connection = open(Endpoint::Aws { region }).await?;
        let vault = Vault::new(&connection, account.clone(), name.clone());
        let (place, inventory, sandbox) = (Place::Service, None, None);
        return Ok(ReachedVault { vault, connection, name, account, place, inventory, sandbox });
    };
    // Others on this machine can reach the port, but do not know the key.
    let access_key = format!("SANDBOX{}", random::digits()?);
    let options = sandbox::Options {
        dir: dir.clone(),
        access_key: Some(access_key.clone()),
        vault: name.as_ref().map(|name| name.as_str().to_owned()),
        ..Default::default()
    };
    let sandbox = Sandbox::start(options).await.map_err(Problem::new)?;
    let region = region.unwrap_or_else(|| SANDBOX_REGION.to_owned());
    let connection = open(Endpoint::Sandbox { url: sandbox.url(), region, access_key }).await?;
    let name = name.map_or_else(|| OF_SANDBOX.parse().map_err(Problem::new), Ok)?;
    // A sandbox is in one account only.
    let account = AccountId::default();
    let vault = Vault::new(&connection, account.clone(), name.clone());
    let place = if dir.is_some() { Place::SandboxFolder } else { Place::PassingSandbox };
    let (inventory, sandbox) = (None, Some(sandbox));
    Ok(ReachedVault { vault, connection, name, account, place, inventory, sandbox })
}

impl ReachedVault {
    /// What hints name.
    pub(crate) fn advice(&self) -> VaultAdvice<'_> {
        let (name, account) = (self.name.as_str(), self.account.as_str());
        let inventory = self.inventory.as_ref().map(|inventory| inventory.date.as_str());
        VaultAdvice { name, account, upload: None, inventory, place: self.place }
    }

    /// What hints name of a file that has ended.
    pub(super) fn advice_on<'a>(&'a self, ended: &'a ArchiveEnded) -> VaultAdvice<'a> {
        VaultAdvice { upload: ended.upload_id.as_ref(), ..self.advice() }
    }

    /// What failed, for documents.
    pub(super) fn failure(&self, ended: &ArchiveEnded) -> Option<ErrorReport> {
        let failure = ended.failure.as_ref()?;
        let hint = self.advice_on(ended).hint(failure);
        Some(ErrorReport::new(failure, ended.trouble.as_deref(), hint))
    }

    /// Asks which vault this is, which also shows whether there is one; the second is a warning.
    pub(crate) async fn identify(
        &self,
        limits: &Limits,
    ) -> Result<(VaultIdentity, Option<String>), Failure> {
        let Limits { attempts, give_up_after, .. } = *limits;
        let tries = Tries { attempts, give_up_after, occasion: Occasion::Preflight };
        let caller = Caller::new(self.vault.clone(), tries, Stop::default());
        let tell = |told: &Told<'_>| {
            if let Told::Again { error, delay, .. } = told {
                tell_pause(error, *delay);
            }
        };
        let describe = || self.vault.describe();
        match caller.call(&tell, Operation::ShowStore, describe).await {
            Ok(VaultFound { arn, created }) => {
                Ok((VaultIdentity { arn, created: Some(created) }, None))
            }
            Err(CallError::Refused(error)) if error.kind == StoreErrorKind::Denied => {
                let warning = format!(
                    "cannot tell which files are in the vault already: that needs the permission \
                     `{}`",
                    error.operation.permission()
                );
                Ok((self.unseen(), Some(warning)))
            }
            Err(error) => Err(Failure::from(error)),
        }
    }

    /// What the vault is called, as far as that is known without asking.
    pub(super) fn unseen(&self) -> VaultIdentity {
        let (region, account) = (self.connection.region(), self.account.as_str());
        let arn = format!("arn:aws:glacier:{region}:{account}:vaults/{}", self.name);
        VaultIdentity { arn, created: None }
    }
}
