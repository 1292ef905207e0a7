//! From jobs to an exit status: what `put` and `resume` have in common.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::{
    destination::Reached,
    disposal::Disposals,
    journals, outcome,
    receipt_files::{self, Keeping},
    receipts,
    shown::Shown,
    verification,
};
use crate::{
    cli::{Output, Show, VerifyOptions},
    engine::{Ended, Engine, Limits},
    event::{Event, Item, PlannedItem},
    pace::Quotas,
    prepared::Prepared,
    report::{Abort, output, status},
    signal::{Ending, Signals},
    store::{Omics, omics},
    system,
    types::Operation,
};

/// What is to be done, with everything known.
pub(crate) struct Transfer<'a> {
    pub(crate) read_sets: Vec<Prepared>,
    pub(crate) notes: Vec<String>,
    pub(crate) limits: Limits,
    pub(crate) verify: &'a VerifyOptions,
    pub(crate) show: &'a Show,
    pub(crate) wishes: journals::Wishes<'a>,
    /// Where the receipt is asked for.
    pub(crate) receipt: Option<PathBuf>,
}

/// Sends read sets, and says what came of it.
pub(crate) async fn run(
    mut transfer: Transfer<'_>,
    reached: &Reached,
    signals: Signals,
) -> Result<u8, Abort> {
    let mut warnings = Vec::new();
    let wishes = &transfer.wishes;
    let folder = wishes.folder.map(receipt_files::folder);
    let recall = folder.clone().map(|folder| receipt_files::recall(folder, wishes.store));
    let earlier = journals::Earlier::read(wishes, recall.unwrap_or_default());
    for Prepared { job, .. } in &mut transfer.read_sets {
        journals::remember(job, wishes, &earlier, &mut |warning| warnings.push(warning))?;
    }
    drop(earlier);
    let end = reached.connection.credentials_end().await;
    warnings.extend(end.and_then(|end| too_soon(end, SystemTime::now(), &transfer.read_sets)));
    let Some(console) = signals.unless_stopped(open(transfer.show.clone())).await else {
        return Ok(output::stopped(&signals));
    };
    let console = console?;
    let observer = console.observer();
    signals.tell(Arc::clone(&observer));
    observer.observe(&Event::Planned { read_sets: planned(&transfer.read_sets) });
    let batch = batch(omics::quotas(&reached.connection), transfer.read_sets.len());
    let waits = transfer.limits.wait.is_some();
    transfer.notes.extend(verification::note(transfer.verify, waits));
    transfer.notes.extend(system::note());
    transfer.notes.iter().chain(&batch).for_each(|note| console.note(note));
    for message in warnings {
        observer.observe(&Event::Warning { read_set: None, message });
    }
    let store = Omics::new(&reached.connection, reached.store.clone());
    let algorithm = verification::algorithm(transfer.verify, &store).await;
    verification::attach(&mut transfer.read_sets, algorithm, &observer);
    let engine = Engine::new(store, Arc::clone(&observer), transfer.limits, signals.stop());
    let action = &transfer.verify.when_proven;
    let disposals = Disposals::new(action, folder.clone(), Arc::clone(&observer), signals.stop());
    let keeping = Keeping { folder, file: transfer.receipt };
    let read_sets = &transfer.read_sets;
    let keep = |read_set: &Prepared, ended: &Ended| {
        let mut receipt = receipts::receipt(read_set, ended, reached);
        let decision = disposals.decide(read_set, ended, &mut receipt);
        let not_kept = keeping.keep(&receipt);
        if let Some(why) = &not_kept {
            let message = format!("no receipt is kept on this machine: {why}");
            observer.observe(&Event::Warning { read_set: None, message });
        }
        if let Some(at) = read_sets.iter().position(|one| std::ptr::eq(one, read_set)) {
            disposals.begin(Item(at), decision, receipt, not_kept);
        }
    };
    let ended = engine.run(read_sets, keep).await;
    let Some(disposed) = signals.unless_again(disposals.finish(ended.len())).await else {
        return Ok(signals.first().map_or(status::FAILED, Ending::exit_status));
    };
    let names: Vec<_> = read_sets.iter().map(|one| outcome::name(&one.job)).collect();
    let status = outcome::conclude(console, &names, &ended, reached, &signals);
    let document = match transfer.show.output {
        Output::Text => outcome::lines(&ended),
        Output::Json => outcome::document(read_sets, &ended, &disposed, reached),
    };
    let both = read_sets.iter().zip(&ended).zip(&disposed);
    let receipts = both
        .map(|((one, ended), disposed)| disposed.note(receipts::receipt(one, ended, reached)))
        .collect();
    let is_hindered = disposed.iter().any(|disposed| disposed.is_hindered);
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
    // The read sets are there, but not all that was asked for is done.
    let hindered = is_hindered.then(|| signals.first().map_or(status::FAILED, Ending::exit_status));
    let rest = printed.max(kept).max(hindered.unwrap_or(status::DONE));
    Ok(if status == status::DONE { rest } else { status })
}

/// Opens what is written to while the run goes on; the log may be a pipe whose reader comes later.
async fn open(show: Show) -> Result<Shown, Abort> {
    let opened = tokio::task::spawn_blocking(move || Shown::open(&show)).await;
    opened.unwrap_or_else(|error| Err(output::broken(error, "cannot open the log file")))
}

/// What many read sets mean where uploads are begun and completed so and so often: the parts in
/// flight change nothing about that.
pub(crate) fn batch(quotas: Quotas, read_sets: usize) -> Option<String> {
    const MANY: usize = 10;
    let quota = quotas.of(Operation::CompleteUpload).filter(|_| read_sets >= MANY)?;
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
fn too_soon(end: SystemTime, now: SystemTime, read_sets: &[Prepared]) -> Option<String> {
    // Nobody knows how long a pipe takes.
    let of_files = read_sets.iter().filter(|one| one.job.pipe.is_none());
    let bytes: u64 = of_files.map(|one| one.job.bytes().get()).sum();
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

fn planned(read_sets: &[Prepared]) -> Vec<PlannedItem> {
    let planned = read_sets.iter().map(|Prepared { job, .. }| PlannedItem {
        name: job.fields.name.to_string(),
        files: outcome::files(job),
        bytes: job.bytes(),
        parts: u32::try_from(job.parts.len()).unwrap_or(u32::MAX),
    });
    planned.collect()
}
