//! Each stage of an upload alone, as processes call them that share nothing but the store.

use std::sync::Mutex;

use super::{fake::Call, lab::Lab};
use crate::{
    engine::{OpenedUpload, Opening, Running, SentPart},
    event::Item,
    plan::Part,
};

async fn open(lab: &Lab) -> OpenedUpload {
    let engine = lab.engine();
    match engine.open(&Running::new(Item(0), &lab.jobs[0])).await.unwrap() {
        Opening::Upload(opened) => opened,
        Opening::Made(id) => panic!("there is read set {id} already"),
    }
}

/// Sends some parts with an engine of its own.
async fn send(lab: &Lab, opened: &OpenedUpload, parts: &[Part]) -> Vec<SentPart> {
    let engine = lab.engine();
    let noted = Mutex::new(Vec::new());
    let note = |sent: &SentPart| noted.lock().unwrap().push(sent.part);
    let whose = (Item(0), &opened.upload.id);
    let upload = engine.upload(whose, &lab.jobs[0].sources, parts.len(), &note).await.unwrap();
    let sent = engine.send(&upload, parts).await.unwrap();
    let sent_parts: Vec<_> = sent.iter().map(|sent| sent.part).collect();
    assert_eq!(*noted.lock().unwrap(), sent_parts, "each is noted once");
    sent
}

/// The numbers of all parts that were sent.
fn numbers(lab: &Lab) -> Vec<u16> {
    let mut numbers: Vec<_> = lab
        .fake
        .calls()
        .into_iter()
        .filter_map(|call| match call {
            Call::Part { number, .. } => Some(number),
            _ => None,
        })
        .collect();
    numbers.sort_unstable();
    numbers
}

#[tokio::test(start_paused = true)]
async fn any_parts_are_sent_and_nothing_else_happens() {
    let lab = Lab::new(6);
    let opened = open(&lab).await;
    let left = opened.left();
    assert_eq!(left.len(), 6);
    assert!(numbers(&lab).is_empty());
    let calls = lab.fake.calls().len();
    send(&lab, &opened, &[left[4], left[1]]).await;
    assert_eq!(numbers(&lab), [2, 5]);
    assert_eq!(lab.fake.calls().len(), calls + 2);
}

#[tokio::test(start_paused = true)]
async fn two_halves_are_completed_as_one() {
    let lab = Lab::empty().job(&[5, 4]);
    let opened = open(&lab).await;
    let (odd, even): (Vec<_>, Vec<_>) =
        opened.left().into_iter().partition(|part| part.number.get() % 2 == 1);
    let halves = futures::join!(send(&lab, &opened, &odd), send(&lab, &opened, &even));
    let sent = [halves.0, halves.1].concat();
    assert_eq!(numbers(&lab), [1, 1, 2, 2, 3, 3, 4, 4, 5]);
    let engine = lab.engine();
    let running = Running::new(Item(0), &lab.jobs[0]);
    let upload = engine
        .upload((Item(0), &opened.upload.id), &lab.jobs[0].sources, 0, &|_| {})
        .await
        .unwrap();
    let confirmed = engine.confirm(&upload, sent).await.unwrap();
    engine.complete(&running, &opened, &confirmed).await.unwrap();
    assert_eq!(numbers(&lab).len(), 9, "nothing is sent twice");
}

#[tokio::test(start_paused = true)]
async fn what_nobody_sent_is_not_completed() {
    let lab = Lab::new(3);
    let opened = open(&lab).await;
    let sent = send(&lab, &opened, &opened.left()[..2]).await;
    let engine = lab.engine();
    let upload = engine
        .upload((Item(0), &opened.upload.id), &lab.jobs[0].sources, 0, &|_| {})
        .await
        .unwrap();
    let failure = engine.confirm(&upload, sent).await.map(|_| ()).unwrap_err();
    assert!(failure.to_string().contains("are not completed"), "{failure}");
}
