//! What is secret appears in nothing that is written, whoever repeats it.

use std::{fs, path::Path, process::Command};

use data_encoding::BASE64;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::hostile::{Hostile, KEY, KEY_ID, Reply, Request, STORE, TOKEN, ago, unaligned};
use crate::lab::{Lab, Said};

/// All secrets, in all forms in which somebody may repeat them.
fn speech() -> String {
    let forms = |secret: &str| {
        let percent = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
        let lower = percent.replace("%2F", "%2f").replace("%2B", "%2b").replace("%3D", "%3d");
        [secret.to_owned(), lower, percent, BASE64.encode(secret.as_bytes())].join(" ")
    };
    [KEY_ID, KEY, TOKEN].map(forms).join("\n")
}

/// Every file below a folder, and what a run said.
#[track_caller]
fn nothing_is_told(lab: &Lab, said: &Said, folders: &[&Path]) {
    let mut texts = vec![said.stdout.clone(), said.stderr.clone()];
    let mut folders: Vec<_> = folders.iter().map(|folder| folder.to_path_buf()).collect();
    folders.push(lab.home());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                texts.push(String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned());
            }
        }
    }
    let speech = speech();
    for secret in speech.split_whitespace() {
        for text in &texts {
            let secret = secret.trim_end_matches('=');
            assert!(!text.contains(secret), "`{secret}` is in\n{text}");
        }
    }
}

fn put<'a>(file: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let all = ["put", file, "--fresh", "-v", "--log-file=log", "--receipt=receipt.json"];
    [&all, more].concat()
}

/// The service's own words for a wrong signature hold the headers that were signed.
fn signature(request: &Request) -> Reply {
    let message = format!(
        "The request signature we calculated does not match the signature you provided. The \
         Canonical String for this request should have been\n'POST\n{}'",
        request.headers
    );
    Reply::error(403, "InvalidSignatureException", &message)
}

#[test]
fn secrets_shown() {
    let lab = Lab::new();
    let file = unaligned();
    let file = file.to_str().unwrap();
    let work = lab.path("");
    for output in ["--output=json", "--progress=json"] {
        let hostile = Hostile::start(|request, _| Some(signature(request)));
        let said = hostile.run(&lab, &put(file, &[output]));
        assert!(
            said.expect(1).stderr.contains("x-amz-security-token: [secret]"),
            "{}",
            said.stderr
        );
        nothing_is_told(&lab, &said, &[&work]);
        fs::remove_file(lab.path("log")).unwrap();
        fs::remove_file(lab.path("receipt.json")).unwrap();

        // The code, the message and the name of a request, while it is tried again and at the end.
        let hostile = Hostile::start(|request, _| {
            let flat = speech().replace('\n', " ");
            let headers =
                format!("x-amzn-errortype: {KEY}\r\nx-amzn-requestid: {TOKEN} {flat}\r\n");
            (request.operation == "UploadReadSetPart")
                .then(|| Reply::With(500, headers, json!({ "message": speech() })))
        });
        let said = hostile.run(&lab, &put(file, &[output, "--attempts=2"]));
        assert!(said.expect(75).stderr.contains("[secret]"), "{}", said.stderr);
        nothing_is_told(&lab, &said, &[&work]);
        fs::remove_file(lab.path("log")).unwrap();
        fs::remove_file(lab.path("receipt.json")).unwrap();

        // What became of a read set, in the service's words.
        let hostile = Hostile::start(|request, service| {
            let (key, value) = match request.operation {
                "GetReadSetMetadata" => ("statusMessage", json!(speech())),
                "GetSequenceStore" => ("fallbackLocation", json!(format!("s3://{TOKEN}\u{9b}"))),
                _ => return None,
            };
            let Reply::Json(status, mut answer) = service.answer(request) else { return None };
            answer[key] = value;
            answer["status"] = json!("UPLOAD_FAILED");
            answer["etag"] = json!({ "algorithm": KEY, "source1": TOKEN });
            Some(Reply::Json(status, answer))
        });
        let said = hostile.run(&lab, &put(file, &[output]));
        assert!(said.expect(4).stderr.contains("s3://[secret]\\"), "{}", said.stderr);
        nothing_is_told(&lab, &said, &[&work]);
        fs::remove_file(lab.path("log")).unwrap();
        fs::remove_file(lab.path("receipt.json")).unwrap();
    }
}

#[test]
fn secrets_in_lists_and_checksums_are_not_shown() {
    let lab = Lab::new();
    let hostile = Hostile::start(|request, _| match request.operation {
        "ListMultipartReadSetUploads" => Some(Reply::Json(
            200,
            json!({ "uploads": [{ "sequenceStoreId": STORE, "uploadId": "1000000001",
                "sourceFileType": speech(), "subjectId": KEY, "sampleId": TOKEN, "generatedFrom": KEY,
                "referenceArn": TOKEN, "name": speech(), "creationTime": ago(std::time::Duration::ZERO),
                "tags": { TOKEN: KEY } }] }),
        )),
        "ListReadSetUploadParts" => Some(Reply::Json(
            200,
            json!({ "parts": [{ "partNumber": 1, "partSize": 10, "partSource": "SOURCE1", "checksum": KEY,
                "creationTime": ago(std::time::Duration::ZERO),
                "lastUpdatedTime": ago(std::time::Duration::ZERO) }] }),
        )),
        "UploadReadSetPart" => Some(Reply::Json(200, json!({ "checksum": TOKEN }))),
        _ => None,
    });
    for arguments in [&["uploads", "list"][..], &["uploads", "parts", "1000000001"]] {
        for output in ["--output=text", "--output=json"] {
            let said = hostile.run(&lab, &[arguments, &[output]].concat());
            assert!(said.expect(0).stdout.lines().count() > 0);
            nothing_is_told(&lab, &said, &[]);
        }
    }
    let file = unaligned();
    let said = hostile.run(&lab, &put(file.to_str().unwrap(), &["--output=json"]));
    assert_eq!(said.expect(1).json()["read_sets"][0]["error"]["kind"], "refused");
    nothing_is_told(&lab, &said, &[&lab.path("")]);
}

#[test]
fn a_proxy_s_password_with_special_characters_is_refused() {
    let lab = Lab::new();
    let file = unaligned();
    for variable in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "ALL_PROXY"] {
        for value in ["u:PWLEAK#a@", "u:PWLEAK/a@", "u:PWLEAK?a@", "u:a@PWLEAK@", "u:PWLEAK%a@"] {
            let mut command = lab.put_command(&put(file.to_str().unwrap(), &[])[1..]);
            command.env(variable, format!("http://{value}127.0.0.1:1"));
            let said = Lab::run(command);
            let wanted = format!(
                "error: the user name or the password in {variable} contains a character that must be \
                 percent-encoded\n\nhint: write `%40` for `@`"
            );
            assert!(said.expect(2).stderr.starts_with(&wanted), "{value}: {}", said.stderr);
            assert!(!said.stderr.contains("PWLEAK") && !said.stdout.contains("PWLEAK"));
            assert!(lab.requests().is_empty());
        }
    }
}

#[test]
fn what_a_proxy_repeats_of_its_password_is_not_shown() {
    let lab = Lab::new();
    // Plain requests are sent to the proxy itself, with the login; here it is the service, too.
    let hostile = Hostile::start(|request, _| {
        let message = format!("{} pr0xy%2Fword pr0xy/word", request.headers);
        Some(Reply::error(400, "ValidationException", &message))
    });
    let mut command = hostile.command(&lab, &["uploads", "list"]);
    let url = environment(&command, "AWS_ENDPOINT_URL_OMICS");
    command.env("HTTP_PROXY", url.replace("http://", "http://ann:pr0xy%2Fword@"));
    command.env("AWS_ENDPOINT_URL_OMICS", "http://bob:endp0int@198.51.100.1:1/?key=query0key");
    let said = Lab::run(command);
    let login = BASE64.encode(b"ann:pr0xy/word");
    for secret in ["pr0xy", &login[..16], "endp0int", "query0key"] {
        assert!(!said.stderr.contains(secret), "{secret}: {}", said.stderr);
    }
    assert_ne!(said.status, Some(0));
}

/// What a command has in its environment.
fn environment(command: &Command, name: &str) -> String {
    let found = command.get_envs().find(|(key, _)| *key == name).and_then(|(_, value)| value);
    found.unwrap().to_string_lossy().into_owned()
}
