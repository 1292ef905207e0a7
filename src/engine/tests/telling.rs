//! The events as an observer has to be able to count on them.

use std::{collections::BTreeMap, time::Duration};

use super::{
    super::{Ended, Failure},
    fake::{Fault, On},
    lab::{Lab, PART},
};
use crate::{
    event::{Event, Item, Outcome},
    store::StoreErrorKind::{Denied, Other, Throttled, Transient, Unreachable},
};

/// Which read set an event is about.
fn item(event: &Event) -> Option<Item> {
    match event {
        Event::UploadCreated { read_set, .. }
        | Event::Throttled { read_set, .. }
        | Event::Retrying { read_set, .. }
        | Event::Resuming { read_set, .. }
        | Event::Comparing { read_set, .. }
        | Event::Checking { read_set, .. }
        | Event::Checked { read_set, .. }
        | Event::DecodeProgress { read_set, .. }
        | Event::Decoding { read_set }
        | Event::Decoded { read_set, .. }
        | Event::Md5Matches { read_set, .. }
        | Event::EtagCompared { read_set, .. }
        | Event::SourceDisposed { read_set, .. }
        | Event::Confirming { read_set }
        | Event::Completing { read_set }
        | Event::Processing { read_set, .. }
        | Event::Finished { read_set, .. } => Some(*read_set),
        Event::PartStarted { part, .. }
        | Event::PartProgress { part, .. }
        | Event::PartRetrying { part, .. }
        | Event::PartThrottled { part, .. }
        | Event::PartFailed { part }
        | Event::PartUploaded { part, .. }
        | Event::PartRejected { part, .. } => Some(part.item),
        Event::Warning { read_set, .. } => *read_set,
        Event::Planned { .. }
        | Event::PlannedArchives { .. }
        | Event::Stopping { .. }
        | Event::AwaitingCredentials { .. }
        | Event::Level { .. }
        | Event::CredentialsRenewed => None,
    }
}

/// Every job has one end, which is its last event and says what its result says.
fn hold_ends_against(lab: &Lab, ended: &[Ended]) {
    let mut last = BTreeMap::new();
    let mut ends = 0;
    for event in lab.heard.events() {
        ends += usize::from(matches!(event, Event::Finished { .. }));
        if let Some(item) = item(&event) {
            last.insert(item, event);
        }
    }
    assert_eq!(ends, ended.len());
    for (index, ended) in ended.iter().enumerate() {
        let wanted = Event::Finished {
            read_set: Item(index),
            outcome: ended.outcome(),
            read_set_id: ended.read_set_id.clone(),
            message: match &ended.failure {
                None | Some(Failure::Interrupted) => None,
                Some(failure) => Some(failure.to_string()),
            },
        };
        assert_eq!(last[&Item(index)], wanted);
    }
}

#[tokio::test(start_paused = true)]
async fn the_phases_of_a_job_are_told_in_order() {
    let lab = Lab::new(1);
    let ended = lab.run().await;
    let id = ended[0].read_set_id.clone().unwrap();
    let phases: Vec<_> = lab
        .heard
        .events()
        .into_iter()
        .map(|event| serde_json::to_value(event).unwrap()["event"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        phases,
        [
            "upload_created",
            "part_started",
            "part_progress",
            "part_uploaded",
            "confirming",
            "completing",
            "processing",
            "finished"
        ]
    );
    assert!(lab.heard.events().contains(&Event::Processing { read_set: Item(0), read_set_id: id }));
    hold_ends_against(&lab, &ended);
}

#[tokio::test(start_paused = true)]
async fn jobs_that_are_interrupted_have_an_end_too() {
    let lab = Lab::empty().job(&[3]).job(&[2, 2]).job(&[2]).concurrency(1);
    let stop = lab.stop.clone();
    let lab = lab.when(move |event| {
        if matches!(event, Event::PartUploaded { .. }) {
            stop.admission.cancel();
        }
    });
    let ended = lab.run().await;
    assert!(ended.iter().all(|ended| ended.outcome() == Outcome::Interrupted), "{ended:?}");
    hold_ends_against(&lab, &ended);
}

/// Faults by the roll of dice, the same for the same seed.
fn storm(seed: u64) -> Lab {
    let mut dice = fastrand::Rng::with_seed(seed);
    let mut lab = Lab::empty().job(&[5]).job(&[3, 4]).job(&[1]).concurrency(3);
    lab.fake.page_size = 2;
    lab.limits.attempts = 6;
    let mut fault = |on| match (dice.u8(..14), on) {
        (0, _) => Some(Fault::Fail(Unreachable)),
        (1, _) => Some(Fault::Fail(Transient)),
        (2, _) => Some(Fault::RetryAfter(Throttled, Duration::from_secs(3))),
        (3, On::Complete | On::Create | On::AnyPart) => Some(Fault::Lost(Unreachable)),
        (4, On::Complete | On::Create | On::AnyPart) => Some(Fault::Lost(Transient)),
        (5, On::AnyPart) => Some(Fault::WrongChecksum),
        (6, On::AnyPart) => Some(Fault::Dead),
        (7, On::AnyPart) => Some(Fault::Slow(Duration::from_secs(2))),
        (5, On::Find) => Some(Fault::Blind),
        (5, On::Complete) => Some(Fault::Lost(Other)),
        _ => Some(Fault::Slow(Duration::ZERO)),
    };
    for on in [On::Create, On::AnyPart, On::List, On::Complete, On::Look, On::Find] {
        lab.fake.script(on, (0..40).filter_map(|_| fault(on)).collect::<Vec<_>>());
    }
    lab
}

#[tokio::test(start_paused = true)]
async fn no_storm_makes_two_read_sets_of_one_job_or_a_wrong_sum() {
    let mut active = 0;
    for seed in 0..100 {
        let lab = storm(seed);
        let ended = lab.run().await;
        hold_ends_against(&lab, &ended);
        let shown = lab.heard.shown();
        assert!(lab.fake.most_in_flight() <= 3, "seed {seed}");
        assert!(lab.fake.read_sets().len() <= 3, "seed {seed}");
        let mut known: Vec<_> = ended.iter().filter_map(|end| end.read_set_id.clone()).collect();
        known.sort();
        known.dedup();
        let complete = ended.iter().filter(|end| end.read_set_id.is_some()).count();
        assert_eq!(known.len(), complete, "seed {seed}: a read set was given to two jobs");
        assert!(known.iter().all(|id| lab.fake.read_sets().contains(id)), "seed {seed}");
        if complete == 3 {
            assert_eq!(shown, 5 * PART - 1 + 3 * PART - 1 + 4 * PART - 1 + PART - 1);
        }
        active += ended.iter().filter(|end| end.active).count();
    }
    // The faults of a storm are such as pass.
    assert!(active > 250, "{active} of 300 got there");
}

#[tokio::test(start_paused = true)]
async fn a_job_that_fails_takes_back_what_its_other_parts_had_sent() {
    // The others have sent their bytes, and wait for the answer.
    let lab = Lab::new(4).always(On::AnyPart, Fault::Paced(vec![Duration::from_secs(50)]));
    let later = Fault::RetryAfter(Transient, Duration::from_secs(5));
    lab.fake.script(On::Part(1, 3), [later, Fault::Fail(Denied)]);
    let ended = lab.run().await;
    assert_eq!(ended[0].outcome(), Outcome::Failed);
    assert_eq!(lab.heard.count(|event| matches!(event, Event::PartProgress { .. })), 5);
    assert_eq!(lab.heard.shown(), 0);
    assert_eq!(ended[0].counts.bytes_sent.get(), 5 * PART - 1, "they did leave this machine");
    hold_ends_against(&lab, &ended);
}

#[tokio::test(start_paused = true)]
async fn every_job_has_exactly_one_end_and_it_comes_last() {
    let lab = Lab::empty().job(&[3]).job(&[2, 2]).job(&[2]).job(&[1]).job(&[5]).concurrency(3);
    lab.fake.script(On::Create, [Fault::Slow(Duration::ZERO), Fault::Fail(Denied)]);
    lab.fake.script(On::Part(1, 2), [Fault::Fail(Denied)]);
    lab.fake.script(On::Complete, [Fault::Fail(Denied)]);
    lab.fake.script(On::Look, [Fault::Fail(Denied)]);
    let ended = lab.run().await;
    let mut outcomes: Vec<_> = ended.iter().map(|ended| ended.outcome().as_str()).collect();
    outcomes.sort_unstable();
    assert_eq!(outcomes, ["active", "completed", "failed", "failed", "failed"]);
    hold_ends_against(&lab, &ended);
    lab.heard.shown();
}
