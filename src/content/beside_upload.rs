//! Reads the data of an upload in order and beside the sending: what is damaged, or has another MD5
//! than it should, must not become a read set; what was found is kept.
//!
//! Works on threads of its own, which nobody has to wait for: when an upload is given up, their
//! readers fail. Knows neither paths nor the network.

mod audience;
mod input;
mod reading;
mod watched;

use std::{
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    thread,
};

pub use audience::Audience;
use futures::future::{BoxFuture, FutureExt as _};
pub use input::{DecodeInput, Depth};
use tokio::sync::oneshot;

use super::decode::DecodeFailure;
use crate::{
    event::Event,
    source::{Defect, Findings, Trial},
};
use watched::Marks;

/// A look at one upload's data.
pub struct Decoding {
    work: Mutex<Option<Work>>,
    verdict: Mutex<Option<oneshot::Receiver<Result<(), Defect>>>>,
    audience: Audience,
    marks: Arc<Marks>,
    /// Why there is no thread.
    unstarted: OnceLock<Defect>,
}

/// What the thread needs.
struct Work {
    sources: Vec<Vec<DecodeInput>>,
    depth: Depth,
    findings: Arc<OnceLock<Findings>>,
    answer: oneshot::Sender<Result<(), Defect>>,
}

impl fmt::Debug for Decoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoding").field("marks", &self.marks).finish_non_exhaustive()
    }
}

impl Decoding {
    /// One source, or two with mates, which are compared in step, each of one or more files; `findings`
    /// gets what is in them.
    pub fn new(
        sources: Vec<Vec<DecodeInput>>,
        depth: Depth,
        findings: Arc<OnceLock<Findings>>,
        audience: Audience,
    ) -> Self {
        let (answer, verdict) = oneshot::channel();
        let work = Work { sources, depth, findings, answer };
        let verdict = Mutex::new(Some(verdict));
        let (marks, unstarted) = (Arc::default(), OnceLock::new());
        Self { work: Mutex::new(Some(work)), verdict, audience, marks, unstarted }
    }
}

impl Trial for Decoding {
    fn begin(&self) {
        let work = self.work.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(work) = work else { return };
        let (audience, marks) = (self.audience.clone(), Arc::clone(&self.marks));
        let started = thread::Builder::new().spawn(move || work.run(&audience, &marks));
        if let Err(error) = started {
            let failure = DecodeFailure::NoThread(error);
            let _ = self.unstarted.set(reading::defect(&failure, &[]));
        }
    }

    fn sent(&self) {
        if !self.marks.is_over() {
            self.audience.observer.observe(&Event::Decoding { read_set: self.audience.item });
        }
    }

    fn verdict(self: Arc<Self>) -> BoxFuture<'static, Result<(), Defect>> {
        let verdict = self.verdict.lock().unwrap_or_else(PoisonError::into_inner).take();
        let guard = GiveUp(Arc::clone(&self.marks));
        async move {
            let _guard = guard;
            let Some(verdict) = verdict else { return std::future::pending().await };
            match verdict.await {
                Ok(verdict) => verdict,
                // Whoever left the readers without their data knows why, and tells.
                Err(_) if self.marks.is_given_up() => std::future::pending().await,
                Err(_) => Err(self.unstarted.get().cloned().unwrap_or_else(|| Defect {
                    message: "a thread that decodes has failed".to_owned(),
                    hint: None,
                    passes: false,
                })),
            }
        }
        .boxed()
    }
}

impl Work {
    fn run(self, audience: &Audience, marks: &Arc<Marks>) {
        let found = reading::look(self.sources, self.depth, audience, marks);
        marks.end();
        // Whatever readers that were made to fail look like, it is no flaw of the data.
        if marks.is_given_up() {
            return;
        }
        let verdict = found.map(|found| {
            audience.tell(&found);
            // Nobody else puts anything there.
            let _ = self.findings.set(found);
        });
        let _ = self.answer.send(verdict);
    }
}

/// Makes the readers fail when nobody waits for the verdict any more.
struct GiveUp(Arc<Marks>);

impl Drop for GiveUp {
    fn drop(&mut self) {
        self.0.give_up();
    }
}
