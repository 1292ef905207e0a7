//! The clients that are compared, as commands.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::{
    material::PARTS,
    python,
    rig::Rig,
    service::{Scheme, Service},
};

/// A client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Client {
    /// `put` with a fixed number of parts in flight.
    Fixed,
    /// `put` that finds the number by itself.
    Auto,
    Curl,
    Boto3,
    TransferManager,
    Sha256sum,
    Openssl,
}

impl Client {
    pub(crate) const ALL: [Self; 7] = [
        Self::Fixed,
        Self::Auto,
        Self::Curl,
        Self::Boto3,
        Self::TransferManager,
        Self::Sha256sum,
        Self::Openssl,
    ];

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Fixed => "omics-upload, `--concurrency 8`",
            Self::Auto => "omics-upload, `--concurrency auto`",
            Self::Curl => "curl, 8 in parallel (no hash)",
            Self::Boto3 => "boto3, 10 threads",
            Self::TransferManager => "aws-healthomics-tools",
            Self::Sha256sum => "sha256sum (sends nothing)",
            Self::Openssl => "openssl dgst -sha256 (sends nothing)",
        }
    }

    /// Whether the client moves bytes.
    pub(crate) const fn sends(self) -> bool {
        !matches!(self, Self::Sha256sum | Self::Openssl)
    }

    /// Why the client cannot take part.
    pub(crate) fn missing(self, rig: &Rig) -> Option<String> {
        let program = match self {
            Self::Fixed | Self::Auto => return None,
            Self::Boto3 | Self::TransferManager => {
                return rig.python.as_ref().err().map(|error| format!("{error:#}"));
            }
            Self::Curl => "curl",
            Self::Sha256sum => "sha256sum",
            Self::Openssl => "openssl",
        };
        let started = Command::new(program).arg("version").output();
        started.err().map(|error| format!("`{program}` cannot be started: {error}"))
    }

    /// The command that is measured; what has to be there before is made here.
    pub(crate) fn command(self, rig: &Rig, service: &Service) -> Result<Command> {
        Ok(match self {
            Self::Fixed => put(rig, service, "8"),
            Self::Auto => put(rig, service, "auto"),
            Self::Curl => curl(rig, service)?,
            Self::Boto3 => script(rig, service, python::BOTO3)?,
            Self::TransferManager => script(rig, service, python::TRANSFER_MANAGER)?,
            Self::Sha256sum => {
                let mut command = rig.command("sha256sum", service);
                command.arg(&rig.large);
                command
            }
            Self::Openssl => {
                let mut command = rig.command("openssl", service);
                command.args(["dgst", "-sha256"]).arg(&rig.large);
                command
            }
        })
    }
}

fn put(rig: &Rig, service: &Service, concurrency: &str) -> Command {
    let mut command = rig.command(env!("CARGO_BIN_EXE_omics-upload"), service);
    command.args(["put", "--no-wait", "-q", "--part-size", "64MiB"]);
    command.args(["--concurrency", concurrency, "--store", &service.store]).arg(&rig.large);
    command
}

fn script(rig: &Rig, service: &Service, script: &str) -> Result<Command> {
    let python = rig.python.as_ref().ok().context("there is no Python")?;
    let mut command = rig.command(python, service);
    command.args(["-c", script, &service.store]).arg(&rig.large);
    Ok(command)
}

/// A signature in form, which is all that a sandbox can check.
fn headers(command: &mut Command) -> String {
    let authorization = format!(
        "Authorization: AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/omics/aws4_request, \
         SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={}",
        "0".repeat(64)
    );
    let headers =
        [&*authorization, "X-Amz-Date: 20260101T000000Z", "X-Amz-Content-Sha256: UNSIGNED-PAYLOAD"];
    command.args(headers.iter().flat_map(|header| ["-H", header]));
    headers.map(|header| format!(" -H '{header}'")).concat()
}

/// The parts of an upload that is there, each by a curl of its own, eight at a time.
fn curl(rig: &Rig, service: &Service) -> Result<Command> {
    let authority = rig.authority();
    let authority = authority.to_str().context("the folder's name is not UTF-8")?;
    let uploads = format!("{}/sequencestore/{}/upload", service.url, service.store);
    let mut create = rig.command("curl", service);
    create.args(["-sSf", "--cacert", authority, "-H", "Content-Type: application/json"]);
    let headers = headers(&mut create);
    let fields = r#"{"sourceFileType":"FASTQ","name":"x","sampleId":"x","subjectId":"x"}"#;
    let created = create.args(["-d", fields, &uploads]).output()?;
    ensure!(created.status.success(), "no upload: {}", String::from_utf8_lossy(&created.stderr));
    let created: serde_json::Value = serde_json::from_slice(&created.stdout)?;
    let upload = created["uploadId"].as_str().context("the upload has no ID")?;
    let trust = match service.scheme {
        Scheme::Http => String::new(),
        Scheme::Https => format!(" --cacert '{authority}'"),
    };
    let mut command = rig.command("sh", service);
    command.arg("-c").arg(format!(
        "seq 1 {PARTS} | xargs -P 8 -I% curl -sSf -o /dev/null{trust}{headers} -T part-% \
         '{uploads}/{upload}/part?partNumber=%&partSource=SOURCE1'"
    ));
    Ok(command)
}
