//! What lies on disk, and for how long.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use omics_upload::sandbox::Options;
use serde_json::Value;

use super::depot::{Depot, MIB, UPLOADS, complete, error, request, sum};

/// All files below a folder.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        let (path, mode) = (entry.path(), entry.metadata().unwrap().permissions().mode() & 0o777);
        if path.is_dir() {
            assert_eq!(mode, 0o700, "{}", path.display());
            found.extend(files(&path));
        } else {
            assert_eq!(mode, 0o600, "{}", path.display());
            found.push(path);
        }
    }
    found
}

fn named(dir: &Path, end: &str) -> Vec<PathBuf> {
    let vaults = files(&dir.join("vaults"));
    vaults.into_iter().filter(|path| path.to_string_lossy().ends_with(end)).collect()
}

/// Makes a record older.
fn age(record: &Path, member: &str, time: &str) {
    let mut value: Value = serde_json::from_slice(&fs::read(record).unwrap()).unwrap();
    value[member] = time.into();
    fs::write(record, value.to_string()).unwrap();
}

fn gone() -> (String, u16) {
    ("ResourceNotFoundException".to_owned(), 404)
}

#[tokio::test]
async fn everything_survives_the_end_of_the_process() {
    let dir = tempfile::tempdir().unwrap();
    let depot = Depot::at(dir.path()).await;
    let whole = vec![7; MIB];
    let open = depot.upload(&whole).await;
    let replaced = depot.upload(b"former").await;
    assert_eq!(depot.part(&replaced, 1, &whole).await.status, 204);
    assert_eq!(depot.part(&replaced, 2, b"end").await.status, 204);
    assert_eq!(named(dir.path(), ".part").len(), 3);
    let aborted = depot.upload(&whole).await;
    let abort = request("DELETE", &format!("{UPLOADS}/{aborted}"), &[]);
    assert_eq!(depot.send(&abort).await.status, 204);
    let done = depot.upload(b"archive").await;
    let answer = depot.complete(&done, b"archive").await;
    let archive = answer.header("x-amz-archive-id").unwrap().to_owned();
    assert_eq!(named(dir.path(), ".part").len(), 3);
    depot.sandbox.stop().await;
    // What a process that was killed leaves.
    let upload = named(dir.path(), ".part")[0].parent().unwrap().to_owned();
    let archives = named(dir.path(), ".archive")[0].parent().unwrap().to_owned();
    for litter in ["part-00009-0123456789abcdef.part", "part-00009.tmp"] {
        fs::write(upload.join(litter), "x").unwrap();
    }
    fs::write(archives.join("unfinished.archive"), "x").unwrap();
    fs::write(archives.join("another's"), "x").unwrap();

    let depot = Depot::at(dir.path()).await;
    assert!(!upload.join("part-00009.tmp").exists());
    assert!(!archives.join("unfinished.archive").exists());
    assert!(archives.join("another's").exists());
    fs::remove_file(archives.join("another's")).unwrap();
    assert_eq!(named(dir.path(), ".part").len(), 3);
    assert_eq!(depot.parts(&open).await, [("0-1048575".to_owned(), sum(&whole))]);
    let ranges = ["0-1048575", "1048576-1048578"].map(str::to_owned);
    let parts = depot.parts(&replaced).await;
    assert_eq!(parts, ranges.into_iter().zip([sum(&whole), sum(b"end")]).collect::<Vec<_>>());
    assert_eq!(depot.send(&abort).await.status, 204, "aborted again");
    let again = depot.complete(&done, b"archive").await;
    assert_eq!(again.header("x-amz-archive-id"), Some(&*archive));
    assert_eq!(fs::read(&named(dir.path(), ".archive")[0]).unwrap(), b"archive");
    let vaults = depot.get("/-/vaults").await;
    assert_eq!(vaults["VaultList"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn what_is_remembered_for_a_while_is_forgotten_after_it() {
    let dir = tempfile::tempdir().unwrap();
    let depot = Depot::at(dir.path()).await;
    let done = depot.upload(b"archive").await;
    assert_eq!(depot.complete(&done, b"archive").await.status, 201);
    let aborted = depot.upload(b"x").await;
    let abort = request("DELETE", &format!("{UPLOADS}/{aborted}"), &[]);
    assert_eq!(depot.send(&abort).await.status, 204);
    let (resting, busy) = (depot.upload(b"x").await, depot.upload(b"x").await);
    depot.sandbox.stop().await;
    let archive = named(dir.path(), ".archive")[0].with_extension("json");
    age(&archive, "created", "2026-01-01T00:00:00Z");
    for record in named(dir.path(), "upload.json") {
        let member =
            if record.to_string_lossy().contains(&aborted) { "aborted" } else { "created" };
        age(&record, member, "2026-01-01T00:00:00Z");
    }
    for record in named(dir.path(), "part-00001.json") {
        if record.to_string_lossy().contains(&resting) {
            age(&record, "sent", "2026-01-01T00:00:00Z");
        }
    }
    let depot = Depot::at(dir.path()).await;
    assert_eq!(error(&depot.send(&complete(&done, b"archive")).await), gone());
    assert_eq!(error(&depot.send(&abort).await), gone());
    assert_eq!(error(&depot.part(&resting, 2, b"x").await), gone());
    assert_eq!(depot.parts(&busy).await.len(), 1);
    assert_eq!(named(dir.path(), ".part").len(), 1);
    assert_eq!(fs::read(archive.with_extension("archive")).unwrap(), b"archive");
}

#[tokio::test]
async fn records_lead_nowhere_else() {
    let dir = tempfile::tempdir().unwrap();
    let depot = Depot::at(dir.path()).await;
    depot.upload(b"x").await;
    depot.sandbox.stop().await;
    let record = &named(dir.path(), "part-00001.json")[0];
    age(record, "file", "../../../../lock");
    let options = Options { dir: Some(dir.path().to_owned()), ..Options::default() };
    let started = omics_upload::sandbox::Sandbox::start(options).await;
    assert!(started.unwrap_err().to_string().contains("is damaged"));
}

#[tokio::test]
async fn what_is_discarded_is_checked_all_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { dir: Some(dir.path().to_owned()), discard: true, ..Options::default() };
    let depot = Depot::with(options, &["UploadMultipartPart:corrupt,nth=3"]).await;
    let upload = depot.upload(b"bytes").await;
    let wrong =
        super::depot::part(&upload, 1, b"bytes").header("x-amz-sha256-tree-hash", &sum(b""));
    assert_eq!(error(&depot.send(&wrong).await).1, 400);
    assert_eq!(depot.parts(&upload).await, [("0-4".to_owned(), sum(b"bytes"))]);
    assert_eq!(depot.part(&upload, 1, b"bytes").await.status, 204);
    assert_ne!(depot.parts(&upload).await[0].1, sum(b"bytes"));
    assert_eq!(depot.part(&upload, 1, b"bytes").await.status, 204);
    assert_eq!(depot.complete(&upload, b"bytes").await.status, 201);
    assert_eq!(named(dir.path(), ".part").len() + named(dir.path(), ".archive").len(), 0);
    depot.sandbox.stop().await;
    let depot = Depot::at(dir.path()).await;
    assert_eq!(depot.complete(&upload, b"bytes").await.status, 201);
}
