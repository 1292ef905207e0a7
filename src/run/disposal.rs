//! `--when-proven`: source files are deleted or moved once it is proven that their read sets hold them.
//!
//! What is about to be done is in the receipt on disk before a file is touched, and what was done
//! afterwards. Killed at any moment, either the source is whole or its moved copy is. One read set at a
//! time, beside the uploads of the others. How a file is uploaded is not known here.

mod beforehand;
mod copy;
mod proven_file;
mod verdict;

use std::{path::Path, sync::Arc};

use tokio::{
    sync::mpsc::{self, UnboundedReceiver, UnboundedSender},
    task::JoinHandle,
};

use self::{
    copy::ProvenPart,
    proven_file::{DisposalStep, Obstacle, ProvenFile},
    verdict::{Doubt, Verdict},
};
use super::receipts;
use crate::{
    cli::WhenProven,
    engine::{Ended, Job, PartFact, Stop},
    event::{Event, Item, Observer},
    prepared::Prepared,
    receipt::{Receipt, ReceiptFolder},
    source::Source,
    types::{ByteCount, PartSource, SourceDisposal},
};

pub(crate) use beforehand::{ProofOptions, conflict, look};

/// What becomes of the files of the read sets of a run.
pub(crate) struct Disposals {
    when_proven: WhenProven,
    orders: UnboundedSender<Order>,
    done: JoinHandle<Vec<Disposed>>,
}

/// What is decided about the files of a read set.
pub(crate) enum Decision {
    /// Nobody asked.
    Nothing,
    Leave(Doubt),
    Dispose(Vec<ProvenFile>),
}

/// What became of the files of a read set.
#[derive(Clone)]
pub(crate) struct Disposed {
    item: Item,
    pub(crate) files: Vec<SourceDisposal>,
    /// Whether something was in the way of what was proven.
    pub(crate) is_hindered: bool,
}

/// What is to be done, one after the other.
struct Order {
    item: Item,
    decision: Decision,
    receipt: Receipt,
    /// Why the receipt with the intention is not on disk.
    not_kept: Option<String>,
}

/// Whoever carries orders out.
struct Worker {
    folder: Option<Arc<ReceiptFolder>>,
    to: Option<std::path::PathBuf>,
    observer: Arc<dyn Observer>,
    stop: Stop,
}

impl Disposals {
    pub(crate) fn new(
        when_proven: &WhenProven,
        folder: Option<Arc<ReceiptFolder>>,
        observer: Arc<dyn Observer>,
        stop: Stop,
    ) -> Self {
        let to = match when_proven {
            WhenProven::Move(folder) => Some(folder.clone()),
            WhenProven::Keep | WhenProven::Delete => None,
        };
        let worker = Worker { folder, to, observer, stop };
        let (orders, receiver) = mpsc::unbounded_channel();
        let done = tokio::spawn(Arc::new(worker).work(receiver));
        Self { when_proven: when_proven.clone(), orders, done }
    }

    /// Decides about the files of a read set that has ended, and writes that into its receipt.
    pub(crate) fn decide(
        &self,
        read_set: &Prepared,
        ended: &Ended,
        receipt: &mut Receipt,
    ) -> Decision {
        if self.when_proven == WhenProven::Keep {
            return Decision::Nothing;
        }
        let job = &read_set.job;
        let sizes: Vec<_> = job.sources.iter().map(Source::size).collect();
        let etag = receipts::etag_result(job, ended);
        let decision = match verdict::judge(job.fields.file_type, &sizes, ended, etag) {
            Verdict::Proven => {
                proven_files(job, ended).map_or(Decision::Leave(Doubt::NoFile), Decision::Dispose)
            }
            Verdict::NotProven(doubt) => Decision::Leave(doubt),
        };
        let intended = match &decision {
            Decision::Nothing => Vec::new(),
            Decision::Leave(doubt) => vec![left(doubt); receipt.files.len()],
            Decision::Dispose(files) => {
                files.iter().map(|file| self.intended(&file.path)).collect()
            }
        };
        note(receipt, &intended);
        decision
    }

    fn intended(&self, path: &Path) -> SourceDisposal {
        match &self.when_proven {
            WhenProven::Move(folder) => SourceDisposal::Moving { to: target(path, folder) },
            WhenProven::Keep | WhenProven::Delete => SourceDisposal::Deleting,
        }
    }

    /// Begins to do what was decided; `not_kept` says why the receipt is not on disk.
    pub(crate) fn begin(
        &self,
        item: Item,
        decision: Decision,
        receipt: Receipt,
        not_kept: Option<String>,
    ) {
        if !matches!(decision, Decision::Nothing) {
            // Whoever carries it out lives as long as this.
            let _ = self.orders.send(Order { item, decision, receipt, not_kept });
        }
    }

    /// Waits until all is done; what became of the files of each of the read sets, in their order.
    pub(crate) async fn finish(self, read_sets: usize) -> Vec<Disposed> {
        drop(self.orders);
        let mut all: Vec<_> = (0..read_sets).map(|at| Disposed::nothing(Item(at))).collect();
        for disposed in self.done.await.unwrap_or_default() {
            if let Some(place) = all.get_mut(disposed.item.0) {
                *place = disposed;
            }
        }
        all
    }
}

impl Disposed {
    const fn nothing(item: Item) -> Self {
        Self { item, files: Vec::new(), is_hindered: false }
    }

    /// What the receipt of a read set says beforehand.
    pub(crate) fn intended(item: Item, receipt: &Receipt) -> Self {
        let files = receipt.files.iter().filter_map(|file| file.disposal.clone()).collect();
        Self { files, ..Self::nothing(item) }
    }

    /// Writes what became of the files into the receipt of their read set.
    pub(crate) fn note(&self, mut receipt: Receipt) -> Receipt {
        note(&mut receipt, &self.files);
        receipt
    }
}

impl Worker {
    async fn work(self: Arc<Self>, mut orders: UnboundedReceiver<Order>) -> Vec<Disposed> {
        let mut all = Vec::new();
        while let Some(order) = orders.recv().await {
            let worker = Arc::clone(&self);
            let item = order.item;
            let done = tokio::task::spawn_blocking(move || worker.carry_out(order)).await;
            // A file of which nothing is known has certainly not been disposed of as it should.
            all.push(done.unwrap_or(Disposed { is_hindered: true, ..Disposed::nothing(item) }));
        }
        all
    }

    fn carry_out(&self, order: Order) -> Disposed {
        let Order { item, decision, mut receipt, not_kept } = order;
        let (files, is_hindered) = match decision {
            Decision::Nothing => return Disposed::nothing(item),
            Decision::Leave(doubt) => {
                let files = vec![left(&doubt); receipt.files.len()];
                // Why an upload failed is told without this.
                if doubt != Doubt::Failed {
                    self.tell(item, &receipt, &files);
                }
                return Disposed { item, files, is_hindered: false };
            }
            Decision::Dispose(proven) => match not_kept.or_else(|| self.not_lasting()) {
                None => self.dispose(&proven),
                Some(why) => {
                    let reason = format!("its receipt could not be written first: {why}");
                    (vec![SourceDisposal::Left { reason }; proven.len()], true)
                }
            },
        };
        note(&mut receipt, &files);
        self.tell(item, &receipt, &files);
        let kept = self.folder.as_ref().map(|folder| folder.keep(&receipt));
        if let Some(Err(error)) = kept {
            let message = format!("the receipt does not say what became of the files: {error}");
            self.observer.observe(&Event::Warning { read_set: Some(item), message });
        }
        Disposed { item, files, is_hindered }
    }

    /// Why a receipt that was written may not outlive a loss of power.
    fn not_lasting(&self) -> Option<String> {
        let Some(folder) = &self.folder else { return Some("there is no state folder".to_owned()) };
        folder.sync().err().map(|error| error.to_string())
    }

    /// Disposes of all files of a read set, or of none if anything is in the way of one of them; whether
    /// something was.
    fn dispose(&self, files: &[ProvenFile]) -> (Vec<SourceDisposal>, bool) {
        let is_stopped = || self.stop.admission.is_cancelled();
        let mut steps = Vec::new();
        for (at, file) in files.iter().enumerate() {
            match file.prepare(self.to.as_deref(), &is_stopped) {
                Ok(step) => steps.push(step),
                Err(obstacle) => return (all_left(files.len(), at, &obstacle), true),
            }
        }
        let mut disposed: Vec<SourceDisposal> = Vec::new();
        for (file, step) in files.iter().zip(steps) {
            disposed.push(if disposed.iter().any(SourceDisposal::is_left) {
                SourceDisposal::Left { reason: others(files.len()) }
            } else {
                self.take(file, step, &is_stopped)
            });
        }
        let is_hindered = disposed.iter().any(SourceDisposal::is_left);
        (disposed, is_hindered)
    }

    fn take(
        &self,
        file: &ProvenFile,
        step: DisposalStep,
        is_stopped: &dyn Fn() -> bool,
    ) -> SourceDisposal {
        match (file.take(step, is_stopped), &self.to) {
            (Ok(()), None) => SourceDisposal::Deleted,
            (Ok(()), Some(folder)) => SourceDisposal::Moved { to: target(&file.path, folder) },
            (Err(obstacle), _) => SourceDisposal::Left { reason: obstacle.to_string() },
        }
    }

    fn tell(&self, read_set: Item, receipt: &Receipt, files: &[SourceDisposal]) {
        for (file, disposal) in receipt.files.iter().zip(files) {
            let (file, disposal) = (file.path.clone(), disposal.clone());
            self.observer.observe(&Event::SourceDisposed { read_set, file, disposal });
        }
    }
}

/// The files of a read set as they were proven; `None` if its data are not in files.
fn proven_files(job: &Job, ended: &Ended) -> Option<Vec<ProvenFile>> {
    let mut proven = Vec::new();
    for (source, number) in job.sources.iter().zip(PartSource::ALL) {
        let mut begin = 0;
        for file in source.files() {
            let end = begin + file.size().get();
            let parts = ended.facts.parts.iter().filter(|fact| fact.part.source == number);
            let parts = parts.filter_map(|fact| proven_part(fact, begin, end)).collect();
            let (path, identity) = (file.path().to_owned(), file.identity()?);
            proven.push(ProvenFile { path, identity, parts });
            begin = end;
        }
    }
    Some(proven)
}

/// What of a part lies between two places.
fn proven_part(fact: &PartFact, begin: u64, end: u64) -> Option<ProvenPart> {
    let (offset, size) = (fact.part.offset, fact.part.size);
    let (from, to) = (offset.max(begin), (offset + size.get()).min(end));
    let is_whole = to.checked_sub(from) == Some(size.get());
    let digest = is_whole.then(|| fact.digest.sha256());
    (from < to).then(|| ProvenPart { size: ByteCount::new(to - from), digest })
}

fn left(doubt: &Doubt) -> SourceDisposal {
    SourceDisposal::Left { reason: doubt.to_string() }
}

/// Why a file stays that nothing is in the way of.
fn others(files: usize) -> String {
    if files > 2 { "another file of its read set stays" } else { "its mate stays" }.to_owned()
}

/// One file stays for a reason of its own, and its mate or the other lanes with it.
fn all_left(files: usize, hindered: usize, obstacle: &Obstacle) -> Vec<SourceDisposal> {
    let reason = |at| if at == hindered { obstacle.to_string() } else { others(files) };
    (0..files).map(|at| SourceDisposal::Left { reason: reason(at) }).collect()
}

fn note(receipt: &mut Receipt, disposals: &[SourceDisposal]) {
    for (file, disposal) in receipt.files.iter_mut().zip(disposals) {
        file.disposal = Some(disposal.clone());
    }
}

/// Where a file is moved to, whatever the working directory is.
fn target(path: &Path, folder: &Path) -> String {
    let to = folder.join(path.file_name().unwrap_or_default());
    std::path::absolute(&to).unwrap_or(to).to_string_lossy().into_owned()
}
