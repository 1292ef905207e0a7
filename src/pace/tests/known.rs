//! Quotas that are known are kept, and used.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{
    super::{Pace, Quotas},
    service::{PART, QUOTAS, Seen, Service, Way, drive},
};
use crate::types::Operation;

const CREATE: Operation = Operation::CreateUpload;

#[tokio::test(start_paused = true)]
async fn nothing_is_throttled_and_little_is_left() {
    for in_flight in [4, 16, 64] {
        for (there, jitter) in [(1, 0), (25, 50), (200, 400)] {
            let way = Way {
                in_flight,
                there: Duration::from_millis(there),
                jitter: Duration::from_millis(jitter),
                body: Duration::ZERO,
            };
            let pace = Arc::new(Pace::new(QUOTAS));
            let lasts = Duration::from_mins(3);
            let seen = drive(&pace, &Service::new(10.0), way, lasts).await;
            assert_eq!(seen.throttled, 0, "{way:?}");
            // What 4 in flight can do on a slow way is less than the quota.
            let possible = f64::from(u32::try_from(in_flight).unwrap()) * 1000.0
                / f64::from(u32::try_from(there + jitter / 2).unwrap());
            let wanted = 0.95 * lasts.as_secs_f64() * possible.min(10.0);
            assert!(f64::from(seen.admitted) >= wanted, "{way:?}: {seen:?}, {wanted}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn uploads_begin_one_a_second() {
    let pace = Pace::new(QUOTAS);
    let begun = Instant::now();
    for _ in 0..96 {
        pace.turn(CREATE).await;
    }
    let took = begun.elapsed();
    assert!(took >= Duration::from_secs(95) && took < Duration::from_secs(106), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_quota_that_is_given_is_kept_and_used() {
    for rate in [0.5, 1.0, 25.0, 300.0] {
        let pace = Pace::new(QUOTAS);
        pace.set(PART, rate);
        let begun = Instant::now();
        let requests = 20.0 * rate;
        let mut made = 0.0;
        while made < requests {
            pace.turn(PART).await;
            made += 1.0;
        }
        let measured = (requests - (rate / 2.0).max(1.0)) / begun.elapsed().as_secs_f64();
        let least = if rate > 1.0 { 0.97 } else { 0.9 };
        assert!((least..1.0).contains(&(measured / rate)), "{rate}: {measured}");
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_quota_nobody_waits_after_the_first_moment() {
    let pace = Pace::new(Quotas::UNKNOWN);
    pace.turn(PART).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let begun = Instant::now();
    for _ in 0..1000 {
        pace.turn(PART).await;
    }
    assert_eq!((begun.elapsed(), pace.rate(PART)), (Duration::ZERO, None));
}

#[tokio::test(start_paused = true)]
async fn the_first_to_ask_is_the_first_to_go() {
    let pace = Arc::new(Pace::new(QUOTAS));
    let order: Arc<std::sync::Mutex<Vec<u32>>> = Arc::default();
    let waiting = (0..8).map(|number| {
        let (pace, order) = (Arc::clone(&pace), Arc::clone(&order));
        async move {
            pace.turn(CREATE).await;
            order.lock().unwrap().push(number);
        }
    });
    let mut waiting: Vec<_> = waiting.map(Box::pin).collect();
    for turn in &mut waiting {
        let _ = futures::poll!(turn.as_mut());
    }
    // Who gives up takes nobody's turn away.
    drop(waiting.remove(3));
    let begun = Instant::now();
    futures::future::join_all(waiting.into_iter().skip(1)).await;
    assert_eq!(*order.lock().unwrap(), [0, 1, 2, 4, 5, 6, 7]);
    assert!(begun.elapsed() < Duration::from_secs(7), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn the_service_s_own_wish_holds_everybody() {
    let pace = Pace::new(Quotas::UNKNOWN);
    pace.hold(PART, Duration::from_secs(7));
    let begun = Instant::now();
    pace.turn(CREATE).await;
    assert_eq!(begun.elapsed(), Duration::ZERO);
    pace.turn(PART).await;
    assert_eq!(begun.elapsed().as_secs(), 7);
}

#[tokio::test(start_paused = true)]
async fn somebody_else_in_the_account_is_made_room_for() {
    // Another client takes half of the quota, and does not care.
    let service = Service::new(10.0);
    let pace = Arc::new(Pace::new(QUOTAS));
    let way = Way {
        in_flight: 16,
        there: Duration::from_millis(50),
        jitter: Duration::from_millis(20),
        body: Duration::from_millis(300),
    };
    let other = {
        let service = Arc::clone(&service);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(200)).await;
                service.admit();
            }
        })
    };
    let lasts = Duration::from_mins(5);
    let seen = drive(&pace, &service, way, lasts).await;
    other.abort();
    assert!(seen.share_throttled() < 0.05, "{seen:?}");
    assert!(f64::from(seen.admitted) > 0.95 * 10.0 * lasts.as_secs_f64(), "{seen:?}");
    // It is gone, and the rate comes back.
    *service.seen.lock().unwrap() = Seen::default();
    drive(&pace, &service, way, Duration::from_mins(2)).await;
    let rate = pace.rate(PART).unwrap();
    assert!(rate > 9.5 && rate < 10.0, "{rate}");
}
