//! All that the measurements share: files, a certificate authority, a home for the clients, Python.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use anyhow::Result;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio_rustls::rustls::ServerConfig;

use crate::{
    authority,
    material::{Material, PART, PARTS},
    python,
    service::{Scheme, Service},
};

/// What the measurements share.
pub(crate) struct Rig {
    runtime: Runtime,
    config: Arc<ServerConfig>,
    /// A GiB of FASTQ, which also lies beside it in parts.
    pub(crate) large: PathBuf,
    /// 10 kB of FASTQ.
    pub(crate) small: PathBuf,
    pub(crate) material: Material,
    /// The home of the clients; on disk, as homes are.
    home: TempDir,
    /// An interpreter with boto3 and AWS's transfer manager, or why there is none.
    pub(crate) python: Result<PathBuf>,
}

impl Rig {
    pub(crate) fn new() -> Result<Self> {
        let runtime = Runtime::new()?;
        let material = Material::new()?;
        let large = material.fastq("large.fastq.gz", PART * PARTS)?;
        material.split(&large)?;
        let small = material.fastq("small.fastq.gz", 10_000)?;
        let home = tempfile::tempdir()?;
        let (config, authority) = authority::server("localhost")?;
        fs::write(home.path().join("authority.pem"), authority)?;
        let python = python::interpreter();
        let config = Arc::new(config);
        Ok(Self { runtime, config, large, small, material, home, python })
    }

    pub(crate) fn service(&self, scheme: Scheme) -> Result<Service> {
        Service::start(&self.runtime, scheme, &self.config)
    }

    /// The certificate of the authority.
    pub(crate) fn authority(&self) -> PathBuf {
        self.home.path().join("authority.pem")
    }

    /// A command that finds programs, a home and the service, and nothing else of this process's
    /// environment.
    pub(crate) fn command(&self, program: impl AsRef<Path>, service: &Service) -> Command {
        let mut command = Command::new(program.as_ref());
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home.path())
            .env("AWS_ENDPOINT_URL_OMICS", &service.url)
            .env("AWS_DISABLE_HOST_PREFIX_INJECTION", "true")
            .env("AWS_ACCESS_KEY_ID", "any")
            .env("AWS_SECRET_ACCESS_KEY", "any")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .current_dir(self.material.folder());
        if service.scheme == Scheme::Https {
            command.env("AWS_CA_BUNDLE", self.authority());
        }
        command
    }
}
