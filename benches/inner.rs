//! What the innermost loops take, each by itself: `cargo bench --bench inner`. Not a timed test.
//!
//! A part is read from a file in memory and streamed without a socket, hashed without being streamed,
//! and hashed without being read; the chain of blocks in it is followed; a confirmed part is written to a
//! journal on disk.

#![expect(clippy::unwrap_used, reason = "a benchmark may end with a panic")]

#[path = "inner/walks.rs"]
mod walks;

use std::{io::Write as _, path::Path};

use divan::{Bencher, black_box, counter::BytesCount};
use futures::future;
use http_body::Body as _;
use omics_upload::{
    content::Chain,
    formats::Kind,
    journal::{Folder, Header, Journal, Opened, PartRecord, SourceRecord},
    plan::{Layout, Part},
    source::{Blocks, Source},
    store::omics::RULES,
    types::{ByteCount, Fingerprint, PartNumber, PartSource, Sha256, Sha256Hasher},
};
use tempfile::NamedTempFile;
use tokio::runtime::Runtime;

const MIB: usize = 1024 * 1024;

fn main() {
    divan::main();
}

/// A file of one part, in memory where the system has a folder for that.
fn material(content: &[u8]) -> (NamedTempFile, Source, Part) {
    let shared = Path::new("/dev/shm");
    let folder = if shared.is_dir() { shared.to_owned() } else { std::env::temp_dir() };
    let mut file = NamedTempFile::new_in(folder).unwrap();
    file.write_all(content).unwrap();
    let source = Source::open(file.path()).unwrap();
    let layout = Layout::new(&RULES, std::iter::once(source.size()), RULES.default).unwrap();
    let part = layout.iter().next().unwrap();
    (file, source, part)
}

fn bytes(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    fastrand::Rng::with_seed(1).fill(&mut bytes);
    bytes
}

/// As the engine does it, but for the socket.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn stream_a_part_with_its_digest(bencher: Bencher<'_, '_>) {
    let (_file, source, part) = material(&bytes(64 * MIB));
    stream(bencher, &source, part);
}

/// The same, with the walk from block to block.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn stream_a_part_of_bgzf(bencher: Bencher<'_, '_>) {
    stream_and_walk(bencher, walks::bgzf());
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn stream_a_part_of_cram(bencher: Bencher<'_, '_>) {
    stream_and_walk(bencher, walks::cram());
}

fn stream_and_walk(bencher: Bencher<'_, '_>, (kind, content): (Kind, Vec<u8>)) {
    let (_file, mut source, part) = material(&content);
    let chain = Chain::of(kind, source.places(), source.size().get(), "file").unwrap();
    source.show_to(chain);
    stream(bencher, &source, part);
}

fn stream(bencher: Bencher<'_, '_>, source: &Source, part: Part) {
    let (runtime, blocks) = (Runtime::new().unwrap(), Blocks::default());
    let stream = || {
        runtime.block_on(async {
            let (mut body, digesting) = source.part(&part, &blocks, |moved| {
                black_box(moved);
            });
            let mut body = std::pin::Pin::new(&mut body);
            while let Some(frame) =
                future::poll_fn(|context| body.as_mut().poll_frame(context)).await
            {
                black_box(frame.unwrap());
            }
            digesting.finish().await.unwrap().unwrap()
        })
    };
    bencher.counter(BytesCount::new(part.size.get())).bench_local(stream);
}

/// As for a part that the service says it has.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn read_a_part_for_its_digest(bencher: Bencher<'_, '_>) {
    let (_file, source, part) = material(&bytes(64 * MIB));
    let (runtime, blocks) = (Runtime::new().unwrap(), Blocks::default());
    let read = || runtime.block_on(source.digest(&part, &blocks)).unwrap().unwrap();
    bencher.counter(BytesCount::new(part.size.get())).bench_local(read);
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn digest_what_is_in_memory(bencher: Bencher<'_, '_>) {
    let bytes = bytes(64 * MIB);
    bencher.counter(BytesCount::new(bytes.len())).bench_local(|| {
        let mut hasher = Sha256Hasher::new();
        black_box(&bytes).chunks(128 * 1024).for_each(|block| hasher.update(block));
        hasher.finish()
    });
}

#[divan::bench]
fn append_a_part_to_a_journal(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = journal(&Folder::new(folder.path().to_owned()));
    let digest = Sha256::of(b"x");
    let checksum = "LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=".parse().unwrap();
    let part =
        PartRecord { size: ByteCount::new(64 << 20), digest: digest.into(), checksum, seen: None };
    let mut number = 0;
    bencher.bench_local(|| {
        number = number % PartNumber::MAX.get() + 1;
        journal.part(PartSource::Source1, PartNumber::new(number).unwrap(), &part).unwrap();
    });
}

fn journal(folder: &Folder) -> Journal {
    let source = SourceRecord {
        source: None,
        path: "/data/sample.bam".into(),
        device: 1,
        inode: 2,
        size: ByteCount::new(10),
        modified: 1_700_000_000_123_456_789,
        changed: Some("1700000000123456790".to_owned()),
    };
    let began = "2026-01-01T00:00:00Z".to_owned();
    let header = Header::new(
        began.clone(),
        "1234567890".parse().unwrap(),
        "token".parse().unwrap(),
        Fingerprint::new(&Sha256::of(b"x")),
        RULES.default,
        vec![source],
        serde_json::Map::new(),
    );
    let opened = Opened { process: 7, host: "here".to_owned(), at: began };
    folder.create("name", header, opened).unwrap()
}
