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

/// What is said when a fault stays, about one small file.
fn lasting(fault: &str, arguments: &[&str]) -> (Lab, Said) {
    let lab = Lab::with_faults(&[fault]);
    lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
    let said = lab.put(&[&["a.bam", "--progress=none"], arguments].concat());
    assert_eq!(lab.count("AbortMultipartReadSetUpload"), 0);
    (lab, said)
}

#[test]
fn errors_that_stay_are_told_with_what_to_do() {
    let mut transcript = String::new();
    for (fault, arguments) in [
        ("UploadReadSetPart:error:InternalServerException", &["--attempts=2"][..]),
        ("UploadReadSetPart:http:503", &["--attempts=1"]),
        ("UploadReadSetPart:error:AccessDeniedException", &[]),
        ("CreateMultipartReadSetUpload:error:AccessDeniedException", &[]),
        ("CreateMultipartReadSetUpload:error:ServiceQuotaExceededException", &[]),
        ("CreateMultipartReadSetUpload:error:ResourceNotFoundException", &[]),
        ("CreateMultipartReadSetUpload:error:ValidationException", &[]),
        ("UploadReadSetPart:error:ExpiredTokenException/403", &[]),
        ("UploadReadSetPart:error:Strange/418", &[]),
        ("UploadReadSetPart:wrong-checksum", &["--attempts=2"]),
        ("UploadReadSetPart:corrupt", &["--attempts=1"]),
        ("ListReadSetUploadParts:hide-part", &[]),
        ("ListReadSetUploadParts:wrong-size", &[]),
        ("ListReadSetUploadParts:error:AccessDeniedException", &[]),
        ("CompleteMultipartReadSetUpload:hide-part", &[]),
        ("CompleteMultipartReadSetUpload:error:AccessDeniedException", &[]),
        ("UploadReadSetPart:error:ThrottlingException", &["--give-up-after=500ms"]),
        ("CreateMultipartReadSetUpload:empty:uploadId", &[]),
        ("UploadReadSetPart:empty:checksum", &[]),
        ("CompleteMultipartReadSetUpload:empty:readSetId", &[]),
    ] {
        let (lab, said) = lasting(fault, arguments);
        let status = said.status.unwrap();
        let (stdout, stderr) = (lab.plain(&said.stdout), lab.plain(&said.stderr));
        transcript.push_str(&format!("* {fault} {}\n", arguments.join(" ")));
        transcript.push_str(&format!("{stdout}{stderr}status {status}\n\n"));
    }
    expect![[r#"
        * UploadReadSetPart:error:InternalServerException --attempts=2
        failed
        error: `a.bam`: the service answered 2 times with an error
          caused by: UploadReadSetPart failed: InternalServerException: This error was asked for (request ID REQUEST_ID)

        hint: run the same command again later
        the parts sent so far are kept in the store as upload ID; to give them up: `aws omics abort-multipart-read-set-upload --sequence-store-id STORE --upload-id ID`
        status 75

        * UploadReadSetPart:http:503 --attempts=1
        failed
        error: `a.bam`: the service answered once with an error
          caused by: UploadReadSetPart failed: the service answered with status 503 (request ID REQUEST_ID)

        hint: run the same command again later
        the parts sent so far are kept in the store as upload ID; to give them up: `aws omics abort-multipart-read-set-upload --sequence-store-id STORE --upload-id ID`
        status 75

        * UploadReadSetPart:error:AccessDeniedException 
        failed
        error: `a.bam`: the service refused the request
          caused by: UploadReadSetPart failed: AccessDeniedException: This error was asked for (request ID REQUEST_ID)

        hint: the caller needs the permission `omics:UploadReadSetPart` on the sequence store, and for a store with its own key also on that KMS key; the README lists the least policy
        the parts sent so far are kept in the store as upload ID; to give them up: `aws omics abort-multipart-read-set-upload --sequence-store-id STORE --upload-id ID`
        status 1

        * CreateMultipartReadSetUpload:error:AccessDeniedException 
        failed
        error: `a.bam`: the service refused the request
          caused by: CreateMultipartReadSetUpload failed: AccessDeniedException: This error was asked for (request ID REQUEST_ID)

        hint: the caller needs the permission `omics:CreateMultipartReadSetUpload` on the sequence store, and for a store with its own key also on that KMS key; the README lists the least policy
        status 1

        * CreateMultipartReadSetUpload:error:ServiceQuotaExceededException 
        failed
        error: `a.bam`: the service refused the request
          caused by: CreateMultipartReadSetUpload failed: ServiceQuotaExceededException: This error was asked for (request ID REQUEST_ID)

        hint: a service quota of the account is used up; the Service Quotas console shows which
        status 1

        * CreateMultipartReadSetUpload:error:ResourceNotFoundException 
        failed
        error: `a.bam`: the service refused the request
          caused by: CreateMultipartReadSetUpload failed: ResourceNotFoundException: This error was asked for (request ID REQUEST_ID)

        hint: look at the store's ID and at the region: stores are found in their own region only
        status 1

        * CreateMultipartReadSetUpload:error:ValidationException 
        failed
        error: `a.bam`: the service refused the request
          caused by: CreateMultipartReadSetUpload failed: ValidationException: This error was asked for (request ID REQUEST_ID)
        status 1

        * UploadReadSetPart:error:ExpiredTokenException/403 
        failed
        error: `a.bam`: the credentials have run out
          caused by: UploadReadSetPart failed: ExpiredTokenException: This error was asked for (request ID REQUEST_ID)

        hint: get new credentials (for a profile with single sign-on: `aws sso login`), and run the same command again
        the parts sent so far are kept in the store as upload ID; to give them up: `aws omics abort-multipart-read-set-upload --sequence-store-id STORE --upload-id ID`
        status 75

        * UploadReadSetPart:error:Strange/418 
        failed
        error: `a.bam`: the service refused the request
          caused by: UploadReadSetPart failed: Strange: This error was asked for (request ID REQUEST_ID)

        hint: the parts sent so far are kept in the store as upload ID; to give them up: `aws omics abort-multipart-read-set-upload --sequence-store-id STORE --upload-id ID`
        status 1

        * UploadReadSetPart:wrong-checksum --attempts=2
        failed
        error: `a.bam`: part 1 of SOURCE1 arrived damaged 2 times: the service's checksum is not that of the bytes sent

        hint: something between this machine and the service changes data: look at proxies and memory before you try again
        the parts sent so far are kept in the store as upload ID; to give them up: `aws omics abort-multipart-read-set-upload --sequence-store-id STORE --upload-id ID`
        status 1

        * UploadReadSetPart:corrupt --attempts=1
        failed
        error: `a.bam`: part 1 of SOURCE1 arrived damaged once: the service's checksum is not that of the bytes sent

        hint: something between this machine and the service changes data: look at proxies and memory before you try again
        the parts sent so far are kept in the store as upload ID; to give them up: `aws omics abort-multipart-read-set-upload --sequence-store-id STORE --upload-id ID`
        status 1

        * ListReadSetUploadParts:hide-part 
        failed
        error: `a.bam`: the service's list of parts still differs after 3 rounds: part 1 of SOURCE1 is not listed

        hint: the parts sent so far are kept in the store as upload ID; to give them up: `aws omics abort-multipart-read-set-upload --sequence-store-id STORE --upload-id ID`
        status 1

        * ListReadSetUploadParts:wrong-size 
        failed
        error: `a.bam`: the service's list of parts still differs after 3 rounds: part 1 of SOURCE1 is listed with 516 bytes instead of 515

        hint: the parts sent so far are kept in the store as upload ID; to give them up: `aws omics abort-multipart-read-set-upload --sequence-store-id STORE --upload-id ID`
        status 1

        * ListReadSetUploadParts:error:AccessDeniedException 
        failed
        error: `a.bam`: the service refused the request
          caused by: ListReadSetUploadParts failed: AccessDeniedException: This error was asked for (request ID REQUEST_ID)

        hint: the caller needs the permission `omics:ListReadSetUploadParts` on the sequence store, and for a store with its own key also on that KMS key; the README lists the least policy
        the parts sent so far are kept in the store as upload ID; to give them up: `aws omics abort-multipart-read-set-upload --sequence-store-id STORE --upload-id ID`
        status 1

        * CompleteMultipartReadSetUpload:hide-part 
        failed
        error: `a.bam`: the service refused the request
          caused by: CompleteMultipartReadSetUpload failed: ValidationException: Part 1 of SOURCE1 has not been uploaded (request ID REQUEST_ID)

        hint: the parts sent so far are kept in the store as upload ID; to give them up: `aws omics abort-multipart-read-set-upload --sequence-store-id STORE --upload-id ID`
        status 1

        * CompleteMultipartReadSetUpload:error:AccessDeniedException 
        failed
        error: `a.bam`: the service refused the request
          caused by: CompleteMultipartReadSetUpload failed: AccessDeniedException: This error was asked for (request ID REQUEST_ID)

        hint: the caller needs the permission `omics:CompleteMultipartReadSetUpload` on the sequence store, and for a store with its own key also on that KMS key; the README lists the least policy
        the parts sent so far are kept in the store as upload ID; to give them up: `aws omics abort-multipart-read-set-upload --sequence-store-id STORE --upload-id ID`
        status 1

        * UploadReadSetPart:error:ThrottlingException --give-up-after=500ms
        failed
        error: `a.bam`: nothing got through for 500ms
          caused by: UploadReadSetPart failed: ThrottlingException: This error was asked for (request ID REQUEST_ID)

        hint: the account's requests a second are used up, maybe by others: run the same command again later; `--give-up-after` sets the patience
        the parts sent so far are kept in the store as upload ID; to give them up: `aws omics abort-multipart-read-set-upload --sequence-store-id STORE --upload-id ID`
        status 75

        * CreateMultipartReadSetUpload:empty:uploadId 
        failed
        error: `a.bam`: the service refused the request
          caused by: CreateMultipartReadSetUpload failed: the service's answer is not usable: `` is not an upload ID: 10 to 36 digits are needed
        status 1

        * UploadReadSetPart:empty:checksum 
        failed
        error: `a.bam`: the service refused the request
          caused by: UploadReadSetPart failed: the service's answer is not usable: `` is not a checksum of a part: 1 to 100 characters are needed

        hint: the parts sent so far are kept in the store as upload ID; to give them up: `aws omics abort-multipart-read-set-upload --sequence-store-id STORE --upload-id ID`
        status 1

        * CompleteMultipartReadSetUpload:empty:readSetId 
        ID
        status 0

    "#]].assert_eq(&transcript);
}

#[test]
fn nobody_there_is_waited_for_as_long_as_was_said() {
    let mut transcript = String::new();
    for fault in ["*:reset:before", "UploadReadSetPart:reset:before"] {
        let (lab, said) = lasting(fault, &["--give-up-after=700ms"]);
        assert_eq!(said.stdout, "failed\n");
        transcript.push_str(&lab.plain(&said.stderr));
        transcript.push_str(&format!("status {}\n\n", said.status.unwrap()));
    }
    let lab = Lab::new();
    lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
    let mut command = lab.put_command(&["a.bam", "--progress=none", "--give-up-after=300ms"]);
    // Nothing listens at the discard port.
    command.env("AWS_ENDPOINT_URL_OMICS", "http://127.0.0.1:9");
    let said = Lab::run(command);
    transcript.push_str(&lab.plain(&said.stderr));
    transcript.push_str(&format!("status {}\n", said.status.unwrap()));
    expect![[r#"
        error: `a.bam`: nothing got through for 700ms
          caused by: CreateMultipartReadSetUpload failed
          caused by: io error
          caused by: connection error
          caused by: Connection reset by peer (os error 104)

        hint: look at the network and the proxy settings, and run the same command again; `--give-up-after` sets the patience
        status 75

        error: `a.bam`: nothing got through for 700ms
          caused by: UploadReadSetPart failed
          caused by: io error
          caused by: connection error
          caused by: Connection reset by peer (os error 104)

        hint: look at the network and the proxy settings, and run the same command again; `--give-up-after` sets the patience
        the parts sent so far are kept in the store as upload ID; to give them up: `aws omics abort-multipart-read-set-upload --sequence-store-id STORE --upload-id ID`
        status 75

        error: `a.bam`: nothing got through for 300ms
          caused by: CreateMultipartReadSetUpload failed
          caused by: io error
          caused by: tcp connect error
          caused by: Connection refused (os error 111)

        hint: look at the network and the proxy settings, and run the same command again; `--give-up-after` sets the patience
        status 75
    "#]].assert_eq(&transcript);
}

#[test]
fn a_document_names_the_error_for_programs() {
    let (lab, said) = lasting("UploadReadSetPart:error:AccessDeniedException", &["--output=json"]);
    let error = &said.expect(1).json()["read_sets"][0]["error"];
    expect![[r#"
        {
          "kind": "denied",
          "message": "the service refused the request: UploadReadSetPart failed: AccessDeniedException: This error was asked for (request ID REQUEST_ID)",
          "hint": "the caller needs the permission `omics:UploadReadSetPart` on the sequence store, and for a store with its own key also on that KMS key; the README lists the least policy\nthe parts sent so far are kept in the store as upload ID; to give them up: `aws omics abort-multipart-read-set-upload --sequence-store-id STORE --upload-id ID`",
          "request_id": "REQUEST_ID"
        }"#]].assert_eq(&lab.plain(&serde_json::to_string_pretty(error).unwrap()));
}
