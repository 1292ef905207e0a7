//! Moves the parts of read sets to a store, confirms them, completes and waits.
//!
//! Bounded, paced, retried and cancellable; knows neither AWS nor terminals nor file formats. One
//! [`Engine`] serves a whole run: its permits, its pace and its patience are shared by all read sets.

mod admission;
mod attempt;
mod begin;
mod call;
mod confirm;
mod content;
mod counts;
mod etag;
mod existing;
mod facts;
mod failure;
mod finish;
mod halt;
mod idle;
mod job;
mod levelling;
mod limits;
mod memory;
mod ours;
mod payload;
mod permits;
mod pipe;
mod reuse;
mod trials;
mod turn;

use std::{
    collections::HashSet,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use futures::{StreamExt as _, stream::FuturesUnordered};
use tokio::{sync::OnceCell, time::Instant};
use tokio_util::sync::CancellationToken;

use admission::{Entrance, Entry, Waiting};
use begin::{Beginning, Begun};
use confirm::is_whole;
pub use counts::Counts;
use counts::Tally;
use facts::Ledger;
pub use facts::{Facts, PartFact};
pub use failure::{Failure, NotKnown};
pub use job::{Ended, Job, Verify};
use levelling::Gauge;
pub use limits::{Concurrency, GRACE, Limits, TURNS};
pub use memory::{IfExists, Memory, Recall};
use ours::Found;
use permits::Permits;
use turn::Turn;

pub use crate::store::Stop;
use crate::{
    event::{Event, Item, Observer, PartId},
    pace::Cap,
    plan::Part,
    source::{Blocks, Source},
    store::{Caller, ListedUpload, Store, StoreErrorKind},
    types::{Checksum, Operation, ReadSetId, Sha256},
};

/// Whose events and counts these are.
#[derive(Clone)]
struct Track {
    item: Item,
    tally: Arc<Tally>,
}

/// A job under way.
struct Running<'a> {
    track: Track,
    job: &'a Job,
    /// Held by the one part that waits in line for a permit.
    in_line: tokio::sync::Mutex<()>,
    waiting: Waiting,
    /// Cancelled: no further part of it begins.
    halt: CancellationToken,
    facts: Ledger,
    /// Whether the store was asked for a new upload, so that there may be one.
    asked: AtomicBool,
}

/// A part that the store has confirmed once.
#[derive(Debug, Clone)]
struct Sent {
    part: Part,
    digest: Sha256,
    checksum: Checksum,
}

/// Sends jobs to one store.
pub struct Engine<S> {
    caller: Caller<S>,
    observer: Arc<dyn Observer>,
    limits: Limits,
    /// Parts in flight.
    permits: Permits,
    gauge: Arc<Gauge>,
    entrance: Entrance,
    cap: Option<Arc<Cap>>,
    /// Read sets whose processing is waited for.
    waiting: AtomicUsize,
    blocks: Blocks,
    warned_opaque: AtomicBool,
    noted_no_digest: AtomicBool,
    /// The unfinished uploads of the store, as they were when somebody asked first.
    listed: OnceCell<Vec<ListedUpload>>,
    /// The read sets of this run, so that no job takes another's for its own.
    made: Mutex<HashSet<ReadSetId>>,
}

impl<S: Store> Engine<S> {
    pub fn new(store: S, observer: Arc<dyn Observer>, limits: Limits, stop: Stop) -> Self {
        let caller = Caller::new(store, limits.tries(), stop);
        if let Some(rate) = limits.requests_per_second {
            caller.pace().set(Operation::UploadPart, rate);
        }
        Self {
            caller,
            observer,
            limits,
            permits: Permits::new(limits.concurrency.at_first()),
            gauge: Arc::default(),
            entrance: Entrance::new(limits.turns),
            cap: limits.max_bandwidth.map(Cap::new).map(Arc::new),
            waiting: AtomicUsize::new(0),
            blocks: Blocks::default(),
            warned_opaque: AtomicBool::new(false),
            noted_no_digest: AtomicBool::new(false),
            listed: OnceCell::new(),
            made: Mutex::default(),
        }
    }

    /// Sends all jobs, and goes on after one has failed; what happened to each, in their order.
    pub async fn run(&self, jobs: &[impl AsRef<Job>]) -> Vec<Ended> {
        self.run_telling(jobs, |_, _| {}).await
    }

    /// The same, and says what happened to a job as soon as it has ended.
    pub async fn run_telling<J: AsRef<Job>>(
        &self,
        jobs: &[J],
        told: impl Fn(&J, &Ended),
    ) -> Vec<Ended> {
        let told = &told;
        let parts: Vec<_> = jobs.iter().map(|job| job.as_ref().parts.len()).collect();
        let uploads = admission::order(&parts).into_iter().filter_map(|index| {
            jobs.get(index).map(|job| async move {
                let ended = self.upload(Item(index), job.as_ref()).await;
                told(job, &ended);
                (index, ended)
            })
        });
        let all = uploads.collect::<FuturesUnordered<_>>().collect::<Vec<_>>();
        let mut ended = self.levelled(all, jobs).await;
        ended.sort_by_key(|(index, _)| *index);
        ended.into_iter().map(|(_, ended)| ended).collect()
    }

    async fn upload(&self, item: Item, job: &Job) -> Ended {
        let running = Running {
            track: Track { item, tally: Arc::default() },
            job,
            in_line: tokio::sync::Mutex::default(),
            waiting: Waiting::default(),
            halt: self.caller.stop().admission.child_token(),
            facts: Ledger::default(),
            asked: AtomicBool::new(false),
        };
        let mut ended = Ended::default();
        let mut started = Instant::now();
        // Whoever waits for a turn needs no room yet for all that comes then, nor does a read set that
        // is waited for.
        let turn = self.turn_of(&running).await;
        let made = match turn {
            Ok(turn) => Box::pin(self.steps(&running, turn, &mut ended, &mut started)).await,
            Err(failure) => Err(failure),
        };
        ended.failure = match made {
            Ok(Some(id)) => Box::pin(self.see_through(&running, id, &mut ended)).await.err(),
            made => made.err(),
        };
        ended.trouble = self.trouble(ended.failure.as_ref());
        let may_be_there = running.asked.load(Ordering::Relaxed) || !job.memory.is_blank();
        if ended.failure.as_ref().is_none_or(Failure::is_final) || !may_be_there {
            job.memory.end();
        }
        ended.counts = running.track.tally.counts();
        ended.elapsed = started.elapsed();
        ended.facts = running.facts.close();
        self.finished(item, &ended);
        ended
    }

    fn finished(&self, item: Item, ended: &Ended) {
        self.tell(&Event::Finished {
            read_set: item,
            outcome: ended.outcome(),
            read_set_id: ended.read_set_id.clone(),
            message: match &ended.failure {
                // The outcome says it already.
                None | Some(Failure::Interrupted) => None,
                Some(failure) => Some(failure.to_string()),
            },
        });
    }

    /// The whole of an upload, up to its read set, if that has to be waited for; what is known by then
    /// is in `ended`, also if a step fails.
    async fn steps(
        &self,
        running: &Running<'_>,
        turn: Turn<'_>,
        ended: &mut Ended,
        started: &mut Instant,
    ) -> Result<Option<ReadSetId>, Failure> {
        let entry = self.entered(running).await?;
        *started = Instant::now();
        running.facts.begun();
        self.open(running)?;
        let existing = self.existing(running).await;
        if let Err(Failure::NotKnown { id, .. }) = &existing {
            ended.read_set_id = Some(id.clone());
        }
        if let Some(id) = existing? {
            (ended.read_set_id, ended.skipped) = (Some(id), true);
            return Ok(None);
        }
        let id = match self.begin(running).await? {
            Beginning::Made(id) => {
                running.facts.remembered(running.job.memory.record());
                id
            }
            Beginning::Upload(begun) => {
                let upload = begun.upload.clone();
                ended.upload_id = Some(upload.id.clone());
                match self.make(running, begun, entry).await {
                    // Another machine that works on the same upload may have completed it.
                    Err(Failure::Refused(gone))
                        if gone.kind == StoreErrorKind::Missing && running.job.pipe.is_none() =>
                    {
                        let found = self.find(running, &upload).await?;
                        let found = self.settled(running, &upload, found).await?;
                        found.ok_or(Failure::Refused(gone))?
                    }
                    made => made?,
                }
            }
        };
        ended.read_set_id = Some(id.clone());
        self.note_completed(running, &id);
        drop(turn);
        Ok(Some(id))
    }

    /// From an upload to its read set.
    async fn make(
        &self,
        running: &Running<'_>,
        begun: Begun,
        entry: Entry<'_>,
    ) -> Result<ReadSetId, Failure> {
        let Begun { upload, parts, kept, there, may_be_complete } = begun;
        let read_set = running.track.item;
        running.facts.found(&upload);
        self.tell(&Event::UploadCreated { read_set, upload_id: upload.id.clone() });
        if !kept.is_empty() {
            running.track.tally.parts_reused.store(kept.len() as u64, Ordering::Relaxed);
            self.note_kept(running, &kept);
            for sent in &kept {
                running.facts.kept(sent);
            }
            self.tell_resuming(running, &upload, &kept);
        }
        let have: HashSet<_> =
            kept.iter().map(|sent| (sent.part.source, sent.part.number)).collect();
        let left: Vec<_> =
            parts.into_iter().filter(|part| !have.contains(&(part.source, part.number))).collect();
        entry.only(left.len());
        let trials = trials::Trials::begin(running.job);
        let mut sent = kept;
        let sending = async {
            match &running.job.pipe {
                None => self.send_all(running, &upload.id, &left, &mut sent).await,
                Some(pipe) => {
                    sent = self.pour(running, &upload, pipe, there).await?;
                    Ok(())
                }
            }
        };
        trials.beside(sending).await?;
        drop(entry);
        self.tell(&Event::Confirming { read_set });
        let sent = trials.beside(self.confirm(running, &upload.id, sent)).await?;
        self.caller.admitted(trials.end()).await??;
        self.prove_again(running, &sent).await?;
        is_whole(running, &sent)?;
        // The parts are still listed: only a read set with the mark can be its own.
        if may_be_complete && let Found::Ours(ours) = self.find(running, &upload).await? {
            return Ok(ours.id);
        }
        self.tell(&Event::Completing { read_set });
        self.note_completing(running);
        self.complete(running, &upload, &confirm::named(sent)).await
    }

    /// Waits for something that a signal to stop makes pointless.
    async fn admitted<T, E>(
        &self,
        future: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Failure> {
        self.caller.admitted(future).await?.map_err(|_| Failure::Interrupted)
    }

    fn store(&self) -> &S {
        self.caller.store()
    }

    fn tell(&self, event: &Event) {
        self.observer.observe(event);
    }

    fn warn(&self, track: &Track, message: impl Into<String>) {
        self.tell(&Event::Warning { read_set: Some(track.item), message: message.into() });
    }
}

impl Running<'_> {
    fn part(&self, part: &Part) -> PartId {
        PartId { item: self.track.item, source: part.source, number: part.number }
    }

    /// How many sources the upload has.
    fn sources(&self) -> usize {
        self.job.sources.len() + usize::from(self.job.pipe.is_some())
    }

    /// The files, for whoever is told what to do with them.
    fn paths(&self) -> Vec<PathBuf> {
        self.job.sources.iter().map(|source| source.path().to_owned()).collect()
    }

    /// The file that a part belongs to.
    fn source(&self, part: &Part) -> Option<&Source> {
        self.job.sources.get(part.source as usize)
    }
}

#[cfg(test)]
mod tests;
