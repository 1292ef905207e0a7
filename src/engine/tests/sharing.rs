//! Several read sets over one set of permits: who is sent when, and that nothing idles; and permits
//! whose number finds itself.

use std::{collections::BTreeMap, time::Duration};

use super::{
    super::Concurrency,
    fake::{Call, Fault, On},
    lab::Lab,
};
use crate::{
    event::{Event, Item},
    source::BLOCK,
    store::StoreErrorKind::Unreachable,
};

/// Jobs of so many parts, each of which takes 10 s.
fn lab(concurrency: usize, jobs: &[u16]) -> Lab {
    let lab = Lab::empty().concurrency(concurrency);
    let lab = jobs.iter().fold(lab, |lab, parts| lab.job(&[*parts]));
    lab.always(On::AnyPart, Fault::Slow(Duration::from_secs(5)))
}

/// The parts under way at the end of every moment in which something happened, and whether some had
/// not been begun yet; from the moment on in which the permits were first used up.
fn in_flight(lab: &Lab, concurrency: usize) -> Vec<(usize, bool)> {
    let mut left: usize = lab.jobs.iter().map(|job| job.layout.count()).sum();
    let mut under_way = 0;
    let mut moments = BTreeMap::new();
    for (at, event) in lab.heard.timed() {
        match event {
            Event::PartStarted { .. } => (under_way, left) = (under_way + 1, left - 1),
            Event::PartUploaded { .. } => under_way -= 1,
            _ => {}
        }
        moments.insert(at, (under_way, left > 0));
    }
    moments.into_values().skip_while(|(under_way, _)| *under_way < concurrency).collect()
}

#[tokio::test(start_paused = true)]
async fn the_permits_never_idle_between_read_sets() {
    for (concurrency, jobs) in [
        (4, &[6, 6, 6][..]),
        (4, &[5, 1, 7, 2, 3, 9, 1]),
        (8, &[1; 40]),
        (1, &[1, 2, 3]),
        (2, &[1; 7]),
    ] {
        let lab = lab(concurrency, jobs);
        let ended = lab.run().await;
        assert!(ended.iter().all(|ended| ended.active), "{ended:?}");
        let moments = in_flight(&lab, concurrency);
        let idle = moments.iter().filter(|(busy, more)| *more && *busy < concurrency).count();
        let parts: usize = jobs.iter().map(|parts| usize::from(*parts)).sum();
        assert!(moments.len() >= parts / concurrency, "{moments:?}");
        assert_eq!(idle, 0, "{concurrency} {jobs:?} {moments:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn small_read_sets_do_not_wait_behind_large_ones() {
    let lab = lab(4, &[40, 30, 1, 40, 2]);
    let begun = tokio::time::Instant::now();
    lab.run().await;
    let ends: BTreeMap<_, _> = lab
        .heard
        .timed()
        .into_iter()
        .filter_map(|(at, event)| match event {
            Event::Finished { read_set: Item(index), .. } => Some((index, (at - begun).as_secs())),
            _ => None,
        })
        .collect();
    // All of it takes 113 parts of 10 s, four at a time.
    assert!(ends[&2] < 30 && ends[&4] < 40, "{ends:?}");
    assert!(ends.values().max() < Some(&300), "{ends:?}");
}

#[tokio::test(start_paused = true)]
async fn few_uploads_are_open_at_a_time() {
    let large = lab(8, &[30; 10]);
    large.run().await;
    assert!(large.fake.most_uploads() <= 5, "four, and one that is completed");
    let small = lab(8, &[1; 60]);
    small.run().await;
    assert_eq!(small.fake.count(|call| matches!(call, Call::Create { .. })), 60);
    assert!(small.fake.most_uploads() <= 24, "8 sent, 8 that stand by, 8 that are completed");
}

#[tokio::test(start_paused = true)]
async fn read_sets_begin_with_the_largest_and_go_on_from_the_smallest() {
    let lab = lab(1, &[2, 5, 1, 3]);
    let ended = lab.run().await;
    let creates = lab.fake.calls().into_iter().filter_map(|call| match call {
        Call::Create { token } => Some(token),
        _ => None,
    });
    let tokens: Vec<_> = creates.collect();
    assert_eq!(tokens, [1, 2, 0, 3].map(|index| format!("token-{index}")));
    let sent: Vec<_> = ended.iter().map(|ended| ended.counts.parts_sent).collect();
    assert_eq!(sent, [2, 5, 1, 3], "what came of them keeps the order of the jobs");
}

/// Parts of three blocks that take 300 ms each, and permits that find their number.
fn finding(parts: u16) -> Lab {
    let mut lab = Lab::empty().part_size(3 * BLOCK as u64).job(&[parts]);
    lab.limits.concurrency = Concurrency::Auto;
    // The first block is taken at once, lest its reader hold the clock.
    lab.fake.latency = Duration::ZERO;
    lab.always(On::AnyPart, Fault::Paced(vec![Duration::from_millis(100); 3]))
}

fn levels(lab: &Lab) -> Vec<(usize, usize, String)> {
    let level = |event| match event {
        Event::Level { before, parts, reason } => Some((before, parts, reason)),
        _ => None,
    };
    lab.heard.events().into_iter().filter_map(level).collect()
}

#[tokio::test(start_paused = true)]
async fn permits_grow_while_that_brings_more() {
    let lab = finding(240);
    lab.success().await;
    let levels = levels(&lab);
    let steps: Vec<_> = levels.iter().map(|(before, parts, _)| (*before, *parts)).collect();
    assert_eq!(steps[..2], [(8, 16), (16, 32)], "{levels:?}");
    assert_eq!(lab.fake.most_in_flight(), steps.iter().map(|(_, parts)| *parts).max().unwrap());
    assert!(levels[1].2.contains("/s instead of"), "{levels:?}");
}

#[tokio::test(start_paused = true)]
async fn permits_become_fewer_when_attempts_fail() {
    let lab = finding(40);
    lab.fake.script(On::AnyPart, vec![Fault::Fail(Unreachable); 8]);
    lab.success().await;
    let levels = levels(&lab);
    assert_eq!((levels[0].0, levels[0].1), (8, 4), "{levels:?}");
    assert!(levels[0].2.ends_with("attempts failed"), "{levels:?}");
    // Those that failed make room before they try again.
    let failed = lab.heard.timed();
    let change = failed.iter().position(|(_, event)| matches!(event, Event::Level { .. })).unwrap();
    let mut under_way = 0_i32;
    for (at, event) in &failed {
        match event {
            Event::PartStarted { .. } => under_way += 1,
            Event::PartUploaded { .. } | Event::PartRetrying { .. } => under_way -= 1,
            _ => {}
        }
        if *at > failed[change].0 + Duration::from_secs(2) {
            assert!(under_way <= 4, "{under_way} at {at:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_fixed_number_of_parts_stays_what_it_is() {
    let mut lab = finding(60);
    lab.limits.concurrency = Concurrency::Fixed(3.try_into().unwrap());
    lab.success().await;
    assert_eq!((levels(&lab), lab.fake.most_in_flight()), (Vec::new(), 3));
}
