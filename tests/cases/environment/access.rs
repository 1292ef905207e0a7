//! Keys, clocks and permissions: each has its own advice.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener},
    thread,
    time::{Duration, SystemTime},
};

use super::{put, with_faults};
use crate::lab::{Lab, Said};

fn refused(code: &str) -> Said {
    let lab = with_faults(&[&format!("CreateMultipartReadSetUpload:error:{code}/403")]);
    // An answer may also be one for which new credentials are waited for.
    put(&lab, |command| _ = command.args(["--give-up-after", "1s"]))
}

#[track_caller]
fn hint(said: &Said) -> &str {
    said.stderr.split_once("\nhint: ").unwrap_or_else(|| panic!("{}", said.stderr)).1.trim_end()
}

/// <https://github.com/awslabs/aws-sdk-rust/issues/1033>
#[test]
fn hint_for_bad_signature() {
    for code in ["InvalidSignatureException", "SignatureDoesNotMatch"] {
        let said = refused(code);
        said.expect(1);
        assert_eq!(
            hint(&said),
            "the secret access key does not match the access key ID: check AWS_SECRET_ACCESS_KEY, or the \
             AWS profile; `aws sts get-caller-identity` tests the same credentials",
            "{code}"
        );
    }
    for code in ["UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId"] {
        let said = refused(code);
        said.expect(1);
        let wanted = "AWS does not know this access key: check AWS_ACCESS_KEY_ID, ";
        assert!(hint(&said).starts_with(wanted), "{code}: {}", said.stderr);
    }
}

#[test]
fn other_refusals_have_their_own_hints() {
    for (code, status, wanted) in [
        ("AccessDeniedException", 1, "the caller needs the permission "),
        ("AccessDenied", 1, "the caller needs the permission "),
        ("OptInRequired", 1, "the AWS account is not signed up for HealthOmics"),
        ("KMSAccessDeniedException", 1, "the sequence store is encrypted with an AWS KMS key"),
        ("KMSDisabledException", 1, "the sequence store is encrypted with an AWS KMS key"),
        ("ExpiredToken", 75, "get new credentials"),
        ("ExpiredTokenException", 75, "get new credentials"),
        ("RequestExpired", 75, "get new credentials"),
        // The sandbox runs by the same clock, so there is no difference to tell.
        ("RequestTimeTooSkewed", 1, "this machine's clock "),
    ] {
        let said = refused(code);
        assert_eq!(said.status, Some(status), "{code}: {}", said.stderr);
        assert!(hint(&said).starts_with(wanted), "{code}: {}", said.stderr);
    }
}

/// Commands that only ask follow the same rules.
#[test]
fn commands_that_ask_tell_the_same() {
    for (code, status, wanted) in [
        ("ExpiredTokenException", 75, "get new credentials"),
        ("SignatureDoesNotMatch", 1, "the secret access key does not match"),
        ("UnrecognizedClientException", 1, "AWS does not know this access key"),
        ("AccessDeniedException", 1, "the caller needs the permission"),
    ] {
        let lab = with_faults(&[&format!("ListMultipartReadSetUploads:error:{code}/403")]);
        let said = Lab::run(lab.command(["uploads", "list", "--store", &lab.store()]));
        assert_eq!(said.status, Some(status), "{code}: {}", said.stderr);
        assert!(hint(&said).starts_with(wanted), "{code}: {}", said.stderr);
    }
}

/// A service whose clock shows another time, and that refuses everything.
fn at(offset: i64, answer: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 8192]);
            let now = SystemTime::now();
            let seconds = Duration::from_secs(offset.unsigned_abs());
            let time = if offset < 0 { now - seconds } else { now + seconds };
            let time = jiff::Timestamp::try_from(time).unwrap();
            let date = time.strftime("%a, %d %b %Y %H:%M:%S GMT");
            let _ = write!(
                stream,
                "HTTP/1.1 403 Forbidden\r\ndate: {date}\r\nx-amzn-requestid: 1\r\ncontent-length: {}\r\n\
                 connection: close\r\n\r\n{answer}",
                answer.len()
            );
        }
    });
    address
}

/// The difference is that of the answer's `Date`, whatever the message says.
#[test]
fn a_wrong_clock_is_told_with_its_difference() {
    const SIGNATURE: &str =
        r#"{"__type":"InvalidSignatureException","message":"Signature expired"}"#;
    const SKEWED: &str = r#"{"__type":"RequestTimeTooSkewed","message":"m"}"#;
    const DENIED: &str = r#"{"__type":"AccessDeniedException","message":"Signature expired"}"#;
    const KMS: &str = r#"{"__type":"AccessDeniedException","message":"User: u is not authorized to perform: kms:GenerateDataKey"}"#;
    let lab = with_faults(&[]);
    for (offset, answer, wanted) in [
        (3600, SIGNATURE, "this machine's clock is 3600 seconds behind the service's: correct it"),
        (
            -7200,
            SIGNATURE,
            "this machine's clock is 7200 seconds ahead of the service's: correct it",
        ),
        (-7200, SKEWED, "this machine's clock is 7200 seconds ahead of the service's: correct it"),
        (0, SIGNATURE, "the secret access key does not match"),
        (-7200, DENIED, "the caller needs the permission"),
        (0, KMS, "the sequence store is encrypted with an AWS KMS key"),
    ] {
        let url = format!("http://{}", at(offset, answer));
        let said = put(&lab, |command| _ = command.env("AWS_ENDPOINT_URL_OMICS", url));
        said.expect(1);
        // A second may pass between the two clocks.
        let hint = hint(&said).replace("3599", "3600").replace("7201", "7200");
        assert!(hint.starts_with(wanted), "{offset} {answer}: {}", said.stderr);
    }
}
