//! Signals: the first lets things in flight finish, the second does not.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{
    super::{Failure, NotKnown, Stop},
    fake::{Call, Fault, On},
    lab::{Lab, PART},
};
use crate::{
    event::{Event, Outcome},
    store::{
        ReadSetState::Processing,
        StoreErrorKind::{Throttled, Unreachable},
    },
};

/// Stops admission as soon as an event is told.
fn stop_when(lab: Lab, wanted: impl Fn(&Event) -> bool + Send + Sync + 'static) -> Lab {
    let stop = lab.stop.clone();
    lab.when(move |event| {
        if wanted(event) {
            stop.admission.cancel();
        }
    })
}

/// A fault that stops admission in the middle of a call, which goes on.
fn stopping(stop: &Stop) -> Fault {
    let stop = stop.clone();
    Fault::Meanwhile(Arc::new(move || stop.admission.cancel()))
}

fn starts(number: u16) -> impl Fn(&Event) -> bool {
    move |event| matches!(event, Event::PartStarted { part, .. } if part.number.get() == number)
}

#[tokio::test(start_paused = true)]
async fn parts_in_flight_finish_and_no_new_one_starts() {
    let lab = Lab::new(6).concurrency(2).always(On::AnyPart, Fault::Slow(Duration::from_secs(5)));
    // When the third is done, the fifth is refused and the fourth still under way.
    let lab = lab.script(On::Part(1, 4), [Fault::Slow(Duration::from_secs(9))]);
    let lab = stop_when(lab, starts(4));
    let ended = lab.run_one().await;
    assert!(matches!(ended.failure, Some(Failure::Interrupted)), "{ended:?}");
    assert_eq!(ended.outcome(), Outcome::Interrupted);
    assert!(ended.upload_id.is_some());
    assert_eq!(ended.counts.parts_sent, 4);
    assert_eq!(ended.counts.bytes_sent.get(), 4 * PART);
    assert_eq!(lab.fake.sent(), [(1, 1), (2, 1), (3, 1), (4, 1)]);
    assert_eq!(lab.heard.shown(), 4 * PART);
    assert!(lab.fake.completed().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_pause_between_attempts_is_cut_short() {
    for (on, fault) in [
        (On::AnyPart, Fault::RetryAfter(Throttled, Duration::from_mins(1))),
        (On::Create, Fault::RetryAfter(Throttled, Duration::from_mins(1))),
        (On::List, Fault::RetryAfter(Unreachable, Duration::from_mins(1))),
    ] {
        let lab = Lab::new(1).always(on, fault);
        let lab = stop_when(lab, |event| {
            matches!(
                event,
                Event::PartThrottled { .. } | Event::Throttled { .. } | Event::Retrying { .. }
            )
        });
        let begun = Instant::now();
        let failure = lab.failure().await;
        assert!(matches!(failure, Failure::Interrupted), "{failure:?}");
        assert!(begun.elapsed() < Duration::from_secs(1), "{on:?}: {:?}", begun.elapsed());
        lab.heard.shown();
    }
}

#[tokio::test(start_paused = true)]
async fn jobs_that_wait_for_their_turn_never_begin() {
    let lab = Lab::empty().job(&[2]).job(&[1]).job(&[1]).concurrency(1);
    let ended = stop_when(lab, starts(1)).run().await;
    assert!(ended.iter().all(|ended| ended.outcome() == Outcome::Interrupted), "{ended:?}");
    let uploads: Vec<_> = ended.iter().map(|ended| ended.upload_id.is_some()).collect();
    assert_eq!(uploads, [true, true, false], "the next one stands by");
}

#[tokio::test(start_paused = true)]
async fn a_stop_before_the_beginning_makes_no_call() {
    let lab = Lab::empty().job(&[2]).job(&[1, 1]);
    lab.stop.admission.cancel();
    let ended = lab.run().await;
    assert!(ended.iter().all(|ended| ended.outcome() == Outcome::Interrupted), "{ended:?}");
    assert_eq!(lab.fake.calls(), []);
    assert_eq!(lab.heard.count(|event| matches!(event, Event::Finished { .. })), 2);
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_was_just_created_is_known() {
    let lab = Lab::new(2);
    lab.fake.script(On::Create, [stopping(&lab.stop)]);
    let ended = lab.run_one().await;
    assert_eq!(ended.outcome(), Outcome::Interrupted);
    assert!(ended.upload_id.is_some(), "{ended:?}");
    assert_eq!(lab.fake.sent(), []);
}

#[tokio::test(start_paused = true)]
async fn a_complete_in_flight_is_waited_for() {
    let lab = Lab::new(2);
    lab.fake.script(On::Complete, [stopping(&lab.stop)]);
    let ended = lab.run_one().await;
    assert_eq!(ended.read_set_id.as_ref(), lab.fake.read_sets().first());
    assert_eq!(ended.outcome(), Outcome::Completed);
    let why = ended.failure;
    assert!(matches!(why, Some(Failure::NotKnown { why: NotKnown::Interrupted, .. })), "{why:?}");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_confirmed_or_completed_after_a_stop() {
    for (on, lists) in [(On::Part(1, 2), 0), (On::List, 1)] {
        let lab = Lab::new(2);
        lab.fake.script(on, [stopping(&lab.stop)]);
        let ended = lab.run_one().await;
        assert_eq!(ended.outcome(), Outcome::Interrupted, "{ended:?}");
        assert_eq!(ended.counts.parts_sent, 2);
        assert_eq!(lab.fake.count(|call| matches!(call, Call::List { .. })), lists);
        assert!(lab.fake.completed().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_is_cut_short() {
    let lab = Lab::new(1).always(On::Look, Fault::State(Processing));
    let stop = lab.stop.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_mins(10)).await;
        stop.admission.cancel();
    });
    let begun = Instant::now();
    let ended = lab.run_one().await;
    assert_eq!(begun.elapsed().as_secs(), 600);
    let why = ended.failure;
    assert!(matches!(why, Some(Failure::NotKnown { why: NotKnown::Interrupted, .. })), "{why:?}");
}

#[tokio::test(start_paused = true)]
async fn a_forced_stop_drops_what_is_in_flight() {
    for (on, fault) in [
        (On::AnyPart, Fault::Dead),
        (On::AnyPart, Fault::Slow(Duration::from_secs(50))),
        (On::Create, Fault::Dead),
        (On::List, Fault::Dead),
        (On::Complete, Fault::Dead),
        (On::Look, Fault::Dead),
    ] {
        let lab = Lab::new(3).always(on, fault);
        let stop = lab.stop.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(5)).await;
            stop.admission.cancel();
            tokio::time::sleep(Duration::from_secs(1)).await;
            stop.force.cancel();
        });
        let begun = Instant::now();
        let ended = lab.run_one().await;
        assert_eq!(begun.elapsed().as_secs(), 6, "{on:?}");
        match ended.failure {
            Some(Failure::NotKnown { why: NotKnown::Interrupted, .. }) if on == On::Look => {}
            Some(Failure::Interrupted) if on != On::Look => {}
            other => panic!("{on:?}: {other:?}"),
        }
        assert_eq!(lab.fake.in_flight(), 0, "{on:?}");
        let sent = ended.counts.parts_sent * PART;
        assert_eq!(lab.heard.shown(), sent.saturating_sub(u64::from(sent == 3 * PART)), "{on:?}");
    }
}
