//! Runs that may not have all of their uploads: the service allows so many at a time, or the run is to
//! begin no more.

use std::{sync::Arc, time::Duration};

use super::{
    super::Failure,
    fake::{Call, Fault, On},
    lab::Lab,
};
use crate::store::StoreErrorKind::Quota;

fn creates(call: &Call) -> bool {
    matches!(call, Call::Create { .. })
}

fn well() -> Fault {
    Fault::Meanwhile(Arc::new(|| {}))
}

#[tokio::test(start_paused = true)]
async fn where_the_service_allows_no_more_uploads_one_of_the_run_is_waited_for() {
    let lab = (0..3).fold(Lab::empty(), |lab, _| lab.job(&[2]));
    let lab = lab
        .always(On::AnyPart, Fault::Slow(Duration::from_secs(5)))
        .script(On::Create, [well(), Fault::Fail(Quota), Fault::Fail(Quota)]);
    let ended = lab.run().await;
    assert!(ended.iter().all(|ended| ended.active), "{ended:?}");
    let (creates, completes) =
        (lab.fake.times(creates), lab.fake.times(|call| matches!(call, Call::Complete { .. })));
    assert_eq!(creates.len(), 5);
    assert!(creates[2] < completes[0] && completes[0] < creates[3], "{creates:?} {completes:?}");
}

#[tokio::test(start_paused = true)]
async fn uploads_of_others_are_not_waited_for() {
    let lab = Lab::new(2).fails(On::Create, Quota, 1);
    let failure = lab.failure().await;
    assert!(matches!(&failure, Failure::Refused(error) if error.kind == Quota), "{failure:?}");
    assert_eq!(lab.fake.count(creates), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_under_way_ends_when_no_more_is_begun() {
    let lab = (0..9).fold(Lab::empty().concurrency(1), |lab, _| lab.job(&[3]));
    let engine = lab.engine();
    let ended = engine.run(&lab.jobs, |_, _| engine.begin_no_more()).await;
    let begun = lab.fake.count(creates);
    assert!((1..5).contains(&begun), "{begun}");
    let of = |wanted: fn(&Failure) -> bool| {
        ended.iter().filter(|ended| ended.failure.as_ref().is_some_and(wanted)).count()
    };
    assert_eq!(of(|failure| matches!(failure, Failure::NotBegun)), 9 - begun);
    assert_eq!(ended.iter().filter(|ended| ended.active).count(), begun);
}
