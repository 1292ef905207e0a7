//! Python with the clients that are written in it, in an environment below `target/`.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};

/// What is installed.
const PACKAGES: [&str; 2] = ["boto3==1.44.5", "aws-healthomics-tools==0.14.0"];

/// An upload as people write it with boto3: store and file are the arguments.
pub(crate) const BOTO3: &str = include_str!("boto3_upload.py");

/// An upload with AWS's own transfer manager.
pub(crate) const TRANSFER_MANAGER: &str = include_str!("transfer_manager.py");

/// The interpreter; the environment is made if it is not there.
pub(crate) fn interpreter() -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-venv");
    let python = folder.join("bin/python");
    if !succeeds(Command::new(&python).args(["-c", "import boto3, omics.transfer.manager"])) {
        eprintln!("installing {} for Python", PACKAGES.join(" and "));
        let mut venv = Command::new("python3");
        ensure!(succeeds(venv.args(["-m", "venv"]).arg(&folder)), "`python3 -m venv` failed");
        let mut pip = Command::new(&python);
        pip.args(["-m", "pip", "install", "-q", "--disable-pip-version-check"]).args(PACKAGES);
        let status = pip.status().context("cannot start pip")?;
        ensure!(status.success(), "`pip install` failed");
    }
    Ok(python)
}

fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}
