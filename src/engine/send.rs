//! The stage in the middle: any parts of any upload that is open. It needs neither the job nor what is
//! known of earlier attempts.

use futures::{StreamExt as _, stream};

use super::{
    Engine, Failure,
    admission::Admitted,
    counts::Track,
    halt::Halt,
    sent::SentPart,
    upload::{PartNote, Upload},
};
use crate::{event::Item, plan::Part, source::Source, store::Store, types::UploadId};

impl<S: Store> Engine<S> {
    /// Waits until so many parts of an upload may be sent; each that arrives is noted at once.
    pub async fn upload<'a>(
        &'a self,
        (item, id): (Item, &'a UploadId),
        sources: &'a [Source],
        parts: usize,
        note: PartNote<'a>,
    ) -> Result<Upload<'a>, Failure> {
        let entry = self.entry(parts).await?;
        Ok(self.entered(id, Track::new(item), sources, note, entry))
    }

    pub(super) async fn entry(&self, parts: usize) -> Result<Admitted<'_>, Failure> {
        Ok(self.caller.admitted(self.slots.enter(parts)).await?)
    }

    pub(super) fn entered<'a>(
        &'a self,
        id: &'a UploadId,
        track: Track,
        sources: &'a [Source],
        note: PartNote<'a>,
        entry: Admitted<'a>,
    ) -> Upload<'a> {
        let halt = self.caller.stop().admission.child_token();
        Upload::new(id, track, sources, note, (entry, halt))
    }

    /// Sends parts concurrently.
    pub async fn send(
        &self,
        upload: &Upload<'_>,
        parts: &[Part],
    ) -> Result<Vec<SentPart>, Failure> {
        let mut sends = stream::iter(parts)
            .map(|part| self.send_part(upload, *part))
            .buffer_unordered(self.limits.concurrency.most());
        let mut sent = Vec::with_capacity(parts.len());
        let mut halt = Halt::new(upload);
        while let Some(result) = tokio::select! {
            biased;
            result = sends.next() => result,
            () = halt.over() => None,
        } {
            match result {
                Ok(part) => sent.push(part),
                Err(failure) => halt.at(failure)?,
            }
        }
        halt.end()?;
        Ok(sent)
    }
}
