//! The service's list of parts against what was sent.

use std::sync::Arc;

use super::{
    super::Failure,
    fake::{Call, Fault, On, Spelling},
    lab::{Lab, PART},
};
use crate::{
    event::Event,
    store::{StoreErrorKind::Other, StoredPart},
    types::{ByteCount, PartNumber, PartSource, Sha256},
};

fn listed(change: impl Fn(&mut Vec<StoredPart>) + Send + Sync + 'static) -> Fault {
    Fault::Listed(Arc::new(change))
}

/// Changes the entry of the second part.
fn second(change: impl Fn(&mut StoredPart) + Send + Sync + 'static) -> Fault {
    listed(move |parts| {
        parts.iter_mut().filter(|part| part.number.get() == 2).for_each(&change);
    })
}

/// Every way in which the list can differ in its second part, with what is said about it.
fn differences() -> Vec<(Fault, &'static str)> {
    vec![
        (listed(|parts| parts.retain(|part| part.number.get() != 2)), "is not listed"),
        (second(|part| part.size = ByteCount::new(7)), "is listed with 7 bytes instead of 10"),
        (
            second(|part| part.checksum = Some(Spelling::Base64.of(&Sha256::of(b"other")))),
            "is listed with another checksum",
        ),
        (
            second(|part| part.checksum = Some(Spelling::Hex.of(&Sha256::of(b"other")))),
            "is listed with another checksum",
        ),
        (second(|part| part.checksum = None), "is listed without a checksum"),
    ]
}

#[tokio::test(start_paused = true)]
async fn what_the_list_lacks_is_sent_again_and_nothing_else() {
    for (fault, wanted) in differences() {
        let lab = Lab::new(3).script(On::List, [fault]);
        let ended = lab.success().await;
        assert_eq!(lab.fake.sent(), [(1, 1), (2, 2), (3, 1)], "{wanted}");
        assert_eq!(lab.fake.count(|call| matches!(call, Call::List { .. })), 2, "{wanted}");
        let rejected = |event| match event {
            Event::PartRejected { part, reason, .. } => Some((part.number.get(), reason)),
            _ => None,
        };
        let rejected: Vec<_> = lab.heard.events().into_iter().filter_map(rejected).collect();
        assert_eq!(rejected, [(2, wanted.to_owned())]);
        assert_eq!(ended.counts.parts_sent, 4, "{wanted}");
        assert_eq!(lab.heard.shown(), 3 * PART - 1, "{wanted}");
        assert_eq!(lab.fake.completed()[0].len(), 3, "{wanted}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_that_goes_on_lacking_a_part_ends_the_upload_after_three_rounds() {
    for (fault, wanted) in differences() {
        let lab = Lab::new(3).always(On::List, fault);
        match lab.failure().await {
            Failure::NotConfirmed { rounds, number, source_number, reason } => {
                assert_eq!(
                    (rounds, number.get(), source_number),
                    (3, 2, Some(PartSource::Source1))
                );
                assert_eq!(reason, wanted);
            }
            other => panic!("{wanted}: {other:?}"),
        }
        assert_eq!(lab.fake.sent(), [(1, 1), (2, 4), (3, 1)], "{wanted}");
        assert!(lab.fake.completed().is_empty(), "{wanted}");
        assert_eq!(lab.heard.shown(), 3 * PART - 1, "{wanted}");
    }
}

#[tokio::test(start_paused = true)]
async fn parts_that_are_wrong_in_turn_are_all_put_right() {
    let lack = |number| listed(move |parts| parts.retain(|part| part.number.get() != number));
    let lab = Lab::new(4).script(On::List, [lack(1), lack(2), lack(3)]);
    lab.success().await;
    assert_eq!(lab.fake.sent(), [(1, 2), (2, 2), (3, 2), (4, 1)]);
    let numbers: Vec<_> = lab.fake.completed()[0].iter().map(|(_, number, _)| *number).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
}

#[tokio::test(start_paused = true)]
async fn a_part_of_the_second_source_is_sent_again_by_itself() {
    let lack = listed(|parts| parts.retain(|part| part.number.get() != 1));
    let as_it_is = listed(|_| {});
    let lab = Lab::empty().job(&[2, 2]).script(On::List, [as_it_is, lack]);
    lab.success().await;
    let sent: Vec<_> = lab
        .fake
        .calls()
        .into_iter()
        .filter_map(|call| match call {
            Call::Part { source, number, .. } => Some((source, number)),
            _ => None,
        })
        .collect();
    assert_eq!(sent.len(), 5);
    assert_eq!(sent[4], (PartSource::Source2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_part_that_nobody_sent_ends_the_upload() {
    let foreign = listed(|parts| {
        let number = PartNumber::new(4).unwrap();
        parts.push(StoredPart { number, ..parts[0].clone() });
    });
    let lab = Lab::new(3).always(On::List, foreign);
    match lab.failure().await {
        Failure::Foreign { number, source_number, size } => {
            assert_eq!(
                (number.get(), source_number, size.get()),
                (4, Some(PartSource::Source1), PART)
            );
        }
        other => panic!("{other:?}"),
    }
    assert!(lab.fake.completed().is_empty());
    assert_eq!(lab.fake.sent(), [(1, 1), (2, 1), (3, 1)]);
}

/// Lists that say two things of one part, or something of another source than was asked for.
fn contradictions() -> Vec<(Fault, &'static str)> {
    let again = |change: fn(&mut StoredPart)| {
        listed(move |parts| {
            let mut part = parts[1].clone();
            change(&mut part);
            parts.insert(0, part);
        })
    };
    let other = |part: &mut StoredPart| {
        part.checksum = Some(Spelling::Base64.of(&Sha256::of(b"other")));
    };
    let twice = "contradicts itself: it has two different parts 2";
    vec![
        (again(other), twice),
        (again(|part| part.checksum = None), twice),
        (again(|part| part.size = ByteCount::new(7)), twice),
        (second(|part| part.source = PartSource::Source2), "has part 2 of SOURCE2"),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_list_that_contradicts_itself_is_not_believed() {
    for (fault, wanted) in contradictions() {
        let lab = Lab::new(3).always(On::List, fault);
        match lab.failure().await {
            Failure::Refused(error) => {
                assert_eq!(error.kind, Other);
                let wanted = format!("the list of SOURCE1 {wanted}");
                assert!(error.to_string().ends_with(&wanted), "{error}");
            }
            other => panic!("{wanted}: {other:?}"),
        }
        assert_eq!(lab.fake.count(|call| matches!(call, Call::List { .. })), 2, "{wanted}");
        assert!(lab.fake.completed().is_empty(), "{wanted}");
        assert_eq!(lab.fake.sent(), [(1, 1), (2, 1), (3, 1)], "{wanted}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_that_contradicts_itself_once_is_asked_for_again() {
    for (fault, wanted) in contradictions() {
        let lab = Lab::new(3).script(On::List, [fault]);
        lab.success().await;
        assert_eq!(lab.fake.sent(), [(1, 1), (2, 1), (3, 1)], "{wanted}");
    }
    // The same row twice says one thing.
    let lab = Lab::new(3).always(On::List, listed(|parts| parts.push(parts[0].clone())));
    lab.success().await;
    assert_eq!(lab.fake.count(|call| matches!(call, Call::List { .. })), 1);
}

#[tokio::test(start_paused = true)]
async fn all_pages_of_all_sources_are_read() {
    let mut lab = Lab::empty().job(&[7, 4]);
    lab.fake.page_size = 3;
    lab.success().await;
    let pages: Vec<_> = lab
        .fake
        .calls()
        .into_iter()
        .filter_map(|call| match call {
            Call::List { source, page } => Some((source as u8 + 1, page)),
            _ => None,
        })
        .collect();
    let page = |source, token: &str| (source, Some(token.to_owned()));
    assert_eq!(pages, [(1, None), page(1, "3"), page(1, "6"), (2, None), page(2, "3")]);
    assert_eq!(lab.fake.sent().len(), 11, "nothing is sent again");
}

#[tokio::test(start_paused = true)]
async fn a_list_may_spell_checksums_otherwise_than_the_answer_did() {
    let forms = [Spelling::Base64, Spelling::Hex, Spelling::Opaque];
    for (answer, list) in forms.into_iter().flat_map(|a| forms.map(|b| (a, b))) {
        let mut lab = Lab::new(3);
        (lab.fake.spelling, lab.fake.listed) = (answer, list);
        lab.success().await;
        assert_eq!(lab.fake.sent(), [(1, 1), (2, 1), (3, 1)], "{answer:?} {list:?}");
        let opaque = answer == Spelling::Opaque || list == Spelling::Opaque;
        assert_eq!(lab.heard.warnings().len(), usize::from(opaque), "{answer:?} {list:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_that_never_ends_is_not_followed_for_ever() {
    let lab = Lab::new(3).always(On::List, Fault::Endless);
    let failure = lab.failure().await;
    assert!(matches!(failure, Failure::Refused(_)), "{failure:?}");
    assert!(lab.fake.completed().is_empty());
}
