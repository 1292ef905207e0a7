//! From a file to an upload of an archive: one that was begun before, by this machine or another, or a new
//! one. A vault has no tokens: an upload whose answer was lost is found by its mark, and adopted.

use std::{cmp::Reverse, sync::atomic::Ordering};

use super::{
    Engine, Failure,
    archive_complete::Finish,
    complete::may_have_happened,
    open::OpenedUpload,
    reuse::{Digests, Proven},
    running::RunningArchive,
};
use crate::{
    journal::{Stage, UploadRecord},
    plan::Part,
    store::{
        Answered, ArchiveFields, Archives, Created, ListedArchiveUpload, StoreErrorKind, Told,
    },
    types::{ClientToken, Mark, Operation, PartSource, UploadId, described},
};

/// What a file has come to when it is opened.
pub(super) enum ArchiveOpening {
    Upload(OpenedUpload),
    /// An earlier attempt got as far as the archive.
    Made {
        upload: UploadId,
        finish: Finish,
    },
}

impl<S: Archives> Engine<S> {
    pub(super) async fn open_archive(
        &self,
        running: &RunningArchive<'_>,
        digests: &Digests,
    ) -> Result<ArchiveOpening, Failure> {
        let opening = self.begin_or_go_on(running, digests).await?;
        if let ArchiveOpening::Upload(opened) = &opening {
            self.tell_opened(running, opened);
        }
        Ok(opening)
    }

    async fn begin_or_go_on(
        &self,
        running: &RunningArchive<'_>,
        digests: &Digests,
    ) -> Result<ArchiveOpening, Failure> {
        let memory = &running.job.memory;
        let record = memory.record().filter(|_| memory.look);
        let token = record.as_ref().map_or(&running.job.token, |record| &record.token).clone();
        match record.map(|record| record.stage) {
            Some(Stage::Uploading(upload)) => {
                return self.go_on_with(running, upload, false, digests).await;
            }
            Some(Stage::Completing(upload)) => {
                return self.go_on_with(running, upload, true, digests).await;
            }
            None | Some(Stage::Creating | Stage::Completed { .. }) => {}
        }
        if memory.look
            && let Some(opened) = self.find_begun_archive(running, digests).await?
        {
            self.note_created(running, &opened.upload);
            return Ok(ArchiveOpening::Upload(opened));
        }
        self.begin_archive(running, &token).await
    }

    /// Goes on with the upload that the journal names.
    async fn go_on_with(
        &self,
        running: &RunningArchive<'_>,
        upload: UploadRecord,
        may_be_complete: bool,
        digests: &Digests,
    ) -> Result<ArchiveOpening, Failure> {
        let Some(parts) = self.cut(running, &upload) else {
            return self.restart_archive(running).await;
        };
        running.facts.found(&upload);
        let why = match self.prove(running, &upload, parts.clone(), digests).await? {
            Proven::Usable { parts, kept } => {
                let there = Vec::new();
                let opened = OpenedUpload { upload, parts, kept, there, may_be_complete };
                return Ok(ArchiveOpening::Upload(opened));
            }
            Proven::Gone => {
                if let Some(finish) =
                    self.what_came_of(running, &upload, &parts, may_be_complete, digests).await?
                {
                    return Ok(ArchiveOpening::Made { upload: upload.id, finish });
                }
                "is gone from the vault"
            }
            Proven::Foreign | Proven::Listed(_) => {
                "holds parts that do not fit this file, and is left alone"
            }
        };
        let message = format!("upload {} {why}: a new one is begun", upload.id);
        self.warn(&running.track, message);
        self.restart_archive(running).await
    }

    /// The archive that an upload has become which is gone. What rests for a day vanishes, too.
    async fn what_came_of(
        &self,
        running: &RunningArchive<'_>,
        upload: &UploadRecord,
        parts: &[Part],
        may_be_complete: bool,
        digests: &Digests,
    ) -> Result<Option<Finish>, Failure> {
        if may_be_complete {
            let finish = self.complete_in_doubt(running, upload, parts, digests).await;
            return finish.map(Some);
        }
        // Without all parts this machine has not completed it.
        if Self::knows_all(running, upload, parts) {
            return self.complete_again(running, upload, parts, digests).await;
        }
        Ok(None)
    }

    /// An upload of the same content with the same words that any machine has begun: of several the one
    /// with the most bytes that are proven.
    async fn find_begun_archive(
        &self,
        running: &RunningArchive<'_>,
        digests: &Digests,
    ) -> Result<Option<OpenedUpload>, Failure> {
        let Some(fingerprint) = running.job.memory.fingerprint else { return Ok(None) };
        let mut found: Vec<OpenedUpload> = Vec::new();
        for listed in self.list_archive_uploads(running).await? {
            let (words, mark) = listed.described();
            let mark = mark.filter(|mark| mark.fingerprint == fingerprint);
            if words != running.job.fields.description || mark.is_none() {
                continue;
            }
            let upload = record_of(&listed, mark);
            let Some(parts) = self.cut(running, &upload) else { continue };
            if let Proven::Usable { parts, kept } =
                self.prove(running, &upload, parts, digests).await?
            {
                let there = Vec::new();
                found.push(OpenedUpload { upload, parts, kept, there, may_be_complete: false });
            }
        }
        found.sort_by_key(|begun| (begun.bytes_there(), Reverse(begun.upload.created)));
        let best = found.pop();
        if let Some(best) = best.as_ref().filter(|_| !found.is_empty()) {
            let others: Vec<_> = found.iter().map(|begun| begun.upload.id.to_string()).collect();
            let message = format!(
                "the vault has {} unfinished uploads of this file: upload {} is resumed; no longer \
                 needed: {}",
                found.len() + 1,
                best.upload.id,
                others.join(", ")
            );
            self.warn(&running.track, message);
        }
        Ok(best)
    }

    /// Who may not list uploads can do without: everything is sent then.
    async fn list_archive_uploads(
        &self,
        running: &RunningArchive<'_>,
    ) -> Result<Vec<ListedArchiveUpload>, Failure> {
        let page =
            |page: Option<String>| async move { self.store().list_uploads(page.as_deref()).await };
        match self.pages(&running.track, Operation::ListUploads, page).await {
            Err(Failure::Refused(error)) if error.kind == StoreErrorKind::Denied => {
                let message = format!("cannot look for unfinished uploads of this file: {error}");
                self.warn(&running.track, message);
                Ok(Vec::new())
            }
            listed => listed,
        }
    }

    /// Begins a new upload in the place of one that the journal names.
    async fn restart_archive(
        &self,
        running: &RunningArchive<'_>,
    ) -> Result<ArchiveOpening, Failure> {
        let token = running.job.token.clone();
        self.note_restarted(running, &token);
        self.begin_archive(running, &token).await
    }

    /// Begins a new upload.
    async fn begin_archive(
        &self,
        running: &RunningArchive<'_>,
        token: &ClientToken,
    ) -> Result<ArchiveOpening, Failure> {
        let job = running.job;
        let mark = job.memory.mark(token);
        running.asked.store(true, Ordering::Relaxed);
        let upload = self.initiate(running, token, mark).await?;
        self.note_created(running, &upload);
        let (parts, kept, there) = (job.layout.iter().collect(), Vec::new(), Vec::new());
        let opened = OpenedUpload { upload, parts, kept, there, may_be_complete: false };
        Ok(ArchiveOpening::Upload(opened))
    }

    /// Makes one upload: before a request is repeated whose answer was lost, its upload is looked for.
    async fn initiate(
        &self,
        running: &RunningArchive<'_>,
        token: &ClientToken,
        mark: Option<Mark>,
    ) -> Result<UploadRecord, Failure> {
        let operation = Operation::CreateUpload;
        let part_size = running.job.memory.part_size;
        let description = described(&running.job.fields.description, mark.as_ref());
        let target = ArchiveFields { description, part_size };
        let mut failures = self.caller.failures(operation);
        let mut in_doubt = false;
        loop {
            if in_doubt && let Some(upload) = self.own_upload(running, mark.as_ref()).await? {
                running.facts.created(&upload, None);
                return Ok(upload);
            }
            let ticket = self.caller.turn(operation).await?;
            let create = self.store().create(&target, token);
            match self.caller.once(operation, create).await? {
                Ok(Answered { value: Created { id, at }, request_id }) => {
                    let upload = UploadRecord { id, created: at, part_size, mark };
                    running.facts.created(&upload, request_id);
                    if in_doubt {
                        self.abort_twins(running, &upload).await;
                    }
                    return Ok(upload);
                }
                Err(error) => {
                    in_doubt |= may_have_happened(error.kind);
                    let tell = |told: &Told<'_>| self.told(&running.track, told);
                    self.caller.after(&tell, &mut failures, error, ticket).await?;
                }
            }
        }
    }

    /// The upload with this very mark: that of a request whose answer was lost.
    async fn own_upload(
        &self,
        running: &RunningArchive<'_>,
        mark: Option<&Mark>,
    ) -> Result<Option<UploadRecord>, Failure> {
        let Some(mark) = mark else { return Ok(None) };
        let listed = self.list_archive_uploads(running).await?;
        let own = listed.iter().find(|listed| listed.described().1.as_ref() == Some(mark));
        Ok(own.map(|own| record_of(own, Some(mark.clone()))))
    }

    /// A list may lag behind, so that an upload was made twice after all: the other one is aborted, if it
    /// carries our very own mark and has no parts.
    async fn abort_twins(&self, running: &RunningArchive<'_>, upload: &UploadRecord) {
        let Some(mark) = &upload.mark else { return };
        let Ok(listed) = self.list_archive_uploads(running).await else { return };
        let is_twin = |listed: &&ListedArchiveUpload| {
            listed.created.id != upload.id && listed.described().1.as_ref() == Some(mark)
        };
        for ListedArchiveUpload { created: Created { id, .. }, .. } in listed.iter().filter(is_twin)
        {
            let list = || self.store().list_parts(id, PartSource::Source1, None);
            let parts = self.call(&running.track, Operation::ListParts, list).await;
            if !parts.is_ok_and(|page| page.items.is_empty() && page.next.is_none()) {
                continue;
            }
            let abort = || self.store().abort(id);
            let said = match self.call(&running.track, Operation::AbortUpload, abort).await {
                Ok(()) => "was aborted",
                Err(_) => "cannot be aborted",
            };
            let message =
                format!("one request began two uploads: upload {id}, which is empty, {said}");
            self.warn(&running.track, message);
        }
    }
}

fn record_of(listed: &ListedArchiveUpload, mark: Option<Mark>) -> UploadRecord {
    let Created { id, at } = listed.created.clone();
    UploadRecord { id, created: at, part_size: listed.part_size, mark }
}
