//! From the completed upload to a read set that is there.

use std::time::Duration;

use tokio::time::Instant;

use super::{
    super::{Failure, NotKnown, Verify},
    fake::{Call, FALLBACK, Fault, On},
    lab::{Lab, fields},
};
use crate::{
    event::{Event, Outcome},
    source::Findings,
    store::{
        ReadSetState::{self, Failed, Gone, Processing, There, Unknown},
        StoreErrorKind::{Denied, Expired, Missing, Transient, Unreachable},
        omics,
    },
    types::{EtagResult, ReadSetEtag},
};

fn states(states: impl IntoIterator<Item = ReadSetState>) -> Vec<Fault> {
    states.into_iter().map(Fault::State).collect()
}

fn looks(lab: &Lab) -> Vec<Duration> {
    lab.fake.times(|call| *call == Call::Look)
}

/// Runs the only job, of which must not be known where its read set is.
async fn not_known(lab: &Lab) -> NotKnown {
    let ended = lab.run_one().await;
    assert_eq!(ended.outcome(), Outcome::Completed);
    assert_eq!(ended.read_set_id.as_ref(), lab.fake.read_sets().first());
    match ended.failure {
        Some(Failure::NotKnown { why, .. }) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_set_is_looked_at_until_it_is_there() {
    let lab =
        Lab::new(1).script(On::Look, states([Processing, Processing, Processing, There(None)]));
    lab.success().await;
    assert_eq!(looks(&lab).len(), 4);
}

#[tokio::test(start_paused = true)]
async fn the_etag_of_a_read_set_is_seen_with_it() {
    let etag =
        ReadSetEtag { algorithm: "BAM_MD5up".to_owned(), source1: "aa".to_owned(), source2: None };
    let lab = Lab::new(1).script(On::Look, states([Processing, There(Some(etag.clone()))]));
    let ended = lab.success().await;
    assert_eq!((ended.etag_found, ended.etag_expected), (Some(etag), None));
}

fn hash(text: &str) -> ReadSetEtag {
    ReadSetEtag { algorithm: "FASTQ_MD5up".to_owned(), source1: text.to_owned(), source2: None }
}

/// A job whose data have the hash `aa`, as a trial has found, which has to be the store's.
fn verified(mut lab: Lab) -> Lab {
    let findings = Findings { etag: Some(hash("aa")), ..Findings::default() };
    lab.jobs[0].findings.set(findings).unwrap();
    lab.jobs[0].verify = Verify::Insist;
    lab
}

#[tokio::test(start_paused = true)]
async fn an_etag_that_comes_late_is_waited_for_a_while() {
    let late = |count| {
        let mut all = vec![There(None); count];
        all.push(There(Some(hash("AA"))));
        verified(Lab::new(1).script(On::Look, states(all)))
    };
    let lab = late(8);
    assert_eq!(lab.success().await.etag_result(), EtagResult::Matches);
    let pauses = lab.fake.pauses(|call| *call == Call::Look);
    assert!(pauses.iter().all(|pause| pause.as_secs() >= 5), "{pauses:?}");
    let lab = late(20);
    let ended = lab.run_one().await;
    assert!(ended.active && ended.outcome() == Outcome::Active, "{ended:?}");
    let why = ended.failure.unwrap();
    assert!(why.to_string().ends_with("the store shows none 1m after it became active"), "{why}");
    assert!(matches!(why, Failure::NotVerified { .. }), "{why:?}");
    // What is only to be told is not waited for.
    let mut lab = late(8);
    lab.jobs[0].verify = Verify::Tell;
    assert_eq!((lab.success().await.etag_result(), looks(&lab).len()), (EtagResult::Missing, 1));
}

#[tokio::test(start_paused = true)]
async fn another_etag_is_a_failure_and_no_etag_of_ours_decides_nothing() {
    let lab = verified(Lab::new(1).script(On::Look, states([There(Some(hash("bb")))])));
    let ended = lab.run_one().await;
    assert_eq!((ended.outcome(), ended.etag_result()), (Outcome::Failed, EtagResult::Differs));
    let expected = "read set 1000000001 does not hold what was sent: its ETag is FASTQ_MD5up bb, and \
                    that of the data is FASTQ_MD5up aa";
    let why = ended.failure.unwrap().to_string();
    assert_eq!(why.split_once(" does").unwrap().1, expected.split_once(" does").unwrap().1);
    // The data were read by an earlier run.
    let mut lab = Lab::new(1).script(On::Look, states([There(Some(hash("aa")))]));
    lab.jobs[0].verify = Verify::Insist;
    assert!(matches!(lab.failure().await, Failure::NotVerified { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_signal_ends_the_wait_for_an_etag() {
    let lab = verified(Lab::new(1).always(On::Look, Fault::State(There(None))));
    let admission = lab.stop.admission.clone();
    let lab = lab.when(move |event| {
        if matches!(event, Event::Processing { .. }) {
            let admission = admission.clone();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_secs(7)).await;
                admission.cancel();
            });
        }
    });
    assert!(matches!(not_known(&lab).await, NotKnown::Interrupted));
}

#[tokio::test(start_paused = true)]
async fn the_looks_become_rare_but_never_rarer_than_every_30_seconds() {
    let lab = Lab::new(1).script(On::Look, states(vec![Processing; 60]));
    lab.success().await;
    let pauses = lab.fake.pauses(|call| *call == Call::Look);
    let pauses: Vec<_> = pauses.iter().map(Duration::as_millis).collect();
    assert!(pauses.iter().all(|pause| (50..30_100).contains(pause)), "{pauses:?}");
    assert!(pauses.is_sorted_by(|a, b| *a <= b + 15), "{pauses:?}");
    assert!(pauses[20..].iter().all(|pause| *pause >= 30_000), "{pauses:?}");
}

#[tokio::test(start_paused = true)]
async fn many_read_sets_are_looked_at_politely() {
    let mut lab = (0..96).fold(Lab::empty().concurrency(30), |lab, _| lab.job(&[1]));
    lab.fake.quotas = omics::QUOTAS;
    lab.fake.script(On::Look, states(vec![Processing; 1500]));
    let ended = lab.run().await;
    assert!(ended.iter().all(|ended| ended.active), "{ended:?}");
    let looks = looks(&lab);
    assert_eq!(looks.len(), 1596);
    let most = |seconds| {
        let within = Duration::from_secs(seconds);
        let from = |from: &Duration| {
            looks.iter().filter(|at| (*from..*from + within).contains(*at)).count()
        };
        looks.iter().map(from).max().unwrap()
    };
    // The 5 that all of an account may make in a second. In the long run it is about half of them,
    // and the first look at every read set.
    assert!(most(1) <= 7 && most(60) <= 60 * 5 / 2 + 60, "{} {}", most(1), most(60));
}

#[tokio::test(start_paused = true)]
async fn a_read_set_that_was_not_accepted_comes_with_its_message_and_the_fallback() {
    let message = Some("truncated\u{1b}[2J".to_owned());
    let lab = Lab::new(1).script(On::Look, states([Processing, Failed(message.clone())]));
    let ended = lab.run_one().await;
    assert_eq!(ended.outcome(), Outcome::Failed);
    let failure = ended.failure.unwrap();
    assert_eq!(
        failure.to_string(),
        "the service did not accept the data of read set 5000000001: truncated\\u{1b}[2J"
    );
    match failure {
        Failure::NotAccepted { message: told, fallback, .. } => {
            assert_eq!((told, fallback.as_deref()), (message, Some(FALLBACK)));
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_deleted_read_set_is_not_waited_for() {
    let lab = Lab::new(1).script(On::Look, states([Processing, Gone]));
    let failure = lab.failure().await.to_string();
    assert!(failure.ends_with("5000000001: it has been deleted"), "{failure}");
}

#[tokio::test(start_paused = true)]
async fn the_wait_ends_when_its_time_is_up() {
    for seconds in [0, 7, 3600] {
        let limit = Duration::from_secs(seconds);
        let mut lab = Lab::new(1).always(On::Look, Fault::State(Processing));
        lab.limits.wait = Some(limit);
        let begun = Instant::now();
        let why = not_known(&lab).await;
        assert!(matches!(why, NotKnown::Timeout(told) if told == limit), "{why:?}");
        let most = limit + Duration::from_secs(1);
        assert!((limit..most).contains(&begun.elapsed()), "{seconds}: {:?}", begun.elapsed());
        let last = *looks(&lab).last().unwrap();
        assert!(last + Duration::from_secs(1) > limit, "the last look is at the end");
    }
}

#[tokio::test(start_paused = true)]
async fn who_may_not_look_does_not_know() {
    let lab = Lab::new(1).always(On::Look, Fault::Fail(Denied));
    match not_known(&lab).await {
        NotKnown::Unseen(failure) => {
            assert!(matches!(*failure, Failure::Refused(_)), "{failure:?}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(looks(&lab).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn credentials_that_ran_out_leave_the_read_set_unseen() {
    let lab = Lab::new(1).script(On::Look, states([Processing]));
    let lab = lab.always(On::Look, Fault::Fail(Expired));
    match not_known(&lab).await {
        NotKnown::Unseen(failure) => {
            assert!(matches!(*failure, Failure::Expired(_)), "{failure:?}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_set_that_is_not_seen_yet_is_looked_at_again() {
    let lab = Lab::new(1).fails(On::Look, Missing, 4);
    lab.success().await;
    assert_eq!(looks(&lab).len(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_fallback_that_cannot_be_read_does_not_hold_up_the_news() {
    for fault in [Fault::Fail(Denied), Fault::Fail(Unreachable), Fault::Fail(Transient)] {
        let lab = Lab::new(1).script(On::Look, states([Failed(None)]));
        let lab = lab.always(On::Fallback, fault);
        let ended = lab.run_one().await;
        assert!(
            matches!(ended.failure, Some(Failure::NotAccepted { fallback: None, .. })),
            "{ended:?}"
        );
        assert!(ended.elapsed < Duration::from_mins(2), "{:?}", ended.elapsed);
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_set_that_is_never_seen_is_not_waited_for_all_the_time() {
    let lab = Lab::new(1).always(On::Look, Fault::Fail(Missing));
    let begun = Instant::now();
    match not_known(&lab).await {
        NotKnown::Unseen(failure) => {
            assert!(matches!(*failure, Failure::Refused(_)), "{failure:?}");
        }
        other => panic!("{other:?}"),
    }
    let took = begun.elapsed().as_secs();
    assert!((60..120).contains(&took), "{took} s");
}

#[tokio::test(start_paused = true)]
async fn trouble_does_not_lengthen_the_wait() {
    for fault in [Fault::Fail(Unreachable), Fault::Dead] {
        let mut lab = Lab::new(1).always(On::Look, fault);
        lab.limits.wait = Some(Duration::from_secs(90));
        lab.limits.give_up_after = Duration::from_hours(1);
        let begun = Instant::now();
        not_known(&lab).await;
        assert!(begun.elapsed() < Duration::from_mins(3), "{:?}", begun.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn an_unknown_status_is_told_once_and_waited_out() {
    let unknown = || Unknown("SLEEPING\u{7}".to_owned());
    let lab = Lab::new(1).script(On::Look, states([unknown(), unknown(), There(None)]));
    lab.success().await;
    assert_eq!(
        lab.heard.warnings(),
        ["read set 5000000001 has the unknown status `SLEEPING\\u{7}`"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_read_set_that_was_seen_and_is_missing_has_been_deleted() {
    let lab = Lab::new(1).script(On::Look, states([Processing]));
    let lab = lab.always(On::Look, Fault::Fail(Missing));
    let failure = lab.failure().await.to_string();
    assert!(failure.ends_with("5000000001: it has been deleted"), "{failure}");
    assert_eq!(looks(&lab).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn read_sets_made_before_are_waited_for_each_by_itself() {
    let lab = Lab::empty();
    let ids: Vec<_> = ["a", "b", "c"].map(|sample| lab.fake.add_read_set(&fields(sample))).into();
    lab.fake.script(On::Look, states([Processing, There(None), Failed(None), Processing]));
    let ended = lab.engine().await_all(&ids, Duration::from_hours(1)).await;
    let known: Vec<_> = ended.iter().map(|ended| ended.read_set_id.clone().unwrap()).collect();
    assert_eq!(known, ids);
    let outcomes: Vec<_> = ended.iter().map(super::super::Ended::outcome).collect();
    assert_eq!(outcomes, [Outcome::Active, Outcome::Active, Outcome::Failed]);
    assert_eq!(lab.heard.count(|event| matches!(event, Event::Processing { .. })), 3);
    assert_eq!(lab.heard.count(|event| matches!(event, Event::Finished { .. })), 3);
}
