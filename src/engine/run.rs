//! All jobs of a run, each through all of its stages.

use std::sync::atomic::Ordering;

use futures::{StreamExt as _, stream::FuturesUnordered};
use tokio::time::Instant;

use super::{
    Ended, Engine, Failure, Job, Share, Verify,
    admission::{self, Admitted},
    open::{OpenedUpload, Opening},
    running::Running,
    sent::SentPart,
    trials::Trials,
    turn::Turn,
};
use crate::{
    event::{Event, Item},
    store::{ReadSets, StoreErrorKind},
    types::ReadSetId,
};

/// What is wrong with data whose file is not what it was is that it changed.
fn changed_or(job: &Job, failure: Failure) -> Failure {
    match failure {
        Failure::Unsound(defect) if !defect.passes => {
            let changed = job.sources.iter().find_map(|source| source.check().err());
            changed.map_or(Failure::Unsound(defect), Failure::from)
        }
        failure => failure,
    }
}

impl<S: ReadSets> Engine<S> {
    /// Sends all jobs, and goes on after one has failed; what happened to each, in their order. Says
    /// what happened to a job as soon as it has ended.
    pub async fn run<J: AsRef<Job>>(&self, jobs: &[J], told: impl Fn(&J, &Ended)) -> Vec<Ended> {
        let told = &told;
        let parts: Vec<_> = jobs.iter().map(|job| job.as_ref().layout.count()).collect();
        let uploads = admission::order(&parts).into_iter().filter_map(|index| {
            jobs.get(index).map(|job| async move {
                let ended = self.one(Item(index), job.as_ref()).await;
                told(job, &ended);
                (index, ended)
            })
        });
        let all = uploads.collect::<FuturesUnordered<_>>().collect::<Vec<_>>();
        let mut ended = self.levelled(all, jobs).await;
        ended.sort_by_key(|(index, _)| *index);
        ended.into_iter().map(|(_, ended)| ended).collect()
    }

    /// No job is begun any more; those that are under way go on.
    pub fn begin_no_more(&self) {
        self.last_call.cancel();
    }

    async fn one(&self, item: Item, job: &Job) -> Ended {
        let running = Running::new(item, job);
        let mut ended = Ended::default();
        let mut started = Instant::now();
        // Whoever waits for a turn needs no room yet for all that comes then, nor does a read set that
        // is waited for.
        let turn = tokio::select! {
            biased;
            () = self.last_call.cancelled() => Err(Failure::NotBegun),
            turn = self.turn_of(&running) => turn,
        };
        let made = match turn {
            Ok(turn) => Box::pin(self.stages(&running, turn, &mut ended, &mut started)).await,
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
        self.tell_finished(item, &ended);
        ended
    }

    /// The whole of an upload, up to its read set, if that has to be waited for; what is known by then
    /// is in `ended`, also if a stage fails.
    async fn stages(
        &self,
        running: &Running<'_>,
        turn: Turn<'_>,
        ended: &mut Ended,
        started: &mut Instant,
    ) -> Result<Option<ReadSetId>, Failure> {
        let entry = tokio::select! {
            biased;
            () = self.last_call.cancelled() => return Err(Failure::NotBegun),
            entry = self.entry(running.job.layout.count()) => entry?,
        };
        *started = Instant::now();
        running.facts.begun();
        self.open_files(running)?;
        let alone = |done: Result<(), Failure>| {
            done.map(|()| None).map_err(|failure| changed_or(running.job, failure))
        };
        match &running.job.share {
            Share::All | Share::Open | Share::Rest => {}
            Share::Parts { parts, may_be_there } => {
                let share = (&**parts, *may_be_there);
                return alone(self.send_share(running, share, entry, ended).await);
            }
            Share::Verify => return alone(self.verify_share(running, ended).await),
        }
        let existing = self.existing(running).await;
        if let Err(Failure::NotKnown { id, .. }) = &existing {
            ended.read_set_id = Some(id.clone());
        }
        if let Some(id) = existing? {
            (ended.read_set_id, ended.skipped) = (Some(id), true);
            return Ok(None);
        }
        let id = match self.open_share(running).await? {
            Opening::Upload(opened) if running.job.share == Share::Open => {
                ended.upload_id = Some(opened.upload.id);
                return Ok(None);
            }
            Opening::Made(id) => {
                ended.read_set_id = Some(id.clone());
                if running.job.verify != Verify::No && running.job.pipe.is_none() {
                    // An earlier run may have ended before it could compare.
                    self.caller.admitted(Trials::read_again(running.job).end()).await??;
                }
                id
            }
            Opening::Upload(opened) => {
                ended.upload_id = Some(opened.upload.id.clone());
                let _open = self.open_uploads.opened();
                match self.send_and_complete(running, &opened, entry).await {
                    // Another machine that works on the same upload may have completed it.
                    Err(Failure::Refused(gone))
                        if gone.kind == StoreErrorKind::Missing && running.job.pipe.is_none() =>
                    {
                        let found = self.find(running, &opened.upload).await?;
                        let found = self.settled(running, &opened.upload, found).await?;
                        match found {
                            Some(id) => id,
                            None if running.job.share == Share::Rest => {
                                self.begin_for_others(running).await?
                            }
                            None => return Err(Failure::Refused(gone)),
                        }
                    }
                    made => made.map_err(|failure| changed_or(running.job, failure))?,
                }
            }
        };
        ended.read_set_id = Some(id.clone());
        self.note_completed(running, &id);
        drop(turn);
        Ok(Some(id))
    }

    /// From an upload to its read set.
    async fn send_and_complete(
        &self,
        running: &Running<'_>,
        opened: &OpenedUpload,
        entry: Admitted<'_>,
    ) -> Result<ReadSetId, Failure> {
        let left = opened.left();
        entry.only(left.len());
        let trials = Trials::begin(running.job);
        let note = |sent: &SentPart| self.note_part(running, sent);
        let (id, track) = (&opened.upload.id, running.track.clone());
        let upload = self.entered(id, track, &running.job.sources, &note, entry);
        let sending = async {
            match &running.job.pipe {
                None => self.send(&upload, &left).await,
                Some(pipe) => self.pour(running, &upload, pipe, &opened.there).await,
            }
        };
        let mut sent = trials.beside(sending).await?;
        upload.entry.leave();
        sent.extend_from_slice(&opened.kept);
        self.tell(&Event::Confirming { read_set: running.track.item });
        let confirmed = trials.beside(self.confirm(&upload, sent)).await?;
        self.caller.admitted(trials.end()).await??;
        self.complete(running, opened, &confirmed).await
    }

    pub(super) fn tell_finished(&self, item: Item, ended: &Ended) {
        if matches!(ended.failure, Some(Failure::NotBegun)) {
            return;
        }
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
}
