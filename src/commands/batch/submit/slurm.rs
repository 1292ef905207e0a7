//! Slurm's own commands: jobs are submitted without a shell, and with a named part of the environment.

use std::{
    collections::BTreeSet,
    io,
    path::Path,
    process::{Command, Output},
};

use crate::{
    report::{Abort, Problem, broken, status},
    types::Escaped,
};

/// A job to be submitted.
pub(super) struct JobRequest<'a> {
    /// Such as `send`.
    pub(super) step: &'a str,
    pub(super) script: &'a Path,
    /// The indexes of an array, and how many of them may run at once.
    pub(super) array: Option<(&'a BTreeSet<u32>, Option<u32>)>,
    /// When it may begin, such as `afterok:17`.
    pub(super) dependency: Option<String>,
    /// Where its output goes.
    pub(super) logs: &'a Path,
    /// What the user adds.
    pub(super) further: &'a [String],
}

/// Variables that a job gets if they are set: none of them is a secret.
const EXPORTED: [&str; 26] = [
    "HOME",
    "PATH",
    "USER",
    "LOGNAME",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "XDG_CONFIG_HOME",
    "XDG_STATE_HOME",
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_CA_BUNDLE",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_OMICS",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_DISABLE_HOST_PREFIX_INJECTION",
    "AWS_EC2_METADATA_DISABLED",
    "NO_PROXY",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "SLURM_CONF",
];

/// These may hold a password.
const PROXIES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];

/// Options of `sbatch` that are set here, and that would break the run otherwise.
const OWN: [&str; 12] = [
    "--array",
    "-a",
    "--dependency",
    "-d",
    "--wrap",
    "--export",
    "--export-file",
    "--requeue",
    "--no-requeue",
    "--parsable",
    "--wait",
    "-W",
];

/// What is wrong with the arguments for `sbatch`.
pub(super) fn problems(further: &[String]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut may_be_value = false;
    for argument in further {
        let name = argument.split_once('=').map_or(&**argument, |(name, _)| name);
        let is_own = OWN.iter().any(|own| {
            let is_short = own.len() == 2 && !name.starts_with("--") && name.starts_with(own);
            *own == name || is_short
        });
        let shown = Escaped::new(argument);
        if is_own {
            let error =
                anyhow::anyhow!("`{shown}` cannot be passed on: `batch submit` sets it itself");
            problems.push(Problem::new(error).hint("leave it out"));
        } else if !argument.starts_with('-') && !may_be_value {
            let error = anyhow::anyhow!(
                "`{shown}` is no option of `sbatch`, which would run it as a script"
            );
            problems.push(
                Problem::new(error).hint("pass options of `sbatch`, such as `--partition=long`"),
            );
        }
        may_be_value = argument.starts_with('-') && !argument.contains('=');
    }
    problems
}

impl JobRequest<'_> {
    /// The arguments of `sbatch`.
    pub(super) fn arguments(&self) -> Vec<String> {
        let array = self.array.map(|(indexes, at_once)| {
            let at_once = at_once.map(|most| format!("%{most}")).unwrap_or_default();
            format!("--array={}{at_once}", ranges(indexes))
        });
        let log = if self.array.is_some() { "%x-%A_%a.log" } else { "%x-%j.log" };
        let own = [
            Some("--parsable".to_owned()),
            Some(format!("--job-name=omics-upload-{}", self.step)),
            Some(format!("--output={}", self.logs.join(log).to_string_lossy())),
            Some("--open-mode=append".to_owned()),
            Some("--requeue".to_owned()),
            Some("--kill-on-invalid-dep=yes".to_owned()),
            Some(format!("--export={}", exported().join(","))),
            array,
            self.dependency.as_ref().map(|on| format!("--dependency={on}")),
        ];
        let own = own.into_iter().flatten();
        let script = self.script.to_string_lossy().into_owned();
        own.chain(self.further.iter().cloned()).chain([script]).collect()
    }

    /// Submits the job; gives its ID.
    pub(super) fn submit(&self) -> Result<String, Abort> {
        let output = run("sbatch", &self.arguments())?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let id = said.trim().split(';').next().unwrap_or_default().to_owned();
        if output.status.success() && !id.is_empty() && id.bytes().all(|it| it.is_ascii_digit()) {
            return Ok(id);
        }
        let why = String::from_utf8_lossy(&output.stderr);
        let why = why.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        let error = anyhow::anyhow!(
            "`sbatch` has not taken the job `{}`: {}",
            self.step,
            Escaped::new(&why)
        );
        let hint =
            "mend that, and run the same command again; the jobs submitted before it are cancelled";
        Err(Abort::Early(Problem::new(error).hint(hint), status::FAILED))
    }
}

/// The variables that a job gets. Slurm is given their names alone.
fn exported() -> Vec<String> {
    let has_login = |name: &str| std::env::var(name).is_ok_and(|value| value.contains('@'));
    let set = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let is_exported = |name: &String| {
        EXPORTED.contains(&&**name)
            || name.starts_with("OMICS_UPLOAD_")
            || PROXIES.contains(&&**name) && !has_login(name)
    };
    let mut names: Vec<_> = set.filter(is_exported).collect();
    names.sort();
    names
}

/// The jobs of these that are still queued or running.
pub(super) fn alive(ids: &[String]) -> Result<Vec<String>, Abort> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let arguments = ["-h", "-o", "%A %F", "-j", &ids.join(",")].map(str::to_owned);
    let output = run("squeue", &arguments)?;
    // Jobs that are long over are no jobs any more.
    let listed = String::from_utf8_lossy(&output.stdout).into_owned();
    let listed: BTreeSet<_> = listed.split_whitespace().collect();
    Ok(ids.iter().filter(|id| listed.contains(&***id)).cloned().collect())
}

/// Whether all of these jobs wait in the queue.
pub(super) fn is_waiting(ids: &[String]) -> Result<bool, Abort> {
    let arguments = ["-h", "-o", "%t", "-j", &ids.join(",")].map(str::to_owned);
    let output = run("squeue", &arguments)?;
    let states = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(states.split_whitespace().all(|state| state == "PD"))
}

/// Takes jobs out of the queue.
pub(super) fn cancel(ids: &[String]) -> Result<(), Abort> {
    if ids.is_empty() {
        return Ok(());
    }
    run("scancel", ids).map(drop)
}

fn run(program: &'static str, arguments: &[String]) -> Result<Output, Abort> {
    Command::new(program).args(arguments).output().map_err(|error| {
        if error.kind() == io::ErrorKind::NotFound {
            let error = anyhow::anyhow!("`{program}` is not on this machine");
            let hint =
                "run it where jobs are submitted to Slurm; `--dry-run` prints what it would do";
            return Problem::new(error).hint(hint).into();
        }
        broken(error, "cannot run Slurm's commands")
    })
}

/// Indexes as Slurm writes them: `1-3,7`.
fn ranges(indexes: &BTreeSet<u32>) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for index in indexes {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *index => *last = *index,
            _ => ranges.push((*index, *index)),
        }
    }
    let text = |(first, last): &(u32, u32)| {
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    };
    ranges.iter().map(text).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_are_written_in_ranges() {
        for (indexes, text) in [(&[1, 2, 3, 7][..], "1-3,7"), (&[4], "4"), (&[1, 3, 5], "1,3,5")] {
            assert_eq!(ranges(&indexes.iter().copied().collect()), text);
        }
    }

    #[test]
    fn options_of_its_own_and_scripts_are_refused() {
        let problems = |arguments: &[&str]| {
            problems(&arguments.iter().map(|&it| it.to_owned()).collect::<Vec<_>>()).len()
        };
        assert_eq!(problems(&["--partition=long", "-p", "long", "--mem=4G", "-A", "lab"]), 0);
        for own in ["--array=1-3", "-a1", "-d", "--wrap=x", "--export=ALL", "--requeue", "-W"] {
            assert_eq!(problems(&[own]), 1, "{own}");
        }
        assert_eq!(problems(&["run.sh"]), 1);
    }
}
