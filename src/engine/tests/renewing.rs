//! Credentials that run out in the middle.

use std::time::Duration;

use tokio::time::Instant;

use super::{
    super::Failure,
    fake::{Call, Fault, On},
    lab::Lab,
};
use crate::{
    event::Event,
    store::{
        Renewal::{Impossible, Renewed, Same},
        StoreErrorKind::Expired,
    },
};

fn asks(call: &Call) -> bool {
    *call == Call::Renew
}

fn brings(renewals: &[crate::store::Renewal]) -> Vec<Fault> {
    renewals.iter().map(|renewal| Fault::Renewal(*renewal)).collect()
}

/// A lab in which one answer is one too many.
fn strict(parts: u16) -> Lab {
    let mut lab = Lab::new(parts);
    lab.limits.attempts = 1;
    lab
}

fn waits(lab: &Lab) -> usize {
    lab.heard.count(|event| matches!(event, Event::AwaitingCredentials { .. }))
}

#[tokio::test(start_paused = true)]
async fn new_credentials_are_no_attempt() {
    for on in [On::Create, On::Part(1, 2), On::List, On::Complete, On::Look] {
        let lab = strict(3).fails(on, Expired, 1).script(On::Renew, brings(&[Renewed]));
        let ended = lab.success().await;
        assert_eq!((ended.counts.retries, ended.counts.throttled), (0, 0), "{on:?}");
        assert_eq!((lab.fake.count(asks), waits(&lab)), (1, 0), "{on:?}");
        lab.heard.shown();
    }
}

#[tokio::test(start_paused = true)]
async fn old_ones_are_waited_out_and_asked_for_every_five_seconds() {
    let lab = strict(2).fails(On::Part(1, 1), Expired, 1);
    let lab = lab.script(On::Renew, brings(&[Same, Same, Same, Renewed]));
    lab.success().await;
    let pauses = lab.fake.pauses(asks);
    assert_eq!(pauses.len(), 3);
    for pause in pauses {
        assert!((5000..5100).contains(&pause.as_millis()), "{pause:?}");
    }
    let told = lab.heard.events().into_iter().filter(|event| {
        matches!(event, Event::AwaitingCredentials { .. } | Event::CredentialsRenewed)
    });
    let message = "waiting for new credentials for profile `lab`, for example: aws sso login";
    let awaiting = Event::AwaitingCredentials { message: message.to_owned() };
    assert_eq!(told.collect::<Vec<_>>(), [awaiting, Event::CredentialsRenewed]);
}

#[tokio::test(start_paused = true)]
async fn the_wait_has_an_end_for_all_together() {
    let lab = Lab::empty().job(&[2]).job(&[2]).job(&[2]).concurrency(3);
    let lab = lab.always(On::AnyPart, Fault::Fail(Expired));
    let lab = lab.always(On::Renew, Fault::Renewal(Same));
    let begun = Instant::now();
    let ended = lab.run().await;
    for ended in &ended {
        assert!(matches!(ended.failure, Some(Failure::Expired(_))), "{ended:?}");
    }
    let limit = lab.limits.give_up_after;
    let range = limit..limit + Duration::from_secs(10);
    assert!(range.contains(&begun.elapsed()), "{:?}", begun.elapsed());
    assert_eq!(waits(&lab), 1);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_change_is_not_waited_for() {
    let lab =
        Lab::new(3).fails(On::Part(1, 2), Expired, 1).script(On::Renew, brings(&[Impossible]));
    let begun = Instant::now();
    assert!(matches!(lab.failure().await, Failure::Expired(_)));
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    assert_eq!(waits(&lab), 0);
    lab.heard.shown();
}

#[tokio::test(start_paused = true)]
async fn only_one_asks() {
    let lab = strict(4).concurrency(4).fails(On::AnyPart, Expired, 4);
    let lab = lab.script(On::Renew, brings(&[Same, Renewed]));
    lab.success().await;
    assert_eq!((lab.fake.count(asks), waits(&lab)), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn what_was_sent_under_the_old_ones_may_fail_long_after() {
    let lab = strict(2).concurrency(2).fails(On::Part(1, 1), Expired, 1);
    let late = Fault::Late(Expired, Duration::from_mins(3));
    let lab = lab.script(On::Part(1, 2), [late]).script(On::Renew, brings(&[Renewed, Same]));
    lab.success().await;
    assert_eq!((lab.fake.count(asks), waits(&lab)), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn new_ones_that_are_no_better_are_not_asked_for_without_end() {
    let lab = Lab::new(1).always(On::AnyPart, Fault::Fail(Expired));
    let lab = lab.always(On::Renew, Fault::Renewal(Renewed));
    let begun = Instant::now();
    assert!(matches!(lab.failure().await, Failure::Expired(_)));
    let limit = lab.limits.give_up_after;
    assert!((limit..limit + Duration::from_secs(10)).contains(&begun.elapsed()));
    let pauses = lab.fake.pauses(asks);
    assert!(pauses.iter().all(|pause| *pause >= Duration::from_secs(5)), "{pauses:?}");
}

#[tokio::test(start_paused = true)]
async fn a_signal_ends_the_wait() {
    let lab = Lab::new(4).concurrency(4).always(On::AnyPart, Fault::Fail(Expired));
    let lab = lab.always(On::Renew, Fault::Renewal(Same));
    let stop = lab.stop.clone();
    let lab = lab.when(move |event| {
        if matches!(event, Event::AwaitingCredentials { .. }) {
            stop.admission.cancel();
        }
    });
    let begun = Instant::now();
    assert!(matches!(lab.failure().await, Failure::Interrupted));
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
}
