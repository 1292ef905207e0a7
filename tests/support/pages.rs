//! The command lines of pages, and a shell to run them in a lab.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::lab::Lab;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The blocks of shell in a page.
pub(crate) fn blocks(page: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(page)).unwrap();
    let blocks = text.split("```").skip(1).step_by(2);
    blocks.filter_map(|block| Some(block.strip_prefix("sh\n")?.to_owned())).collect()
}

/// A copy of `examples` in a lab, as it is shipped.
pub(crate) fn copy_examples(lab: &Lab) -> PathBuf {
    let copied = lab.path("examples");
    copy(&root().join("examples"), &copied);
    copied
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if !path.is_dir() {
            fs::copy(&path, &target).unwrap();
        } else if entry.file_name() != "out" {
            copy(&path, &target);
        }
    }
}

/// Lines for one shell, in a folder of the lab. It finds the binary on its path.
pub(crate) fn shell(lab: &Lab, folder: &str, script: &str) -> Command {
    let ours = lab.command([""; 0]);
    let environment = ours.get_envs().filter_map(|(key, value)| Some((key, value?)));
    let binary = Path::new(env!("CARGO_BIN_EXE_omics-upload"));
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("bash");
    command
        .args(["-c", &format!("set -euo pipefail\n{script}")])
        .env_clear()
        .envs(environment)
        .env("PATH", format!("{}:{path}", binary.parent().unwrap().display()))
        .current_dir(lab.path(folder));
    command
}
