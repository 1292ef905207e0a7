//! A pipe: its parts are cut as they come, sent from memory, and come only once.
//!
//! A permit is held from before a part is read until it is sent, so that what is in memory is what the
//! permits allow. An earlier upload is known by how its data begin; which of its parts are the same is
//! seen when they come.

use std::{
    collections::{BTreeMap, HashMap},
    pin::pin,
    sync::atomic::Ordering,
};

use futures::{StreamExt as _, stream, stream::FuturesUnordered};

use super::{
    Engine, failure::Failure, halt::Halt, payload::Load, permits::Permit, running::Running,
    sent::SentPart, upload::Upload,
};
use crate::{
    event::Event,
    journal::PartRecord,
    plan::Part,
    source::{Filled, Pipe, PipeError, PipeParts},
    store::{Proof, Store, StoredPart},
    types::{ByteCount, PartNumber, PartSource, ReadSetId, Sha256},
};

/// What an earlier attempt has left behind.
struct EarlierParts {
    /// The store's list.
    there: HashMap<PartNumber, StoredPart>,
    /// What this machine remembers.
    known: BTreeMap<(PartSource, PartNumber), PartRecord>,
}

/// A part that came, and the permit for it.
struct Came<'a> {
    part: Part,
    filled: Filled,
    permit: Permit<'a>,
}

/// Where the next part begins.
struct Flow<'a> {
    pipe: &'a Pipe,
    parts: PipeParts,
    /// Parts that came.
    count: u64,
    offset: u64,
}

impl<S: Store> Engine<S> {
    /// Sends a pipe to its end. If something else than sending fails, what has come by then is still
    /// sent: it cannot be had again.
    pub(super) async fn pour(
        &self,
        running: &Running<'_, S::Target>,
        upload: &Upload<'_>,
        pipe: &Pipe,
        there: &[StoredPart],
    ) -> Result<Vec<SentPart>, Failure> {
        self.tell_comparing(upload, there);
        let known = running.job.memory.record().map(|record| record.parts).unwrap_or_default();
        let there = there.iter().map(|part| (part.number, part.clone())).collect();
        let earlier = EarlierParts { there, known };
        let flow = self.flow(pipe)?;
        let coming = stream::try_unfold(flow, |flow| self.next(flow));
        let mut coming = pin!(coming.fuse());
        let mut sends = FuturesUnordered::new();
        let mut sent = Vec::new();
        let mut end = Ok(());
        let mut halt = Halt::new(upload);
        loop {
            tokio::select! {
                biased;
                Some(result) = sends.next() => match result {
                    Ok(part) => sent.push(part),
                    Err(failure) => halt.at(failure)?,
                },
                () = halt.over(), if halt.is_on() && !sends.is_empty() => break,
                Some(came) = coming.next(), if !halt.is_on() => match came {
                    Err(failure) => end = Err(failure),
                    Ok(came) => match self.keep(running, &earlier, &came) {
                        Some(kept) => sent.push(kept),
                        None => sends.push(self.send_one(upload, came)),
                    },
                },
                else => break,
            }
        }
        end.and(halt.end())?;
        not_shorter(&earlier, sent.len())?;
        Ok(sent)
    }

    fn flow<'a>(&self, pipe: &'a Pipe) -> Result<Flow<'a>, Failure> {
        let read_before = || PipeError::Read(std::io::ErrorKind::UnexpectedEof.into());
        let parts = pipe.start(&self.slots.blocks).ok_or_else(read_before)?;
        Ok(Flow { pipe, parts, count: 0, offset: 0 })
    }

    /// The part that comes next, when there is a permit for it.
    async fn next<'a, 'b>(
        &'a self,
        mut flow: Flow<'b>,
    ) -> Result<Option<(Came<'a>, Flow<'b>)>, Failure> {
        let permit = self.admitted(self.slots.permits.acquire()).await?;
        let rules = self.store().rules();
        let came = self.caller.admitted(flow.take(&rules)).await??;
        Ok(came.map(|(part, filled)| (Came { part, filled, permit }, flow)))
    }

    async fn send_one(&self, upload: &Upload<'_>, came: Came<'_>) -> Result<SentPart, Failure> {
        let Came { part, filled, permit } = came;
        self.deliver(upload, Load::Memory(filled, part), permit).await
    }

    /// A part that the store has already.
    fn keep(
        &self,
        running: &Running<'_, S::Target>,
        earlier: &EarlierParts,
        came: &Came<'_>,
    ) -> Option<SentPart> {
        let Came { part, filled, .. } = came;
        let stored = earlier.there.get(&part.number).filter(|stored| stored.size == part.size)?;
        let (checksum, digest) = (stored.checksum.clone()?, filled.digest());
        let known = earlier.known.get(&(part.source, part.number));
        let is_same = match self.store().compare(&checksum, &digest) {
            Proof::Equal => true,
            Proof::Different => false,
            // As good as the one that was given for these very bytes.
            Proof::Opaque => known.is_some_and(|known| {
                (known.size, known.digest, &known.checksum) == (part.size, digest, &checksum)
            }),
        };
        let sent = SentPart { part: *part, digest, checksum };
        is_same.then(|| {
            running.track.tally.parts_reused.fetch_add(1, Ordering::Relaxed);
            if known.is_none_or(|known| known.digest != digest) {
                self.note_part(running, &sent);
            }
            running.facts.kept(&sent);
            let (part, bytes) = (running.track.part(part), part.size);
            self.tell(&Event::PartUploaded { part, bytes });
            sent
        })
    }

    /// Makes sure that a read set was made of what comes, if that is a pipe: how data begin is not
    /// enough to take one for the other.
    pub(super) async fn recognise(
        &self,
        running: &Running<'_, S::Target>,
        read_set: &ReadSetId,
    ) -> Result<(), Failure> {
        let Some(pipe) = &running.job.pipe else { return Ok(()) };
        let known = running.job.memory.record().map(|record| record.parts).unwrap_or_default();
        let mut flow = self.flow(pipe)?;
        let mut same = 0;
        while let Some((came, further)) = self.next(flow).await? {
            let part = known.get(&(came.part.source, came.part.number));
            if !part.is_some_and(|part| {
                (part.size, part.digest) == (came.part.size, came.filled.digest())
            }) {
                return Err(Failure::Other(read_set.clone()));
            }
            same += 1;
            flow = further;
        }
        running.track.tally.parts_reused.store(same, Ordering::Relaxed);
        if same == known.len() as u64 { Ok(()) } else { Err(Failure::Other(read_set.clone())) }
    }

    /// Reads a pipe to its end without sending it.
    pub(super) async fn drained(
        &self,
        pipe: &Pipe,
    ) -> Result<Vec<(PartSource, ByteCount, Sha256)>, Failure> {
        let mut flow = self.flow(pipe)?;
        let mut parts = Vec::new();
        while let Some((came, further)) = self.next(flow).await? {
            parts.push((came.part.source, came.part.size, came.filled.digest().sha256()));
            flow = further;
        }
        Ok(parts)
    }

    fn tell_comparing(&self, upload: &Upload<'_>, there: &[StoredPart]) {
        if !there.is_empty() {
            self.tell(&Event::Comparing {
                read_set: upload.track.item,
                upload_id: upload.id.clone(),
                parts: u32::try_from(there.len()).unwrap_or(u32::MAX),
                bytes: ByteCount::new(there.iter().map(|part| part.size.get()).sum()),
            });
        }
    }
}

impl Flow<'_> {
    /// Reads the next part; `None` at the end of the pipe.
    async fn take(
        &mut self,
        rules: &crate::plan::Rules,
    ) -> Result<Option<(Part, Filled)>, Failure> {
        let number = u16::try_from(self.count + 1).ok().and_then(PartNumber::new);
        let number = number.filter(|number| u64::from(number.get()) <= rules.max_parts);
        // One byte tells whether there is more.
        let size = number.map_or(1, |number| self.pipe.cut().part_size(number).get());
        let Some(filled) = self.parts.next(size).await? else { return Ok(None) };
        let size = filled.size();
        let (Some(number), true) = (number, self.offset + size.get() <= rules.max_source.get())
        else {
            let bytes = ByteCount::new(self.offset);
            return Err(Failure::TooLong { parts: self.count, bytes });
        };
        let part = Part { source: PartSource::Source1, number, offset: self.offset, size };
        self.count += 1;
        self.offset += size.get();
        Ok(Some((part, filled)))
    }
}

/// Parts of an earlier upload behind the end of the pipe cannot be taken out of it.
fn not_shorter(earlier: &EarlierParts, count: usize) -> Result<(), Failure> {
    let beyond = earlier.there.values().filter(|part| usize::from(part.number.get()) > count);
    match beyond.min_by_key(|part| part.number) {
        None => Ok(()),
        Some(part) => {
            let last = count as u64;
            Err(Failure::Shorter { last, number: part.number, size: part.size })
        }
    }
}
