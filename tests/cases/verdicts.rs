//! One verdict on a file, whoever gives it.

mod agreement;
mod memory;
mod words;

use std::{fs, path::Path};

use flate2::bufread::MultiGzDecoder;

use crate::{
    files::{bgzf, bgzf_block, gzip},
    lab::data,
};

/// What a file of `tests/data` holds.
fn read(name: &str) -> Vec<u8> {
    fs::read(data(name)).unwrap()
}

/// The same without its BGZF.
fn plain(name: &str) -> Vec<u8> {
    let mut plain = Vec::new();
    let packed = read(name);
    std::io::Read::read_to_end(&mut MultiGzDecoder::new(&packed[..]), &mut plain).unwrap();
    plain
}

/// A hundred reads.
fn text() -> Vec<u8> {
    let record = |number: usize| format!("@r{number}\nACGTACGT\n+\nIIIIFFFF\n");
    (0..100).map(record).collect::<String>().into_bytes()
}

fn joined(pieces: &[&[u8]]) -> Vec<u8> {
    pieces.concat()
}

/// Gzip and BGZF of a text.
fn both(text: &[u8]) -> [Vec<u8>; 2] {
    [gzip(text), bgzf(text, 1000)]
}

/// Blocks without the end-of-file marker.
fn unmarked(text: &[u8]) -> Vec<u8> {
    text.chunks(1000).flat_map(bgzf_block).collect()
}

/// All files below a folder.
fn walk(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else {
            found.push(path);
        }
    }
}
