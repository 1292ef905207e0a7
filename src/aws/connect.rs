//! From where AWS users keep their settings to clients that can be used.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};

use aws_config::{AppName, BehaviorVersion, Region, SdkConfig, timeout::TimeoutConfig};
use aws_credential_types::{Credentials, provider::error::CredentialsError};
use aws_sdk_omics::{
    Client,
    config::{Builder, Config, IdentityCache, StalledStreamProtectionConfig, retry::RetryConfig},
};
use aws_types::service_config::ServiceConfigKey;

use super::{
    credentials::{Current, Renewable},
    dial::Dial,
    environment::{self, Environment},
    host::{self, Hosts},
    http::Http,
    proxy::{Proxies, Unusable},
    region, secrets,
    trust::tls,
};
use crate::types::{Escaped, keep_url};

/// Where the store is.
#[derive(Debug, Clone)]
pub enum Endpoint {
    /// As the environment, the profile and the instance say; the region of the store's ARN has
    /// precedence.
    Aws { region: Option<String> },
    /// A sandbox at this URL. Nothing of AWS is looked at.
    Sandbox { url: String, region: String, access_key: String },
}

/// Why no connection can be set up; no request was made to the service.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error("the environment variable {0} has a value that cannot be used")]
    Variable(String),
    #[error("line {line} of `{}` holds characters that cannot be used", Escaped::new(&path.to_string_lossy()))]
    ProfileFile { path: PathBuf, line: usize },
    #[error("no AWS region is configured")]
    NoRegion,
    #[error("`{}` is not the name of an AWS region", Escaped::new(.0))]
    NotARegion(String),
    #[error("the configured endpoint is not a URL that begins with `https://` or `http://`")]
    Endpoint,
    #[error("no AWS credentials can be used")]
    NoCredentials(#[source] Option<CredentialsError>),
    #[error("cannot read the CA bundle `{}` named by AWS_CA_BUNDLE", Escaped::new(&path.to_string_lossy()))]
    CaBundle {
        path: PathBuf,
        #[source]
        error: std::io::Error,
    },
    #[error("the CA bundle `{}` named by AWS_CA_BUNDLE holds no usable certificate", Escaped::new(&.0.to_string_lossy()))]
    NotACaBundle(PathBuf),
    #[error(transparent)]
    Proxy(#[from] Unusable),
    #[error("the HTTP client cannot be set up")]
    Client(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a short request may take as a whole.
const SHORT: Duration = Duration::from_mins(1);

/// A service that can be talked to.
#[derive(Debug, Clone)]
pub struct Connection {
    config: Config,
    region: String,
    /// What takes the place of AWS's own endpoint.
    endpoint: Option<String>,
    /// `None` in a sandbox, whose access key lasts as long as it does.
    credentials: Option<Arc<Renewable>>,
    is_of_aws: bool,
}

impl ConnectError {
    /// What can be done about a region, if that is what is wrong.
    pub fn advice_on_region(&self) -> Option<String> {
        match self {
            Self::NotARegion(region) => Some(region::advice(region)),
            _ => None,
        }
    }
}

impl Connection {
    /// Finds region and credentials, and proves that there are some.
    pub async fn open(endpoint: Endpoint) -> Result<Self, ConnectError> {
        environment::without_partitions()?;
        match endpoint {
            Endpoint::Sandbox { url, region, access_key } => {
                Ok(Self::sandbox(url, region, &access_key))
            }
            Endpoint::Aws { region } => Self::aws(region).await,
        }
    }

    /// The region that requests go to.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The URL of whatever takes the place of AWS's own endpoint.
    pub fn endpoint(&self) -> Option<&str> {
        self.endpoint.as_deref()
    }

    /// When the credentials end, if that is known and nobody renews them.
    pub async fn credentials_end(&self) -> Option<SystemTime> {
        self.credentials.as_ref()?.end().await
    }

    pub(crate) fn credentials(&self) -> Option<Arc<Renewable>> {
        self.credentials.clone()
    }

    /// Whether the service is AWS's own, which keeps to what it documents.
    pub const fn is_of_aws(&self) -> bool {
        self.is_of_aws
    }

    pub(crate) fn control(&self) -> Client {
        let timeouts =
            TimeoutConfig::builder().connect_timeout(CONNECT).operation_attempt_timeout(SHORT);
        Client::from_conf(self.config.to_builder().timeout_config(timeouts.build()).build())
    }

    pub(crate) fn data(&self) -> Client {
        let timeouts = TimeoutConfig::builder().connect_timeout(CONNECT);
        Client::from_conf(self.config.to_builder().timeout_config(timeouts.build()).build())
    }

    /// A sandbox is on this machine, where no proxy leads to.
    fn sandbox(url: String, region: String, access_key: &str) -> Self {
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&url)
            .credentials_provider(Credentials::new(access_key, "sandbox", None, None, "sandbox"))
            .region(Region::new(region.clone()))
            .http_client(Http::new(Dial::new(None, Proxies::none())));
        Self {
            config: ours(config, false),
            region,
            endpoint: Some(url),
            credentials: None,
            is_of_aws: false,
        }
    }

    async fn aws(region: Option<String>) -> Result<Self, ConnectError> {
        secrets::keep_those_of_the_environment();
        let proxies = Proxies::of(|name| std::env::var(name).ok())?;
        let http = Http::new(Dial::new(Some(tls()?), proxies));
        let environment = Environment::read()?;
        let mut loader = environment.loader(http.clone());
        if let Some(region) = region {
            loader = loader.region(Region::new(region));
        }
        let shared = loader.load().await;
        let region = shared.region().ok_or(ConnectError::NoRegion)?.to_string();
        if !region::is_name(&region) {
            return Err(ConnectError::NotARegion(region));
        }
        let endpoint = endpoint(&shared);
        if let Some(url) = &endpoint {
            keep_url(url);
        }
        if endpoint.as_deref().is_some_and(|url| !host::is_url(url)) {
            return Err(ConnectError::Endpoint);
        }
        let chain = shared.credentials_provider().ok_or(ConnectError::NoCredentials(None))?;
        let credentials = Renewable::new(http, Region::new(region.clone()), chain)
            .await
            .map_err(|error| ConnectError::NoCredentials(Some(error)))?;
        let credentials = Arc::new(credentials);
        let never_prefixed = environment
            .get("AWS_DISABLE_HOST_PREFIX_INJECTION")
            .is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let config = Builder::from(&shared)
            .credentials_provider(Current(Arc::clone(&credentials)))
            .identity_cache(IdentityCache::no_cache());
        let is_of_aws = endpoint.as_deref().is_none_or(host::is_of_aws);
        let config = ours(config, never_prefixed);
        Ok(Self { config, region, endpoint, credentials: Some(credentials), is_of_aws })
    }
}

/// The endpoint that takes the place of AWS's own, found where the SDK finds it.
fn endpoint(shared: &SdkConfig) -> Option<String> {
    let key = ServiceConfigKey::builder()
        .service_id("Omics")
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build()
        .ok();
    let of_service = key.and_then(|key| shared.service_config()?.load_config(key));
    of_service.or_else(|| shared.endpoint_url().map(str::to_owned))
}

/// What is ours in every client: the engine retries, and knows slow from dead.
fn ours(config: Builder, never_prefixed: bool) -> Config {
    let app = AppName::new(concat!("omics-upload-", env!("CARGO_PKG_VERSION"))).ok();
    let mut config = config
        .retry_config(RetryConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .interceptor(Hosts { never_prefixed });
    config.set_app_name(app);
    config.build()
}
