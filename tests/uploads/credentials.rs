//! Credentials that run out.

use std::{
    fs::File,
    io::{Seek as _, SeekFrom, Write as _},
};

use super::unfinished::{content, put, unfinished};
use crate::{lab::Lab, running::Running};

fn write_keys(lab: &Lab, id: &str) {
    let keys = format!("[lab]\naws_access_key_id = {id}\naws_secret_access_key = secret\n");
    lab.home_file(".aws/credentials", &keys);
}

/// An upload with the keys of a profile, which the service takes for expired so many times.
fn with_profile(times: u32, arguments: &[&str]) -> (Lab, Running) {
    let fault = format!("UploadReadSetPart:error:ExpiredTokenException/403,times={times}");
    let lab = Lab::with_faults(&[&fault]);
    lab.file("reads.fastq.gz", &content());
    write_keys(&lab, "OLD");
    let mut command = lab.put_command(&["reads.fastq.gz", "--part-size=5MiB", "--concurrency=1"]);
    command.args(arguments).env("AWS_PROFILE", "lab");
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    let running = Running::start(command);
    (lab, running)
}

const WAITING: &str = "waiting for new credentials for profile `lab`, for example: aws sso login";

#[test]
fn those_of_a_profile_are_waited_for() {
    let (lab, mut running) = with_profile(1, &[]);
    running.wait_for_lines(WAITING, 1);
    write_keys(&lab, "NEW");
    let said = running.finish();
    said.expect(0);
    assert_eq!((lab.count("UploadReadSetPart"), lab.uploads()), (4, 0));
    assert!(lab.read_back(said.line(), "SOURCE1") == content());
}

#[test]
fn the_wait_for_new_ones_has_an_end() {
    let (lab, running) = with_profile(1, &["--give-up-after=1s"]);
    let said = running.finish();
    said.expect(75);
    assert!(said.stderr.contains(WAITING), "{}", said.stderr);
    assert!(said.stderr.contains("the credentials have run out"), "{}", said.stderr);
    assert_eq!((lab.count("UploadReadSetPart"), lab.uploads()), (1, 1));
}

#[test]
fn those_of_the_environment_end_the_run_and_new_ones_finish_it() {
    let fault = "UploadReadSetPart:error:ExpiredTokenException/403,part=3";
    let (lab, said) = unfinished(fault, 75);
    assert!(said.stderr.contains("the credentials have run out"), "{}", said.stderr);
    assert!(said.stderr.contains("run the same command again"), "{}", said.stderr);
    let before = lab.count("UploadReadSetPart");
    let said = put(&lab, &[]);
    said.expect(0);
    assert_eq!(lab.count("UploadReadSetPart") - before, 1);
    assert!(lab.read_back(said.line(), "SOURCE1") == content());
}

#[test]
fn credentials_that_end_before_the_upload_are_told_beforehand() {
    let lab = Lab::new();
    // 3 GiB that are never read but for their beginning and their end: the store does not exist.
    let path = lab.file("reads.fastq.gz", &content());
    let mut file = File::options().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start((3 << 30) - content().len() as u64)).unwrap();
    file.write_all(&content()).unwrap();
    let in_hours =
        |hours: i64| jiff::Timestamp::now() + jiff::SignedDuration::from_mins(1 + 60 * hours);
    for (end, told) in [(in_hours(0), true), (in_hours(5), false)] {
        let answer = serde_json::json!({
            "Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s", "SessionToken": "t",
            "Expiration": end.to_string(),
        });
        lab.home_file(".aws/answer.json", &answer.to_string());
        let path = lab.home().join(".aws/answer.json");
        let text = format!("[default]\ncredential_process = cat {}\n", path.display());
        lab.home_file(".aws/config", &text);
        let arguments = ["put", "--store=1111111111", "reads.fastq.gz", "--progress=none"];
        let mut command = lab.command(arguments);
        command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
        let said = Lab::run(command);
        let text = "and at 100 Mbit/s this takes 4m 17s";
        assert_eq!(said.expect(1).stderr.contains(text), told, "{}", said.stderr);
    }
}
