//! Who is at work on a run, and how far they are: a small file of each process, written anew again and
//! again. Those of processes that have ended stay, for those who ask how it stands.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};

use super::{
    claim::{STALE, is_dead},
    notes::{host, process_name},
};
use crate::files;

/// The heartbeat of a step of this process.
#[derive(Debug)]
pub(crate) struct Heartbeat {
    path: PathBuf,
    told: Told,
    last: Mutex<ShareState>,
    shared_by: AtomicU32,
}

/// What a process tells of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Told {
    /// Such as `create` or `3-of-64`.
    step: String,
    host: String,
    process: u32,
    /// RFC 3339.
    began: String,
    #[serde(flatten)]
    done: ShareState,
    /// The most processes that it has shared the rates with, itself among them.
    #[serde(default)]
    shared_by: u32,
    /// Whether it has ended.
    is_over: bool,
}

/// How far a step of a process is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ShareState {
    /// The parts that it is about, and their bytes.
    pub(crate) parts: u64,
    pub(crate) bytes: u64,
    /// Of these, those that are with the service.
    pub(crate) sent_parts: u64,
    pub(crate) sent_bytes: u64,
}

/// A process, as it has told of itself.
#[derive(Debug, Clone)]
pub(crate) struct Alive {
    pub(crate) step: String,
    pub(crate) host: String,
    pub(crate) process: u32,
    pub(crate) began: String,
    pub(crate) done: ShareState,
    /// Whether it is at work, as far as is known.
    pub(crate) is_at_work: bool,
}

/// What the file of a process that has ended is called at its end.
const OVER: &str = ".over.json";

/// How long it is between two beats of so many processes: each looks at the files of all.
pub(crate) fn beats_apart(processes: u32) -> Duration {
    Duration::from_secs(u64::from(processes / 8).clamp(10, 30))
}

/// Whoever was last heard of before that is not at work, whatever the clocks say.
const LONG_AGO: Duration = Duration::from_mins(10);

/// In bytes.
const LONGEST: u64 = 1 << 16;

impl Heartbeat {
    pub(super) fn begin(folder: &Path, step: &str) -> io::Result<Self> {
        let path = folder.join(format!("{step}.{}.json", process_name()?));
        let told = Told {
            step: step.to_owned(),
            host: host(),
            process: std::process::id(),
            began: jiff::Timestamp::now().to_string(),
            done: ShareState::default(),
            shared_by: 1,
            is_over: false,
        };
        let (last, shared_by) = (Mutex::default(), AtomicU32::new(1));
        let heartbeat = Self { path, told, last, shared_by };
        heartbeat.write(&heartbeat.told)?;
        Ok(heartbeat)
    }

    /// Tells how far the step is; gives how many processes work on such a step, this one among them.
    pub(crate) fn beat(&self, done: ShareState) -> u32 {
        self.tell(done);
        // Whoever cannot be heard is taken to be gone.
        let _ = self.write(&self.now());
        let kind = kind(&self.told.step);
        let folder = self.path.parent().unwrap_or(&self.path);
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        // Hundreds of processes look here, so no file is opened.
        let beats = entries.filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_such = is_json(Path::new(&name)) && self::kind(&name) == kind;
            (is_such && !name.ends_with(OVER)).then(|| entry.metadata().ok()?.modified().ok())?
        });
        let beats: Vec<_> = beats.collect();
        let latest = beats.iter().max().copied();
        let at_work = beats.iter().filter(|at| !is_late(**at, latest)).count();
        let processes = u32::try_from(at_work).unwrap_or(u32::MAX).max(1);
        self.shared_by.fetch_max(processes, Ordering::Relaxed);
        processes
    }

    /// Remembers how far the step is, to be told at the next beat and at the end.
    pub(crate) fn tell(&self, done: ShareState) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = done;
    }

    fn now(&self) -> Told {
        let done = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let shared_by = self.shared_by.load(Ordering::Relaxed);
        Told { done, shared_by, ..self.told.clone() }
    }

    fn write(&self, told: &Told) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(&self.path);
        let mut file = tempfile::Builder::new().prefix(".beat-").tempfile_in(folder)?;
        file.write_all(&serde_json::to_vec(told)?)?;
        file.persist(&self.path).map(drop).map_err(|error| error.error)
    }
}

/// The step has ended, however it has.
impl Drop for Heartbeat {
    fn drop(&mut self) {
        let _ = self.write(&Told { is_over: true, ..self.now() });
        let _ = fs::rename(&self.path, self.path.with_extension(&OVER[1..]));
    }
}

/// Steps of one kind share the rates: `3-of-64` sends, and so does `1-of-2`.
fn kind(name: &str) -> &str {
    let step = name.split_once('.').map_or(name, |(step, _)| step);
    if step.starts_with(|c: char| c.is_ascii_digit()) { "send" } else { step }
}

fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "json")
}

fn is_late(at: SystemTime, latest: Option<SystemTime>) -> bool {
    latest.is_some_and(|latest| latest.duration_since(at).is_ok_and(|since| since > STALE))
}

/// All processes that have told of themselves. The clock is that of the file system, as the latest beat of
/// all tells it: those of hosts may differ by minutes.
pub(super) fn all(folder: &Path) -> Vec<Alive> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let beats = entries.filter_map(|entry| {
        let path = entry.path();
        if !is_json(&path) {
            return None;
        }
        let told: Told = serde_json::from_slice(&files::read_own(&path, LONGEST).ok()?).ok()?;
        Some((told, fs::metadata(&path).ok()?.modified().ok()?))
    });
    let beats: Vec<_> = beats.collect();
    let latest = beats.iter().map(|(_, at)| *at).max();
    let is_long_ago = |at: SystemTime| at.elapsed().is_ok_and(|since| since > LONG_AGO);
    let alive = beats.into_iter().map(|(told, at)| {
        let Told { step, host, process, began, done, is_over, .. } = told;
        let is_silent = is_over || is_late(at, latest) || is_long_ago(at);
        let is_at_work = !is_silent && !is_dead(&host, process);
        Alive { step, host, process, began, done, is_at_work }
    });
    alive.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_at_work_are_counted_and_those_who_fell_silent_are_not() {
        let dir = tempfile::tempdir().unwrap();
        let begin = |step| Heartbeat::begin(dir.path(), step).unwrap();
        let (first, second, other) = (begin("1-of-2"), begin("2-of-2"), begin("create"));
        assert_eq!(first.beat(ShareState::default()), 2);
        assert_eq!(other.beat(ShareState::default()), 1);
        second.tell(ShareState { sent_parts: 3, ..ShareState::default() });
        drop(second);
        assert_eq!(first.beat(ShareState::default()), 1);
        let third = begin("2-of-2");
        assert_eq!(first.beat(ShareState::default()), 2);
        let then = SystemTime::now() - STALE - Duration::from_secs(5);
        fs::File::options().write(true).open(&third.path).unwrap().set_modified(then).unwrap();
        assert_eq!(first.beat(ShareState::default()), 1);
        assert_eq!(all(dir.path()).iter().map(|one| one.done.sent_parts).max(), Some(3));
    }
}
