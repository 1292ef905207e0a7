//! Settings, regions, credentials and hosts as people have them.

mod access;
mod hosts;
mod nonsense;
mod switches;

use std::process::Command;

use crate::lab::{Lab, Said};

const UBAM: &str = "pysam-tests/test_unaligned.bam";

/// A lab with a file to upload.
fn lab() -> Lab {
    with_faults(&[])
}

fn with_faults(specs: &[&str]) -> Lab {
    let lab = Lab::with_faults(specs);
    lab.copy(UBAM, "a.bam");
    lab
}

/// Runs `put -q a.bam` after something is done to its command.
fn put(lab: &Lab, change: impl FnOnce(&mut Command)) -> Said {
    let mut command = lab.put_command(&["-q", "a.bam"]);
    change(&mut command);
    Lab::run(command)
}

/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>: requests are repeated by
/// this program itself, so it does not matter what is set for others.
#[test]
fn retry_mode_legacy() {
    let lab = lab();
    lab.home_file(".aws/config", "[default]\nretry_mode = legacy\nmax_attempts = 0\n");
    put(&lab, |_| ()).expect(0);
    Lab::run(lab.command(["uploads", "list", "--store", &lab.store()])).expect(0);
    for (name, value) in [
        ("AWS_MAX_ATTEMPTS", "0"),
        ("AWS_MAX_ATTEMPTS", ""),
        ("AWS_MAX_ATTEMPTS", "many"),
        ("AWS_RETRY_MODE", "legacy"),
        ("AWS_RETRY_MODE", "nonsense"),
    ] {
        let said = put(&lab, |command| _ = command.env(name, value));
        assert_eq!(said.status, Some(0), "{name}={value}: {}", said.stderr);
    }
}

/// <https://github.com/smithy-lang/smithy-rs/issues/1496>
#[test]
fn empty_endpoint_url() {
    let lab = lab();
    let url = lab.url();
    for (omics, all) in [("", url.as_str()), (" \t", &url), (&url, ""), (&format!(" {url} "), "")] {
        let said = put(&lab, |command| {
            command.env("AWS_ENDPOINT_URL_OMICS", omics).env("AWS_ENDPOINT_URL", all);
        });
        assert_eq!(said.status, Some(0), "{omics:?} {all:?}: {}", said.stderr);
    }
    // In the profile, too; also for the services that credentials come from.
    lab.home_file(
        ".aws/config",
        &format!(
            "[default]\nregion = us-east-1\nendpoint_url =\nservices = s\n\n[services s]\nomics =\n  \
             endpoint_url = {url}\nsts =\n  endpoint_url =\n"
        ),
    );
    let said = put(&lab, |command| _ = command.env_remove("AWS_ENDPOINT_URL_OMICS"));
    said.expect(0);
    let said = put(&lab, |command| {
        command.env("AWS_ENDPOINT_URL_OMICS", "localhost:80");
    });
    said.expect(2);
    assert_eq!(
        said.stderr,
        "error: the configured endpoint is not a URL that begins with `https://` or `http://`\n\n\
         hint: check AWS_ENDPOINT_URL_OMICS, AWS_ENDPOINT_URL and `endpoint_url` in the AWS profile\n"
    );
}

#[test]
fn empty_variables_are_unset() {
    let lab = lab();
    lab.home_file(".aws/config", "[default]\nregion = us-east-1\n");
    let keys = "aws_access_key_id = AKIDPROFILE\naws_secret_access_key = x\n";
    lab.home_file(".aws/credentials", &format!("[default]\n{keys}"));
    let said = put(&lab, |command| {
        for name in [
            "AWS_REGION",
            "AWS_DEFAULT_REGION",
            "AWS_PROFILE",
            "AWS_CONFIG_FILE",
            "AWS_SHARED_CREDENTIALS_FILE",
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "AWS_CA_BUNDLE",
            "AWS_ROLE_ARN",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "AWS_USE_FIPS_ENDPOINT",
            "HTTPS_PROXY",
            "OMICS_UPLOAD_PART_SIZE",
            "OMICS_UPLOAD_STATE_DIR",
            "OMICS_UPLOAD_SANDBOX",
            "OMICS_UPLOAD_RECEIPT",
            "OMICS_UPLOAD_OUTPUT",
            "OMICS_UPLOAD_NAME",
        ] {
            command.env(name, "");
        }
    });
    said.expect(0);
    assert_eq!(lab.read_sets(), 1);
    // A nested command has options of its own.
    let mut list = lab.command(["uploads", "list", "--store", &lab.store()]);
    list.env("OMICS_UPLOAD_OUTPUT", "").env("OMICS_UPLOAD_STORE", "");
    Lab::run(list).expect(0);
}

/// A file from Windows ends its lines with a carriage return.
#[test]
fn blanks_around_values_do_not_count() {
    let lab = lab();
    let url = lab.url();
    for (name, value) in [
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE\r"),
        ("AWS_SECRET_ACCESS_KEY", "secret\r\n"),
        ("AWS_SESSION_TOKEN", "token\r"),
        ("AWS_REGION", "us-east-1 "),
        ("AWS_REGION", "\tus-east-1\r"),
        ("AWS_ENDPOINT_URL_OMICS", &format!("{url} ")),
        ("AWS_ENDPOINT_URL_OMICS", &format!("{url}\r")),
        ("AWS_DISABLE_HOST_PREFIX_INJECTION", "true\r"),
    ] {
        let said = put(&lab, |command| _ = command.env(name, value));
        assert_eq!(said.status, Some(0), "{name}={value:?}: {}", said.stderr);
    }
    lab.home_file(
        ".aws/credentials",
        "\u{feff}[default]\r\naws_access_key_id = AKIDPROFILE\r\naws_secret_access_key = x\r\n",
    );
    put(&lab, |command| {
        command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    })
    .expect(0);
}

#[test]
fn what_cannot_be_sent_is_named() {
    let lab = lab();
    let said = put(&lab, |command| _ = command.env("AWS_SESSION_TOKEN", "a\u{7}b"));
    said.expect(2);
    assert_eq!(
        said.stderr,
        "error: the environment variable AWS_SESSION_TOKEN has a value that cannot be used\n\n\
         hint: set AWS_SESSION_TOKEN again, or leave it out with `unset AWS_SESSION_TOKEN`\n"
    );
    // Half a file of zero bytes, as a crash leaves it.
    lab.home_file(".aws/credentials", "[default]\naws_access_key_id = AKID\0\0\0\0");
    let said = put(&lab, |_| ());
    said.expect(2);
    assert_eq!(
        lab.plain(&said.stderr),
        "error: line 2 of `LAB/home/.aws/credentials` holds characters that cannot be used\n\n\
         hint: open the file in a text editor, and type this line again\n"
    );
    assert!(lab.requests().is_empty());
}

/// The first thing that every newcomer does: the store of the README is set, and a sandbox is tried.
#[test]
fn sandbox_with_store_set() {
    let lab = lab();
    let run = |arguments: &[&str]| {
        let mut command = lab.command(["put", "-q", "a.bam"]);
        command.args(arguments).env("OMICS_UPLOAD_STORE", "1234567890");
        Lab::run(command)
    };
    run(&["--sandbox"]).expect(0);
    run(&["--sandbox=kept"]).expect(0);
    lab.config("store = '1234567890'\nsandbox = true\n");
    run(&[]).expect(0);
    // What is typed counts.
    let said = run(&["--sandbox", "--store=1234567890"]);
    said.expect(1);
    assert!(said.stderr.contains("ResourceNotFoundException"), "{}", said.stderr);
    assert!(lab.requests().is_empty(), "a sandbox of its own was used");
}
