//! The parts of one upload, until all are sent or one has failed for good: then nothing new is begun,
//! and what is under way gets its time to arrive, for it was authorised and will not have to be sent
//! again.

use tokio::time::Instant;

use super::{Failure, limits::GRACE, upload::Upload};
use crate::store::StoreErrorKind;

/// Why the sending of an upload ends early, if it does.
pub(super) struct Halt<'a> {
    upload: &'a Upload<'a>,
    why: Option<Failure>,
    /// When those under way have had their time; a signal has a clock of its own.
    deadline: Option<Instant>,
}

impl<'a> Halt<'a> {
    pub(super) const fn new(upload: &'a Upload<'a>) -> Self {
        Self { upload, why: None, deadline: None }
    }

    /// A part has failed; an error if that makes those under way useless.
    pub(super) fn at(&mut self, failure: Failure) -> Result<(), Failure> {
        match failure {
            Failure::Interrupted => self.why = self.why.take().or(Some(failure)),
            failure if spoils_all(&failure) => return Err(failure),
            failure if self.deadline.is_none() => {
                self.upload.halt.cancel();
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
