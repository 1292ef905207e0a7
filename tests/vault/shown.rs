//! What `vault put` says, to people and to scripts.

use expect_test::expect;
use regex_lite::Regex;
use serde_json::Value;

use super::scene::{MIB, Scene, content};
use crate::lab::{Lab, Said};

fn plain(said: &Said) -> Said {
    let ids = Regex::new(r"[A-Za-z0-9_-]{92}").unwrap();
    let archives = Regex::new(r"[A-Za-z0-9_-]{138}").unwrap();
    let plain = |text: &str| {
        let text = archives.replace_all(text, "ARCHIVE").into_owned();
        ids.replace_all(&text, "UPLOAD").into_owned()
    };
    Said { status: said.status, stdout: plain(&said.stdout), stderr: plain(&said.stderr) }
}

#[test]
fn a_run_tells_of_archives() {
    let scene = Scene::new(&[], &[]);
    scene.lab.file("b", &content(10, 3));
    let said = Lab::run(scene.vault(&["put", "a.bam", "b"]));
    let said = plain(&said);
    scene.lab.shows(
        &said,
        &expect![[r#"
        ARCHIVE
        ARCHIVE
        --- stderr
        TIME 2 archives, 5.1 MiB in 2 parts
        TIME a.bam: uploading, upload UPLOAD
        TIME a.bam: confirming (the service's list of parts is checked)
        TIME a.bam: completing (the vault puts the parts together)
        TIME a.bam: completed, 5.1 MiB in TIME
        TIME b: uploading, upload UPLOAD
        TIME b: confirming (the service's list of parts is checked)
        TIME b: completing (the vault puts the parts together)
        TIME b: completed, 10 B in TIME
        TIME 2 archives: 2 completed, 5.1 MiB sent at RATE, TIME in all
        --- status 0
    "#]],
    );
    let again = plain(&Lab::run(scene.vault(&["put", "a.bam"])));
    scene.lab.shows(
        &again,
        &expect![[r#"
        ARCHIVE
        --- stderr
        TIME 1 archive, 5.1 MiB in 1 part
        TIME a.bam: skipped, TIME in all
        --- status 0
    "#]],
    );
}

#[test]
fn the_document_has_the_members_of_the_contract() {
    let scene = Scene::new(&[], &["--output=json", "--description=of run 7"]);
    let document = scene.run(scene.command()).said.expect(0).json();
    assert_eq!(document["version"], 1);
    let archive = &document["archives"][0];
    let stored = &scene.archives()[0];
    for (member, expected) in [
        ("file", "a.bam".into()),
        ("status", "completed".into()),
        ("archive_id", stored["id"].clone()),
        ("vault_arn", "arn:aws:glacier:us-east-1:000000000000:vaults/sandbox".into()),
        ("bytes", scene.content.len().into()),
        ("sha256_tree_hash", stored["tree_hash"].clone()),
        // Of a file in several parts nobody computes it.
        ("sha256", Value::Null),
        ("parts", 6.into()),
        ("parts_sent", 6.into()),
        ("parts_reused", 0.into()),
        ("retries", 0.into()),
    ] {
        assert_eq!(archive[member], expected, "{member}");
    }
    assert_eq!(archive["upload_id"].as_str().unwrap().len(), 92);
    let description = stored["description"].as_str().unwrap();
    assert!(description.starts_with("of run 7 omics-upload=1:1048576:"), "{description}");
    let again = scene.run(scene.command()).said.expect(0).json();
    assert_eq!(again["archives"][0]["status"], "skipped");
    assert_eq!(again["archives"][0]["archive_id"], archive["archive_id"]);
    let lines = scene.run(scene.vault(&["put", "a.bam", "--progress=json", "--fresh"])).said;
    let first: Value =
        serde_json::from_str(lines.expect(0).stderr.lines().next().unwrap()).unwrap();
    assert_eq!(
        (&first["event"], &first["archives"][0]["bytes"]),
        (&"planned_archives".into(), &scene.content.len().into())
    );
}

/// An ARN names region, account and vault; `-v` tells of parts by their numbers alone.
#[test]
fn a_vault_can_be_named_by_its_arn() {
    let arn = "--vault=arn:aws:glacier:us-east-1:000000000000:vaults/cold";
    let scene = Scene::new(&[], &[arn]);
    let mut command = scene.command();
    command.env_remove("AWS_REGION");
    let said = Lab::run(command);
    assert!(said.expect(0).stderr.contains("a.bam: part 6 confirmed, 97.7 KiB"), "{}", said.stderr);
    assert_eq!(scene.archives().len(), 0, "it is in the other vault");
    assert_eq!(scene.receipts()[0]["vault_arn"], arn.strip_prefix("--vault=").unwrap());
}

/// Parts of 64 MiB, eight at once, in less than 64 MiB of memory.
#[cfg(target_os = "linux")]
#[test]
fn parts_are_never_in_memory() {
    use std::{fs, io::BufRead as _};

    let scene = Scene::new(&[], &[]);
    let mut serve = scene.lab.command(["sandbox", "--discard"]);
    let mut sandbox = serve.arg("--fault=CompleteMultipartUpload:stall").spawn().unwrap();
    let mut url = String::new();
    std::io::BufReader::new(sandbox.stdout.take().unwrap()).read_line(&mut url).unwrap();
    let file = fs::File::create(scene.lab.path("large")).unwrap();
    file.set_len(9 * 64 * MIB as u64 + 5).unwrap();
    let mut command = scene.vault(&["put", "large", "--concurrency=8", "-v"]);
    command.env("AWS_ENDPOINT_URL_GLACIER", url.trim());
    let mut running = crate::running::Running::start(command);
    running.wait_for_lines("completing", 1);
    let status = fs::read_to_string(format!("/proc/{}/status", running.id())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kib: usize = peak.trim().strip_suffix(" kB").unwrap().parse().unwrap();
    running.signal("KILL");
    running.finish();
    sandbox.kill().unwrap();
    sandbox.wait().unwrap();
    assert!(kib < 64 * 1024, "{kib} KiB");
}

/// Facts and messages speak of archives and files.
#[test]
fn nothing_speaks_of_read_sets_or_sources() {
    let faults = ["UploadMultipartPart:corrupt,part=2", "UploadMultipartPart:reset:before,nth=2"];
    let scene = Scene::new(&faults, &["--attempts=2", "--progress=json"]);
    let said = scene.run(scene.command()).said;
    assert!(said.expect(1).stderr.contains("part 2 arrived damaged"), "{}", said.stderr);
    for word in ["read_set", "read set", "SOURCE1", "source"] {
        assert!(!said.stderr.contains(word), "{word}\n{}", said.stderr);
    }
    let lines = said.stderr.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let parts: Vec<_> = lines.filter(|line| line["event"] == "part_started").collect();
    assert!(parts.len() > 1 && parts.iter().all(|part| part["archive"] == 0), "{}", said.stderr);
}

/// What a receipt knows is in the document, and a description that is not used is told.
#[test]
fn what_is_skipped_has_the_facts_of_its_receipt() {
    let scene = Scene::new(&[], &[]);
    let put = |more: &[&str]| {
        let words = ["put", "a.bam", "--output=json"].iter().chain(more).copied();
        scene.run(scene.vault(&words.collect::<Vec<_>>())).said
    };
    let first = put(&["--description=of run 7"]).expect(0).json();
    assert_eq!(first["archives"][0]["sha256"].as_str().map(str::len), Some(64));
    let again = put(&["--description=of run 8"]);
    let archive = &again.expect(0).json()["archives"][0];
    assert_eq!(archive["status"], "skipped");
    assert_eq!(archive["sha256"], first["archives"][0]["sha256"]);
    let words = "the archive keeps its description `of run 7`, which cannot be changed; `--fresh`";
    assert!(again.stderr.contains(words), "{}", again.stderr);
    for quiet in [&["--description=of run 7"][..], &[]] {
        assert!(!put(quiet).expect(0).stderr.contains("description"));
    }
}
