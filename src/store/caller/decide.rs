//! Whether a request that failed is made again, and when: the one place where that is decided.

use std::{sync::PoisonError, time::Duration};

use tokio::time::Instant;

use super::{
    Caller,
    tries::{CallError, Failures, Next, Occasion, Tell, Told},
};
use crate::{
    pace::Ticket,
    store::{
        Store,
        backoff::Backoff,
        error::{StoreError, StoreErrorKind},
    },
    types::Operation,
};

/// Pauses that the service asks for are told from this on.
const LONG_PAUSE: Duration = Duration::from_secs(3);

impl<S: Store> Caller<S> {
    /// What becomes of a request that failed.
    pub fn next(
        &self,
        tell: Tell<'_>,
        failures: &mut Failures,
        error: StoreError,
        ticket: Ticket,
    ) -> Result<Next, CallError> {
        if error.kind == StoreErrorKind::Expired {
            return Ok(Next::Renew(error));
        }
        self.slow_down(tell, failures, &error, ticket);
        self.patience.note(&error);
        match error.kind {
            StoreErrorKind::Unreachable | StoreErrorKind::Throttled => {
                self.unanswered(failures, error, ticket)
            }
            StoreErrorKind::Transient => self.answered_with_an_error(failures, error),
            StoreErrorKind::CutOff | StoreErrorKind::NoHost => Err(CallError::CutOff(error)),
            StoreErrorKind::Expired
            | StoreErrorKind::Denied
            | StoreErrorKind::Encryption
            | StoreErrorKind::UnknownKey
            | StoreErrorKind::BadSignature
            | StoreErrorKind::Clock { .. }
            | StoreErrorKind::Missing
            | StoreErrorKind::Quota
            | StoreErrorKind::Invalid
            | StoreErrorKind::Other => Err(CallError::Refused(error)),
        }
    }

    /// What was sent has arrived damaged: the delay before it is sent again, or how often that has
    /// been tried.
    pub fn damaged(&self, failures: &mut Failures) -> Result<Duration, u32> {
        let attempts = failures.count();
        if attempts >= self.tries.attempts {
            return Err(attempts);
        }
        Ok(self.delay(failures.in_a_row))
    }

    /// Nobody was there, or nobody had the time.
    fn unanswered(
        &self,
        failures: &mut Failures,
        last: StoreError,
        ticket: Ticket,
    ) -> Result<Next, CallError> {
        let attempts = match self.tries.occasion {
            Occasion::Question => failures.count(),
            Occasion::Run | Occasion::Preflight => failures.silent(),
        };
        let operation = failures.operation;
        // A body takes as long as it takes: only its end says that something is wrong.
        let since = match operation {
            Operation::UploadPart => Instant::now(),
            _ => ticket.at(),
        };
        if self.patience.is_exhausted(operation, since) {
            return Err(CallError::GaveUp { after: self.patience.limit, last });
        }
        if attempts >= self.tries.attempts {
            return Err(CallError::Attempts { attempts, last });
        }
        let left = self.patience.left(operation);
        let (delay, error) = self.delay_after(failures, last)?;
        Ok(Next::Again { delay: delay.min(left), error })
    }

    /// An answer is no silence, so that an error of the service does not use up the patience.
    fn answered_with_an_error(
        &self,
        failures: &mut Failures,
        last: StoreError,
    ) -> Result<Next, CallError> {
        let attempts = failures.count();
        if attempts >= self.tries.attempts {
            return Err(CallError::Attempts { attempts, last });
        }
        let (delay, error) = self.delay_after(failures, last)?;
        Ok(Next::Again { delay, error })
    }

    /// The pause that a failure is followed by. Who waits for an answer does not wait for one that the
    /// service puts off for longer than that.
    fn delay_after(
        &self,
        failures: &Failures,
        last: StoreError,
    ) -> Result<(Duration, StoreError), CallError> {
        let left = self.patience.left(failures.operation);
        let is_question = self.tries.occasion == Occasion::Question;
        let asked = last.retry_after.map(|asked| if is_question { asked } else { asked.min(left) });
        let delay = Backoff::DEFAULT.delay(failures.in_a_row, fastrand::f64(), asked);
        if is_question && delay > left {
            return Err(CallError::GaveUp { after: self.patience.limit, last });
        }
        Ok((delay, last))
    }

    /// Makes the operation slower, if that is what a failure asks for.
    fn slow_down(&self, tell: Tell<'_>, failures: &Failures, error: &StoreError, ticket: Ticket) {
        let operation = failures.operation;
        // Nobody makes one of several questions wait for what another was answered.
        if let Some(asked) = error.retry_after.filter(|_| self.tries.occasion != Occasion::Question)
        {
            let left = self.patience.left(operation);
            let pause = asked.min(Backoff::MAX_RETRY_AFTER).min(left);
            self.pace.hold(operation, pause);
            if self.is_to_be_told(pause) {
                tell(&Told::Pause { operation: failures.name, asked, delay: pause });
            }
        }
        if error.kind == StoreErrorKind::Throttled {
            self.pace.throttled(operation, ticket);
        }
    }

    /// Whether a pause is long, and not told yet.
    fn is_to_be_told(&self, pause: Duration) -> bool {
        let now = Instant::now();
        let mut told = self.told_until.lock().unwrap_or_else(PoisonError::into_inner);
        let is_told = told.is_some_and(|until| now < until);
        if pause < LONG_PAUSE || is_told {
            return false;
        }
        *told = Some(now + pause);
        true
    }
}
