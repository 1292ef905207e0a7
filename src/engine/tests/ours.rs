//! Which read set is taken for the one that an upload has become.

use std::{sync::Arc, time::Duration};

use super::{
    super::Failure,
    fake::{Call, Fault, On},
    lab::{Lab, fingerprint},
};
use crate::{
    event::{Event, Outcome},
    source::Findings,
    store::{
        Fields, ReadSetState,
        StoreErrorKind::{Denied, Missing, Transient, Unreachable},
        omics::RULES,
    },
    types::{Mark, ReadSetEtag, ReadSetId},
};

/// A lab whose upload carries no mark, as `--no-fingerprint` has it.
fn private(mut lab: Lab) -> Lab {
    lab.jobs[0].memory.is_private = true;
    lab
}

/// Somebody else's fields, with their mark or without one.
fn theirs(lab: &Lab, marked: bool) -> Fields {
    let mut fields = lab.jobs[0].fields.clone();
    if marked {
        let mark = Mark::new(RULES.default, fingerprint(), 99).to_string();
        fields.tags = fields.tags.with(Mark::KEY, &mark);
    }
    fields
}

/// Somebody completes an upload of the same name while ours is under way.
fn with_theirs(lab: Lab, marked: bool) -> (Lab, ReadSetId) {
    let fields = theirs(&lab, marked);
    let id = lab.fake.add_read_set(&fields);
    (lab, id)
}

fn completes(lab: &Lab) -> usize {
    lab.fake.completed().len()
}

fn undecided(failure: &Failure) -> (String, Vec<ReadSetId>) {
    match failure {
        Failure::Undecided { upload, read_sets, .. } => (upload.to_string(), read_sets.clone()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn another_read_set_of_the_same_name_is_never_taken_for_ours() {
    for (is_private, marked, denied) in [
        (true, true, false),
        (true, false, false),
        (true, true, true),
        (false, true, false),
        (false, false, false),
        (false, true, true),
    ] {
        for kind in [Transient, Unreachable] {
            let about = format!("{is_private} {marked} {denied} {kind:?}");
            let mut lab = Lab::new(2).fails(On::Complete, kind, 1);
            lab.jobs[0].memory.is_private = is_private;
            let (mut lab, other) = with_theirs(lab, marked);
            if denied {
                lab = lab.always(On::Tags, Fault::Fail(Denied));
            }
            let ended = lab.success().await;
            assert_ne!(ended.read_set_id, Some(other), "{about}");
            assert_eq!((completes(&lab), lab.fake.read_sets().len()), (2, 2), "{about}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_proven_names_the_upload_and_the_read_sets() {
    // The answer gets lost, and the upload is gone: the newer one is ours, and nothing tells that.
    let lab = Lab::new(2).script(On::Complete, [Fault::Lost(Unreachable)]);
    let (lab, other) = with_theirs(private(lab), false);
    let ended = lab.run_one().await;
    let upload = ended.upload_id.clone().unwrap();
    let failure = ended.failure.as_ref().unwrap();
    let ours = lab.fake.read_sets()[1].clone();
    assert_eq!(undecided(failure), (upload.to_string(), vec![other.clone(), ours.clone()]));
    assert_eq!((ended.outcome(), &ended.read_set_id), (Outcome::Failed, &None));
    assert_eq!(
        failure.to_string(),
        format!(
            "upload {upload} is gone, and whether read set {other} or {ours} came of it is not known: \
             the upload carries no mark"
        )
    );
    let Failure::Undecided { files, .. } = failure else { panic!("{failure:?}") };
    assert_eq!(*files, [lab.jobs[0].sources[0].path()]);
    assert_eq!(completes(&lab), 1);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_not_settled_by_tags_that_cannot_be_read() {
    let lab = Lab::new(2).script(On::Complete, [Fault::Lost(Unreachable)]);
    let lab = lab.always(On::Tags, Fault::Fail(Denied));
    let failure = lab.failure().await;
    assert_eq!(undecided(&failure).1, lab.fake.read_sets());
    assert!(failure.to_string().ends_with("that needs the permission `omics:ListTagsForResource`"));
}

#[tokio::test(start_paused = true)]
async fn read_sets_of_others_are_told_by_their_marks() {
    // Nothing but ours is left, and ours is not proven by that alone.
    let lab = private(Lab::new(1).script(On::Complete, [Fault::Lost(Unreachable)]));
    let (lab, _) = with_theirs(lab, true);
    assert_eq!(undecided(&lab.failure().await).1, lab.fake.read_sets()[1..]);
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_was_aborted_is_not_taken_for_a_read_set_of_its_name() {
    for (is_private, denied) in [(true, false), (false, true)] {
        let mut lab = Lab::new(2).fails(On::Complete, Missing, 1);
        lab.jobs[0].memory.is_private = is_private;
        let (mut lab, other) = with_theirs(lab, false);
        if denied {
            lab = lab.always(On::Tags, Fault::Fail(Denied));
        }
        assert_eq!(undecided(&lab.failure().await).1, [other]);
    }
    // With a mark that can be read it is known.
    let (lab, _) = with_theirs(Lab::new(2).fails(On::Complete, Missing, 1), true);
    let failure = lab.failure().await;
    assert!(matches!(&failure, Failure::Refused(error) if error.kind == Missing), "{failure:?}");
}

fn etag(text: &str) -> ReadSetEtag {
    ReadSetEtag { algorithm: "FASTQ_MD5up".to_owned(), source1: text.to_owned(), source2: None }
}

#[tokio::test(start_paused = true)]
async fn the_hash_of_the_content_proves_a_read_set() {
    for (hash, is_ours, is_processed) in
        [("aa", true, false), ("bb", false, false), ("aa", true, true), ("bb", false, true)]
    {
        let lab = private(Lab::new(1).script(On::Complete, [Fault::Lost(Unreachable)]));
        let findings = Findings { etag: Some(etag("aa")), ..Findings::default() };
        lab.jobs[0].findings.set(findings).unwrap();
        let there = ReadSetState::There(Some(etag(hash)));
        let listed = if is_processed { ReadSetState::Processing } else { there.clone() };
        let shown = Fault::Shown(Arc::new(move |read_set| read_set.state = listed.clone()));
        let lab = lab.always(On::Look, Fault::State(there)).always(On::Find, shown);
        let ended = lab.run_one().await;
        if is_ours {
            assert!(ended.active && ended.failure.is_none(), "{ended:?}");
            assert_eq!(ended.read_set_id.as_ref(), lab.fake.read_sets().first());
        } else {
            assert!(matches!(ended.failure, Some(Failure::Vanished(_))), "{ended:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_store_says_of_a_read_set_is_compared_with_what_was_asked_for() {
    type Change = fn(&mut crate::store::Described);
    let cases: [(&str, &str, &str, Change); 6] = [
        ("name", "other", "reads", |said| said.name = Some("other".to_owned())),
        ("sample", "other", "sample-0", |said| said.sample = Some("other".to_owned())),
        ("subject", "other", "sample-0", |said| said.subject = Some("other".to_owned())),
        ("type", "BAM", "UBAM", |said| said.file_type = Some("BAM".to_owned())),
        ("reference", "arn:x", "none", |said| said.reference = Some("arn:x".to_owned())),
        ("creation type", "IMPORT", "UPLOAD", |said| {
            said.creation_type = Some("IMPORT".to_owned());
        }),
    ];
    for (field, found, wanted, change) in cases {
        let lab = Lab::new(1).always(
            On::Look,
            Fault::Shown(Arc::new(move |read_set| change(&mut read_set.described))),
        );
        let ended = lab.run_one().await;
        let id = &lab.fake.read_sets()[0];
        let failure = ended.failure.as_ref().unwrap();
        assert!(matches!(failure, Failure::OtherFields { .. }), "{failure:?}");
        assert_eq!(
            failure.to_string(),
            format!(
                "read set {id} is not what was created: its {field} is `{found}` and should be \
                 `{wanted}`"
            )
        );
        assert_eq!((ended.active, ended.outcome()), (false, Outcome::Failed));
    }
    // What is not said is no difference, and the case of a type none either.
    let vague = Lab::new(1).always(
        On::Look,
        Fault::Shown(Arc::new(|read_set| {
            let described = &mut read_set.described;
            (described.file_type, described.creation_type) = (Some("ubam".to_owned()), None);
            (described.name, described.reference) = (None, None);
        })),
    );
    vague.success().await;
}

fn tags(lab: &Lab) -> usize {
    lab.fake.count(|call| matches!(call, Call::Tag { .. }))
}

#[tokio::test(start_paused = true)]
async fn a_digest_is_left_at_a_read_set_once_it_is_there() {
    let lab = Lab::empty().job(&[2, 1]);
    let ended = lab.success().await;
    let parts = ended.facts.parts.iter();
    let parts = parts.map(|fact| (fact.part.source, fact.part.size, fact.digest.sha256()));
    let digest = crate::types::ContentDigest::new(ended.facts.part_size, parts);
    let call = Call::Tag { read_set: ended.read_set_id.unwrap(), digest };
    assert_eq!(lab.fake.calls().last(), Some(&call));
    // It needs no wait, and nothing is left where nothing may be known.
    let mut lab = Lab::new(1);
    lab.limits.wait = None;
    assert!(lab.run_one().await.failure.is_none());
    assert_eq!(tags(&lab), 1);
    let lab = private(Lab::new(1));
    lab.success().await;
    assert_eq!(tags(&lab), 0);
}

#[tokio::test(start_paused = true)]
async fn a_digest_that_cannot_be_left_is_noted_once() {
    for (fault, why) in [
        (Fault::Fail(Denied), "that needs the permission `omics:Fake`"),
        (Fault::Dead, "the service does not answer"),
    ] {
        let lab = Lab::empty().job(&[1]).job(&[1]).always(On::Tag, fault);
        let ended = lab.run().await;
        assert!(ended.iter().all(|ended| ended.active && ended.failure.is_none()), "{ended:?}");
        let wanted = format!(
            "the tag `omics-upload-digest` cannot be set ({why}): `--if-exists skip` will not \
             recognise this read set once its files have a newer date"
        );
        assert_eq!(lab.heard.warnings(), [wanted]);
        assert!(lab.heard.timed().last().unwrap().0.elapsed() < Duration::from_mins(2));
        assert!(matches!(lab.heard.events().last(), Some(Event::Finished { .. })));
    }
}
