//! What processing says of contents that are damaged, or are not what the upload said.

use std::io::Write as _;

use aws_sdk_omics::types::{FileType, ReadSetStatus};
use flate2::{Compression, GzBuilder, write::GzEncoder};

use super::site::Site;

const BAM: &[u8] = include_bytes!("../data/samtools-test/3.quickcheck.ok.bam");
const NO_END: &[u8] = include_bytes!("../data/samtools-test/1.quickcheck.badeof.bam");
const UBAM: &[u8] = include_bytes!("../data/pysam-tests/test_unaligned.bam");
const CRAM: &[u8] = include_bytes!("../data/samtools-test/7.quickcheck.cram30.ok.cram");
const R1: &[u8] = include_bytes!("../data/hts-sys/r1.fq");

pub(crate) fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// BGZF blocks of a text, without the empty one at the end.
fn bgzf(text: &[u8]) -> Vec<u8> {
    let mut blocks = Vec::new();
    for piece in text.chunks(0xff00) {
        let extra = [b'B', b'C', 2, 0, 0, 0];
        let mut encoder = GzBuilder::new().extra(extra).write(Vec::new(), Compression::default());
        encoder.write_all(piece).unwrap();
        let mut block = encoder.finish().unwrap();
        let size = u16::try_from(block.len() - 1).unwrap();
        block[16..18].copy_from_slice(&size.to_le_bytes());
        blocks.extend_from_slice(&block);
    }
    blocks
}

const END: [u8; 28] = [
    0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, b'B', b'C', 2, 0, 0x1b, 0, 3, 0, 0, 0, 0, 0, 0, 0,
    0, 0,
];

/// A BAM file of one record, which is what `fields` make of it.
fn bam(references: u32, record: &[u8]) -> Vec<u8> {
    let mut text = b"BAM\x01".to_vec();
    text.extend_from_slice(&0_u32.to_le_bytes());
    text.extend_from_slice(&references.to_le_bytes());
    for _ in 0..references {
        text.extend_from_slice(&2_u32.to_le_bytes());
        text.extend_from_slice(b"c\0");
        text.extend_from_slice(&1000_u32.to_le_bytes());
    }
    text.extend_from_slice(record);
    [&bgzf(&text)[..], &END].concat()
}

/// An unmapped read of two bases.
fn record(size: u32, name: u8, reference: i32) -> Vec<u8> {
    let mut record = size.to_le_bytes().to_vec();
    record.extend_from_slice(&reference.to_le_bytes());
    record.extend_from_slice(&(-1_i32).to_le_bytes());
    record.extend_from_slice(&[name, 0, 0, 0, 0, 0, 4, 0]);
    record.extend_from_slice(&2_u32.to_le_bytes());
    for field in [-1_i32, -1, 0] {
        record.extend_from_slice(&field.to_le_bytes());
    }
    record.extend_from_slice(&[b'r', 0, 0x12, 30, 30]);
    record
}

/// How processing ends: `ACTIVE`, or the status message.
async fn ending(site: &Site, file_type: FileType, sources: &[&[u8]]) -> String {
    let id = site.upload(file_type, sources, 1 << 20).await;
    let metadata = site.settled(&id).await;
    if *metadata.status() == ReadSetStatus::Active {
        assert_eq!(metadata.status_message(), None);
        return "ACTIVE".to_owned();
    }
    assert_eq!(metadata.status(), &ReadSetStatus::UploadFailed);
    assert_eq!(metadata.etag(), None);
    let message = metadata.status_message().unwrap();
    assert!((1..=255).contains(&message.chars().count()));
    message.to_owned()
}

fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 1;
    bytes
}

#[tokio::test]
async fn fastq_is_looked_at_to_the_end() {
    let site = Site::new(&[]).await;
    let good = gzip(R1);
    let split = R1.len() / 2;
    let members = [gzip(&R1[..split]), gzip(&R1[split..])].concat();
    let blocks = [&bgzf(R1)[..], &END].concat();
    let four: Vec<u8> = R1.split_inclusive(|b| *b == b'\n').take(16).flatten().copied().collect();
    let crc = flipped(&good, good.len() - 8);
    let table: [(&str, &[&[u8]], &str); 13] = [
        ("gzip", &[&good], "ACTIVE"),
        ("several members", &[&members], "ACTIVE"),
        ("BGZF", &[&blocks], "ACTIVE"),
        ("BGZF without its end", &[&bgzf(R1)], "ACTIVE"),
        ("a pair", &[&good, &members], "ACTIVE"),
        (
            "not compressed",
            &[R1],
            "SOURCE1 is not a whole FASTQ file: its content is neither gzip nor CRAM",
        ),
        ("BAM", &[BAM], "SOURCE1 is not a whole FASTQ file: its content is BAM"),
        ("CRAM", &[CRAM], "SOURCE1 is not a whole FASTQ file: its content is CRAM"),
        (
            "FASTA",
            &[&gzip(b">a\nACGT\n")],
            "SOURCE1 is not a whole FASTQ file: its content is gzip of something unknown",
        ),
        ("cut", &[&good[..good.len() - 9]], "SOURCE1 is not a whole FASTQ file: it ends too early"),
        (
            "a wrong CRC",
            &[&crc],
            "SOURCE1 is not a whole FASTQ file: corrupt gzip stream does not have a matching \
             checksum",
        ),
        (
            "a half record",
            &[&gzip(&R1[..R1.len() - 20])],
            "SOURCE1 is not a whole FASTQ file: record 5 has another number of bases than of \
             qualities",
        ),
        (
            "no mates",
            &[&good, &gzip(&four)],
            "SOURCE1 and SOURCE2 are no pair: they have 5 and 4 reads",
        ),
    ];
    for (what, sources, expected) in table {
        assert_eq!(ending(&site, FileType::Fastq, sources).await, expected, "{what}");
    }
}

#[tokio::test]
async fn bam_is_looked_at_to_the_end() {
    let site = Site::new(&[]).await;
    let (good, whole) = (record(37, 2, -1), "SOURCE1 is not a whole");
    let cut_records = |size: usize| bam(1, &good[..size]);
    let table: [(&str, FileType, Vec<u8>, String); 15] = [
        ("BAM", FileType::Bam, bam(1, &good), "ACTIVE".to_owned()),
        ("unmapped BAM", FileType::Ubam, bam(0, &good), "ACTIVE".to_owned()),
        ("no records", FileType::Bam, bam(1, &[]), "ACTIVE".to_owned()),
        (
            "unmapped BAM as BAM",
            FileType::Bam,
            UBAM.to_vec(),
            format!("{whole} BAM file: it has no reference sequences, and so is unmapped BAM"),
        ),
        (
            "BAM as unmapped BAM",
            FileType::Ubam,
            BAM.to_vec(),
            format!("{whole} UBAM file: it has 4 reference sequences, and so is BAM"),
        ),
        (
            "no end",
            FileType::Bam,
            NO_END.to_vec(),
            format!("{whole} BAM file: it does not end in an end-of-file block"),
        ),
        (
            "cut at a block",
            FileType::Bam,
            BAM[..BAM.len() - 28].to_vec(),
            format!("{whole} BAM file: it does not end in an end-of-file block"),
        ),
        (
            "cut in a block",
            FileType::Bam,
            BAM[..600].to_vec(),
            format!("{whole} BAM file: it ends too early"),
        ),
        (
            "cut in a record",
            FileType::Bam,
            cut_records(20),
            format!("{whole} BAM file: it ends too early"),
        ),
        (
            "a record that is too small",
            FileType::Bam,
            bam(1, &record(31, 2, -1)),
            format!("{whole} BAM file: record 1 is damaged"),
        ),
        (
            "a record that does not fit",
            FileType::Bam,
            bam(1, &record(36, 3, -1)),
            format!("{whole} BAM file: record 1 is damaged"),
        ),
        (
            "a reference that is not there",
            FileType::Bam,
            bam(1, &record(37, 2, 1)),
            format!("{whole} BAM file: record 1 is damaged"),
        ),
        (
            "gzip, and not BGZF",
            FileType::Bam,
            gzip(b"BAM\x01\0\0\0\0\x01\0\0\0"),
            format!("{whole} BAM file: a gzip member is no BGZF block"),
        ),
        (
            "FASTQ",
            FileType::Ubam,
            gzip(R1),
            format!("{whole} UBAM file: its content is FASTQ in gzip"),
        ),
        (
            "one byte",
            FileType::Ubam,
            vec![0],
            format!("{whole} UBAM file: its content is neither gzip nor CRAM"),
        ),
    ];
    for (what, file_type, bytes, expected) in table {
        assert_eq!(ending(&site, file_type, &[&bytes]).await, expected, "{what}");
    }
    // Wherever a bit is flipped between the first block's header and the end, it is noticed.
    for at in (30..BAM.len() - 28).step_by(97) {
        let said = ending(&site, FileType::Bam, &[&flipped(BAM, at)]).await;
        assert!(said.starts_with("SOURCE1 is not a whole BAM file"), "{at}: {said}");
    }
}

#[tokio::test]
async fn cram_is_looked_at_to_the_end() {
    let site = Site::new(&[]).await;
    let end = CRAM.len() - 38;
    let cut = [&CRAM[..end - 100], &CRAM[end..]].concat();
    let mut old = CRAM.to_vec();
    old[4..6].copy_from_slice(&[4, 0]);
    for (what, bytes, expected) in [
        ("whole", CRAM.to_vec(), "ACTIVE"),
        ("no end", CRAM[..end].to_vec(), "it does not end in an end-of-file container"),
        ("another version", old, "its version 4.0 is not known"),
        ("BAM", BAM.to_vec(), "its content is BAM"),
        ("the beginning only", b"CRAM\x03\x00".to_vec(), "it ends too early"),
    ] {
        let said = ending(&site, FileType::Cram, &[&bytes]).await;
        let said = said.strip_prefix("SOURCE1 is not a whole CRAM file: ").unwrap_or(&said);
        assert_eq!(said, expected, "{what}");
    }
    let mut damaged = vec![cut, CRAM[..CRAM.len() / 2].to_vec()];
    damaged.extend((30..end).step_by(4999).map(|at| flipped(CRAM, at)));
    for bytes in damaged {
        let said = ending(&site, FileType::Cram, &[&bytes]).await;
        assert!(said.starts_with("SOURCE1 is not a whole CRAM file: "), "{said}");
    }
}
