//! The files that are uploaded.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{BufWriter, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use tempfile::TempDir;

pub(crate) const MIB: u64 = 1024 * 1024;

/// The size of the parts that are compared.
pub(crate) const PART: u64 = 64 * MIB;

/// How many there are: a GiB.
pub(crate) const PARTS: u64 = 16;

/// The block that ends every BGZF file.
const END: &[u8] = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0\x1b\0\x03\0\0\0\0\0\0\0\0\0";

/// The header of a gzip member that is no BGZF block.
const PLAIN: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\0\xff";

/// What a BGZF block has besides the text that is stored in it.
const AROUND: usize = 18 + 5 + 8;

/// A folder with files, in memory if there is room.
pub(crate) struct Material {
    folder: TempDir,
}

impl Material {
    pub(crate) fn new() -> Result<Self> {
        let shared = Path::new("/dev/shm");
        // The file, its parts and some more.
        let roomy = nix::sys::statvfs::statvfs(shared)
            .is_ok_and(|system| system.blocks_available() * system.fragment_size() > 3 << 30);
        let parent = if roomy { shared.to_owned() } else { std::env::temp_dir() };
        let folder = tempfile::Builder::new().prefix("omics-upload-bench-").tempdir_in(parent)?;
        Ok(Self { folder })
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// FASTQ in exactly so many bytes of BGZF, with reads that nothing compresses.
    pub(crate) fn fastq(&self, name: &str, size: u64) -> Result<PathBuf> {
        let path = self.path(name);
        let mut file = BufWriter::new(File::create(&path)?);
        let blocks: Vec<_> = (0..256).map(|seed| block(&reads(seed, 180))).collect();
        let usual = blocks.iter().map(Vec::len).max().unwrap_or_default() as u64;
        let mut left = size - END.len() as u64;
        for block in blocks.iter().cycle() {
            if left < 3 * usual {
                break;
            }
            file.write_all(block)?;
            left -= block.len() as u64;
        }
        while left > 0 {
            // A read with a long name makes up what is missing.
            let next = if left > 60_000 { left / 2 } else { left };
            let next = next.min(60_000);
            file.write_all(&block(&padding(usize::try_from(next)? - AROUND)))?;
            left -= next;
        }
        file.write_all(END)?;
        file.into_inner().context("cannot write the file")?;
        Ok(path)
    }

    /// A file of gzip with a hole between its ends: large, and takes no room. It is not BGZF, in which
    /// the hole would be found.
    pub(crate) fn hollow(&self, name: &str, size: u64) -> Result<PathBuf> {
        let path = self.path(name);
        let mut file = File::create(&path)?;
        for seed in 0..32 {
            file.write_all(&member(PLAIN.to_vec(), &reads(seed, 180)))?;
        }
        file.seek(SeekFrom::Start(size - END.len() as u64))?;
        file.write_all(END)?;
        Ok(path)
    }

    /// The parts of a file as files of their own.
    pub(crate) fn split(&self, file: &Path) -> Result<()> {
        let bytes = fs::read(file)?;
        for (number, part) in (1..).zip(bytes.chunks(usize::try_from(PART)?)) {
            fs::write(self.path(&format!("part-{number}")), part)?;
        }
        Ok(())
    }
}

/// A BGZF block of text.
fn block(text: &[u8]) -> Vec<u8> {
    let mut header = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0".to_vec();
    header.extend(little(text.len() + AROUND - 1));
    member(header, text)
}

/// Stored, not compressed: what is measured is not this program's way with gzip.
fn member(mut member: Vec<u8>, text: &[u8]) -> Vec<u8> {
    member.push(1);
    member.extend(little(text.len()));
    member.extend(little(usize::from(u16::MAX) - text.len()));
    member.extend(text);
    member.extend(crc32fast::hash(text).to_le_bytes());
    member.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
    member
}

fn little(number: usize) -> [u8; 2] {
    u16::try_from(number).unwrap_or(u16::MAX).to_le_bytes()
}

fn reads(seed: u64, count: usize) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut text = String::new();
    for read in 0..count {
        let bases: String =
            (0..150).map(|_| random.choice(['A', 'C', 'G', 'T']).unwrap_or('N')).collect();
        let quality: String = (0..150).map(|_| random.char('#'..='J')).collect();
        // Writing to a `String` does not fail.
        let _ = write!(text, "@bench:{seed}:{read}\n{bases}\n+\n{quality}\n");
    }
    text.into_bytes()
}

/// One read in so many bytes, at least 20.
fn padding(size: usize) -> Vec<u8> {
    let rest = "\nACGT\n+\nFFFF\n";
    format!("@{}{rest}", "x".repeat(size - 1 - rest.len())).into_bytes()
}
