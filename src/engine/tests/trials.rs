//! What is looked for in the data while they are sent.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::{FutureExt as _, future::BoxFuture};
use tokio::sync::watch;

use super::{
    super::{Ended, Failure},
    fake::{Call, Fault, On},
    lab::Lab,
};
use crate::{
    event::Event,
    source::{Defect, Trial},
};

/// A trial whose verdict the test gives.
#[derive(Debug)]
struct Scripted {
    steps: Mutex<Vec<&'static str>>,
    verdict: watch::Sender<Option<Result<(), Defect>>>,
    /// Given when no further byte will pass.
    at_the_end: Option<Result<(), Defect>>,
}

impl Scripted {
    fn new(at_the_end: Option<Result<(), Defect>>) -> Arc<Self> {
        Arc::new(Self { steps: Mutex::default(), verdict: watch::Sender::new(None), at_the_end })
    }

    fn decide(&self, verdict: Result<(), Defect>) {
        self.verdict.send_replace(Some(verdict));
    }

    fn steps(&self) -> Vec<&'static str> {
        self.steps.lock().unwrap().clone()
    }
}

impl Trial for Scripted {
    fn begin(&self) {
        self.steps.lock().unwrap().push("begin");
    }

    fn sent(&self) {
        self.steps.lock().unwrap().push("sent");
        if let Some(verdict) = self.at_the_end.clone() {
            self.decide(verdict);
        }
    }

    fn verdict(self: Arc<Self>) -> BoxFuture<'static, Result<(), Defect>> {
        let mut verdict = self.verdict.subscribe();
        async move { verdict.wait_for(Option::is_some).await.unwrap().clone().unwrap() }.boxed()
    }
}

fn defect() -> Defect {
    Defect { message: "`a.bam` has a hole at byte 7".to_owned(), hint: None, passes: false }
}

fn lab(parts: u16, trials: &[&Arc<Scripted>]) -> Lab {
    let mut lab = Lab::new(parts);
    let trials = trials.iter().map(|&trial| Arc::<Scripted>::clone(trial) as Arc<dyn Trial>);
    lab.jobs[0].trials = trials.collect();
    lab
}

fn assert_unsound(ended: &Ended) {
    match &ended.failure {
        Some(Failure::Unsound(found)) => assert_eq!(*found, defect()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn complete_waits_until_every_trial_is_passed() {
    let (early, late) = (Scripted::new(None), Scripted::new(Some(Ok(()))));
    early.decide(Ok(()));
    let lab = lab(3, &[&early, &late]);
    lab.success().await;
    assert_eq!(early.steps(), ["begin", "sent"]);
    assert_eq!(late.steps(), ["begin", "sent"]);
    assert_eq!(lab.fake.completed().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_flaw_found_at_the_end_keeps_the_parts_and_completes_nothing() {
    let (sound, flawed) = (Scripted::new(Some(Ok(()))), Scripted::new(Some(Err(defect()))));
    let lab = lab(3, &[&sound, &flawed]);
    assert_unsound(&lab.run_one().await);
    assert!(lab.fake.completed().is_empty());
    assert_eq!(lab.fake.sent(), [(1, 1), (2, 1), (3, 1)]);
    assert!(!lab.fake.calls().iter().any(|call| matches!(call, Call::Abort { .. })));
}

#[tokio::test(start_paused = true)]
async fn a_flaw_found_early_ends_the_sending() {
    let flawed = Scripted::new(None);
    let decide = Arc::clone(&flawed);
    let lab = lab(50, &[&flawed]).concurrency(1).when(move |event| {
        if matches!(event, Event::PartUploaded { part, .. } if part.number.get() == 3) {
            decide.decide(Err(defect()));
        }
    });
    assert_unsound(&lab.run_one().await);
    assert!(lab.fake.sent().len() <= 4, "{:?}", lab.fake.sent());
    assert!(lab.fake.completed().is_empty());
    assert_eq!(flawed.steps(), ["begin"]);
    // Every part that was begun is told to have ended.
    lab.heard.shown();
}

#[tokio::test(start_paused = true)]
async fn a_verdict_that_takes_long_can_be_interrupted() {
    let slow = Scripted::new(None);
    let lab = lab(2, &[&slow]);
    let stop = lab.stop.clone();
    let signal = async {
        tokio::time::sleep(Duration::from_mins(5)).await;
        stop.admission.cancel();
    };
    let (ended, ()) = tokio::join!(lab.run_one(), signal);
    assert!(matches!(ended.failure, Some(Failure::Interrupted)), "{ended:?}");
    assert_eq!(slow.steps(), ["begin", "sent"]);
    assert!(lab.fake.completed().is_empty());
}

#[tokio::test(start_paused = true)]
async fn nothing_is_begun_for_an_upload_that_cannot_be_created() {
    let trial = Scripted::new(Some(Ok(())));
    let lab =
        lab(2, &[&trial]).script(On::Create, [Fault::Fail(crate::store::StoreErrorKind::Denied)]);
    lab.failure().await;
    assert!(trial.steps().is_empty());
}
