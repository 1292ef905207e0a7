//! The request log: one line of JSON for every request, whatever became of it.

use std::{
    fs::File,
    io::{self, Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use jiff::Timestamp;
use serde::Serialize;

use crate::sandbox::{faults::Subject, rules::Source, state::record};

/// The file that lines are added to.
pub(crate) struct Log(Mutex<File>);

impl Log {
    /// Lines are added to a log that is there, and to no other file.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let is_there = path.metadata().is_ok_and(|found| found.is_file() && found.len() > 0);
        if is_there && !is_log(&mut File::open(path)?)? {
            return Err(io::Error::other("the file is not a request log"));
        }
        let file = File::options().create(true).append(true).mode(0o600).open(path)?;
        Ok(Self(Mutex::new(file)))
    }

    fn write(&self, line: &LogLine) {
        let Ok(mut text) = serde_json::to_vec(line) else { return };
        text.push(b'\n');
        // A log that cannot be written does not stop the service.
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).write_all(&text));
    }
}

/// Whether a file begins as the lines of logs do.
fn is_log(file: &mut File) -> io::Result<bool> {
    const START: &[u8] = br#"{"time":""#;
    let mut start = Vec::new();
    file.take(START.len() as u64).read_to_end(&mut start)?;
    Ok(start == START)
}

/// What is known about a request. It is written when it is dropped: a client that goes away ends
/// its request as well.
pub(crate) struct LogEntry<'a> {
    log: Option<&'a Log>,
    started: Instant,
    pub(crate) line: LogLine,
}

#[derive(Serialize)]
pub(crate) struct LogLine {
    time: Timestamp,
    /// `None` if the request is for nothing that is served.
    pub(crate) operation: Option<&'static str>,
    /// The HTTP status; `None` if no answer was made.
    pub(crate) status: Option<u16>,
    /// The error's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
    /// The faults that struck.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) faults: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<Source>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) part: Option<u16>,
    /// Bytes of the request's body that were taken.
    pub(crate) bytes: u64,
    milliseconds: u64,
    request_id: String,
}

impl<'a> LogEntry<'a> {
    pub(crate) fn new(log: Option<&'a Log>, request_id: &str) -> Self {
        let line = LogLine {
            time: record::now(),
            operation: None,
            status: None,
            code: None,
            faults: Vec::new(),
            source: None,
            part: None,
            bytes: 0,
            milliseconds: 0,
            request_id: request_id.to_owned(),
        };
        Self { log, started: Instant::now(), line }
    }

    pub(crate) fn about(&mut self, subject: Subject) {
        self.line.operation = Some(subject.operation.name());
        self.line.source = subject.source;
        self.line.part = subject.part;
    }
}

impl Drop for LogEntry<'_> {
    fn drop(&mut self) {
        if let Some(log) = self.log {
            self.line.milliseconds =
                u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
            log.write(&self.line);
        }
    }
}
