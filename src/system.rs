//! What the system lets this process have: open files, threads, and the size of what it writes.

use std::{
    io,
    num::NonZeroUsize,
    sync::{OnceLock, PoisonError, RwLock, mpsc},
    thread,
    time::Duration,
};

use rustix::process::{Resource, Rlimit, Signal, getrlimit, setrlimit};
use tokio::{
    runtime::{Builder, Runtime},
    signal::unix::{SignalKind, signal},
};

use crate::{
    engine::{Concurrency, TURNS},
    report::{Abort, Problem, output, status},
};

/// Takes as many descriptors as there may be, and lets writes fail that a limit on the size of files
/// forbids; the signal that this sends would end the program.
pub(crate) fn prepare() {
    /// Programs that this one starts, such as those that have credentials, may close all that there
    /// could be: there should not be a billion.
    const MOST: u64 = 1 << 20;
    /// What macOS gives at most where it says that there is no limit.
    const OF_MACOS: u64 = 10_240;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.unwrap_or(MOST).min(MOST);
    // What is then still too few is told where it is known how many are needed.
    let _ = [wanted, OF_MACOS.min(wanted)]
        .into_iter()
        .filter(|wanted| current.is_some_and(|current| current < *wanted))
        .find(|wanted| {
            setrlimit(Resource::Nofile, Rlimit { current: Some(*wanted), maximum }).is_ok()
        });
    // The handler outlives the runtime, which starts no thread.
    if let Ok(runtime) = Builder::new_current_thread().enable_io().build() {
        let _inside = runtime.enter();
        let _ = signal(SignalKind::from_raw(Signal::XFSZ.as_raw()));
    }
}

/// Descriptors for standard streams, the runtime, logs, and a connection for what is not a part.
const OWN: usize = 32;
/// Those of a read set: two files, and its journal.
const OF_READ_SET: usize = 3;

/// How many files can be open, beside what the program itself opens.
fn descriptors() -> usize {
    let limit = getrlimit(Resource::Nofile).current;
    let limit = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    limit.saturating_sub(OWN)
}

/// Whether a read set can be open at all, and a part of it be sent.
pub(crate) fn too_few_descriptors() -> Option<Problem> {
    const LEAST: usize = OWN + 4 * OF_READ_SET;
    if descriptors() >= LEAST - OWN {
        return None;
    }
    let error = anyhow::anyhow!("too few files can be open at once: {LEAST} are needed");
    Some(Problem::new(error).hint(format!("raise the limit with `ulimit -n {LEAST}`, if you may")))
}

/// How many read sets can be open at once. Parts have a connection each, and in a sandbox of our own
/// two.
pub(crate) fn turns() -> usize {
    (descriptors() / 3 / OF_READ_SET).clamp(1, TURNS)
}

const NO_THREAD: &str = "cannot start a thread: the limit of processes or memory is reached";
const NO_THREAD_HINT: &str = "end other programs of this user, or raise the limit: `ulimit -u` shows that \
                              of processes and threads, `ulimit -v` that of memory; on a cluster, ask \
                              for more";

/// What to say when a thread cannot be started.
pub(crate) fn no_thread(error: impl Into<anyhow::Error>) -> Problem {
    Problem::new(error.into().context(NO_THREAD)).hint(NO_THREAD_HINT)
}

/// Ends the process in words where a library panics because it cannot start a thread: it leaves no
/// other way to be told, and other threads may wait for the missing one without end.
pub(crate) fn explain_panics(exit_status: u8) {
    /// How tokio and the standard library begin.
    const WORDS: [&str; 2] = ["OS can't spawn worker thread", "failed to spawn thread"];
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let text = panic.payload_as_str().unwrap_or_default();
        if WORDS.iter().any(|words| text.starts_with(words)) {
            let error = anyhow::anyhow!("{text}").context(NO_THREAD);
            output::complain(&Problem::new(error).hint(NO_THREAD_HINT).text());
            #[expect(clippy::exit, reason = "unwinding would wait for threads that never end")]
            std::process::exit(exit_status.into());
        }
        usual(panic);
    }));
}

/// Most threads of parts: one that reads each part, and in a sandbox of our own one that writes it.
const OF_PARTS: usize = 2 * 64;
/// Threads that draw, and decode two mates.
const OF_DECODING: usize = 8;
/// Threads for what is done in between, such as looking up a host.
const OF_REST: usize = 16;

/// How many parts can be in flight where threads are few.
static PARTS: OnceLock<NonZeroUsize> = OnceLock::new();

/// A runtime with a thread per processor, or where so many cannot be started with one.
pub(crate) fn runtime() -> Result<Runtime, Abort> {
    /// For those that draw and decode, and for a little work of the runtime's.
    const LEAST: usize = 6;
    let broken = |error| output::broken(error, "cannot start");
    let workers = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let wanted = workers + OF_PARTS + OF_REST;
    let (room, refused) = room(wanted.min(in_memory().max(2 * LEAST)));
    if room == wanted {
        return Builder::new_multi_thread().enable_all().build().map_err(broken);
    }
    if room < LEAST {
        let error = refused.unwrap_or_else(|| io::ErrorKind::WouldBlock.into());
        return Err(Abort::Early(no_thread(error), status::TEMPORARY));
    }
    let kept = (room / 2).min(room.saturating_sub(OF_DECODING)).max(LEAST / 2);
    let runtime = Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(kept)
        .thread_keep_alive(Duration::MAX)
        .build()
        .map_err(broken)?;
    keep(&runtime, kept);
    let _ = PARTS.set(NonZeroUsize::new((kept - 1) / 2).unwrap_or(NonZeroUsize::MIN));
    Ok(runtime)
}

/// How many threads fit into a limit on the memory that may be mapped, such as clusters set. A thread
/// maps its stack, and a stock of the allocator's.
fn in_memory() -> usize {
    const OF_THREAD: u64 = 64 << 20;
    let limit = getrlimit(Resource::As).current;
    limit.map_or(usize::MAX, |bytes| usize::try_from(bytes / OF_THREAD).unwrap_or(usize::MAX))
}

/// How many threads can be started, up to those that are wanted, and why no more.
fn room(wanted: usize) -> (usize, Option<io::Error>) {
    let gate = RwLock::new(());
    thread::scope(|scope| {
        let shut = gate.write().unwrap_or_else(PoisonError::into_inner);
        let mut refused = None;
        let started = (0..wanted).map_while(|_| {
            let waiting = thread::Builder::new().spawn_scoped(scope, || drop(gate.read()));
            waiting.map_err(|error| refused = Some(error)).ok()
        });
        let started = started.count();
        drop(shut);
        (started, refused)
    })
}

/// Starts threads for blocking work, which wait for it from now on: the runtime panics where it can
/// start none.
fn keep(runtime: &Runtime, threads: usize) {
    let (open, shut) = mpsc::channel::<()>();
    let shut = std::sync::Arc::new(std::sync::Mutex::new(shut));
    for _ in 0..threads {
        let shut = std::sync::Arc::clone(&shut);
        runtime.spawn_blocking(move || {
            // It ends with an error when the other end is dropped.
            let _ = shut.lock().map(|shut| shut.recv());
        });
    }
    drop(open);
}

/// What is asked for, as far as there are threads for it: parts wait for one another otherwise.
pub(crate) fn affordable(asked: Concurrency) -> Concurrency {
    let connections = NonZeroUsize::new(descriptors() / 3).unwrap_or(NonZeroUsize::MIN);
    let connections = Some(connections).filter(|most| most.get() < OF_PARTS / 2);
    match (PARTS.get().copied().into_iter().chain(connections).min(), asked) {
        (None, asked) => asked,
        (Some(most), Concurrency::Auto) => Concurrency::Fixed(most),
        (Some(most), Concurrency::Fixed(parts)) => Concurrency::Fixed(most.min(parts)),
    }
}

/// What the user should know about that.
pub(crate) fn note() -> Option<String> {
    let most = PARTS.get()?;
    Some(format!(
        "few threads can be started (`ulimit -u`, `ulimit -v`), so at most {most} part{} sent at once",
        if most.get() == 1 { " is" } else { "s are" }
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_sets_that_are_open_leave_room_for_connections() {
        assert!(too_few_descriptors().is_none());
        assert!(turns() * OF_READ_SET <= descriptors() / 3 && turns() <= TURNS);
    }

    #[test]
    fn as_many_threads_start_as_are_wanted() {
        assert_eq!(room(3).0, 3);
    }
}
