//! What is known of an upload at its end, whatever the end is.

use super::{
    fake::{Fault, On},
    lab::Lab,
};
use crate::{
    store::StoreErrorKind::{Denied, Unreachable},
    types::Sha256,
};

#[tokio::test(start_paused = true)]
async fn parts_and_request_ids_of_an_upload() {
    let lab = Lab::empty().job(&[2, 1]);
    let ended = lab.success().await;
    let facts = ended.facts;
    assert_eq!(facts.upload_id, ended.upload_id);
    assert_eq!(facts.create_request.as_deref(), Some("create"));
    assert_eq!(facts.complete_request.as_deref(), Some("complete"));
    assert!(facts.began <= facts.ended && facts.began.is_some());
    let parts: Vec<_> = facts.parts.iter().map(|fact| fact.part).collect();
    assert_eq!(parts, lab.jobs[0].layout.iter().collect::<Vec<_>>());
    for fact in &facts.parts {
        let path = lab.jobs[0].sources[fact.part.source as usize].path();
        let content = std::fs::read(path).unwrap();
        let start = usize::try_from(fact.part.offset).unwrap();
        let end = start + usize::try_from(fact.part.size.get()).unwrap();
        assert_eq!(fact.digest, Sha256::of(&content[start..end]).into());
        assert_eq!(fact.checksum.sha256(), Some(fact.digest.sha256()));
        assert!(!fact.reused);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_sent_before_it_failed() {
    let lab = Lab::new(3).concurrency(1).script(On::Part(1, 3), [Fault::Fail(Denied)]);
    let ended = lab.run().await.remove(0);
    let facts = ended.facts;
    let numbers: Vec<_> = facts.parts.iter().map(|fact| fact.part.number.get()).collect();
    assert_eq!(numbers, [1, 2]);
    assert_eq!((facts.upload_id, facts.complete_request), (ended.upload_id, None));
}

#[tokio::test(start_paused = true)]
async fn a_complete_that_was_not_answered_has_no_request_id() {
    let lab = Lab::new(1).script(On::Complete, [Fault::Lost(Unreachable)]);
    let ended = lab.success().await;
    assert_eq!(ended.facts.complete_request, None);
    assert_eq!(ended.facts.parts.len(), 1);
}
