//! What survives the end of the process, and who may use a directory.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use aws_sdk_omics::types::{
    FileType, MultipartReadSetUploadListItem, ReadSetPartSource as Source, ReadSetStatus,
    ReadSetUploadPartListItem,
};
use data_encoding::BASE64;
use omics_upload::sandbox::{Options, Sandbox, StartError};
use sha2::{Digest as _, Sha256};

use super::{
    content::gzip,
    raw::Raw,
    site::{Site, claim},
};

const R1: &[u8] = include_bytes!("../data/hts-sys/r1.fq");
const UBAM: &[u8] = include_bytes!("../data/pysam-tests/test_unaligned.bam");

fn options(dir: &Path) -> Options {
    Options { dir: Some(dir.to_owned()), ..Options::default() }
}

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let site = Site::at(dir.path(), &[]).await;
    let store = site.store.clone();
    let done = site.upload(FileType::Ubam, &[UBAM], 100).await;
    let active = site.settled(&done).await;
    let failed = site.upload(FileType::Ubam, &[R1], 100).await;
    let message = site.settled(&failed).await.status_message;
    assert!(message.is_some());
    let bytes = gzip(R1);
    let upload = site.create(FileType::Fastq).await;
    let claims = site.source(&upload, Source::Source1, &bytes, 100).await;
    let aborted = site.create(FileType::Fastq).await;
    let abort = site.client.abort_multipart_read_set_upload().sequence_store_id(&store);
    abort.upload_id(&aborted).send().await.unwrap();
    drop(site);

    let site = Site::at(dir.path(), &[]).await;
    assert_eq!(site.store, store);
    assert_eq!(site.metadata(&done).await.etag(), active.etag());
    assert_eq!(site.metadata(&done).await.sequence_information(), active.sequence_information());
    assert!(site.read_back(&done, "SOURCE1", 6).await == UBAM);
    assert_eq!(site.metadata(&failed).await.status_message, message);
    let list = site.client.list_multipart_read_set_uploads().sequence_store_id(&store);
    let uploads = list.send().await.unwrap();
    let ids: Vec<_> =
        uploads.uploads().iter().map(MultipartReadSetUploadListItem::upload_id).collect();
    assert_eq!(ids, [&upload]);
    let id = site.complete(&upload, claims).await.unwrap();
    assert_eq!(site.settled(&id).await.status(), &ReadSetStatus::Active);
    site.sandbox.stop().await;

    // Stopping leaves nothing behind that a start would have to clean up.
    let site = Site::at(dir.path(), &[]).await;
    assert_eq!(site.metadata(&id).await.status(), &ReadSetStatus::Active);
}

#[tokio::test]
async fn processing_goes_on_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let site = Site::at(dir.path(), &["*:processing:1h,times=1"]).await;
    let late = site.upload(FileType::Ubam, &[UBAM], 100).await;
    assert_eq!(site.metadata(&late).await.status(), &ReadSetStatus::ProcessingUpload);
    let soon = site.upload(FileType::Ubam, &[UBAM], 100).await;
    drop(site);
    let site = Site::at(dir.path(), &[]).await;
    assert_eq!(site.settled(&soon).await.status(), &ReadSetStatus::Active);
    assert_eq!(site.metadata(&late).await.status(), &ReadSetStatus::ProcessingUpload);
}

#[tokio::test]
async fn one_process_has_a_directory() {
    let dir = tempfile::tempdir().unwrap();
    let first = Sandbox::start(options(dir.path())).await.unwrap();
    let second = Sandbox::start(options(dir.path())).await.unwrap_err();
    assert!(matches!(second, StartError::Locked { .. }));
    let expected =
        format!("the sandbox in `{}` is in use by another process", dir.path().display());
    assert_eq!(second.to_string(), expected);
    drop(first);
    Sandbox::start(options(dir.path())).await.unwrap();
}

#[tokio::test]
async fn a_directory_of_something_else_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("thesis.txt"), "precious").unwrap();
    let refused = Sandbox::start(options(dir.path())).await.unwrap_err();
    assert!(matches!(refused, StartError::Foreign { .. }));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);

    let file = dir.path().join("thesis.txt");
    let refused = Sandbox::start(options(&file)).await.unwrap_err();
    assert!(matches!(refused, StartError::Directory { .. }), "{refused:?}");
}

#[tokio::test]
async fn damage_and_other_versions_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let layout = dir.path().join("sandbox.json");
    fs::write(&layout, r#"{"version":2,"store":"1234567890"}"#).unwrap();
    let refused = Sandbox::start(options(dir.path())).await.unwrap_err();
    assert!(matches!(refused, StartError::Version { version: 2, .. }));
    fs::write(&layout, "{").unwrap();
    let refused = Sandbox::start(options(dir.path())).await.unwrap_err();
    assert!(matches!(refused, StartError::Damaged { .. }));
}

#[tokio::test]
async fn only_loopback_is_listened_on() {
    for address in ["0.0.0.0:0", "192.0.2.1:80", "[::]:0"] {
        let listen: SocketAddr = address.parse().unwrap();
        let refused = Sandbox::start(Options { listen, ..Options::default() }).await.unwrap_err();
        assert!(matches!(refused, StartError::NotLoopback(_)), "{address}");
    }
    let first = Sandbox::start(Options::default()).await.unwrap();
    let taken = first.url().strip_prefix("http://").unwrap().parse().unwrap();
    let refused = Sandbox::start(Options { listen: taken, ..Options::default() }).await;
    assert!(matches!(refused.unwrap_err(), StartError::Listen { .. }));
}

#[tokio::test]
async fn a_temporary_directory_goes_away() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let options = Options { request_log: Some(log.path().to_owned()), ..Options::default() };
    let site = Site::with(options).await;
    site.create(FileType::Fastq).await;
    let shown = format!("{:?}", site.sandbox);
    let (_, root) = shown.split_once("root: \"").unwrap();
    let root = Path::new(root.split('"').next().unwrap()).to_owned();
    assert!(root.join("sandbox.json").exists());
    site.sandbox.stop().await;
    assert!(!root.exists());
    assert_eq!(fs::read_to_string(log.path()).unwrap().lines().count(), 1);
}

/// A sandbox in a process of its own, which can be killed.
struct Process(Child);

impl Process {
    fn start(dir: &Path) -> (Self, String) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_omics-upload"))
            .args(["sandbox", "--dir"])
            .arg(dir)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        (Self(child), url.trim_end().to_owned())
    }

    /// With SIGKILL, so that nothing is tidied up.
    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn a_kill_at_any_moment_leaves_the_old_part_or_the_new_one() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("sandbox");
    let (process, url) = Process::start(&dir);
    let client = super::site::client(&url);
    let stores = client.list_sequence_stores().send().await.unwrap();
    let store = stores.sequence_stores()[0].id().to_owned();
    drop(stores);
    let request = client.create_multipart_read_set_upload().sequence_store_id(&store);
    let request = request.source_file_type(FileType::Fastq).name("n").sample_id("s");
    let upload = request.subject_id("p").send().await.unwrap().upload_id().to_owned();
    process.kill();

    let versions: Vec<Vec<u8>> = (0..4_u8).map(|version| vec![version; 3_000_000]).collect();
    let part = |version: &[u8]| {
        let path =
            format!("/sequencestore/{store}/upload/{upload}/part?partSource=SOURCE1&partNumber=1");
        Raw::new("PUT", path, "").body(version)
    };
    for (round, version) in versions.iter().enumerate() {
        let (process, url) = Process::start(&dir);
        // Always half a part; in the second round also a whole one with the kill right behind; in
        // the third one that is answered.
        let length = version.len().to_string();
        let half = part(&version[..version.len() / 2]).header("Content-Length", &length);
        let _half = half.open(&url).await.unwrap();
        let _whole = if round == 1 { Some(part(version).open(&url).await.unwrap()) } else { None };
        if round == 2 {
            assert_eq!(part(version).send(&url).await.unwrap().status, 200);
        }
        tokio::time::sleep(Duration::from_millis(if round == 1 { 2 } else { 50 })).await;
        process.kill();

        let site = Site::at(&dir, &[]).await;
        let request = site.client.list_read_set_upload_parts().sequence_store_id(&store);
        let request = request.upload_id(&upload).part_source(Source::Source1);
        let list = request.send().await.unwrap();
        let kept: Vec<_> = list.parts().iter().map(ReadSetUploadPartListItem::checksum).collect();
        let sum = |version: usize| BASE64.encode(&Sha256::digest(&versions[version]));
        match round {
            0 => assert_eq!(kept, [""; 0]),
            1 => assert!(kept.is_empty() || kept == [sum(1)], "{kept:?}"),
            _ => assert_eq!(kept, [sum(2)]),
        }
        // The upload's record, and two files for a part.
        let files = fs::read_dir(dir.join("stores").join(&store).join(&upload)).unwrap();
        assert_eq!(files.count(), 1 + 2 * kept.len(), "round {round}");
        site.sandbox.stop().await;
    }
    let site = Site::at(&dir, &[]).await;
    let checksum = BASE64.encode(&Sha256::digest(&versions[2]));
    let id = site.complete(&upload, vec![claim(Source::Source1, 1, &checksum)]).await.unwrap();
    assert_eq!(site.settled(&id).await.status(), &ReadSetStatus::UploadFailed);
}

#[tokio::test]
async fn a_kill_after_complete_does_not_stop_processing() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("sandbox");
    let (process, url) = Process::start(&dir);
    let client = super::site::client(&url);
    let stores = client.list_sequence_stores().send().await.unwrap();
    let store = stores.sequence_stores()[0].id().to_owned();
    // Enough that it is not processed before the kill.
    let bytes = gzip(&R1.repeat(20_000));
    let upload = {
        let request = client.create_multipart_read_set_upload().sequence_store_id(&store);
        let request = request.source_file_type(FileType::Fastq).name("n").sample_id("s");
        request.subject_id("p").send().await.unwrap().upload_id().to_owned()
    };
    let request = client.upload_read_set_part().sequence_store_id(&store).upload_id(&upload);
    let request = request.part_source(Source::Source1).part_number(1);
    let checksum = request.payload(bytes.into()).send().await.unwrap().checksum().to_owned();
    let request = client.complete_multipart_read_set_upload().sequence_store_id(&store);
    let request = request.upload_id(&upload).parts(claim(Source::Source1, 1, &checksum));
    let id = request.send().await.unwrap().read_set_id().to_owned();
    process.kill();

    let site = Site::at(&dir, &[]).await;
    let metadata = site.settled(&id).await;
    assert_eq!(metadata.status(), &ReadSetStatus::Active);
    let reads = metadata.sequence_information().unwrap().total_read_count();
    assert_eq!(reads, Some(100_000));
}
