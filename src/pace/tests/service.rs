//! A service with a quota: a token bucket that holds one second's requests, as the sandbox has.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::time::{Instant, sleep};

use super::super::{Pace, Quotas};
use crate::types::Operation;

pub(super) const PART: Operation = Operation::UploadPart;

/// Those of HealthOmics.
pub(super) const QUOTAS: Quotas =
    Quotas::new(&[(Operation::UploadPart, 10.0), (Operation::CreateUpload, 1.0)]);

/// What clients of a service have seen.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Seen {
    pub(super) admitted: u32,
    pub(super) throttled: u32,
}

impl Seen {
    pub(super) fn share_throttled(self) -> f64 {
        f64::from(self.throttled) / f64::from(self.throttled + self.admitted)
    }
}

pub(super) struct Service {
    pub(super) quota: f64,
    bucket: Mutex<(f64, Instant)>,
    pub(super) seen: Mutex<Seen>,
}

impl Service {
    pub(super) fn new(quota: f64) -> Arc<Self> {
        let bucket = Mutex::new((quota, Instant::now()));
        Arc::new(Self { quota, bucket, seen: Mutex::default() })
    }

    pub(super) fn admit(&self) -> bool {
        let now = Instant::now();
        let mut bucket = self.bucket.lock().unwrap();
        let left = (bucket.0 + (now - bucket.1).as_secs_f64() * self.quota).min(self.quota);
        *bucket = (if left >= 1.0 { left - 1.0 } else { left }, now);
        let mut seen = self.seen.lock().unwrap();
        if left >= 1.0 {
            seen.admitted += 1;
        } else {
            seen.throttled += 1;
        }
        left >= 1.0
    }
}

/// How the requests of a run get there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    pub(super) in_flight: u64,
    /// To the service, of which a throttle comes back at once.
    pub(super) there: Duration,
    /// How much longer it takes at random.
    pub(super) jitter: Duration,
    /// From being admitted to the answer: the body.
    pub(super) body: Duration,
}

/// Makes requests for a while, as the engine does; what the service has seen.
pub(super) async fn drive(
    pace: &Arc<Pace>,
    service: &Arc<Service>,
    way: Way,
    lasts: Duration,
) -> Seen {
    let end = Instant::now() + lasts;
    let workers = (0..way.in_flight).map(|seed| {
        let (pace, service) = (Arc::clone(pace), Arc::clone(service));
        let mut dice = fastrand::Rng::with_seed(seed);
        async move {
            // They do not begin in one moment, and so do not arrive in the order of their turns.
            sleep(Duration::from_millis(seed)).await;
            while Instant::now() < end {
                let ticket = pace.turn(PART).await;
                sleep(way.there + way.jitter.mul_f64(dice.f64())).await;
                if service.admit() {
                    sleep(way.body).await;
                } else {
                    pace.throttled(PART, ticket);
                    sleep(Duration::from_millis(200).mul_f64(dice.f64())).await;
                }
            }
        }
    });
    let all = futures::future::join_all(workers);
    let _ = tokio::time::timeout(lasts, all).await;
    *service.seen.lock().unwrap()
}
