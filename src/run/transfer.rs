//! From jobs to an exit status: what `put` and `resume` have in common.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::{
    chains,
    destination::Reached,
    journals, outcome,
    receipt_files::{self, Keeping},
    receipts,
    shown::Shown,
    verification::{self, Expected},
};
use crate::{
    cli::{Output, Show, Verify},
    engine::{Ended, Engine, Job, Limits},
    event::{Event, PlannedItem},
    receipt::{Check, Receipt},
    report::{Abort, output, status},
    signal::{Ending, Signals},
    store::{Omics, omics::QUOTAS},
    system,
    types::{Operation, PartSize},
};

/// What is to be done, with everything known.
pub(crate) struct Transfer<'a> {
    pub(crate) jobs: Vec<Job>,
    pub(crate) part_sizes: Vec<PartSize>,
    pub(crate) notes: Vec<String>,
    pub(crate) limits: Limits,
    /// Of each job, what is to be known of its sources; none of those that nothing is known of.
    pub(crate) expected: Vec<Vec<Expected>>,
    pub(crate) verify: &'a Verify,
    pub(crate) show: &'a Show,
    pub(crate) wishes: journals::Wishes<'a>,
    pub(crate) account: Account,
}

/// What receipts need besides.
pub(crate) struct Account {
    /// What was looked at beforehand, of each job.
    pub(crate) checks: Vec<Vec<Check>>,
    /// Where the receipt is asked for.
    pub(crate) receipt: Option<PathBuf>,
}

/// Sends jobs, and says what came of it.
pub(crate) async fn run(
    mut transfer: Transfer<'_>,
    reached: &Reached,
    signals: Signals,
) -> Result<u8, Abort> {
    transfer.jobs.iter_mut().for_each(chains::attach);
    let mut warnings = Vec::new();
    let wishes = &transfer.wishes;
    for (job, part_size) in transfer.jobs.iter_mut().zip(&transfer.part_sizes) {
        journals::remember(job, *part_size, wishes, &mut |warning| warnings.push(warning))?;
    }
    let end = reached.connection.credentials_end().await;
    warnings.extend(end.and_then(|end| too_soon(end, SystemTime::now(), &transfer.jobs)));
    let Some(console) = signals.unless_stopped(open(transfer.show.clone())).await else {
        return Ok(output::stopped(&signals));
    };
    let console = console?;
    let observer = console.observer();
    signals.tell(Arc::clone(&observer));
    observer.observe(&Event::Planned { read_sets: planned(&transfer.jobs) });
    let batch = batch(transfer.jobs.len()).filter(|_| reached.connection.is_of_aws());
    let waits = transfer.limits.wait.is_some();
    transfer.notes.extend(verification::note(transfer.verify, waits));
    transfer.notes.extend(system::note());
    transfer.notes.iter().chain(&batch).for_each(|note| console.note(note));
    for message in warnings {
        observer.observe(&Event::Warning { read_set: None, message });
    }
    let store = Omics::new(&reached.connection, reached.store.clone());
    let algorithm = verification::algorithm(transfer.verify, &store).await;
    verification::attach(&mut transfer.jobs, transfer.expected, algorithm, &observer);
    let engine = Engine::new(store, Arc::clone(&observer), transfer.limits, signals.stop());
    let Account { checks, receipt } = &transfer.account;
    let folder = transfer.wishes.folder.map(receipt_files::folder);
    let keeping = Keeping { folder, file: receipt.clone() };
    let receipts = Receipts { reached, checks, jobs: &transfer.jobs };
    let keep = |job: &Job, ended: &Ended| {
        if let Some(why) = keeping.keep(&receipts.one(job, ended)) {
            let message = format!("no receipt is kept on this machine: {why}");
            observer.observe(&Event::Warning { read_set: None, message });
        }
    };
    let ended = engine.run_telling(&transfer.jobs, keep).await;
    let names: Vec<_> = transfer.jobs.iter().map(outcome::name).collect();
    let status = outcome::conclude(console, &names, &ended, reached, &signals);
    let document = match transfer.show.output {
        Output::Text => outcome::lines(&ended),
        Output::Json => outcome::document(&transfer.jobs, &ended, reached),
    };
    let receipts = transfer.jobs.iter().zip(&ended).map(|(job, ended)| receipts.one(job, ended));
    let receipts: Vec<_> = receipts.collect();
    let delivering = tokio::task::spawn_blocking(move || outcome::deliver(&document, &ended));
    // Whoever reads the other end of a pipe may never come.
    let Some(printed) = signals.unless_again(delivering).await else {
        return Ok(signals.first().map_or(status::FAILED, Ending::exit_status));
    };
    let printed = printed.unwrap_or(status::FAILED);
    let kept = match keeping.write(receipts, &signals.stop()).await {
        Ok(()) => status::DONE,
        Err(problem) => {
            output::complain(&problem.text());
            signals.first().map_or(status::FAILED, Ending::exit_status)
        }
    };
    Ok(if status == status::DONE { printed.max(kept) } else { status })
}

/// Opens what is written to while the run goes on; the log may be a pipe whose reader comes later.
async fn open(show: Show) -> Result<Shown, Abort> {
    let opened = tokio::task::spawn_blocking(move || Shown::open(&show)).await;
    opened.unwrap_or_else(|error| Err(output::broken(error, "cannot open the log file")))
}

/// What receipts are made of.
struct Receipts<'a> {
    reached: &'a Reached,
    checks: &'a [Vec<Check>],
    jobs: &'a [Job],
}

impl Receipts<'_> {
    fn one(&self, job: &Job, ended: &Ended) -> Receipt {
        let at = self.jobs.iter().position(|one| std::ptr::eq(one, job));
        let checks = at.and_then(|at| self.checks.get(at)).map_or(&[][..], Vec::as_slice);
        receipts::receipt(job, ended, self.reached, checks)
    }
}

/// What many read sets mean where uploads are begun and completed so and so often: the parts in
/// flight change nothing about that.
pub(crate) fn batch(read_sets: usize) -> Option<String> {
    const MANY: usize = 10;
    let quota = QUOTAS.of(Operation::CompleteUpload).filter(|_| read_sets >= MANY)?;
    let least = f64::from(u32::try_from(read_sets).ok()?) / quota;
    let least = Duration::from_secs(Duration::from_secs_f64(least).as_secs());
    Some(format!(
        "AWS HealthOmics begins {quota} upload a second, and completes {quota} a second: {read_sets} \
         read sets take at least {}",
        humantime::format_duration(least)
    ))
}

/// What is assumed of a link that nobody has measured yet, in bytes a second: 100 Mbit/s.
const USUAL_RATE: u64 = 12_500_000;

/// A word beforehand if the credentials seem to end before the upload does.
fn too_soon(end: SystemTime, now: SystemTime, jobs: &[Job]) -> Option<String> {
    // Nobody knows how long a pipe takes.
    let of_files = jobs.iter().filter(|job| job.pipe.is_none());
    let bytes: u64 = of_files.map(|job| outcome::bytes(job).get()).sum();
    let needed = Duration::from_secs(bytes / USUAL_RATE);
    let left = end.duration_since(now).unwrap_or_default();
    let left = Duration::from_secs(left.as_secs());
    (left < needed).then(|| {
        format!(
            "the credentials end in {}, and at 100 Mbit/s this takes {}: unless they are renewed by \
             then, the upload stops and waits for new ones",
            humantime::format_duration(left),
            humantime::format_duration(needed)
        )
    })
}

fn planned(jobs: &[Job]) -> Vec<PlannedItem> {
    let planned = jobs.iter().map(|job| PlannedItem {
        name: job.fields.name.to_string(),
        files: outcome::files(job),
        bytes: outcome::bytes(job),
        parts: u32::try_from(job.parts.len()).unwrap_or(u32::MAX),
    });
    planned.collect()
}
