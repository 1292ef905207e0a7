//! Small files for the tests of this folder.

use std::io::Write as _;

use flate2::{Compression, write::DeflateEncoder};

use super::bgzf::block::{END, HEADER};

/// One BGZF block.
pub(crate) fn block(data: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(data).unwrap();
    let deflated = encoder.finish().unwrap();
    let mut block = END[..HEADER - 2].to_vec();
    block.extend(u16::try_from(deflated.len() + 25).unwrap().to_le_bytes());
    block.extend(deflated);
    block.extend(crc32fast::hash(data).to_le_bytes());
    block.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
    block
}

/// Blocks of `size` bytes, and the end-of-file marker.
pub(crate) fn bgzf(data: &[u8], size: usize) -> Vec<u8> {
    data.chunks(size).flat_map(block).chain(END).collect()
}

/// So many bytes that do not compress.
pub(crate) fn random(length: usize) -> Vec<u8> {
    let mut data = vec![0; length];
    fastrand::Rng::with_seed(length as u64).fill(&mut data);
    data
}
