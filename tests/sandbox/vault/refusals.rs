//! Requests that are refused.

use super::depot::{Depot, MIB, UPLOADS, complete, error, initiate, part, request, sum};
use crate::sandbox::raw::Raw;

const INVALID: &str = "InvalidParameterValueException";
const MISSING: &str = "MissingParameterValueException";

#[tokio::test]
async fn heads_that_are_not_as_they_must_be() {
    let depot = Depot::new(&[]).await;
    let list = |path: &str| request("GET", path, &[]);
    let good = list(UPLOADS);
    assert_eq!(depot.send(&good).await.status, 200);
    assert_eq!(depot.send(&list("/000000000000/vaults/sandbox")).await.status, 200);
    let omics = Raw::new("GET", UPLOADS, "").header("x-amz-glacier-version", "2012-06-01");
    for (raw, code, status) in [
        (good.clone().without("x-amz-glacier-version"), MISSING, 400),
        (good.clone().header("x-amz-glacier-version", "2012-06-02"), INVALID, 400),
        (good.clone().without("authorization"), "MissingAuthenticationTokenException", 400),
        (omics, "InvalidSignatureException", 403),
        (good.clone().header("x-amz-other", "unsigned"), "InvalidSignatureException", 403),
        (good.clone().header("Host", "example.com"), "AccessDeniedException", 403),
        (list("/111122223333/vaults/sandbox"), "AccessDeniedException", 403),
        (list("/0000-0000-0000/vaults/sandbox"), INVALID, 400),
        (list("/1/vaults/sandbox"), INVALID, 400),
        (list("/-/vaults/a%20b"), INVALID, 400),
        (list(&format!("/-/vaults/{}", "v".repeat(256))), INVALID, 400),
        (list("/-/vaults/other"), "ResourceNotFoundException", 404),
        (list("/-/vaults/sandbox/jobs"), "UnknownOperationException", 404),
        (list(&format!("{UPLOADS}?limit=1&limit=2")), INVALID, 400),
        (list(&format!("{UPLOADS}?prefix=a")), INVALID, 400),
        (list(&format!("{UPLOADS}?limit=51")), INVALID, 400),
        (list("/-/vaults?limit=11"), INVALID, 400),
        (list("/-/vaults?marker=sandbox"), INVALID, 400),
        (list(&format!("{UPLOADS}/none")), "ResourceNotFoundException", 404),
        (good.clone().body(b"{}"), INVALID, 400),
    ] {
        let answer = depot.send(&raw).await;
        assert_eq!(error(&answer), (code.to_owned(), status), "{answer:?}");
    }
    let answer = depot.send(&good.without("x-amz-glacier-version")).await;
    assert_eq!(answer.message(), "Required parameter missing: API version");
    let answer = depot.send(&list("/-/vaults/..")).await;
    let missing = "Vault not found for ARN: arn:aws:glacier:eu-west-1:000000000000:vaults/..";
    assert_eq!(answer.message(), missing);
}

#[tokio::test]
async fn parts_that_are_not_what_they_are_said_to_be() {
    let depot = Depot::new(&[]).await;
    let upload = depot.initiate("").await;
    let good = part(&upload, 1, b"some bytes");
    let other = sum(b"others");
    for (raw, code) in [
        (good.clone().without("x-amz-sha256-tree-hash"), MISSING),
        (good.clone().without("x-amz-content-sha256"), MISSING),
        (good.clone().without("content-range"), MISSING),
        (good.clone().header("x-amz-sha256-tree-hash", &other), INVALID),
        (good.clone().header("x-amz-content-sha256", &other), INVALID),
        (good.clone().header("x-amz-content-sha256", "UNSIGNED-PAYLOAD"), INVALID),
        (good.clone().header("x-amz-sha256-tree-hash", "00"), INVALID),
        (good.clone().header("x-amz-sha256-tree-hash", &other.to_uppercase()), INVALID),
        (good.clone().header("Content-Range", "bytes 0-10/*"), INVALID),
        (good.clone().header("Content-Range", "bytes 0-9/10"), INVALID),
        (good.clone().header("Content-Range", "bytes 0-9"), INVALID),
        (good.clone().header("Content-Range", "bytes 10-19/*"), INVALID),
        (good.clone().header("Content-Range", "bytes 10485760000-10485760009/*"), INVALID),
    ] {
        let answer = depot.send(&raw).await;
        assert_eq!(error(&answer), (code.to_owned(), 400), "{answer:?}");
        assert_eq!(depot.parts(&upload).await, []);
    }
    let answer = depot.send(&good.clone().header("Content-Range", "bytes 0-10/*")).await;
    let said = "Content-Range: bytes 0-10/* is incompatible with Content-Length: 10";
    assert_eq!(answer.message(), said);
    let answer = depot.send(&good.clone().header("x-amz-sha256-tree-hash", &other)).await;
    let said = format!("Checksum mismatch: expected {other}, computed {}", sum(b"some bytes"));
    assert_eq!(answer.message(), said);
    let answer = depot.send(&good).await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("x-amz-sha256-tree-hash"), Some(&*sum(b"some bytes")));
    assert_eq!(depot.parts(&upload).await, [("0-9".to_owned(), sum(b"some bytes"))]);
}

#[tokio::test]
async fn a_body_without_a_length_is_as_long_as_its_range() {
    let depot = Depot::new(&[]).await;
    let upload = depot.initiate("").await;
    let chunked = |text: &str| {
        let raw = part(&upload, 1, b"some bytes").body(text.as_bytes());
        raw.without("content-length").header("Transfer-Encoding", "chunked")
    };
    for short_or_long in ["9\r\nsome byte\r\n0\r\n\r\n", "b\r\nsome bytes!\r\n0\r\n\r\n"] {
        let answer = depot.send(&chunked(short_or_long)).await;
        assert_eq!(error(&answer), (INVALID.to_owned(), 400));
        assert_eq!(depot.parts(&upload).await, []);
    }
    assert_eq!(depot.send(&chunked("a\r\nsome bytes\r\n0\r\n\r\n")).await.status, 204);
    assert_eq!(depot.parts(&upload).await.len(), 1);
}

#[tokio::test]
async fn descriptions_are_printable_ascii() {
    let depot = Depot::new(&[]).await;
    for bad in ["caf\u{e9}", "a\tb", &"x".repeat(1025)] {
        let answer = depot.send(&initiate(bad)).await;
        assert_eq!(error(&answer), (INVALID.to_owned(), 400), "{bad}");
    }
    let all: String = (b' '..=b'~').map(char::from).collect();
    for good in [format!("x{all}x"), "x".repeat(1024)] {
        let upload = depot.initiate(&good).await;
        let list = depot.get(&format!("{UPLOADS}/{upload}")).await;
        assert_eq!(list["ArchiveDescription"], *good);
    }
    let upload = depot.initiate("").await;
    let list = depot.get(&format!("{UPLOADS}/{upload}")).await;
    assert_eq!(list["ArchiveDescription"], serde_json::Value::Null);
}

#[tokio::test]
async fn complete_names_the_size_and_the_root_of_all_that_is_there() {
    let depot = Depot::new(&[]).await;
    let upload = depot.initiate("").await;
    let good = complete(&upload, b"some bytes");
    let answer = depot.send(&good).await;
    assert_eq!(error(&answer), (INVALID.to_owned(), 400), "no part");
    assert_eq!(depot.part(&upload, 2, b"some bytes").await.status, 204);
    let answer = depot.send(&good).await;
    assert_eq!(error(&answer), (INVALID.to_owned(), 400), "a gap");
    assert!(answer.message().contains("bytes 0-1048575"), "{answer:?}");
    let upload = depot.upload(b"some bytes").await;
    let good = complete(&upload, b"some bytes");
    for (raw, code) in [
        (good.clone().without("x-amz-archive-size"), MISSING),
        (good.clone().without("x-amz-sha256-tree-hash"), MISSING),
        (good.clone().header("x-amz-archive-size", "11"), INVALID),
        (good.clone().header("x-amz-archive-size", "+10"), INVALID),
        (good.clone().header("x-amz-sha256-tree-hash", &sum(b"")), INVALID),
        (good.clone().body(b"{}"), INVALID),
    ] {
        assert_eq!(error(&depot.send(&raw).await), (code.to_owned(), 400));
        assert_eq!(depot.parts(&upload).await.len(), 1, "the upload stays open");
    }
    let answer = depot.send(&good.clone().header("x-amz-sha256-tree-hash", &sum(b""))).await;
    assert_eq!(answer.message(), format!("Invalid x-amz-sha256-tree-hash: {}", sum(b"")));
    assert_eq!(depot.send(&good).await.status, 201);
}

#[tokio::test]
async fn two_who_complete_at_once_get_the_same_archive() {
    let depot = Depot::new(&[]).await;
    let upload = depot.upload(&vec![7; MIB]).await;
    let complete = complete(&upload, &vec![7; MIB]);
    let answers = futures::future::join_all((0..8).map(|_| depot.send(&complete))).await;
    let ids: Vec<_> = answers.iter().map(|answer| answer.header("x-amz-archive-id")).collect();
    assert!(ids[0].is_some() && ids.iter().all(|id| *id == ids[0]), "{answers:?}");
}
