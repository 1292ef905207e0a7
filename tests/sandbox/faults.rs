//! Faults of connections and answers, and quotas, seen from a client.

use std::{
    fs,
    time::{Duration, Instant},
};

use aws_sdk_omics::types::{FileType, ReadSetPartSource as Source};
use omics_upload::sandbox::Options;
use serde_json::Value;

use super::{
    lies::{listed, sum},
    raw::{Raw, is_silent},
    site::{Site, code},
};

const UBAM: &[u8] = include_bytes!("../data/pysam-tests/test_unaligned.bam");

#[tokio::test]
async fn errors_of_every_known_code() {
    for (code, status) in [
        ("AccessDeniedException", 403),
        ("ConflictException", 409),
        ("ExpiredTokenException", 403),
        ("InternalServerException", 500),
        ("NotSupportedOperationException", 405),
        ("RequestTimeoutException", 408),
        ("ResourceNotFoundException", 404),
        ("ServiceQuotaExceededException", 402),
        ("ThrottlingException", 429),
        ("ValidationException", 400),
    ] {
        let site = Site::new(&[&format!("UploadReadSetPart:error:{code},nth=2")]).await;
        let upload = site.create(FileType::Fastq).await;
        let query = "partSource=SOURCE1&partNumber=1";
        let path = format!("/sequencestore/{}/upload/{upload}/part?{query}", site.store);
        let part = Raw::new("PUT", path, "").body(&vec![7; 1_000_000]);
        let url = site.sandbox.url();
        assert_eq!(part.send(&url).await.unwrap().status, 200);
        let answer = part.send(&url).await.unwrap();
        assert_eq!((answer.status, answer.code()), (status, code));
        assert_eq!(answer.header("retry-after"), None);
        assert_eq!(part.send(&url).await.unwrap().status, 200);
    }
}

#[tokio::test]
async fn an_error_without_a_code_and_one_with_a_wait() {
    let site = Site::new(&[
        "ListReadSets:error:ThrottlingException,retry-after=7,times=1",
        "ListReadSets:http:503,times=2",
        "GetSequenceStore:error:Strange/418",
    ])
    .await;
    let url = site.sandbox.url();
    let list = Raw::new("POST", format!("/sequencestore/{}/readsets", site.store), "{}");
    // Of two faults at once, the answer that is none of the service's comes first.
    for (status, wait) in [(503, None), (503, None), (200, None)] {
        let answer = list.send(&url).await.unwrap();
        assert_eq!((answer.status, answer.header("retry-after")), (status, wait));
        assert_eq!(answer.header("x-amzn-errortype"), None);
    }
    let get = Raw::new("GET", format!("/sequencestore/{}", site.store), "");
    assert_eq!(get.send(&url).await.unwrap().code(), "Strange");

    let site = Site::new(&["*:error:ThrottlingException,retry-after=7"]).await;
    let list = Raw::new("POST", format!("/sequencestore/{}/readsets", site.store), "{}");
    let answer = list.send(&site.sandbox.url()).await.unwrap();
    assert_eq!((answer.code(), answer.header("retry-after")), ("ThrottlingException", Some("7")));
}

#[tokio::test]
async fn resets_and_lost_answers() {
    // What the client sees, and whether the part is there afterwards.
    for (fault, kind, kept) in [
        ("reset:before", std::io::ErrorKind::ConnectionReset, false),
        ("reset:within", std::io::ErrorKind::ConnectionReset, false),
        ("reset:after", std::io::ErrorKind::ConnectionReset, true),
        ("lose-answer", std::io::ErrorKind::UnexpectedEof, true),
    ] {
        let site = Site::new(&[&format!("UploadReadSetPart:{fault},times=1")]).await;
        let upload = site.create(FileType::Fastq).await;
        let query = "partSource=SOURCE1&partNumber=1";
        let path = format!("/sequencestore/{}/upload/{upload}/part?{query}", site.store);
        // Small enough to be written before a reset can arrive.
        let part = Raw::new("PUT", path, "").body(b"some bytes");
        let error = part.send(&site.sandbox.url()).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{fault}");
        let parts = listed(&site, &upload).await;
        assert_eq!(!parts.is_empty(), kept, "{fault}");
        assert_eq!(part.send(&site.sandbox.url()).await.unwrap().status, 200, "{fault}");
        assert_eq!(listed(&site, &upload).await.len(), 1, "{fault}");
    }
}

#[tokio::test]
async fn a_lost_answer_of_create_and_complete_has_its_effect() {
    let site = Site::new(&[
        "CreateMultipartReadSetUpload:lose-answer,times=1",
        "CompleteMultipartReadSetUpload:reset:after,times=1",
    ])
    .await;
    let request = site.client.create_multipart_read_set_upload().sequence_store_id(&site.store);
    let request = request.source_file_type(FileType::Ubam).name("n").sample_id("s");
    let request = request.subject_id("p").client_token("token");
    assert_eq!(code(&request.clone().send().await.unwrap_err()), None);
    let list = site.client.list_multipart_read_set_uploads().sequence_store_id(&site.store);
    let uploads = list.clone().send().await.unwrap();
    assert_eq!(uploads.uploads().len(), 1);
    let upload = request.send().await.unwrap().upload_id().to_owned();
    assert_eq!(uploads.uploads()[0].upload_id(), upload);
    let claims = site.source(&upload, Source::Source1, UBAM, 1000).await;
    assert_eq!(site.complete(&upload, claims.clone()).await, Err(None));
    let again = site.complete(&upload, claims).await;
    assert_eq!(again, Err(Some("ResourceNotFoundException".to_owned())));
    let read_sets = site.client.list_read_sets().sequence_store_id(&site.store);
    let read_sets = read_sets.send().await.unwrap();
    assert_eq!(read_sets.read_sets().len(), 1);
}

#[tokio::test]
async fn stalls_and_latency() {
    let site = Site::new(&[
        "GetSequenceStore:stall,nth=1",
        "GetSequenceStore:stall:500ms,nth=2",
        "GetSequenceStore:latency:500ms,nth=3",
    ])
    .await;
    let url = site.sandbox.url();
    let get = Raw::new("GET", format!("/sequencestore/{}", site.store), "");
    assert!(is_silent(&mut get.open(&url).await.unwrap()).await);
    for late in [true, true, false] {
        let started = Instant::now();
        assert_eq!(get.send(&url).await.unwrap().status, 200);
        assert_eq!(started.elapsed() >= Duration::from_millis(500), late);
    }
}

#[tokio::test]
async fn a_stalled_request_does_not_hold_up_the_end() {
    let site = Site::new(&["GetSequenceStore:stall"]).await;
    let get = Raw::new("GET", format!("/sequencestore/{}", site.store), "");
    let mut stream = get.open(&site.sandbox.url()).await.unwrap();
    assert!(is_silent(&mut stream).await);
    let started = Instant::now();
    site.sandbox.stop().await;
    assert!(started.elapsed() < Duration::from_secs(5));
    assert!(!is_silent(&mut stream).await, "the connection is closed");
}

#[tokio::test]
async fn bandwidth_is_each_connection_s() {
    let site = Site::new(&["UploadReadSetPart:bandwidth:1MB"]).await;
    let upload = site.create(FileType::Fastq).await;
    let bytes = vec![7; 300_000];
    let started = Instant::now();
    let parts = (1..=8).map(|number| site.part(&upload, Source::Source1, number, &bytes));
    let answers = futures::future::join_all(parts).await;
    let elapsed = started.elapsed();
    assert!(answers.iter().all(|answer| *answer == Ok(sum(&bytes))));
    // One after the other they would take 2.4 s.
    let bounds = Duration::from_millis(290)..Duration::from_secs(2);
    assert!(bounds.contains(&elapsed), "{elapsed:?}");
}

#[tokio::test]
async fn a_slow_reader_makes_itself_felt() {
    use tokio::io::AsyncWriteExt as _;
    let site = Site::new(&["UploadReadSetPart:bandwidth:100kB"]).await;
    let upload = site.create(FileType::Fastq).await;
    let query = "partSource=SOURCE1&partNumber=1";
    let path = format!("/sequencestore/{}/upload/{upload}/part?{query}", site.store);
    let part = Raw::new("PUT", path, "").body(b"").header("Content-Length", "50000000");
    let mut stream = part.open(&site.sandbox.url()).await.unwrap();
    let bytes = vec![7; 50_000_000];
    let write = stream.write_all(&bytes);
    let wait = Duration::from_millis(300);
    assert!(tokio::time::timeout(wait, write).await.is_err(), "50 MB were taken at once");
}

#[tokio::test]
async fn quotas_are_those_of_the_documents() {
    let site = Site::new(&["quotas"]).await;
    let upload = site.create(FileType::Fastq).await;
    let abort = |_| async {
        let abort = site.client.abort_multipart_read_set_upload().sequence_store_id(&site.store);
        let answer = abort.upload_id("1111111111").send().await;
        code(&answer.unwrap_err()).as_deref() != Some("ThrottlingException")
    };
    let part = |number| {
        let part = site.part(&upload, Source::Source1, number, b"x");
        async {
            let answer = part.await;
            let throttled = Err(Some("ThrottlingException".to_owned()));
            assert!(answer.is_ok() || answer == throttled);
            answer.is_ok()
        }
    };
    let started = Instant::now();
    let parts = futures::future::join_all((1..=40).map(part)).await;
    let part_seconds = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let aborts = futures::future::join_all((0..8).map(abort)).await;
    let abort_seconds = started.elapsed().as_secs_f64();
    for (admitted, rate, seconds) in [(parts, 10.0, part_seconds), (aborts, 1.0, abort_seconds)] {
        let count = u32::try_from(admitted.iter().filter(|admitted| **admitted).count()).unwrap();
        let bounds = rate..=rate + rate * seconds;
        assert!(bounds.contains(&f64::from(count)), "{count} in {seconds} s");
    }
}

#[tokio::test]
async fn the_log_has_every_request() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let faults =
        ["UploadReadSetPart:reset:after,nth=2", "ListReadSets:error:AccessDeniedException"];
    let options = Options {
        faults: faults.iter().map(|fault| fault.parse().unwrap()).collect(),
        request_log: Some(log.path().to_owned()),
        ..Options::default()
    };
    let site = Site::with(options).await;
    let upload = site.create(FileType::Fastq).await;
    site.part(&upload, Source::Source1, 7, b"abc").await.unwrap();
    assert_eq!(site.part(&upload, Source::Source2, 8, b"defg").await, Err(None));
    let denied = site.client.list_read_sets().sequence_store_id(&site.store).send().await;
    assert!(denied.is_err());
    let nothing = Raw::new("GET", "/nothing", "").send(&site.sandbox.url()).await.unwrap();
    site.sandbox.stop().await;
    let text = fs::read_to_string(log.path()).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let row = |line: &Value| {
        let text = |name: &str| line[name].as_str().unwrap_or("-").to_owned();
        let number = |name: &str| line[name].as_i64();
        let fault = line["faults"][0].as_str().unwrap_or("-").to_owned();
        (text("operation"), number("status"), text("source"), number("part"), fault)
    };
    let expected = [
        ("CreateMultipartReadSetUpload", Some(200), "-", None, "-"),
        ("UploadReadSetPart", Some(200), "SOURCE1", Some(7), "-"),
        ("UploadReadSetPart", None, "SOURCE2", Some(8), faults[0]),
        ("ListReadSets", Some(403), "-", None, faults[1]),
        ("-", Some(404), "-", None, "-"),
    ];
    let expected = expected.map(|(operation, status, source, part, fault)| {
        (operation.to_owned(), status, source.to_owned(), part, fault.to_owned())
    });
    assert_eq!(lines.iter().map(row).collect::<Vec<_>>(), expected);
    assert_eq!((lines[1]["bytes"].as_i64(), lines[2]["bytes"].as_i64()), (Some(3), Some(4)));
    assert_eq!(lines[3]["code"].as_str(), Some("AccessDeniedException"));
    assert_eq!(lines[4]["request_id"].as_str(), nothing.header("x-amzn-requestid"));
}
