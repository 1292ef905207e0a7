//! Where text leaves the program. A reader that has gone away ends nothing.

use std::io::Write as _;

use crate::{
    report::{Abort, Problem, status},
    signal::Signals,
};

/// Writes to stdout; gives the exit status for it.
///
/// A closed pipe is the reader's own decision; any other failure means that the data did not get
/// where they were asked to be.
pub(crate) fn print(bytes: &[u8]) -> u8 {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Ok(()) => status::DONE,
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => status::DONE,
        Err(error) => {
            complain(
                &Problem::new(anyhow::Error::new(error).context("cannot write to stdout")).text(),
            );
            status::FAILED
        }
    }
}

/// A JSON document on a line of its own.
pub(crate) fn json(document: &impl serde::Serialize) -> String {
    crate::types::line(document) + "\n"
}

/// Writes to stderr, if anybody still reads it.
pub(crate) fn complain(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Signals, from now on.
pub(crate) fn signals() -> Result<Signals, Abort> {
    Signals::listen().map_err(|error| broken(error, "cannot wait for signals"))
}

/// Prints what stdout is to hold. What cannot be written there must not be lost: the lines go to stderr
/// then.
pub(crate) fn deliver(document: &[u8], lines: impl FnOnce() -> Vec<u8>) -> u8 {
    let printed = print(document);
    if printed != status::DONE {
        let lines = lines();
        let lines = String::from_utf8_lossy(&lines).trim_end().replace('\n', ", ");
        complain(&format!("\nhint: what it should have held: {lines}\n"));
    }
    printed
}

/// What is said, and the exit status, if a signal ended a run before it began.
pub(crate) fn stopped(signals: &Signals) -> u8 {
    signals.first().map_or(status::FAILED, |signal| {
        complain(&format!("error: stopped by {} before anything was uploaded\n", signal.name()));
        signal.exit_status()
    })
}

/// A failure of the system that has nothing to do with the input.
pub(crate) fn broken(
    error: impl std::error::Error + Send + Sync + 'static,
    what: &'static str,
) -> Abort {
    Abort::Broken(Problem::new(anyhow::Error::new(error).context(what)))
}
