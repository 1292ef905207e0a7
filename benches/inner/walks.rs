//! What it costs to follow a file's chain of blocks or containers while a part passes.

use std::sync::Arc;

use divan::{Bencher, black_box, counter::BytesCount};
use omics_upload::{
    content::Chain,
    formats::{Kind, cram::CramVersion, gzip::Compression},
    source::{ReadAt, Trial as _},
};

const PART: usize = 64 << 20;

/// BGZF whose blocks have the size that those of a BAM have.
pub(crate) fn bgzf() -> (Kind, Vec<u8>) {
    const BLOCK: usize = 20_000;
    let mut file = Vec::with_capacity(PART);
    let filling = super::bytes(BLOCK - 18);
    while file.len() + BLOCK <= PART {
        file.extend(b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0");
        file.extend(u16::try_from(BLOCK - 1).unwrap().to_le_bytes());
        file.extend(&filling);
    }
    (Kind::Fastq(Compression::Bgzf), file)
}

/// A CRAM whose containers have 20 blocks of 25 kB.
pub(crate) fn cram() -> (Kind, Vec<u8>) {
    let number = |number: usize| (u32::try_from(number).unwrap() | 0xe000_0000).to_be_bytes();
    let data = super::bytes(25_000);
    let mut block = [&[0, 4, 0][..], &number(data.len()), &number(data.len()), &data].concat();
    block.extend(crc32fast::hash(&block).to_le_bytes());
    let length = i32::try_from(20 * block.len()).unwrap();
    let mut container = [&length.to_le_bytes()[..], &[0, 0, 0, 1, 0, 1, 20, 0]].concat();
    container.extend(crc32fast::hash(&container).to_le_bytes());
    container.extend(block.repeat(20));
    let mut file = [&b"CRAM\x03\0"[..], &[0; 20]].concat();
    while file.len() + container.len() <= PART {
        file.extend(&container);
    }
    (Kind::Cram(CramVersion::new(3, 0).unwrap()), file)
}

/// The last nine tenths of a file pass, in pieces as they are read.
fn pass(bencher: Bencher<'_, '_>, (kind, file): (Kind, Vec<u8>)) {
    let from = file.len() / 10;
    let size = (file.len() - from) as u64;
    let places: Arc<dyn ReadAt> = Arc::new(file.clone());
    bencher.counter(BytesCount::new(size)).bench_local(|| {
        let chain = Chain::of(kind, Arc::clone(&places), file.len() as u64, "file").unwrap();
        let mut view = Arc::clone(&chain).part(from as u64, size).unwrap();
        black_box(&file)[from..].chunks(128 * 1024).for_each(|piece| view(Some(piece)));
        view(None);
        assert!(chain.seen(from as u64, size).is_some());
    });
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn walk_a_part_of_bgzf(bencher: Bencher<'_, '_>) {
    pass(bencher, bgzf());
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn walk_a_part_of_cram(bencher: Bencher<'_, '_>) {
    pass(bencher, cram());
}
