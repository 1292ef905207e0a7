//! A reader that tells how far it is, and fails when its data are not wanted any more.

use std::{
    io::{self, Read},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::audience::Audience;
use crate::{event::Event, types::ByteCount};

/// So many bytes are told at a time.
const STEP: u64 = 1024 * 1024;

/// What the one who reads and the one who waits tell each other.
#[derive(Debug, Default)]
pub(super) struct Marks {
    given_up: AtomicBool,
    over: AtomicBool,
}

impl Marks {
    /// Nobody wants to know any more, or nobody can.
    pub(super) fn give_up(&self) {
        self.given_up.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_given_up(&self) -> bool {
        self.given_up.load(Ordering::Relaxed)
    }

    /// It has come to an end, whichever.
    pub(super) fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }
}

pub(super) struct Watched {
    reader: Box<dyn Read + Send>,
    audience: Audience,
    marks: Arc<Marks>,
    untold: u64,
}

impl Watched {
    pub(super) fn new(
        reader: Box<dyn Read + Send>,
        audience: &Audience,
        marks: &Arc<Marks>,
    ) -> Self {
        Self { reader, audience: audience.clone(), marks: Arc::clone(marks), untold: 0 }
    }

    fn tell(&mut self, read: usize) {
        self.untold += read as u64;
        if self.untold >= STEP || (read == 0 && self.untold > 0) {
            let (read_set, bytes) = (self.audience.item, ByteCount::new(self.untold));
            self.untold = 0;
            self.audience.observer.observe(&Event::DecodeProgress { read_set, bytes });
        }
    }
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.marks.is_given_up() {
            return Err(io::Error::other("the upload was given up"));
        }
        let read = self.reader.read(buffer);
        match &read {
            Ok(read) => self.tell(*read),
            // A pipe that ended without its end: it is told elsewhere.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => self.marks.give_up(),
            Err(_) => {}
        }
        read
    }
}
