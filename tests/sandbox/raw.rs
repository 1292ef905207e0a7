//! Requests as bytes, for what a well-behaved client would not send.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 \
    Credential=AKIDEXAMPLE/20261121/eu-west-1/omics/aws4_request, \
    SignedHeaders=host;x-amz-content-sha256;x-amz-date, \
    Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// A request that is signed in form, and can be spoilt.
#[derive(Clone)]
pub(crate) struct Raw {
    method: &'static str,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// An answer, taken apart.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Raw {
    pub(crate) fn new(method: &'static str, target: impl Into<String>, body: &str) -> Self {
        let headers = [
            ("Host", "control-storage-localhost"),
            ("Authorization", AUTHORIZATION),
            ("X-Amz-Date", "20261121T010203Z"),
            ("X-Amz-Content-SHA256", "UNSIGNED-PAYLOAD"),
            ("Connection", "close"),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let raw = Self { method, target: target.into(), headers, body: Vec::new() };
        if body.is_empty() { raw } else { raw.body(body.as_bytes()) }
    }

    pub(crate) fn body(mut self, body: &[u8]) -> Self {
        self.body = body.to_vec();
        self.header("Content-Length", &body.len().to_string())
    }

    /// Sets a header.
    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        let mut raw = self.without(name);
        raw.headers.push((name.to_owned(), value.to_owned()));
        raw
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut text = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            text.extend([name, ": ", value, "\r\n"]);
        }
        [text.as_bytes(), b"\r\n", &self.body].concat()
    }

    /// Sends it and reads to the end; an error if the connection is reset or no answer comes.
    pub(crate) async fn send(&self, url: &str) -> std::io::Result<Answer> {
        let mut stream = self.open(url).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        parse(&answer).ok_or_else(|| std::io::ErrorKind::UnexpectedEof.into())
    }

    /// Sends it and leaves the connection open.
    pub(crate) async fn open(&self, url: &str) -> std::io::Result<TcpStream> {
        let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).await?;
        stream.write_all(&self.bytes()).await?;
        Ok(stream)
    }
}

fn parse(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let mut lines = std::str::from_utf8(&bytes[..end]).ok()?.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    Some(Answer { status, headers, body: bytes[end + 4..].to_vec() })
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The error's code, with what every error has checked.
    pub(crate) fn code(&self) -> &str {
        assert!(self.status >= 400, "{self:?}");
        assert_eq!(self.header("content-type"), Some("application/json"));
        assert_eq!(self.header("x-amzn-requestid").map(str::len), Some(36));
        assert!(!self.json()["message"].as_str().unwrap().is_empty());
        self.header("x-amzn-errortype").unwrap()
    }

    pub(crate) fn message(&self) -> String {
        self.json()["message"].as_str().unwrap().to_owned()
    }
}

/// Whether a connection stays silent for a while.
pub(crate) async fn is_silent(stream: &mut TcpStream) -> bool {
    let wait = Duration::from_millis(300);
    tokio::time::timeout(wait, stream.read_u8()).await.is_err()
}
