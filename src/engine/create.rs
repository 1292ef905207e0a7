//! A new upload.

use std::sync::atomic::Ordering;

use super::{
    Engine, Failure,
    open::{OpenedUpload, Opening},
    running::Running,
};
use crate::{
    journal::UploadRecord,
    store::{ListedUpload, ReadSets, StoreErrorKind},
    types::{ClientToken, Mark, Operation, PartSource, UploadId},
};

impl<S: ReadSets> Engine<S> {
    /// Begins a new upload.
    pub(super) async fn begin_new(
        &self,
        running: &Running<'_>,
        token: &ClientToken,
    ) -> Result<Opening, Failure> {
        let job = running.job;
        let mark = job.memory.mark(token);
        let mut fields = job.fields.clone();
        if let Some(mark) = &mark {
            fields.tags = fields.tags.with(Mark::KEY, &mark.to_string());
        }
        let retried = running.track.tally.retries();
        running.asked.store(true, Ordering::Relaxed);
        let create = || self.store().create(&fields, token);
        let answer = loop {
            match self.call(&running.track, Operation::CreateUpload, create).await {
                // As many are open as the service allows; of this run there is one less soon.
                Err(Failure::Refused(error))
                    if error.kind == StoreErrorKind::Quota
                        && self.caller.admitted(self.open_uploads.one_ends()).await? => {}
                answer => break answer?,
            }
        };
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
        let (parts, kept, there) = (job.layout.iter().collect(), Vec::new(), Vec::new());
        Ok(Opening::Upload(OpenedUpload { upload, parts, kept, there, may_be_complete: false }))
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
        for source in PartSource::ALL.into_iter().take(running.streams()) {
            let list = || self.store().list_parts(id, source, None);
            match self.call(&running.track, Operation::ListParts, list).await {
                Ok(page) if page.items.is_empty() => {}
                _ => return false,
            }
        }
        true
    }
}
