//! What comes through a pipe: cut, kept in memory, sent again from there, and gone on with.

use std::{
    io::{self, Cursor, Read},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    time::Duration,
};

use super::{
    super::{Ended, Failure, Job, NotKnown},
    fake::{Call, Fault, On, Spelling},
    lab::Lab,
};
use crate::{
    event::Event,
    journal::{Folder, Header, Opened, Stage},
    plan::{Cut, Rules},
    source::pipe::{Pipe, PipeError},
    store::{
        StoreErrorKind::{Denied, Transient, Unreachable},
        omics::RULES,
    },
    types::{PartSource, Sha256},
};

const PART: u64 = RULES.min.get();
const MIB: u64 = 1024 * 1024;
const END: &[u8] = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0\x1b\0\x03\0\0\0\0\0\0\0\0\0";

/// A whole file of so many parts, the last of them short; what comes after the first part depends on
/// `seed`.
pub(super) fn content(parts: u64, seed: u8) -> Vec<u8> {
    let length = (parts - 1) * PART + 1000;
    let byte = |at: u64| (at * 7 % 251) as u8 ^ if at >= PART { seed } else { 0 };
    let mut content: Vec<u8> = (0..length).map(byte).collect();
    let at = content.len() - END.len();
    content[at..].copy_from_slice(END);
    content
}

fn pour(job: &mut Job, reader: impl Read + Send + 'static) {
    let pipe = Pipe::that_ends(reader, Cut::Even(RULES.min), END);
    job.memory.part_size = RULES.min;
    job.memory.fingerprint = Some(pipe.fingerprint());
    job.pipe = Some(pipe);
}

pub(super) fn lab(content: Vec<u8>) -> Lab {
    let mut lab = Lab::empty().job(&[]);
    pour(&mut lab.jobs[0], Cursor::new(content));
    lab
}

/// What Complete has to name.
fn named(content: &[u8]) -> Vec<(PartSource, u16, String)> {
    let parts = (1..).zip(content.chunks(usize::try_from(PART).unwrap()));
    let named = parts.map(|(number, part)| {
        (PartSource::Source1, number, Spelling::Base64.of(&Sha256::of(part)).to_string())
    });
    named.collect()
}

#[tokio::test(start_paused = true)]
async fn a_pipe_becomes_a_read_set() {
    for parts in [1, 2, 5] {
        let content = content(parts, 0);
        let lab = lab(content.clone());
        let ended = lab.success().await;
        assert_eq!(lab.fake.completed(), [named(&content)]);
        assert_eq!(lab.fake.read_sets(), [ended.read_set_id.unwrap()]);
        assert_eq!((ended.counts.parts_sent, ended.counts.parts_reused), (parts, 0));
        assert_eq!(ended.counts.bytes_sent.get(), content.len() as u64);
        assert_eq!(lab.heard.shown(), content.len() as u64);
    }
}

#[tokio::test(start_paused = true)]
async fn a_part_is_sent_again_from_memory() {
    let content = content(4, 0);
    let lab = lab(content.clone())
        .script(On::Part(1, 1), [Fault::Fail(Transient), Fault::WrongChecksum])
        .script(On::Part(1, 2), [Fault::Early(Unreachable)])
        .script(On::Part(1, 3), [Fault::Hasty]);
    lab.success().await;
    assert_eq!(lab.fake.sent(), [(1, 3), (2, 2), (3, 2), (4, 1)]);
    assert_eq!(lab.fake.completed(), [named(&content)]);
    assert_eq!(lab.heard.shown(), content.len() as u64);
}

/// Counts what is read of it.
struct Counted(Cursor<Vec<u8>>, Arc<AtomicU64>);

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer)?;
        self.1.fetch_add(read as u64, Ordering::SeqCst);
        Ok(read)
    }
}

#[tokio::test(start_paused = true)]
async fn no_more_is_read_than_there_are_permits_for() {
    for concurrency in 1..=3 {
        let read = Arc::new(AtomicU64::new(0));
        let (seen, done, most) =
            (Arc::clone(&read), AtomicU64::new(0), Arc::new(AtomicU64::new(0)));
        let ahead = Arc::clone(&most);
        let mut lab = Lab::empty().job(&[]).concurrency(concurrency).when(move |event| {
            if let Event::PartProgress { .. } | Event::PartUploaded { .. } = event {
                let read = seen.load(Ordering::SeqCst);
                let parts = read.saturating_sub(done.load(Ordering::SeqCst) * PART).div_ceil(PART);
                ahead.fetch_max(parts, Ordering::SeqCst);
            }
            if let Event::PartUploaded { .. } = event {
                done.fetch_add(1, Ordering::SeqCst);
            }
        });
        pour(&mut lab.jobs[0], Counted(Cursor::new(content(7, 0)), read));
        lab.success().await;
        assert!((1..=concurrency).contains(&lab.fake.most_in_flight()));
        // Up to a part and the head before the first permit.
        let most = most.load(Ordering::SeqCst);
        assert!((1..=concurrency as u64).contains(&most), "{most} parts at {concurrency}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_cut_off_is_kept_and_not_completed() {
    let mut content = content(3, 0);
    content.pop();
    let lab = lab(content).always(On::AnyPart, Fault::Slow(std::time::Duration::from_secs(5)));
    let ended = lab.run_one().await;
    let failure = ended.failure.unwrap();
    assert!(matches!(failure, Failure::Pipe(PipeError::Unended { .. })), "{failure:?}");
    assert_eq!(lab.fake.sent(), [(1, 1), (2, 1), (3, 1)]);
    assert_eq!(ended.counts.parts_sent, 3);
    assert_eq!((lab.fake.uploads().len(), lab.fake.completed().len()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn what_does_not_fit_is_not_sent() {
    let rules = Rules { max_parts: 2, ..RULES };
    let mut fits = lab(content(2, 0));
    fits.fake.rules = rules;
    fits.success().await;
    let full = content(3, 0)[..usize::try_from(2 * PART).unwrap()].to_vec();
    let full = [&full[..full.len() - END.len()], END].concat();
    let mut fills = lab(full);
    fills.fake.rules = rules;
    fills.success().await;
    for (rules, parts) in
        [(rules, 2), (Rules { max_source: crate::types::ByteCount::new(PART), ..RULES }, 1)]
    {
        let mut lab = lab(content(3, 0));
        lab.fake.rules = rules;
        let failure = lab.failure().await;
        assert!(matches!(failure, Failure::TooLong { parts: said, .. } if said == parts));
        assert_eq!(lab.fake.sent().len() as u64, parts);
        assert!(lab.fake.completed().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn what_came_before_a_part_failed_for_good_arrives_and_no_more_is_taken() {
    let lab = lab(content(8, 0))
        .concurrency(3)
        .script(On::Part(1, 1), [Fault::Slow(Duration::from_millis(90))])
        .script(On::Part(1, 2), [Fault::Late(Denied, Duration::from_secs(3))])
        .script(On::Part(1, 3), [Fault::Slow(Duration::from_millis(90))]);
    let ended = lab.run_one().await;
    assert!(matches!(ended.failure, Some(Failure::Refused(_))), "{ended:?}");
    // How many have come by then depends on the thread that reads.
    let begun = lab.fake.sent().len() as u64;
    assert!((2..8).contains(&begun), "{begun} parts were begun");
    assert_eq!(ended.counts.parts_sent, begun - 1, "all but the second arrive");
    assert_eq!(lab.heard.shown(), (begun - 1) * PART);
    assert!(lab.fake.completed().is_empty());
}

/// A machine that runs one pipeline again and again.
struct Machine {
    lab: Lab,
    folder: Folder,
    _dir: tempfile::TempDir,
}

const NAME: &str = "journal";

fn opened() -> Opened {
    Opened { process: 1, host: "here".to_owned(), at: "2026-11-21T10:00:00Z".to_owned() }
}

impl Machine {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path().join("state"));
        Self { lab: Lab::empty().job(&[]).concurrency(1), folder, _dir: dir }
    }

    /// One that has sent the first two of four parts, and was refused the third.
    async fn with_two_of_four_parts() -> Self {
        let mut machine = Self::new();
        machine.lab.fake.script(On::Part(1, 3), [Fault::Fail(Denied)]);
        let ended = machine.run(content(4, 0)).await;
        assert!(matches!(ended.failure, Some(Failure::Refused(_))), "{ended:?}");
        machine
    }

    /// What a new process does.
    async fn run(&mut self, content: Vec<u8>) -> Ended {
        self.lab.heard = Arc::default();
        let job = &mut self.lab.jobs[0];
        pour(job, Cursor::new(content));
        job.memory.look = true;
        job.memory.journal = Mutex::new(None);
        let fingerprint = job.memory.fingerprint.unwrap();
        let journal = self.folder.open(NAME, opened()).unwrap().unwrap_or_else(|| {
            let header = Header::new(
                String::new(),
                "1234567890".parse().unwrap(),
                job.token.clone(),
                fingerprint,
                RULES.min,
                Vec::new(),
                serde_json::Map::new(),
            );
            self.folder.create(NAME, header, opened()).unwrap()
        });
        job.memory.journal = Mutex::new(Some(journal));
        self.lab.run_one().await
    }

    /// As on another machine.
    fn forget(&mut self) {
        self.lab.jobs[0].memory.journal = Mutex::new(None);
        self.folder.open(NAME, opened()).unwrap().unwrap().end().unwrap();
    }

    /// The parts that were sent since the last time.
    fn sent(&self, before: &[(u16, usize)]) -> Vec<u16> {
        let before =
            |number| before.iter().find(|(n, _)| *n == number).map_or(0, |(_, count)| *count);
        let sent = self.lab.fake.sent().into_iter();
        sent.filter(|(number, count)| *count > before(*number)).map(|(number, _)| number).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn the_same_pipe_again_sends_only_what_is_missing() {
    for (forget, opaque) in [(false, false), (true, false), (false, true), (true, true)] {
        let mut machine = Machine::new();
        if opaque {
            machine.lab.fake.spelling = Spelling::Opaque;
            machine.lab.fake.listed = Spelling::Opaque;
        }
        machine.lab.fake.script(On::Part(1, 3), [Fault::Fail(Denied)]);
        machine.run(content(4, 0)).await;
        let before = machine.lab.fake.sent();
        if forget {
            machine.forget();
        }
        let ended = machine.run(content(4, 0)).await;
        assert!(ended.active, "{ended:?}");
        // What says nothing of the bytes is trusted only if it was given for these.
        let kept = if forget && opaque { 0 } else { 2 };
        assert_eq!((ended.counts.parts_reused, ended.counts.parts_sent), (kept, 4 - kept));
        let expected: Vec<u16> = if kept == 2 { vec![3, 4] } else { vec![1, 2, 3, 4] };
        assert_eq!(machine.sent(&before), expected);
        assert_eq!(machine.lab.heard.shown(), content(4, 0).len() as u64);
        assert_eq!(machine.lab.fake.count(|call| matches!(call, Call::Create { .. })), 1);
        if !opaque {
            assert_eq!(machine.lab.fake.completed(), [named(&content(4, 0))]);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn other_data_that_begin_alike_take_the_place_of_what_was_sent() {
    let mut machine = Machine::with_two_of_four_parts().await;
    let before = machine.lab.fake.sent();
    let ended = machine.run(content(4, 9)).await;
    assert!(ended.active, "{ended:?}");
    assert_eq!(machine.sent(&before), [2, 3, 4]);
    assert_eq!(machine.lab.fake.completed(), [named(&content(4, 9))]);
}

#[tokio::test(start_paused = true)]
async fn what_is_shorter_than_the_upload_cannot_be_completed() {
    let mut machine = Machine::with_two_of_four_parts().await;
    let ended = machine.run(content(1, 0)).await;
    assert!(ended.counts.parts_sent <= 1);
    let failure = ended.failure.unwrap().to_string();
    assert_eq!(
        failure,
        "standard input ended with part 1, and the upload holds part 2 (5.0 MiB), so it was begun \
         with other data"
    );
    assert!(machine.lab.fake.completed().is_empty());
    // Nothing is lost by that.
    let ended = machine.run(content(4, 0)).await;
    assert_eq!(machine.lab.fake.completed(), [named(&content(4, 0))], "{ended:?}");
}

/// The read set is there, and this machine does not know whether it is active.
async fn completed() -> Machine {
    let mut machine = Machine::new();
    machine.lab.fake.script(On::Look, [Fault::Fail(Denied)]);
    let ended = machine.run(content(3, 0)).await;
    assert!(matches!(ended.failure, Some(Failure::NotKnown { why: NotKnown::Unseen(_), .. })));
    let record = machine.folder.peek(NAME).unwrap().unwrap();
    assert!(matches!(record.stage, Stage::Completed { .. }));
    machine
}

#[tokio::test(start_paused = true)]
async fn a_read_set_is_taken_for_that_of_a_pipe_only_if_all_of_it_is_the_same() {
    for other in [content(3, 9), content(2, 0), content(4, 0)] {
        let mut machine = completed().await;
        let ended = machine.run(other).await;
        assert!(matches!(ended.failure, Some(Failure::Other(_))), "{ended:?}");
        let ended = machine.run(content(3, 0)).await;
        assert!(ended.active, "{ended:?}");
        assert_eq!(machine.lab.fake.sent(), [(1, 1), (2, 1), (3, 1)]);
        assert_eq!(machine.lab.fake.read_sets(), [ended.read_set_id.unwrap()]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_doubtful_complete_is_settled_by_looking_and_comparing() {
    for (again, same) in [(content(3, 0), true), (content(3, 9), false)] {
        let mut machine = Machine::new();
        machine.lab.fake.script(On::Complete, [Fault::Lost(Unreachable)]);
        machine.lab.fake.script(On::Find, [Fault::Fail(Denied)]);
        let ended = machine.run(content(3, 0)).await;
        assert!(matches!(ended.failure, Some(Failure::Refused(_))), "{ended:?}");
        let ended = machine.run(again).await;
        assert_eq!(ended.active, same, "{ended:?}");
        assert_eq!(machine.lab.fake.read_sets().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_service_lost_is_looked_for_and_then_given_up() {
    let hidden = |parts: &mut Vec<crate::store::StoredPart>| {
        parts.retain(|part| part.number.get() != 2);
    };
    let late = lab(content(3, 0)).script(On::List, vec![Fault::Listed(Arc::new(hidden)); 3]);
    late.success().await;
    let lost = lab(content(3, 0)).always(On::List, Fault::Listed(Arc::new(hidden)));
    let ended = lost.run_one().await;
    assert_eq!(
        ended.failure.unwrap().to_string(),
        "part 2 is not listed although it was confirmed, and what came through a pipe cannot be sent \
         again"
    );
    assert!(lost.fake.completed().is_empty());
}

/// Gives its first MiB and more, and then nothing until the test ends.
struct Silent(io::Take<io::Repeat>, mpsc::Receiver<()>);

impl Read for Silent {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer)?;
        if read == 0 {
            let _ = self.1.recv();
        }
        Ok(read)
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_pipe_can_be_interrupted() {
    let (ends, end) = mpsc::channel();
    let mut lab = Lab::empty().job(&[]);
    pour(&mut lab.jobs[0], Silent(io::repeat(7).take(PART + MIB), end));
    let stop = lab.stop.clone();
    let lab = lab.when(move |event| {
        if let Event::PartUploaded { .. } = event {
            stop.admission.cancel();
        }
    });
    let failure = lab.failure().await;
    assert!(matches!(failure, Failure::Interrupted), "{failure:?}");
    assert_eq!((lab.fake.sent(), lab.fake.uploads().len()), (vec![(1, 1)], 1));
    drop(ends);
}
