//! A file that becomes an archive: the same stages as those of a read set, with what archives lack. An
//! upload has no token, so that it is recognised by its mark alone; there is nothing to wait for at the
//! end, and nothing to look at but the answer of Complete.

use std::{
    sync::{Mutex, PoisonError, atomic::Ordering},
    time::Duration,
};

use futures::{StreamExt as _, TryStreamExt as _, stream};
use tokio::time::Instant;

use super::{
    Counts, Engine, Facts, Failure, Job,
    admission::Admitted,
    archive_complete::{Finish, Heard},
    archive_open::ArchiveOpening,
    open::OpenedUpload,
    reuse::{Digests, readers},
    running::{Running, RunningArchive},
    sent::SentPart,
};
use crate::{
    event::{Event, Item, Outcome},
    store::{ArchiveFields, Archives, StoreErrorKind},
    types::{ArchiveId, Sha256, UploadId, root_of_parts},
};

/// What happened to a file that was to become an archive.
#[derive(Debug, Default)]
pub struct ArchiveEnded {
    pub upload_id: Option<UploadId>,
    pub archive: Option<ArchiveId>,
    /// The tree hash of what was sent.
    pub tree: Option<Sha256>,
    /// Whether the archive was there before, and nothing was sent.
    pub skipped: bool,
    pub counts: Counts,
    pub elapsed: Duration,
    pub failure: Option<Failure>,
    /// Why nothing got through when it was stopped, if that was so.
    pub trouble: Option<String>,
    pub facts: Facts,
}

impl ArchiveEnded {
    pub const fn outcome(&self) -> Outcome {
        match &self.failure {
            None if self.skipped => Outcome::Skipped,
            None => Outcome::Completed,
            Some(Failure::Interrupted) => Outcome::Interrupted,
            Some(_) => Outcome::Failed,
        }
    }
}

/// An archive in the same vault that may have been made of the same file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownArchive {
    pub id: ArchiveId,
    /// The upload that became it, if that is known.
    pub upload: Option<UploadId>,
    pub tree: Sha256,
    /// Whether the file has not changed since, as far as the system tells. Else its content decides.
    pub is_unchanged: bool,
}

/// How often a file may lose its upload in one run, and get another.
const LOSSES: usize = 2;

/// The service refuses bytes that do not match their sums: those of a file that changed in between.
fn changed_or(running: &RunningArchive<'_>, failure: Failure) -> Failure {
    match failure {
        Failure::Refused(error) if error.kind == StoreErrorKind::Invalid => {
            let changed = running.job.sources.iter().find_map(|source| source.check().err());
            changed.map_or(Failure::Refused(error), Failure::from)
        }
        failure => failure,
    }
}

impl<S: Archives> Engine<S> {
    /// Makes an archive of a file, unless it is one of those that are known. The journal of one that was
    /// made stays until it is ended: its ID has to be kept first.
    pub async fn archive(
        &self,
        item: Item,
        job: &Job<ArchiveFields>,
        known: &[KnownArchive],
    ) -> ArchiveEnded {
        let running = Running::new(item, job);
        let started = Instant::now();
        let mut ended = ArchiveEnded::default();
        ended.failure = Box::pin(self.stages_of_archive(&running, known, &mut ended)).await.err();
        ended.trouble = self.trouble(ended.failure.as_ref());
        if let Some(Failure::ArchiveNotKnown { upload, tree }) = &ended.failure {
            // It is looked for by its tree hash in an inventory.
            (ended.upload_id, ended.tree) = (Some(upload.clone()), Some(*tree));
        }
        let may_be_there = running.asked.load(Ordering::Relaxed) || !job.memory.is_blank();
        if ended.failure.is_some() && !may_be_there {
            job.memory.end();
        }
        ended.counts = running.track.tally.counts();
        ended.elapsed = started.elapsed();
        ended.facts = running.facts.close();
        self.tell(&Event::Finished {
            read_set: item,
            outcome: ended.outcome(),
            read_set_id: None,
            message: match &ended.failure {
                None | Some(Failure::Interrupted) => None,
                Some(failure) => Some(failure.to_string()),
            },
        });
        ended
    }

    async fn stages_of_archive(
        &self,
        running: &RunningArchive<'_>,
        known: &[KnownArchive],
        ended: &mut ArchiveEnded,
    ) -> Result<(), Failure> {
        if let Some(same) = known.iter().find(|known| known.is_unchanged) {
            ended.skip(same);
            return Ok(());
        }
        let _turn = self.turn_of(running).await?;
        let entry = self.entry(running.job.layout.count()).await?;
        running.facts.begun();
        self.open_files(running)?;
        let digests = Digests::default();
        if let Some(same) = self.same_archive(running, known, &digests).await? {
            ended.skip(same);
            return Ok(());
        }
        let finish = self.make_of_file(running, &digests, entry, ended).await?;
        self.warn_unproven(running, &finish);
        ended.finish(finish)
    }

    /// From a file to its archive. An upload that vanishes under way gets a successor, if no archive came
    /// of it.
    async fn make_of_file<'a>(
        &'a self,
        running: &RunningArchive<'_>,
        digests: &Digests,
        mut entry: Admitted<'a>,
        ended: &mut ArchiveEnded,
    ) -> Result<Finish, Failure> {
        let mut opening = self.open_archive(running, digests).await?;
        let mut losses = 0;
        loop {
            let opened = match opening {
                ArchiveOpening::Upload(opened) => opened,
                ArchiveOpening::Made { upload, finish } => {
                    ended.upload_id = Some(upload);
                    return Ok(finish);
                }
            };
            ended.upload_id = Some(opened.upload.id.clone());
            let seen = Mutex::new(Instant::now());
            match self.send_archive(running, &opened, entry, &seen).await {
                Err(Failure::Refused(gone)) if gone.kind == StoreErrorKind::Missing => {
                    let at = *seen.lock().unwrap_or_else(PoisonError::into_inner);
                    let heard = Heard::Now { at, last: (losses == LOSSES).then_some(gone) };
                    let found = self.open_again(running, opened.upload, heard, digests).await;
                    opening = found.map_err(|failure| changed_or(running, failure))?;
                    entry = self.entry(running.job.layout.count()).await?;
                    losses += 1;
                }
                made => return made.map_err(|failure| changed_or(running, failure)),
            }
        }
    }

    /// From an upload to its archive; `seen` is when the vault last knew the upload.
    async fn send_archive(
        &self,
        running: &RunningArchive<'_>,
        opened: &OpenedUpload,
        entry: Admitted<'_>,
        seen: &Mutex<Instant>,
    ) -> Result<Finish, Failure> {
        let left = opened.left();
        entry.only(left.len());
        let see = || *seen.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        let note = |sent: &SentPart| {
            see();
            self.note_part(running, sent);
        };
        let (id, track) = (&opened.upload.id, running.track.clone());
        let upload = self.entered(id, track, &running.job.sources, &note, entry);
        let mut sent = self.send(&upload, &left).await?;
        upload.entry.leave();
        sent.extend_from_slice(&opened.kept);
        self.tell(&Event::Confirming { read_set: running.track.item });
        let confirmed = self.confirm(&upload, sent).await?;
        see();
        self.complete_archive(running, opened, &confirmed).await
    }

    /// A word on an archive whose content the service has not told.
    fn warn_unproven(&self, running: &RunningArchive<'_>, finish: &Finish) {
        if finish.found.is_none() {
            let message = "the answer to Complete has no tree hash: the archive is not compared";
            self.warn(&running.track, message.to_owned());
        }
    }

    /// The archive that was made of the same content, found out by reading.
    async fn same_archive<'a>(
        &self,
        running: &RunningArchive<'_>,
        known: &'a [KnownArchive],
        digests: &Digests,
    ) -> Result<Option<&'a KnownArchive>, Failure> {
        if known.is_empty() {
            return Ok(None);
        }
        let parts = running.job.layout.iter();
        self.tell_checking(running, parts.clone());
        let read = stream::iter(parts).map(|part| async move {
            let digest = self.digest(running, &part, digests).await?;
            self.tell(&Event::Checked { read_set: running.track.item, bytes: part.size });
            Ok::<_, Failure>(digest.sum())
        });
        let tree = root_of_parts(read.buffered(readers()).try_collect().await?);
        Ok(known.iter().find(|known| Some(known.tree) == tree))
    }
}

impl ArchiveEnded {
    fn skip(&mut self, same: &KnownArchive) {
        (self.archive, self.tree) = (Some(same.id.clone()), Some(same.tree));
        self.skipped = true;
    }

    fn finish(&mut self, Finish { archive, tree, found }: Finish) -> Result<(), Failure> {
        (self.archive, self.tree) = (Some(archive.clone()), Some(tree));
        match found.filter(|found| *found != tree) {
            None => Ok(()),
            Some(found) => {
                Err(Failure::OtherTree { archive: Box::new(archive), expected: tree, found })
            }
        }
    }
}
