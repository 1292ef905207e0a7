//! The request log: one line of JSON for every request, whatever became of it.

use std::{
    fs::File,
    io::{self, Read as _, Write as _},
    path::Path,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use jiff::Timestamp;
use serde::Serialize;

use super::{
    faults::Subject,
    record::{self, Source},
    service::Service,
};

/// The file that lines are added to.
pub(super) struct Log(Mutex<File>);

impl Log {
    /// Nothing is added to a file that holds anything else.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        /// What every line begins with.
        const START: &[u8] = b"{\"time\":";
        if path.is_file() {
            let mut start = Vec::new();
            File::open(path)?.take(START.len() as u64).read_to_end(&mut start)?;
            if !start.is_empty() && start != START {
                return Err(io::Error::other("the file is not a request log"));
            }
        }
        Ok(Self(Mutex::new(File::options().create(true).append(true).open(path)?)))
    }

    fn write(&self, line: &Line) {
        let Ok(mut text) = serde_json::to_vec(line) else { return };
        text.push(b'\n');
        // A log that cannot be written does not stop the service.
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).write_all(&text));
    }
}

/// What is known about a request. It is written when it is dropped: a client that goes away ends
/// its request as well.
pub(super) struct Entry<'a> {
    service: &'a Service,
    started: Instant,
    pub(super) line: Line,
}

#[derive(Serialize)]
pub(super) struct Line {
    time: Timestamp,
    /// `None` if the request is for nothing that is served.
    pub(super) operation: Option<&'static str>,
    /// The HTTP status; `None` if no answer was made.
    pub(super) status: Option<u16>,
    /// The error's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<String>,
    /// The faults that struck.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) faults: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<Source>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) part: Option<u16>,
    /// Bytes of the request's body that were taken.
    pub(super) bytes: u64,
    milliseconds: u64,
    request_id: String,
}

impl<'a> Entry<'a> {
    pub(super) fn new(service: &'a Service, request_id: &str) -> Self {
        let line = Line {
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
        Self { service, started: Instant::now(), line }
    }

    pub(super) fn about(&mut self, subject: Subject) {
        self.line.operation = Some(subject.operation.name());
        self.line.source = subject.source;
        self.line.part = subject.part;
    }
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        if let Some(log) = &self.service.log {
            self.line.milliseconds =
                u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
            log.write(&self.line);
        }
    }
}
