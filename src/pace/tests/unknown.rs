//! A quota that nobody has told us is found out, by few throttled requests, and used.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{
    super::{Pace, Quotas, lane::Lane},
    service::{PART, Seen, Service, Way, drive},
};

const RUN: Duration = Duration::from_mins(4);

async fn run(quota: f64, way: Way) -> (Seen, Arc<Pace>, Arc<Service>) {
    let (pace, service) = (Arc::new(Pace::new(Quotas::UNKNOWN)), Service::new(quota));
    let seen = drive(&pace, &service, way, RUN).await;
    (seen, pace, service)
}

/// Holds a run against what could have been got through.
fn good(seen: Seen, quota: f64, way: Way) {
    let each = way.there + way.jitter / 2 + way.body;
    let in_flight = u32::try_from(way.in_flight).unwrap();
    let possible = (f64::from(in_flight) / each.as_secs_f64()).min(quota);
    let share = f64::from(seen.admitted) / (possible * RUN.as_secs_f64());
    assert!(share >= 0.95, "{share:.3} of what is possible: {quota} {way:?} {seen:?}");
    let throttled = seen.share_throttled();
    assert!(throttled < 0.05, "{throttled:.3} throttled: {quota} {way:?} {seen:?}");
}

#[tokio::test(start_paused = true)]
async fn few_are_throttled_and_nearly_all_of_the_quota_is_used() {
    for in_flight in [4, 8, 16, 32, 64] {
        for (there, jitter) in [(1, 1), (25, 10), (100, 100), (400, 100)] {
            for body in [0, 100, 1000, 5000] {
                let way = Way {
                    in_flight,
                    there: Duration::from_millis(there),
                    jitter: Duration::from_millis(jitter),
                    body: Duration::from_millis(body),
                };
                let (seen, ..) = run(10.0, way).await;
                good(seen, 10.0, way);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn many_that_begin_at_once_do_not_all_run_into_the_limit() {
    let way = Way {
        in_flight: 64,
        there: Duration::from_millis(25),
        jitter: Duration::from_millis(10),
        body: Duration::from_secs(1),
    };
    let (pace, service) = (Arc::new(Pace::new(Quotas::UNKNOWN)), Service::new(10.0));
    let seen = drive(&pace, &service, way, Duration::from_secs(3)).await;
    assert!(seen.throttled <= 12, "{seen:?}");
}

#[test]
fn without_a_limit_nothing_waits_after_the_beginning() {
    let mut now = Instant::now();
    let mut lane = Lane::new(None);
    for _ in 0..8 {
        lane.take(now).unwrap();
    }
    for _ in 0..60 {
        let due = lane.take(now).unwrap_err();
        assert_eq!((due - now).as_millis(), 10);
        now = due;
        lane.take(now).unwrap();
    }
    for _ in 0..10_000 {
        lane.take(now).unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn other_quotas_are_found_as_well() {
    // Of many that begin at once, nearly all are over a low quota; that weighs little in a long run.
    for (quota, in_flight) in [(3.0, 8), (25.0, 32), (100.0, 32)] {
        let way = Way {
            in_flight,
            there: Duration::from_millis(30),
            jitter: Duration::from_millis(10),
            body: Duration::from_millis(100),
        };
        let (seen, ..) = run(quota, way).await;
        good(seen, quota, way);
    }
}

#[tokio::test(start_paused = true)]
async fn a_quota_that_was_raised_is_noticed() {
    let way = Way {
        in_flight: 32,
        there: Duration::from_millis(30),
        jitter: Duration::from_millis(10),
        body: Duration::from_millis(100),
    };
    let (_, pace, _) = run(10.0, way).await;
    drive(&pace, &Service::new(40.0), way, RUN).await;
    let rate = pace.rate(PART).unwrap();
    assert!(rate > 30.0 && rate < 50.0, "{rate}");
}

#[test]
fn answers_of_one_flight_are_one_decrease() {
    let now = Instant::now();
    let mut lane = Lane::new(Some(100.0));
    let flight: Vec<_> = (0..20).map(|_| lane.take(now).unwrap()).collect();
    let later = now + Duration::from_millis(500);
    // A few are a hint; that others of the same flight say the same is none.
    for ticket in &flight[..5] {
        lane.throttled(*ticket, later);
    }
    assert_eq!(lane.rate(), Some(90.0));
    // Most of them: the rate was wrong altogether, and what got through is what is known.
    for ticket in &flight[5..18] {
        lane.throttled(*ticket, later);
    }
    assert_eq!(lane.rate(), Some(1.9));
}

#[test]
fn a_rate_does_not_fall_without_end_or_grow_unused() {
    let mut now = Instant::now();
    let mut lane = Lane::new(None);
    for _ in 0..100 {
        now += Duration::from_mins(1);
        let ticket = lane.take(now).unwrap();
        lane.throttled(ticket, now);
    }
    assert_eq!(lane.rate(), Some(0.1));
    for _ in 0..100 {
        now += Duration::from_mins(1);
        lane.take(now).unwrap();
    }
    assert_eq!(lane.rate(), Some(0.1));
}
