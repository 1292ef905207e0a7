//! From jobs to an exit status: what `put` and `resume` have in common.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::{
    destination::Reached,
    disposal::{Disposals, Disposed},
    journals, outcome,
    receipt_files::{self, Keeping},
    receipts,
    sharing::{self, Sharing},
    shown::Shown,
    verification,
};
use crate::{
    cli::{Output, Show, VerifyOptions},
    engine::{Ended, Engine, Limits},
    event::{Event, Item, Observer, PlannedItem},
    pace::Quotas,
    prepared::Prepared,
    receipt::{Receipt, ReceiptFolder},
    report::{Abort, output, status},
    signal::{self, Signals},
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
    /// Where the rates are shared with other processes.
    pub(crate) sharing: Option<Sharing>,
}

/// What is done beside the receipt when a read set ends, and when all have.
pub(super) trait Rows {
    /// The row of a sheet that a read set is made of.
    fn row(&self, at: usize) -> Option<usize>;

    /// A read set has ended; whether no further one is to be begun.
    fn ended(&self, read_set: &EndedReadSet<'_>, observer: &dyn Observer) -> bool;
}

/// A read set that has ended.
pub(super) struct EndedReadSet<'a> {
    pub(super) at: usize,
    pub(super) read_set: &'a Prepared,
    pub(super) ended: &'a Ended,
    /// What is about to be done with its files.
    pub(super) disposed: Disposed,
}

/// Read sets that no sheet names.
struct NoRows;

impl Rows for NoRows {
    fn row(&self, _: usize) -> Option<usize> {
        None
    }

    fn ended(&self, _: &EndedReadSet<'_>, _: &dyn Observer) -> bool {
        false
    }
}

/// What came of read sets, before anything is said of it.
pub(super) struct Sent {
    pub(super) console: Shown,
    pub(super) ended: Vec<Ended>,
    pub(super) disposed: Vec<Disposed>,
    pub(super) keeping: Keeping,
}

/// Sends read sets, and says what came of it.
pub(crate) async fn run(
    mut transfer: Transfer<'_>,
    reached: &Reached,
    signals: Signals,
) -> Result<u8, Abort> {
    let sent = match send(&mut transfer, &NoRows, reached, &signals).await? {
        Ok(sent) => sent,
        Err(stopped) => return Ok(stopped),
    };
    let Sent { console, ended, disposed, keeping } = sent;
    let read_sets = &transfer.read_sets;
    let names: Vec<_> = read_sets.iter().map(|one| outcome::files(&one.job)).collect();
    let status = outcome::conclude(console, &names, &ended, reached, &signals);
    let document = match transfer.show.output {
        Output::Text => outcome::lines(&ended),
        Output::Json => outcome::document(read_sets, &ended, &disposed, reached),
    };
    let receipts = receipts_of(&keeping, read_sets, (&ended, &disposed), reached);
    let delivering = tokio::task::spawn_blocking(move || outcome::deliver(&document, &ended));
    // Whoever reads the other end of a pipe may never come.
    let Some(printed) = signals.unless_again(delivering).await else {
        return Ok(signals.first().map_or(status::FAILED, signal::Ending::exit_status));
    };
    let printed = printed.unwrap_or(status::FAILED);
    let kept = keep(&keeping, receipts, &disposed, &signals).await;
    Ok(if status == status::DONE { printed.max(kept) } else { status })
}

/// Sends read sets; an exit status instead, if signals ended the run before there was anything to say.
pub(super) async fn send(
    transfer: &mut Transfer<'_>,
    rows: &dyn Rows,
    reached: &Reached,
    signals: &Signals,
) -> Result<Result<Sent, u8>, Abort> {
    let folder = transfer.wishes.folder.map(receipt_files::folder);
    let mut warnings = remember(transfer, folder.as_ref())?;
    let end = reached.connection.credentials_end().await;
    warnings.extend(end.and_then(|end| too_soon(end, SystemTime::now(), &transfer.read_sets)));
    let Some(console) = signals.unless_stopped(Shown::begin(transfer.show.clone())).await else {
        return Ok(Err(output::stopped(signals)));
    };
    let console = console?;
    let observer = console.observer();
    signals.tell(Arc::clone(&observer));
    observer.observe(&Event::Planned { read_sets: planned(&transfer.read_sets, rows) });
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
    let keeping = Keeping { folder, file: transfer.receipt.take() };
    let engine = Engine::new(store, Arc::clone(&observer), transfer.limits, signals.stop());
    let ending = Bookkeeping { transfer, rows, reached, keeping: &keeping, observer };
    let ended =
        sharing::beside(transfer.sharing.as_ref(), &engine, ending.run(&engine, signals)).await;
    let Some((ended, disposed)) = ended else {
        return Ok(Err(signals.first().map_or(status::FAILED, signal::Ending::exit_status)));
    };
    Ok(Ok(Sent { console, ended, disposed, keeping }))
}

/// Attaches what is known from before; gives warnings.
fn remember(
    transfer: &mut Transfer<'_>,
    receipts: Option<&Arc<ReceiptFolder>>,
) -> Result<Vec<String>, Abort> {
    let wishes = &transfer.wishes;
    let recall = receipts.map(|folder| receipt_files::recall(Arc::clone(folder), wishes.store));
    let earlier = journals::Earlier::read(wishes, recall.unwrap_or_default());
    let mut warnings = Vec::new();
    for Prepared { job, .. } in &mut transfer.read_sets {
        journals::remember(job, wishes, &earlier, &mut |warning| warnings.push(warning))?;
    }
    Ok(warnings)
}

/// What is done as read sets end.
struct Bookkeeping<'a> {
    transfer: &'a Transfer<'a>,
    rows: &'a dyn Rows,
    reached: &'a Reached,
    keeping: &'a Keeping,
    observer: Arc<dyn Observer>,
}

impl Bookkeeping<'_> {
    /// Runs the engine; `None` if a second signal ended what was to be done at the end.
    async fn run(
        &self,
        engine: &Engine<Omics>,
        signals: &Signals,
    ) -> Option<(Vec<Ended>, Vec<Disposed>)> {
        let action = &self.transfer.verify.when_proven;
        let (folder, observer) = (self.keeping.folder.clone(), Arc::clone(&self.observer));
        let disposals = Disposals::new(action, folder, observer, signals.stop());
        let read_sets = &self.transfer.read_sets;
        let keep = |read_set: &Prepared, ended: &Ended| {
            let at = read_sets.iter().position(|one| std::ptr::eq(one, read_set));
            let Some(at) = at else { return };
            if self.keep(at, ended, &disposals) {
                engine.begin_no_more();
            }
        };
        let ended = engine.run(read_sets, keep).await;
        let disposed = signals.unless_again(disposals.finish(ended.len())).await?;
        Some((ended, disposed))
    }

    /// Keeps the receipt of a read set and begins to dispose of its files; whether no further one is to
    /// be begun.
    fn keep(&self, at: usize, ended: &Ended, disposals: &Disposals) -> bool {
        let Some(read_set) = self.transfer.read_sets.get(at) else { return false };
        let mut receipt = receipts::receipt(read_set, ended, self.reached);
        let decision = disposals.decide(read_set, ended, &mut receipt);
        let not_kept = self.keeping.keep(&receipt);
        if let Some(why) = &not_kept {
            let message = format!("no receipt is kept on this machine: {why}");
            self.observer.observe(&Event::Warning { read_set: None, message });
        }
        // Before a file goes: whoever comes next has to know why it is not there.
        let disposed = Disposed::intended(Item(at), &receipt);
        let one = EndedReadSet { at, read_set, ended, disposed };
        let is_last = self.rows.ended(&one, &*self.observer);
        disposals.begin(Item(at), decision, receipt, not_kept);
        is_last
    }
}

/// The receipts of all read sets, if somebody asked for them.
pub(super) fn receipts_of(
    keeping: &Keeping,
    read_sets: &[Prepared],
    (ended, disposed): (&[Ended], &[Disposed]),
    reached: &Reached,
) -> Vec<Receipt> {
    if keeping.file.is_none() {
        return Vec::new();
    }
    let all = read_sets.iter().zip(ended).zip(disposed);
    all.map(|((one, ended), disposed)| disposed.note(receipts::receipt(one, ended, reached)))
        .collect()
}

/// Writes the receipt that was asked for; gives the exit status of that, and of disposing of files.
pub(super) async fn keep(
    keeping: &Keeping,
    receipts: Vec<Receipt>,
    disposed: &[Disposed],
    signals: &Signals,
) -> u8 {
    let failed = || signals.first().map_or(status::FAILED, signal::Ending::exit_status);
    let kept = match keeping.write(receipts, &signals.stop()).await {
        Ok(()) => status::DONE,
        Err(problem) => {
            output::complain(&problem.text());
            failed()
        }
    };
    // The read sets are there, but not all that was asked for is done.
    let is_hindered = disposed.iter().any(|disposed| disposed.is_hindered);
    kept.max(if is_hindered { failed() } else { status::DONE })
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

fn planned(read_sets: &[Prepared], rows: &dyn Rows) -> Vec<PlannedItem> {
    let planned = read_sets.iter().enumerate().map(|(at, Prepared { job, .. })| {
        let (parts, bytes) = job.own_parts();
        PlannedItem {
            row: rows.row(at),
            name: job.fields.name.to_string(),
            files: outcome::files(job),
            bytes: if job.pipe.is_some() { job.bytes() } else { bytes },
            parts: u32::try_from(parts).unwrap_or(u32::MAX),
        }
    });
    planned.collect()
}
