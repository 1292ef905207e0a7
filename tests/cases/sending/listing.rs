//! Lists of parts that contradict each other, from an endpoint that only lists badly.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use data_encoding::BASE64;
use omics_upload::types::Sha256;
use serde_json::{Value, json};

use crate::lab::{Lab, at_once};

const UPLOAD: &str = "5000000001";
const NOW: &str = "2026-11-26T19:00:00Z";

/// Enough of a service for a file of one part.
struct Endpoint {
    url: String,
    completes: Arc<AtomicUsize>,
}

impl Endpoint {
    /// Changes each list of parts before it goes out.
    fn listing(change: fn(&mut Vec<Value>)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let stored = Arc::<Mutex<Vec<Value>>>::default();
        let completes = Arc::<AtomicUsize>::default();
        let counted = Arc::clone(&completes);
        thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                let Some((target, body)) = request(&stream) else { continue };
                let answer = answer(&target, &body, &stored, change);
                if target.contains("/complete") {
                    counted.fetch_add(1, Ordering::SeqCst);
                }
                let answer = answer.to_string();
                let length = answer.len();
                let _ = write!(
                    stream,
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\
                     content-length: {length}\r\n\r\n{answer}"
                );
            }
        });
        Self { url, completes }
    }
}

/// The target and the body of a request.
fn request(stream: &TcpStream) -> Option<(String, Vec<u8>)> {
    let mut stream = BufReader::new(stream);
    let mut first = String::new();
    stream.read_line(&mut first).ok()?;
    let target = first.split(' ').nth(1)?.to_owned();
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        let line = line.trim().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some((target, body))
}

fn answer(
    target: &str,
    body: &[u8],
    stored: &Mutex<Vec<Value>>,
    change: fn(&mut Vec<Value>),
) -> Value {
    let path = target.split('?').next().unwrap_or_default();
    if path.ends_with("/part") {
        let checksum = BASE64.encode(Sha256::of(body).as_bytes());
        *stored.lock().unwrap() = vec![json!({
            "partNumber": 1, "partSize": body.len(), "partSource": "SOURCE1", "checksum": checksum,
            "creationTime": NOW, "lastUpdatedTime": NOW,
        })];
        json!({ "checksum": checksum })
    } else if path.ends_with("/parts") {
        let mut parts = stored.lock().unwrap().clone();
        change(&mut parts);
        json!({ "parts": parts })
    } else if path.ends_with("/uploads") {
        json!({ "uploads": [] })
    } else if path.ends_with("/readsets") {
        json!({ "readSets": [] })
    } else if path.ends_with("/upload") {
        json!({
            "sequenceStoreId": "1234567890", "uploadId": UPLOAD, "sourceFileType": "UBAM",
            "subjectId": "s", "sampleId": "s", "referenceArn": "", "creationTime": NOW,
        })
    } else {
        json!({ "readSetId": "5000000002" })
    }
}

/// A way to change a list, and what is said of it; nothing where it is fine.
type Case = (fn(&mut Vec<Value>), Option<&'static str>);

#[test]
fn duplicate_listed_parts() {
    let cases: [Case; 5] = [
        (|_| {}, None),
        (|parts| parts.push(parts[0].clone()), None),
        (
            |parts| {
                let mut other = parts[0].clone();
                other["checksum"] = BASE64.encode(&[b'z'; 32]).into();
                parts.insert(0, other);
            },
            Some("the list of SOURCE1 contradicts itself: it has two different parts 1"),
        ),
        (
            |parts| {
                let mut other = parts[0].clone();
                other["partSize"] = 1.into();
                parts.insert(0, other);
            },
            Some("the list of SOURCE1 contradicts itself: it has two different parts 1"),
        ),
        (
            |parts| parts[0]["partSource"] = "SOURCE2".into(),
            Some("the list of SOURCE1 has part 1 of SOURCE2"),
        ),
    ];
    at_once(&cases, |(change, wanted)| {
        let lab = Lab::new();
        lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
        let endpoint = Endpoint::listing(*change);
        let mut command = lab.put_command(&["a.bam", "--no-wait", "--progress=none"]);
        command.env("AWS_ENDPOINT_URL_OMICS", &endpoint.url);
        let said = Lab::run(command);
        let completes = endpoint.completes.load(Ordering::SeqCst);
        match wanted {
            None => {
                said.expect(0);
                assert_eq!(completes, 1);
            }
            Some(wanted) => {
                said.expect(1);
                assert!(said.stderr.contains(wanted), "{}", said.stderr);
                assert_eq!(completes, 0, "{wanted}");
            }
        }
    });
}
