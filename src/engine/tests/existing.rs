//! Which read sets make a job superfluous.

use std::sync::Arc;

use super::{
    super::{Ended, Failure, IfExists, NotKnown, Recall},
    fake::{Call, Fault, On},
    lab::{Lab, fingerprint},
    pouring,
};
use crate::{
    event::{Event, Outcome},
    store::{
        Fields, ReadSetState,
        StoreErrorKind::{Denied, Missing},
        omics::RULES,
    },
    types::{ByteCount, ContentDigest, Fingerprint, Mark, PartSource, ReadSetId, Sha256},
};

/// The fields of a read set that an earlier upload of this content has made.
fn made_by_us(lab: &Lab) -> Fields {
    marked(lab, lab.jobs[0].memory.fingerprint.unwrap())
}

fn marked(lab: &Lab, fingerprint: Fingerprint) -> Fields {
    let mut fields = lab.jobs[0].fields.clone();
    let mark = Mark::new(RULES.min, fingerprint, 99).to_string();
    fields.tags = fields.tags.with(Mark::KEY, &mark);
    fields
}

fn other_content() -> Fingerprint {
    Fingerprint::new(&Sha256::of(b"other content"))
}

fn with_digest(mut fields: Fields, digest: &ContentDigest) -> Fields {
    fields.tags = fields.tags.with(ContentDigest::KEY, &digest.to_string());
    fields
}

/// The digest of the first job's file as it is.
fn digest(lab: &Lab) -> ContentDigest {
    let content = std::fs::read(lab.jobs[0].sources[0].path()).unwrap();
    digest_of(&content)
}

fn digest_of(content: &[u8]) -> ContentDigest {
    let parts = content.chunks(usize::try_from(RULES.min.get()).unwrap());
    let parts = parts
        .map(|part| (PartSource::Source1, ByteCount::new(part.len() as u64), Sha256::of(part)));
    ContentDigest::new(Some(RULES.min), parts)
}

async fn run(lab: &mut Lab, if_exists: IfExists) -> Ended {
    lab.jobs[0].memory.if_exists = if_exists;
    lab.run_one().await
}

fn creates(lab: &Lab) -> usize {
    lab.fake.count(|call| matches!(call, Call::Create { .. }))
}

fn asked_for_tags(lab: &Lab) -> usize {
    lab.fake.count(|call| matches!(call, Call::Tags { .. }))
}

async fn skips(mut lab: Lab, id: &ReadSetId) -> Lab {
    let ended = run(&mut lab, IfExists::Skip).await;
    assert_eq!((ended.outcome(), creates(&lab)), (Outcome::Skipped, 0), "{ended:?}");
    assert_eq!(ended.read_set_id.as_ref(), Some(id));
    lab
}

async fn uploads(mut lab: Lab, if_exists: IfExists) -> Lab {
    let ended = run(&mut lab, if_exists).await;
    assert_eq!((ended.outcome(), creates(&lab)), (Outcome::Active, 1), "{ended:?}");
    assert_eq!(ended.read_set_id.as_ref(), lab.fake.read_sets().last());
    lab
}

/// Refuses to choose, naming the read set and this reason.
async fn does_not_know(mut lab: Lab, if_exists: IfExists, id: &ReadSetId, why: &str) -> Lab {
    let ended = run(&mut lab, if_exists).await;
    let failure = ended.failure.as_ref().unwrap();
    assert!(matches!(failure, Failure::NotJudged { .. }), "{failure:?}");
    assert_eq!(
        failure.to_string(),
        format!(
            "the store has a read set of this name, sample, subject and type already, {id}, and \
             whether it holds the same data is not known: {why}"
        )
    );
    assert_eq!((ended.outcome(), creates(&lab)), (Outcome::Failed, 0));
    lab
}

const BOTH: [IfExists; 2] = [IfExists::Skip, IfExists::Fail];

#[tokio::test(start_paused = true)]
async fn the_same_content_is_not_sent_again() {
    let lab = Lab::new(1);
    let id = lab.fake.add_read_set(&made_by_us(&lab));
    skips(lab, &id).await;
    let mut lab = Lab::new(1);
    let id = lab.fake.add_read_set(&made_by_us(&lab));
    let ended = run(&mut lab, IfExists::Fail).await;
    assert!(matches!(&ended.failure, Some(Failure::Exists(it)) if *it == id), "{ended:?}");
    assert_eq!(creates(&lab), 0);
    // It is no matter whether this run would leave a mark.
    let mut lab = Lab::new(1);
    let id = lab.fake.add_read_set(&made_by_us(&lab));
    lab.jobs[0].memory.is_private = true;
    skips(lab, &id).await;
}

#[tokio::test(start_paused = true)]
async fn other_content_of_the_same_name_is_sent() {
    for if_exists in BOTH {
        let lab = Lab::new(1);
        lab.fake.add_read_set(&marked(&lab, other_content()));
        uploads(lab, if_exists).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_set_of_another_reference_is_another() {
    for (ours, theirs) in [(None, Some(1)), (Some(1), None), (Some(1), Some(2))] {
        let parsed = |number: Option<u8>| {
            let arn = "arn:aws:omics:us-east-1:123456789012:referenceStore/1234567890/reference/";
            number.map(|number| format!("{arn}{number:010}").parse().unwrap())
        };
        let mut lab = Lab::new(1);
        let mut fields = made_by_us(&lab);
        fields.reference = parsed(theirs);
        lab.jobs[0].fields.reference = parsed(ours);
        lab.fake.add_read_set(&fields);
        let lab = uploads(lab, IfExists::Skip).await;
        assert_eq!(asked_for_tags(&lab), 0, "the reference tells it");
    }
}

#[tokio::test(start_paused = true)]
async fn what_has_no_mark_or_cannot_be_looked_at_is_not_judged() {
    for if_exists in BOTH {
        let lab = Lab::new(1);
        let id = lab.fake.add_read_set(&lab.jobs[0].fields);
        let why = "it carries no fingerprint of its content";
        does_not_know(lab, if_exists, &id, why).await;
        let lab = Lab::new(1).always(On::Tags, Fault::Fail(Denied));
        let id = lab.fake.add_read_set(&made_by_us(&lab));
        let why = "its tags cannot be read; that needs the permission `omics:ListTagsForResource`";
        does_not_know(lab, if_exists, &id, why).await;
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_is_the_same_is_enough_and_one_that_is_unknown_too_much() {
    let lab = Lab::new(1);
    lab.fake.add_read_set(&lab.jobs[0].fields);
    let same = lab.fake.add_read_set(&made_by_us(&lab));
    lab.fake.add_read_set(&marked(&lab, other_content()));
    skips(lab, &same).await;
    let lab = Lab::new(1);
    lab.fake.add_read_set(&marked(&lab, other_content()));
    let unknown = lab.fake.add_read_set(&lab.jobs[0].fields);
    let mut elsewhere = made_by_us(&lab);
    elsewhere.sample = "another".parse().unwrap();
    lab.fake.add_read_set(&elsewhere);
    let why = "it carries no fingerprint of its content";
    let lab = does_not_know(lab, IfExists::Skip, &unknown, why).await;
    assert_eq!(asked_for_tags(&lab), 2, "only where everything else fits");
}

#[tokio::test(start_paused = true)]
async fn what_was_not_accepted_or_is_gone_does_not_count() {
    for state in [ReadSetState::Failed(None), ReadSetState::Gone] {
        let lab = Lab::new(1);
        lab.fake.add_read_set(&made_by_us(&lab));
        let shown = Fault::Shown(Arc::new(move |found| found.state = state.clone()));
        let lab = uploads(lab.script(On::Find, [shown]), IfExists::Skip).await;
        assert_eq!(asked_for_tags(&lab), 0);
    }
    let lab = Lab::new(1).script(On::Tags, [Fault::Fail(Missing)]);
    lab.fake.add_read_set(&made_by_us(&lab));
    uploads(lab, IfExists::Skip).await;
}

/// A store whose only read set is still being processed.
fn processing(looks: impl IntoIterator<Item = Fault>) -> (Lab, ReadSetId) {
    let shown = Fault::Shown(Arc::new(|found| found.state = ReadSetState::Processing));
    let lab = Lab::new(1).script(On::Find, [shown]).script(On::Look, looks);
    let id = lab.fake.add_read_set(&made_by_us(&lab));
    (lab, id)
}

#[tokio::test(start_paused = true)]
async fn one_that_is_processed_is_waited_for() {
    let looks = || [Fault::State(ReadSetState::Processing), Fault::State(ReadSetState::Processing)];
    let (lab, id) = processing(looks());
    let lab = skips(lab, &id).await;
    assert_eq!(lab.fake.count(|call| *call == Call::Look), 3);
    // It comes to nothing.
    let failed = Fault::State(ReadSetState::Failed(Some("bad data".to_owned())));
    let (lab, _) = processing(looks().into_iter().chain([failed]));
    uploads(lab, IfExists::Skip).await;
    // Nobody may look: its ID is all that is known.
    let (mut lab, id) = processing([Fault::Fail(Denied)]);
    let ended = run(&mut lab, IfExists::Skip).await;
    let failure = ended.failure.unwrap();
    assert!(matches!(failure, Failure::NotKnown { why: NotKnown::Unseen(_), .. }), "{failure:?}");
    assert_eq!((ended.read_set_id, creates(&lab)), (Some(id), 0));
}

fn checked(lab: &Lab) -> usize {
    lab.heard.count(|event| matches!(event, Event::Checking { .. }))
}

#[tokio::test(start_paused = true)]
async fn a_newer_file_is_read_and_compared() {
    let lab = Lab::new(3).dated_later(0);
    let id = lab.fake.add_read_set(&with_digest(made_by_us(&lab), &digest(&lab)));
    let lab = skips(lab, &id).await;
    assert_eq!(checked(&lab), 1);
    // The fingerprint does not see everything.
    for if_exists in BOTH {
        let lab = Lab::new(3).dated_later(0);
        let other = digest_of(b"what the fingerprint takes for the same");
        lab.fake.add_read_set(&with_digest(made_by_us(&lab), &other));
        let lab = uploads(lab, if_exists).await;
        assert_eq!(checked(&lab), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_newer_file_without_a_digest_to_compare_with_is_not_judged() {
    for if_exists in BOTH {
        let lab = Lab::new(3).dated_later(0);
        let id = lab.fake.add_read_set(&made_by_us(&lab));
        let path = lab.jobs[0].sources[0].path().display();
        let why = format!(
            "`{path}` is newer, and the read set has no tag `omics-upload-digest` to compare with"
        );
        does_not_know(lab, if_exists, &id, &why).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_this_machine_remembers_of_the_content_serves_as_well() {
    for (remembered, same) in [(None, true), (Some(digest_of(b"other")), false)] {
        let mut lab = Lab::new(3).dated_later(0);
        let id = lab.fake.add_read_set(&made_by_us(&lab));
        let (asked, known) = (id.clone(), remembered.unwrap_or(digest(&lab)));
        lab.jobs[0].memory.recall =
            Recall::new(Arc::new(move |id| (*id == asked).then_some(known)));
        if same {
            skips(lab, &id).await;
        } else {
            uploads(lab, IfExists::Skip).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_pipe_is_read_to_be_compared() {
    let content = pouring::content(2, 0);
    let lab = pouring::lab(content.clone());
    let id = lab.fake.add_read_set(&with_digest(made_by_us(&lab), &digest_of(&content)));
    skips(lab, &id).await;
    for (fields, why) in [
        (
            with_digest as fn(Fields, &ContentDigest) -> Fields,
            "standard input holds other data, and was read to find that out",
        ),
        (|fields, _| fields, "it has no tag `omics-upload-digest` to compare standard input with"),
    ] {
        let lab = pouring::lab(pouring::content(2, 9));
        let fields = fields(made_by_us(&lab), &digest_of(&content));
        let id = lab.fake.add_read_set(&fields);
        does_not_know(lab, IfExists::Skip, &id, why).await;
    }
    // How it is cut may be all that differs.
    let lab = pouring::lab(content);
    let id = lab.fake.add_read_set(&marked(&lab, fingerprint()));
    let why = "standard input can only be compared while it is sent";
    does_not_know(lab, IfExists::Skip, &id, why).await;
}
