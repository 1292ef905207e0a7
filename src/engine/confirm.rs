//! The service's list of parts is the truth: what was sent is held against it.

use std::collections::{BTreeMap, HashMap};

use super::{Engine, Failure, counts::Track, sent::SentPart, upload::Upload};
use crate::{
    event::Event,
    plan,
    source::Source,
    store::{CompletedPart, Proof, Store, StoreError, StoreErrorKind, StoredPart},
    types::{ByteCount, Operation, PartNumber, PartSource, UploadId},
};

/// How often parts that the list lacks are sent again.
const ROUNDS: u32 = 3;

/// Parts that the store lists as they were sent, and that are all of their sources; in the order in
/// which Complete has to name them: SOURCE1 in ascending order, then SOURCE2.
pub struct Confirmed(Vec<SentPart>);

impl Confirmed {
    pub(super) fn parts(&self) -> &[SentPart] {
        &self.0
    }

    /// What Complete has to name.
    pub(super) fn named(&self) -> Vec<CompletedPart> {
        let named = self.0.iter().map(|SentPart { part, checksum, .. }| CompletedPart {
            source: part.source,
            number: part.number,
            size: part.size,
            checksum: checksum.clone(),
        });
        named.collect()
    }
}

impl<S: Store> Engine<S> {
    /// Confirms all parts, and sends again what is missing or wrong.
    pub async fn confirm(
        &self,
        upload: &Upload<'_>,
        mut sent: Vec<SentPart>,
    ) -> Result<Confirmed, Failure> {
        for round in 1.. {
            sent.sort_by_key(|sent| (sent.part.source, sent.part.number));
            let listed = self.list(&upload.track, upload.id, upload.streams()).await?;
            let (good, wrong) = self.sort_out(sent, listed)?;
            sent = good;
            let Some((first, reason)) = wrong.first() else { break };
            if upload.is_pipe() {
                self.look_once_more(round, first, reason).await?;
                sent.extend(wrong.into_iter().map(|(sent, _)| sent));
                continue;
            }
            if round > ROUNDS {
                return Err(Failure::NotConfirmed {
                    rounds: ROUNDS,
                    number: first.part.number,
                    source_number: self.named_source(first.part.source),
                    reason: reason.clone(),
                });
            }
            let again: Vec<_> = wrong.iter().map(|(sent, _)| sent.part).collect();
            for (wrong, reason) in wrong {
                let (part, bytes) = (upload.track.part(&wrong.part), wrong.part.size);
                self.tell(&Event::PartRejected { part, bytes, reason });
            }
            sent.extend(self.send(upload, &again).await?);
        }
        self.is_whole(upload, &sent)?;
        Ok(Confirmed(sent))
    }

    /// What came through a pipe cannot be sent again; the list may lag behind, though.
    async fn look_once_more(
        &self,
        round: u32,
        wrong: &SentPart,
        reason: &str,
    ) -> Result<(), Failure> {
        if round > ROUNDS {
            return Err(Failure::Lost { number: wrong.part.number, reason: reason.to_owned() });
        }
        Ok(self.caller.pause(self.caller.delay(round)).await?)
    }

    /// All pages of all sources.
    pub(super) async fn list(
        &self,
        track: &Track,
        upload: &UploadId,
        streams: usize,
    ) -> Result<Vec<StoredPart>, Failure> {
        let mut parts = Vec::new();
        for source in PartSource::ALL.into_iter().take(streams) {
            parts.extend(self.list_of(track, upload, source).await?);
        }
        Ok(parts)
    }

    /// All pages of one source, each part once. A part that is replaced between two pages may be on
    /// both, so a list that contradicts itself is asked for once more.
    async fn list_of(
        &self,
        track: &Track,
        upload: &UploadId,
        source: PartSource,
    ) -> Result<Vec<StoredPart>, Failure> {
        let list = |page: Option<String>| async move {
            self.store().list_parts(upload, source, page.as_deref()).await
        };
        let operation = Operation::ListParts;
        let listed = self.pages(track, operation, list).await?;
        let listed = match consistent(listed, source) {
            Ok(parts) => return Ok(parts),
            Err(_) => self.pages(track, operation, list).await?,
        };
        consistent(listed, source).map_err(|what| {
            let named = self.named_source(source);
            let of = named.map_or_else(|| "parts".to_owned(), |source| source.to_string());
            let message = format!("the list of {of} {what}");
            let operation = S::named(operation);
            Failure::Refused(StoreError::new(StoreErrorKind::Other, operation, message))
        })
    }

    /// What the list confirms, and what it does not, with the reason.
    #[expect(clippy::type_complexity, reason = "a pair of lists says it best")]
    fn sort_out(
        &self,
        sent: Vec<SentPart>,
        listed: Vec<StoredPart>,
    ) -> Result<(Vec<SentPart>, Vec<(SentPart, String)>), Failure> {
        let mut listed: HashMap<(PartSource, PartNumber), StoredPart> =
            listed.into_iter().map(|part| ((part.source, part.number), part)).collect();
        let (mut good, mut wrong) = (Vec::with_capacity(sent.len()), Vec::new());
        for sent in sent {
            match self.objection(&sent, listed.remove(&(sent.part.source, sent.part.number))) {
                None => good.push(sent),
                Some(reason) => wrong.push((sent, reason)),
            }
        }
        match listed.into_values().min_by_key(|part| (part.source, part.number)) {
            None => Ok((good, wrong)),
            Some(StoredPart { source, number, size, .. }) => {
                Err(Failure::Foreign { number, source_number: self.named_source(source), size })
            }
        }
    }

    /// Whether the parts of each source are all of it: what Complete does not name is lost.
    fn is_whole(&self, upload: &Upload<'_>, sent: &[SentPart]) -> Result<(), Failure> {
        for number in PartSource::ALL.into_iter().take(upload.streams()) {
            let parts = sent.iter().map(|sent| &sent.part).filter(|part| part.source == number);
            let bytes = plan::bytes(parts.clone().copied());
            let size = upload.sources.get(number as usize).map_or(bytes, Source::size);
            let covered = ByteCount::new(plan::covered(parts));
            if (covered, bytes) != (size, size) {
                let source_number = self.named_source(number);
                return Err(Failure::NotWhole { source_number, covered, size });
            }
        }
        Ok(())
    }

    /// The source that a message names: none where an upload has one only.
    pub(super) fn named_source(&self, source: PartSource) -> Option<PartSource> {
        (self.store().rules().streams > 1).then_some(source)
    }

    /// What is wrong with a part as it is listed.
    fn objection(&self, sent: &SentPart, listed: Option<StoredPart>) -> Option<String> {
        let Some(listed) = listed else { return Some("is not listed".to_owned()) };
        if listed.size != sent.part.size {
            let (listed, sent) = (listed.size.get(), sent.part.size.get());
            return Some(format!("is listed with {listed} bytes instead of {sent}"));
        }
        let Some(checksum) = listed.checksum else {
            return Some("is listed without a checksum".to_owned());
        };
        if checksum == sent.checksum {
            return None;
        }
        // The list may spell checksums in another form than the answer to the upload.
        match self.store().compare(&checksum, &sent.digest) {
            Proof::Equal => None,
            Proof::Opaque if self.store().compare(&sent.checksum, &sent.digest) == Proof::Equal => {
                self.warn_opaque(&checksum);
                None
            }
            Proof::Opaque | Proof::Different => Some("is listed with another checksum".to_owned()),
        }
    }
}

/// The list of a source, if it says one thing of every part, and nothing of another source.
fn consistent(listed: Vec<StoredPart>, source: PartSource) -> Result<Vec<StoredPart>, String> {
    let mut parts: BTreeMap<PartNumber, StoredPart> = BTreeMap::new();
    for part in listed {
        let number = part.number;
        if part.source != source {
            return Err(format!("has part {number} of {}", part.source));
        }
        let other = parts.insert(number, part.clone());
        if other.is_some_and(|other| (other.size, other.checksum) != (part.size, part.checksum)) {
            return Err(format!("contradicts itself: it has two different parts {number}"));
        }
    }
    Ok(parts.into_values().collect())
}
