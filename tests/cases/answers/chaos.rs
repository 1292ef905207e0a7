//! An endpoint that answers every request at random: with what is right, what is nearly right, and
//! what is not HTTP at all. Whatever it does, a run ends in time, does not panic, and never reports a
//! success that the service did not give.

use std::{process::Stdio, thread, time::Duration};

use fastrand::Rng;
use serde_json::{Value, json};

use super::hostile::{Hostile, KEY, KEY_ID, Reply, Request, Service, TOKEN, unaligned};
use crate::lab::{Lab, Said, at_once, data, said};

/// How many runs there are of each command.
const SEEDS: u64 = 9;

/// A run may take so long: what it waits for is limited to seconds by its arguments.
const LIMIT: Duration = Duration::from_mins(3);

/// Values that stand where others should.
fn nonsense(rng: &mut Rng) -> Value {
    match rng.u8(..16) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(-1),
        3 => json!(1e300),
        4 => json!(i64::MAX),
        5 => json!(i64::MIN),
        6 => json!(""),
        7 => json!("\u{1b}[2J\u{9b}31m\u{202e}\u{0}\u{7f}"),
        8 => json!([[[]]]),
        9 => json!({ "a": { "b": [] } }),
        10 => json!("x".repeat(100_000)),
        11 => json!(format!("{KEY} {TOKEN} {KEY_ID}")),
        12 => json!("9999-12-31T23:59:59.999999999Z"),
        13 => json!("0001-01-01T00:00:00Z"),
        14 => json!(rng.u64(..).to_string()),
        _ => json!(rng.i32(..)),
    }
}

/// Exchanges, removes or repeats something in a document.
fn spoil(value: &mut Value, rng: &mut Rng) {
    match value {
        Value::Object(object) if !object.is_empty() && rng.u8(..8) > 0 => {
            let at = rng.usize(..object.len());
            let Some(key) = object.keys().nth(at).cloned() else { return };
            match rng.u8(..6) {
                0 => drop(object.remove(&key)),
                1 => drop(object.insert("nextToken".to_owned(), json!(rng.u8(..3).to_string()))),
                _ => spoil(&mut object[&key], rng),
            }
        }
        Value::Array(list) if !list.is_empty() && rng.u8(..8) > 0 => {
            let at = rng.usize(..list.len());
            match rng.u8(..4) {
                0 => list.push(list[at].clone()),
                1 => drop(list.remove(at)),
                _ => spoil(&mut list[at], rng),
            }
        }
        value => *value = nonsense(rng),
    }
}

/// Something that is no answer of the service.
fn strange(rng: &mut Rng) -> Reply {
    const CODES: [&str; 8] = [
        "ThrottlingException",
        "InternalServerException",
        "ValidationException",
        "ResourceNotFoundException",
        "AccessDeniedException",
        "ExpiredTokenException",
        "InvalidSignatureException",
        "\u{9b}NoException",
    ];
    let secrets = format!("{KEY} {TOKEN} {KEY_ID} \u{1b}[2J\u{202e}");
    match rng.u8(..12) {
        0..=3 => {
            let status = [400, 402, 403, 404, 408, 409, 429, 500, 503, 200, 301][rng.usize(..11)];
            let code = CODES[rng.usize(..CODES.len())];
            let wait = ["", "Retry-After: 99999999999\r\n", "Retry-After: -1\r\n"][rng.usize(..3)];
            let headers = format!("x-amzn-errortype: {code}\r\n{wait}");
            Reply::With(status, headers, json!({ "message": secrets, "code": code }))
        }
        4 => Reply::Raw(Vec::new()),
        5 => Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"upl".to_vec()),
        6 => Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{}".to_vec()),
        7 => Reply::Raw((0..rng.usize(..2000)).map(|_| rng.u8(..)).collect()),
        8 => Reply::Raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}".to_vec()),
        9 => Reply::Raw(b"HTTP/1.1 204 X\r\nx-amzn-requestid: 1\r\n\r\n".to_vec()),
        10 => Reply::Json(200, nonsense(rng)),
        _ => {
            let page = format!("<html>{secrets}</html>");
            let length = page.len();
            let head = format!("HTTP/1.1 502 X\r\nContent-Length: {length}\r\n\r\n");
            Reply::Raw((head + &page).into_bytes())
        }
    }
}

/// Answers by chance, the same for the same seed and requests. One in `calm` is spoiled.
fn chaos(seed: u64) -> Hostile {
    let rng = std::sync::Mutex::new(Rng::with_seed(seed));
    let calm = [2, 4, 8][usize::try_from(seed % 3).unwrap()];
    Hostile::start(move |request: &Request, service: &mut Service| {
        let mut rng = rng.lock().unwrap();
        if rng.u8(..calm) > 0 {
            return None;
        }
        if rng.bool() {
            return Some(strange(&mut rng));
        }
        let mut reply = service.answer(request);
        if let Reply::Json(_, body) | Reply::With(_, _, body) = &mut reply {
            for _ in 0..=rng.u8(..3) {
                spoil(body, &mut rng);
            }
        }
        Some(reply)
    })
}

/// Runs a command to its end, or gives it up.
#[track_caller]
fn run(hostile: &Hostile, lab: &Lab, seed: u64, arguments: &[&str]) -> Said {
    let mut command = hostile.command(lab, arguments);
    command.env("XDG_STATE_HOME", lab.path(&seed.to_string()));
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let id = child.id().to_string();
    let (sender, ended) = std::sync::mpsc::channel::<()>();
    let guard = thread::spawn(move || {
        let late = ended.recv_timeout(LIMIT) == Err(std::sync::mpsc::RecvTimeoutError::Timeout);
        if late {
            let _ = std::process::Command::new("kill").args(["-s", "KILL", &id]).status();
        }
        late
    });
    drop(child.stdin.take());
    let output = child.wait_with_output().unwrap();
    drop(sender);
    assert!(!guard.join().unwrap(), "seed {seed}: {arguments:?} does not end");
    said(output)
}

fn check(said: &Said, seed: u64, arguments: &[&str]) {
    let what = format!("seed {seed}: {arguments:?}\n{}\n{}", said.stdout, said.stderr);
    assert!(matches!(said.status, Some(0..=5 | 75)), "{:?} {what}", said.status);
    for text in [&said.stdout, &said.stderr] {
        assert!(!text.contains("panicked"), "{what}");
        assert!(![KEY, TOKEN, KEY_ID].iter().any(|secret| text.contains(secret)), "{what}");
        let acts = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(!text.contains(acts), "{what}");
    }
}

#[test]
fn whatever_is_answered_a_run_ends_and_says_what_is_true() {
    let lab = Lab::new();
    let ubam = unaligned();
    let pair = [1, 2]
        .map(|read| data(&format!("cases/if-exists-skip-topup/run1/P1_S1_R{read}_001.fastq.gz")));
    let (ubam, pair) = (ubam.to_str().unwrap(), pair.each_ref().map(|path| path.to_str().unwrap()));
    let effort = ["--give-up-after=2s", "--attempts=3"];
    let seeds: Vec<u64> = (0..SEEDS).collect();
    at_once(&seeds, |&seed| {
        let hostile = chaos(seed);
        let wait = ["--wait-timeout=2s", "--output=json"];
        let files = if seed % 2 == 0 { vec![ubam] } else { [&pair[..], &["--verify"]].concat() };
        let put = [&["put"], &files[..], &effort, &wait].concat();
        let first = run(&hostile, &lab, seed, &put);
        check(&first, seed, &put);
        let document = first.json();
        let read_set = &document["read_sets"][0];
        if first.status == Some(0) {
            assert_eq!(read_set["status"], "active", "seed {seed}: {document}");
            assert!(hostile.count("CompleteMultipartReadSetUpload") > 0, "seed {seed}: {document}");
        }
        let id = read_set["read_set_id"].as_str().unwrap_or("5000000002").to_owned();
        let upload = read_set["upload_id"].as_str().unwrap_or("5000000001").to_owned();
        let resume = [&["resume"], &effort[..], &wait].concat();
        for arguments in [
            &resume[..],
            &["wait", &id, "--give-up-after=2s", "--wait-timeout=2s"],
            &["uploads", "list"],
            &["uploads", "list", "--output=json"],
            &["uploads", "parts", &upload, "--output=json"],
            &["uploads", "abort", &upload],
            &["uploads", "prune", "--all", "--older-than=0s"],
        ] {
            check(&run(&hostile, &lab, seed, arguments), seed, arguments);
        }
    });
}
