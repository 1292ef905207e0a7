//! From a job to an upload: one that was begun before, by this machine or another, or a new one.
//!
//! The service's list is the truth. A part that it lists is kept if its number and size fit the plan
//! and its checksum is that of the bytes in the file; everything else is sent.

use std::sync::atomic::Ordering;

use super::{
    Engine, Failure, Running, Sent,
    existing::Judgement,
    ours::Found,
    reuse::{Digests, Proven},
};
use crate::{
    event::Event,
    journal::{Stage, UploadRecord},
    plan::{self, Part},
    source::Source,
    store::{FoundReadSet, ListedUpload, Store, StoreErrorKind, StoredPart},
    types::{
        ByteCount, ClientToken, Fingerprint, Mark, Operation, PartSource, ReadSetId, UploadId,
    },
};

/// An upload that is there, and what is left to be sent.
pub(super) struct Begun {
    pub(super) upload: UploadRecord,
    /// All parts of the upload.
    pub(super) parts: Vec<Part>,
    /// Those that need not be sent.
    pub(super) kept: Vec<Sent>,
    /// What the store has of an upload whose pipe has not come yet.
    pub(super) there: Vec<StoredPart>,
    /// Whether somebody may have called Complete already.
    pub(super) may_be_complete: bool,
}

/// Where a job begins.
pub(super) enum Beginning {
    Upload(Begun),
    /// An earlier attempt got as far as the read set.
    Made(ReadSetId),
}

impl<S: Store> Engine<S> {
    /// Finds what was begun before, or begins anew.
    pub(super) async fn begin(&self, running: &Running<'_>) -> Result<Beginning, Failure> {
        let memory = &running.job.memory;
        let record = memory.record().filter(|_| memory.look);
        let (token, stage) = match record {
            Some(record) => (record.token, Some(record.stage)),
            None => (running.job.token.clone(), None),
        };
        let digests = Digests::default();
        if let Some(asked) = &memory.upload
            && !stage.as_ref().is_some_and(|stage| stage.is_of(&asked.id))
        {
            self.note_created(running, asked);
            return self.go_on(running, asked.clone(), true, &digests).await;
        }
        let (upload, may_be_complete) = match stage {
            Some(Stage::Completed { read_set, upload }) => {
                return self.believe(running, read_set, upload.as_ref()).await;
            }
            Some(Stage::Completing(upload)) => (Some(upload), true),
            Some(Stage::Uploading(upload)) => (Some(upload), false),
            None | Some(Stage::Creating) => (None, false),
        };
        if let Some(upload) = upload {
            return self.go_on(running, upload, may_be_complete, &digests).await;
        }
        if memory.look
            && let Some(fingerprint) = memory.published()
            && let Some(beginning) = self.find_begun(running, fingerprint, &digests).await?
        {
            if let Beginning::Upload(begun) = &beginning {
                self.note_created(running, &begun.upload);
            }
            return Ok(beginning);
        }
        self.begin_new(running, &token).await
    }

    /// Goes on with the upload that the journal names.
    async fn go_on(
        &self,
        running: &Running<'_>,
        upload: UploadRecord,
        may_be_complete: bool,
        digests: &Digests,
    ) -> Result<Beginning, Failure> {
        // What a pipe holds is not known yet.
        let is_pipe = running.job.pipe.is_some();
        // If it cannot hold the files, neither can what may have come of it.
        let Some(parts) = self.cut(running, &upload) else { return self.restart(running).await };
        running.facts.found(&upload);
        if may_be_complete
            && !is_pipe
            && let Found::Ours(ours) = self.find(running, &upload).await?
        {
            return self.unless_changed(running, ours.id.clone(), Some(&ours)).await;
        }
        let proven = self.prove(running, &upload, parts, digests).await?;
        let is_gone = matches!(proven, Proven::Gone);
        let why = match proven {
            Proven::Usable { parts, kept } => {
                let there = Vec::new();
                let begun = Begun { upload, parts, kept, there, may_be_complete };
                return Ok(Beginning::Upload(begun));
            }
            Proven::Listed(there) => {
                let (parts, kept) = (Vec::new(), Vec::new());
                let begun = Begun { upload, parts, kept, there, may_be_complete };
                return Ok(Beginning::Upload(begun));
            }
            Proven::Gone => "is gone from the store",
            Proven::Foreign => "holds parts that do not fit these files, and is left alone",
        };
        // It may be gone because it was completed, by this machine or another; the list of read sets
        // may lag behind, and a second one would be for good.
        let found = if !is_gone || is_pipe && !may_be_complete {
            // What is still there has not become anything; of a pipe, only what was complete can be
            // recognised.
            None
        } else if may_be_complete {
            self.find_patiently(running, &upload).await?
        } else {
            let found = self.find(running, &upload).await?;
            self.settled(running, &upload, found).await?
        };
        if let Some(id) = found {
            let found = self.look_at(running, &id).await?;
            return self.unless_changed(running, id, found.as_ref()).await;
        }
        self.begin_again(running, &format!("upload {} {why}", upload.id)).await
    }

    /// Goes on with the read set that the journal names, if the store says nothing else of it.
    async fn believe(
        &self,
        running: &Running<'_>,
        read_set: ReadSetId,
        upload: Option<&UploadRecord>,
    ) -> Result<Beginning, Failure> {
        let found = self.look_at(running, &read_set).await?;
        if let Some(found) = &found
            && !self.bears_out(running, found, upload).await?
        {
            let why = format!("read set {read_set} did not come of this upload");
            return self.begin_again(running, &why).await;
        }
        self.unless_changed(running, read_set, found.as_ref()).await
    }

    /// Goes on with the read set that an earlier attempt made, if it was made of what the sources hold
    /// now. What cannot be looked at is left to those who wait for it.
    async fn unless_changed(
        &self,
        running: &Running<'_>,
        id: ReadSetId,
        found: Option<&FoundReadSet>,
    ) -> Result<Beginning, Failure> {
        self.recognise(running, &id).await?;
        let Some(found) = found.filter(|found| running.newer_than(found).is_some()) else {
            return Ok(Beginning::Made(id));
        };
        let digest = self.digest_of(running, found).await?;
        match self.judge_newer(running, found, digest).await? {
            Judgement::Same => Ok(Beginning::Made(id)),
            Judgement::Other => {
                let why = format!("read set {id} was made of other data than the files hold now");
                self.begin_again(running, &why).await
            }
            Judgement::Unknown(why) => Err(running.not_judged(id, why, "--fresh")),
        }
    }

    /// Begins anew where the journal leads nowhere.
    async fn begin_again(&self, running: &Running<'_>, why: &str) -> Result<Beginning, Failure> {
        self.warn(&running.track, format!("{why}: a new one is begun"));
        self.restart(running).await
    }

    /// Begins a new upload in the place of one that the journal names.
    async fn restart(&self, running: &Running<'_>) -> Result<Beginning, Failure> {
        let token = running.job.token.clone();
        self.note_restarted(running, &token);
        self.begin_new(running, &token).await
    }

    /// The parts of all sources of an upload; nothing, with a warning, if parts of its size cannot hold
    /// them.
    fn cut(&self, running: &Running<'_>, upload: &UploadRecord) -> Option<Vec<Part>> {
        if upload.part_size == running.job.memory.part_size {
            return Some(running.job.parts.clone());
        }
        let sizes = running.job.sources.iter().map(Source::size);
        let parts = plan::split_all(&self.store().rules(), sizes, upload.part_size).ok();
        if parts.is_none() {
            let message = format!(
                "upload {} is not resumed: parts of {} cannot hold a file of this size; a new upload \
                 is begun",
                upload.id,
                ByteCount::new(upload.part_size.get())
            );
            self.warn(&running.track, message);
        }
        parts
    }

    /// Begins a new upload.
    async fn begin_new(
        &self,
        running: &Running<'_>,
        token: &ClientToken,
    ) -> Result<Beginning, Failure> {
        let job = running.job;
        let mark = job.memory.mark(token);
        let mut fields = job.fields.clone();
        if let Some(mark) = &mark {
            fields.tags = fields.tags.with(Mark::KEY, &mark.to_string());
        }
        let retried = running.track.tally.retries();
        running.asked.store(true, Ordering::Relaxed);
        let create = || self.store().create(&fields, token);
        let answer = self.call(&running.track, Operation::CreateUpload, create).await?;
        let created = answer.value;
        let in_doubt = running.track.tally.retries() > retried
            || job.memory.look && job.memory.record().is_some_and(|record| record.is_old);
        let part_size = job.memory.part_size;
        let upload = UploadRecord { id: created.id, created: created.at, part_size, mark };
        running.facts.created(&upload, answer.request_id);
        self.note_created(running, &upload);
        if in_doubt {
            self.sweep(running, &upload).await;
        }
        let (parts, kept, there) = (job.parts.clone(), Vec::new(), Vec::new());
        Ok(Beginning::Upload(Begun { upload, parts, kept, there, may_be_complete: false }))
    }

    /// A Create that was called twice should have given one upload. If it gave two, the other one is
    /// aborted, provided that it carries our very own mark and has no parts.
    async fn sweep(&self, running: &Running<'_>, upload: &UploadRecord) {
        let Some(mark) = &upload.mark else { return };
        let Ok(uploads) = self.list_uploads(running).await else { return };
        let is_twin = |listed: &&ListedUpload| {
            listed.created.id != upload.id && listed.mark().as_ref() == Some(mark)
        };
        for twin in uploads.iter().filter(is_twin) {
            let id = &twin.created.id;
            if self.is_empty(running, id).await {
                let abort = || self.store().abort(id);
                let call = self.call(&running.track, Operation::AbortUpload, abort);
                let said = match call.await {
                    Ok(()) => "was aborted",
                    Err(_) => "cannot be aborted",
                };
                let message = format!(
                    "the service made two uploads of one request: {id}, which is empty, {said}"
                );
                self.warn(&running.track, message);
            }
        }
    }

    async fn is_empty(&self, running: &Running<'_>, id: &UploadId) -> bool {
        for source in PartSource::ALL.into_iter().take(running.sources()) {
            let list = || self.store().list_parts(id, source, None);
            match self.call(&running.track, Operation::ListParts, list).await {
                Ok(page) if page.items.is_empty() => {}
                _ => return false,
            }
        }
        true
    }

    /// An upload of the same content with the same fields that any machine has begun: of several the
    /// one with the most bytes that are proven. One that is listed although it was completed is its
    /// read set by now.
    async fn find_begun(
        &self,
        running: &Running<'_>,
        fingerprint: Fingerprint,
        digests: &Digests,
    ) -> Result<Option<Beginning>, Failure> {
        let uploads = self.listed.get_or_try_init(|| self.list_if_allowed(running)).await?;
        let mut found: Vec<Begun> = Vec::new();
        for listed in uploads.iter().filter(|listed| listed.is_for(&running.job.fields)) {
            let Some(mark) = listed.mark().filter(|mark| mark.fingerprint == fingerprint) else {
                continue;
            };
            let upload = UploadRecord {
                id: listed.created.id.clone(),
                created: listed.created.at,
                part_size: mark.part_size,
                mark: Some(mark),
            };
            let Some(parts) = self.cut(running, &upload) else { continue };
            let proven = self.prove(running, &upload, parts, digests).await?;
            let (parts, kept, there) = match proven {
                Proven::Usable { parts, kept } => (parts, kept, Vec::new()),
                Proven::Listed(there) => (Vec::new(), Vec::new(), there),
                // Nobody knows what somebody else's pipe went on with.
                Proven::Gone | Proven::Foreign if running.job.pipe.is_some() => continue,
                // What is still there has not become anything.
                Proven::Foreign => continue,
                Proven::Gone => match self.find_of_others(running, &upload).await? {
                    Some(id) => return Ok(Some(Beginning::Made(id))),
                    None => continue,
                },
            };
            found.push(Begun { upload, parts, kept, there, may_be_complete: true });
        }
        found.sort_by_key(|begun| (proven(begun), std::cmp::Reverse(begun.upload.created)));
        let best = found.pop();
        if let Some(best) = &best
            && !found.is_empty()
        {
            let others: Vec<_> = found.iter().map(|begun| begun.upload.id.to_string()).collect();
            let message = format!(
                "there are {} unfinished uploads of the same data: {} is taken up; of no more use: {}",
                found.len() + 1,
                best.upload.id,
                others.join(", ")
            );
            self.warn(&running.track, message);
        }
        Ok(best.map(Beginning::Upload))
    }

    /// The read set of an upload that another machine began with the same fingerprint. It is ours if it
    /// holds the same; how much of that the fingerprint sees depends on dates.
    async fn find_of_others(
        &self,
        running: &Running<'_>,
        upload: &UploadRecord,
    ) -> Result<Option<ReadSetId>, Failure> {
        let found = match self.find(running, upload).await? {
            Found::Ours(found) => found,
            found => return self.settled(running, upload, found).await,
        };
        match self.judge_read_set(running, &found).await? {
            Judgement::Same => Ok(Some(found.id)),
            Judgement::Other => Ok(None),
            Judgement::Unknown(why) => Err(running.not_judged(found.id, why, "--fresh")),
        }
    }

    /// Who may not list uploads can do without: everything is sent then.
    async fn list_if_allowed(&self, running: &Running<'_>) -> Result<Vec<ListedUpload>, Failure> {
        match self.list_uploads(running).await {
            Err(Failure::Refused(error)) if error.kind == StoreErrorKind::Denied => {
                let message =
                    format!("unfinished uploads of other machines cannot be looked for: {error}");
                self.tell(&Event::Warning { read_set: None, message });
                Ok(Vec::new())
            }
            listed => listed,
        }
    }

    async fn list_uploads(&self, running: &Running<'_>) -> Result<Vec<ListedUpload>, Failure> {
        let page =
            |page: Option<String>| async move { self.store().list_uploads(page.as_deref()).await };
        self.pages(&running.track, Operation::ListUploads, page).await
    }
}

fn proven(begun: &Begun) -> u64 {
    let kept = begun.kept.iter().map(|sent| sent.part.size.get());
    kept.chain(begun.there.iter().map(|there| there.size.get())).sum()
}

/// The bytes of parts.
pub(super) fn bytes<'a>(parts: impl Iterator<Item = &'a Part>) -> ByteCount {
    ByteCount::new(parts.map(|part| part.size.get()).sum())
}
