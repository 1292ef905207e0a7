//! Which store is meant, and a connection to it: on AWS, or in a sandbox of our own.

use std::path::PathBuf;

use super::random;
use crate::{
    aws::{ConnectError, Connection, Endpoint, UnusableProxy},
    cli::Target,
    report::{Abort, Place, Problem},
    sandbox::{self, Sandbox},
    store::omics::{self, SERVICE},
    types::{Escaped, ReferenceArn, StoreId, StoreName},
};

/// Where a sandbox says it is, if nothing else does.
pub(crate) const SANDBOX_REGION: &str = "us-east-1";

/// A store that can be talked to.
pub(crate) struct Reached {
    pub(crate) connection: Connection,
    pub(crate) store: StoreId,
    pub(crate) place: Place,
    /// Runs as long as this lives.
    pub(crate) sandbox: Option<Sandbox>,
}

/// What can be said about the target without talking to anybody.
pub(crate) fn problems(target: &Target) -> Vec<Problem> {
    if target.store.is_some() || target.sandbox.is_some() {
        return Vec::new();
    }
    let problem = Problem::new(anyhow::anyhow!("no sequence store is given"));
    vec![problem.hint(
        "give its ID or ARN with `--store`, set OMICS_UPLOAD_STORE, or write `store` into the config \
         file; `--sandbox` needs none",
    )]
}

/// Whether a reference can belong to a store in a region.
pub(crate) fn same_region(reference: &ReferenceArn, region: &str) -> Option<Problem> {
    if reference.region() == region {
        return None;
    }
    let problem = Problem::new(anyhow::anyhow!(
        "the reference `{reference}` is in {}, and the sequence store is in {region}",
        reference.region()
    ));
    Some(problem.hint("a read set's reference has to be in the region of its sequence store"))
}

/// Connects to the store; on AWS this finds credentials, but makes no request to HealthOmics.
pub(crate) async fn reach(
    target: &Target,
    reference: Option<&ReferenceArn>,
) -> Result<Reached, Abort> {
    reach_with(target, reference, &[]).await
}

/// The same; files become references of a sandbox.
pub(crate) async fn reach_with(
    target: &Target,
    reference: Option<&ReferenceArn>,
    files: &[PathBuf],
) -> Result<Reached, Abort> {
    let name = target.store.as_ref();
    if let Some(dir) = &target.sandbox {
        let references = files.to_vec();
        // Others on this machine can reach the port, but do not know the key.
        let access_key = format!("SANDBOX{}", random::digits()?);
        let options = sandbox::Options {
            dir: dir.clone(),
            references,
            access_key: Some(access_key.clone()),
            ..Default::default()
        };
        let sandbox = Sandbox::start(options).await.map_err(Problem::new)?;
        let region = name.and_then(StoreName::region).or(reference.map(ReferenceArn::region));
        let region = region.unwrap_or(SANDBOX_REGION).to_owned();
        let endpoint = Endpoint::Sandbox { url: sandbox.url(), region, access_key };
        let store = match name {
            Some(name) => name.id().clone(),
            None => sandbox.store_id().parse().map_err(Problem::new)?,
        };
        let connection = open(endpoint).await?;
        let place = if dir.is_some() { Place::SandboxFolder } else { Place::PassingSandbox };
        return Ok(Reached { connection, store, place, sandbox: Some(sandbox) });
    }
    let name = name.ok_or_else(|| Abort::Unusable(problems(target)))?;
    let region = name.region().map(str::to_owned);
    let connection = open(Endpoint::Aws { region }).await?;
    let (store, place) = (name.id().clone(), Place::Service);
    Ok(Reached { connection, store, place, sandbox: None })
}

async fn open(endpoint: Endpoint) -> Result<Connection, Problem> {
    Connection::open(SERVICE, endpoint).await.map_err(|error| explain(error, &WORDS))
}

/// What hints name of a service.
pub(super) struct ServiceWords {
    /// The ARN that tells the region, and its option.
    pub(super) arn: &'static str,
    /// The variable for its endpoint.
    pub(super) endpoint: &'static str,
    pub(super) wrong_region: fn(&str) -> String,
}

const WORDS: ServiceWords = ServiceWords {
    arn: "the store's ARN with `--store`",
    endpoint: "AWS_ENDPOINT_URL_OMICS",
    wrong_region: omics::advice,
};

pub(super) fn explain(error: ConnectError, words: &ServiceWords) -> Problem {
    let profile = std::env::var("AWS_PROFILE").ok().filter(|name| !name.trim().is_empty());
    let profile = profile.map(|name| {
        let name = Escaped::new(name.trim()).to_string();
        format!("AWS_PROFILE is `{name}`: look whether `aws configure list` agrees; or ")
    });
    let hint = match &error {
        ConnectError::NoRegion => format!(
            "{}set AWS_REGION, or `region` in the AWS profile, or give {}",
            profile.unwrap_or_default(),
            words.arn
        ),
        ConnectError::NoCredentials(_) => format!(
            "{}log in with `aws sso login`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; \
             without an account, try `--sandbox`",
            profile.unwrap_or_else(|| "set AWS_PROFILE, ".to_owned())
        ),
        ConnectError::CaBundle { .. } | ConnectError::NotACaBundle(_) => {
            "AWS_CA_BUNDLE must name a file with certificates in PEM form".to_owned()
        }
        ConnectError::Proxy(UnusableProxy::Login(_)) => {
            "write `%40` for `@`, `%2F` for `/`, `%3A` for `:`, `%3F` for `?`, `%23` for `#` and `%25` for \
             `%` in the user name and in the password"
                .to_owned()
        }
        ConnectError::Proxy(UnusableProxy::Proxy(_)) => {
            "a proxy is given as `http://HOST:PORT` or `http://USER:PASSWORD@HOST:PORT`, with `%40` \
             for an `@` in the password; SOCKS proxies cannot be used"
                .to_owned()
        }
        ConnectError::Variable(name) => format!("set {name} again, or leave it out with `unset {name}`"),
        ConnectError::ProfileFile { .. } => {
            "open the file in a text editor, and type this line again".to_owned()
        }
        ConnectError::NotARegion(region) => (words.wrong_region)(region),
        ConnectError::Endpoint => {
            format!("check {}, AWS_ENDPOINT_URL and `endpoint_url` in the AWS profile", words.endpoint)
        }
        ConnectError::Client(_) => return Problem::new(error),
    };
    Problem::new(error).hint(hint)
}
