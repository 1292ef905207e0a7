//! One part: its bytes, its checksum, its file, and a connection that is slow, stuck or dead.

use std::{io, sync::Arc, time::Duration};

use http_body_util::BodyExt as _;
use tokio::time::{Instant, timeout};

use super::{
    super::Failure,
    fake::{Call, Fault, On, Spelling},
    lab::{Lab, PART},
};
use crate::{
    event::Event,
    store::StoreErrorKind::{Transient, Unreachable},
    types::{ByteCount, PartSource},
};

const BLOCK: u64 = crate::source::BLOCK as u64;

#[tokio::test(start_paused = true)]
async fn a_part_that_arrived_damaged_is_sent_again() {
    let lab = Lab::new(3).script(On::Part(1, 2), vec![Fault::WrongChecksum; 2]);
    let ended = lab.success().await;
    assert_eq!(lab.fake.sent(), [(1, 1), (2, 3), (3, 1)]);
    assert_eq!(ended.counts.bytes_sent, ByteCount::new(5 * PART - 1));
    assert_eq!(lab.heard.shown(), 3 * PART - 1);
}

#[tokio::test(start_paused = true)]
async fn a_part_that_always_arrives_damaged_fails() {
    let lab = Lab::new(3).always(On::Part(1, 2), Fault::WrongChecksum);
    match lab.failure().await {
        Failure::Damaged { number, source_number, attempts } => {
            assert_eq!((number.get(), source_number, attempts), (2, Some(PartSource::Source1), 3));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(lab.fake.sent(), [(1, 1), (2, 3), (3, 1)]);
    assert!(lab.fake.completed().is_empty());
    assert_eq!(lab.heard.shown(), 2 * PART - 1);
}

#[tokio::test(start_paused = true)]
async fn damage_and_errors_are_counted_together() {
    let faults = [Fault::Fail(Transient), Fault::WrongChecksum, Fault::Fail(Transient)];
    let lab = Lab::new(1).script(On::Part(1, 1), faults);
    let failure = lab.failure().await;
    assert!(matches!(failure, Failure::Attempts { attempts: 3, .. }), "{failure:?}");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_move_for_a_minute_is_given_up_and_sent_again() {
    let lab = Lab::new(1).script(On::Part(1, 1), [Fault::Dead]);
    lab.success().await;
    let pauses = lab.fake.pauses(|call| matches!(call, Call::Part { .. }));
    assert_eq!(pauses.iter().map(Duration::as_secs).collect::<Vec<_>>(), [60]);
    let reason = lab.heard.events().into_iter().find_map(|event| match event {
        Event::PartRetrying { reason, .. } => Some(reason),
        _ => None,
    });
    assert_eq!(reason.unwrap(), "UploadReadSetPart failed: no byte moved for 60 s");
}

#[tokio::test(start_paused = true)]
async fn a_slow_body_may_take_as_long_as_it_takes() {
    let mut lab = Lab::empty().part_size(3 * BLOCK).job(&[1]);
    // The first block is taken at once, lest its reader hold the clock.
    lab.fake.latency = Duration::ZERO;
    let lab = lab.script(On::Part(1, 1), [Fault::Paced(vec![Duration::from_secs(59); 3])]);
    let begun = Instant::now();
    lab.success().await;
    assert_eq!(lab.fake.sent(), [(1, 1)]);
    assert!(begun.elapsed() >= Duration::from_secs(3 * 59), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_never_comes_is_given_up() {
    let never = Fault::Paced(vec![Duration::from_hours(1)]);
    let lab = Lab::new(1).script(On::Part(1, 1), [never]);
    lab.success().await;
    let pauses = lab.fake.pauses(|call| matches!(call, Call::Part { .. }));
    assert_eq!(pauses.iter().map(Duration::as_secs).collect::<Vec<_>>(), [120]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_before_all_bytes_were_sent_is_not_believed() {
    let lab = Lab::empty().part_size(2 * BLOCK).job(&[1]);
    let lab = lab.script(On::Part(1, 1), [Fault::Hasty]);
    lab.success().await;
    assert_eq!(lab.fake.sent(), [(1, 2)]);
    assert_eq!(lab.heard.shown(), 2 * BLOCK - 1);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_changed_before_a_part_ends_the_upload() {
    let lab = Lab::new(3).concurrency(1);
    let file = lab.file(0);
    lab.fake.script(On::Part(1, 1), [Fault::Meanwhile(Arc::new(move || file.rewrite()))]);
    let failure = lab.failure().await;
    assert!(matches!(failure, Failure::Changed(_)), "{failure:?}");
    assert_eq!(lab.fake.sent(), [(1, 1)]);
    assert!(lab.fake.completed().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_file_that_shrinks_before_a_part_is_read_ends_the_upload() {
    let lab = Lab::new(3).concurrency(1);
    let file = lab.file(0);
    // Between the look at the file and the first read.
    let lab = lab.when(move |event| {
        if let Event::PartStarted { part, .. } = event
            && part.number.get() == 2
        {
            file.shrink(PART + 1);
        }
    });
    let failure = lab.failure().await;
    assert!(matches!(failure, Failure::Changed(_)), "{failure:?}");
    assert!(failure.to_string().ends_with("its size was 29 bytes, and is 11 bytes now"));
    assert!(lab.fake.completed().is_empty());
    assert_eq!(lab.heard.shown(), PART);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_changed_after_its_last_part_is_not_completed() {
    for sources in [&[1][..], &[1, 1]] {
        let lab = Lab::empty().job(sources);
        let file = lab.file(sources.len() - 1);
        let lab = lab.when(move |event| {
            if matches!(event, Event::Confirming { .. }) {
                file.rewrite();
            }
        });
        let failure = lab.failure().await;
        assert!(matches!(failure, Failure::Changed(_)), "{failure:?}");
        assert!(lab.fake.completed().is_empty());
    }
}

/// Does something to the only file when its parts are confirmed.
fn when_confirming(lab: Lab, act: impl Fn() + Send + Sync + 'static) -> Lab {
    lab.when(move |event| {
        if matches!(event, Event::Confirming { .. }) {
            act();
        }
    })
}

#[tokio::test(start_paused = true)]
async fn a_file_of_which_only_the_mode_changed_is_read_again_and_completed() {
    let lab = Lab::new(3);
    let file = lab.file(0);
    let lab = when_confirming(lab, move || file.change_mode());
    lab.success().await;
    let checked = lab.heard.events().into_iter().filter_map(|event| match event {
        Event::Checking { bytes, .. } => Some(bytes.get()),
        _ => None,
    });
    assert_eq!(checked.collect::<Vec<_>>(), [3 * PART - 1]);
    assert_eq!(lab.fake.sent(), [(1, 1), (2, 1), (3, 1)]);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_was_rewritten_and_dated_back_is_not_completed() {
    let lab = Lab::new(3);
    let file = lab.file(0);
    let lab = when_confirming(lab, move || file.rewrite_secretly());
    let failure = lab.failure().await;
    assert!(matches!(failure, Failure::Changed(_)), "{failure:?}");
    let said = failure.to_string();
    assert!(said.ends_with("part 1 was sent with other content than it has now"), "{said}");
    assert!(lab.fake.completed().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_does_not_hold_all_of_a_file_is_not_completed() {
    for covered in [0, PART, 2 * PART] {
        let mut lab = Lab::new(3);
        lab.jobs[0].layout.sizes = vec![ByteCount::new(covered)];
        match lab.failure().await {
            Failure::NotWhole { source_number: Some(PartSource::Source1), covered: held, size } => {
                assert_eq!((held.get(), size.get()), (covered, 3 * PART - 1));
            }
            other => panic!("{other:?}"),
        }
        assert!(lab.fake.completed().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn with_little_patience_a_dead_connection_is_given_up_sooner() {
    for fault in [Fault::Dead, Fault::Paced(vec![Duration::from_hours(1)])] {
        let mut lab = Lab::new(1).always(On::Part(1, 1), fault);
        lab.limits.give_up_after = Duration::from_secs(3);
        let ended = lab.run_one().await;
        assert!(matches!(ended.failure, Some(Failure::GaveUp { .. })), "{ended:?}");
        assert!(ended.elapsed < Duration::from_secs(30), "{:?}", ended.elapsed);
    }
}

/// On a real clock: a reader that waits for its body would stop a paused one.
#[tokio::test]
async fn an_early_error_ends_the_attempt_although_the_connection_holds_the_body() {
    let lab = Lab::empty().part_size(8 * BLOCK).job(&[1]);
    let lab = lab.script(On::Part(1, 1), [Fault::Early(Unreachable)]);
    timeout(Duration::from_secs(20), lab.success()).await.expect("the reader must not wait");
    assert_eq!(lab.heard.shown(), 8 * BLOCK - 1);
    let events = lab.heard.events().len();
    let mut held = lab.fake.held();
    assert_eq!(held.len(), 1);
    let rest = held.remove(0).frame().await.expect("the body must not look complete");
    assert_eq!(rest.unwrap_err().kind(), io::ErrorKind::ConnectionAborted);
    assert_eq!(lab.heard.events().len(), events, "an attempt that is over makes no progress");
}

#[tokio::test(start_paused = true)]
async fn opaque_checksums_are_accepted_with_one_warning_over_all_jobs() {
    let mut lab = Lab::empty().job(&[3]).job(&[2, 2]);
    lab.fake.spelling = Spelling::Opaque;
    lab.fake.listed = Spelling::Opaque;
    let ended = lab.run().await;
    assert!(ended.iter().all(|ended| ended.active), "{ended:?}");
    let warnings = lab.heard.warnings();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    // The service's text cannot move the cursor.
    assert!(warnings[0].contains("\\u{1b}"), "{warnings:?}");
    let checksums = lab.fake.completed().concat();
    assert!(checksums.iter().all(|(.., checksum)| checksum.ends_with("\u{1b}\"")), "{checksums:?}");
}
