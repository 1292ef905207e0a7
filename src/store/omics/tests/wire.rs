//! What goes over the connection, seen by a server that is not ours to trust.

use std::{io::Write as _, net::SocketAddr, time::Duration};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::requests::{STORE, UPLOAD, bare_fields};
use crate::{
    source::{Blocks, Digesting, Source},
    store::{StoreErrorKind, omics::*, tests::recorder::Server},
    types::{ReadSetId, Sha256},
};

impl Server {
    pub(super) async fn omics(&self) -> Omics {
        omics(self.address).await
    }
}

async fn omics(address: SocketAddr) -> Omics {
    let endpoint = Endpoint::Sandbox {
        url: format!("http://{address}"),
        region: "us-west-2".to_owned(),
        access_key: "ANY".to_owned(),
    };
    let connection = Connection::open(SERVICE, endpoint).await.unwrap();
    Omics::new(&connection, STORE.parse().unwrap())
}

const CONTENT: &[u8] = b"0123456789";

/// The second part of a little file: its last six bytes.
fn part() -> (Part, PartBody, Digesting) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(CONTENT).unwrap();
    let source = Source::open(file.path()).unwrap();
    let part = Part {
        source: PartSource::Source2,
        number: PartNumber::new(2).unwrap(),
        offset: 4,
        size: ByteCount::new(6),
    };
    let (body, digesting) = source.part(&part, &Blocks::default(), |_| {});
    (part, body, digesting)
}

pub(super) async fn upload_part(omics: &Omics) -> Result<Checksum, StoreError> {
    let (part, body, _digesting) = part();
    omics.upload_part(&UPLOAD.parse().unwrap(), part, body, None).await
}

/// Makes every request that there is, and gives the errors.
pub(super) async fn errors(omics: &Omics) -> Vec<StoreError> {
    let (fields, token) = (bare_fields(), "token".parse().unwrap());
    let upload: UploadId = UPLOAD.parse().unwrap();
    let id: ReadSetId = "5000000001".parse().unwrap();
    vec![
        omics.create(&fields, &token).await.unwrap_err(),
        upload_part(omics).await.unwrap_err(),
        omics.list_parts(&upload, PartSource::Source1, None).await.unwrap_err(),
        omics.complete(&upload, &[]).await.unwrap_err(),
        omics.read_set(&id).await.unwrap_err(),
        omics.find_read_sets(&fields, Some(0), None).await.unwrap_err(),
        omics.fallback_location().await.unwrap_err(),
    ]
}

#[tokio::test]
async fn a_part_goes_out_with_its_length_and_an_unsigned_payload() {
    let server = Server::answering(200, &[], r#"{"checksum": "as the service says"}"#).await;
    let (part, body, digesting) = part();
    let omics = server.omics().await;
    let checksum = omics.upload_part(&UPLOAD.parse().unwrap(), part, body, None).await.unwrap();
    assert_eq!(checksum.as_str(), "as the service says");
    assert_eq!(digesting.finish().await.unwrap(), Some(Sha256::of(b"456789").into()));
    let seen = &server.seen()[0];
    assert_eq!(seen.method, "PUT");
    let (path, query) = seen.target.split_once('?').unwrap();
    assert_eq!(path, format!("/sequencestore/{STORE}/upload/{UPLOAD}/part"));
    let mut query: Vec<_> = query.split('&').collect();
    query.sort_unstable();
    assert_eq!(query, ["partNumber=2", "partSource=SOURCE2"]);
    assert_eq!(seen.headers["content-length"], "6");
    assert!(!seen.headers.contains_key("transfer-encoding"));
    assert_eq!(seen.headers["x-amz-content-sha256"], "UNSIGNED-PAYLOAD");
    assert_eq!(seen.headers["host"], server.address.to_string(), "no prefix on an address");
    assert_eq!(seen.body, b"456789");
}

#[tokio::test]
async fn what_is_not_given_does_not_appear_in_the_document() {
    let answer = json!({"uploadId": UPLOAD, "creationTime": "2026-11-01T10:00:00Z"});
    let server = Server::answering(200, &[], &answer.to_string()).await;
    server.omics().await.create(&bare_fields(), &"token".parse().unwrap()).await.unwrap();
    let seen = &server.seen()[0];
    let document: Value = serde_json::from_slice(&seen.body).unwrap();
    assert_eq!(
        document,
        json!({"clientToken": "token", "sourceFileType": "FASTQ", "name": "NA12878",
               "sampleId": "sample", "subjectId": "subject"})
    );
    let agent = &seen.headers["user-agent"];
    assert!(agent.starts_with(concat!("omics-upload/", env!("CARGO_PKG_VERSION"), " ")), "{agent}");
    let authorization = &seen.headers["authorization"];
    assert!(authorization.contains("/us-west-2/omics/aws4_request"), "{authorization}");
}

#[tokio::test]
async fn nothing_is_tried_again_behind_the_engine_s_back() {
    for status in [429, 500, 503] {
        let server = Server::answering(status, &[], "").await;
        assert_eq!(errors(&server.omics().await).await.len(), 7);
        assert_eq!(server.seen().len(), 7, "status {status}");
    }
}

#[tokio::test]
async fn a_part_without_a_checksum_is_an_error_of_its_own() {
    for body in ["{}", r#"{"checksum": ""}"#, r#"{"checksum": null}"#] {
        let server = Server::answering(200, &[], body).await;
        let error = upload_part(&server.omics().await).await.unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::Other);
        assert_eq!(
            error.to_string(),
            "UploadReadSetPart failed: the service's answer is not usable: `` is not a checksum of \
             a part: 1 to 100 characters are needed"
        );
    }
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    for error in errors(&omics(address).await).await {
        assert_eq!(error.kind, StoreErrorKind::Unreachable, "{error}");
        assert!(error.source.is_some(), "what lies below is kept");
    }
}

/// Takes one request, gives this much of an answer, and closes the connection.
async fn cut_short(answer: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 16 * 1024];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(answer).await;
            // The rest of the request is taken, lest a reset overtake the answer.
            let rest = stream.read(&mut request);
            let _ = tokio::time::timeout(Duration::from_millis(20), rest).await;
        }
    });
    address
}

#[tokio::test]
async fn an_answer_that_got_lost_or_mangled_on_its_way_is_no_answer() {
    for answer in [
        &b""[..],
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nx-amzn-requestid: 1\r\ncontent-length: 100\r\n\r\n{\"uploadId\":",
        b"HTTP/1.1 200 OK\r\nx-amzn-requestid: 1\r\ncontent-length: 6\r\n\r\n<html>",
    ] {
        let omics = omics(cut_short(answer).await).await;
        for error in errors(&omics).await {
            let shown = String::from_utf8_lossy(answer);
            assert_eq!(error.kind, StoreErrorKind::Unreachable, "{error} after {shown:?}");
        }
    }
}
