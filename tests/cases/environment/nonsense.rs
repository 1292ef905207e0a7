//! Every setting that AWS documents, set to what it cannot be: the answer is a message or success.

use std::{
    ffi::OsString,
    os::unix::ffi::OsStringExt as _,
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use super::lab;
use crate::lab::Lab;

/// <https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html>, and what SDKs read besides.
const VARIABLES: &[&str] = &[
    "AWS_ACCESS_KEY_ID",
    "AWS_ACCOUNT_ID",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE",
    "AWS_AUTH_SCHEME_PREFERENCE",
    "AWS_CA_BUNDLE",
    "AWS_CONFIG_FILE",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_DEFAULTS_MODE",
    "AWS_DEFAULT_REGION",
    "AWS_DISABLE_CLOCK_SKEW_CORRECTION",
    "AWS_DISABLE_HOST_PREFIX_INJECTION",
    "AWS_DISABLE_REQUEST_COMPRESSION",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_OMICS",
    "AWS_ENDPOINT_URL_STS",
    "AWS_EXECUTION_ENV",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LOGIN_CACHE_DIRECTORY",
    "AWS_MAX_ATTEMPTS",
    "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
    "AWS_METADATA_SERVICE_TIMEOUT",
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_REQUEST_CHECKSUM_CALCULATION",
    "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES",
    "AWS_RESPONSE_CHECKSUM_VALIDATION",
    "AWS_RETRY_MODE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_SDK_UA_APP_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_SIGV4A_SIGNING_REGION_SET",
    "AWS_STS_REGIONAL_ENDPOINTS",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "_X_AMZN_TRACE_ID",
    "HOME",
    "SMITHY_CLIENT_SDK_CUSTOM_PARTITION",
];

/// <https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html>
const KEYS: &[&str] = &[
    "account_id_endpoint_mode",
    "api_versions",
    "auth_scheme_preference",
    "aws_access_key_id",
    "aws_account_id",
    "aws_secret_access_key",
    "aws_session_token",
    "ca_bundle",
    "cli_pager",
    "credential_process",
    "credential_source",
    "defaults_mode",
    "disable_clock_skew_correction",
    "disable_request_compression",
    "duration_seconds",
    "ec2_metadata_service_endpoint",
    "ec2_metadata_service_endpoint_mode",
    "ec2_metadata_v1_disabled",
    "endpoint_discovery_enabled",
    "endpoint_url",
    "external_id",
    "ignore_configured_endpoint_urls",
    "login_session",
    "max_attempts",
    "metadata_service_num_attempts",
    "metadata_service_timeout",
    "mfa_serial",
    "output",
    "parameter_validation",
    "region",
    "request_checksum_calculation",
    "request_min_compression_size_bytes",
    "response_checksum_validation",
    "retry_mode",
    "role_arn",
    "role_session_name",
    "s3",
    "sdk_ua_app_id",
    "services",
    "sigv4a_signing_region_set",
    "source_profile",
    "sso_account_id",
    "sso_region",
    "sso_registration_scopes",
    "sso_role_name",
    "sso_session",
    "sso_start_url",
    "sts_regional_endpoints",
    "tcp_keepalive",
    "use_dualstack_endpoint",
    "use_fips_endpoint",
    "web_identity_token_file",
];

fn values() -> Vec<Vec<u8>> {
    vec![
        Vec::new(),
        b"0".to_vec(),
        b"99999999999999999999999".to_vec(),
        b"default".to_vec(),
        b"http://[::1".to_vec(),
        b"a\x07b\x1b[2J".to_vec(),
        "Zo\u{eb} \u{202e}\u{1f9ec}".as_bytes().to_vec(),
        b"\xff\xfe".to_vec(),
        vec![b'x'; 10_000],
    ]
}

/// Runs many commands, a few at a time; none of them may panic, and all have something to say.
fn try_all<C: Sync>(cases: &[C], command: impl Fn(&C) -> (String, Command) + Sync) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (what, mut command) = command(case);
                    let output = command.output().unwrap();
                    let stderr = String::from_utf8_lossy(&output.stderr);
                    let status = output.status.code();
                    assert!(matches!(status, Some(0 | 1 | 2 | 75)), "{what}: {status:?} {stderr}");
                    assert!(!stderr.contains("panicked"), "{what}: {stderr}");
                    assert_eq!(status == Some(0), stderr.is_empty(), "{what}: {status:?} {stderr}");
                    let is_calm = |c: char| c == '\n' || !c.is_control();
                    assert!(stderr.chars().all(is_calm), "{what}: {stderr:?}");
                }
            });
        }
    });
}

/// A look at the store by credentials of the environment, or by those that a profile leads to.
fn list(lab: &Lab, by_keys: bool) -> Command {
    let mut command = lab.command(["uploads", "list", "--store", &lab.store()]);
    if !by_keys {
        command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    }
    command
}

#[test]
fn variables_of_aws() {
    let lab = lab();
    let cases: Vec<_> = VARIABLES
        .iter()
        .flat_map(|name| values().into_iter().map(move |value| (*name, value)))
        .enumerate()
        .map(|(number, (name, value))| (name, value, number.is_multiple_of(2)))
        // Looking for a machine's own credentials in the network takes its time.
        .filter(|(name, ..)| !name.starts_with("AWS_EC2_METADATA_DISABLED"))
        .collect();
    try_all(&cases, |(name, value, by_keys)| {
        let mut command = list(&lab, *by_keys);
        command.env(name, OsString::from_vec(value.clone()));
        (format!("{name}={:?} {by_keys}", value.escape_ascii().to_string()), command)
    });
}

#[test]
fn keys_of_profiles() {
    let lab = lab();
    // The key stands by itself, beside keys, in a role whose keys are elsewhere, and in a session.
    let frames = [
        "[default]\nKEY = VALUE\n",
        "[default]\naws_access_key_id = A\naws_secret_access_key = b\nKEY = VALUE\n",
        "[default]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = base\nKEY = VALUE\n\
         \n[profile base]\naws_access_key_id = A\naws_secret_access_key = b\nKEY = VALUE\n",
        "[default]\nservices = s\nsso_session = t\nsso_account_id = 1\nsso_role_name = r\n\n\
         [services s]\nomics =\n  KEY = VALUE\nsts =\n  KEY = VALUE\n\n[sso-session t]\nKEY = VALUE\n",
        "[default]\naws_access_key_id = A\n  KEY = VALUE\naws_secret_access_key = b\n",
    ];
    let cases: Vec<_> = KEYS
        .iter()
        .flat_map(|key| values().into_iter().map(move |value| (*key, value)))
        .enumerate()
        .collect();
    try_all(&cases, |(number, (key, value))| {
        // Every key meets every frame, if not with every value.
        let frame = frames[(number + number / values().len()) % frames.len()];
        let text: Vec<u8> = frame
            .replace("KEY", key)
            .split("VALUE")
            .map(|piece| piece.as_bytes().to_vec())
            .collect::<Vec<_>>()
            .join(&value[..]);
        let path = lab.path(&format!("profile-{number}"));
        std::fs::write(&path, text).unwrap();
        let mut command = list(&lab, false);
        // Where credentials come from is asked as well, and knows nothing of it.
        command
            .env("AWS_CONFIG_FILE", path)
            .env("AWS_ENDPOINT_URL_STS", lab.url())
            .env("AWS_ENDPOINT_URL_SSO", lab.url());
        (format!("{key} = {} in {frame}", value.escape_ascii()), command)
    });
}
