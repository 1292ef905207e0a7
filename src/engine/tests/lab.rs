//! Jobs with real little files, a fake store, and somebody who notes every event.

use std::{
    collections::BTreeMap,
    io::{Seek as _, Write as _},
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, UNIX_EPOCH},
};

use tempfile::NamedTempFile;
use tokio::time::Instant;

use super::{
    super::{Concurrency, Ended, Engine, Failure, Job, Limits, Memory, Share, Stop, Verify},
    fake::{Fake, Fault, On},
};
use crate::{
    event::{Event, Observer, PartId},
    plan::Layout,
    source::Source,
    store::{Fields, StoreErrorKind, omics::RULES},
    types::{ByteCount, Fingerprint, PartSize, Sha256, Tags},
};

/// Bytes in every part but the last of a source, which has one byte less.
pub(super) const PART: u64 = 10;

/// Everything a test needs: set it up, run it, look at it.
pub(super) struct Lab {
    pub(super) fake: Fake,
    pub(super) heard: Arc<Heard>,
    pub(super) limits: Limits,
    pub(super) stop: Stop,
    pub(super) jobs: Vec<Job>,
    files: Vec<Arc<NamedTempFile>>,
    part_size: u64,
}

impl Lab {
    /// One job of one source with so many parts.
    pub(super) fn new(parts: u16) -> Self {
        Self::empty().job(&[parts])
    }

    pub(super) fn empty() -> Self {
        Self {
            fake: Fake::default(),
            heard: Arc::default(),
            limits: Limits {
                turns: crate::engine::TURNS,
                concurrency: Concurrency::Fixed(NonZeroUsize::new(4).unwrap()),
                requests_per_second: None,
                max_bandwidth: None,
                attempts: 3,
                give_up_after: Duration::from_mins(10),
                wait: Some(Duration::from_hours(2)),
            },
            stop: Stop::default(),
            jobs: Vec::new(),
            files: Vec::new(),
            part_size: PART,
        }
    }

    /// For all jobs that follow.
    pub(super) fn part_size(mut self, bytes: u64) -> Self {
        self.part_size = bytes;
        self
    }

    /// A job with so many parts in each of its sources.
    pub(super) fn job(mut self, parts: &[u16]) -> Self {
        let index = self.jobs.len();
        let mut job = Job {
            fields: fields(&format!("sample-{index}")),
            token: format!("token-{index}").parse().unwrap(),
            sources: Vec::new(),
            layout: Layout { part_size: PartSize::tiny(self.part_size), sizes: Vec::new() },
            pipe: None,
            trials: Vec::new(),
            findings: Arc::default(),
            verify: Verify::No,
            memory: Memory { fingerprint: Some(fingerprint()), ..Memory::blank(RULES.default) },
            share: Share::All,
        };
        for count in parts {
            let size = u64::from(*count) * self.part_size - 1;
            let content: Vec<u8> = (0..size).map(|i| (i * 7 % 251) as u8).collect();
            let mut file = NamedTempFile::new().unwrap();
            file.write_all(&content).unwrap();
            // Before anything that the fake store has.
            file.as_file().set_modified(UNIX_EPOCH + Duration::from_secs(1_000_000_000)).unwrap();
            job.sources.push(Source::open(file.path()).unwrap());
            self.files.push(Arc::new(file));
            job.layout.sizes.push(ByteCount::new(size));
        }
        self.jobs.push(job);
        self
    }

    /// A source of the first job has been touched since the store made its read sets.
    pub(super) fn dated_later(mut self, index: usize) -> Self {
        let later = UNIX_EPOCH + Duration::from_secs(2_000_000_000);
        self.files[index].as_file().set_modified(later).unwrap();
        self.jobs[0].sources[index] = Source::open(self.files[index].path()).unwrap();
        self
    }

    pub(super) fn concurrency(mut self, parts: usize) -> Self {
        self.limits.concurrency = Concurrency::Fixed(NonZeroUsize::new(parts).unwrap());
        self
    }

    pub(super) fn script(self, on: On, faults: impl IntoIterator<Item = Fault>) -> Self {
        self.fake.script(on, faults);
        self
    }

    pub(super) fn always(self, on: On, fault: Fault) -> Self {
        self.fake.always(on, fault);
        self
    }

    /// So many failures of one kind in a row.
    pub(super) fn fails(self, on: On, kind: StoreErrorKind, times: usize) -> Self {
        self.script(on, vec![Fault::Fail(kind); times])
    }

    /// Does something when an event is told.
    pub(super) fn when(self, act: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        *self.heard.hook.lock().unwrap() = Some(Box::new(act));
        self
    }

    /// A file of the jobs, counted over all of them, that can be changed under their feet.
    pub(super) fn file(&self, index: usize) -> ChangingFile {
        ChangingFile(Arc::clone(&self.files[index]))
    }

    pub(super) async fn run(&self) -> Vec<Ended> {
        self.engine().run(&self.jobs, |_, _| {}).await
    }

    pub(super) fn engine(&self) -> Engine<&Fake> {
        let observer: Arc<dyn Observer> = Arc::<Heard>::clone(&self.heard);
        Engine::new(&self.fake, observer, self.limits, self.stop.clone())
    }

    /// Runs the only job.
    pub(super) async fn run_one(&self) -> Ended {
        let mut ended = self.run().await;
        assert_eq!(ended.len(), 1, "this test has one job");
        ended.remove(0)
    }

    /// Runs the only job, which must fail.
    pub(super) async fn failure(&self) -> Failure {
        self.run_one().await.failure.expect("the job must fail")
    }

    /// Runs the only job, which must succeed.
    pub(super) async fn success(&self) -> Ended {
        let ended = self.run_one().await;
        assert!(ended.failure.is_none() && ended.active, "{ended:?}");
        ended
    }
}

/// What names the content of all jobs.
pub(super) fn fingerprint() -> Fingerprint {
    Fingerprint::new(&Sha256::of(b"the content"))
}

pub(super) fn fields(sample: &str) -> Fields {
    Fields {
        file_type: "ubam".parse().unwrap(),
        name: "reads".parse().unwrap(),
        sample: sample.parse().unwrap(),
        subject: sample.parse().unwrap(),
        reference: None,
        generated_from: None,
        description: None,
        tags: Tags::default(),
    }
}

/// A file that somebody goes on writing to.
#[derive(Clone)]
pub(super) struct ChangingFile(Arc<NamedTempFile>);

impl ChangingFile {
    pub(super) fn shrink(&self, bytes: u64) {
        self.0.as_file().set_len(bytes).unwrap();
    }

    /// Does something that changes nothing but its `ctime`.
    pub(super) fn change_mode(&self) {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
        let file = self.0.as_file();
        let change = || {
            let metadata = file.metadata().unwrap();
            (metadata.ctime(), metadata.ctime_nsec())
        };
        let before = change();
        // The clock of the file system may be a coarse one.
        while change() == before {
            file.set_permissions(std::fs::Permissions::from_mode(0o600)).unwrap();
        }
    }

    /// Writes other bytes of the same number, and puts the time back.
    pub(super) fn rewrite_secretly(&self) {
        let mut file = self.0.as_file();
        let modified = file.metadata().unwrap().modified().unwrap();
        file.rewind().unwrap();
        file.write_all(b"!").unwrap();
        file.set_modified(modified).unwrap();
        self.change_mode();
    }

    /// Writes other bytes of the same number, with a time of its own.
    pub(super) fn rewrite(&self) {
        let mut file = self.0.as_file();
        file.rewind().unwrap();
        file.write_all(b"!").unwrap();
        file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    }
}

type Hook = Box<dyn Fn(&Event) + Send + Sync>;

/// Every event, in order, with its time.
#[derive(Default)]
pub(super) struct Heard {
    events: Mutex<Vec<(Instant, Event)>>,
    hook: Mutex<Option<Hook>>,
}

impl Observer for Heard {
    fn observe(&self, event: &Event) {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.push((Instant::now(), event.clone()));
        drop(events);
        if let Some(hook) = &*self.hook.lock().unwrap_or_else(PoisonError::into_inner) {
            hook(event);
        }
    }
}

impl Heard {
    pub(super) fn events(&self) -> Vec<Event> {
        self.timed().into_iter().map(|(_, event)| event).collect()
    }

    pub(super) fn timed(&self) -> Vec<(Instant, Event)> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn count(&self, wanted: impl Fn(&Event) -> bool) -> usize {
        self.events().iter().filter(|event| wanted(event)).count()
    }

    pub(super) fn warnings(&self) -> Vec<String> {
        let message = |event| match event {
            Event::Warning { message, .. } => Some(message),
            _ => None,
        };
        self.events().into_iter().filter_map(message).collect()
    }

    /// The bytes that a progress bar would show at the end: those of every part that stands, and no
    /// others. Holds every event against the rules on the way.
    pub(super) fn shown(&self) -> u64 {
        let mut open: BTreeMap<PartId, u64> = BTreeMap::new();
        let mut confirmed: BTreeMap<PartId, u64> = BTreeMap::new();
        let mut kept = (0, 0);
        let mut comparing = false;
        for event in self.events() {
            match event {
                Event::PartStarted { part, .. } => {
                    assert_eq!(open.insert(part, 0), None, "{part:?} was begun twice");
                }
                Event::PartProgress { part, bytes } => {
                    *open.get_mut(&part).expect("progress of a part that is under way") +=
                        bytes.get();
                }
                Event::PartRetrying { part, .. }
                | Event::PartThrottled { part, .. }
                | Event::PartFailed { part } => {
                    open.remove(&part).expect("the end of an attempt that had begun");
                }
                Event::Resuming { parts, bytes, .. } => {
                    kept = (kept.0 + parts, kept.1 + bytes.get());
                }
                Event::Comparing { .. } => comparing = true,
                Event::PartUploaded { part, bytes } => {
                    if let Some(sent) = open.remove(&part) {
                        assert_eq!(sent, bytes.get(), "{part:?}");
                    } else if !comparing {
                        assert_ne!(kept.0, 0, "{part:?} was neither under way nor kept");
                        kept = (kept.0 - 1, kept.1 - bytes.get());
                    }
                    let before = confirmed.insert(part, bytes.get());
                    assert_eq!(before, None, "{part:?} counts twice");
                }
                Event::PartRejected { part, bytes, .. } => {
                    assert_eq!(confirmed.remove(&part), Some(bytes.get()), "{part:?}");
                }
                _ => {}
            }
        }
        assert_eq!(open, BTreeMap::new(), "attempts without an end");
        assert_eq!(kept, (0, 0), "kept parts that were not told");
        confirmed.values().sum()
    }
}
