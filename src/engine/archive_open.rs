//! From a file to an upload of an archive: one that was begun before, by this machine or another, or a new
//! one. A vault has no tokens: an upload whose answer was lost is found by its mark, and adopted.

use std::{collections::HashSet, sync::atomic::Ordering};

use super::{
    Engine, Failure,
    archive_complete::{Finish, Heard},
    complete::may_have_happened,
    open::OpenedUpload,
    reuse::{Digests, Proven},
    running::RunningArchive,
};
use crate::{
    event::Event,
    journal::{Stage, UploadRecord},
    plan::Part,
    store::{Answered, ArchiveFields, Archives, Created, Told},
    types::{ClientToken, Mark, Operation, UploadId, described},
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

impl ArchiveOpening {
    pub(super) const fn upload(&self) -> &UploadId {
        match self {
            Self::Upload(opened) => &opened.upload.id,
            Self::Made { upload, .. } => upload,
        }
    }
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
                return self.go_on_with(running, upload, Heard::Before, digests).await;
            }
            Some(Stage::Completing(upload)) => {
                return self.go_on_with(running, upload, Heard::Completing, digests).await;
            }
            None | Some(Stage::Creating | Stage::Completed { .. }) => {}
        }
        if memory.look
            && let Some(begun) = self.find_begun_archive(running, digests).await?
        {
            if let ArchiveOpening::Upload(opened) = &begun {
                self.note_created(running, &opened.upload);
            }
            return Ok(begun);
        }
        self.begin_archive(running, &token, digests).await
    }

    /// Goes on after the vault did not know an upload any more that parts were sent to.
    pub(super) async fn open_again(
        &self,
        running: &RunningArchive<'_>,
        upload: UploadRecord,
        heard: Heard,
        digests: &Digests,
    ) -> Result<ArchiveOpening, Failure> {
        let confirmed = running.facts.confirmed();
        let reason = format!("went with upload {}", upload.id);
        let opening = self.go_on_with(running, upload, heard, digests).await?;
        if let ArchiveOpening::Upload(opened) = &opening {
            let kept: HashSet<_> = opened.kept.iter().map(|sent| sent.part.number).collect();
            for part in confirmed.iter().filter(|part| !kept.contains(&part.number)) {
                let (part, bytes) = (running.track.part(part), part.size);
                self.tell(&Event::PartRejected { part, bytes, reason: reason.clone() });
            }
            self.tell_opened(running, opened);
        }
        Ok(opening)
    }

    /// Goes on with an upload that was begun before.
    async fn go_on_with(
        &self,
        running: &RunningArchive<'_>,
        upload: UploadRecord,
        heard: Heard,
        digests: &Digests,
    ) -> Result<ArchiveOpening, Failure> {
        let Some(parts) = self.cut(running, &upload) else {
            return self.restart_archive(running, digests).await;
        };
        running.facts.found(&upload);
        let proven = self.prove(running, &upload, parts.clone(), digests).await?;
        if matches!(proven, Proven::Gone)
            && let Some(finish) =
                self.what_came_of(running, &upload, &parts, digests, &heard).await?
        {
            return Ok(ArchiveOpening::Made { upload: upload.id, finish });
        }
        let why = match (proven, heard) {
            (proven, Heard::Now { last: Some(gone), .. }) => {
                if matches!(proven, Proven::Gone) {
                    self.note_restarted(running, &running.job.token);
                }
                return Err(Failure::Refused(gone));
            }
            (Proven::Usable { parts, kept }, heard) => {
                let may_be_complete = matches!(heard, Heard::Completing);
                let there = Vec::new();
                let opened = OpenedUpload { upload, parts, kept, there, may_be_complete };
                return Ok(ArchiveOpening::Upload(opened));
            }
            (Proven::Gone, Heard::Before) => {
                "is gone from the vault: a new one is begun. If another machine has completed it, there \
                 are two archives of this file: the inventory of the vault shows them"
            }
            (Proven::Gone, _) => "is gone from the vault: a new one is begun",
            (Proven::Foreign | Proven::Listed(_), _) => {
                "holds parts that do not fit this file, and is left alone: a new one is begun"
            }
        };
        self.warn(&running.track, format!("upload {} {why}", upload.id));
        self.restart_archive(running, digests).await
    }

    /// The archive that an upload has become which is gone. What rests for a day vanishes, too.
    pub(super) async fn what_came_of(
        &self,
        running: &RunningArchive<'_>,
        upload: &UploadRecord,
        parts: &[Part],
        digests: &Digests,
        heard: &Heard,
    ) -> Result<Option<Finish>, Failure> {
        if matches!(heard, Heard::Before) && !Self::knows_all(running, upload, parts) {
            return Ok(None);
        }
        self.complete_again(running, upload, parts, digests, heard).await
    }

    /// Begins a new upload in the place of one that the journal names.
    async fn restart_archive(
        &self,
        running: &RunningArchive<'_>,
        digests: &Digests,
    ) -> Result<ArchiveOpening, Failure> {
        let token = running.job.token.clone();
        self.note_restarted(running, &token);
        self.begin_archive(running, &token, digests).await
    }

    /// Begins a new upload, unless another machine was faster by a moment.
    async fn begin_archive(
        &self,
        running: &RunningArchive<'_>,
        token: &ClientToken,
        digests: &Digests,
    ) -> Result<ArchiveOpening, Failure> {
        let job = running.job;
        let mark = job.memory.mark(token);
        running.asked.store(true, Ordering::Relaxed);
        let upload = self.initiate(running, token, mark).await?;
        self.note_created(running, &upload);
        if let Some(first) = self.first_begun(running, &upload, digests).await? {
            if let ArchiveOpening::Upload(first) = &first {
                running.facts.created(&first.upload, None);
                self.note_created(running, &first.upload);
            }
            return Ok(first);
        }
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
}
