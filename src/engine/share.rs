//! What one of several processes does of an upload: it begins it, sends some of its parts, or completes
//! what others have sent.

use super::{
    Ended, Engine, Failure, Share,
    admission::Admitted,
    open::{OpenedUpload, Opening},
    reuse::recall,
    running::Running,
    sent::SentPart,
    trials::Trials,
};
use crate::{
    journal::{Record, Stage, UploadRecord},
    plan::Part,
    source::Source,
    store::{ReadSets, StoreErrorKind},
    types::ReadSetId,
};

impl<S: ReadSets> Engine<S> {
    /// Opens an upload for what this process does of it. What others have to send must be there.
    pub(super) async fn open_share(&self, running: &Running<'_>) -> Result<Opening, Failure> {
        if running.job.share != Share::Rest {
            return self.open(running).await;
        }
        let opening = match all_sent(running) {
            Some(opened) => {
                self.tell_opened(running, &opened);
                Opening::Upload(opened)
            }
            None => self.open(running).await?,
        };
        match &opening {
            Opening::Upload(opened) if !opened.left().is_empty() => {
                Err(Failure::NotSent { missing: opened.left().len(), of: opened.parts.len() })
            }
            _ => Ok(opening),
        }
    }

    /// Begins an upload anew, of which others have to send all parts again.
    pub(super) async fn begin_for_others(
        &self,
        running: &Running<'_>,
    ) -> Result<ReadSetId, Failure> {
        match self.open(running).await? {
            Opening::Upload(opened) => {
                Err(Failure::NotSent { missing: opened.left().len(), of: opened.parts.len() })
            }
            Opening::Made(id) => Ok(id),
        }
    }

    /// Sends some of the parts of an upload that is begun.
    pub(super) async fn send_share(
        &self,
        running: &Running<'_>,
        (parts, may_be_there): (&[Part], bool),
        entry: Admitted<'_>,
        ended: &mut Ended,
    ) -> Result<(), Failure> {
        let record = running.job.memory.record().ok_or(Failure::NotOpened)?;
        if matches!(record.stage, Stage::Completed { .. }) {
            return Ok(());
        }
        let upload = record.stage.upload().cloned().ok_or(Failure::NotOpened)?;
        ended.upload_id = Some(upload.id.clone());
        let kept = noted(running, &record, &upload, parts);
        let mut opened = open_with(upload, parts, kept);
        if may_be_there && !opened.left().is_empty() {
            let found = self.prove_untold(running, &opened.upload, &opened.left()).await;
            opened.kept.extend(found.map_err(gone)?);
        }
        self.tell_opened(running, &opened);
        let left = opened.left();
        entry.only(left.len());
        let trials = Trials::of_sources(running.job);
        let note = |sent: &SentPart| self.note_part(running, sent);
        let track = running.track.clone();
        let sources = &running.job.sources;
        let to = self.entered(&opened.upload.id, track, sources, &note, entry);
        let sent = trials.beside(self.send(&to, &left)).await.map_err(gone)?;
        self.prove_again(running, &sent).await
    }

    /// Looks at all of the data of an upload.
    pub(super) async fn verify_share(
        &self,
        running: &Running<'_>,
        ended: &mut Ended,
    ) -> Result<(), Failure> {
        self.caller.admitted(Trials::read_again(running.job).end()).await??;
        running.job.sources.iter().try_for_each(Source::check)?;
        ended.findings = running.job.findings.get().cloned();
        Ok(())
    }
}

/// What it means that the store does not know an upload.
fn gone(failure: Failure) -> Failure {
    match failure {
        Failure::Refused(error) if error.kind == StoreErrorKind::Missing => {
            Failure::NotThere(error)
        }
        failure => failure,
    }
}

/// An upload of which others have noted every part.
fn all_sent(running: &Running<'_>) -> Option<OpenedUpload> {
    let record = running.job.memory.record()?;
    let Stage::Uploading(upload) = &record.stage else { return None };
    let parts: Vec<_> = running.job.layout.iter().collect();
    let kept = noted(running, &record, upload, &parts);
    let opened = open_with(upload.clone(), &parts, kept);
    opened.left().is_empty().then_some(opened)
}

fn open_with(upload: UploadRecord, parts: &[Part], kept: Vec<SentPart>) -> OpenedUpload {
    let (parts, there) = (parts.to_vec(), Vec::new());
    OpenedUpload { upload, parts, kept, there, may_be_complete: false }
}

/// Those of the parts that are noted to be with the store.
fn noted(
    running: &Running<'_>,
    record: &Record,
    upload: &UploadRecord,
    parts: &[Part],
) -> Vec<SentPart> {
    if upload.part_size != running.job.memory.part_size {
        return Vec::new();
    }
    let noted = parts.iter().filter_map(|part| {
        let known = record.parts.get(&(part.source, part.number))?;
        if known.size != part.size {
            return None;
        }
        recall(running, part, known.seen.as_deref());
        let (digest, checksum) = (known.digest, known.checksum.clone());
        Some(SentPart { part: *part, digest, checksum })
    });
    noted.collect()
}
