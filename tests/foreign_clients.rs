//! The sandbox driven by clients that were not written here: boto3 and the AWS CLI.
//!
//! `OMICS_UPLOAD_TEST_PYTHON` names the Python that has them, `python3` if it is not set. Where
//! they are missing the tests say so and pass, except in continuous integration (`CI` is set).

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use omics_upload::sandbox::{Options, Sandbox};

const R1: &[u8] = include_bytes!("data/hts-sys/r1.fq");
const R2: &[u8] = include_bytes!("data/hts-sys/r2.fq");
const UBAM: &[u8] = include_bytes!("data/pysam-tests/test_unaligned.bam");

const GENOME: &[u8] = b">chr1\nACGT\nAC\n>chr2\nNN\n";

/// The errors of the model that boto3 has to recognise, one a call.
const ERRORS: [&str; 7] = [
    "AccessDeniedException",
    "InternalServerException",
    "RequestTimeoutException",
    "ResourceNotFoundException",
    "ServiceQuotaExceededException",
    "ThrottlingException",
    "ValidationException",
];

/// The errors of vaults that boto3 has to recognise, with the statuses that the guide gives them.
const VAULT_ERRORS: [&str; 9] = [
    "AccessDeniedException=403",
    "InvalidParameterValueException=400",
    "LimitExceededException=400",
    "MissingParameterValueException=400",
    "NoLongerSupportedException=400",
    "RequestTimeoutException=408",
    "ResourceNotFoundException=404",
    "ServiceUnavailableException=500",
    "ThrottlingException=400",
];

/// Python without anything of the surroundings that AWS clients look at.
fn python(home: &Path) -> Command {
    let program = env::var_os("OMICS_UPLOAD_TEST_PYTHON").unwrap_or_else(|| "python3".into());
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy().to_ascii_uppercase();
        if text.starts_with("AWS_") || text.ends_with("_PROXY") || text.starts_with("BOTO") {
            command.env_remove(&name);
        }
    }
    let missing = home.join("missing");
    command
        .env("AWS_CONFIG_FILE", &missing)
        .env("AWS_SHARED_CREDENTIALS_FILE", &missing)
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_DEFAULT_REGION", "eu-west-1")
        .env("AWS_PAGER", "")
        .env("NO_PROXY", "*")
        .env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// Whether a client is missing; a failure where it must not be.
#[expect(clippy::print_stdout, reason = "a test that is skipped has to say so")]
fn is_missing(module: &str, home: &Path) -> bool {
    let import = python(home).args(["-c", &format!("import {module}")]).output();
    let reason = match import {
        Ok(output) if output.status.success() => return false,
        Ok(_) => format!("{module} is not installed"),
        Err(error) => format!("Python cannot be run: {error}"),
    };
    assert!(env::var_os("CI").is_none(), "needed here: {reason}");
    println!("skipped: {reason}");
    true
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python").join(name)
}

fn write_files(dir: &Path) {
    for (name, bytes) in [("r1.fq", R1), ("r2.fq", R2), ("reads.bam", UBAM), ("genome.fa", GENOME)]
    {
        fs::write(dir.join(name), bytes).unwrap();
    }
}

fn assert_done(output: &Output) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{}\n{out}\n{err}", output.status);
    assert_eq!(out.lines().last(), Some("done"), "{out}\n{err}");
}

/// Runs a script beside the sandbox's own work.
async fn run(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn boto3_does_a_whole_upload() {
    let dir = tempfile::tempdir().unwrap();
    if is_missing("boto3", dir.path()) {
        return;
    }
    write_files(dir.path());
    let references = vec![dir.path().join("genome.fa")];
    let sandbox = Sandbox::start(Options { references, ..Options::default() }).await.unwrap();
    let faults = (1..)
        .zip(ERRORS)
        .map(|(nth, code)| format!("ListReadSets:error:{code},nth={nth}").parse().unwrap())
        .collect();
    let failing = Sandbox::start(Options { faults, ..Options::default() }).await.unwrap();
    let mut command = python(dir.path());
    command.arg(script("boto3_upload.py")).arg(sandbox.url()).arg(dir.path());
    command.arg(failing.url()).args(ERRORS);
    assert_done(&run(command).await);
    failing.stop().await;
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_aws_cli_does_a_whole_upload() {
    let dir = tempfile::tempdir().unwrap();
    if is_missing("awscli", dir.path()) {
        return;
    }
    write_files(dir.path());
    let references = vec![dir.path().join("genome.fa")];
    let sandbox = Sandbox::start(Options { references, ..Options::default() }).await.unwrap();
    let mut command = python(dir.path());
    command
        .arg(script("aws_cli_upload.py"))
        .arg(dir.path())
        .env("AWS_ENDPOINT_URL_OMICS", sandbox.url())
        .env("AWS_DISABLE_HOST_PREFIX_INJECTION", "true");
    assert_done(&run(command).await);
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn boto3_stores_archives_in_a_vault() {
    let dir = tempfile::tempdir().unwrap();
    if is_missing("boto3", dir.path()) {
        return;
    }
    let kept = dir.path().join("sandbox");
    let options = Options { dir: Some(kept.clone()), ..Options::default() };
    let sandbox = Sandbox::start(options).await.unwrap();
    let faults = (1..)
        .zip(VAULT_ERRORS)
        .map(|(nth, error)| {
            let code = error.split('=').next().unwrap();
            format!("DescribeVault:error:{code},nth={nth}").parse().unwrap()
        })
        .collect();
    let failing = Sandbox::start(Options { faults, ..Options::default() }).await.unwrap();
    let mut command = python(dir.path());
    command.arg(script("boto3_vault.py")).arg(sandbox.url()).arg(kept);
    command.arg(failing.url()).args(VAULT_ERRORS);
    assert_done(&run(command).await);
    failing.stop().await;
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_aws_cli_stores_an_archive_in_a_vault() {
    let dir = tempfile::tempdir().unwrap();
    if is_missing("awscli", dir.path()) {
        return;
    }
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let mut command = python(dir.path());
    command
        .arg(script("aws_cli_vault.py"))
        .arg(dir.path())
        .env("AWS_ENDPOINT_URL_GLACIER", sandbox.url());
    assert_done(&run(command).await);
    sandbox.stop().await;
}
