//! Answers without an end, lists without an end, and pauses without an end.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use serde_json::json;

use super::hostile::{Hostile, Reply, unaligned};
use crate::lab::{Lab, at_once};

#[test]
fn endless_answer() {
    let lab = Lab::new();
    let file = unaligned();
    let put = ["put", file.to_str().unwrap(), "--attempts=1", "--progress=none"];
    let operations = [
        ("ListMultipartReadSetUploads", &put[..]),
        ("CreateMultipartReadSetUpload", &put),
        ("UploadReadSetPart", &put),
        ("ListReadSetUploadParts", &put),
        ("ListMultipartReadSetUploads", &["uploads", "list"]),
    ];
    at_once(&operations, |(operation, arguments)| {
        let operation = *operation;
        let hostile = Hostile::start(move |request, _| {
            (request.operation == operation).then_some(Reply::Endless)
        });
        // One run's journal is nothing to the others.
        let state = ["--state-dir", operation];
        let said = hostile.run(&lab, &[arguments, &state[..]].concat());
        said.expect(75);
        let wanted = format!(
            "{operation} failed: its answer cannot be read (request ID 1)\n  caused by: the answer is \
             larger than 16.0 MiB\n"
        );
        assert!(said.stderr.contains(&wanted), "{}", said.stderr);
        // What the sockets held comes on top.
        let each = hostile.poured() / hostile.count(operation);
        assert!(each < 32 * 1024 * 1024, "{each} bytes were taken");
    });
}

#[test]
fn pages_cycle() {
    let lab = Lab::new();
    let file = unaligned();
    let file = file.to_str().unwrap();
    let bam = crate::lab::data("pysam-tests/ex10.bam");
    let auto = ["put", bam.to_str().unwrap(), "--reference=auto", "-q"];
    let cases: [(&str, &[&str]); 6] = [
        ("ListMultipartReadSetUploads", &["uploads", "list"]),
        ("ListMultipartReadSetUploads", &["uploads", "prune", "--older-than=1d"]),
        ("ListReadSetUploadParts", &["uploads", "parts", "1234567890"]),
        ("ListMultipartReadSetUploads", &["put", "-q", file]),
        ("ListReadSetUploadParts", &["put", "-q", "--fresh", "--no-wait", file]),
        ("ListReferenceStores", &auto),
    ];
    at_once(&cases, |(operation, arguments)| {
        let (operation, asked) = (*operation, AtomicUsize::new(0));
        let hostile = Hostile::start(move |request, _| {
            let token = ["A", "B", "C"][asked.fetch_add(1, Ordering::Relaxed) % 3];
            let page =
                json!({ "uploads": [], "parts": [], "referenceStores": [], "nextToken": token });
            (request.operation == operation).then_some(Reply::Json(200, page))
        });
        let state = format!("--state-dir={}", arguments.join("").replace('/', "_"));
        let said = hostile.run(&lab, &[arguments, &[state.as_str()][..]].concat());
        assert!(!matches!(said.status, Some(0) | None), "{arguments:?}");
        let wanted = format!(
            "{operation} failed: the pages of the list lead back to one that was read already"
        );
        assert!(said.stderr.contains(&wanted), "{arguments:?}: {}", said.stderr);
        assert_eq!(hostile.count(operation), 4, "{arguments:?}");
    });
}

/// Names of pages and read sets become parts of URIs, on which the SDK panics if they are too long.
#[test]
fn a_name_that_no_request_can_hold_is_refused() {
    let lab = Lab::new();
    let file = unaligned();
    let put = ["put", file.to_str().unwrap(), "-q", "--attempts=1", "--give-up-after=1s"];
    let long = || "x/".repeat(50_000);
    let hostile = Hostile::start(move |request, _| {
        let page = json!({ "uploads": [], "nextToken": long() });
        (request.operation == "ListMultipartReadSetUploads").then_some(Reply::Json(200, page))
    });
    for arguments in [&["uploads", "list"][..], &put] {
        let said = hostile.run(&lab, arguments);
        let wanted = "the next page of the list has a name of 100000 bytes";
        assert!(said.expect(1).stderr.contains(wanted), "{}", said.stderr);
    }
    // The answer to Complete gets lost, and the read set is looked for.
    let hostile = Hostile::start(move |request, service| match request.operation {
        "CompleteMultipartReadSetUpload" => {
            service.answer(request);
            Some(Reply::Raw(Vec::new()))
        }
        "ListReadSets" => {
            let Reply::Json(status, mut page) = service.answer(request) else { return None };
            page["readSets"][0]["arn"] = json!(long());
            Some(Reply::Json(status, page))
        }
        _ => None,
    });
    let said = hostile.run(&lab, &[&put[..], &["--fresh"]].concat());
    assert!(matches!(said.status, Some(1 | 5 | 75)), "{:?}", said.status);
    assert!(said.stderr.contains("it has an ARN that is too long"), "{}", said.stderr);
}

#[test]
fn retry_after_beyond_patience() {
    let lab = Lab::new();
    let throttled = |seconds: &str| {
        let headers =
            format!("x-amzn-errortype: ThrottlingException\r\nRetry-After: {seconds}\r\n");
        Hostile::start(move |_, _| {
            Some(Reply::With(429, headers.clone(), json!({ "message": "slow" })))
        })
    };
    let hostile = throttled("1000000000");
    let file = unaligned();
    let put = ["put", file.to_str().unwrap(), "--give-up-after=5s", "--progress=none"];
    let begun = Instant::now();
    let said = hostile.run(&lab, &put);
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    said.expect(75);
    let told = "warning: the service asks for a pause of 1000000000 s before the next \
                ListMultipartReadSetUploads: trying again in";
    assert_eq!(said.stderr.matches(told).count(), 1, "{}", said.stderr);

    // Those that have no such option do not wait longer than people do.
    for arguments in [&["uploads", "list"][..], &["uploads", "parts", "1234567890"]] {
        let begun = Instant::now();
        let said = throttled("300").run(&lab, arguments);
        assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
        let hint = "hint: the service asks for a pause: run the same command again in 300 s\n";
        assert!(said.expect(75).stderr.ends_with(hint), "{}", said.stderr);
    }
}

#[test]
fn a_pause_is_kept_and_told() {
    let lab = Lab::new();
    let asked = AtomicUsize::new(0);
    let hostile = Hostile::start(move |_, _| {
        let headers = "x-amzn-errortype: ThrottlingException\r\nRetry-After: 3\r\n".to_owned();
        let first = asked.fetch_add(1, Ordering::Relaxed) == 0;
        first.then(|| Reply::With(429, headers, json!({ "message": "slow" })))
    });
    let begun = Instant::now();
    let said = hostile.run(&lab, &["uploads", "list"]);
    assert_eq!(
        said.expect(0).stderr,
        "note: ListMultipartReadSetUploads failed: ThrottlingException: slow (request ID 1-2-3): \
         trying again in 3 s\n"
    );
    assert!(begun.elapsed() >= Duration::from_secs(3));
}
