//! Moves the parts of read sets to a store, confirms them, completes and waits.
//!
//! Bounded, paced, retried and cancellable; knows neither AWS nor terminals nor file formats. One
//! [`Engine`] serves a whole run: its slots, its pace and its patience are shared by all uploads. An
//! upload is three stages with values between them: `open` gives an [`Opened`], `send` and `confirm`
//! give [`Confirmed`] parts, `complete` a read set; `run` goes through all of them for all jobs.

mod admission;
mod archive;
mod archive_complete;
mod archive_found;
mod archive_open;
mod attempt;
mod begun_elsewhere;
mod call;
mod complete;
mod confirm;
mod content;
mod counts;
mod create;
mod etag;
mod existing;
mod facts;
mod failure;
mod gauge;
mod halt;
mod idle;
mod job;
mod levelling;
mod limits;
mod memory;
mod notes;
mod open;
mod open_uploads;
mod ours;
mod payload;
mod permits;
mod pipe;
mod reuse;
mod run;
mod running;
mod send;
mod sent;
mod share;
mod slots;
mod trials;
mod turn;
mod upload;
mod wait;

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize},
    },
};

use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

pub use archive::{ArchiveEnded, KnownArchive};
pub use confirm::Confirmed;
pub use counts::Counts;
pub use facts::{Facts, PartFact};
pub use failure::{Failure, NotKnown};
pub use job::{Ended, Job, Share, Verify};
pub use limits::{Concurrency, GRACE, Limits, TURNS};
pub use memory::{IfExists, Memory, Recall};
pub use open::{OpenedUpload, Opening};
pub use running::Running;
pub use sent::SentPart;
pub use upload::Upload;

pub use crate::store::Stop;
use crate::{
    event::Observer,
    store::{Caller, ListedUpload, Store},
    types::{Operation, ReadSetId},
};

/// Sends jobs to one store.
pub struct Engine<S> {
    caller: Caller<S>,
    observer: Arc<dyn Observer>,
    limits: Limits,
    slots: slots::Slots,
    open_uploads: open_uploads::OpenUploads,
    /// Cancelled: no further job is begun.
    last_call: CancellationToken,
    /// Read sets whose processing is waited for.
    waiting: AtomicUsize,
    warned_opaque: AtomicBool,
    noted_no_digest: AtomicBool,
    /// The unfinished uploads of the store, as they were when somebody asked first.
    listed: OnceCell<Vec<ListedUpload>>,
    /// The read sets of this run, so that no job takes another's for its own.
    made: Mutex<HashSet<ReadSetId>>,
}

impl<S: Store> Engine<S> {
    pub fn new(store: S, observer: Arc<dyn Observer>, limits: Limits, stop: Stop) -> Self {
        let slots = slots::Slots::new(&limits, &store.rules());
        let caller = Caller::new(store, limits.tries(), stop);
        if let Some(rate) = limits.requests_per_second {
            caller.pace().set(Operation::UploadPart, rate);
        }
        Self {
            caller,
            observer,
            limits,
            slots,
            open_uploads: open_uploads::OpenUploads::default(),
            last_call: CancellationToken::new(),
            waiting: AtomicUsize::new(0),
            warned_opaque: AtomicBool::new(false),
            noted_no_digest: AtomicBool::new(false),
            listed: OnceCell::new(),
            made: Mutex::default(),
        }
    }

    /// The quota of parts a second that all processes share, if one is known.
    pub fn part_quota(&self) -> Option<f64> {
        self.caller.pace().quota(Operation::UploadPart)
    }

    /// So many processes send parts at present: each keeps to its share of the quota and of the cap.
    pub fn share_rates(&self, processes: u32) {
        self.caller.pace().share(Operation::UploadPart, processes);
        if let Some(cap) = &self.slots.cap {
            cap.share(processes);
        }
    }
}

#[cfg(test)]
mod tests;
