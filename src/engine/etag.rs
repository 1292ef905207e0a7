//! The last question: whether the hash that the store has made of the data is our own.

use std::time::Duration;

use tokio::time::Instant;

use super::{Ended, Engine, Failure, NotKnown, Verify, running::Running};
use crate::{
    event::Event,
    store::ReadSets,
    types::{EtagResult, Operation, ReadSetEtag, ReadSetId},
};

/// How long a read set that is there may be without its hash.
const LATE: Duration = Duration::from_mins(1);

const PAUSE: Duration = Duration::from_secs(5);

impl<S: ReadSets> Engine<S> {
    /// Holds the store's hash of a read set that is there against ours.
    pub(super) async fn compare_etags(
        &self,
        running: &Running<'_>,
        id: &ReadSetId,
        ended: &mut Ended,
    ) -> Result<(), Failure> {
        let insists = running.job.verify == Verify::Insist;
        if insists && ended.etag_found.is_none() && ended.etag_expected.is_some() {
            ended.etag_found = self.late_etag(running, id).await?;
        }
        let result = ended.etag_result();
        let (expected, found) = (ended.etag_expected.clone(), ended.etag_found.clone());
        self.tell(&Event::EtagCompared { read_set: running.track.item, expected, found, result });
        if insists { judge(id, ended, result) } else { Ok(()) }
    }

    /// The hash of a read set that had none when it was first seen.
    async fn late_etag(
        &self,
        running: &Running<'_>,
        id: &ReadSetId,
    ) -> Result<Option<ReadSetEtag>, Failure> {
        let begun = Instant::now();
        while begun.elapsed() < LATE {
            self.caller.pause(PAUSE).await.map_err(|_| interrupted(id))?;
            let look =
                self.call(&running.track, Operation::ShowReadSet, || self.store().read_set(id));
            match look.await {
                Ok(found) => {
                    if let Some(etag) = found.state.etag() {
                        return Ok(Some(etag));
                    }
                }
                Err(Failure::Interrupted) => return Err(interrupted(id)),
                Err(_) => return Ok(None),
            }
        }
        Ok(None)
    }
}

fn interrupted(id: &ReadSetId) -> Failure {
    Failure::NotKnown { id: id.clone(), why: NotKnown::Interrupted }
}

fn judge(id: &ReadSetId, ended: &Ended, result: EtagResult) -> Result<(), Failure> {
    let not_verified = |why: String| Failure::NotVerified { id: id.clone(), why };
    match (result, &ended.etag_expected, &ended.etag_found) {
        (EtagResult::Matches, ..) => Ok(()),
        (EtagResult::NotComparable, Some(expected), Some(found)) => Err(not_verified(format!(
            "it was made in another way: the store has {found}, and we made {expected}"
        ))),
        (_, Some(expected), Some(found)) => Err(Failure::OtherEtag {
            id: id.clone(),
            expected: Box::new(expected.clone()),
            found: Box::new(found.clone()),
        }),
        (_, None, _) => Err(not_verified(
            "an earlier run has completed it, and its data were not read again".to_owned(),
        )),
        (_, _, None) => Err(not_verified(format!(
            "the store shows none {} after it became active",
            humantime::format_duration(LATE)
        ))),
    }
}
