//! A small HealthOmics in memory that answers as a test likes.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, SystemTime},
};

use aws_sdk_omics::primitives::{DateTime, DateTimeFormat};
use data_encoding::BASE64;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::lab::{Lab, Said, data};

pub(crate) const STORE: &str = "1234567890";

/// The credentials of every run; nothing that is written may hold them.
pub(crate) const KEY_ID: &str = "AKIAKEYIDOFTHISTEST1";
pub(crate) const KEY: &str = "Key/of+this=test/that+nobody=may/see0001";
pub(crate) const TOKEN: &str = "IQoJtoken/of+this=test//0123456789";

pub(crate) struct Request {
    pub(crate) operation: &'static str,
    /// The pieces of the path, without the first, which is empty.
    pub(crate) path: Vec<String>,
    pub(crate) query: String,
    pub(crate) headers: String,
    pub(crate) body: Vec<u8>,
}

pub(crate) enum Reply {
    Json(u16, Value),
    /// With more headers, each with its end.
    With(u16, String, Value),
    /// Everything, from the status line on; then the connection ends.
    Raw(Vec<u8>),
    /// A body without an end.
    Endless,
}

impl Reply {
    /// An error of the service.
    pub(crate) fn error(status: u16, code: &str, message: &str) -> Self {
        Self::With(status, format!("x-amzn-errortype: {code}\r\n"), json!({ "message": message }))
    }
}

/// A service that answers until the process ends.
pub(crate) struct Hostile {
    url: String,
    seen: Arc<Mutex<Vec<&'static str>>>,
    /// The bytes of endless bodies that were taken from us.
    poured: Arc<AtomicUsize>,
}

impl Hostile {
    /// `answer` gives an answer, or leaves it to a service that behaves.
    pub(crate) fn start(
        answer: impl Fn(&Request, &mut Service) -> Option<Reply> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (seen, poured) = (Arc::<Mutex<Vec<_>>>::default(), Arc::<AtomicUsize>::default());
        let service = Arc::new(Mutex::new(Service::default()));
        let (answer, log, count) = (Arc::new(answer), Arc::clone(&seen), Arc::clone(&poured));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (answer, service) = (Arc::clone(&answer), Arc::clone(&service));
                let (log, count) = (Arc::clone(&log), Arc::clone(&count));
                thread::spawn(move || {
                    let mut reader = BufReader::new(stream);
                    while let Some(request) = read(&mut reader) {
                        log.lock().unwrap().push(request.operation);
                        let reply = {
                            let mut service = service.lock().unwrap();
                            let reply = answer(&request, &mut service);
                            reply.unwrap_or_else(|| service.answer(&request))
                        };
                        if !write(reader.get_mut(), reply, &count) {
                            return;
                        }
                    }
                });
            }
        });
        Self { url, seen, poured }
    }

    pub(crate) fn count(&self, operation: &str) -> usize {
        self.seen.lock().unwrap().iter().filter(|seen| **seen == operation).count()
    }

    pub(crate) fn poured(&self) -> usize {
        self.poured.load(Ordering::Relaxed)
    }

    /// The binary with this service.
    pub(crate) fn command(&self, lab: &Lab, arguments: &[&str]) -> Command {
        let mut command = lab.command(arguments);
        command
            .env("AWS_ENDPOINT_URL_OMICS", &self.url)
            .env("AWS_ACCESS_KEY_ID", KEY_ID)
            .env("AWS_SECRET_ACCESS_KEY", KEY)
            .env("AWS_SESSION_TOKEN", TOKEN)
            .env("OMICS_UPLOAD_STORE", STORE);
        command
    }

    pub(crate) fn run(&self, lab: &Lab, arguments: &[&str]) -> Said {
        Lab::run(self.command(lab, arguments))
    }
}

/// A file that can be sent.
pub(crate) fn unaligned() -> PathBuf {
    data("pysam-tests/test_unaligned.bam")
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut head = String::new();
    loop {
        let before = head.len();
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
        if head[before..].trim().is_empty() {
            break;
        }
    }
    let (first, headers) = head.split_once("\r\n")?;
    let mut words = first.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path: Vec<_> = path.split('/').skip(1).map(str::to_owned).collect();
    let length = headers.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<u64>().ok())?
    });
    let mut body = Vec::new();
    reader.take(length.unwrap_or(0)).read_to_end(&mut body).ok()?;
    let (query, headers) = (query.to_owned(), headers.to_owned());
    Some(Request { operation: operation(method, &path), path, query, headers, body })
}

fn operation(method: &str, path: &[String]) -> &'static str {
    let path: Vec<_> = path.iter().map(String::as_str).collect();
    match (method, &path[..]) {
        ("POST", ["sequencestore", _, "upload"]) => "CreateMultipartReadSetUpload",
        ("PUT", ["sequencestore", _, "upload", _, "part"]) => "UploadReadSetPart",
        ("POST", ["sequencestore", _, "upload", _, "parts"]) => "ListReadSetUploadParts",
        ("POST", ["sequencestore", _, "upload", _, "complete"]) => "CompleteMultipartReadSetUpload",
        ("DELETE", ["sequencestore", _, "upload", _, "abort"]) => "AbortMultipartReadSetUpload",
        ("POST", ["sequencestore", _, "uploads"]) => "ListMultipartReadSetUploads",
        ("GET", ["sequencestore", _, "readset", _, "metadata"]) => "GetReadSetMetadata",
        ("POST", ["sequencestore", _, "readsets"]) => "ListReadSets",
        ("GET", ["sequencestore", _]) => "GetSequenceStore",
        ("GET", ["tags", ..]) => "ListTagsForResource",
        ("POST", ["referencestores"]) => "ListReferenceStores",
        ("POST", ["referencestore", _, "references"]) => "ListReferences",
        _ => "another",
    }
}

/// Whether the connection goes on.
fn write(stream: &mut TcpStream, reply: Reply, poured: &AtomicUsize) -> bool {
    let (status, headers, body) = match reply {
        Reply::Json(status, body) => (status, String::new(), body),
        Reply::With(status, headers, body) => (status, headers, body),
        Reply::Raw(bytes) => {
            let _ = stream.write_all(&bytes);
            return false;
        }
        Reply::Endless => {
            let head =
                "HTTP/1.1 200 OK\r\nx-amzn-requestid: 1\r\nTransfer-Encoding: chunked\r\n\r\n";
            let mut block = b"10000\r\n".to_vec();
            block.resize(block.len() + 0x10000, b' ');
            block.extend(b"\r\n");
            let mut going = stream.write_all(head.as_bytes());
            while going.is_ok() {
                going = stream.write_all(&block);
                poured.fetch_add(0x10000, Ordering::Relaxed);
            }
            return false;
        }
    };
    let body = body.to_string();
    let id = if headers.contains("x-amzn-requestid") { "" } else { "x-amzn-requestid: 1-2-3\r\n" };
    let head =
        format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n{id}{headers}\r\n", body.len());
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).is_ok()
}

/// So long ago, as the service writes times.
pub(crate) fn ago(duration: Duration) -> String {
    DateTime::from(SystemTime::now() - duration).fmt(DateTimeFormat::DateTime).unwrap()
}

/// A service that behaves, as far as uploading goes.
#[derive(Default)]
pub(crate) struct Service {
    made: u64,
    uploads: BTreeMap<String, Value>,
    /// By upload, source and number.
    parts: BTreeMap<(String, String, u64), (usize, String)>,
    read_sets: BTreeMap<String, Value>,
}

impl Service {
    fn id(&mut self) -> String {
        self.made += 1;
        (5_000_000_000 + self.made).to_string()
    }

    pub(crate) fn answer(&mut self, request: &Request) -> Reply {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let missing = || Reply::error(404, "ResourceNotFoundException", "it is not there");
        let upload = request.path.get(3).cloned().unwrap_or_default();
        match request.operation {
            "CreateMultipartReadSetUpload" => {
                let id = self.id();
                self.uploads.insert(id.clone(), body.clone());
                Reply::Json(200, described(&id, &body))
            }
            "UploadReadSetPart" => {
                let part = |name: &str| {
                    let mut pairs =
                        request.query.split('&').filter_map(|pair| pair.split_once('='));
                    pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
                };
                let number = part("partNumber").and_then(|text| text.parse().ok()).unwrap_or(0);
                let checksum = BASE64.encode(&Sha256::digest(&request.body));
                let key = (upload, part("partSource").unwrap_or_default(), number);
                self.parts.insert(key, (request.body.len(), checksum.clone()));
                Reply::Json(200, json!({ "checksum": checksum }))
            }
            "ListReadSetUploadParts" if self.uploads.contains_key(&upload) => {
                let parts = self.parts.iter().filter(|((id, source, _), _)| {
                    *id == upload && body["partSource"] == json!(source)
                });
                let parts = parts.map(|((_, source, number), (size, checksum))| {
                    let now = ago(Duration::ZERO);
                    json!({ "partNumber": number, "partSize": size, "partSource": source,
                        "checksum": checksum, "creationTime": now, "lastUpdatedTime": now })
                });
                Reply::Json(200, json!({ "parts": parts.collect::<Vec<_>>() }))
            }
            "CompleteMultipartReadSetUpload" if self.uploads.contains_key(&upload) => {
                let id = self.id();
                let fields = self.uploads.remove(&upload).unwrap_or_default();
                self.read_sets.insert(id.clone(), fields);
                Reply::Json(200, json!({ "readSetId": id }))
            }
            "AbortMultipartReadSetUpload" => {
                self.uploads.remove(&upload).map_or_else(missing, |_| Reply::Json(200, json!({})))
            }
            "ListMultipartReadSetUploads" => {
                let uploads = self.uploads.iter().map(|(id, fields)| described(id, fields));
                Reply::Json(200, json!({ "uploads": uploads.collect::<Vec<_>>() }))
            }
            "GetReadSetMetadata" => {
                let found = self.read_sets.get(&upload);
                found.map_or_else(missing, |fields| Reply::Json(200, read_set(&upload, fields)))
            }
            "ListReadSets" => {
                let wanted =
                    |(_, fields): &(&String, &Value)| fields["name"] == body["filter"]["name"];
                let found = self.read_sets.iter().filter(wanted);
                let found = found.map(|(id, fields)| read_set(id, fields));
                Reply::Json(200, json!({ "readSets": found.collect::<Vec<_>>() }))
            }
            "GetSequenceStore" => {
                let arn = format!("arn:aws:omics:us-east-1:123456789012:sequenceStore/{STORE}");
                Reply::Json(
                    200,
                    json!({ "id": STORE, "arn": arn, "creationTime": ago(Duration::ZERO) }),
                )
            }
            "ListTagsForResource" => {
                let id = request.path.last().and_then(|arn| arn.rsplit("%2F").next());
                let tags = id.and_then(|id| self.read_sets.get(id)).map(|set| set["tags"].clone());
                Reply::Json(200, json!({ "tags": tags.unwrap_or_else(|| json!({})) }))
            }
            _ => missing(),
        }
    }
}

/// An upload as it is listed.
fn described(id: &str, fields: &Value) -> Value {
    json!({ "sequenceStoreId": STORE, "uploadId": id, "sourceFileType": fields["sourceFileType"],
        "subjectId": fields["subjectId"], "sampleId": fields["sampleId"], "name": fields["name"],
        "referenceArn": fields["referenceArn"].as_str().unwrap_or(""),
        "generatedFrom": fields["generatedFrom"].as_str().unwrap_or(""),
        "creationTime": ago(Duration::ZERO), "tags": fields["tags"] })
}

fn read_set(id: &str, fields: &Value) -> Value {
    let arn = format!("arn:aws:omics:us-east-1:123456789012:sequenceStore/{STORE}/readSet/{id}");
    json!({ "id": id, "arn": arn, "sequenceStoreId": STORE, "status": "ACTIVE",
        "subjectId": fields["subjectId"], "sampleId": fields["sampleId"], "name": fields["name"],
        "fileType": fields["sourceFileType"], "creationTime": ago(Duration::ZERO),
        "creationType": "UPLOAD" })
}
