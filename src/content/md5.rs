//! The MD5 of a file's own bytes, made while they pass, on a thread of its own.

use std::{
    fmt,
    io::{self, Read},
    str::FromStr,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::{self, JoinHandle},
};

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use md5::Digest as _;

/// An MD5 sum; shown as 32 lowercase hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Md5([u8; 16]);

/// No MD5 sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("32 hexadecimal digits are needed")]
pub struct NoMd5;

impl FromStr for Md5 {
    type Err = NoMd5;

    fn from_str(text: &str) -> Result<Self, NoMd5> {
        let sum = HEXLOWER_PERMISSIVE.decode(text.as_bytes()).map_err(|_| NoMd5)?;
        sum.try_into().map(Self).map_err(|_| NoMd5)
    }
}

impl fmt::Display for Md5 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        HEXLOWER.encode_display(&self.0).fmt(f)
    }
}

/// A sum that somebody says a file has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedMd5 {
    pub sum: Md5,
    /// Where it is said, such as `` `md5sum.txt` ``.
    pub list: String,
}

/// The sum of everything that a reader gives.
pub fn sum(mut reader: impl Read) -> io::Result<Md5> {
    let mut hasher = md5::Md5::new();
    let mut block = vec![0; BLOCK];
    loop {
        match reader.read(&mut block) {
            Ok(0) => return Ok(Md5(hasher.finalize().into())),
            Ok(read) => hasher.update(&block[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// How much is handed on at a time.
const BLOCK: usize = 256 * 1024;
/// How many blocks may wait.
const DEPTH: usize = 4;

/// Hashes what is read through it.
pub(crate) struct Summing<R> {
    reader: R,
    block: Vec<u8>,
    blocks: SyncSender<Vec<u8>>,
    used: Receiver<Vec<u8>>,
}

/// Gives the sum of everything that was read, when its reader is gone.
pub(crate) struct Md5Task(JoinHandle<Md5>);

impl Md5Task {
    pub(crate) fn finish(self) -> io::Result<Md5> {
        self.0.join().map_err(|_| io::Error::other("a thread that hashes has failed"))
    }
}

impl<R: Read> Summing<R> {
    pub(crate) fn new(reader: R) -> io::Result<(Self, Md5Task)> {
        let (blocks, waiting) = sync_channel::<Vec<u8>>(DEPTH);
        let (free, used) = sync_channel(DEPTH + 1);
        let thread = thread::Builder::new().spawn(move || {
            let mut hasher = md5::Md5::new();
            for block in waiting {
                hasher.update(&block);
                // Whoever reads may have gone.
                let _ = free.try_send(block);
            }
            Md5(hasher.finalize().into())
        })?;
        Ok((Self { reader, block: Vec::with_capacity(BLOCK), blocks, used }, Md5Task(thread)))
    }

    fn hand_on(&mut self) -> io::Result<()> {
        let mut next = self.used.try_recv().unwrap_or_default();
        next.clear();
        let block = std::mem::replace(&mut self.block, next);
        let gone = |_| io::Error::other("a thread that hashes has failed");
        self.blocks.send(block).map_err(gone)
    }
}

impl<R: Read> Read for Summing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.block.extend_from_slice(&buffer[..read]);
        if self.block.len() >= BLOCK || (read == 0 && !self.block.is_empty()) {
            self.hand_on()?;
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_read_in_any_case_and_nothing_else_is() {
        let sum: Md5 = "D41D8CD98F00B204E9800998ECF8427E".parse().unwrap();
        assert_eq!(sum.to_string(), "d41d8cd98f00b204e9800998ecf8427e");
        for text in
            ["", "d41d8", "d41d8cd98f00b204e9800998ecf8427g", "+41d8cd98f00b204e9800998ecf8427e"]
        {
            assert_eq!(text.parse::<Md5>(), Err(NoMd5), "{text}");
        }
    }

    #[test]
    fn what_passes_is_hashed_to_its_last_byte() {
        for (length, wanted) in [
            (0, "d41d8cd98f00b204e9800998ecf8427e"),
            (1, "93b885adfe0da089cdf634904fd59f71"),
            (3 * BLOCK + 1, ""),
        ] {
            let content = vec![0; length];
            let (mut reader, sum) = Summing::new(&content[..]).unwrap();
            assert_eq!(io::copy(&mut reader, &mut io::sink()).unwrap(), length as u64);
            drop(reader);
            let whole = Md5(md5::Md5::digest(&content).into());
            assert_eq!(sum.finish().unwrap(), whole);
            assert!(wanted.is_empty() || whole.to_string() == wanted);
        }
    }
}
