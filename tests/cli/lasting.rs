//! Trouble that stays: the status that is promised, and what to do about it.

use std::fmt::Write as _;

use expect_test::expect;

use crate::lab::{Lab, Said};

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
        writeln!(transcript, "* {fault} {}", arguments.join(" ")).unwrap();
        write!(transcript, "{stdout}{stderr}status {status}\n\n").unwrap();
    }
    expect![[r#"
        * UploadReadSetPart:error:InternalServerException --attempts=2
        failed
        error: `a.bam`: the service answered 2 times with an error
          caused by: UploadReadSetPart failed: InternalServerException: This error was asked for (request ID REQUEST_ID)

        hint: run the same command again later
        the parts sent so far are kept as upload ID; to resume: `omics-upload put --store STORE a.bam --progress=none --attempts=2`; to delete them: `omics-upload uploads abort ID --store STORE`
        status 75

        * UploadReadSetPart:http:503 --attempts=1
        failed
        error: `a.bam`: the service answered once with an error
          caused by: UploadReadSetPart failed: the service answered with status 503 (request ID REQUEST_ID)

        hint: run the same command again later
        the parts sent so far are kept as upload ID; to resume: `omics-upload put --store STORE a.bam --progress=none --attempts=1`; to delete them: `omics-upload uploads abort ID --store STORE`
        status 75

        * UploadReadSetPart:error:AccessDeniedException 
        failed
        error: `a.bam`: the service refused the request
          caused by: UploadReadSetPart failed: AccessDeniedException: This error was asked for (request ID REQUEST_ID)

        hint: the caller needs the permission `omics:UploadReadSetPart` on the sequence store, and for a store with its own key also on that KMS key; docs/security.md lists the least policy
        the parts sent so far are kept as upload ID; to resume: `omics-upload put --store STORE a.bam --progress=none`; to delete them: `omics-upload uploads abort ID --store STORE`
        status 1

        * CreateMultipartReadSetUpload:error:AccessDeniedException 
        failed
        error: `a.bam`: the service refused the request
          caused by: CreateMultipartReadSetUpload failed: AccessDeniedException: This error was asked for (request ID REQUEST_ID)

        hint: the caller needs the permission `omics:CreateMultipartReadSetUpload` on the sequence store, and for a store with its own key also on that KMS key; docs/security.md lists the least policy
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
        the parts sent so far are kept as upload ID; to resume: `omics-upload put --store STORE a.bam --progress=none`; to delete them: `omics-upload uploads abort ID --store STORE`
        status 75

        * UploadReadSetPart:error:Strange/418 
        failed
        error: `a.bam`: the service refused the request
          caused by: UploadReadSetPart failed: Strange: This error was asked for (request ID REQUEST_ID)

        hint: the parts sent so far are kept as upload ID; to resume: `omics-upload put --store STORE a.bam --progress=none`; to delete them: `omics-upload uploads abort ID --store STORE`
        status 1

        * UploadReadSetPart:wrong-checksum --attempts=2
        failed
        error: `a.bam`: part 1 of SOURCE1 arrived damaged 2 times: the service's checksum is not that of the bytes sent

        hint: something between this machine and the service changes data: look at proxies and memory before you try again
        the parts sent so far are kept as upload ID; to resume: `omics-upload put --store STORE a.bam --progress=none --attempts=2`; to delete them: `omics-upload uploads abort ID --store STORE`
        status 1

        * UploadReadSetPart:corrupt --attempts=1
        failed
        error: `a.bam`: part 1 of SOURCE1 arrived damaged once: the service's checksum is not that of the bytes sent

        hint: something between this machine and the service changes data: look at proxies and memory before you try again
        the parts sent so far are kept as upload ID; to resume: `omics-upload put --store STORE a.bam --progress=none --attempts=1`; to delete them: `omics-upload uploads abort ID --store STORE`
        status 1

        * ListReadSetUploadParts:hide-part 
        failed
        error: `a.bam`: the service's list of parts still differs after 3 rounds: part 1 of SOURCE1 is not listed

        hint: the parts sent so far are kept as upload ID; to resume: `omics-upload put --store STORE a.bam --progress=none`; to delete them: `omics-upload uploads abort ID --store STORE`
        status 1

        * ListReadSetUploadParts:wrong-size 
        failed
        error: `a.bam`: the service's list of parts still differs after 3 rounds: part 1 of SOURCE1 is listed with 516 bytes instead of 515

        hint: the parts sent so far are kept as upload ID; to resume: `omics-upload put --store STORE a.bam --progress=none`; to delete them: `omics-upload uploads abort ID --store STORE`
        status 1

        * ListReadSetUploadParts:error:AccessDeniedException 
        failed
        error: `a.bam`: the service refused the request
          caused by: ListReadSetUploadParts failed: AccessDeniedException: This error was asked for (request ID REQUEST_ID)

        hint: the caller needs the permission `omics:ListReadSetUploadParts` on the sequence store, and for a store with its own key also on that KMS key; docs/security.md lists the least policy
        the parts sent so far are kept as upload ID; to resume: `omics-upload put --store STORE a.bam --progress=none`; to delete them: `omics-upload uploads abort ID --store STORE`
        status 1

        * CompleteMultipartReadSetUpload:hide-part 
        failed
        error: `a.bam`: the service refused the request
          caused by: CompleteMultipartReadSetUpload failed: ValidationException: Part 1 of SOURCE1 has not been uploaded (request ID REQUEST_ID)

        hint: the parts sent so far are kept as upload ID; to resume: `omics-upload put --store STORE a.bam --progress=none`; to delete them: `omics-upload uploads abort ID --store STORE`
        status 1

        * CompleteMultipartReadSetUpload:error:AccessDeniedException 
        failed
        error: `a.bam`: the service refused the request
          caused by: CompleteMultipartReadSetUpload failed: AccessDeniedException: This error was asked for (request ID REQUEST_ID)

        hint: the caller needs the permission `omics:CompleteMultipartReadSetUpload` on the sequence store, and for a store with its own key also on that KMS key; docs/security.md lists the least policy
        the parts sent so far are kept as upload ID; to resume: `omics-upload put --store STORE a.bam --progress=none`; to delete them: `omics-upload uploads abort ID --store STORE`
        status 1

        * UploadReadSetPart:error:ThrottlingException --give-up-after=500ms
        failed
        error: `a.bam`: nothing got through for 500ms
          caused by: UploadReadSetPart failed: ThrottlingException: This error was asked for (request ID REQUEST_ID)

        hint: the account's requests a second are used up, maybe by others: run the same command again later; `--give-up-after` sets the patience
        the parts sent so far are kept as upload ID; to resume: `omics-upload put --store STORE a.bam --progress=none --give-up-after=500ms`; to delete them: `omics-upload uploads abort ID --store STORE`
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

        hint: the parts sent so far are kept as upload ID; to resume: `omics-upload put --store STORE a.bam --progress=none`; to delete them: `omics-upload uploads abort ID --store STORE`
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
        write!(transcript, "status {}\n\n", said.status.unwrap()).unwrap();
    }
    let lab = Lab::new();
    lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
    let mut command = lab.put_command(&["a.bam", "--progress=none", "--give-up-after=300ms"]);
    // Nothing listens at the discard port.
    command.env("AWS_ENDPOINT_URL_OMICS", "http://127.0.0.1:9");
    let said = Lab::run(command);
    transcript.push_str(&lab.plain(&said.stderr));
    writeln!(transcript, "status {}", said.status.unwrap()).unwrap();
    expect![[r#"
        error: `a.bam`: nothing got through for 700ms
          caused by: ListMultipartReadSetUploads failed
          caused by: client error (SendRequest)
          caused by: connection error
          caused by: Connection reset by peer (os error 104)

        hint: look at the network and the proxy settings, and run the same command again; `--give-up-after` sets the patience
        status 75

        error: `a.bam`: nothing got through for 700ms
          caused by: UploadReadSetPart failed
          caused by: client error (SendRequest)
          caused by: connection error
          caused by: Connection reset by peer (os error 104)

        hint: look at the network and the proxy settings, and run the same command again; `--give-up-after` sets the patience
        the parts sent so far are kept as upload ID; to resume: `omics-upload put --store STORE a.bam --progress=none --give-up-after=700ms`; to delete them: `omics-upload uploads abort ID --store STORE`
        status 75

        error: `a.bam`: nothing got through for 300ms
          caused by: ListMultipartReadSetUploads failed
          caused by: client error (Connect)
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
          "hint": "the caller needs the permission `omics:UploadReadSetPart` on the sequence store, and for a store with its own key also on that KMS key; docs/security.md lists the least policy\nthe parts sent so far are kept as upload ID; to resume: `omics-upload put --store STORE a.bam --progress=none --output=json`; to delete them: `omics-upload uploads abort ID --store STORE`",
          "request_id": "REQUEST_ID"
        }"#]].assert_eq(&lab.plain(&serde_json::to_string_pretty(error).unwrap()));
}
