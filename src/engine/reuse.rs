//! Which parts of an earlier upload hold what the file holds.

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, PoisonError},
};

use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::{Engine, failure::Failure, payload::unreadable, running::Running, sent::SentPart};
use crate::{
    event::Event,
    journal::{PartRecord, UploadRecord},
    plan::{self, Part},
    source::Source,
    store::{Proof, Store, StoreErrorKind, StoredPart},
    types::{Checksum, Digest, PartNumber, PartSource},
};

/// Digests of stretches of the sources that were read from the files, for several uploads to be held
/// against: source, offset and length.
#[derive(Debug, Default)]
pub(super) struct Digests(Mutex<HashMap<(PartSource, u64, u64), Digest>>);

/// What an earlier upload is good for.
pub(super) enum Proven {
    /// All of its parts, and those that need not be sent again.
    Usable { parts: Vec<Part>, kept: Vec<SentPart> },
    /// What it holds; a pipe has to come before that says anything.
    Listed(Vec<StoredPart>),
    /// The store has no such upload.
    Gone,
    /// It holds parts that the plan has no place for.
    Foreign,
}

/// A listed part that fits the plan.
struct Claim {
    part: Part,
    checksum: Checksum,
}

impl<S: Store> Engine<S> {
    /// What an earlier upload, of which these are all parts, is good for.
    pub(super) async fn prove(
        &self,
        running: &Running<'_, S::Target>,
        upload: &UploadRecord,
        parts: Vec<Part>,
        digests: &Digests,
    ) -> Result<Proven, Failure> {
        let listed = match self.list(&running.track, &upload.id, running.streams()).await {
            Ok(listed) => listed,
            Err(Failure::Refused(error)) if error.kind == StoreErrorKind::Missing => {
                return Ok(Proven::Gone);
            }
            Err(failure) => return Err(failure),
        };
        if running.job.pipe.is_some() {
            return Ok(Proven::Listed(listed));
        }
        let Some(claims) = claims(&parts, listed) else { return Ok(Proven::Foreign) };
        let known = known(running, upload);
        let (told, untold): (Vec<_>, Vec<_>) = claims
            .into_iter()
            .map(|claim| {
                let record = known.get(&(claim.part.source, claim.part.number));
                let record = record.filter(|record| record.size == claim.part.size);
                (record.cloned(), claim)
            })
            .partition(|(record, _)| record.is_some());
        let mut kept: Vec<_> = told
            .into_iter()
            .filter_map(|(record, claim)| {
                let record = record?;
                // A checksum that says nothing is as good as the one that was given for these bytes.
                let given = claim.checksum == record.checksum;
                let kept = self.accept(claim, record.digest, given)?;
                recall(running, &kept.part, record.seen.as_deref());
                Some(kept)
            })
            .collect();
        let unread: Vec<_> = untold.into_iter().map(|(_, claim)| claim).collect();
        kept.extend(self.read(running, unread, digests).await?);
        Ok(Proven::Usable { parts, kept })
    }

    /// Which of some parts the store has, as the files say.
    pub(super) async fn prove_untold(
        &self,
        running: &Running<'_, S::Target>,
        upload: &UploadRecord,
        untold: &[Part],
    ) -> Result<Vec<SentPart>, Failure> {
        let listed = self.list(&running.track, &upload.id, running.streams()).await?;
        let places: HashSet<_> = untold.iter().map(|part| (part.source, part.number)).collect();
        let listed =
            listed.into_iter().filter(|there| places.contains(&(there.source, there.number)));
        let claims = claims(untold, listed.collect()).unwrap_or_default();
        self.read(running, claims, &Digests::default()).await
    }

    /// Keeps a part whose checksum is that of the digest.
    fn accept(&self, claim: Claim, digest: Digest, given: bool) -> Option<SentPart> {
        let Claim { part, checksum } = claim;
        let kept = match self.store().compare(&checksum, &digest) {
            Proof::Equal => true,
            Proof::Different => false,
            Proof::Opaque => given,
        };
        kept.then_some(SentPart { part, digest, checksum })
    }

    /// Reads the file where nobody remembers what was sent.
    async fn read(
        &self,
        running: &Running<'_, S::Target>,
        claims: Vec<Claim>,
        digests: &Digests,
    ) -> Result<Vec<SentPart>, Failure> {
        if claims.is_empty() {
            return Ok(Vec::new());
        }
        self.tell_checking(running, claims.iter().map(|claim| claim.part));
        let read = stream::iter(claims)
            .map(|claim| async {
                let digest = self.digest(running, &claim.part, digests).await?;
                let read_set = running.track.item;
                self.tell(&Event::Checked { read_set, bytes: claim.part.size });
                Ok::<_, Failure>(self.accept(claim, digest, false))
            })
            .buffer_unordered(readers());
        let kept: Vec<Option<SentPart>> = read.try_collect().await?;
        Ok(kept.into_iter().flatten().collect())
    }

    pub(super) async fn digest(
        &self,
        running: &Running<'_, S::Target>,
        part: &Part,
        digests: &Digests,
    ) -> Result<Digest, Failure> {
        let place = (part.source, part.offset, part.size.get());
        let known = digests.0.lock().unwrap_or_else(PoisonError::into_inner).get(&place).copied();
        if let Some(digest) = known {
            return Ok(digest);
        }
        let source = running.source(part).ok_or(Failure::Interrupted)?;
        source.check()?;
        let digest = self.admitted(source.digest(part, &self.slots.blocks)).await?;
        let digest = digest.map_err(|error| unreadable(source, error))?;
        digests.0.lock().unwrap_or_else(PoisonError::into_inner).insert(place, digest);
        Ok(digest)
    }
}

impl<S: Store> Engine<S> {
    /// Just before Complete: all parts are parts of one content. Where a file may have changed since it
    /// was opened although its date says no (`ctime` changes with permissions and links, too), its
    /// parts are read once more; all of that reading lies behind all of the sending, so parts that are
    /// the same both times were all there in between.
    pub(super) async fn prove_again(
        &self,
        running: &Running<'_, S::Target>,
        sent: &[SentPart],
    ) -> Result<(), Failure> {
        let sources = &running.job.sources;
        sources.iter().try_for_each(Source::check)?;
        let doubtful: Vec<_> = sources.iter().map(Source::is_doubtful).collect();
        let is_doubtful = |sent: &&SentPart| doubtful.get(sent.part.source as usize) == Some(&true);
        let doubtful: Vec<_> = sent.iter().filter(is_doubtful).collect();
        if !doubtful.is_empty() {
            self.tell_checking(running, doubtful.iter().map(|sent| sent.part));
            let read = stream::iter(doubtful).map(|sent| self.compare(running, sent));
            read.buffer_unordered(readers()).try_collect::<()>().await?;
        }
        sources.iter().try_for_each(Source::check)?;
        Ok(())
    }

    /// Reads a part once more and compares it with what was sent.
    async fn compare(
        &self,
        running: &Running<'_, S::Target>,
        sent: &SentPart,
    ) -> Result<(), Failure> {
        let source = running.source(&sent.part).ok_or(Failure::Interrupted)?;
        let digest = self.admitted(source.digest_unseen(&sent.part, &self.slots.blocks)).await?;
        if digest.map_err(|error| unreadable(source, error))? != sent.digest {
            return Err(source.changed_since_sent(&sent.part).into());
        }
        let (read_set, bytes) = (running.track.item, sent.part.size);
        self.tell(&Event::Checked { read_set, bytes });
        Ok(())
    }

    pub(super) fn tell_checking(
        &self,
        running: &Running<'_, S::Target>,
        parts: impl Iterator<Item = Part>,
    ) {
        self.tell(&Event::Checking { read_set: running.track.item, bytes: plan::bytes(parts) });
    }
}

/// How many parts are read at a time.
pub(super) fn readers() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}

/// Tells what was found in a part that will not be read.
pub(super) fn recall<T>(running: &Running<'_, T>, part: &Part, seen: Option<&str>) {
    let trial = running.source(part).and_then(Source::trial);
    if let (Some(trial), Some(seen)) = (trial, seen) {
        trial.recall(part.offset, part.size.get(), seen);
    }
}

/// What the journal knows of an upload's parts.
pub(super) fn known<T>(
    running: &Running<'_, T>,
    upload: &UploadRecord,
) -> HashMap<(PartSource, PartNumber), PartRecord> {
    let Some(record) = running.job.memory.record() else { return HashMap::new() };
    // Digests of parts of another size are digests of other bytes.
    let same_cut = record.part_size == upload.part_size;
    if same_cut { record.parts.into_iter().collect() } else { HashMap::new() }
}

/// The listed parts that can be kept; `None` if one has no place in the plan. A part of the wrong size
/// has a place: it is sent again, which replaces it.
fn claims(parts: &[Part], listed: Vec<StoredPart>) -> Option<Vec<Claim>> {
    let plan: HashMap<_, _> = parts.iter().map(|part| ((part.source, part.number), part)).collect();
    let mut claims = Vec::with_capacity(listed.len());
    for stored in listed {
        let part = **plan.get(&(stored.source, stored.number))?;
        if let Some(checksum) = stored.checksum
            && stored.size == part.size
        {
            claims.push(Claim { part, checksum });
        }
    }
    Some(claims)
}
