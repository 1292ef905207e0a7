//! One part fails for good: what is under way arrives, and nothing new begins.

use std::time::Duration;

use tokio::time::Instant;

use super::{
    super::{Ended, Failure},
    fake::{Fault, On},
    lab::{Lab, PART},
};
use crate::{
    event::Event,
    store::StoreErrorKind::{self, Denied, Expired, Throttled, Unreachable},
};

/// Eight parts, four at a time, that take four seconds each; the second fails.
fn failing(fault: Fault) -> Lab {
    let mut lab = Lab::new(8).always(On::AnyPart, Fault::Slow(Duration::from_secs(2)));
    lab.limits.give_up_after = Duration::from_secs(1);
    lab.always(On::Part(1, 2), fault)
}

fn kind(ended: &Ended) -> Option<StoreErrorKind> {
    match ended.failure.as_ref()? {
        Failure::Refused(error) | Failure::Expired(error) => Some(error.kind),
        Failure::GaveUp { last, .. } | Failure::Attempts { last, .. } => Some(last.kind),
        _ => None,
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_under_way_arrives_and_nothing_new_begins() {
    for (fault, wanted) in [
        (Fault::Fail(Denied), Some(Denied)),
        (Fault::Fail(Expired), Some(Expired)),
        (Fault::Fail(Unreachable), Some(Unreachable)),
        (Fault::Fail(StoreErrorKind::Transient), Some(StoreErrorKind::Transient)),
        (Fault::WrongChecksum, None),
    ] {
        let lab = failing(fault);
        let ended = lab.run_one().await;
        assert_eq!(kind(&ended), wanted, "{ended:?}");
        let numbers: Vec<_> = lab.fake.sent().into_iter().map(|(number, _)| number).collect();
        assert_eq!(numbers, [1, 2, 3, 4], "{wanted:?}");
        assert_eq!(ended.counts.parts_sent, 3, "{wanted:?}");
        assert_eq!(lab.heard.shown(), 3 * PART, "{wanted:?}");
        let recorded: Vec<_> =
            ended.facts.parts.iter().map(|fact| fact.part.number.get()).collect();
        assert_eq!(recorded, [1, 3, 4], "{wanted:?}");
        assert!(lab.fake.completed().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_under_way_has_ten_seconds() {
    let lab = failing(Fault::Fail(Denied)).script(On::Part(1, 3), [Fault::Dead]);
    let begun = Instant::now();
    let ended = lab.run_one().await;
    assert_eq!(kind(&ended), Some(Denied));
    assert_eq!(begun.elapsed().as_secs(), 10);
    assert_eq!((ended.counts.parts_sent, lab.fake.in_flight()), (2, 0));
    assert_eq!(lab.heard.shown(), 2 * PART);
}

#[tokio::test(start_paused = true)]
async fn a_pause_before_another_attempt_is_not_waited_out() {
    let pause = Fault::RetryAfter(Throttled, Duration::from_secs(8));
    let mut lab = Lab::new(4).always(On::Part(1, 3), pause);
    lab.fake.script(On::Part(1, 2), [Fault::Late(Denied, Duration::from_secs(1))]);
    lab.limits.give_up_after = Duration::from_hours(1);
    let begun = Instant::now();
    assert_eq!(kind(&lab.run_one().await), Some(Denied));
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert_eq!(lab.fake.sent(), [(1, 1), (2, 1), (3, 1), (4, 1)]);
}

#[tokio::test(start_paused = true)]
async fn a_signal_ends_the_ten_seconds() {
    let lab = failing(Fault::Fail(Denied)).script(On::Part(1, 3), [Fault::Dead]);
    let stop = lab.stop.clone();
    let lab = lab.when(move |event| {
        if matches!(event, Event::PartUploaded { .. }) {
            stop.admission.cancel();
            stop.force.cancel();
        }
    });
    let begun = Instant::now();
    assert_eq!(kind(&lab.run_one().await), Some(Denied));
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn other_read_sets_go_on() {
    let lab = Lab::empty().job(&[3]).job(&[3]).concurrency(4);
    let lab = lab.always(On::AnyPart, Fault::Slow(Duration::from_secs(1)));
    let lab = lab.script(On::Part(1, 1), [Fault::Fail(Denied)]);
    let ended = lab.run().await;
    let done = ended.iter().filter(|ended| ended.active).count();
    assert_eq!((done, lab.fake.read_sets().len()), (1, 1), "{ended:?}");
}
