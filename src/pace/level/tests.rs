//! The rule against tables of slices, against simulated links, and against anything.

use proptest::prelude::*;

use super::simulation::{SimulatedLink, SimulatedRun};
use crate::pace::level::*;

const MBIT: f64 = 125_000.0;

fn all_links() -> Vec<SimulatedLink> {
    let mut links = Vec::new();
    for total in [10.0, 100.0, 1000.0, 8000.0] {
        for each in [f64::INFINITY, 20.0, 100.0] {
            for round_trip in [0.001, 0.05, 0.2] {
                for resets in [0.0, 0.005] {
                    let (total, each) = (total * MBIT, each * MBIT);
                    links.push(SimulatedLink {
                        total,
                        each,
                        round_trip,
                        resets,
                        ..SimulatedLink::default()
                    });
                }
            }
        }
    }
    links
}

#[test]
fn it_comes_within_a_tenth_of_the_best_fixed_level() {
    let seconds = 30.0;
    for link in all_links() {
        let fixed = [1, 2, 4, 8, 16, 32, 64].map(|parts| SimulatedRun::fixed(link, parts, seconds));
        let best = fixed.into_iter().max_by(f64::total_cmp).unwrap();
        let mut run = SimulatedRun::new(link);
        run.find(&mut Level::new(None), seconds);
        assert!(run.moved >= 0.9 * best, "{:.3} of {best}: {link:?}", run.moved / best);
    }
}

#[test]
fn it_has_risen_after_five_seconds() {
    for link in all_links() {
        let fixed = [8, 16, 32, 64].map(|parts| {
            let mut run = SimulatedRun::new(link);
            run.hold(parts, 5.0);
            let before = run.moved;
            run.hold(parts, 5.0);
            run.moved - before
        });
        let best = fixed.into_iter().max_by(f64::total_cmp).unwrap();
        let mut run = SimulatedRun::new(link);
        let mut level = Level::new(None);
        run.find(&mut level, 5.0);
        let before = run.moved;
        run.find(&mut level, 5.0);
        let share = (run.moved - before) / best;
        assert!(share >= 0.9, "{share:.3}: {link:?}, {:?}", run.changes);
    }
}

#[test]
fn a_full_link_is_left_alone_although_its_rate_varies() {
    for seed in 0..20 {
        let link = SimulatedLink {
            total: 100.0 * MBIT,
            noise: 0.2,
            resets: 0.005,
            ..SimulatedLink::default()
        };
        let mut run = SimulatedRun::with_seed(link, seed);
        let mut level = Level::new(None);
        run.find(&mut level, 1800.0);
        assert!(run.changes.len() < 30, "{:?}", run.changes);
        assert!(level.parts() <= 3 * START, "{:?}", run.changes);
        assert!(run.moved >= 0.99 * link.total * 1800.0, "{}", run.moved);
    }
}

#[test]
fn small_parts_that_are_reset_now_and_then_do_not_drive_it_down() {
    let part = f64::from(5_u32 << 20);
    let link =
        SimulatedLink { each: 100.0 * MBIT, resets: 0.005, part, ..SimulatedLink::default() };
    let mut run = SimulatedRun::new(link);
    let mut level = Level::new(None);
    run.find(&mut level, 120.0);
    assert_eq!(level.parts(), MOST, "{:?}", run.changes);
}

#[test]
fn a_link_that_becomes_better_is_found_out() {
    let narrow =
        SimulatedLink { total: 80.0 * MBIT, each: 20.0 * MBIT, ..SimulatedLink::default() };
    let mut run = SimulatedRun::new(narrow);
    let mut level = Level::new(None);
    run.find(&mut level, 60.0);
    assert!(level.parts() <= 8, "{:?}", run.changes);
    run.link.total = 1000.0 * MBIT;
    run.find(&mut level, 600.0);
    assert!(level.parts() >= 45, "{:?}", run.changes);
}

/// A slice of 100 ms in which every part in flight moved so much.
fn moving(level: &Level, bytes_each: u64) -> Slice {
    Slice {
        elapsed: Duration::from_millis(100),
        bytes: bytes_each * level.parts() as u64,
        in_flight: level.parts(),
        ..Slice::default()
    }
}

/// A level that has risen on a link that takes whatever it gets.
fn at_most() -> Level {
    let mut level = Level::new(None);
    let mut slices = 0;
    while level.parts() < MOST {
        level.look(&moving(&level, 10 * RIPE));
        slices += 1;
    }
    assert!(slices <= 12, "it took {slices} slices");
    level
}

#[test]
fn trouble_halves_and_a_little_does_not() {
    let none = Slice::default();
    for (slice, parts, words) in [
        (Slice { ended: 64, failed: 17, ..none }, 32, "17 of 64 attempts failed"),
        (Slice { ended: 64, stuck: 9, ..none }, 32, "9 of 64 attempts failed"),
        (Slice { ended: 64, throttled: 20, ..none }, 32, "20 of 64 attempts were throttled"),
        (Slice { ended: 64, failed: 16, ..none }, 64, ""),
        (Slice { ended: 64, stuck: 8, ..none }, 64, ""),
        (Slice { ended: 200, failed: 25, ..none }, 64, ""),
        (Slice { ended: 64, ..none }, 64, ""),
    ] {
        let mut level = at_most();
        let slice = Slice { in_flight: 64, elapsed: Duration::from_millis(100), ..slice };
        let said = level.look(&slice).map(|change| change.reason.to_string());
        assert_eq!((level.parts(), said.unwrap_or_default().as_str()), (parts, words), "{slice:?}");
    }
}

#[test]
fn one_wave_of_trouble_halves_once() {
    let mut level = at_most();
    let wave = Slice { in_flight: 64, ended: 40, stuck: 40, ..Slice::default() };
    assert_eq!(level.look(&wave).unwrap().parts, 32);
    for in_flight in (33..=64).rev() {
        assert_eq!(level.look(&Slice { in_flight, ..wave }), None);
    }
    assert_eq!(level.look(&Slice { in_flight: 32, ..wave }).unwrap().parts, 16);
}

#[test]
fn a_level_that_is_not_used_is_not_judged() {
    let mut level = Level::new(None);
    for _ in 0..1000 {
        let slice = Slice { in_flight: 6, ..moving(&level, 10 * RIPE) };
        assert_eq!(level.look(&slice), None);
    }
}

#[test]
fn nothing_is_raised_beyond_what_there_is() {
    for (parts, start) in [(1, 1), (3, 3), (8, 8), (12, 8), (1000, 8)] {
        let mut level = Level::new(Some(parts));
        assert_eq!(level.parts(), start);
        for _ in 0..100 {
            level.look(&moving(&level, 10 * RIPE));
        }
        assert_eq!(level.parts(), parts.min(MOST));
    }
}

#[test]
fn the_request_quota_bounds_it() {
    let mut level = Level::new(None);
    for _ in 0..100 {
        level.look(&Slice { usable: Some(10), ..moving(&level, 10 * RIPE) });
    }
    assert_eq!(level.parts(), 10);
    // A little less is no reason to go back.
    assert_eq!(level.look(&Slice { usable: Some(7), ..moving(&level, RIPE) }), None);
    let change = level.look(&Slice { usable: Some(6), ..moving(&level, RIPE) }).unwrap();
    assert_eq!((change.before, change.parts, change.reason), (10, 6, Reason::Quota));
}

#[test]
fn what_is_in_vain_is_tried_less_and_less_often() {
    let mut level = Level::new(None);
    let mut at = Vec::new();
    for second in 0..3600_u64 {
        let full = Slice {
            elapsed: Duration::from_secs(1),
            bytes: 100 * RIPE,
            in_flight: level.parts(),
            ..Slice::default()
        };
        let change = level.look(&full);
        at.extend(change.filter(|change| change.parts > change.before).map(|_| second));
    }
    let pauses: Vec<_> = at.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(pauses[..5], [63, 123, 243, 303, 303], "{pauses:?}");
    assert_eq!(level.parts(), START);
}

fn any_slice() -> impl Strategy<Value = Slice> {
    let troubles = (0..100_u32, 0..20_u32, 0..20_u32, 0..20_u32);
    let usable = prop::option::of(0..100_usize);
    (0..3000_u64, 0..1_u64 << 30, 0..80_usize, troubles, usable).prop_map(
        |(millis, bytes, in_flight, (ended, failed, stuck, throttled), usable)| Slice {
            elapsed: Duration::from_millis(millis),
            bytes,
            in_flight,
            ended,
            failed,
            stuck,
            throttled,
            usable,
        },
    )
}

proptest! {
    #[test]
    fn whatever_happens_it_stays_within_its_bounds_and_says_what_it_does(
        parts in prop::option::of(1..200_usize),
        slices in prop::collection::vec((any_slice(), any::<bool>()), 1..400),
    ) {
        let mut level = Level::new(parts);
        let most = parts.unwrap_or(MOST).min(MOST);
        for (mut slice, is_full) in slices {
            if is_full {
                slice.in_flight = level.parts();
            }
            let before = level.parts();
            let change = level.look(&slice);
            prop_assert!((1..=most).contains(&level.parts()));
            match change {
                None => prop_assert_eq!(level.parts(), before),
                Some(change) => {
                    prop_assert_eq!((change.before, change.parts), (before, level.parts()));
                    prop_assert_ne!(change.before, change.parts);
                    prop_assert!(change.parts < before || slice.in_flight >= before - before / 8);
                    prop_assert!(!change.reason.to_string().is_empty());
                }
            }
        }
    }
}
