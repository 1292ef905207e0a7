//! Hosts that are not there, and regions without the service.

use expect_test::expect;
use regex_lite::Regex;

use super::{lab, put};
use crate::{
    lab::{Lab, Said, skipped},
    running::Running,
};

/// What was said, without the resolver's own words.
fn plain(said: &Said) -> String {
    let resolver = Regex::new("failed to lookup address information: .*").unwrap();
    resolver.replace(&said.stderr, "RESOLVER").into_owned()
}

/// <https://github.com/aws/aws-cli/issues/8745>
#[test]
fn region_without_service() {
    let lab = lab();
    let in_region = |region: &str| {
        let said = put(&lab, |command| {
            command.env_remove("AWS_ENDPOINT_URL_OMICS").env("AWS_REGION", region);
        });
        said.expect(2);
        said
    };
    expect![[r"
        error: `a.bam`: the service cannot be reached
          caused by: ListMultipartReadSetUploads failed
          caused by: cannot resolve control-storage-omics.us-east-2.amazonaws.com
          caused by: RESOLVER

        hint: AWS HealthOmics is available in us-east-1, us-west-2, eu-west-1, eu-west-2, eu-central-1, ap-southeast-1, il-central-1, ap-northeast-2; set AWS_REGION, `region` in the AWS profile, or the region in the ARN of the store
    "]]
    .assert_eq(&plain(&in_region("us-east-2")));
    let said = in_region("us-esat-1");
    assert!(
        said.stderr.contains("hint: did you mean `us-east-1`? AWS HealthOmics"),
        "{}",
        said.stderr
    );
    expect![[r"
        error: `US-EAST-1` is not the name of an AWS region

        hint: did you mean `us-east-1`? AWS HealthOmics is available in us-east-1, us-west-2, eu-west-1, eu-west-2, eu-central-1, ap-southeast-1, il-central-1, ap-northeast-2; set AWS_REGION, `region` in the AWS profile, or the region in the ARN of the store
    "]]
    .assert_eq(&in_region("US-EAST-1").stderr);
}

/// There are FIPS endpoints in two regions only.
#[test]
fn a_form_of_endpoint_that_a_region_does_not_have() {
    let lab = lab();
    let said = put(&lab, |command| {
        command.env_remove("AWS_ENDPOINT_URL_OMICS").env("AWS_REGION", "eu-west-1");
        command.env("AWS_USE_FIPS_ENDPOINT", "true");
    });
    said.expect(2);
    let wanted = "cannot resolve control-storage-omics-fips.eu-west-1.amazonaws.com\n";
    assert!(said.stderr.contains(wanted), "{}", said.stderr);
    assert!(said.stderr.contains("HealthOmics has FIPS endpoints in us-east-1"), "{}", said.stderr);
}

/// A region that is not in any list of ours works as soon as its host is there.
#[test]
fn a_region_nobody_knows_is_used() {
    let lab = lab();
    put(&lab, |command| _ = command.env("AWS_REGION", "mars-north-1")).expect(0);
}

#[test]
fn an_endpoint_that_is_not_there_is_told_at_once() {
    let lab = lab();
    let said = put(&lab, |command| {
        command.env("AWS_ENDPOINT_URL_OMICS", "http://omics.nowhere.invalid:4566");
    });
    said.expect(2);
    expect![[r"
        error: `a.bam`: the service cannot be reached
          caused by: ListMultipartReadSetUploads failed
          caused by: cannot resolve control-storage-omics.nowhere.invalid
          caused by: RESOLVER

        hint: check the name of the endpoint: AWS_ENDPOINT_URL_OMICS, AWS_ENDPOINT_URL or `endpoint_url` in the AWS profile gives it, and prefixes such as `control-storage-` are put in front unless AWS_DISABLE_HOST_PREFIX_INJECTION=true
    "]]
    .assert_eq(&plain(&said));
    for arguments in [&["uploads", "list"][..], &["verify", "1234567890", "a.bam"]] {
        let mut command = lab.command(arguments);
        command.args(["--store", "1234567890"]);
        command.env("AWS_ENDPOINT_URL_OMICS", "http://omics.nowhere.invalid:4566");
        let said = Lab::run(command);
        assert_eq!(said.status, Some(2), "{arguments:?}: {}", said.stderr);
        let all = format!("{}{}", said.stdout, said.stderr);
        assert!(all.contains("check the name of the endpoint"), "{arguments:?}: {all}");
    }
}

/// Nobody listens at the address: that may pass, so it is tried again, and every line says why.
#[test]
fn what_keeps_a_run_from_going_on_is_told() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    if mask.is_some_and(|mask| u64::from_str_radix(mask.trim(), 16).is_ok_and(|mask| mask & 2 != 0))
    {
        return skipped("SIGINT is ignored here");
    }
    let lab = lab();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let start = |arguments: &[&str]| {
        let mut command = lab.command(arguments);
        command
            .args(["-v", "--store", "1234567890"])
            .env("AWS_ENDPOINT_URL_OMICS", format!("http://{closed}"));
        let mut running = Running::start(command);
        running.wait_for_lines("Connection refused", 1);
        running.signal("INT");
        let said = running.finish();
        said.expect(130);
        said
    };
    let said = start(&["put", "a.bam"]);
    let (_, why) = said.stderr.split_once("error: `a.bam`: interrupted\n").unwrap();
    assert!(why.starts_with("  caused by: ListMultipartReadSetUploads failed: "), "{why}");
    assert!(why.contains("Connection refused"), "{why}");
    let error = start(&["put", "a.bam", "--output=json"]).json()["read_sets"][0]["error"].clone();
    let message = error["message"].as_str().unwrap();
    assert!(message.starts_with("interrupted: ListMultipartReadSetUploads failed"), "{message}");
    let said = start(&["wait", "9876543210"]);
    let (_, why) = said.stderr.split_once("  caused by: the wait was interrupted\n").unwrap();
    assert!(why.starts_with("  caused by: GetReadSetMetadata failed: "), "{why}");
    assert!(why.contains("Connection refused"), "{why}");
}
