//! When nothing goes wrong.

use std::{collections::BTreeSet, time::Duration};

use super::{
    fake::{Call, Fault, On, Spelling},
    lab::{Lab, PART},
};
use crate::{
    event::Outcome,
    source::Blocks,
    store::omics::RULES,
    types::{ByteCount, ContentDigest, PartSource, Sha256},
};

#[tokio::test(start_paused = true)]
async fn one_part_becomes_a_read_set() {
    let lab = Lab::new(1);
    let ended = lab.success().await;
    assert_eq!(ended.outcome(), Outcome::Active);
    assert_eq!(ended.upload_id.unwrap().as_str(), "1000000001");
    assert_eq!(ended.read_set_id.as_ref(), lab.fake.read_sets().first());
    assert_eq!(ended.counts.bytes_sent, ByteCount::new(PART - 1));
    assert_eq!((ended.counts.parts_sent, ended.counts.retries, ended.counts.throttled), (1, 0, 0));
    let upload = || "1000000001".parse().unwrap();
    let checksum = lab.fake.completed()[0][0].2.clone();
    let [sent] = &ended.facts.parts[..] else { panic!("{:?}", ended.facts) };
    let digest = ContentDigest::new(
        Some(RULES.default),
        [(PartSource::Source1, sent.part.size, sent.digest.sha256())],
    );
    assert_eq!(
        lab.fake.calls(),
        [
            Call::Create { token: "token-0".to_owned() },
            Call::Part { upload: upload(), source: PartSource::Source1, number: 1 },
            Call::List { source: PartSource::Source1, page: None },
            Call::Complete { upload: upload(), parts: vec![(PartSource::Source1, 1, checksum)] },
            Call::Look,
            Call::Tag { read_set: ended.read_set_id.unwrap(), digest },
        ]
    );
}

/// What Complete has to name for the only job, from the files themselves.
async fn expected(lab: &Lab, spelling: Spelling) -> Vec<(PartSource, u16, String)> {
    let job = &lab.jobs[0];
    let mut named = Vec::new();
    for part in job.layout.iter() {
        let (body, _digesting) =
            job.sources[part.source as usize].part(&part, &Blocks::default(), |_| {});
        let bytes = http_body_util::BodyExt::collect(body).await.unwrap().to_bytes();
        let checksum = spelling.of(&Sha256::of(&bytes)).to_string();
        named.push((part.source, part.number.get(), checksum));
    }
    named
}

#[tokio::test(start_paused = true)]
async fn complete_names_every_part_in_order_with_the_service_s_own_strings() {
    // The later a part, the sooner its answer: they arrive in the wrong order.
    for spelling in [Spelling::Base64, Spelling::Hex] {
        let mut lab = Lab::empty().job(&[12, 11]).concurrency(8);
        lab.fake.spelling = spelling;
        lab.fake.listed = Spelling::Base64;
        lab.fake.page_size = 5;
        for number in 1..=12 {
            let pause = Duration::from_millis(u64::from(100 - number));
            lab.fake.script(On::Part(1, number), [Fault::Slow(pause)]);
        }
        lab.success().await;
        let expected = expected(&lab, spelling).await;
        assert_eq!(expected.len(), 23);
        assert_eq!(lab.fake.completed(), [expected]);
        assert_eq!(lab.heard.shown(), 12 * PART - 1 + 11 * PART - 1);
    }
}

#[tokio::test(start_paused = true)]
async fn all_jobs_together_never_have_more_parts_in_flight_than_allowed() {
    let lab = Lab::empty().job(&[5]).job(&[3, 4]).job(&[1]).job(&[6]).concurrency(3);
    let ended = lab.run().await;
    assert!(ended.iter().all(|ended| ended.active), "{ended:?}");
    assert_eq!(lab.fake.most_in_flight(), 3);
    assert_eq!(lab.fake.in_flight(), 0);
    let ids: BTreeSet<_> = ended.iter().map(|ended| ended.read_set_id.clone().unwrap()).collect();
    assert_eq!(ids.len(), 4, "every job has a read set of its own");
}

#[tokio::test(start_paused = true)]
async fn no_more_uploads_are_opened_ahead_than_there_are_permits() {
    let lab = (0..6).fold(Lab::empty().concurrency(2), |lab, _| lab.job(&[3]));
    let lab = lab.always(On::AnyPart, Fault::Slow(Duration::from_secs(50)));
    let ended = lab.run().await;
    assert!(ended.iter().all(|ended| ended.active), "{ended:?}");
    let creates = lab.fake.times(|call| matches!(call, Call::Create { .. }));
    assert_eq!(creates.len(), 6);
    // The first parts take 100 s each, and two jobs of three parts 300 s.
    let early = creates.iter().filter(|at| at.as_secs() < 200).count();
    assert_eq!(early, 2, "{creates:?}");
    assert!(lab.fake.most_uploads() <= 4, "two being sent, two being completed");
}

#[tokio::test(start_paused = true)]
async fn jobs_begin_in_their_order_and_results_keep_it() {
    let mut lab = (0..4).fold(Lab::empty().concurrency(4), |lab, _| lab.job(&[1]));
    lab.limits.wait = None;
    // The first job ends last.
    lab.fake.script(On::AnyPart, [Fault::Slow(Duration::from_secs(9))]);
    let ended = lab.run().await;
    let tokens: Vec<_> = lab.fake.calls().into_iter().take(4).collect();
    let token = |index| Call::Create { token: format!("token-{index}") };
    assert_eq!(tokens, [0, 1, 2, 3].map(token));
    let uploads: Vec<_> = ended.iter().map(|ended| ended.upload_id.clone().unwrap()).collect();
    assert_eq!(
        uploads,
        (1..=4).map(|n| format!("100000000{n}").parse().unwrap()).collect::<Vec<_>>()
    );
    let last = lab.fake.read_sets().pop();
    assert_eq!(ended[0].read_set_id, last, "the read sets are made in another order");
}

#[tokio::test(start_paused = true)]
async fn without_waiting_the_completed_upload_is_the_end() {
    let mut lab = Lab::new(2);
    lab.limits.wait = None;
    let ended = lab.run_one().await;
    assert!(ended.failure.is_none() && !ended.active, "{ended:?}");
    assert_eq!(ended.outcome(), Outcome::Completed);
    assert_eq!(ended.read_set_id.as_ref(), lab.fake.read_sets().first());
    assert_eq!(lab.fake.count(|call| *call == Call::Look), 0);
}
