//! AWS Batch: what its jobs would do, from their definitions.

use std::{fmt::Write as _, fs};

use serde_json::Value;

use super::Example;
use crate::lab::{Lab, Said};

fn document(example: &Example, name: &str) -> Value {
    serde_json::from_str(&example.read(name)).unwrap()
}

/// What AWS Batch does after a task has ended with this status, by the first rule that matches.
fn action(definition: &Value, status: i32) -> &str {
    let rules = definition["retryStrategy"]["evaluateOnExit"].as_array().unwrap();
    let matches = |rule: &&Value| match rule["onExitCode"].as_str() {
        Some(code) => code == "*" || code == status.to_string(),
        None => false,
    };
    rules.iter().find(matches).unwrap()["action"].as_str().unwrap()
}

/// Runs the command of a job as a task with these variables.
fn task(example: &Example, job: &Value, variables: &[(&str, String)]) -> Said {
    let mut script = String::new();
    for word in job["containerOverrides"]["command"].as_array().unwrap() {
        let word = word.as_str().unwrap().replace("/data/run7", "run7");
        write!(script, "'{word}' ").unwrap();
    }
    let mut command = example.command(&script);
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    Lab::run(command)
}

#[test]
fn the_requests_are_valid() {
    let Some(example) = Example::new("aws-batch", "aws") else { return };
    // Parameters are validated, and no request is sent.
    let checked = |script: &str| {
        let only = "aws() { command aws \"$@\" --generate-cli-skeleton output; }";
        example.run(&format!("{only}\n{script}"))
    };
    let script = &example.blocks()[0];
    let said = checked(script);
    assert!(said.expect(0).stdout.contains("\"jobId\""), "{}", said.stdout);
    let wrong = example.read("send.json").replace("\"size\"", "\"sizes\"");
    fs::write(example.path("send.json"), wrong).unwrap();
    let said = checked(script);
    assert!(said.stderr.contains("arrayProperties: \"sizes\""), "{}", said.stderr);
}

#[test]
fn the_jobs_upload_a_sheet() {
    let example = Example::new("aws-batch", "bash").unwrap();
    example.run("omics-upload batch plan ../batch/plain/uploads.tsv --run run7").expect(0);
    let definition = document(&example, "job-definition.json");
    task(&example, &document(&example, "create.json"), &[]).expect(0);
    let send = document(&example, "send.json");
    let size = send["arrayProperties"]["size"].as_u64().unwrap();
    let mut retries = 0;
    for index in 0..size {
        let variables = [
            ("AWS_BATCH_JOB_ARRAY_INDEX", index.to_string()),
            ("AWS_BATCH_JOB_ARRAY_SIZE", size.to_string()),
        ];
        let mut status = task(&example, &send, &variables).status.unwrap();
        while status != 0 {
            assert_eq!(action(&definition, status), "RETRY", "{status}");
            retries += 1;
            status = task(&example, &send, &variables).status.unwrap();
        }
    }
    assert_eq!(retries, 1);
    let complete = document(&example, "complete.json");
    let ids = task(&example, &complete, &[]).expect(0).stdout.clone();
    example.hold_sheet(&ids);
    example.sent_once(3, 4);
    for status in [1, 2, 3, 4, 5, 130, 137, 143] {
        assert_eq!(action(&definition, status), "EXIT", "{status}");
    }
}
