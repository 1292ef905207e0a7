//! From where AWS users keep their settings to what the clients of a service are built from. Knows
//! no service but by what it is told of one.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use aws_config::{
    AppName, BehaviorVersion, Region, SdkConfig, identity::IdentityCache, retry::RetryConfig,
    stalled_stream_protection::StalledStreamProtectionConfig, timeout::TimeoutConfig,
};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_types::{sdk_config, service_config::ServiceConfigKey};

use super::{
    credentials::{Current, Renewable},
    dial::Dial,
    environment::{self, Environment},
    error::ConnectError,
    host::{self, Hosts},
    http::Http,
    names::HostNames,
    proxy::Proxies,
    secrets,
    trust::tls,
};
use crate::types::keep_url;

/// What has to be known of a service to connect to it.
#[derive(Debug, Clone, Copy)]
pub struct AwsService {
    /// Its ID in the SDK: settings for it alone are found by this.
    pub id: &'static str,
    /// What the SDK puts in front of its hosts.
    pub host_prefixes: &'static [&'static str],
    /// Whether a host is known to be there, so that a failure to find it will pass.
    pub has_host: fn(&str) -> bool,
}

/// Where the service is.
#[derive(Debug, Clone)]
pub enum Endpoint {
    /// As the environment, the profile and the instance say; the region of the store's ARN has
    /// precedence.
    Aws { region: Option<String> },
    /// A sandbox at this URL. Nothing of AWS is looked at.
    Sandbox { url: String, region: String, access_key: String },
}

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a short request may take as a whole.
const SHORT: Duration = Duration::from_mins(1);

/// A service that can be talked to.
#[derive(Debug, Clone)]
pub struct Connection {
    config: SdkConfig,
    hosts: Hosts,
    region: String,
    /// What takes the place of AWS's own endpoint.
    endpoint: Option<String>,
    /// `None` in a sandbox, whose access key lasts as long as it does.
    credentials: Option<Arc<Renewable>>,
}

impl Connection {
    /// Finds region and credentials, and proves that there are some.
    pub async fn open(service: AwsService, endpoint: Endpoint) -> Result<Self, ConnectError> {
        environment::without_partitions()?;
        match endpoint {
            Endpoint::Sandbox { url, region, access_key } => {
                Ok(Self::sandbox(service, url, region, &access_key))
            }
            Endpoint::Aws { region } => Self::aws(service, region).await,
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

    /// Whether it is AWS that answers: what AWS documents does not hold for others.
    pub(crate) fn is_of_aws(&self) -> bool {
        self.endpoint.as_deref().is_none_or(host::is_of_aws)
    }

    /// When the credentials end, if that is known and nobody renews them.
    pub async fn credentials_end(&self) -> Option<SystemTime> {
        self.credentials.as_ref()?.end().await
    }

    pub(crate) fn credentials(&self) -> Option<Arc<Renewable>> {
        self.credentials.clone()
    }

    /// What every client of the service needs beside one of the two configurations.
    pub(crate) fn hosts(&self) -> Hosts {
        self.hosts.clone()
    }

    /// For clients whose requests are short.
    pub(crate) fn control(&self) -> SdkConfig {
        let timeouts =
            TimeoutConfig::builder().connect_timeout(CONNECT).operation_attempt_timeout(SHORT);
        self.config.to_builder().timeout_config(timeouts.build()).build()
    }

    /// For clients whose requests may take as long as they take.
    pub(crate) fn data(&self) -> SdkConfig {
        let timeouts = TimeoutConfig::builder().connect_timeout(CONNECT);
        self.config.to_builder().timeout_config(timeouts.build()).build()
    }

    /// A sandbox is on this machine, where no proxy leads to.
    fn sandbox(service: AwsService, url: String, region: String, access_key: &str) -> Self {
        let credentials = Credentials::new(access_key, "sandbox", None, None, "sandbox");
        let names = HostNames::new(service.has_host);
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&url)
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .region(Region::new(region.clone()))
            .http_client(Http::new(Dial::new(None, Proxies::none(), names)));
        let hosts = Hosts { prefixes: service.host_prefixes, never_prefixed: false };
        Self { config: ours(config), hosts, region, endpoint: Some(url), credentials: None }
    }

    async fn aws(service: AwsService, region: Option<String>) -> Result<Self, ConnectError> {
        secrets::keep_those_of_the_environment(service.id);
        let proxies = Proxies::of(|name| std::env::var(name).ok())?;
        let http = Http::new(Dial::new(Some(tls()?), proxies, HostNames::new(service.has_host)));
        let environment = Environment::read()?;
        let mut loader = environment.loader(http.clone());
        if let Some(region) = region {
            loader = loader.region(Region::new(region));
        }
        let shared = loader.load().await;
        let region = shared.region().ok_or(ConnectError::NoRegion)?.to_string();
        if !host::is_region(&region) {
            return Err(ConnectError::NotARegion(region));
        }
        let endpoint = endpoint(service, &shared);
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
        let current = SharedCredentialsProvider::new(Current(Arc::clone(&credentials)));
        let config = shared
            .into_builder()
            .credentials_provider(current)
            .identity_cache(IdentityCache::no_cache());
        let hosts = Hosts { prefixes: service.host_prefixes, never_prefixed };
        Ok(Self { config: ours(config), hosts, region, endpoint, credentials: Some(credentials) })
    }
}

/// The endpoint that takes the place of AWS's own, found where the SDK finds it.
fn endpoint(service: AwsService, shared: &SdkConfig) -> Option<String> {
    let key = ServiceConfigKey::builder()
        .service_id(service.id)
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build()
        .ok();
    let of_service = key.and_then(|key| shared.service_config()?.load_config(key));
    of_service.or_else(|| shared.endpoint_url().map(str::to_owned))
}

/// What is ours in every client: the engine retries, and knows slow from dead.
fn ours(config: sdk_config::Builder) -> SdkConfig {
    let app = AppName::new(concat!("omics-upload-", env!("CARGO_PKG_VERSION"))).ok();
    let mut config = config
        .retry_config(RetryConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    config.set_app_name(app);
    config.build()
}
