//! Sums, and what answers mean.

use std::io::Write as _;

use super::*;
use crate::{
    aws::Endpoint,
    source::{Blocks, Source},
    store::tests::recorder::Server,
    types::{ByteCount, PartNumber},
};

async fn vault(server: &Server) -> Vault {
    let endpoint = Endpoint::Sandbox {
        url: server.url(),
        region: "us-west-2".to_owned(),
        access_key: "ANY".to_owned(),
    };
    let connection = Connection::open(SERVICE, endpoint).await.unwrap();
    Vault::new(&connection, AccountId::default(), "cold".parse().unwrap())
}

/// Sends the second MiB of three.
async fn upload_part(vault: &Vault, sum: Option<&Digest>) -> Result<Checksum, StoreError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&[1, 2, 3].map(|byte| vec![byte; 1 << 20]).concat()).unwrap();
    let source = Source::open(file.path()).unwrap();
    let part = Part {
        source: PartSource::Source1,
        number: PartNumber::new(2).unwrap(),
        offset: 1 << 20,
        size: ByteCount::new(1 << 20),
    };
    let (body, digesting) = source.part(&part, &Blocks::new(Algorithm::Sha256Tree), |_| {});
    let answer = vault.upload_part(&"a_b-C".parse().unwrap(), part, body, sum).await;
    drop(digesting);
    answer
}

/// The SDK must neither load the part nor hash something else.
#[tokio::test]
async fn a_part_goes_out_with_both_of_its_hashes_and_as_it_is_read() {
    let sum = Digest::of(Algorithm::Sha256Tree, &vec![2; 1 << 20]);
    let hash = checksum(&sum);
    let server = Server::answering(204, &[("x-amz-sha256-tree-hash", &hash)], "").await;
    let vault = vault(&server).await;
    let theirs = upload_part(&vault, Some(&sum)).await.unwrap();
    assert_eq!(vault.compare(&theirs, &sum), Proof::Equal);
    let seen = server.seen().remove(0);
    assert_eq!(seen.method, "PUT");
    assert_eq!(seen.target, "/-/vaults/cold/multipart-uploads/a_b-C");
    let sha256 = sum.sha256().to_string();
    for (name, value) in [
        ("x-amz-glacier-version", "2012-06-01"),
        ("x-amz-sha256-tree-hash", &hash),
        ("x-amz-content-sha256", &sha256),
        ("content-range", "bytes 1048576-2097151/*"),
        ("content-length", "1048576"),
    ] {
        assert_eq!(seen.headers.get(name).map(String::as_str), Some(value), "{name}");
    }
    let signed = &seen.headers["authorization"];
    assert!(signed.contains("/us-west-2/glacier/aws4_request"), "{signed}");
    for name in ["x-amz-content-sha256", "x-amz-sha256-tree-hash", "x-amz-glacier-version"] {
        assert!(signed.contains(name), "{name} in {signed}");
    }
    assert!(seen.body == vec![2; 1 << 20]);
}

#[tokio::test]
async fn a_part_without_its_tree_hash_does_not_go_out() {
    let server = Server::answering(204, &[], "").await;
    let plain = Digest::of(Algorithm::Sha256, b"x");
    for sum in [None, Some(&plain)] {
        let error = upload_part(&vault(&server).await, sum).await.unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::Invalid);
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn errors_are_told_by_their_codes() {
    for (status, code, kind) in [
        (400, "ThrottlingException", StoreErrorKind::Throttled),
        (500, "ServiceUnavailableException", StoreErrorKind::Transient),
        (408, "RequestTimeoutException", StoreErrorKind::Transient),
        (404, "ResourceNotFoundException", StoreErrorKind::Missing),
        (400, "InvalidParameterValueException", StoreErrorKind::Invalid),
        (400, "MissingParameterValueException", StoreErrorKind::Invalid),
        (400, "LimitExceededException", StoreErrorKind::Quota),
        (400, "NoLongerSupportedException", StoreErrorKind::Invalid),
    ] {
        let body = format!(r#"{{"code": "{code}", "message": "so it is", "type": "Client"}}"#);
        let headers = [("x-amzn-requestid", "id-1"), ("x-amzn-errortype", code)];
        let server = Server::answering(status, &headers, &body).await;
        let error = vault(&server).await.abort(&"a".parse().unwrap()).await.unwrap_err();
        assert_eq!((error.kind, error.code.as_deref()), (kind, Some(code)));
        assert_eq!(error.message.as_deref(), Some("so it is"));
        assert_eq!(error.request_id.as_deref(), Some("id-1"));
        assert_eq!(error.operation.as_str(), "AbortMultipartUpload");
    }
}

#[tokio::test]
async fn parts_are_listed_by_their_ranges() {
    let hash = checksum(&Digest::of(Algorithm::Sha256Tree, b"x"));
    let part = |range| format!(r#"{{"RangeInBytes": "{range}", "SHA256TreeHash": "{hash}"}}"#);
    let answer = |parts: &[String], marker| {
        format!(
            r#"{{"PartSizeInBytes": 1048576, "Parts": [{}], "Marker": {marker}}}"#,
            parts.join(",")
        )
    };
    let list = async |body: &str| {
        let server = Server::answering(200, &[], body).await;
        let vault = vault(&server).await;
        let page = vault.list_parts(&"a".parse().unwrap(), PartSource::Source1, Some("m")).await;
        assert_eq!(server.seen()[0].target, "/-/vaults/cold/multipart-uploads/a?marker=m&limit=50");
        page
    };
    let page = list(&answer(&[part("0-1048575"), part("2097152-2097152")], r#""next""#)).await;
    let page = page.unwrap();
    let placed: Vec<_> =
        page.items.iter().map(|part| (part.number.get(), part.size.get())).collect();
    assert_eq!((placed, page.next.as_deref()), (vec![(1, 1 << 20), (3, 1)], Some("next")));
    assert_eq!(list(&answer(&[], "null")).await.unwrap().next, None);
    for range in ["", "1-1048576", "0-1048576", "5-4", "10485760000-10485760001", "x-y"] {
        let error = list(&answer(&[part(range)], "null")).await.unwrap_err();
        assert!(error.to_string().contains(range), "{error}");
    }
}

/// Vectors of the developer guide, of botocore and of others: a size, what it is filled with, the root.
const ROOTS: [(usize, &[u8], &str); 4] = [
    (2 << 20, b"0", "489117033ee4cf06991b60ce56830ac409862a6ec8afdfb3b510e8fad3b80d24"),
    (5_767_168, b"0", "154e26c78fd74d0c2c9b3cc4644191619dc4f2cd539ae2a74d5fd07957a3ee6a"),
    (7_680_000, b"\0", "7a43777ddc7a0326d36b15bc482e6c7736e1c2e9d80a647e8c301646f6a4785c"),
    (
        105_906_680,
        b"01245678912",
        "3d417484359fc9f5a3bafd576dc47b8b2de2bf2d4fdac5aa2aff768f2210d386",
    ),
];

#[test]
fn the_root_over_parts_is_that_of_the_whole() {
    for (size, filling, root) in ROOTS {
        let bytes: Vec<u8> = filling.iter().copied().cycle().take(size).collect();
        assert_eq!(checksum(&Digest::of(Algorithm::Sha256Tree, &bytes)), root, "{size}");
        for part_size in [1, 2, 4, 64].map(|mib| mib << 20) {
            let parts: Vec<_> = (1..)
                .zip(bytes.chunks(part_size))
                .map(|(number, part)| CompletedPart {
                    source: PartSource::Source1,
                    number: PartNumber::new(number).unwrap(),
                    size: ByteCount::new(part.len() as u64),
                    checksum: checksum(&Digest::of(Algorithm::Sha256Tree, part)).parse().unwrap(),
                })
                .collect();
            assert_eq!(
                tree_root(&parts).map(|root| root.to_string()).as_deref(),
                Some(root),
                "{size} in {part_size}"
            );
        }
    }
}
