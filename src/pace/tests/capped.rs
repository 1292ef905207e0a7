//! The cap on bytes a second.

#![expect(clippy::cast_precision_loss, reason = "a test sends far less than 2^52 bytes")]

use std::{num::NonZeroU64, sync::Arc, time::Duration};

use tokio::time::{Instant, sleep, sleep_until};

use super::super::Cap;

/// Streams that send for a while; what each has sent, and the most that went out in any half second.
async fn send(rate: u64, streams: usize, late: Duration, lasts: Duration) -> (Vec<u64>, u64) {
    let cap = Arc::new(Cap::new(NonZeroU64::new(rate).unwrap()));
    let begun = Instant::now();
    let sent = (0..streams).map(|_| {
        let cap = Arc::clone(&cap);
        tokio::spawn(async move {
            let mut pieces = Vec::new();
            while begun.elapsed() < lasts {
                sleep_until(cap.grant(cap.piece(), Instant::now())).await;
                sleep(late).await;
                pieces.push((begun.elapsed(), cap.piece() as u64));
            }
            pieces
        })
    });
    let sent: Vec<_> = futures::future::join_all(sent).await;
    let sent: Vec<Vec<_>> = sent.into_iter().map(Result::unwrap).collect();
    let mut halves = vec![0; 1 + 2 * usize::try_from(lasts.as_secs()).unwrap()];
    for (at, bytes) in sent.iter().flatten().filter(|(at, _)| *at < lasts) {
        halves[usize::try_from(at.as_millis() / 500).unwrap()] += bytes;
    }
    let within = |pieces: &Vec<(Duration, u64)>| {
        pieces.iter().filter(|(at, _)| *at < lasts).map(|(_, bytes)| bytes).sum()
    };
    (sent.iter().map(within).collect(), halves.into_iter().max().unwrap())
}

#[tokio::test(start_paused = true)]
async fn the_cap_is_kept_smoothly_and_evenly() {
    for rate in [1_000, 100_000, 5_000_000, 40_000_000] {
        for streams in [1, 4, 64] {
            for late in [0, 3] {
                let lasts = Duration::from_mins(2);
                let (sent, most) = send(rate, streams, Duration::from_millis(late), lasts).await;
                let total: u64 = sent.iter().sum();
                let share = total as f64 / (rate as f64 * lasts.as_secs_f64());
                let about = format!("{rate} a second, {streams} streams, {late} ms: {share:.4}");
                assert!((0.97..=1.03).contains(&share), "{about}");
                assert!(
                    most as f64 <= rate as f64 * 0.65 + 600.0,
                    "{about}, {most} in half a second"
                );
                let (least, most) = (sent.iter().min().unwrap(), sent.iter().max().unwrap());
                assert!(*least * 2 >= *most, "{about}: from {least} to {most}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_is_not_made_up_for() {
    let cap = Cap::new(NonZeroU64::new(1_000_000).unwrap());
    cap.grant(1000, Instant::now());
    sleep(Duration::from_mins(1)).await;
    let now = Instant::now();
    let at_once = (0..10_000).filter(|_| cap.grant(1000, now) <= now).count();
    assert_eq!(at_once, 101);
}
