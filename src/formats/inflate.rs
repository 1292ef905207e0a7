//! Starts the threads that decompress a file.

use std::{
    io::Read,
    num::NonZero,
    sync::{Arc, Mutex, mpsc::sync_channel},
    thread::{self, Scope, ScopedJoinHandle},
};

use super::stream::{Chunks, DecodeStop, Spare, StreamEnd, stream};
use crate::formats::{
    bgzf::{self, BgzfRules},
    gzip::decode::{self, GzipInput},
};

/// Decompresses plain gzip on one thread.
pub(crate) fn of_gzip<'scope, R: Read + Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    reader: R,
    spare: &Arc<Spare>,
) -> Result<Chunks, DecodeStop> {
    const DEPTH: usize = 4;
    let (outlet, chunks) = stream(DEPTH, spare);
    start(scope, move || {
        let end = decode::inflate(GzipInput::new(reader, Vec::new(), 0), &outlet);
        outlet.finish(end.map(|padding| StreamEnd { walked: None, padding }));
    })?;
    Ok(chunks)
}

/// Decompresses BGZF on so many threads, or as many of them as can be started, and reads it on another.
pub(crate) fn of_bgzf<'scope, R: Read + Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    reader: R,
    rules: BgzfRules,
    threads: NonZero<usize>,
    spare: &Arc<Spare>,
) -> Result<Chunks, DecodeStop> {
    let (outlet, chunks) = stream(threads.get() + 2, spare);
    let (sender, jobs) = sync_channel(threads.get() + 2);
    let jobs = Arc::new(Mutex::new(jobs));
    let worker = || {
        let (jobs, spare) = (Arc::clone(&jobs), Arc::clone(outlet.spare()));
        start(scope, move || bgzf::decode::work(&jobs, &spare))
    };
    worker()?;
    let _ = (1..threads.get()).try_for_each(|_| worker().map(drop));
    start(scope, move || {
        let end = bgzf::decode::split(reader, rules, &sender, &outlet);
        outlet.finish(end);
    })?;
    Ok(chunks)
}

/// Starts a thread.
pub(crate) fn start<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> Result<ScopedJoinHandle<'scope, T>, DecodeStop> {
    thread::Builder::new().spawn_scoped(scope, work).map_err(DecodeStop::NoThread)
}
