//! `batch send`: one share of all parts of a run.

use super::steps::{RowShare, StepRun, StepWork, parts_of};
use crate::{
    cli::{ShardChoice, ShareStepOptions, VerifyOptions},
    engine::Share,
    plan::Part,
    report::{Abort, Problem, output, status},
    run::run_folder::ShareState,
    shard::Shard,
};

/// Sends what is not sent yet of a share.
pub(super) async fn run(options: &ShareStepOptions) -> Result<u8, Abort> {
    let shard = chosen(options.shard)?;
    let name = format!("{}-of-{}", shard.index(), shard.count());
    // Where all shares are of one count, no other process sends parts of this one.
    let count = format!("-of-{}", shard.count());
    let matters = |step: &str| step == name || !step.ends_with(&count);
    let run = StepRun::find(&options.step, matters)?;
    let is_repeated = run.run.folder.steps().contains(&name);
    let (rows, before) = shares(&run, shard, is_repeated);
    if rows.is_empty() {
        let what =
            if before.parts == 0 { "holds no part that is to be sent" } else { "is sent already" };
        output::complain(&format!("share {shard} {what}\n"));
        return Ok(status::DONE);
    }
    let work =
        StepWork { name, rows, before, verify: VerifyOptions::default(), processes: shard.count() };
    let end = match run.work(work, &options.step).await? {
        Ok(end) => end,
        Err(stopped) => return Ok(stopped),
    };
    Ok(end.status())
}

/// The share that is asked for.
pub(super) fn chosen(choice: ShardChoice) -> Result<Shard, Problem> {
    match choice {
        ShardChoice::Given(shard) => Ok(shard),
        ShardChoice::Auto => of_array(|name| std::env::var(name).ok()),
    }
}

/// The rows of a share with parts that are not noted to be sent, and how much is.
fn shares(run: &StepRun, shard: Shard, may_be_there: bool) -> (Vec<RowShare<'_>>, ShareState) {
    let layouts = run.layouts();
    let (mut rows, mut before) = (Vec::new(), ShareState::default());
    for (at, parts) in parts_of(&layouts, shard) {
        let Some(row) = run.run.plan.rows.get(at) else { continue };
        let is_finished = run.is_finished(row);
        if run.is_settled(row) && !is_finished {
            continue;
        }
        let noted = run.sent_parts(row);
        let is_noted = |part: &&Part| is_finished || noted.contains(&(part.source, part.number));
        before.parts += parts.len() as u64;
        before.bytes += parts.iter().map(|part| part.size.get()).sum::<u64>();
        before.sent_parts += parts.iter().filter(is_noted).count() as u64;
        before.sent_bytes += parts.iter().filter(is_noted).map(|it| it.size.get()).sum::<u64>();
        if parts.iter().any(|part| !is_noted(&part)) {
            rows.push(RowShare { row, share: Share::Parts { parts, may_be_there } });
        }
    }
    (rows, before)
}

/// The share of a task of an array: Slurm's, or that of AWS Batch.
fn of_array(variable: impl Fn(&str) -> Option<String>) -> Result<Shard, Problem> {
    let number = |name: &str| variable(name)?.trim().parse::<u32>().ok();
    let none = |why: String| {
        let error = anyhow::anyhow!("`--shard auto` cannot be used: {why}");
        Problem::new(error).hint("give the share, such as `--shard 3/64`")
    };
    if let Some(task) = number("SLURM_ARRAY_TASK_ID") {
        let of = |name: &str| number(&format!("SLURM_ARRAY_TASK_{name}"));
        let (Some(min), Some(max), Some(count)) = (of("MIN"), of("MAX"), of("COUNT")) else {
            let why = "SLURM_ARRAY_TASK_MIN, _MAX and _COUNT are not set";
            return Err(none(why.to_owned()));
        };
        // A list such as 1,3,9 leaves shares out.
        if u64::from(max) + 1 != u64::from(min) + u64::from(count) {
            return Err(none(format!(
                "the Slurm array has {count} tasks with indexes from {min} to {max}, and some are \
                 missing between"
            )));
        }
        let shard = task.checked_sub(min).and_then(|at| Shard::new(at + 1, count));
        return shard
            .ok_or_else(|| none("the variables of the Slurm array make no sense".to_owned()));
    }
    if let (Some(at), Some(count)) =
        (number("AWS_BATCH_JOB_ARRAY_INDEX"), number("AWS_BATCH_JOB_ARRAY_SIZE"))
    {
        let shard = at.checked_add(1).and_then(|index| Shard::new(index, count));
        let why = "the variables of the AWS Batch array make no sense";
        return shard.ok_or_else(|| none(why.to_owned()));
    }
    Err(none("this is no task of a Slurm or AWS Batch array".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Result<String, String> {
        let variable = |name: &str| {
            variables.iter().find(|(one, _)| *one == name).map(|(_, value)| (*value).to_owned())
        };
        of_array(variable).map(|shard| shard.to_string()).map_err(|problem| problem.text())
    }

    fn slurm(
        id: &'static str,
        min: &'static str,
        max: &'static str,
        count: &'static str,
    ) -> Result<String, String> {
        of(&[
            ("SLURM_ARRAY_TASK_ID", id),
            ("SLURM_ARRAY_TASK_MIN", min),
            ("SLURM_ARRAY_TASK_MAX", max),
            ("SLURM_ARRAY_TASK_COUNT", count),
        ])
    }

    #[test]
    fn the_share_is_the_place_in_an_array_without_gaps() {
        assert_eq!(slurm("3", "1", "8", "8").unwrap(), "3/8");
        assert_eq!(slurm("0", "0", "7", "8").unwrap(), "1/8");
        assert!(slurm("3", "1", "9", "3").unwrap_err().contains("some are missing"));
        let batch = [("AWS_BATCH_JOB_ARRAY_INDEX", "0"), ("AWS_BATCH_JOB_ARRAY_SIZE", "64")];
        assert_eq!(of(&batch).unwrap(), "1/64");
        assert!(of(&batch[..1]).unwrap_err().contains("no task of"));
    }
}
