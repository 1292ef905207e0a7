//! The digest of everything that was sent: left at the read set as a tag, and compared with.

use std::sync::atomic::Ordering;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use tokio::time::timeout;

use super::{
    Engine, Failure,
    existing::{Judgement, unknown},
    payload::unreadable,
    running::Running,
    wait::LAST_LOOK,
};
use crate::{
    event::Event,
    plan::{self, Cut, Part},
    source::{Source, pipe::Pipe},
    store::{FoundReadSet, ReadSets, StoreErrorKind},
    types::{ByteCount, ContentDigest, Operation, PartNumber, PartSource, ReadSetId, Sha256},
};

impl<S: ReadSets> Engine<S> {
    /// Tags a read set with the digest of what was sent. It helps later runs, and nothing depends on
    /// it: what fails is noted once.
    pub(super) async fn leave_digest(&self, running: &Running<'_>, found: &FoundReadSet) {
        let Some(digest) = digest_sent(running) else { return };
        if self.noted_no_digest.load(Ordering::Relaxed) {
            return;
        }
        let tag = self.call(&running.track, Operation::SetTag, || self.store().tag(found, &digest));
        match timeout(LAST_LOOK, tag).await {
            Ok(Ok(()) | Err(Failure::Interrupted)) => {}
            Ok(Err(failure)) => self.note_no_digest(&why(&failure)),
            Err(_) => self.note_no_digest("the service does not answer"),
        }
    }

    /// The same for a read set that is not waited for, and so is not looked at: the list names it.
    pub(super) async fn leave_digest_at(&self, running: &Running<'_>, id: &ReadSetId) {
        if digest_sent(running).is_none() {
            return;
        }
        let fields = &running.job.fields;
        let find = |page: Option<String>| async move {
            self.store().find_read_sets(fields, None, page.as_deref()).await
        };
        match timeout(LAST_LOOK, self.pages(&running.track, Operation::ListReadSets, find)).await {
            Ok(Ok(found)) => match found.iter().find(|found| found.id == *id) {
                Some(found) => self.leave_digest(running, found).await,
                None => self.note_no_digest("the service does not list the read set yet"),
            },
            Ok(Err(Failure::Interrupted)) => {}
            Ok(Err(failure)) => self.note_no_digest(&why(&failure)),
            Err(_) => self.note_no_digest("the service does not answer"),
        }
    }

    fn note_no_digest(&self, why: &str) {
        if !self.noted_no_digest.swap(true, Ordering::Relaxed) {
            let message = format!(
                "the tag `{}` cannot be set ({why}): `--if-exists skip` will not recognise this \
                 read set once its files have a newer date",
                ContentDigest::KEY
            );
            self.tell(&Event::Warning { read_set: None, message });
        }
    }

    /// Compares what this job would send with a digest, by reading it.
    pub(super) async fn judge_content(
        &self,
        running: &Running<'_>,
        digest: &ContentDigest,
    ) -> Result<Judgement, Failure> {
        let cut =
            digest.part_size.map_or_else(|| Cut::of_unknown(&self.store().rules()), Cut::Even);
        if running.job.pipe.is_some() {
            return self.judge_pipe(running, digest, cut).await;
        }
        let sources = running.job.sources.iter().zip(PartSource::ALL);
        let parts = sources.map(|(file, source)| parts(source, file.size(), cut));
        let Some(parts) = parts.collect::<Option<Vec<_>>>() else {
            // More than an upload can hold in parts of that size.
            return Ok(Judgement::Other);
        };
        let parts = self.read_parts(running, parts.concat()).await?;
        running.job.sources.iter().try_for_each(Source::check)?;
        let ours = ContentDigest::new(digest.part_size, parts);
        Ok(if ours == *digest { Judgement::Same } else { Judgement::Other })
    }

    /// Digests of parts, in their order.
    async fn read_parts(
        &self,
        running: &Running<'_>,
        parts: Vec<Part>,
    ) -> Result<Vec<(PartSource, ByteCount, Sha256)>, Failure> {
        let bytes = plan::bytes(parts.iter().copied());
        self.tell(&Event::Checking { read_set: running.track.item, bytes });
        let readers = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let read = stream::iter(parts).map(|part| async move {
            let source = running.source(&part).ok_or(Failure::Interrupted)?;
            let digest = self.admitted(source.digest(&part, &self.slots.blocks)).await?;
            let digest = digest.map_err(|error| unreadable(source, error))?;
            self.tell(&Event::Checked { read_set: running.track.item, bytes: part.size });
            Ok::<_, Failure>((part.source, part.size, digest.sha256()))
        });
        read.buffered(readers).try_collect().await
    }

    /// A pipe can be read only once: what turns out to be other data cannot be sent any more.
    async fn judge_pipe(
        &self,
        running: &Running<'_>,
        digest: &ContentDigest,
        cut: Cut,
    ) -> Result<Judgement, Failure> {
        let Some(pipe) = running.job.pipe.as_ref().filter(|pipe| pipe.cut() == cut) else {
            return Ok(unknown("its digest was made of parts of another size"));
        };
        let parts = self.drained(pipe).await?;
        if ContentDigest::new(digest.part_size, parts) == *digest {
            return Ok(Judgement::Same);
        }
        Ok(unknown("standard input holds other data, and was read to find that out"))
    }
}

/// The digest of what was sent, if all parts are known and it may be published.
fn digest_sent(running: &Running<'_>) -> Option<ContentDigest> {
    running.job.memory.published()?;
    let bytes = match &running.job.pipe {
        Some(pipe) => pipe.bytes(),
        None => ByteCount::new(running.job.sources.iter().map(|file| file.size().get()).sum()),
    };
    running.facts.content(bytes, running.job.pipe.as_ref().map(Pipe::cut))
}

/// All parts of a source; nothing if it needs more than there can be.
fn parts(source: PartSource, size: ByteCount, cut: Cut) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut offset = 0;
    while offset < size.get() {
        let number = u16::try_from(parts.len() + 1).ok().and_then(PartNumber::new)?;
        let left = size.get() - offset;
        let size = ByteCount::new(left.min(cut.part_size(number).get()));
        parts.push(Part { source, number, offset, size });
        offset += size.get();
    }
    Some(parts)
}

fn why(failure: &Failure) -> String {
    match failure {
        Failure::Refused(error) if error.kind == StoreErrorKind::Denied => {
            format!("that needs the permission `{}`", error.operation.permission())
        }
        Failure::Refused(error) => error.to_string(),
        failure => failure.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::omics::RULES;

    #[test]
    fn a_source_is_cut_to_its_end_or_not_at_all() {
        const MIB: u64 = 1024 * 1024;
        let cut = |size, cut| parts(PartSource::Source1, ByteCount::new(size), cut);
        let sizes = |parts: Option<Vec<Part>>| -> Vec<u64> {
            parts.unwrap().iter().map(|part| part.size.get()).collect()
        };
        assert_eq!(sizes(cut(3, Cut::of_unknown(&RULES))), [3]);
        assert_eq!(sizes(cut(10 * MIB + 1, Cut::Even(RULES.min))), [5 * MIB, 5 * MIB, 1]);
        let growing = sizes(cut(16 * 64 * MIB + 1, Cut::of_unknown(&RULES)));
        assert_eq!((growing.len(), growing[15], growing[16]), (17, 64 * MIB, 1));
        assert_eq!(cut(50_000 * MIB, Cut::Even(RULES.min)).unwrap().len(), 10_000);
        assert!(cut(50_000 * MIB + 1, Cut::Even(RULES.min)).is_none());
    }
}
