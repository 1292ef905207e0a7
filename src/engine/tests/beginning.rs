//! Going on with uploads that were begun before: by the journal, by the mark, and what is kept.

use std::sync::{Arc, Mutex};

use tempfile::TempDir;

use super::{
    super::{Ended, Failure, IfExists},
    fake::{Call, ChangePage, FALLBACK, Fault, On, Spelling},
    lab::{Lab, PART, fingerprint},
};
use crate::{
    event::{Event, Outcome},
    journal::{Folder, Header, Journal, OpenError, Opened, Record, Stage, UploadRecord},
    source::Source,
    store::{
        Fields,
        StoreErrorKind::{Denied, Unreachable},
        omics::RULES,
    },
    types::{
        ByteCount, ContentDigest, Fingerprint, Mark, PartSize, PartSource, ReadSetId, Sha256,
        UploadId,
    },
};

const NAME: &str = "journal";

fn opened() -> Opened {
    Opened { process: 1, host: "here".to_owned(), at: "2026-11-21T10:00:00Z".to_owned() }
}

/// A machine that runs the one job of a lab again and again.
struct Machine {
    lab: Lab,
    folder: Folder,
    runs: usize,
    _dir: TempDir,
}

impl Machine {
    fn new(lab: Lab) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path().join("state"));
        Self { lab: lab.concurrency(1), folder, runs: 0, _dir: dir }
    }

    /// One that has sent the first two of four parts, and was refused the third.
    async fn with_two_of_four_parts() -> Self {
        let mut machine = Self::new(Lab::new(4).script(On::Part(1, 3), [Fault::Fail(Denied)]));
        machine.refused().await;
        machine
    }

    /// Everything as before the first run on this machine, save for the store.
    fn forget(&mut self) {
        self.lab.jobs[0].memory.journal = Mutex::new(None);
        let record = self.folder.open(NAME, opened()).unwrap();
        record.expect("there is a journal").end().unwrap();
    }

    /// What a new process does before its run.
    fn remember(&mut self) {
        self.runs += 1;
        self.lab.heard = Arc::default();
        let job = &mut self.lab.jobs[0];
        job.token = format!("token-of-run-{}", self.runs).parse().unwrap();
        job.memory.fingerprint = Some(fingerprint());
        job.memory.look = true;
        // The lock of the last run goes first.
        job.memory.journal = Mutex::new(None);
        let journal = self.folder.open(NAME, opened()).unwrap().unwrap_or_else(|| {
            let store = "1234567890".parse().unwrap();
            let (token, size) = (job.token.clone(), job.memory.part_size);
            let fields = serde_json::Map::new();
            let header =
                Header::new(String::new(), store, token, fingerprint(), size, Vec::new(), fields);
            self.folder.create(NAME, header, opened()).unwrap()
        });
        job.memory.journal = Mutex::new(Some(journal));
    }

    async fn run(&mut self) -> Ended {
        self.remember();
        self.lab.run_one().await
    }

    async fn refused(&mut self) {
        let ended = self.run().await;
        assert!(matches!(ended.failure, Some(Failure::Refused(_))), "{ended:?}");
    }

    /// A run that ends well, with all parts shown as they should be and nothing left to remember.
    async fn done(&mut self) -> Ended {
        self.remember();
        self.go().await
    }

    async fn go(&mut self) -> Ended {
        let ended = self.lab.success().await;
        assert_eq!(self.folder.names().unwrap(), [""; 0]);
        ended
    }

    /// The same, with a memory that is changed before.
    async fn done_with(&mut self, change: impl FnOnce(&mut Lab)) -> Ended {
        self.remember();
        change(&mut self.lab);
        self.go().await
    }

    fn record(&self) -> Record {
        self.folder.peek(NAME).unwrap().expect("there is a journal")
    }

    fn upload(&self) -> UploadRecord {
        match self.record().stage {
            Stage::Uploading(upload) | Stage::Completing(upload) => upload,
            stage => panic!("{stage:?}"),
        }
    }

    fn creates(&self) -> usize {
        self.lab.fake.count(|call| matches!(call, Call::Create { .. }))
    }

    fn checked(&self) -> Vec<u64> {
        let bytes = |event| match event {
            Event::Checking { bytes, .. } => Some(bytes.get()),
            _ => None,
        };
        self.lab.heard.events().into_iter().filter_map(bytes).collect()
    }

    fn marked(&self, mark: &Mark) -> Fields {
        let mut fields = self.lab.jobs[0].fields.clone();
        fields.tags = fields.tags.with(Mark::KEY, &mark.to_string());
        fields
    }
}

/// The content of a part of the lab's files.
fn content(number: u16) -> Vec<u8> {
    let start = u64::from(number - 1) * PART;
    (start..start + PART).map(|i| u8::try_from(i * 7 % 251).unwrap()).collect()
}

fn other_mark(random: u64) -> Mark {
    Mark::new(RULES.default, fingerprint(), random)
}

#[tokio::test(start_paused = true)]
async fn what_the_journal_knows_is_neither_sent_nor_read_again() {
    let mut machine = Machine::with_two_of_four_parts().await;
    let record = machine.record();
    let upload = machine.upload();
    assert!(matches!(record.stage, Stage::Uploading(_)));
    let numbers: Vec<_> = record.parts.keys().map(|(_, number)| number.get()).collect();
    assert_eq!(numbers, [1, 2]);
    let ended = machine.done().await;
    assert_eq!(ended.upload_id, Some(upload.id));
    assert_eq!(machine.lab.fake.sent(), [(1, 1), (2, 1), (3, 2), (4, 1)]);
    assert_eq!(machine.creates(), 1);
    assert_eq!(machine.checked(), [0; 0]);
    assert_eq!((ended.counts.parts_reused, ended.counts.parts_sent), (2, 2));
    assert_eq!(ended.counts.bytes_sent.get(), 2 * PART - 1);
    assert_eq!(machine.lab.heard.shown(), 4 * PART - 1);
    assert_eq!(machine.lab.heard.warnings(), [""; 0]);
    assert_eq!(machine.lab.fake.read_sets().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn without_a_journal_the_mark_finds_the_upload_and_the_file_proves_its_parts() {
    let mut machine = Machine::with_two_of_four_parts().await;
    machine.forget();
    let ended = machine.done().await;
    assert_eq!(machine.lab.fake.sent(), [(1, 1), (2, 1), (3, 2), (4, 1)]);
    assert_eq!((machine.creates(), ended.counts.parts_reused), (1, 2));
    assert_eq!(machine.checked(), [2 * PART]);
    assert_eq!(machine.lab.heard.shown(), 4 * PART - 1);
}

#[tokio::test(start_paused = true)]
async fn sources_that_may_have_changed_are_read_again() {
    let mut machine = Machine::with_two_of_four_parts().await;
    machine.lab.file(0).rewrite();
    let ended = machine
        .done_with(|lab| {
            let source = crate::source::Source::open(lab.jobs[0].sources[0].path()).unwrap();
            lab.jobs[0].sources[0] = source;
            // As the command does that finds them with other dates.
            let mut journal = lab.jobs[0].memory.journal.lock().unwrap();
            journal.as_mut().unwrap().sources(Vec::new()).unwrap();
        })
        .await;
    // The first byte is another one now.
    assert_eq!(machine.lab.fake.sent(), [(1, 2), (2, 1), (3, 2), (4, 1)]);
    assert_eq!((machine.checked(), ended.counts.parts_reused), (vec![2 * PART], 1));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_looked_for_if_that_is_not_wanted() {
    let mut machine = Machine::with_two_of_four_parts().await;
    let old = machine.upload().id;
    machine.forget();
    let ended = machine.done_with(|lab| lab.jobs[0].memory.look = false).await;
    assert_eq!(machine.lab.fake.sent(), [(1, 2), (2, 2), (3, 2), (4, 1)]);
    assert_eq!((machine.creates(), ended.counts.parts_reused), (2, 0));
    assert_eq!(machine.lab.fake.uploads(), [old]);
    // The first run did.
    assert_eq!(machine.lab.fake.count(|call| *call == Call::ListUploads), 1);
}

#[tokio::test(start_paused = true)]
async fn a_part_is_kept_only_if_all_of_it_fits() {
    let cases: [(&str, ChangePage); 4] = [
        ("another size", Arc::new(|parts| parts[0].size = ByteCount::new(PART - 1))),
        ("no checksum", Arc::new(|parts| parts[0].checksum = None)),
        (
            "another checksum",
            Arc::new(|parts| parts[0].checksum = Some(Spelling::Hex.of(&Sha256::of(b"other")))),
        ),
        ("gone", Arc::new(|parts| drop(parts.remove(0)))),
    ];
    for (what, change) in cases {
        for with_journal in [true, false] {
            let mut machine = Machine::with_two_of_four_parts().await;
            if !with_journal {
                machine.forget();
            }
            machine.lab.fake.script(On::List, [Fault::Listed(Arc::clone(&change))]);
            let ended = machine.done().await;
            let sent = machine.lab.fake.sent();
            assert_eq!(sent, [(1, 2), (2, 1), (3, 2), (4, 1)], "{what}, {with_journal}");
            assert_eq!((machine.creates(), ended.counts.parts_reused), (1, 1), "{what}");
            assert_eq!(machine.lab.heard.shown(), 4 * PART - 1, "{what}");
        }
    }
}

/// A part size that somebody else has chosen may be too small for a file: what was cut off would be
/// lost.
#[tokio::test(start_paused = true)]
async fn an_upload_whose_parts_cannot_hold_the_file_is_not_resumed() {
    for known in [true, false] {
        let mut machine = Machine::new(Lab::new(1));
        let mark = Mark::new(RULES.min, fingerprint(), 1);
        let old = machine.lab.fake.add_upload(&machine.marked(&mark));
        let large = tempfile::NamedTempFile::new().unwrap();
        large.as_file().set_len(60 << 30).unwrap();
        machine.lab.jobs[0].sources = vec![Source::open(large.path()).unwrap()];
        machine.remember();
        let upload =
            UploadRecord { id: old.clone(), created: 0, part_size: RULES.min, mark: Some(mark) };
        machine.lab.jobs[0].memory.upload = known.then_some(upload);
        machine.lab.fake.script(On::Create, [Fault::Fail(Denied)]);
        let failure = machine.lab.failure().await;
        assert!(matches!(failure, Failure::Refused(_)), "{failure:?}");
        assert_eq!(machine.creates(), 1);
        assert_eq!(machine.lab.fake.uploads(), std::slice::from_ref(&old));
        let warnings = machine.lab.heard.warnings();
        let wanted = format!(
            "upload {old} is not resumed: parts of 5.0 MiB cannot hold a file of this size; a new \
             upload is begun"
        );
        assert_eq!(warnings, [wanted]);
        let looked = |call: &Call| matches!(call, Call::List { .. } | Call::Find { .. });
        assert_eq!(machine.lab.fake.count(looked), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn an_upload_with_a_part_that_fits_nowhere_is_left_alone() {
    for with_journal in [true, false] {
        let mut machine = Machine::with_two_of_four_parts().await;
        let old = machine.upload().id;
        machine.lab.fake.add_part(&old, 5, b"foreign");
        if !with_journal {
            machine.forget();
        }
        machine.done().await;
        assert_eq!(machine.lab.fake.sent(), [(1, 2), (2, 2), (3, 2), (4, 1)]);
        assert_eq!(machine.lab.fake.uploads(), std::slice::from_ref(&old));
        let warnings = machine.lab.heard.warnings();
        let said = format!(
            "upload {old} holds parts that do not fit these files, and is left alone: a new one is \
             begun"
        );
        assert_eq!(warnings, if with_journal { vec![said] } else { vec![] });
    }
}

#[tokio::test(start_paused = true)]
async fn opaque_checksums_are_taken_at_the_journal_s_word_only() {
    for (with_journal, sent) in [(true, [(1, 1), (2, 1)]), (false, [(1, 2), (2, 2)])] {
        let mut lab = Lab::new(4).script(On::Part(1, 3), [Fault::Fail(Denied)]);
        (lab.fake.spelling, lab.fake.listed) = (Spelling::Opaque, Spelling::Opaque);
        let mut machine = Machine::new(lab);
        machine.refused().await;
        if !with_journal {
            machine.forget();
        }
        machine.done().await;
        assert_eq!(machine.lab.fake.sent()[..2], sent, "{with_journal}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_parts_are_cut_as_the_upload_began() {
    let lab = Lab::new(1).script(On::AnyPart, [Fault::Fail(Denied)]);
    let mut machine = Machine::new(lab);
    machine.refused().await;
    let halves = |lab: &mut Lab| {
        lab.jobs[0].layout.part_size = PartSize::tiny(5);
        lab.jobs[0].memory.part_size = RULES.min;
    };
    machine.done_with(halves).await;
    // In one piece, as the part size of the first run has it.
    assert_eq!(machine.lab.fake.sent(), [(1, 2)]);
    assert_eq!(machine.lab.fake.completed()[0].len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_is_gone_makes_room_for_a_new_one() {
    let mut machine = Machine::with_two_of_four_parts().await;
    let old = machine.upload().id;
    machine.lab.fake.script(On::List, [Fault::Vanish]);
    let ended = machine.done().await;
    assert_eq!(
        machine.lab.heard.warnings(),
        [format!("upload {old} is gone from the store: a new one is begun")]
    );
    assert_ne!(ended.upload_id, Some(old));
    let tokens = machine.lab.fake.calls().into_iter().filter_map(|call| match call {
        Call::Create { token } => Some(token),
        _ => None,
    });
    assert_eq!(tokens.collect::<Vec<_>>(), ["token-of-run-1", "token-of-run-2"]);
    assert_eq!(machine.lab.fake.sent(), [(1, 2), (2, 2), (3, 2), (4, 1)]);
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_somebody_else_has_completed_is_found_by_its_mark() {
    let mut machine = Machine::with_two_of_four_parts().await;
    let mark = machine.upload().mark.unwrap();
    let theirs = machine.lab.fake.add_read_set(&machine.marked(&mark));
    machine.lab.fake.add_read_set(&machine.marked(&other_mark(7)));
    machine.lab.fake.script(On::List, [Fault::Vanish]);
    let ended = machine.done().await;
    assert_eq!(ended.read_set_id, Some(theirs));
    assert_eq!((machine.creates(), ended.counts.parts_sent), (1, 0));
    assert_eq!(machine.lab.heard.warnings(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_create_in_doubt_is_asked_again_under_its_token() {
    for marked in [true, false] {
        let lab = Lab::new(1).script(On::Create, [Fault::Lost(Denied)]);
        let mut machine = Machine::new(lab);
        let mark = |machine: &mut Machine| {
            machine.remember();
            let mark = marked.then(fingerprint);
            machine.lab.jobs[0].memory.fingerprint = mark;
        };
        mark(&mut machine);
        machine.lab.run_one().await;
        assert_eq!(machine.record().stage, Stage::Creating);
        let left = machine.lab.fake.uploads();
        mark(&mut machine);
        let ended = machine.go().await;
        assert_eq!(ended.upload_id.as_ref(), left.first(), "marked: {marked}");
        assert_eq!(machine.lab.fake.uploads(), []);
        // By its mark it is found without another Create.
        assert_eq!(machine.creates(), if marked { 1 } else { 2 });
        let token =
            |call: &Call| matches!(call, Call::Create { token } if token != "token-of-run-1");
        assert_eq!(machine.lab.fake.count(token), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_twin_is_swept_only_if_it_is_ours_and_empty() {
    for (what, is_exact, is_empty, swept) in [
        ("ours and empty", true, true, true),
        ("with a part", true, false, false),
        ("of another run", false, true, false),
    ] {
        let lab = Lab::new(1).script(On::Create, [Fault::Lost(Unreachable)]);
        let mut machine = Machine::new(lab);
        machine.remember();
        let job = &machine.lab.jobs[0];
        let mark = if is_exact { job.memory.mark(&job.token).unwrap() } else { other_mark(7) };
        let twin = machine.lab.fake.add_upload(&machine.marked(&mark));
        if !is_empty {
            machine.lab.fake.add_part(&twin, 1, b"something");
        }
        machine.lab.jobs[0].memory.look = false;
        let ended = machine.go().await;
        assert_ne!(ended.upload_id.as_ref(), Some(&twin), "{what}");
        let aborted = machine.lab.fake.count(|call| matches!(call, Call::Abort { .. }));
        assert_eq!((machine.lab.fake.uploads().is_empty(), aborted == 1), (swept, swept), "{what}");
        let said = format!(
            "the service made two uploads of one request: {twin}, which is empty, was aborted"
        );
        let warnings = machine.lab.heard.warnings();
        assert_eq!(warnings, if swept { vec![said] } else { vec![] }, "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_may_not_list_uploads_is_warned_once_and_sends_everything() {
    let mut lab = Lab::empty().job(&[1]).job(&[1]).fails(On::ListUploads, Denied, 1);
    for job in &mut lab.jobs {
        (job.memory.look, job.memory.fingerprint) = (true, Some(fingerprint()));
    }
    let ended = lab.run().await;
    assert!(ended.iter().all(|ended| ended.outcome() == Outcome::Active), "{ended:?}");
    assert_eq!(
        lab.heard.warnings(),
        [
            "unfinished uploads of other machines cannot be looked for: Fake failed: as the script says"
        ]
    );
    assert_eq!(lab.fake.count(|call| *call == Call::ListUploads), 1);
}

#[tokio::test(start_paused = true)]
async fn of_several_uploads_the_one_with_the_most_proven_parts_goes_on() {
    let mut machine = Machine::new(Lab::new(4));
    let fields = machine.marked(&other_mark(1));
    let fake = &machine.lab.fake;
    let [few, many, wrong] = [(); 3].map(|()| fake.add_upload(&fields));
    let mut other = fields.clone();
    other.sample = "other".parse().unwrap();
    let elsewhere = Mark::new(RULES.default, Fingerprint::new(&Sha256::of(b"other")), 1);
    let strangers = [other, machine.marked(&elsewhere), machine.lab.jobs[0].fields.clone()]
        .map(|fields| fake.add_upload(&fields));
    for upload in [&many, &strangers[0], &strangers[1], &strangers[2]] {
        fake.add_part(upload, 1, &content(1));
        fake.add_part(upload, 2, &content(2));
    }
    fake.add_part(&few, 3, &content(3));
    for number in 1..=3 {
        fake.add_part(&wrong, number, b"ten others");
    }
    let ended = machine.done().await;
    assert_eq!(ended.upload_id.as_ref(), Some(&many));
    assert_eq!(machine.lab.fake.sent(), [(3, 1), (4, 1)]);
    assert_eq!(
        machine.lab.heard.warnings(),
        [format!(
            "there are 3 unfinished uploads of the same data: {many} is taken up; of no more use: \
             {wrong}, {few}"
        )]
    );
    let left: Vec<_> = [few, wrong].into_iter().chain(strangers).collect();
    assert_eq!(machine.lab.fake.uploads(), left);
}

#[tokio::test(start_paused = true)]
async fn the_upload_that_was_asked_for_goes_on_whatever_the_journal_says() {
    for with_journal in [true, false] {
        let mut machine = Machine::with_two_of_four_parts().await;
        let old = machine.upload().id;
        let mark = other_mark(5);
        let asked = machine.lab.fake.add_upload(&machine.marked(&mark));
        if !with_journal {
            machine.forget();
        }
        let upload = UploadRecord {
            id: asked.clone(),
            created: 0,
            part_size: RULES.default,
            mark: Some(mark),
        };
        let ended = machine.done_with(|lab| lab.jobs[0].memory.upload = Some(upload)).await;
        assert_eq!(ended.upload_id, Some(asked));
        assert_eq!(machine.lab.fake.uploads(), [old]);
        assert_eq!(machine.creates(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_cannot_be_written_any_more_is_told_once() {
    let mut machine = Machine::new(Lab::new(3));
    machine.remember();
    let place = machine.lab.jobs[0].memory.journal.get_mut().unwrap();
    *place = place.take().map(Journal::unwritable);
    machine.lab.success().await;
    let warnings = machine.lab.heard.warnings();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].starts_with("cannot write `") && warnings[0].contains("any more ("));
}

#[tokio::test(start_paused = true)]
async fn a_complete_in_doubt_is_settled_by_looking() {
    for (fault, completes) in [(Fault::Fail(Denied), 2), (Fault::Lost(Denied), 1)] {
        let mut machine = Machine::new(Lab::new(2).script(On::Complete, [fault]));
        // Somebody else's of the same name does not confuse it.
        machine.refused().await;
        assert!(matches!(machine.record().stage, Stage::Completing(_)));
        machine.lab.fake.add_read_set(&machine.marked(&other_mark(7)));
        let ended = machine.done().await;
        assert_eq!(machine.lab.fake.completed().len(), completes);
        assert_eq!(machine.lab.fake.read_sets().len(), 2);
        let ours = usize::from(completes != 1);
        assert_eq!(ended.read_set_id, Some(machine.lab.fake.read_sets()[ours].clone()));
        assert_eq!(machine.lab.fake.sent(), [(1, 1), (2, 1)]);
        assert_eq!((machine.creates(), machine.lab.fake.uploads().len()), (1, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_set_that_was_not_seen_to_the_end_is_waited_for_again() {
    let mut machine = Machine::new(Lab::new(1).fails(On::Look, Denied, 1));
    let ended = machine.run().await;
    assert!(matches!(ended.failure, Some(Failure::NotKnown { .. })), "{ended:?}");
    let id = ended.read_set_id.unwrap();
    let stage = machine.record().stage;
    assert!(matches!(stage, Stage::Completed { read_set, .. } if read_set == id));
    let ended = machine.done().await;
    assert_eq!(ended.read_set_id, Some(id));
    assert_eq!((machine.creates(), machine.lab.fake.completed().len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_taken_up_again_is_forgotten() {
    let failed = crate::store::ReadSetState::Failed(Some("bad data".to_owned()));
    let mut machine = Machine::new(Lab::new(1).script(On::Look, [Fault::State(failed)]));
    let ended = machine.run().await;
    let Some(Failure::NotAccepted { fallback, .. }) = &ended.failure else { panic!("{ended:?}") };
    assert_eq!(fallback.as_deref(), Some(FALLBACK));
    assert_eq!(machine.folder.names().unwrap(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn what_is_there_already_is_made_again_only_if_that_is_wanted() {
    for if_exists in [IfExists::Upload, IfExists::Skip, IfExists::Fail] {
        let mut machine = Machine::new(Lab::new(1));
        let there = machine.lab.fake.add_read_set(&machine.marked(&other_mark(7)));
        machine.remember();
        machine.lab.jobs[0].memory.if_exists = if_exists;
        let ended = machine.lab.run_one().await;
        assert_eq!(machine.folder.names().unwrap(), [""; 0], "{if_exists:?}");
        let creates = machine.creates();
        match if_exists {
            IfExists::Upload => assert_eq!((ended.outcome(), creates), (Outcome::Active, 1)),
            IfExists::Skip => {
                assert_eq!((ended.outcome(), creates), (Outcome::Skipped, 0));
                assert_eq!(ended.read_set_id, Some(there));
            }
            IfExists::Fail => {
                assert_eq!(creates, 0);
                let is_it = |id: &ReadSetId| matches!(&ended.failure, Some(Failure::Exists(it)) if it == id);
                assert!(is_it(&there), "{ended:?}");
            }
        }
    }
}

/// A machine whose journal says that the upload is complete, and names this read set.
async fn claiming(claimed: impl FnOnce(&Machine) -> ReadSetId) -> Machine {
    let mut machine = Machine::new(Lab::new(1).fails(On::Look, Denied, 1));
    let ended = machine.run().await;
    assert!(matches!(ended.failure, Some(Failure::NotKnown { .. })), "{ended:?}");
    let claimed = claimed(&machine);
    let mut journal = machine.lab.jobs[0].memory.journal.lock().unwrap().take().unwrap();
    journal.take_up().unwrap();
    journal.completed(&claimed).unwrap();
    drop(journal);
    machine
}

#[tokio::test(start_paused = true)]
async fn a_read_set_that_a_journal_claims_is_compared_with_its_upload() {
    for what in ["of another upload", "without a mark", "of another sample"] {
        let mut machine = claiming(|machine| {
            let mut fields = match what {
                "without a mark" => machine.lab.jobs[0].fields.clone(),
                _ => machine.marked(&other_mark(7)),
            };
            if what == "of another sample" {
                fields.sample = "another".parse().unwrap();
            }
            machine.lab.fake.add_read_set(&fields)
        })
        .await;
        let claimed = machine.lab.fake.read_sets()[1].clone();
        let ended = machine.done().await;
        assert_ne!(ended.read_set_id, Some(claimed.clone()), "{what}");
        assert_eq!((machine.creates(), machine.lab.fake.read_sets().len()), (2, 3), "{what}");
        assert_eq!(
            machine.lab.heard.warnings(),
            [format!("read set {claimed} did not come of this upload: a new one is begun")]
        );
    }
    // Its own is believed, also if nobody may read tags.
    for denied in [false, true] {
        let mut machine = claiming(|machine| machine.lab.fake.read_sets()[0].clone()).await;
        if denied {
            machine.lab.fake.always(On::Tags, Fault::Fail(Denied));
        }
        let ended = machine.done().await;
        assert_eq!(machine.lab.fake.read_sets(), [ended.read_set_id.unwrap()]);
        assert_eq!(machine.creates(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_set_of_an_earlier_attempt_is_not_that_of_files_that_have_changed() {
    for on in [On::Look, On::Complete] {
        for (what, digest) in [
            ("the same", Some(content(1)[..9].to_vec())),
            ("other", Some(b"other".to_vec())),
            ("not known", None),
        ] {
            let fault = if on == On::Look { Fault::Fail(Denied) } else { Fault::Lost(Denied) };
            let mut machine = Machine::new(Lab::new(1).script(on, [fault]));
            assert!(machine.run().await.failure.is_some());
            let id = machine.lab.fake.read_sets()[0].clone();
            machine.remember();
            machine.lab = machine.lab.dated_later(0);
            if let Some(content) = digest {
                let size = ByteCount::new(content.len() as u64);
                let part = (PartSource::Source1, size, Sha256::of(&content));
                let digest = ContentDigest::new(Some(RULES.default), [part]);
                machine.lab.fake.leave_digest(&id, &digest);
            }
            let ended = machine.lab.run_one().await;
            match what {
                "other" => {
                    assert!(ended.active && ended.read_set_id != Some(id.clone()), "{ended:?}");
                    let why = "was made of other data than the files hold now: a new one is begun";
                    assert_eq!(machine.lab.heard.warnings(), [format!("read set {id} {why}")]);
                }
                // Without the tag, the journal knows what was sent.
                _ => assert_eq!(ended.read_set_id, Some(id), "{ended:?}"),
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_begun_is_finished_although_such_a_read_set_has_appeared() {
    let mut machine = Machine::with_two_of_four_parts().await;
    machine.lab.fake.add_read_set(&machine.lab.jobs[0].fields);
    let ended = machine.done_with(|lab| lab.jobs[0].memory.if_exists = IfExists::Skip).await;
    assert_eq!((ended.outcome(), ended.counts.parts_reused), (Outcome::Active, 2));
    assert_eq!(machine.lab.fake.read_sets().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_another_process_works_on_is_not_touched() {
    let mut lab = Lab::new(1);
    let path = "/state/journal".into();
    lab.jobs[0].memory.busy = Some(OpenError::Busy { path, holder: Some(opened()) });
    let failure = lab.failure().await;
    assert_eq!(
        failure.to_string(),
        "another process is working on this upload (process 1 on here, since 2026-11-21T10:00:00Z)"
    );
    assert!(matches!(failure, Failure::Busy(_)));
    assert_eq!(lab.fake.calls(), []);
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_stays_listed_after_complete_is_not_completed_twice() {
    // The answer got lost, the journal too, and the list still shows the upload with its parts.
    let mut machine = Machine::new(Lab::new(1).script(On::Complete, [Fault::Lost(Denied)]));
    machine.refused().await;
    let mark = machine.upload().mark.unwrap();
    machine.forget();
    let listed: UploadId = machine.lab.fake.add_upload(&machine.marked(&mark));
    let ended = machine.done().await;
    assert_eq!(machine.lab.fake.read_sets(), [ended.read_set_id.unwrap()]);
    assert_eq!(machine.lab.fake.completed().len(), 1);
    assert_eq!(machine.lab.fake.uploads(), [listed]);
}
