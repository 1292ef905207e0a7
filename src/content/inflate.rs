//! Starts the threads that decompress a file.

use std::{
    io::Read,
    num::NonZero,
    sync::{Arc, Mutex, mpsc::sync_channel},
    thread::Scope,
};

use super::{
    bgzf::{self, Rules},
    gzip::{self, Input},
    stream::{Chunks, Ended, stream},
};

/// Decompresses plain gzip on one thread.
pub(super) fn of_gzip<'scope, R: Read + Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    reader: R,
) -> Chunks {
    const DEPTH: usize = 4;
    let (outlet, chunks) = stream(DEPTH);
    scope.spawn(move || {
        let end = gzip::inflate(Input::new(reader, Vec::new(), 0), &outlet);
        outlet.finish(end.map(|padding| Ended { walked: None, padding }));
    });
    chunks
}

/// Decompresses BGZF on so many threads, and reads it on another.
pub(super) fn of_bgzf<'scope, R: Read + Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    reader: R,
    rules: Rules,
    threads: NonZero<usize>,
) -> Chunks {
    let (outlet, chunks) = stream(threads.get() + 2);
    let (sender, jobs) = sync_channel(threads.get() + 2);
    let jobs = Arc::new(Mutex::new(jobs));
    for _ in 0..threads.get() {
        let (jobs, spare) = (Arc::clone(&jobs), Arc::clone(outlet.spare()));
        scope.spawn(move || bgzf::work(&jobs, &spare));
    }
    scope.spawn(move || {
        let end = bgzf::split(reader, rules, &sender, &outlet);
        outlet.finish(end);
    });
    chunks
}
