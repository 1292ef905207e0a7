//! `batch submit`: the steps of a run as Slurm jobs.

mod script;
mod slurm;

use std::{
    collections::BTreeSet,
    fs::{self, DirBuilder, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use self::{
    script::{StepScript, quoted},
    slurm::{JobRequest, alive, cancel, is_waiting},
};
use super::{complete, steps::StepRun, verify};
use crate::{
    cli::SubmitOptions,
    report::{Abort, Problem, broken, output, status},
    run::run_folder::PlannedRow,
    shard::Shard,
    types::{Escaped, Quoted},
};

/// A step to be submitted.
struct StepJob {
    step: &'static str,
    /// The shares that are left, of so many.
    shares: Option<BTreeSet<u32>>,
    script: PathBuf,
    text: String,
}

/// Submits what is left of a run.
pub(super) fn run(options: &SubmitOptions) -> Result<u8, Abort> {
    let problems = slurm::problems(&options.sbatch);
    if !problems.is_empty() {
        return Err(Abort::Unusable(problems));
    }
    let run = StepRun::find_in(&options.run, |_| true)?;
    let folder = fs::canonicalize(&options.run)
        .map_err(|error| broken(error, "cannot find the run folder"))?;
    let jobs = folder.join("jobs");
    if run.open_rows().next().is_none() {
        output::complain("nothing is left to be done\n");
        return Ok(status::DONE);
    }
    let steps = steps(&run, options, &folder)?;
    if std::env::var_os("AWS_ACCESS_KEY_ID").is_some() {
        output::complain(
            "note: jobs do not get the keys of this environment: they need a profile, a single sign-on \
             session or an instance role that every node can read\n",
        );
    }
    if options.dry_run {
        return Ok(output::print(shown(&steps, options, &jobs).as_bytes()));
    }
    let still = alive(&known_jobs(&jobs, ""))?;
    // Where only the end is left in the queue, it waits for another attempt, and has missed something.
    let ends = known_jobs(&jobs, "complete");
    if !still.is_empty() && still.iter().all(|id| ends.contains(id)) && is_waiting(&still)? {
        cancel(&still)?;
    } else if !still.is_empty() {
        let error = anyhow::anyhow!("jobs of this run are queued or running: {}", still.join(", "));
        let hint = format!("wait for them, or end them with `scancel {}`", still.join(" "));
        return Err(Abort::Early(Problem::new(error).hint(hint), status::TEMPORARY));
    }
    let written = write_scripts(&jobs, &steps);
    written.map_err(|error| broken(error, "cannot write the scripts of the run"))?;
    submit(&steps, options, &jobs)
}

/// The steps that are left: nothing is begun, sent or decoded twice.
fn steps(run: &StepRun, options: &SubmitOptions, folder: &Path) -> Result<Vec<StepJob>, Abort> {
    let count = options.tasks.get();
    let program = std::env::current_exe().map_err(|error| broken(error, "cannot find itself"))?;
    let is_begun = |row: &PlannedRow| run.is_begun(row);
    let needs_create = run.open_rows().any(|row| !is_begun(row));
    let to_send =
        if needs_create { (1..=count).collect() } else { complete::missing_shares(run, count) };
    let to_verify = verify_shares(run, count);
    let mut steps = Vec::new();
    let mut add = |step: &'static str, shares: Option<BTreeSet<u32>>| {
        let tasks = shares.is_some().then_some(count);
        // Only those that send use the link.
        let own = if step == "send" { options.rates() } else { Vec::new() };
        let further: Vec<_> = options.maps().into_iter().chain(own).collect();
        let script = StepScript { step, program: &program, run: folder, options: &further, tasks };
        let text = script.text();
        let script = folder.join("jobs").join(format!("{step}.sh"));
        steps.push(StepJob { step, shares, script, text });
    };
    if needs_create {
        add("create", None);
    }
    if !to_send.is_empty() {
        add("send", Some(to_send));
    }
    if !to_verify.is_empty() {
        add("verify", Some(to_verify));
    }
    add("complete", None);
    Ok(steps)
}

/// The shares of `verify` that have rows that are not decoded yet.
fn verify_shares(run: &StepRun, count: u32) -> BTreeSet<u32> {
    let shards = (1..=count).filter_map(|index| Shard::new(index, count));
    let has_left = |shard: &Shard| {
        verify::own_rows(&run.run.plan.rows, *shard)
            .any(|row| !run.is_settled(row) && run.needs_verification(row))
    };
    shards.filter(has_left).map(Shard::index).collect()
}

fn request<'a>(step: &'a StepJob, options: &'a SubmitOptions, jobs: &'a Path) -> JobRequest<'a> {
    let at_once = options.at_once.map(std::num::NonZero::get);
    JobRequest {
        step: step.step,
        script: &step.script,
        array: step.shares.as_ref().map(|shares| (shares, at_once)),
        dependency: None,
        logs: jobs,
        further: &options.sbatch,
    }
}

/// What a step waits for: what is done beforehand has to succeed; at the end, whatever came of the rest is
/// told.
fn dependency(step: &str, submitted: &[(&'static str, String)]) -> Option<String> {
    let id_of = |name: &str| submitted.iter().find(|(step, _)| *step == name).map(|(_, id)| id);
    match step {
        "create" => None,
        "complete" => {
            let ids: Vec<_> = ["create", "send", "verify"].into_iter().filter_map(id_of).collect();
            let ids: Vec<_> = ids.into_iter().cloned().collect();
            (!ids.is_empty()).then(|| format!("afterany:{}", ids.join(":")))
        }
        _ => id_of("create").map(|id| format!("afterok:{id}")),
    }
}

fn submit(steps: &[StepJob], options: &SubmitOptions, jobs: &Path) -> Result<u8, Abort> {
    let mut submitted = Vec::new();
    for step in steps {
        let dependency = dependency(step.step, &submitted);
        let id = match (JobRequest { dependency, ..request(step, options, jobs) }).submit() {
            Ok(id) => id,
            Err(refused) => {
                let before: Vec<_> = submitted.into_iter().map(|(_, id)| id).collect();
                // The reason of the first refusal is what counts.
                let _ = cancel(&before);
                return Err(refused);
            }
        };
        note_job(jobs, step.step, &id)
            .map_err(|error| broken(error, "cannot note the job in the run folder"))?;
        let printed = output::print(format!("{} {id}\n", step.step).as_bytes());
        if printed != status::DONE {
            return Ok(printed);
        }
        submitted.push((step.step, id));
    }
    let shown = Quoted::new(&options.run);
    output::complain(&format!(
        "submitted; `omics-upload batch status {shown} --watch` shows how far it is\n"
    ));
    Ok(status::DONE)
}

/// What `--dry-run` prints.
fn shown(steps: &[StepJob], options: &SubmitOptions, jobs: &Path) -> String {
    let mut text = String::new();
    let mut submitted = Vec::new();
    for step in steps {
        let dependency = dependency(step.step, &submitted);
        let request = JobRequest { dependency, ..request(step, options, jobs) };
        let script = Escaped::new(&step.script.to_string_lossy()).to_string();
        let command = request.arguments().iter().map(|it| quoted(it)).collect::<Vec<_>>().join(" ");
        text.extend(["# ", &script, "\n", &step.text, "\nsbatch "]);
        text.extend([&Escaped::new(&command).to_string(), "\n\n"]);
        submitted.push((step.step, format!("ID_OF_{}", step.step.to_uppercase())));
    }
    text
}

fn write_scripts(jobs: &Path, steps: &[StepJob]) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(jobs)?;
    for step in steps {
        let mut file = tempfile::Builder::new().prefix(".script-").tempfile_in(jobs)?;
        file.write_all(step.text.as_bytes())?;
        file.as_file().set_permissions(fs::Permissions::from_mode(0o700))?;
        file.persist(&step.script).map_err(|error| error.error)?;
    }
    Ok(())
}

/// The jobs that were submitted, a line each: the step and the ID.
fn note_job(jobs: &Path, step: &str, id: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options.append(true).create(true).mode(0o600).open(jobs.join(SUBMITTED))?;
    file.write_all(format!("{step} {id}\n").as_bytes())?;
    file.sync_data()
}

const SUBMITTED: &str = "submitted";

/// The jobs of a step that were submitted, or of all.
fn known_jobs(jobs: &Path, of: &str) -> Vec<String> {
    let text = fs::read_to_string(jobs.join(SUBMITTED)).unwrap_or_default();
    let all = text.lines().filter_map(|line| line.split_once(' '));
    let ids = all.filter(|(step, _)| of.is_empty() || *step == of).map(|(_, id)| id);
    ids.filter(|id| id.bytes().all(|it| it.is_ascii_digit())).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_before_has_to_succeed_and_the_end_comes_in_any_case() {
        let submitted = [("create", "7".to_owned()), ("send", "8".to_owned())];
        assert_eq!(dependency("create", &[]), None);
        assert_eq!(dependency("send", &submitted[..1]).as_deref(), Some("afterok:7"));
        assert_eq!(dependency("complete", &submitted).as_deref(), Some("afterany:7:8"));
        assert_eq!(dependency("send", &[]), None);
    }
}
