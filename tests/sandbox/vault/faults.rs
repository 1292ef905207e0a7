//! Faults of requests about vaults.

use serde_json::Value;

use super::depot::{Depot, UPLOADS, complete, error, initiate, part, request, sum};

#[tokio::test]
async fn lost_answers_have_their_effect() {
    let faults = [
        "InitiateMultipartUpload:lose-answer,times=1",
        "CompleteMultipartUpload:reset:after,nth=1",
    ];
    let depot = Depot::new(&faults).await;
    assert!(initiate("mine").send(&depot.sandbox.url()).await.is_err());
    let list = depot.get(UPLOADS).await;
    let [upload] = &list["UploadsList"].as_array().unwrap()[..] else { panic!("{list}") };
    assert_eq!(upload["ArchiveDescription"], "mine");
    let upload = upload["MultipartUploadId"].as_str().unwrap();
    assert_eq!(depot.part(upload, 1, b"x").await.status, 204);
    assert!(complete(upload, b"x").send(&depot.sandbox.url()).await.is_err());
    let [first, second] = [depot.complete(upload, b"x").await, depot.complete(upload, b"x").await];
    assert_eq!((first.status, second.status), (201, 201));
    let id = first.header("x-amz-archive-id").unwrap();
    assert_eq!(second.header("x-amz-archive-id"), Some(id));
    assert_eq!(
        first.header("location"),
        Some(&*format!("/000000000000/vaults/sandbox/archives/{id}"))
    );
}

#[tokio::test]
async fn a_part_that_is_cut_off_is_not_there() {
    let depot = Depot::new(&["UploadMultipartPart:reset:within,part=2,times=1"]).await;
    let upload = depot.upload(b"first").await;
    let second = part(&upload, 2, b"second");
    assert!(second.send(&depot.sandbox.url()).await.is_err());
    assert_eq!(depot.parts(&upload).await.len(), 1);
    assert_eq!(depot.send(&second).await.status, 204);
    assert_eq!(depot.parts(&upload).await.len(), 2);
}

#[tokio::test]
async fn errors_have_the_statuses_of_this_service() {
    let depot = Depot::new(&[
        "*:error:ThrottlingException,retry-after=3,nth=1",
        "*:error:ServiceUnavailableException,nth=2",
        "*:error:NoLongerSupportedException,nth=3",
        "ListMultipartUploads:error:ThrottlingException/429,nth=4",
    ])
    .await;
    let list = request("GET", UPLOADS, &[]);
    for (code, status, wait) in [
        ("ThrottlingException", 400, Some("3")),
        ("ServiceUnavailableException", 500, None),
        ("NoLongerSupportedException", 400, None),
        ("ThrottlingException", 429, None),
    ] {
        let answer = depot.send(&list).await;
        assert_eq!(error(&answer), (code.to_owned(), status));
        assert_eq!(answer.header("retry-after"), wait);
        if code == "NoLongerSupportedException" {
            assert!(answer.message().starts_with("This API is no longer supported"));
        }
    }
    assert_eq!(depot.send(&list).await.status, 200);
}

#[tokio::test]
async fn lists_lie_about_the_parts_that_they_are_told_to() {
    let depot = Depot::new(&[
        "ListParts:hide-part,part=1",
        "ListParts:wrong-checksum,part=2",
        "ListParts:wrong-size,part=3",
    ])
    .await;
    let upload = depot.initiate("").await;
    for number in 1..=4 {
        assert_eq!(depot.part(&upload, number, b"x").await.status, 204);
    }
    let [second, third, fourth] = &depot.parts(&upload).await[..] else { panic!() };
    assert_eq!(second.0, "1048576-1048576");
    assert!(second.1.len() == 64 && second.1 != sum(b"x"));
    assert_eq!(*third, ("2097152-2097153".to_owned(), sum(b"x")));
    assert_eq!(*fourth, ("3145728-3145728".to_owned(), sum(b"x")));
}

#[tokio::test]
async fn parts_that_are_answered_and_not_kept_or_not_as_they_came() {
    let depot = Depot::new(&[
        "UploadMultipartPart:hide-part,nth=1",
        "UploadMultipartPart:wrong-checksum,nth=2",
        "UploadMultipartPart:corrupt,nth=3",
    ])
    .await;
    let upload = depot.initiate("").await;
    let part = part(&upload, 1, b"bytes");
    let shown = |answer: &crate::sandbox::raw::Answer| {
        assert_eq!(answer.status, 204);
        answer.header("x-amz-sha256-tree-hash").unwrap().to_owned()
    };
    assert_eq!(shown(&depot.send(&part).await), sum(b"bytes"));
    assert_eq!(depot.parts(&upload).await, []);
    assert_ne!(shown(&depot.send(&part).await), sum(b"bytes"));
    assert_eq!(depot.parts(&upload).await[0].1, sum(b"bytes"));
    assert_eq!(shown(&depot.send(&part).await), sum(b"cytes"));
    assert_eq!(depot.parts(&upload).await[0].1, sum(b"cytes"));
    let answer = depot.complete(&upload, b"bytes").await;
    assert_eq!(error(&answer).0, "InvalidParameterValueException");
    assert_eq!(depot.complete(&upload, b"cytes").await.status, 201);
}

#[tokio::test]
async fn uploads_vanish() {
    let gone = ("ResourceNotFoundException".to_owned(), 404);
    let depot = Depot::new(&[
        "UploadMultipartPart:vanish,nth=2",
        "CompleteMultipartUpload:vanish,nth=2",
        "ListMultipartUploads:vanish,nth=2",
    ])
    .await;
    let upload = depot.upload(b"x").await;
    assert_eq!(error(&depot.part(&upload, 2, b"x").await), gone);
    let answer = depot.send(&request("GET", &format!("{UPLOADS}/{upload}"), &[])).await;
    assert_eq!(error(&answer), gone);
    // What Complete has made stays, but is not named any more.
    let upload = depot.upload(b"x").await;
    assert_eq!(depot.complete(&upload, b"x").await.status, 201);
    assert_eq!(error(&depot.complete(&upload, b"x").await), gone);
    depot.initiate("").await;
    assert_eq!(depot.get(UPLOADS).await["UploadsList"].as_array().map(Vec::len), Some(1));
    assert_eq!(depot.get(UPLOADS).await["UploadsList"], Value::Array(Vec::new()));
}

#[tokio::test]
async fn members_are_emptied_in_headers_and_documents() {
    let depot = Depot::new(&[
        "CompleteMultipartUpload:empty:x-amz-archive-id",
        "ListMultipartUploads:empty:MultipartUploadId",
    ])
    .await;
    let upload = depot.upload(b"x").await;
    assert_eq!(depot.get(UPLOADS).await["UploadsList"][0]["MultipartUploadId"], "");
    let answer = depot.complete(&upload, b"x").await;
    assert_eq!((answer.status, answer.header("x-amz-archive-id")), (201, Some("")));
}
