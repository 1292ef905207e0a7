//! Which failures are tried again, how often, how long and how soon.

use std::time::Duration;

use super::{
    super::Failure,
    fake::{Call, Fault, On},
    lab::Lab,
};
use crate::{
    event::{Event, Outcome},
    store::StoreErrorKind::{
        self, Denied, Expired, Invalid, Missing, Other, Quota, Throttled, Transient, Unreachable,
    },
};

/// The steps that every upload takes.
const STEPS: [On; 4] = [On::Create, On::Part(1, 2), On::List, On::Complete];

/// Whether a call belongs to a step.
fn is(on: On) -> impl Fn(&Call) -> bool {
    move |call| match call {
        Call::Create { .. } => on == On::Create,
        Call::Part { number, .. } => on == On::Part(1, *number),
        Call::List { .. } => on == On::List,
        Call::Complete { .. } => on == On::Complete,
        Call::Look => on == On::Look,
        Call::Find { .. } => on == On::Find,
        Call::Fallback => on == On::Fallback,
        Call::Tags { .. } => on == On::Tags,
        Call::Tag { .. } => on == On::Tag,
        Call::ListUploads => on == On::ListUploads,
        Call::Abort { .. } => on == On::Abort,
        Call::Renew => on == On::Renew,
    }
}

#[tokio::test(start_paused = true)]
async fn throttling_and_a_dead_network_are_no_attempts() {
    for kind in [Unreachable, Throttled] {
        for on in STEPS {
            let mut lab = Lab::new(2).fails(on, kind, 9);
            lab.limits.attempts = 1;
            let ended = lab.success().await;
            assert_eq!(lab.fake.count(is(on)), 10, "{on:?} {kind:?}");
            let counted = (ended.counts.throttled, ended.counts.retries);
            assert_eq!(counted, if kind == Throttled { (9, 0) } else { (0, 9) }, "{on:?}");
            let told = lab.heard.count(|event| {
                matches!(event, Event::Throttled { .. } | Event::PartThrottled { .. })
            });
            assert_eq!(told, if kind == Throttled { 9 } else { 0 }, "{on:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_is_asked_for_is_told_and_ends_with_the_patience() {
    let asked = Duration::from_secs(1_000_000_000);
    for on in STEPS {
        let mut lab = Lab::new(3).always(on, Fault::RetryAfter(Throttled, asked));
        lab.limits.give_up_after = Duration::from_secs(5);
        let begun = tokio::time::Instant::now();
        let ended = lab.run_one().await;
        assert!(matches!(ended.failure, Some(Failure::GaveUp { .. })), "{on:?}");
        // Parts that get through beside it restore the patience once.
        assert!(begun.elapsed() <= Duration::from_secs(11), "{on:?} {:?}", begun.elapsed());
        let told = |event: &Event| {
            matches!(event, Event::Warning { message, .. }
                if message.starts_with("the service asks for a pause of 1000000000 s"))
        };
        assert!((1..=2).contains(&lab.heard.count(told)), "{on:?}");
    }
    // An error of the service is tried as often as ever, with pauses that fit.
    let mut lab = Lab::new(1).always(On::Create, Fault::RetryAfter(Transient, asked));
    lab.limits.give_up_after = Duration::from_secs(5);
    let begun = tokio::time::Instant::now();
    let ended = lab.run_one().await;
    assert!(matches!(ended.failure, Some(Failure::Attempts { attempts: 3, .. })));
    assert!(begun.elapsed() <= Duration::from_secs(16), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn when_nothing_gets_through_for_long_enough_it_is_given_up() {
    for kind in [Unreachable, Throttled] {
        for on in STEPS {
            let lab = Lab::new(2).always(on, Fault::Fail(kind)).always(On::Find, Fault::Fail(kind));
            let ended = lab.run_one().await;
            let patience = lab.limits.give_up_after;
            match ended.failure {
                Some(Failure::GaveUp { after, last }) => {
                    assert_eq!((after, last.kind), (patience, kind), "{on:?}");
                }
                other => panic!("{on:?} {kind:?}: {other:?}"),
            }
            // The longest pause between two attempts is 20 s.
            let most = patience + Duration::from_secs(21);
            assert!((patience..most).contains(&ended.elapsed), "{on:?}: {:?}", ended.elapsed);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_gets_through_in_between_does_not_renew_the_patience_of_what_never_does() {
    let patience = Duration::from_mins(1);
    for fault in [Fault::Fail(Unreachable), Fault::Fail(Throttled), Fault::Dead] {
        for on in [On::Create, On::List, On::Complete, On::Look] {
            let mut lab = Lab::new(2).always(on, fault.clone());
            lab.limits.give_up_after = patience;
            let ended = lab.run_one().await;
            match ended.failure {
                Some(Failure::GaveUp { after, .. }) if on != On::Look => {
                    assert_eq!(after, patience);
                }
                Some(Failure::NotKnown { .. }) if on == On::Look => {}
                other => panic!("{on:?}: {other:?}"),
            }
            let most = patience + Duration::from_secs(22);
            assert!((patience..most).contains(&ended.elapsed), "{on:?}: {:?}", ended.elapsed);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_set_is_not_looked_for_longer_than_the_patience_lasts() {
    for (seconds, least, most) in [(3, 3, 5), (600, 4, 48)] {
        let lab = Lab::new(1).fails(On::Complete, Unreachable, 1);
        let mut lab = lab.always(On::Complete, Fault::Fail(Missing));
        lab.limits.give_up_after = Duration::from_secs(seconds);
        let ended = lab.run_one().await;
        assert!(matches!(ended.failure, Some(Failure::Refused(_))), "{ended:?}");
        assert!((least..most).contains(&ended.elapsed.as_secs()), "{:?}", ended.elapsed);
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_gets_through_renews_the_patience() {
    let mut lab = Lab::new(8).concurrency(2);
    lab.limits.give_up_after = Duration::from_mins(1);
    lab.fake.script(On::Part(1, 1), vec![Fault::RetryAfter(Throttled, Duration::from_secs(25)); 6]);
    // The others take 20 s each.
    lab.fake.always(On::AnyPart, Fault::Slow(Duration::from_secs(10)));
    let ended = lab.success().await;
    assert!(ended.elapsed > Duration::from_secs(150), "{:?}", ended.elapsed);
    assert_eq!(ended.counts.throttled, 6);
}

#[tokio::test(start_paused = true)]
async fn errors_of_the_service_are_counted() {
    for on in STEPS {
        let lab = Lab::new(2).fails(on, Transient, 2);
        let ended = lab.success().await;
        assert_eq!((lab.fake.count(is(on)), ended.counts.retries), (3, 2), "{on:?}");

        let lab = Lab::new(2).always(on, Fault::Fail(Transient));
        match lab.failure().await {
            Failure::Attempts { attempts: 3, last } => assert_eq!(last.kind, Transient),
            other => panic!("{on:?}: {other:?}"),
        }
        assert_eq!(lab.fake.count(is(on)), 3, "{on:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn attempts_are_counted_for_each_request_by_itself() {
    let lab = Lab::new(6).concurrency(1);
    for number in 1..=6 {
        lab.fake.script(On::Part(1, number), [Fault::Fail(Transient), Fault::Fail(Transient)]);
    }
    lab.success().await;
    assert_eq!(lab.fake.sent(), (1..=6).map(|number| (number, 3)).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_refusal_ends_the_upload_at_once() {
    for kind in [Denied, Missing, Invalid, Quota, Other] {
        for on in STEPS {
            let lab = Lab::new(2).always(on, Fault::Fail(kind));
            let ended = lab.run_one().await;
            assert_eq!(ended.outcome(), Outcome::Failed);
            match ended.failure {
                Some(Failure::Refused(error)) => assert_eq!(error.kind, kind, "{on:?}"),
                other => panic!("{on:?} {kind:?}: {other:?}"),
            }
            assert_eq!(lab.fake.count(is(on)), 1, "{on:?} {kind:?}");
            assert_eq!(ended.upload_id.is_some(), on != On::Create, "{on:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn expired_credentials_end_the_upload_at_once() {
    for on in STEPS {
        let lab = Lab::new(2).always(on, Fault::Fail(Expired));
        let failure = lab.failure().await;
        assert!(matches!(failure, Failure::Expired(_)), "{on:?}: {failure:?}");
        assert_eq!(lab.fake.count(is(on)), 1, "{on:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_pauses_grow_to_20_seconds() {
    let lab = Lab::new(1).fails(On::Part(1, 1), Unreachable, 25);
    lab.success().await;
    let pauses = lab.fake.pauses(is(On::Part(1, 1)));
    let latency = lab.fake.latency;
    for (failures, pause) in (1..).zip(&pauses) {
        let ceiling = Duration::from_millis(200 << (failures - 1).min(10)).min(20 * SECOND);
        // The clock counts whole milliseconds, rounded up.
        let most = ceiling + latency + Duration::from_millis(2);
        assert!((ceiling / 10..=most).contains(pause), "after {failures}: {pause:?}");
    }
    assert!(pauses.iter().sum::<Duration>() > 60 * SECOND, "{pauses:?}");
}

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn the_service_s_own_wish_for_a_pause_is_granted_up_to_five_minutes() {
    for on in STEPS {
        for (asked, granted) in [(77, 77), (86400, 300)] {
            let fault = Fault::RetryAfter(Throttled, Duration::from_secs(asked));
            let lab = Lab::new(2).script(on, [fault]);
            lab.success().await;
            assert_eq!(lab.fake.pauses(is(on))[0].as_secs(), granted, "{on:?}");
            let told = lab.heard.count(|event| match event {
                Event::Throttled { delay, .. } | Event::PartThrottled { delay, .. } => {
                    delay.as_secs() == granted
                }
                _ => false,
            });
            assert_eq!(told, 1, "{on:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_create_whose_answer_got_lost_is_repeated_with_the_same_token() {
    let lab = Lab::new(1).script(On::Create, vec![Fault::Lost(Unreachable); 3]);
    lab.success().await;
    let tokens: Vec<_> = lab.fake.calls().into_iter().take(4).collect();
    assert_eq!(tokens, vec![Call::Create { token: "token-0".to_owned() }; 4]);
    assert_eq!(lab.fake.most_uploads(), 1);
}

#[tokio::test(start_paused = true)]
async fn one_job_fails_and_the_others_go_on() {
    for on in [On::Create, On::AnyPart, On::List, On::Complete] {
        let lab = Lab::empty().job(&[3]).job(&[2, 2]).job(&[1]).concurrency(2);
        lab.fake.script(on, [Fault::Fail(Denied)]);
        let ended = lab.run().await;
        let outcomes: Vec<_> = ended.iter().map(super::super::Ended::outcome).collect();
        assert_eq!(outcomes.iter().filter(|one| **one == Outcome::Active).count(), 2, "{on:?}");
        assert_eq!(outcomes.iter().filter(|one| **one == Outcome::Failed).count(), 1, "{on:?}");
        assert_eq!(lab.fake.read_sets().len(), 2, "{on:?}");
        assert_eq!(lab.fake.in_flight(), 0, "{on:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn calls_are_told_by_the_names_of_the_service() {
    let lab = Lab::new(1);
    let fails = |kind: StoreErrorKind| [Fault::Fail(kind)];
    for on in [On::Create, On::Part(1, 1), On::List, On::Complete, On::Look] {
        lab.fake.script(on, fails(Throttled));
    }
    lab.success().await;
    let operation = |event| match event {
        Event::Throttled { operation, .. } => Some(operation.as_str()),
        Event::PartThrottled { .. } => Some("UploadReadSetPart"),
        _ => None,
    };
    assert_eq!(
        lab.heard.events().into_iter().filter_map(operation).collect::<Vec<_>>(),
        [
            "CreateMultipartReadSetUpload",
            "UploadReadSetPart",
            "ListReadSetUploadParts",
            "CompleteMultipartReadSetUpload",
            "GetReadSetMetadata"
        ]
    );
}
