//! What a file is, by its first bytes and never by its name.
//!
//! Everything that can be uploaded has a [`Kind`]; everything else is [`Refused`] by name, with what
//! to do about it.

use crate::formats::{
    bam,
    cram::{self, CramVersion},
    fastq::{self, BrokenRecord, FastqHead},
    foreign::{self, Foreign},
    gzip::{
        Compression,
        prefix::{self as gzip, PrefixEnd},
    },
};

/// So many bytes of a file's beginning are enough to know it.
pub const PREFIX: usize = 64 * 1024;

/// A file that can be uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// BAM or unmapped BAM: the header tells.
    Bam,
    Cram(CramVersion),
    Fastq(Compression),
}

/// Why a file cannot be uploaded, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("it is empty")]
    Empty,
    #[error("it is an empty gzip file")]
    EmptyGzip,
    #[error("it is a gzip file that ends before its data begins: it is truncated, copy it again")]
    CutGzip,
    #[error("it begins like gzip, but cannot be decompressed: it is damaged, copy it again")]
    DamagedGzip,
    #[error(
        "it is plain FASTQ, and the service takes gzip only: compress it with `bgzip FILE` or \
         `gzip FILE`"
    )]
    PlainFastq,
    #[error("it begins like FASTQ, but {0}")]
    BrokenFastq(BrokenRecord),
    #[error(
        "it is BAM in plain gzip, and BAM needs BGZF: make it again with \
         `samtools view -b -o OUT.bam FILE`"
    )]
    GzipBam,
    #[error("it is uncompressed BAM: compress it with `bgzip FILE`")]
    PlainBam,
    #[error("it is CRAM that was compressed again: undo that with `gzip -dc FILE > OUT.cram`")]
    GzipCram,
    #[error(
        "it is CRAM {major}.{minor}, and versions 2.1, 3.0 and 3.1 are known: convert it with \
         `samtools view -C --output-fmt-option version=3.0 -T REFERENCE -o OUT.cram FILE`"
    )]
    CramVersion { major: u8, minor: u8 },
    #[error("it is {0}")]
    Foreign(Foreign),
    #[error("inside gzip, it is {0}")]
    GzipForeign(Foreign),
}

/// Names a file by its first [`PREFIX`] bytes, or all of them if it has fewer.
pub fn sniff(prefix: &[u8]) -> Result<Kind, Refused> {
    look(prefix).map(|look| look.kind)
}

/// What a prefix shows.
pub(crate) struct Look {
    pub(crate) kind: Kind,
    /// The first records, of a FASTQ.
    pub(crate) head: Option<FastqHead>,
    /// Whether gzip data stops in the middle of the prefix's last member.
    pub(crate) cut: bool,
}

pub(crate) fn look(prefix: &[u8]) -> Result<Look, Refused> {
    if let Some(compression) = Compression::of(prefix) {
        return look_inside(prefix, compression);
    }
    if let Some((major, minor)) = cram::named_version(prefix) {
        let version =
            CramVersion::new(major, minor).ok_or(Refused::CramVersion { major, minor })?;
        return Ok(Look { kind: Kind::Cram(version), head: None, cut: false });
    }
    match prefix {
        [] => Err(Refused::Empty),
        bytes if bytes.starts_with(&bam::header::MAGIC) => Err(Refused::PlainBam),
        [b'@', ..] if !foreign::is_sam_header(prefix) => {
            Err(match fastq::first_records(prefix, prefix.len() < PREFIX) {
                Ok(_) => Refused::PlainFastq,
                Err(broken) => Refused::BrokenFastq(broken),
            })
        }
        _ => Err(Refused::Foreign(Foreign::of(prefix))),
    }
}

fn look_inside(prefix: &[u8], compression: Compression) -> Result<Look, Refused> {
    let inflated = gzip::inflate(prefix);
    let look = |kind, head| Look { kind, head, cut: inflated.end == PrefixEnd::Cut };
    match (&inflated.bytes[..], inflated.end) {
        ([], PrefixEnd::Whole | PrefixEnd::Enough) => Err(Refused::EmptyGzip),
        ([], PrefixEnd::Cut) => Err(Refused::CutGzip),
        (_, PrefixEnd::Damaged) => Err(Refused::DamagedGzip),
        (bytes, _) if bytes.starts_with(&bam::header::MAGIC) => match compression {
            Compression::Bgzf => Ok(look(Kind::Bam, None)),
            Compression::Gzip => Err(Refused::GzipBam),
        },
        (bytes, _) if bytes.starts_with(&cram::MAGIC) => Err(Refused::GzipCram),
        (bytes @ [b'@', ..], ending) if !foreign::is_sam_header(bytes) => {
            // A full prefix may end by chance at the edge of a member.
            let whole = ending == PrefixEnd::Whole && prefix.len() < PREFIX;
            let head = fastq::first_records(bytes, whole).map_err(Refused::BrokenFastq)?;
            Ok(look(Kind::Fastq(compression), Some(head)))
        }
        (bytes, _) => Err(Refused::GzipForeign(Foreign::of(bytes))),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    fn message(prefix: &[u8]) -> String {
        sniff(prefix).unwrap_err().to_string()
    }

    const SAM: &[u8] = b"@HD\tVN:1.6\n@SQ\tSN:chr1\tLN:9\n";
    const READS: &[u8] = b"@r1\nACGT\n+\nIIII\n@r2\nACGT\n+\nIIII\n";

    #[test]
    fn what_is_refused_says_what_it_is_and_what_to_do() {
        for (prefix, expected) in [
            (&b""[..], "it is empty"),
            (&gzip(b""), "it is an empty gzip file"),
            (
                &gzip(READS)[..10],
                "it is a gzip file that ends before its data begins: it is truncated, copy it again",
            ),
            (
                b"\x1f\x8b\x08\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff",
                "it begins like gzip, but cannot be decompressed: it is damaged, copy it again",
            ),
            (
                READS,
                "it is plain FASTQ, and the service takes gzip only: compress it with `bgzip FILE` \
                 or `gzip FILE`",
            ),
            (
                b"@article{key,\n  title = {x},\n}\n",
                "it begins like FASTQ, but the sequence of record 1 holds other characters than \
                 letters",
            ),
            (
                &gzip(b"@r1\nACGT\nACGT\n+\nIIIIIIII\n"),
                "it begins like FASTQ, but record 1 is wrapped: its sequence has several lines, and \
                 the service takes one",
            ),
            (
                &gzip(b"BAM\x01\0\0\0\0\0\0\0\0"),
                "it is BAM in plain gzip, and BAM needs BGZF: make it again with \
                 `samtools view -b -o OUT.bam FILE`",
            ),
            (b"BAM\x01\0\0\0\0\0\0\0\0", "it is uncompressed BAM: compress it with `bgzip FILE`"),
            (
                &gzip(b"CRAM\x03\0"),
                "it is CRAM that was compressed again: undo that with `gzip -dc FILE > OUT.cram`",
            ),
            (
                b"CRAM\x04\0",
                "it is CRAM 4.0, and versions 2.1, 3.0 and 3.1 are known: convert it with \
                 `samtools view -C --output-fmt-option version=3.0 -T REFERENCE -o OUT.cram FILE`",
            ),
            (
                SAM,
                "it is SAM text, and the service takes BAM: convert it with `samtools view -b -o OUT.bam FILE`",
            ),
            (
                &gzip(SAM),
                "inside gzip, it is SAM text, and the service takes BAM: convert it with \
                 `samtools view -b -o OUT.bam FILE`",
            ),
            (
                b"BAI\x01\0\0\0\0",
                "it is a BAI index: give the file that it belongs to; the service makes indexes \
                 itself",
            ),
            (
                b"\x28\xb5\x2f\xfd\0\0",
                "it is compressed with zstd, and the service takes gzip only: compress it again with \
                 `zstd -dc FILE | gzip > OUT.fastq.gz`",
            ),
            (
                &gzip(&gzip(READS)),
                "inside gzip, it is gzip again: undo one layer with \
                 `gzip -dc FILE > OUT.gz`",
            ),
            (
                b"some notes\n",
                "it is text of another kind: a sequence store takes FASTQ (gzip), BAM, CRAM and \
                 unmapped BAM",
            ),
        ] {
            assert_eq!(message(prefix), expected);
        }
    }

    #[test]
    fn foreign_content_is_told_apart_plain_and_in_gzip() {
        let mut tar = vec![b'a'; 512];
        tar[257..262].copy_from_slice(b"ustar");
        for (content, foreign) in [
            (&b"@CO\n@HD\tVN:1.6\n"[..], Foreign::Sam),
            (b"r1\t0\tchr1\t10\t60\t4M\t*\t0\t0\tACGT\tIIII\n", Foreign::Sam),
            (b">chr1\nACGT\n", Foreign::Fasta),
            (b"##fileformat=VCFv4.3\n", Foreign::Vcf),
            (b"BCF\x02\x02", Foreign::Bcf),
            (b"CSI\x01\0", Foreign::Csi),
            (b"TBI\x01\0", Foreign::Tbi),
            (b"0\t1\t100\t500\t20\t3000\n1\t1\t9\t9\t9\t9\n", Foreign::Crai),
            (b"chr1\t248956422\t6\t60\t61\n", Foreign::Fai),
            (&tar, Foreign::Tar),
            (b"PK\x03\x04\x14", Foreign::Zip),
            (b"7z\xbc\xaf\x27\x1c\0", Foreign::SevenZip),
            (b"\xfd7zXZ\0\0", Foreign::Xz),
            (b"BZh91AY", Foreign::Bzip2),
            (b"\x04\x22\x4d\x18\x64", Foreign::Lz4),
            (b"NCBI.sra\x05", Foreign::Sra),
            (b"\x89HDF\r\n\x1a\n", Foreign::Hdf5),
            (b"\x8bPOD\r\n\x1a\n", Foreign::Pod5),
            (b"<!DOCTYPE html>\n<html>", Foreign::Html),
            (b"\n<HTML><head>", Foreign::Html),
            (b"chr1\t10\t20\n", Foreign::Text),
            (b"\0\0\0\0", Foreign::Zeros),
            (b"\x01\x02\x03", Foreign::Unknown),
        ] {
            assert_eq!(sniff(content), Err(Refused::Foreign(foreign)));
            assert_eq!(sniff(&gzip(content)), Err(Refused::GzipForeign(foreign)));
        }
    }

    #[test]
    fn a_full_prefix_that_ends_at_the_edge_of_a_member_is_not_the_whole_file() {
        let mut prefix = gzip(b"@r1\nAC");
        // An extra field makes up the rest of the 64 KiB, in a member that comes first.
        let rest = PREFIX - prefix.len() - gzip(b"").len() - 2;
        let mut filler = gzip(b"");
        filler[3] = 4;
        let length = u16::try_from(rest).unwrap().to_le_bytes();
        filler.splice(10..10, length.into_iter().chain(std::iter::repeat_n(0, rest)));
        prefix.splice(0..0, filler);
        assert_eq!(prefix.len(), PREFIX);
        assert_eq!(sniff(&prefix), Ok(Kind::Fastq(Compression::Gzip)));
        assert!(!look(&prefix).unwrap().head.unwrap().is_whole());
    }

    #[test]
    fn a_bomb_is_inflated_no_further_than_needed() {
        let look = gzip::inflate(&gzip(&vec![b'A'; 30_000_000]));
        assert_eq!(look.end, PrefixEnd::Enough);
        assert!(look.bytes.len() < 2_000_000);
    }
}
