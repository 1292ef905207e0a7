//! A sandbox, and requests about its vault `sandbox` that are signed in form.

use std::path::Path;

use data_encoding::HEXLOWER;
use omics_upload::sandbox::{Options, Sandbox};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::sandbox::raw::{Answer, Raw};

pub(super) const MIB: usize = 1 << 20;
pub(super) const UPLOADS: &str = "/-/vaults/sandbox/multipart-uploads";

pub(super) struct Depot {
    pub(super) sandbox: Sandbox,
}

impl Depot {
    pub(super) async fn new(faults: &[&str]) -> Self {
        Self::with(Options::default(), faults).await
    }

    pub(super) async fn at(dir: &Path) -> Self {
        Self::with(Options { dir: Some(dir.to_owned()), ..Options::default() }, &[]).await
    }

    pub(super) async fn with(options: Options, faults: &[&str]) -> Self {
        let faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
        Self { sandbox: Sandbox::start(Options { faults, ..options }).await.unwrap() }
    }

    pub(super) async fn send(&self, raw: &Raw) -> Answer {
        raw.send(&self.sandbox.url()).await.unwrap()
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        let answer = self.send(&request("GET", path, &[])).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// A new upload with parts of 1 MiB.
    pub(super) async fn initiate(&self, description: &str) -> String {
        let answer = self.send(&initiate(description)).await;
        assert_eq!((answer.status, &answer.body[..]), (201, &b""[..]), "{answer:?}");
        answer.header("x-amz-multipart-upload-id").unwrap().to_owned()
    }

    pub(super) async fn part(&self, upload: &str, number: usize, bytes: &[u8]) -> Answer {
        self.send(&part(upload, number, bytes)).await
    }

    /// The parts that are listed: ranges and roots.
    pub(super) async fn parts(&self, upload: &str) -> Vec<(String, String)> {
        let list = self.get(&format!("{UPLOADS}/{upload}")).await;
        assert_eq!(list["Marker"], Value::Null);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let parts = list["Parts"].as_array().unwrap().iter();
        parts.map(|part| (text(&part["RangeInBytes"]), text(&part["SHA256TreeHash"]))).collect()
    }

    /// An upload of one part.
    pub(super) async fn upload(&self, bytes: &[u8]) -> String {
        let upload = self.initiate("").await;
        assert_eq!(self.part(&upload, 1, bytes).await.status, 204);
        upload
    }

    pub(super) async fn complete(&self, upload: &str, bytes: &[u8]) -> Answer {
        self.send(&complete(upload, bytes)).await
    }
}

/// The SHA-256 in hexadecimal digits, which is also the root of up to 1 MiB.
pub(super) fn sum(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

pub(super) fn request(method: &'static str, path: &str, headers: &[(&str, &str)]) -> Raw {
    let raw = Raw::new(method, path, "").without("x-amz-content-sha256");
    let raw = raw.header("Host", "localhost").header("x-amz-glacier-version", "2012-06-01");
    sign(headers.iter().fold(raw, |raw, (name, value)| raw.header(name, value)), headers)
}

/// Names the headers under the signature; those that are not there do no harm.
fn sign(raw: Raw, headers: &[(&str, &str)]) -> Raw {
    let mut signed: Vec<_> = headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    signed.extend(["host", "x-amz-date", "x-amz-glacier-version"].map(str::to_owned));
    signed.sort();
    let signature = "0123456789abcdef".repeat(4);
    raw.header(
        "Authorization",
        &format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/eu-west-1/glacier/aws4_request, \
             SignedHeaders={}, Signature={signature}",
            signed.join(";")
        ),
    )
}

pub(super) fn initiate(description: &str) -> Raw {
    let size = MIB.to_string();
    let headers = [("x-amz-part-size", &*size), ("x-amz-archive-description", description)];
    let count = if description.is_empty() { 1 } else { 2 };
    request("POST", UPLOADS, &headers[..count])
}

/// A part in its place, of at most 1 MiB.
pub(super) fn part(upload: &str, number: usize, bytes: &[u8]) -> Raw {
    let start = (number - 1) * MIB;
    let range = format!("bytes {start}-{}/*", start + bytes.len() - 1);
    let sum = sum(bytes);
    let sums = [("x-amz-content-sha256", &*sum), ("x-amz-sha256-tree-hash", &*sum)];
    let raw = request("PUT", &format!("{UPLOADS}/{upload}"), &sums);
    raw.header("Content-Range", &range).body(bytes)
}

/// Complete of an upload of one part.
pub(super) fn complete(upload: &str, bytes: &[u8]) -> Raw {
    let (size, sum) = (bytes.len().to_string(), sum(bytes));
    let claims = [("x-amz-archive-size", &*size), ("x-amz-sha256-tree-hash", &*sum)];
    request("POST", &format!("{UPLOADS}/{upload}"), &claims)
}

/// The code of an error and its status, with what every error has checked.
pub(super) fn error(answer: &Answer) -> (String, u16) {
    assert!(answer.status >= 400, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("x-amzn-errortype"), None);
    let json = answer.json();
    assert!(!json["message"].as_str().unwrap().is_empty());
    assert_eq!(json["type"], if answer.status < 500 { "Client" } else { "Server" });
    (json["code"].as_str().unwrap().to_owned(), answer.status)
}
