//! The one call that cannot simply be made again.

use std::time::Duration;

use super::{
    super::Failure,
    fake::{Call, Fault, On},
    lab::Lab,
};
use crate::{
    event::Outcome,
    store::StoreErrorKind::{
        Denied, Expired, Invalid, Missing, Other, Quota, Throttled, Transient, Unreachable,
    },
};

/// The calls from the first Complete on: `C`omplete, `F`ind, `L`ist.
fn ending(lab: &Lab) -> String {
    let letter = |call: &Call| match call {
        Call::Complete { .. } => Some('C'),
        Call::Find { .. } => Some('F'),
        Call::List { .. } => Some('L'),
        _ => None,
    };
    let letters: String = lab.fake.calls().iter().filter_map(letter).collect();
    letters[letters.find('C').unwrap_or(letters.len())..].to_owned()
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_found_by_looking_and_nothing_is_completed_twice() {
    for kind in [Unreachable, Transient, Other] {
        let lab = Lab::new(2).script(On::Complete, [Fault::Lost(kind)]);
        let ended = lab.success().await;
        assert_eq!(ending(&lab), "CF", "{kind:?}");
        assert_eq!(ended.read_set_id.as_ref(), lab.fake.read_sets().first());
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_found_is_completed_again() {
    for kind in [Unreachable, Transient] {
        let lab = Lab::new(2).script(On::Complete, [Fault::Fail(kind)]);
        lab.success().await;
        assert_eq!(ending(&lab), "CFC", "{kind:?}");
        assert_eq!(lab.fake.completed()[0], lab.fake.completed()[1]);
        assert_eq!(lab.fake.read_sets().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_that_lags_behind_is_looked_at_again() {
    let lab = Lab::new(2).script(On::Complete, [Fault::Lost(Unreachable)]);
    lab.fake.script(On::Find, vec![Fault::Blind; 4]);
    lab.success().await;
    // The second Complete says that the upload is gone, so the read set must be somewhere.
    assert_eq!(ending(&lab), "CFCFFFF");
    assert_eq!(lab.fake.read_sets().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_throttled_complete_is_made_again_without_looking() {
    let lab = Lab::new(2).fails(On::Complete, Throttled, 3);
    lab.success().await;
    assert_eq!(ending(&lab), "CCCC");
}

#[tokio::test(start_paused = true)]
async fn a_refused_complete_is_not_made_again() {
    for kind in [Denied, Missing, Quota, Invalid] {
        let lab = Lab::new(2).fails(On::Complete, kind, 1);
        let ended = lab.run_one().await;
        assert!(matches!(ended.failure, Some(Failure::Refused(_))), "{ended:?}");
        assert!(ended.upload_id.is_some() && ended.read_set_id.is_none(), "{ended:?}");
        // An upload that is gone may have been completed by another machine.
        let wanted = if kind == Missing { "CF" } else { "C" };
        assert_eq!(ending(&lab), wanted, "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_vanished_in_doubt_is_looked_for_and_then_reported() {
    let lab = Lab::new(2).fails(On::Complete, Unreachable, 1).script(On::Find, [Fault::Vanish]);
    let failure = lab.failure().await;
    assert!(matches!(&failure, Failure::Vanished(error) if error.kind == Missing), "{failure:?}");
    assert_eq!(ending(&lab), "CFCFFFFFFFL");
    assert!(lab.fake.read_sets().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_an_upload_that_is_still_there_means_what_it_says() {
    let lab = Lab::new(2).fails(On::Complete, Unreachable, 1).fails(On::Complete, Invalid, 1);
    let failure = lab.failure().await;
    assert!(matches!(&failure, Failure::Refused(error) if error.kind == Invalid), "{failure:?}");
    assert_eq!(ending(&lab), "CFCFFFFFFFL");
}

#[tokio::test(start_paused = true)]
async fn what_was_there_before_the_upload_is_not_taken_for_its_read_set() {
    let lab = Lab::new(2).script(On::Complete, [Fault::Fail(Unreachable)]);
    let older = lab.fake.add_read_set(&lab.jobs[0].fields);
    tokio::time::advance(Duration::from_secs(5)).await;
    let ended = lab.success().await;
    assert_eq!(ending(&lab), "CFC");
    assert_ne!(ended.read_set_id, Some(older));
}

#[tokio::test(start_paused = true)]
async fn of_several_read_sets_with_the_same_fields_the_one_with_the_mark_is_taken() {
    let mut lab = Lab::new(2).script(On::Complete, [Fault::Lost(Unreachable)]);
    lab.fake.page_size = 1;
    tokio::time::advance(Duration::from_secs(5)).await;
    let other = lab.fake.add_read_set(&lab.jobs[0].fields);
    let lab = lab.always(On::AnyPart, Fault::Slow(Duration::from_secs(5)));
    // Created in the same second as the upload.
    let ended = lab.success().await;
    assert_eq!(ending(&lab), "CFF");
    assert_eq!(ended.read_set_id.as_ref(), lab.fake.read_sets().last());
    assert_ne!(ended.read_set_id, Some(other));
    assert_eq!(lab.heard.warnings(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn when_nobody_may_look_a_doubtful_complete_stays_in_doubt() {
    let lab = Lab::new(2).script(On::Complete, [Fault::Lost(Unreachable)]);
    lab.fake.always(On::Find, Fault::Fail(Denied));
    let ended = lab.run_one().await;
    assert_eq!(ended.outcome(), Outcome::Failed);
    assert!(matches!(ended.failure, Some(Failure::Refused(_))), "{ended:?}");
    assert_eq!(ending(&lab), "CF", "it is not completed twice");
}

#[tokio::test(start_paused = true)]
async fn a_strange_answer_is_settled_by_looking_alone() {
    // Such as one without an ID: completing again would be refused.
    let lab = Lab::new(2).script(On::Complete, [Fault::Lost(Other)]);
    lab.fake.script(On::Find, vec![Fault::Blind; 3]);
    lab.success().await;
    assert_eq!(ending(&lab), "CFFFF");
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_cannot_be_looked_at_is_not_called_vanished() {
    for (kind, lists) in [(Denied, 1), (Expired, 1), (Transient, 3)] {
        let lab = Lab::new(2).fails(On::Complete, Unreachable, 1);
        lab.fake.script(On::Complete, [Fault::Fail(Missing)]);
        lab.fake.script(On::List, [Fault::Listed(std::sync::Arc::new(|_| {}))]);
        lab.fake.always(On::List, Fault::Fail(kind));
        let failure = lab.failure().await;
        match (&failure, kind) {
            (Failure::Refused(error), Denied)
            | (Failure::Expired(error), Expired)
            | (Failure::Attempts { last: error, .. }, Transient) => assert_eq!(error.kind, kind),
            other => panic!("{other:?}"),
        }
        assert!(ending(&lab).ends_with(&format!("F{}", "L".repeat(lists))), "{}", ending(&lab));
    }
}

#[tokio::test(start_paused = true)]
async fn two_jobs_with_the_same_fields_do_not_take_each_other_s_read_set() {
    let mut lab = Lab::empty().job(&[1]).job(&[1]).concurrency(1);
    lab.jobs[1].fields = lab.jobs[0].fields.clone();
    // The second job's Complete has no effect, and the first one's read set is there by then.
    lab.fake.script(On::Complete, [Fault::Slow(Duration::ZERO), Fault::Fail(Unreachable)]);
    let ended = lab.run().await;
    assert!(ended.iter().all(|ended| ended.active), "{ended:?}");
    assert_eq!(ending(&lab).matches('C').count(), 3);
    let ids: Vec<_> = ended.into_iter().map(|ended| ended.read_set_id.unwrap()).collect();
    assert_eq!(ids, lab.fake.read_sets());
}
