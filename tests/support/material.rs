//! Files that are made for a test: reads that do not compress, of any size, and what samtools makes.

use std::{fmt::Write as _, io::Write as _, path::PathBuf, process::Command};

use flate2::{Compression, GzBuilder};

use crate::{
    files::{bgzf, bgzf_block, plain_bam},
    lab::{Lab, skipped},
};

/// The smallest part size.
pub(crate) const PART: usize = 5 * 1024 * 1024;

/// Letters in a random order, enough to cut different pieces out of.
struct Pool {
    letters: String,
    dice: fastrand::Rng,
}

impl Pool {
    fn new(alphabet: std::ops::RangeInclusive<char>, size: usize, seed: u64) -> Self {
        let mut dice = fastrand::Rng::with_seed(seed);
        let letters = (0..size).map(|_| dice.char(alphabet.clone())).collect();
        Self { letters, dice }
    }

    fn piece(&mut self, length: usize) -> &str {
        let start = self.dice.usize(..self.letters.len() - length);
        &self.letters[start..start + length]
    }
}

fn bases(seed: u64) -> Pool {
    let mut pool = Pool::new('0'..='3', 50_000, seed);
    for (digit, base) in ["A", "C", "G", "T"].iter().enumerate() {
        pool.letters = pool.letters.replace(&digit.to_string(), base);
    }
    pool
}

fn qualities(size: usize, seed: u64) -> Pool {
    Pool::new('#'..='I', size, seed)
}

/// FASTQ text of about `bytes` bytes; `style` is the form of the names, such as `r{} 1:N:0:A`.
pub(crate) fn reads(style: &str, bytes: usize, length: usize) -> Vec<u8> {
    let (mut bases, mut qualities) = (bases(bytes as u64), qualities(50_000, length as u64));
    let mut text = String::with_capacity(bytes + bytes / 2);
    for number in 0..bytes.div_ceil(2 * length) {
        let name = style.replace("{}", &number.to_string());
        let (bases, qualities) = (bases.piece(length), qualities.piece(length));
        write!(text, "@{name}\n{bases}\n+\n{qualities}\n").unwrap();
    }
    text.into_bytes()
}

/// Gzip that does not compress, so that sizes follow from the content's.
pub(crate) fn stored(data: &[u8]) -> Vec<u8> {
    commented(data, "")
}

fn commented(data: &[u8], comment: &str) -> Vec<u8> {
    let builder = GzBuilder::new();
    let builder = if comment.is_empty() { builder } else { builder.comment(comment) };
    let mut encoder = builder.write(Vec::new(), Compression::none());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// A gzip FASTQ of exactly `size` bytes, made up with empty members that have comments.
pub(crate) fn fastq_of(size: usize) -> Vec<u8> {
    let mut file = stored(&reads("r{}", size - size / 50 - 1000, 1000));
    let around = commented(b"", "x").len() - 1;
    while file.len() < size {
        let missing = size - file.len();
        let length = if missing > 60_000 { 30_000 } else { missing - around };
        file.extend(commented(b"", &"x".repeat(length)));
    }
    assert_eq!(file.len(), size);
    file
}

/// The two files of a pair, the second with longer reads.
pub(crate) fn pair(bytes: usize) -> [Vec<u8>; 2] {
    [
        stored(&reads("r{} 1:N:0:ACGT", bytes, 5000)),
        stored(&reads("r{} 2:N:0:ACGT", bytes / 5 * 6, 6000)),
    ]
}

/// Records of an unmapped BAM, at least so many bytes: reads of 10,000 bases that do not compress.
fn unmapped(bytes: usize) -> Vec<u8> {
    const LENGTH: usize = 10_000;
    let mut dice = fastrand::Rng::with_seed(5);
    let mut plain = Vec::new();
    while plain.len() < bytes {
        let name = b"read\0";
        let length = i32::try_from(LENGTH).unwrap();
        let size = 32 + name.len() + LENGTH / 2 + LENGTH;
        plain.extend(i32::try_from(size).unwrap().to_le_bytes());
        plain.extend((-1_i32).to_le_bytes());
        plain.extend((-1_i32).to_le_bytes());
        plain.extend([u8::try_from(name.len()).unwrap(), 0]);
        plain.extend(4680_u16.to_le_bytes());
        plain.extend(0_u16.to_le_bytes());
        plain.extend(4_u16.to_le_bytes());
        plain.extend(length.to_le_bytes());
        plain.extend((-1_i32).to_le_bytes());
        plain.extend((-1_i32).to_le_bytes());
        plain.extend(0_i32.to_le_bytes());
        plain.extend(name);
        plain.extend((0..LENGTH / 2).map(|_| [0x11, 0x12, 0x24, 0x48, 0x81][dice.usize(..5)]));
        plain.extend((0..LENGTH).map(|_| dice.u8(..94)));
    }
    plain
}

const UNMAPPED: &[u8] = b"@HD\tVN:1.6\n@RG\tID:g\tSM:S\n";

/// An unmapped BAM of at least so many bytes.
pub(crate) fn ubam(bytes: usize) -> Vec<u8> {
    let mut plain = plain_bam(UNMAPPED, &[]);
    plain.extend(unmapped(bytes));
    let mut file = bgzf(&plain, 60_000);
    let end = file.split_off(file.len() - 28);
    // Empty blocks make up for what the compression saved.
    while file.len() < bytes {
        let block = end.clone();
        file.extend(block.iter().cycle().take(block.len() * 1000));
    }
    file.extend(end);
    file
}

/// An unmapped BAM of so many records, each in a block of its own, and the length of that block.
pub(crate) fn large_ubam(records: usize) -> (Vec<u8>, usize) {
    let record = bgzf_block(&unmapped(1));
    let header = bgzf_block(&plain_bam(UNMAPPED, &[]));
    let mut file = header;
    (0..records).for_each(|_| file.extend(&record));
    file.extend(bgzf_block(b""));
    (file, record.len())
}

/// What samtools makes of some reads: sorted and unsorted BAM, UBAM, CRAM 3.0 and 3.1, each of more
/// than one part of the smallest size. Nothing if samtools is missing.
pub(crate) fn by_samtools(lab: &Lab) -> Option<Vec<(&'static str, PathBuf)>> {
    if Command::new("samtools").arg("--version").output().is_err() {
        skipped("samtools is not installed");
        return None;
    }
    let genome = bases(7).piece(40_000).to_owned();
    let (mut dice, mut pool) = (fastrand::Rng::with_seed(8), qualities(5_000_000, 9));
    lab.file("ref.fa", format!(">chr1\n{genome}\n").as_bytes());
    let mut aligned = "@HD\tVN:1.6\n@SQ\tSN:chr1\tLN:40000\n@RG\tID:g\tSM:NA1\n".to_owned();
    let mut unaligned = "@HD\tVN:1.6\n@RG\tID:g\tSM:NA1\n".to_owned();
    for number in 0..900 {
        let start = dice.usize(0..30_000);
        let bases = &genome[start..start + 10_000];
        let qualities = pool.piece(10_000);
        let position = start + 1;
        writeln!(
            aligned,
            "r{number}\t0\tchr1\t{position}\t60\t10000M\t*\t0\t0\t{bases}\t{qualities}\tRG:Z:g"
        )
        .unwrap();
        writeln!(unaligned, "r{number}\t4\t*\t0\t0\t*\t*\t0\t0\t{bases}\t{qualities}\tRG:Z:g")
            .unwrap();
    }
    lab.file("aligned.sam", aligned.as_bytes());
    lab.file("unaligned.sam", unaligned.as_bytes());
    samtools(lab, &["faidx", "ref.fa"]);
    samtools(lab, &["view", "-b", "-o", "unsorted.bam", "aligned.sam"]);
    samtools(lab, &["sort", "-o", "sorted.bam", "aligned.sam"]);
    samtools(lab, &["view", "-b", "-o", "unaligned.bam", "unaligned.sam"]);
    for version in ["3.0", "3.1"] {
        let options = format!("cram,version={version}");
        let name = format!("v{version}.cram");
        samtools(lab, &["view", "-O", &options, "-T", "ref.fa", "-o", &name, "sorted.bam"]);
    }
    let made = [
        ("BAM", "unsorted.bam"),
        ("BAM", "sorted.bam"),
        ("UBAM", "unaligned.bam"),
        ("CRAM", "v3.0.cram"),
        ("CRAM", "v3.1.cram"),
    ];
    Some(made.map(|(file_type, name)| (file_type, lab.path(name))).to_vec())
}

fn samtools(lab: &Lab, arguments: &[&str]) {
    let output =
        Command::new("samtools").args(arguments).current_dir(lab.path("")).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// An unmapped BAM that ends in the middle of a record, and is too large to be read to its end beforehand.
pub(crate) fn broken_bam() -> Vec<u8> {
    let mut plain = plain_bam(b"@RG\tID:1\tSM:NA1\n", &[]);
    plain.extend(unmapped(400_000));
    plain.extend(b"\x40\0\0\0and no more");
    bgzf(&plain, 60_000)
}
