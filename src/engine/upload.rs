//! What the parts of one upload share while they are sent, in whatever process.

use tokio_util::sync::CancellationToken;

use super::{
    admission::Admitted,
    counts::Track,
    failure::Failure,
    permits::{Permit, Permits},
    sent::SentPart,
};
use crate::{plan::Part, source::Source, types::UploadId};

/// Where it is written down that a part has arrived.
pub(super) type PartNote<'a> = &'a (dyn Fn(&SentPart) + Send + Sync);

/// An upload whose parts are sent.
pub struct Upload<'a> {
    pub(super) id: &'a UploadId,
    pub(super) track: Track,
    /// None of what comes through a pipe.
    pub(super) sources: &'a [Source],
    pub(super) note: PartNote<'a>,
    pub(super) entry: Admitted<'a>,
    /// Held by the one part that waits in line for a permit.
    in_line: tokio::sync::Mutex<()>,
    /// Cancelled: no further part of it begins.
    pub(super) halt: CancellationToken,
}

impl<'a> Upload<'a> {
    pub(super) fn new(
        id: &'a UploadId,
        track: Track,
        sources: &'a [Source],
        note: PartNote<'a>,
        (entry, halt): (Admitted<'a>, CancellationToken),
    ) -> Self {
        let in_line = tokio::sync::Mutex::default();
        Self { id, track, sources, note, entry, in_line, halt }
    }

    pub(super) const fn is_pipe(&self) -> bool {
        self.sources.is_empty()
    }

    /// How many sources it has at the store.
    pub(super) fn streams(&self) -> usize {
        self.sources.len().max(1)
    }

    /// Waits until a part may be in flight. Of every upload one part at a time stands in line, so that
    /// they take turns.
    pub(super) async fn permit<'p>(&self, permits: &'p Permits) -> Result<Permit<'p>, Failure> {
        let wait = async {
            let _in_line = self.in_line.lock().await;
            permits.acquire().await
        };
        self.unless_halted(wait).await?.map_err(|_| Failure::Interrupted)
    }

    /// Waits for something that is pointless once nothing new is begun.
    pub(super) async fn unless_halted<T>(
        &self,
        future: impl Future<Output = T>,
    ) -> Result<T, Failure> {
        tokio::select! {
            biased;
            () = self.halt.cancelled() => Err(Failure::Interrupted),
            done = future => Ok(done),
        }
    }

    /// The file that a part belongs to.
    pub(super) fn source(&self, part: &Part) -> Option<&'a Source> {
        self.sources.get(part.source as usize)
    }
}
