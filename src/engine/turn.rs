//! A job's turn: the time in which its files are open and its journal is locked. However many jobs
//! there are, no more than a few have their turn at once.

use std::{io, sync::PoisonError};

use tokio::sync::SemaphorePermit;

use super::{Engine, Failure, Job, payload::unreadable, running::Running};
use crate::{
    journal::{Journal, OpenError},
    source::{Changed, Source},
    store::{Fields, Store},
};

/// Until it is dropped, a job may be open.
pub(super) struct Turn<'a, T = Fields> {
    job: &'a Job<T>,
    _permit: SemaphorePermit<'a>,
}

impl<T> Drop for Turn<'_, T> {
    fn drop(&mut self) {
        self.job.sources.iter().for_each(Source::close);
        let mut journal = self.job.memory.journal.lock().unwrap_or_else(PoisonError::into_inner);
        journal.iter_mut().for_each(Journal::lay_down);
    }
}

impl<S: Store> Engine<S> {
    /// Waits until it is a read set's turn.
    pub(super) async fn turn_of<'a>(
        &'a self,
        running: &Running<'a, S::Target>,
    ) -> Result<Turn<'a, S::Target>, Failure> {
        let permit = self.admitted(self.slots.entrance.turn()).await?;
        Ok(Turn { job: running.job, _permit: permit })
    }

    /// Opens what was closed when all had been looked at, for as long as it is the job's turn.
    pub(super) fn open_files(&self, running: &Running<'_, S::Target>) -> Result<(), Failure> {
        let memory = &running.job.memory;
        if let Some(busy) = &memory.busy {
            return Err(Failure::Busy(busy.to_string()));
        }
        let mut journal = memory.journal.lock().unwrap_or_else(PoisonError::into_inner);
        match journal.as_mut().map_or(Ok(()), Journal::take_up) {
            Ok(()) => {}
            Err(other @ (OpenError::Busy { .. } | OpenError::Gone { .. })) => {
                *journal = None;
                return Err(Failure::Busy(other.to_string()));
            }
            Err(error) => {
                *journal = None;
                self.warn(&running.track, error.without_record());
            }
        }
        drop(journal);
        let reopen = |source: &Source| source.reopen().map_err(|error| unopened(source, error));
        running.job.sources.iter().try_for_each(reopen)
    }
}

/// A file that is not what it was, or cannot be opened for a reason of the system's.
fn unopened(source: &Source, error: io::Error) -> Failure {
    match error.downcast::<Changed>() {
        Ok(changed) => changed.into(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => unreadable(source, error),
        Err(error) => {
            let (path, error) = source.blame(error);
            Failure::Read { path, error }
        }
    }
}
