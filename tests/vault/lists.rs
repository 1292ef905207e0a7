//! `vault parts`: the service's own list, page by page, also as boto3 reads it.

use std::{fs, path::Path, process::Command};

use serde_json::Value;

use super::scene::{MIB, Scene, content};
use crate::lab::skipped;

/// An upload of 130 parts that was left unfinished after all of them, and its ID.
fn unfinished() -> (Scene, String) {
    let mut scene = Scene::new(&["CompleteMultipartUpload:stall"], &[]);
    scene.content = content(129 * MIB + 5, 9);
    scene.lab.file("a.bam", &scene.content.clone());
    let mut running = scene.start();
    running.wait_for_lines("completing", 1);
    running.signal("KILL");
    running.finish();
    scene.lab.restart_sandbox(&[]);
    let uploads = scene.run(scene.vault(&["uploads", "--output=json"])).said.json();
    let id = uploads["uploads"][0]["upload_id"].as_str().unwrap().to_owned();
    (scene, id)
}

#[test]
fn parts_are_listed_by_pages_or_all_and_boto3_reads_the_same() {
    let (scene, id) = unfinished();
    // An ID may begin like an option.
    let list = |more: &[&str]| {
        let words = ["parts"].iter().chain(more).chain(&["--", &*id]).copied().collect::<Vec<_>>();
        scene.run(scene.vault(&words)).said
    };
    let parts =
        |more: &[&str]| -> Value { list(&[&["--output=json"], more].concat()).expect(0).json() };
    let count = |list: &Value| list["Parts"].as_array().unwrap().len();
    let all = parts(&[]);
    let names: Vec<_> = all.as_object().unwrap().keys().cloned().collect();
    let mut wanted = vec![
        "MultipartUploadId",
        "VaultARN",
        "ArchiveDescription",
        "PartSizeInBytes",
        "CreationDate",
        "Parts",
        "Marker",
    ];
    wanted.sort_unstable();
    let mut sorted = names.clone();
    sorted.sort();
    assert_eq!(sorted, wanted);
    assert_eq!((count(&all), &all["Marker"]), (130, &Value::Null));
    assert_eq!(all["MultipartUploadId"], *id);
    assert_eq!(all["PartSizeInBytes"], MIB);
    assert_eq!(all["VaultARN"], "arn:aws:glacier:us-east-1:000000000000:vaults/sandbox");
    assert_eq!(all["Parts"][129]["RangeInBytes"], format!("{}-{}", 129 * MIB, 129 * MIB + 4));

    // Page by page, of 50 and of any size.
    for (size, limit) in [(50, None), (7, Some("--limit=7")), (120, Some("--limit=120"))] {
        let mut found = Vec::new();
        let mut marker: Option<String> = None;
        loop {
            let given = marker.map(|marker| format!("--marker={marker}"));
            let more: Vec<_> = given.as_deref().into_iter().chain(limit).collect();
            let more = if more.is_empty() { vec!["--limit=50"] } else { more };
            let page = parts(&more);
            assert!(count(&page) == size || page["Marker"].is_null(), "{size}");
            found.extend(page["Parts"].as_array().unwrap().clone());
            marker = page["Marker"].as_str().map(str::to_owned);
            if marker.is_none() {
                break;
            }
        }
        assert_eq!(found, *all["Parts"].as_array().unwrap(), "{size}");
    }
    let text = list(&["--limit=1"]);
    assert_eq!(text.expect(0).stdout.lines().count(), 2, "{}", text.stdout);
    assert!(text.stdout.contains("0-1048575  1.0 MiB"), "{}", text.stdout);
    assert!(text.stderr.contains("there are more parts: `--marker "), "{}", text.stderr);
    list(&["--marker=nonsense"]).expect(1);
    read_by_boto3(&scene, &id);
}

/// boto3 lists the parts that this program has sent, and botocore's tree hash of each is that of the file.
fn read_by_boto3(scene: &Scene, id: &str) {
    let python = std::env::var_os("OMICS_UPLOAD_TEST_PYTHON").unwrap_or_else(|| "python3".into());
    let has = Command::new(&python).args(["-c", "import boto3"]).output();
    if !has.is_ok_and(|output| output.status.success()) {
        return skipped("boto3 is not installed");
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/boto3_parts.py");
    let output = Command::new(python)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", scene.lab.home())
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .arg(script)
        .args([&*scene.lab.url(), id])
        .arg(scene.lab.path("a.bam"))
        .output()
        .unwrap();
    let said = crate::lab::said(output);
    assert_eq!(said.expect(0).line(), "130 parts");
}

#[test]
fn an_upload_that_is_completed_has_no_list() {
    let (mut scene, id) = unfinished();
    let again = scene.again(&[]);
    again.said.expect(0);
    assert_eq!(again.sent(), Vec::<u64>::new());
    let list = scene.run(scene.vault(&["parts", "--", &id])).said;
    assert!(list.expect(1).stderr.contains("one that is completed or aborted has no list"));
    assert_eq!(fs::read(scene.lab.path("a.bam")).unwrap().len(), 129 * MIB + 5);
}
