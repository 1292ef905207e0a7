//! Everything that a sandbox can do wrong, over a pair of many parts: either the upload ends well and
//! holds what the files hold, or it ends with the status and the message that are promised.

use std::sync::OnceLock;

use expect_test::expect;

use crate::{
    lab::{Lab, Said, at_once},
    material,
};

/// Two files of two parts each.
fn pair() -> &'static [Vec<u8>; 2] {
    static PAIR: OnceLock<[Vec<u8>; 2]> = OnceLock::new();
    PAIR.get_or_init(|| material::pair(5_300_000))
}

const PAIR: [&str; 3] = ["s_R1.fastq.gz", "s_R2.fastq.gz", "--part-size=5MiB"];

/// Uploads the pair in a lab with these faults.
fn put_pair(faults: &[&str], arguments: &[&str]) -> (Lab, Said) {
    let lab = Lab::with_faults(faults);
    for (name, content) in PAIR.iter().zip(pair()) {
        lab.file(name, content);
    }
    let said = lab.put(&[&PAIR[..], arguments].concat());
    (lab, said)
}

/// The upload ends well, is one read set, and holds what the files hold.
#[track_caller]
fn ends_well(faults: &[&str], arguments: &[&str]) -> (Lab, Said) {
    let (mut lab, said) = put_pair(faults, &[&["--progress=none"], arguments].concat());
    assert_eq!(said.status, Some(0), "{faults:?}: {}", said.stderr);
    let struck = lab.requests().iter().any(|request| !request["faults"].is_null());
    let about_parts =
        ["hide-part", "wrong-", "opaque", "hex", "processing", "keep-listed", "quotas"];
    let is_told = !faults.iter().any(|fault| about_parts.iter().any(|about| fault.contains(about)));
    assert!(struck || !is_told, "{faults:?} never struck");
    lab.restart_sandbox(&[]);
    assert_eq!((lab.read_sets(), lab.uploads()), (1, 0), "{faults:?}");
    let [first, second] = pair();
    assert!(lab.read_back(said.line(), "SOURCE1") == *first, "{faults:?}");
    assert!(lab.read_back(said.line(), "SOURCE2") == *second, "{faults:?}");
    assert_eq!(lab.count("AbortMultipartReadSetUpload"), 0);
    (lab, said)
}

#[test]
fn errors_and_throttling_that_pass() {
    let faults = [
        "UploadReadSetPart:error:InternalServerException,times=3",
        "UploadReadSetPart:error:ThrottlingException,retry-after=1,times=2",
        "UploadReadSetPart:error:RequestTimeoutException,nth=2",
        "UploadReadSetPart:http:503,every=2",
        "CreateMultipartReadSetUpload:error:ThrottlingException,times=2",
        "ListReadSetUploadParts:http:502,times=2",
        "CompleteMultipartReadSetUpload:error:InternalServerException,times=2",
        "GetReadSetMetadata:error:ResourceNotFoundException,times=2",
        "*:error:InternalServerException,every=3",
    ];
    at_once(&faults, |fault| assert_eq!(ends_well(&[fault], &[]).1.stderr, "", "{fault}"));
}

#[test]
fn connections_that_break() {
    let faults = [
        "UploadReadSetPart:reset:before,times=2",
        "UploadReadSetPart:reset:within,times=2",
        "UploadReadSetPart:reset:after,times=2",
        "UploadReadSetPart:lose-answer,times=2",
        "UploadReadSetPart:stall:1s,nth=2",
        "*:latency:40ms",
        "UploadReadSetPart:bandwidth:20MB/s",
        "*:reset:after,every=4",
    ];
    at_once(&faults, |fault| assert_eq!(ends_well(&[fault], &[]).1.stderr, "", "{fault}"));
}

#[test]
fn parts_that_arrive_otherwise_than_they_were_sent() {
    let cases = [
        ("UploadReadSetPart:wrong-checksum,part=2,source=1,times=2", 6),
        ("UploadReadSetPart:corrupt,nth=1", 5),
        ("UploadReadSetPart:hide-part,part=1,source=1,times=1", 5),
        ("ListReadSetUploadParts:hide-part,part=2,times=1", 5),
        ("ListReadSetUploadParts:wrong-size,source=2,times=1", 5),
        ("ListReadSetUploadParts:wrong-checksum,times=2", 6),
        ("*:hex-checksum", 4),
        ("ListReadSetUploadParts:hex-checksum", 4),
    ];
    at_once(&cases, |(fault, uploads)| {
        let (lab, said) = ends_well(&[fault], &[]);
        assert_eq!(lab.count("UploadReadSetPart"), *uploads, "{fault}");
        assert_eq!(said.stderr, "", "{fault}");
    });
}

#[test]
fn checksums_of_an_unknown_form_are_accepted_with_a_warning() {
    at_once(&["*:opaque-checksum", "ListReadSetUploadParts:opaque-checksum"], |fault| {
        let (lab, said) = ends_well(&[fault], &[]);
        assert_eq!(lab.count("UploadReadSetPart"), 4, "{fault}");
        assert_eq!(said.stderr.matches("warning: ").count(), 1, "{}", said.stderr);
    });
}

#[test]
fn lost_answers_make_nothing_twice() {
    let cases = [
        ("CreateMultipartReadSetUpload:lose-answer,nth=1", 2, 1),
        ("CreateMultipartReadSetUpload:reset:after,nth=1", 2, 1),
        ("CompleteMultipartReadSetUpload:lose-answer,nth=1", 1, 1),
        ("CompleteMultipartReadSetUpload:reset:after,nth=1", 1, 1),
    ];
    at_once(&cases, |(fault, creates, completes)| {
        let (lab, said) = ends_well(&[fault], &[]);
        assert_eq!(lab.count("CreateMultipartReadSetUpload"), *creates, "{fault}");
        assert_eq!(lab.count("CompleteMultipartReadSetUpload"), *completes, "{fault}");
        assert_eq!(said.stderr, "", "{fault}");
    });
}

#[test]
fn what_the_service_may_do_besides() {
    let faults = [
        "CompleteMultipartReadSetUpload:processing:1s",
        "CompleteMultipartReadSetUpload:keep-listed",
        "*:empty:nextToken",
        "quotas",
    ];
    at_once(&faults, |fault| assert_eq!(ends_well(&[fault], &[]).1.stderr, "", "{fault}"));
    let (lab, said) = ends_well(&["GetReadSetMetadata:status:Odd,times=2"], &[]);
    expect![[r#"
        warning: s: read set READ_SET has the unknown status `Odd`
    "#]]
    .assert_eq(&lab.plain(&said.stderr));
}

#[test]
fn throttling_does_not_count_as_an_attempt() {
    let fault = "UploadReadSetPart:error:ThrottlingException,times=5";
    let (_, said) = put_pair(&[fault], &["--attempts=1", "--output=json", "--progress=none"]);
    let document = said.expect(0).json();
    assert_eq!(document["read_sets"][0]["throttled"], 5);
    assert_eq!(document["read_sets"][0]["retries"], 0);
}

#[test]
fn storms() {
    at_once(&[1, 2, 3], |seed| {
        let with_seed =
            |fault: &str, chance: f64| format!("{fault},probability={chance},seed={seed}");
        let faults = [
            with_seed("UploadReadSetPart:reset:before", 0.15),
            with_seed("UploadReadSetPart:reset:within", 0.15),
            with_seed("UploadReadSetPart:lose-answer", 0.15),
            with_seed("UploadReadSetPart:corrupt", 0.15),
            with_seed("UploadReadSetPart:error:ThrottlingException", 0.2),
            with_seed("UploadReadSetPart:hide-part", 0.05),
            with_seed("*:error:InternalServerException", 0.1),
            with_seed("*:http:504", 0.1),
            with_seed("*:latency:100ms", 0.2),
            "CreateMultipartReadSetUpload:lose-answer,nth=1".to_owned(),
            "ListReadSetUploadParts:hide-part,nth=2".to_owned(),
            "CompleteMultipartReadSetUpload:lose-answer,nth=1".to_owned(),
        ];
        let faults: Vec<_> = faults.iter().map(String::as_str).collect();
        ends_well(&faults, &["--attempts=50"]);
    });
}
