//! Requests of commands that people wait for: a few tries, short pauses, and never in silence.

use std::time::Duration;

use tokio::time::Instant;

use crate::{
    pace::Pace,
    report::output,
    retry::Backoff,
    store::{StoreError, StoreErrorKind},
};

/// How often a request is tried that fails or finds nobody.
const TRIES: u32 = 6;

/// The longest time that all pauses of one request may take. A service that asks for a longer one is
/// not asked again.
const PATIENCE: Duration = Duration::from_mins(1);

/// A pause that is told: a shorter one is over before it is read.
const LONG_PAUSE: Duration = Duration::from_secs(3);

/// A request with a few more tries.
pub(crate) async fn patiently<T, F>(
    pace: &Pace,
    operation: &'static str,
    request: impl Fn() -> F,
) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    let end = Instant::now() + PATIENCE;
    let mut failures = 0;
    loop {
        let ticket = pace.turn(operation).await;
        let error = match request().await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        if error.kind == StoreErrorKind::Throttled {
            pace.throttled(operation, ticket);
        }
        failures += 1;
        let passing = matches!(
            error.kind,
            StoreErrorKind::Unreachable | StoreErrorKind::Transient | StoreErrorKind::Throttled
        );
        let pause = Backoff::DEFAULT.delay(failures, fastrand::f64(), error.retry_after);
        if !passing || failures >= TRIES || Instant::now() + pause > end {
            return Err(error);
        }
        tell(&error, pause);
        tokio::time::sleep(pause).await;
    }
}

/// Says why nothing happens for a while.
pub(crate) fn tell(error: &StoreError, pause: Duration) {
    if pause >= LONG_PAUSE {
        output::complain(&format!("note: {error}: trying again in {} s\n", pause.as_secs()));
    }
}

/// What can be done about a request that was not tried again, if its failure says so.
pub(crate) fn advice(error: &StoreError) -> Option<String> {
    let asked = error.retry_after.filter(|asked| *asked >= LONG_PAUSE)?;
    let asked = asked.min(Duration::from_hours(24)).as_secs();
    Some(format!("the service asks for a pause: run the same command again in {asked} s"))
}
