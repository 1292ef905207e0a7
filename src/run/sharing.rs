//! Several processes that send parts of one run share the quota and the cap on the bandwidth: each takes
//! what there is, divided by those that are at work.

use std::{sync::Arc, time::Duration};

use super::{
    random,
    run_folder::{Heartbeat, ShareState, beats_apart},
};
use crate::{engine::Engine, journal::SharedNotes, store::Store};

/// What a process tells the others, and how it hears of them.
pub(crate) struct Sharing {
    pub(crate) heartbeat: Heartbeat,
    /// Where the parts are noted that it has sent.
    pub(crate) notes: Arc<SharedNotes>,
    /// What its share is, and what was done of it before.
    pub(crate) before: ShareState,
    /// How many processes may begin at the same moment, before they can see each other.
    pub(crate) at_first: u32,
}

/// The most that a process waits before it begins.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Processes that begin at the same time see each other soon.
const FIRST_BEATS: u32 = 5;
const FIRST_APART: Duration = Duration::from_secs(2);

impl Sharing {
    /// How far it is.
    fn done(&self) -> ShareState {
        let (parts, bytes) = self.notes.sent();
        ShareState {
            sent_parts: self.before.sent_parts + parts,
            sent_bytes: self.before.sent_bytes + bytes.get(),
            ..self.before
        }
    }

    /// Tells the others, and keeps to a fair share.
    fn beat<S: Store>(&self, engine: &Engine<S>) -> u32 {
        let processes = self.heartbeat.beat(self.done());
        engine.share_rates(processes);
        processes
    }

    async fn keep<S: Store>(&self, engine: &Engine<S>) {
        let mut apart = FIRST_APART;
        for beat in 1_u32.. {
            tokio::time::sleep(apart).await;
            let processes = self.beat(engine);
            apart = if beat < FIRST_BEATS { FIRST_APART } else { beats_apart(processes) };
        }
    }
}

/// Does the work of this process while the rates are shared, if they are.
pub(super) async fn beside<S: Store, T>(
    sharing: Option<&Sharing>,
    engine: &Engine<S>,
    work: impl Future<Output = T>,
) -> T {
    let Some(sharing) = sharing else { return work.await };
    let processes = sharing.beat(engine).max(sharing.at_first);
    engine.share_rates(processes);
    // All of an array begin at once: their first requests come one after the other.
    if let Some(quota) = engine.part_quota() {
        let period = Duration::from_secs_f64(f64::from(processes) / quota).min(LONGEST_WAIT);
        tokio::time::sleep(period.mul_f64(random::fraction())).await;
    }
    let done = tokio::select! {
        done = work => done,
        () = sharing.keep(engine) => unreachable!("beats go on"),
    };
    sharing.heartbeat.tell(sharing.done());
    done
}
