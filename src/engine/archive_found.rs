//! Unfinished uploads of a file in the vault, begun by any machine: before, or at the same moment. The
//! service has no tokens, so they are known by their marks. Knows nothing of how one is gone on with.

use std::cmp::Reverse;

use tokio::time::Instant;

use super::{
    Engine, Failure,
    archive_complete::Heard,
    archive_open::ArchiveOpening,
    open::OpenedUpload,
    reuse::{Digests, Proven},
    running::RunningArchive,
};
use crate::{
    journal::UploadRecord,
    store::{Archives, Created, ListedArchiveUpload, StoreErrorKind},
    types::{Mark, Operation, PartSource, UploadId},
};

impl<S: Archives> Engine<S> {
    /// An upload of the same content with the same words: of several the one with the most bytes that are
    /// proven, and of these the first; or what came of one while it was looked at.
    pub(super) async fn find_begun_archive(
        &self,
        running: &RunningArchive<'_>,
        digests: &Digests,
    ) -> Result<Option<ArchiveOpening>, Failure> {
        let mut found: Vec<OpenedUpload> = Vec::new();
        for listed in of_file(running, self.list_or_warn(running).await?) {
            match self.take_up(running, &listed, digests, None).await? {
                Some(ArchiveOpening::Upload(begun)) => found.push(begun),
                Some(made @ ArchiveOpening::Made { .. }) => return Ok(Some(made)),
                None => {}
            }
        }
        found.sort_by_key(|begun| Reverse(begun.bytes_there()));
        let mut found = found.into_iter();
        let best = found.next();
        let others: Vec<_> = found.map(|begun| begun.upload.id.to_string()).collect();
        if let Some(best) = best.as_ref().filter(|_| !others.is_empty()) {
            let message = format!(
                "the vault has {} unfinished uploads of this file: upload {} is resumed; no longer \
                 needed: {}",
                others.len() + 1,
                best.upload.id,
                others.join(", ")
            );
            self.warn(&running.track, message);
        }
        Ok(best.map(ArchiveOpening::Upload))
    }

    /// The upload that is used in the place of one that was just begun, if there is one. Machines that
    /// begin the same file at the same moment agree on the first by date and ID, and a request that began
    /// two uploads leaves one: what carries our very mark and is empty is aborted.
    pub(super) async fn first_begun(
        &self,
        running: &RunningArchive<'_>,
        own: &UploadRecord,
        digests: &Digests,
    ) -> Result<Option<ArchiveOpening>, Failure> {
        let listed = match self.list_archive_uploads(running).await {
            Err(Failure::Refused(error)) if error.kind == StoreErrorKind::Denied => Vec::new(),
            listed => listed?,
        };
        let is_own =
            |listed: &ListedArchiveUpload| own.mark.is_some() && listed.described().1 == own.mark;
        let mut uploads = of_file(running, listed);
        // Who begins anew, as asked, wants none of another's.
        uploads.retain(|listed| running.job.memory.look || is_own(listed));
        let at = uploads.iter().position(|listed| listed.created.id == own.id);
        let mut first = None;
        for earlier in uploads.iter().take(at.unwrap_or(0)) {
            first = self.take_up(running, earlier, digests, Some(own)).await?;
            if first.is_some() {
                break;
            }
        }
        let used = first.as_ref().map_or(&own.id, ArchiveOpening::upload);
        for twin in uploads.iter().filter(|listed| is_own(listed) && listed.created.id != *used) {
            self.abort_empty(running, &twin.created.id, used).await;
        }
        let other = uploads.iter().find(|listed| !is_own(listed));
        if let Some(other) = other.filter(|_| at.is_none()) {
            let message = format!(
                "upload {} of the same file was begun at the same time: there may be two archives of it",
                other.created.id
            );
            self.warn(&running.track, message);
        }
        Ok(first)
    }

    /// The upload with this very mark: that of a request whose answer was lost.
    pub(super) async fn own_upload(
        &self,
        running: &RunningArchive<'_>,
        mark: Option<&Mark>,
    ) -> Result<Option<UploadRecord>, Failure> {
        let Some(mark) = mark else { return Ok(None) };
        let listed = self.list_or_warn(running).await?;
        let own = listed.iter().find(|listed| listed.described().1.as_ref() == Some(mark));
        Ok(own.map(record_of))
    }

    /// An upload that was listed a moment ago, if the file fits it; or the archive that another machine has
    /// made of it since. The journal returns to our `own` upload where it leads to neither.
    async fn take_up(
        &self,
        running: &RunningArchive<'_>,
        listed: &ListedArchiveUpload,
        digests: &Digests,
        own: Option<&UploadRecord>,
    ) -> Result<Option<ArchiveOpening>, Failure> {
        let (upload, at) = (record_of(listed), Instant::now());
        let Some(parts) = self.cut(running, &upload) else { return Ok(None) };
        match self.prove(running, &upload, parts.clone(), digests).await? {
            Proven::Usable { parts, kept } => {
                let there = Vec::new();
                let opened = OpenedUpload { upload, parts, kept, there, may_be_complete: false };
                return Ok(Some(ArchiveOpening::Upload(opened)));
            }
            Proven::Gone => {}
            Proven::Foreign | Proven::Listed(_) => return Ok(None),
        }
        let listed = self.list_archive_uploads(running).await?;
        if listed.iter().any(|listed| listed.created.id == upload.id) {
            // The list is behind: it went before.
            return Ok(None);
        }
        running.facts.found(&upload);
        self.note_created(running, &upload);
        let heard = Heard::Now { at, last: None };
        if let Some(finish) = self.what_came_of(running, &upload, &parts, digests, &heard).await? {
            return Ok(Some(ArchiveOpening::Made { upload: upload.id, finish }));
        }
        match own {
            Some(own) => self.note_created(running, own),
            None => self.note_restarted(running, &running.job.token),
        }
        Ok(None)
    }

    /// Who may not list uploads can do without: everything is sent then.
    async fn list_or_warn(
        &self,
        running: &RunningArchive<'_>,
    ) -> Result<Vec<ListedArchiveUpload>, Failure> {
        match self.list_archive_uploads(running).await {
            Err(Failure::Refused(error)) if error.kind == StoreErrorKind::Denied => {
                let message = format!("cannot look for unfinished uploads of this file: {error}");
                self.warn(&running.track, message);
                Ok(Vec::new())
            }
            listed => listed,
        }
    }

    async fn list_archive_uploads(
        &self,
        running: &RunningArchive<'_>,
    ) -> Result<Vec<ListedArchiveUpload>, Failure> {
        let page =
            |page: Option<String>| async move { self.store().list_uploads(page.as_deref()).await };
        self.pages(&running.track, Operation::ListUploads, page).await
    }

    /// Aborts an upload of ours, unless somebody has sent parts of it.
    async fn abort_empty(&self, running: &RunningArchive<'_>, id: &UploadId, used: &UploadId) {
        let list = || self.store().list_parts(id, PartSource::Source1, None);
        let parts = self.call(&running.track, Operation::ListParts, list).await;
        if !parts.is_ok_and(|page| page.items.is_empty() && page.next.is_none()) {
            return;
        }
        let abort = || self.store().abort(id);
        let said = match self.call(&running.track, Operation::AbortUpload, abort).await {
            Ok(()) => "was aborted",
            Err(_) => "cannot be aborted",
        };
        let message = format!(
            "this file has two uploads: upload {id}, which is empty, {said}, and upload {used} is used"
        );
        self.warn(&running.track, message);
    }
}

/// The uploads of the file of a job, under the same description, the first that was begun first.
fn of_file(
    running: &RunningArchive<'_>,
    listed: Vec<ListedArchiveUpload>,
) -> Vec<ListedArchiveUpload> {
    let fingerprint = running.job.memory.fingerprint;
    let is_of_file = |listed: &ListedArchiveUpload| {
        let (words, mark) = listed.described();
        words == running.job.fields.description
            && mark.is_some_and(|mark| Some(mark.fingerprint) == fingerprint)
    };
    let mut uploads: Vec<_> = listed.into_iter().filter(is_of_file).collect();
    uploads.sort_by(|a, b| (a.began, &a.created.id).cmp(&(b.began, &b.created.id)));
    uploads
}

fn record_of(listed: &ListedArchiveUpload) -> UploadRecord {
    let Created { id, at } = listed.created.clone();
    UploadRecord { id, created: at, part_size: listed.part_size, mark: listed.described().1 }
}
