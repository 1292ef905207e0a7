//! The parts of one upload, until all are sent or one has failed for good: then nothing new is begun,
//! and what is under way gets its time to arrive, for it was authorised and will not have to be sent
//! again.

use futures::{StreamExt as _, stream};
use tokio::time::Instant;

use super::{Engine, Failure, Running, Sent, limits::GRACE};
use crate::{
    plan::Part,
    store::{Store, StoreErrorKind},
    types::UploadId,
};

/// Why the sending of an upload ends early, if it does.
pub(super) struct Halt<'a> {
    running: &'a Running<'a>,
    why: Option<Failure>,
    /// When those under way have had their time; a signal has a clock of its own.
    deadline: Option<Instant>,
}

impl<'a> Halt<'a> {
    pub(super) const fn new(running: &'a Running<'a>) -> Self {
        Self { running, why: None, deadline: None }
    }

    /// A part has failed; an error if that makes those under way useless.
    pub(super) fn at(&mut self, failure: Failure) -> Result<(), Failure> {
        match failure {
            Failure::Interrupted => self.why = self.why.take().or(Some(failure)),
            failure if spoils_all(&failure) => return Err(failure),
            failure if self.deadline.is_none() => {
                self.running.halt.cancel();
                self.why = Some(failure);
                self.deadline = Some(Instant::now() + GRACE);
            }
            // The first one is told.
            _ => {}
        }
        Ok(())
    }

    pub(super) const fn is_on(&self) -> bool {
        self.deadline.is_some()
    }

    /// Ends when those under way have had their time.
    pub(super) async fn over(&self) {
        match self.deadline {
            Some(deadline) => tokio::time::sleep_until(deadline).await,
            None => std::future::pending().await,
        }
    }

    /// What came of it.
    pub(super) fn end(self) -> Result<(), Failure> {
        self.why.map_or(Ok(()), Err)
    }
}

/// Whether no part of the upload can be of use any more: the file is another one, or the upload is
/// gone.
fn spoils_all(failure: &Failure) -> bool {
    match failure {
        Failure::Changed(_) => true,
        Failure::Refused(error) => error.kind == StoreErrorKind::Missing,
        _ => false,
    }
}

impl<S: Store> Engine<S> {
    /// Sends parts concurrently; what arrived is in `sent`, also if others failed.
    pub(super) async fn send_all(
        &self,
        running: &Running<'_>,
        upload: &UploadId,
        parts: &[Part],
        sent: &mut Vec<Sent>,
    ) -> Result<(), Failure> {
        let mut sends = stream::iter(parts)
            .map(|part| self.send(running, upload, *part))
            .buffer_unordered(self.limits.concurrency.most());
        let mut halt = Halt::new(running);
        while let Some(result) = tokio::select! {
            biased;
            result = sends.next() => result,
            () = halt.over() => None,
        } {
            match result {
                Ok(part) => sent.push(part),
                Err(failure) => halt.at(failure)?,
            }
        }
        halt.end()
    }
}

impl Running<'_> {
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
}
