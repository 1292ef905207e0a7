//! Writers of small files: gzip, BGZF, BAM, CRAM and FASTQ, only as far as tests need them.

use std::io::Write as _;

use flate2::{
    Compression,
    write::{DeflateEncoder, GzEncoder},
};

pub(crate) fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// One BGZF block; an empty one is the end-of-file marker.
pub(crate) fn bgzf_block(data: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(data).unwrap();
    let deflated = encoder.finish().unwrap();
    let mut block = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0".to_vec();
    block.extend(u16::try_from(deflated.len() + 25).unwrap().to_le_bytes());
    block.extend(deflated);
    block.extend(crc32fast::hash(data).to_le_bytes());
    block.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
    block
}

/// Blocks of `size` bytes, and an empty one at the end.
pub(crate) fn bgzf(data: &[u8], size: usize) -> Vec<u8> {
    data.chunks(size).chain([&[][..]]).flat_map(bgzf_block).collect()
}

fn length(data: &[u8]) -> [u8; 4] {
    i32::try_from(data.len()).unwrap().to_le_bytes()
}

/// A BAM without records, uncompressed.
pub(crate) fn plain_bam(text: &[u8], references: &[(&[u8], i32)]) -> Vec<u8> {
    let mut bam = b"BAM\x01".to_vec();
    bam.extend(length(text));
    bam.extend(text);
    bam.extend(i32::try_from(references.len()).unwrap().to_le_bytes());
    for (name, bases) in references {
        bam.extend((i32::try_from(name.len()).unwrap() + 1).to_le_bytes());
        bam.extend(*name);
        bam.push(0);
        bam.extend(bases.to_le_bytes());
    }
    bam
}

pub(crate) fn bam(text: &[u8], references: &[(&[u8], i32)]) -> Vec<u8> {
    bgzf(&plain_bam(text, references), 60_000)
}

/// How the text of a CRAM's header lies in its block.
#[derive(Clone, Copy)]
pub(crate) enum Method {
    Raw,
    Gzip,
}

/// A CRAM of nothing but a header.
pub(crate) fn cram((major, minor): (u8, u8), text: &[u8], method: Method) -> Vec<u8> {
    let mut content = length(text).to_vec();
    content.extend(text);
    let raw_size = content.len();
    let (method, data) = match method {
        Method::Raw => (0, content),
        Method::Gzip => (1, gzip(&content)),
    };
    let mut block = vec![method, 0, 0];
    block.extend(itf8(data.len()));
    block.extend(itf8(raw_size));
    block.extend(data);
    let mut container = length(&block).to_vec();
    if major >= 3 {
        container = i32::try_from(block.len() + 4).unwrap().to_le_bytes().to_vec();
        block.extend(crc32fast::hash(&block).to_le_bytes());
    }
    // Reference, start, span, records, counter, bases; one block; one landmark, at 0.
    container.extend([0, 0, 0, 0, 0, 0, 1, 1, 0]);
    if major >= 3 {
        container.extend(crc32fast::hash(&container).to_le_bytes());
    }
    let mut file = b"CRAM".to_vec();
    file.extend([major, minor]);
    file.extend([0; 20]);
    file.extend(container);
    file.extend(block);
    file
}

/// The form of four bytes, whatever the number.
fn itf8(number: usize) -> [u8; 4] {
    let number = u32::try_from(number).unwrap();
    assert!(number < 1 << 28);
    (number | 0xe000_0000).to_be_bytes()
}

/// Records of four lines with these names.
pub(crate) fn fastq<S: AsRef<str>>(names: &[S]) -> Vec<u8> {
    let record = |name: &S| format!("@{}\nACGTACGT\n+\nIIIIFFFF\n", name.as_ref());
    names.iter().map(record).collect::<String>().into_bytes()
}
