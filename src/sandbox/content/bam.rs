//! BAM: the header's list of references, then records to the end (SAM specification, section 4.2).

use std::io::{self, BufRead, BufReader, Read};

use super::{
    alignment,
    flaw::SourceFlaw,
    gzip::{Framing, Gunzip},
};
use crate::sandbox::state::{ContentFindings, Extents};

/// The empty block that ends a BGZF file (SAM specification, section 4.1.2).
const END: [u8; 28] = [
    0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, b'B', b'C', 2, 0, 0x1b, 0, 3, 0, 0, 0, 0, 0, 0, 0,
    0, 0,
];

/// Secondary and supplementary alignments are further lines about a read that was counted.
const NOT_PRIMARY: u16 = 0x900;
const UNMAPPED: u16 = 4;

/// The fixed fields of a record.
const FIXED: u32 = 32;

/// The longest name of a reference sequence that is taken.
const MAX_NAME: u32 = 64 * 1024;

/// Whether the binary list of references is to hold any: this is what tells BAM from unmapped BAM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReferenceSequences {
    None,
    Some,
}

/// Reads a BAM file to its end.
pub(crate) fn inspect(
    compressed: impl BufRead,
    whole: Extents,
    wanted: ReferenceSequences,
) -> Result<ContentFindings, SourceFlaw> {
    let mut bam = BufReader::new(Gunzip::new(compressed, Framing::Bgzf));
    let references = header(&mut bam)?;
    match (wanted, references) {
        (ReferenceSequences::Some, 0) => {
            return Err(SourceFlaw::new("it has no reference sequences, and so is unmapped BAM"));
        }
        (ReferenceSequences::None, 1..) => {
            let count = format!("it has {references} reference sequences, and so is BAM");
            return Err(SourceFlaw::new(count));
        }
        _ => {}
    }
    let mut findings = ContentFindings::default();
    while record(&mut bam, references, &mut findings)? {}
    if whole.last(END.len())? != END {
        return Err(SourceFlaw::new("it does not end in an end-of-file block"));
    }
    Ok(findings)
}

fn header(bam: &mut impl Read) -> Result<i32, SourceFlaw> {
    let mut magic = [0; 4];
    bam.read_exact(&mut magic)?;
    if magic != *b"BAM\x01" {
        return Err(SourceFlaw::new("it does not begin as BAM does"));
    }
    let size = number(bam)?;
    skip(bam, size)?;
    let references = number(bam)?;
    for _ in 0..references {
        let size = number(bam)?;
        if !(1..=MAX_NAME).contains(&size) {
            return Err(SourceFlaw::new("the length of a reference sequence's name is impossible"));
        }
        skip(bam, size)?;
        number(bam)?;
    }
    i32::try_from(references).map_err(|_| SourceFlaw::new("its header is damaged"))
}

/// Reads one record; `false` at the end.
fn record(
    bam: &mut impl BufRead,
    references: i32,
    findings: &mut ContentFindings,
) -> Result<bool, SourceFlaw> {
    if bam.fill_buf()?.is_empty() {
        return Ok(false);
    }
    let size = number(bam)?;
    if size.to_le_bytes() == *b"BAM\x01" {
        return Err(SourceFlaw::new(format!("another BAM file follows record {}", findings.reads)));
    }
    let damaged = || SourceFlaw::new(format!("record {} is damaged", findings.reads + 1));
    let rest = size.checked_sub(FIXED).ok_or_else(damaged)?;
    let mut fixed = [0; FIXED as usize];
    bam.read_exact(&mut fixed)?;
    let long =
        |at: usize| i32::from_le_bytes([fixed[at], fixed[at + 1], fixed[at + 2], fixed[at + 3]]);
    let short = |at: usize| u16::from_le_bytes([fixed[at], fixed[at + 1]]);
    let bases = u64::try_from(long(16)).map_err(|_| damaged())?;
    let (name, operations) = (u64::from(fixed[8]), u64::from(short(12)));
    let least = name + 4 * operations + bases.div_ceil(2) + bases;
    let known = |reference: i32| (-1..references).contains(&reference);
    if name == 0 || least > u64::from(rest) || !known(long(0)) || !known(long(20)) {
        return Err(damaged());
    }
    let flags = short(14);
    let cigar = alignment::CigarCounts {
        bases,
        operations: operations.try_into().unwrap_or(0),
        is_placed: long(0) >= 0 && long(4) >= 0,
        is_checked: flags & UNMAPPED == 0,
    };
    skip(bam, u32::from(fixed[8]))?;
    let mut body = bam.take(u64::from(rest) - name);
    if !alignment::is_sound(&mut body, &cigar)? {
        // What the file lacks is told as that.
        return if body.into_inner().fill_buf()?.is_empty() {
            Err(io::Error::from(io::ErrorKind::UnexpectedEof).into())
        } else {
            Err(damaged())
        };
    }
    if flags & NOT_PRIMARY == 0 {
        findings.reads += 1;
        findings.bases += bases;
    }
    Ok(true)
}

fn number(bam: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0; 4];
    bam.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

fn skip(bam: &mut impl Read, size: u32) -> io::Result<()> {
    let skipped = io::copy(&mut bam.take(size.into()), &mut io::sink())?;
    if skipped == u64::from(size) { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}
