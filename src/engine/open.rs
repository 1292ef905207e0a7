//! From a job to an upload: one that was begun before, by this machine or another, or a new one.
//!
//! The service's list is the truth. A part that it lists is kept if its number and size fit the plan
//! and its checksum is that of the bytes in the file; everything else is sent.

use std::{collections::HashSet, sync::atomic::Ordering};

use super::{
    Engine, Failure,
    existing::Judgement,
    ours::Found,
    reuse::{Digests, Proven},
    running::Running,
    sent::SentPart,
};
use crate::{
    event::Event,
    journal::{PartRecord, Stage, UploadRecord},
    plan::{Layout, Part},
    source::Source,
    store::{FoundReadSet, ReadSets, Store, StoredPart},
    types::{ByteCount, ContentDigest, ReadSetId},
};

/// An upload that is open, and what is left to be sent.
pub struct OpenedUpload {
    pub upload: UploadRecord,
    /// All parts of the upload; none where a pipe has yet to cut them.
    pub parts: Vec<Part>,
    /// Those that need not be sent.
    pub kept: Vec<SentPart>,
    /// What the store has of an upload whose pipe has not come yet.
    pub(super) there: Vec<StoredPart>,
    /// Whether somebody may have called Complete already.
    pub(super) may_be_complete: bool,
}

impl OpenedUpload {
    /// The parts that have to be sent.
    pub fn left(&self) -> Vec<Part> {
        let place = |part: &Part| (part.source, part.number);
        let have: HashSet<_> = self.kept.iter().map(|sent| place(&sent.part)).collect();
        self.parts.iter().filter(|part| !have.contains(&place(part))).copied().collect()
    }

    /// How many bytes the store has already.
    pub(super) fn bytes_there(&self) -> u64 {
        let kept = self.kept.iter().map(|sent| sent.part.size.get());
        kept.chain(self.there.iter().map(|there| there.size.get())).sum()
    }
}

/// What a job has come to when it is opened.
pub enum Opening {
    Upload(OpenedUpload),
    /// An earlier attempt got as far as the read set.
    Made(ReadSetId),
}

impl<S: ReadSets> Engine<S> {
    /// The first stage: from a job to an upload that is open, one that was begun before or a new one.
    pub async fn open(&self, running: &Running<'_>) -> Result<Opening, Failure> {
        let opening = self.begin(running).await?;
        match &opening {
            Opening::Made(_) => running.facts.remembered(running.job.memory.record()),
            Opening::Upload(opened) => self.tell_opened(running, opened),
        }
        Ok(opening)
    }

    /// Finds what was begun before, or begins anew.
    async fn begin(&self, running: &Running<'_>) -> Result<Opening, Failure> {
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
            if let Opening::Upload(begun) = &beginning {
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
    ) -> Result<Opening, Failure> {
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
                let begun = OpenedUpload { upload, parts, kept, there, may_be_complete };
                return Ok(Opening::Upload(begun));
            }
            Proven::Listed(there) => {
                let (parts, kept) = (Vec::new(), Vec::new());
                let begun = OpenedUpload { upload, parts, kept, there, may_be_complete };
                return Ok(Opening::Upload(begun));
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
    ) -> Result<Opening, Failure> {
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
    ) -> Result<Opening, Failure> {
        self.recognise(running, &id).await?;
        let Some(found) = found.filter(|found| running.newer_than(found).is_some()) else {
            return Ok(Opening::Made(id));
        };
        // The tag is set after the journal knows of the read set.
        let digest = self.digest_of(running, found).await?.or_else(|| journaled_digest(running));
        match self.judge_newer(running, found, digest).await? {
            Judgement::Same => Ok(Opening::Made(id)),
            Judgement::Other => {
                let why = format!("read set {id} was made of other data than the files hold now");
                self.begin_again(running, &why).await
            }
            Judgement::Unknown(why) => Err(running.not_judged(id, why, "--fresh")),
        }
    }

    /// Begins anew where the journal leads nowhere.
    async fn begin_again(&self, running: &Running<'_>, why: &str) -> Result<Opening, Failure> {
        self.warn(&running.track, format!("{why}: a new one is begun"));
        self.restart(running).await
    }

    /// Begins a new upload in the place of one that the journal names.
    async fn restart(&self, running: &Running<'_>) -> Result<Opening, Failure> {
        let token = running.job.token.clone();
        self.note_restarted(running, &token);
        self.begin_new(running, &token).await
    }
}

impl<S: Store> Engine<S> {
    pub(super) fn tell_opened(&self, running: &Running<'_, S::Target>, opened: &OpenedUpload) {
        let OpenedUpload { upload, kept, .. } = opened;
        running.facts.found(upload);
        let (read_set, upload_id) = (running.track.item, upload.id.clone());
        self.tell(&Event::UploadCreated { read_set, upload_id });
        if !kept.is_empty() {
            running.track.tally.parts_reused.store(kept.len() as u64, Ordering::Relaxed);
            self.note_kept(running, kept);
            for sent in kept {
                running.facts.kept(sent);
            }
            self.tell_resuming(running, upload, kept);
        }
    }

    /// The parts of all sources of an upload; nothing, with a warning, if parts of its size cannot hold
    /// them.
    pub(super) fn cut(
        &self,
        running: &Running<'_, S::Target>,
        upload: &UploadRecord,
    ) -> Option<Vec<Part>> {
        if upload.part_size == running.job.memory.part_size {
            return Some(running.job.layout.iter().collect());
        }
        let sizes = running.job.sources.iter().map(Source::size);
        let layout = Layout::new(&self.store().rules(), sizes, upload.part_size).ok();
        if layout.is_none() {
            let message = format!(
                "upload {} is not resumed: parts of {} cannot hold a file of this size; a new upload \
                 is begun",
                upload.id,
                ByteCount::new(upload.part_size.get())
            );
            self.warn(&running.track, message);
        }
        layout.map(|layout| layout.iter().collect())
    }
}

/// The digest of what the journal says was sent, if that is all of it.
fn journaled_digest(running: &Running<'_>) -> Option<ContentDigest> {
    let record = running.job.memory.record()?;
    let sent: u64 = record.parts.values().map(|part| part.size.get()).sum();
    if sent != running.job.bytes().get() {
        return None;
    }
    let parts = record.parts.iter().map(|((source, _), part)| {
        let PartRecord { size, digest, .. } = part;
        (*source, *size, digest.sha256())
    });
    Some(ContentDigest::new(Some(record.part_size), parts))
}
