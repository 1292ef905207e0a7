//! Requests outside an upload go the same way, and are worth fewer tries where somebody waits.

use std::time::Duration;

use tokio::time::Instant;

use super::{
    fake::{Fake, Fault, On},
    lab::fields,
};
use crate::{
    store::{
        CallError, Caller, Occasion, ReadSets as _, Stop,
        StoreErrorKind::{Denied, Expired, Throttled, Transient, Unreachable},
        Told, Tries,
    },
    types::{Operation, Renewal},
};

/// Looks for read sets; what came of it, the pauses that were told, and the seconds it took.
async fn ask(fake: &Fake, tries: Tries) -> (Result<usize, CallError>, Vec<u64>, u64) {
    let caller = Caller::new(fake, tries, Stop::default());
    let told = std::sync::Mutex::new(Vec::new());
    let tell = |one: &Told<'_>| {
        if let Told::Again { delay, .. } = one {
            told.lock().unwrap().push(delay.as_secs());
        }
    };
    let begun = Instant::now();
    let fields = fields("sample");
    let find = |page: Option<String>| {
        let fields = &fields;
        async move { fake.find_read_sets(fields, None, page.as_deref()).await }
    };
    let found = caller.pages(&tell, Operation::ListReadSets, find).await;
    (found.map(|found| found.len()), told.into_inner().unwrap(), begun.elapsed().as_secs())
}

#[tokio::test(start_paused = true)]
async fn a_question_is_asked_a_few_times() {
    for kind in [Unreachable, Transient, Throttled] {
        let fake = Fake::default();
        fake.script(On::Find, vec![Fault::Fail(kind); 5]);
        let (found, told, _) = ask(&fake, Tries::QUESTION).await;
        assert_eq!((found.unwrap(), told.len()), (0, 5), "{kind:?}");
        fake.script(On::Find, vec![Fault::Fail(kind); 6]);
        let (found, _, took) = ask(&fake, Tries::QUESTION).await;
        assert!(matches!(found, Err(CallError::Attempts { attempts: 6, .. })), "{found:?}");
        assert!(took < 60, "{took}");
    }
    let fake = Fake::default();
    fake.script(On::Find, [Fault::Fail(Denied)]);
    let (found, told, _) = ask(&fake, Tries::QUESTION).await;
    assert!(found.unwrap_err().is(Denied) && told.is_empty());
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_an_answer_longer_than_a_minute() {
    for (asked, told) in [(30, &[30][..]), (61, &[])] {
        let fake = Fake::default();
        let after = Fault::RetryAfter(Throttled, Duration::from_secs(asked));
        fake.script(On::Find, [after]);
        let (found, pauses, took) = ask(&fake, Tries::QUESTION).await;
        assert_eq!((found.is_ok(), &pauses[..], took), (asked == 30, told, told.iter().sum()));
    }
}

#[tokio::test(start_paused = true)]
async fn new_credentials_are_taken_and_only_a_run_waits_for_them() {
    for (occasion, renewals, is_answered) in [
        (Occasion::Question, vec![Renewal::Renewed], true),
        (Occasion::Question, vec![Renewal::Same, Renewal::Renewed], false),
        (Occasion::Preflight, vec![Renewal::Same, Renewal::Renewed], false),
        (Occasion::Run, vec![Renewal::Same, Renewal::Renewed], true),
    ] {
        let fake = Fake::default();
        fake.script(On::Find, [Fault::Fail(Expired)]);
        fake.script(On::Renew, renewals.into_iter().map(Fault::Renewal));
        let (found, ..) = ask(&fake, Tries { occasion, ..Tries::QUESTION }).await;
        assert_eq!(found.is_ok(), is_answered, "{occasion:?}");
        assert!(is_answered || matches!(found, Err(CallError::Expired(_))));
    }
}
