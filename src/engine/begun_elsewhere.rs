//! An upload that another machine has begun, or this one before it lost its journal: recognised by its
//! mark.

use super::{
    Engine, Failure, Share,
    existing::Judgement,
    open::{OpenedUpload, Opening},
    ours::Found,
    reuse::{Digests, Proven},
    running::Running,
};
use crate::{
    event::Event,
    journal::UploadRecord,
    store::{ListedUpload, ReadSets, StoreErrorKind},
    types::{Fingerprint, Operation, ReadSetId},
};

impl<S: ReadSets> Engine<S> {
    /// An upload of the same content with the same fields that any machine has begun: of several the
    /// one with the most bytes that are proven. One that is listed although it was completed is its
    /// read set by now.
    pub(super) async fn find_begun(
        &self,
        running: &Running<'_>,
        fingerprint: Fingerprint,
        digests: &Digests,
    ) -> Result<Option<Opening>, Failure> {
        let uploads = self.listed.get_or_try_init(|| self.list_if_allowed(running)).await?;
        let mut found: Vec<OpenedUpload> = Vec::new();
        for listed in uploads.iter().filter(|listed| listed.is_for(&running.job.fields)) {
            // Those who send its parts cut the files as it was planned.
            let job = running.job;
            let is_cut = |size| job.share == Share::All || size == job.memory.part_size;
            let Some(mark) = listed
                .mark()
                .filter(|mark| mark.fingerprint == fingerprint && is_cut(mark.part_size))
            else {
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
                    Some(id) => return Ok(Some(Opening::Made(id))),
                    None => continue,
                },
            };
            found.push(OpenedUpload { upload, parts, kept, there, may_be_complete: true });
        }
        found.sort_by_key(|begun| (begun.bytes_there(), std::cmp::Reverse(begun.upload.created)));
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
        Ok(best.map(Opening::Upload))
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

    pub(super) async fn list_uploads(
        &self,
        running: &Running<'_>,
    ) -> Result<Vec<ListedUpload>, Failure> {
        let page =
            |page: Option<String>| async move { self.store().list_uploads(page.as_deref()).await };
        self.pages(&running.track, Operation::ListUploads, page).await
    }
}
