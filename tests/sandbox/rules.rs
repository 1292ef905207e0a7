//! Everything that is refused, request by request.

use aws_sdk_omics::types::{FileType, ReadSetPartSource as Source};
use serde_json::{Value, json};

use super::{
    raw::{Answer, Raw},
    site::Site,
};

struct Bench {
    site: Site,
    upload: String,
}

impl Bench {
    async fn new() -> Self {
        let site = Site::new(&[]).await;
        let upload = site.create(FileType::Fastq).await;
        Self { site, upload }
    }

    async fn send(&self, raw: Raw) -> Answer {
        raw.send(&self.site.sandbox.url()).await.unwrap()
    }

    fn path(&self, rest: &str) -> String {
        format!("/sequencestore/{}{rest}", self.site.store)
    }

    fn part(&self, query: &str) -> Raw {
        let path = self.path(&format!("/upload/{}/part?{query}", self.upload));
        Raw::new("PUT", path, "").body(b"x")
    }
}

const GOOD_PART: &str = "partSource=SOURCE1&partNumber=1";

#[tokio::test]
async fn an_unsigned_request_is_forbidden() {
    let bench = Bench::new().await;
    let good = Raw::new("GET", bench.path(""), "");
    assert_eq!(bench.send(good.clone()).await.status, 200);
    assert_eq!(bench.send(bench.part(GOOD_PART)).await.status, 200);
    for (raw, code) in [
        (good.clone().without("Authorization"), "MissingAuthenticationTokenException"),
        (good.clone().without("X-Amz-Date"), "IncompleteSignatureException"),
        (good.clone().header("X-Amz-Date", "20261122T010203Z"), "InvalidSignatureException"),
        (good.clone().header("Authorization", "Basic eDp5"), "IncompleteSignatureException"),
        (good.header("X-Amz-Security-Token", "unsigned"), "InvalidSignatureException"),
        (bench.part(GOOD_PART).without("X-Amz-Content-SHA256"), "InvalidSignatureException"),
        (
            bench.part(GOOD_PART).header("X-Amz-Content-SHA256", &"0".repeat(64)),
            "InvalidSignatureException",
        ),
    ] {
        let answer = bench.send(raw).await;
        assert_eq!((answer.status, answer.code()), (403, code));
    }
}

#[tokio::test]
async fn what_is_not_served_is_said_to_be_unknown() {
    let bench = Bench::new().await;
    for (method, path) in [
        ("GET", "/".to_owned()),
        ("DELETE", bench.path("")),
        ("PATCH", bench.path("")),
        ("POST", bench.path("/importjob")),
        ("PUT", bench.path("/upload")),
        ("POST", bench.path("/upload/1234567890/part")),
        ("GET", bench.path("/nonsense")),
    ] {
        let answer = bench.send(Raw::new(method, path, "")).await;
        assert_eq!((answer.status, answer.code()), (404, "UnknownOperationException"));
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let bench = Bench::new().await;
    let nowhere = |rest: &str| format!("/sequencestore/1111111111{rest}");
    let parts = r#"{"partSource":"SOURCE1"}"#;
    let claim = r#"{"parts":[{"partNumber":1,"partSource":"SOURCE1","checksum":"x"}]}"#;
    let create = r#"{"sourceFileType":"FASTQ","name":"n","sampleId":"s","subjectId":"p"}"#;
    let table: Vec<(&'static str, String, &str)> = vec![
        ("GET", nowhere(""), ""),
        ("POST", nowhere("/upload"), create),
        ("POST", nowhere("/uploads"), ""),
        ("POST", nowhere("/readsets"), "{}"),
        ("GET", nowhere("/readset/1234567890/metadata"), ""),
        ("GET", nowhere("/readset/1234567890?partNumber=1"), ""),
        ("GET", bench.path("/readset/1234567890/metadata"), ""),
        ("GET", bench.path("/readset/1234567890?partNumber=1"), ""),
        ("POST", bench.path("/upload/1234567890/parts"), parts),
        ("POST", bench.path("/upload/1234567890/complete"), claim),
        ("DELETE", bench.path("/upload/1234567890/abort"), ""),
        ("PUT", bench.path(&format!("/upload/1234567890/part?{GOOD_PART}")), "x"),
        ("GET", "/tags/arn%3Aaws%3As3%3A%3A%3Abucket".to_owned(), ""),
        (
            "GET",
            format!(
                "/tags/arn%3Aaws%3Aomics%3Aeu-west-2%3A000000000000%3AsequenceStore%2F{}",
                bench.site.store
            ),
            "",
        ),
    ];
    for (method, path, body) in table {
        let answer = bench.send(Raw::new(method, path.clone(), body)).await;
        assert_eq!((answer.status, answer.code()), (404, "ResourceNotFoundException"), "{path}");
    }
}

#[tokio::test]
async fn a_part_s_rules() {
    let bench = Bench::new().await;
    let null = |name: &str| format!("Value null at '{name}' failed to satisfy constraint");
    for (query, said) in [
        ("partNumber=1", null("partSource")),
        ("partSource=SOURCE1", null("partNumber")),
        ("partSource=SOURCE3&partNumber=1", "enum value set: [SOURCE1, SOURCE2]".to_owned()),
        ("partSource=SOURCE1&partNumber=0", "greater than or equal to 1".to_owned()),
        ("partSource=SOURCE1&partNumber=10001", "less than or equal to 10000".to_owned()),
        ("partSource=SOURCE1&partNumber=-1", "greater than or equal to 1".to_owned()),
        ("partSource=SOURCE1&partNumber=x", "must be an integer".to_owned()),
        ("partSource=SOURCE1&partNumber=1&partNumber=2", "more than once".to_owned()),
        ("partSource=SOURCE1&partNumber=1&other=2", "Member is not known".to_owned()),
    ] {
        let answer = bench.send(bench.part(query)).await;
        assert_eq!((answer.status, answer.code()), (400, "ValidationException"), "{query}");
        assert!(answer.message().contains(&said), "{query}: {}", answer.message());
    }
    let large = "104857601";
    for (raw, said) in [
        (bench.part(GOOD_PART).body(b""), "The payload must not be empty"),
        (
            bench.part(GOOD_PART).without("Content-Length").header("Transfer-Encoding", "chunked"),
            "The Content-Length header is required",
        ),
        (
            bench.part(GOOD_PART).header("Content-Length", large),
            "The payload has 104857601 bytes; a part has at most 104857600 bytes",
        ),
    ] {
        let raw = if said.contains("Length") { chunked(raw) } else { raw };
        let answer = bench.send(raw).await;
        assert_eq!((answer.status, answer.code()), (400, "ValidationException"), "{said}");
        assert_eq!(answer.message(), said);
    }
    for number in [1, 10_000] {
        let query = format!("partSource=SOURCE1&partNumber={number}");
        assert_eq!(bench.send(bench.part(&query)).await.status, 200);
    }
}

/// The body of a request without a length.
fn chunked(raw: Raw) -> Raw {
    let raw = raw.body(b"1\r\nx\r\n0\r\n\r\n");
    raw.without("Content-Length")
}

#[tokio::test]
async fn a_client_that_waits_before_it_sends_is_answered() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let bench = Bench::new().await;
    let waiting = |query: &str| {
        let raw = bench.part(query).header("Expect", "100-continue").body(b"");
        raw.header("Content-Length", "3")
    };
    let mut stream = waiting(GOOD_PART).open(&bench.site.sandbox.url()).await.unwrap();
    let mut go = [0; 25];
    stream.read_exact(&mut go).await.unwrap();
    assert_eq!(&go, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"abc").await.unwrap();
    let mut rest = String::new();
    stream.read_to_string(&mut rest).await.unwrap();
    assert!(rest.starts_with("HTTP/1.1 200 OK"), "{rest}");
    let refused = bench.send(waiting("partNumber=1")).await;
    assert_eq!(refused.code(), "ValidationException");
}

/// A valid request to create an upload, with one member changed.
fn create(member: &str, value: Value) -> String {
    let mut body = json!({
        "sourceFileType": "FASTQ",
        "name": "name",
        "sampleId": "sample",
        "subjectId": "subject",
    });
    body[member] = value;
    body.to_string()
}

#[tokio::test]
async fn an_upload_s_fields() {
    let bench = Bench::new().await;
    let path = bench.path("/upload");
    let (fits, long) = ("x".repeat(127), "x".repeat(128));
    for (member, value) in [
        ("name", json!(fits)),
        ("name", json!("Müller 試料 (1)")),
        ("description", json!("x".repeat(255))),
        ("description", json!(null)),
        ("generatedFrom", json!(fits)),
        ("clientToken", json!(fits)),
        ("referenceArn", json!("arn:x")),
        ("tags", json!({"k": "v", "l": ""})),
        ("sourceFileType", json!("UBAM")),
    ] {
        let answer = bench.send(Raw::new("POST", path.clone(), &create(member, value))).await;
        assert_eq!(answer.status, 200, "{member}: {answer:?}");
    }
    for (member, value) in [
        ("name", json!(null)),
        ("name", json!("")),
        ("name", json!(long)),
        ("name", json!("a\tb")),
        ("name", json!(7)),
        ("sampleId", json!(null)),
        ("sampleId", json!(long)),
        ("subjectId", json!(null)),
        ("subjectId", json!("a\u{200d}b")),
        ("sourceFileType", json!(null)),
        ("sourceFileType", json!("fastq")),
        ("sourceFileType", json!("SAM")),
        ("sourceFileType", json!("BAM")),
        ("sourceFileType", json!("CRAM")),
        ("description", json!("")),
        ("description", json!("x".repeat(256))),
        ("generatedFrom", json!("")),
        ("generatedFrom", json!(long)),
        ("clientToken", json!("")),
        ("clientToken", json!(long)),
        ("referenceArn", json!("")),
        ("referenceArn", json!("hg38")),
        ("referenceArn", json!(format!("arn:{long}"))),
        ("tags", json!({"aws:x": "y"})),
        ("tags", json!({"": "y"})),
        ("tags", json!({"k": "a;b"})),
        ("tags", json!([])),
        ("refrenceArn", json!("arn:x")),
    ] {
        let body = create(member, value);
        let answer = bench.send(Raw::new("POST", path.clone(), &body)).await;
        assert_eq!((answer.status, answer.code()), (400, "ValidationException"), "{body}");
        let named = ["tags", member].iter().any(|name| answer.message().contains(name));
        assert!(named || answer.message().contains("referenceArn"), "{}", answer.message());
    }
    for body in ["{", "[]", "\"x\"", "{\"name\":\u{1}}"] {
        let answer = bench.send(Raw::new("POST", path.clone(), body)).await;
        assert_eq!((answer.status, answer.code()), (400, "SerializationException"), "{body}");
    }
}

#[tokio::test]
async fn other_bodies_and_queries() {
    let bench = Bench::new().await;
    let upload = format!("/upload/{}", bench.upload);
    let many: Vec<_> = (0..101).map(|i| format!("{:010}", 1_000_000_000 + i)).collect();
    let deletion = |ids: Value| json!({ "ids": ids }).to_string();
    let claim = |number: Value, source: &str, checksum: &str| {
        let part = json!({"partNumber": number, "partSource": source, "checksum": checksum});
        json!({ "parts": [part] }).to_string()
    };
    let parts = |filter: Value| json!({"partSource": "SOURCE1", "filter": filter}).to_string();
    let filter = |filter: Value| json!({ "filter": filter }).to_string();
    let store = |member: &str, value: Value| {
        let mut body = json!({"name": "n"});
        body[member] = value;
        body.to_string()
    };
    let stores = "/sequencestore".to_owned();
    let table: Vec<(&'static str, String, String)> = vec![
        ("POST", bench.path(&format!("{upload}/complete")), String::new()),
        ("POST", bench.path(&format!("{upload}/complete")), json!({"parts": {}}).to_string()),
        ("POST", bench.path(&format!("{upload}/complete")), json!({"parts": [1]}).to_string()),
        ("POST", bench.path(&format!("{upload}/complete")), claim(json!(0), "SOURCE1", "x")),
        ("POST", bench.path(&format!("{upload}/complete")), claim(json!(10_001), "SOURCE1", "x")),
        ("POST", bench.path(&format!("{upload}/complete")), claim(json!("1"), "SOURCE1", "x")),
        ("POST", bench.path(&format!("{upload}/complete")), claim(json!(1), "SOURCE9", "x")),
        ("POST", bench.path(&format!("{upload}/complete")), claim(json!(1), "SOURCE1", "")),
        (
            "POST",
            bench.path(&format!("{upload}/complete")),
            claim(json!(1), "SOURCE1", &"x".repeat(101)),
        ),
        ("POST", bench.path(&format!("{upload}/parts")), String::new()),
        ("POST", bench.path(&format!("{upload}/parts?maxResults=0")), parts(json!({}))),
        ("POST", bench.path(&format!("{upload}/parts?maxResults=101")), parts(json!({}))),
        ("POST", bench.path(&format!("{upload}/parts?nextToken=")), parts(json!({}))),
        ("POST", bench.path(&format!("{upload}/parts?nextToken=abc")), parts(json!({}))),
        ("POST", bench.path(&format!("{upload}/parts?partSource=SOURCE1")), parts(json!({}))),
        ("POST", bench.path(&format!("{upload}/parts")), parts(json!({"createdAfter": 7}))),
        ("POST", bench.path(&format!("{upload}/parts")), parts(json!({"createdAfter": "now"}))),
        ("POST", bench.path(&format!("{upload}/parts")), parts(json!({"since": "now"}))),
        ("POST", bench.path("/uploads?maxResults=x"), String::new()),
        ("POST", bench.path("/uploads"), json!({"filter": {}}).to_string()),
        ("POST", bench.path("/readsets"), filter(json!({"status": "active"}))),
        ("POST", bench.path("/readsets"), filter(json!({"creationType": "MAGIC"}))),
        ("POST", bench.path("/readsets"), filter(json!({"referenceArn": "hg38"}))),
        ("POST", bench.path("/readsets"), filter(json!({"name": ""}))),
        ("POST", bench.path("/readsets"), filter(json!([]))),
        ("POST", bench.path("/readset/batch/delete"), deletion(json!([]))),
        ("POST", bench.path("/readset/batch/delete"), deletion(json!(many))),
        ("POST", bench.path("/readset/batch/delete"), deletion(json!(["12"]))),
        ("POST", bench.path("/readset/batch/delete"), "{}".to_owned()),
        ("GET", bench.path("/readset/1234567890"), String::new()),
        ("GET", bench.path("/readset/1234567890?partNumber=0"), String::new()),
        ("GET", bench.path("/readset/1234567890?partNumber=1&file=SOURCE3"), String::new()),
        ("GET", bench.path("/readset/12/metadata"), String::new()),
        ("GET", bench.path("/readset/x234567890/metadata"), String::new()),
        ("GET", "/sequencestore/12".to_owned(), String::new()),
        ("DELETE", bench.path("/upload/12/abort"), String::new()),
        ("GET", "/tags/nonsense".to_owned(), String::new()),
        ("POST", stores.clone(), "{}".to_owned()),
        ("POST", stores.clone(), store("eTagAlgorithmFamily", json!("MD5"))),
        ("POST", stores.clone(), store("fallbackLocation", json!("bucket"))),
        ("POST", stores.clone(), store("s3AccessConfig", json!({}))),
        ("POST", stores, store("propagatedSetLevelTags", json!(["x"]))),
        ("POST", "/sequencestores".to_owned(), filter(json!({"status": "GONE"}))),
    ];
    for (method, path, body) in table {
        let answer = bench.send(Raw::new(method, path.clone(), &body)).await;
        let found = (answer.status, answer.code().to_owned());
        assert_eq!(found, (400, "ValidationException".to_owned()), "{path} {body}");
    }
}

#[tokio::test]
async fn parts_that_are_not_there_cannot_be_read() {
    let bench = Bench::new().await;
    let site = &bench.site;
    let ubam: &[u8] = include_bytes!("../data/pysam-tests/test_unaligned.bam");
    let id = site.upload(FileType::Ubam, &[ubam], 200).await;
    site.settled(&id).await;
    for (query, status, code) in [
        ("partNumber=3", 200, None),
        ("partNumber=4", 416, Some("RangeNotSatisfiableException")),
        ("partNumber=1&file=SOURCE2", 404, Some("ResourceNotFoundException")),
        ("partNumber=1&file=INDEX", 404, Some("ResourceNotFoundException")),
    ] {
        let path = bench.path(&format!("/readset/{id}?{query}"));
        let answer = bench.send(Raw::new("GET", path, "")).await;
        assert_eq!(answer.status, status, "{query}");
        if let Some(code) = code {
            assert_eq!(answer.code(), code);
        }
    }
    let failed = site.upload(FileType::Ubam, &[b"nonsense"], 200).await;
    site.settled(&failed).await;
    let path = bench.path(&format!("/readset/{failed}?partNumber=1"));
    let answer = bench.send(Raw::new("GET", path, "")).await;
    assert_eq!((answer.status, answer.code()), (409, "ConflictException"));
}

#[tokio::test]
async fn a_short_or_broken_body_leaves_no_part() {
    let bench = Bench::new().await;
    let url = bench.site.sandbox.url();
    bench.site.part(&bench.upload, Source::Source1, 1, b"old").await.unwrap();
    for reset in [false, true] {
        let raw = bench.part(GOOD_PART).body(b"new, but").header("Content-Length", "1000");
        let stream = raw.open(&url).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        if reset {
            stream.set_zero_linger().unwrap();
        }
        drop(stream);
    }
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let request = bench.site.client.list_read_set_upload_parts();
    let request = request.sequence_store_id(&bench.site.store).upload_id(&bench.upload);
    let list = request.part_source(Source::Source1).send().await.unwrap();
    assert_eq!(list.parts().len(), 1);
    assert_eq!(list.parts()[0].part_size(), 3);
}
