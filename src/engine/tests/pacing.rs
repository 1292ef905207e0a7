//! Quotas and caps in a run: what is spaced, what waits, and what does not.

use std::{num::NonZeroU64, sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{
    super::Failure,
    fake::{Call, Fault, On},
    lab::Lab,
};
use crate::{
    event::Event,
    store::{StoreErrorKind::Throttled, omics},
};

fn many(jobs: usize) -> Lab {
    let mut lab = (0..jobs).fold(Lab::empty().concurrency(64), |lab, _| lab.job(&[1]));
    lab.fake.quotas = omics::QUOTAS;
    lab
}

#[tokio::test(start_paused = true)]
async fn uploads_begin_and_are_completed_one_a_second() {
    let lab = many(96);
    let begun = Instant::now();
    lab.run().await;
    let took = begun.elapsed().as_secs();
    assert!((96..112).contains(&took), "{took} s");
    let complete = |call: &Call| matches!(call, Call::Complete { .. });
    let create = |call: &Call| matches!(call, Call::Create { .. });
    for pauses in [lab.fake.pauses(create), lab.fake.pauses(complete)] {
        assert_eq!(pauses.len(), 95);
        assert!(pauses.iter().all(|pause| *pause >= Duration::from_secs(1)), "{pauses:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn parts_and_lists_keep_to_their_quotas() {
    let mut lab = Lab::new(300).concurrency(64);
    lab.fake.quotas = omics::QUOTAS;
    lab.fake.page_size = 10;
    lab.success().await;
    let parts = lab.fake.times(|call| matches!(call, Call::Part { .. }));
    let took = parts[299].saturating_sub(parts[0]).as_secs_f64();
    assert!((29.9..31.0).contains(&took), "{took} s");
    let lists = lab.fake.times(|call| matches!(call, Call::List { .. }));
    assert_eq!(lists.len(), 30);
    let took = lists[29].saturating_sub(lists[0]).as_secs_f64();
    assert!((5.5..6.5).contains(&took), "{took} s");
}

#[tokio::test(start_paused = true)]
async fn a_rate_that_is_given_takes_the_place_of_the_quota() {
    let mut lab = Lab::new(300).concurrency(64);
    lab.fake.quotas = omics::QUOTAS;
    lab.limits.requests_per_second = Some(100.0);
    lab.success().await;
    let parts = lab.fake.times(|call| matches!(call, Call::Part { .. }));
    let took = parts[299].saturating_sub(parts[0]).as_secs_f64();
    assert!((2.4..3.1).contains(&took), "{took} s");
}

#[tokio::test(start_paused = true)]
async fn what_the_service_asks_of_one_part_holds_for_all() {
    let fault = Fault::RetryAfter(Throttled, Duration::from_secs(30));
    let lab = Lab::new(20).script(On::AnyPart, [fault]);
    lab.success().await;
    let parts = lab.fake.times(|call| matches!(call, Call::Part { .. }));
    // Those that were under way by then had been sent.
    let held =
        parts.iter().filter(|at| (1..30).contains(&at.saturating_sub(parts[0]).as_secs())).count();
    assert_eq!(held, 0, "{parts:?}");
    assert!(parts[20].saturating_sub(parts[0]) >= Duration::from_secs(30), "{parts:?}");
}

#[tokio::test(start_paused = true)]
async fn a_throttled_part_is_told_once_and_takes_its_bytes_back() {
    let lab = Lab::new(1).fails(On::AnyPart, Throttled, 2);
    let ended = lab.success().await;
    assert_eq!((ended.counts.throttled, ended.counts.retries), (2, 0));
    let told = |event: &Event| matches!(event, Event::PartThrottled { .. });
    assert_eq!(lab.heard.count(told), 2);
    let retried = |event: &Event| matches!(event, Event::PartRetrying { .. });
    assert_eq!(lab.heard.count(retried), 0);
    assert_eq!(lab.heard.shown(), super::lab::PART - 1);
}

#[tokio::test(start_paused = true)]
async fn a_signal_ends_the_wait_for_a_turn() {
    let lab = many(9);
    let stop = lab.stop.clone();
    let lab = lab.when(move |event| {
        if matches!(event, Event::UploadCreated { .. }) {
            stop.admission.cancel();
        }
    });
    let begun = Instant::now();
    let ended = lab.run().await;
    assert!(begun.elapsed() < Duration::from_millis(500), "{:?}", begun.elapsed());
    assert!(ended.iter().all(|ended| matches!(ended.failure, Some(Failure::Interrupted))));
}

#[tokio::test(start_paused = true)]
async fn a_cap_holds_for_all_parts_together_and_starves_none() {
    // Slow enough that every part takes many times longer than a silent connection is borne.
    let part = 100_000;
    let mut lab = Lab::empty().part_size(part).concurrency(16).job(&[16]);
    lab.limits.max_bandwidth = NonZeroU64::new(2_000);
    let begun = Instant::now();
    let ended = lab.success().await;
    let took = begun.elapsed().as_secs_f64();
    let wanted = 16.0 * 100.0 / 2.0;
    assert!((wanted * 0.97..wanted * 1.03).contains(&took), "{took} s instead of {wanted}");
    assert_eq!(ended.counts.retries, 0);
    let told = lab.heard.timed();
    let moved = told.iter().filter(|(_, event)| matches!(event, Event::PartProgress { .. }));
    let moved: Vec<_> = moved.map(|(at, _)| *at).collect();
    let longest = moved.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap();
    assert!(longest < Duration::from_secs(1), "{longest:?} without a byte");
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_again_counts_against_the_cap() {
    let mut lab = Lab::empty().part_size(100_000).job(&[2]);
    lab.fake.script(On::Part(1, 1), vec![Fault::WrongChecksum; 2]);
    lab.limits.max_bandwidth = NonZeroU64::new(50_000);
    let begun = Instant::now();
    lab.success().await;
    let took = begun.elapsed().as_secs_f64();
    assert!((7.8..8.6).contains(&took), "{took} s");
}

#[tokio::test(start_paused = true)]
async fn a_capped_body_ends_when_its_attempt_is_given_up() {
    let mut lab = Lab::empty().part_size(100_000).job(&[4]);
    lab.limits.max_bandwidth = NonZeroU64::new(1_000);
    let stop = lab.stop.clone();
    let seen = Arc::new(std::sync::atomic::AtomicU32::new(0));
    let lab = lab.when(move |event| {
        let moved = matches!(event, Event::PartProgress { .. });
        if moved && seen.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 20 {
            stop.admission.cancel();
            stop.force.cancel();
        }
    });
    let begun = Instant::now();
    let failure = lab.failure().await;
    assert!(matches!(failure, Failure::Interrupted), "{failure:?}");
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    assert_eq!(lab.heard.shown(), 0);
}
