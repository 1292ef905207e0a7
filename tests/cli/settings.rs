//! Where settings come from: ours, and those of AWS.

use serde_json::json;

use crate::lab::Lab;

const UBAM: &str = "pysam-tests/test_unaligned.bam";

#[test]
fn flags_come_before_the_environment_and_the_environment_before_the_file() {
    let lab = Lab::new();
    lab.copy(UBAM, "a.bam");
    let name = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = lab.command(["put", "a.bam", "--dry-run", "--output=json"]);
        command.args(arguments).envs(variables.iter().copied());
        let plan = Lab::run(command).expect(0).json()["plan"][0].clone();
        (plan["name"].as_str().unwrap().to_owned(), plan["part_size"].as_u64().unwrap())
    };
    let is = |(name, size): (String, u64)| (name, size >> 20);
    assert_eq!(is(name(&[], &[])), ("a".to_owned(), 64));
    lab.config("name = 'file'\npart-size = '8MiB'\n");
    assert_eq!(is(name(&[], &[])), ("file".to_owned(), 8));
    let variables = [("OMICS_UPLOAD_NAME", "variable"), ("OMICS_UPLOAD_PART_SIZE", "9MiB")];
    assert_eq!(is(name(&[], &variables)), ("variable".to_owned(), 9));
    assert_eq!(is(name(&["--name=flag"], &variables)), ("flag".to_owned(), 9));

    // The store, and what is no value, can be set there too.
    lab.config(&format!("store = '{}'\nno-wait = true\ntag = ['a=1', 'b=2']\n", lab.store()));
    Lab::run(lab.command(["put", "a.bam"])).expect(0);
    assert_eq!(lab.count("GetReadSetMetadata"), 0);
    let mut command = lab.command(["put", "a.bam"]);
    command.env("OMICS_UPLOAD_NO_WAIT", "false");
    Lab::run(command).expect(0);
    assert!(lab.count("GetReadSetMetadata") > 0);

    // Set to nothing, it says nothing; and a word that is neither yes nor no is refused.
    let looked = lab.count("GetReadSetMetadata");
    let mut command = lab.command(["put", "a.bam"]);
    command.env("OMICS_UPLOAD_NO_WAIT", "");
    Lab::run(command).expect(0);
    assert_eq!(lab.count("GetReadSetMetadata"), looked);
    let mut command = lab.command(["put", "a.bam"]);
    command.env("OMICS_UPLOAD_NO_WAIT", "perhaps");
    let refused = Lab::run(command);
    refused.expect(2);
    assert!(
        refused.stderr.contains("`perhaps`") || refused.stderr.contains("'perhaps'"),
        "{}",
        refused.stderr
    );
    assert!(refused.stderr.contains("--no-wait"), "{}", refused.stderr);

    // The folder of configurations can be elsewhere.
    lab.home_file("elsewhere/omics-upload/config.toml", "name = 'elsewhere'");
    let elsewhere = lab.home().join("elsewhere");
    let variables = [("XDG_CONFIG_HOME", elsewhere.to_str().unwrap())];
    assert_eq!(is(name(&[], &variables)), ("elsewhere".to_owned(), 64));
}

#[test]
fn a_sandbox_inside_needs_nothing_of_aws() {
    let lab = Lab::new();
    lab.copy(UBAM, "a.bam");
    let run = |arguments: &[&str]| {
        let mut command = lab.command(["put", "a.bam", "--output=json", "-q"]);
        command.args(arguments).env_clear();
        Lab::run(command).expect(0).json()["read_sets"][0].clone()
    };
    assert_eq!(run(&["--sandbox"])["status"], "active");
    let [first, second] = [run(&["--sandbox=kept"]), run(&["--sandbox=kept"])];
    assert_eq!(first["store_id"], second["store_id"]);
    assert_ne!(first["read_set_id"], second["read_set_id"]);
    let mut command = lab.command(["wait", first["read_set_id"].as_str().unwrap()]);
    command.args(["--sandbox=kept", "-q"]).env_clear();
    assert_eq!(Lab::run(command).expect(0).line(), first["read_set_id"]);
    assert!(lab.requests().is_empty());
}

#[test]
fn endpoint_region_and_credentials_come_from_where_aws_has_them() {
    let lab = Lab::new();
    lab.copy(UBAM, "a.bam");
    let port = lab.url().rsplit_once(':').unwrap().1.to_owned();
    let localhost = format!("http://localhost:{port}");
    let keys = "aws_access_key_id = AKIDPROFILE\naws_secret_access_key = x\n";
    lab.home_file(".aws/credentials", &format!("[lab]\n{keys}"));
    let process = lab.home().join("credentials.sh");
    let answer = json!({ "Version": 1, "AccessKeyId": "AKIDPROCESS", "SecretAccessKey": "x" });
    lab.home_file("credentials.sh", &format!("#!/bin/sh\necho '{answer}'\n"));
    let profile =
        |name: &str, more: &str| format!("[profile {name}]\nregion = us-east-1\n{more}\n");
    let url = lab.url();
    let config = [
        profile("lab", ""),
        profile("process", &format!("credential_process = sh {}", process.display())),
        profile("endpoint", &format!("{keys}endpoint_url = {url}")),
        profile(
            "service",
            &format!("{keys}services = s\n\n[services s]\nomics =\n  endpoint_url = {url}"),
        ),
    ];
    lab.home_file(".aws/config", &config.concat());
    let arn = format!("arn:aws:omics:us-east-1:123456789012:sequenceStore/{}", lab.store());
    let keys = [("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "b")];
    let cases: [(&str, &[(&str, &str)]); 7] = [
        (
            "localhost",
            &[
                ("AWS_ENDPOINT_URL_OMICS", &localhost),
                ("AWS_REGION", "us-east-1"),
                keys[0],
                keys[1],
            ],
        ),
        (
            "any service",
            &[("AWS_ENDPOINT_URL", &url), ("AWS_REGION", "us-east-1"), keys[0], keys[1]],
        ),
        ("the store's ARN", &[("AWS_ENDPOINT_URL_OMICS", &url), keys[0], keys[1]]),
        ("a profile", &[("AWS_ENDPOINT_URL_OMICS", &url), ("AWS_PROFILE", "lab")]),
        ("a program", &[("AWS_ENDPOINT_URL_OMICS", &url), ("AWS_PROFILE", "process")]),
        ("the profile's endpoint", &[("AWS_PROFILE", "endpoint")]),
        ("the profile's service", &[("AWS_PROFILE", "service")]),
    ];
    for (case, variables) in cases {
        let before = lab.requests().len();
        let mut command = lab.command(["put", "a.bam", "--store", &arn, "-q"]);
        let home = lab.home();
        command.env_clear().env("HOME", &home).env("PATH", std::env::var_os("PATH").unwrap());
        command.env("AWS_EC2_METADATA_DISABLED", "true").envs(variables.iter().copied());
        let said = Lab::run(command);
        assert_eq!(said.status, Some(0), "{case}: {}", said.stderr);
        assert!(lab.requests().len() > before, "{case}");
    }
}
