//! What people give by mistake, told by its first bytes, and what they should do instead.
//!
//! Knows nothing of what can be uploaded: it is asked when everything else has been ruled out.

use std::fmt;

use super::gzip::frame::MAGIC as MAGIC_OF_GZIP;

/// Content that a sequence store does not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Foreign {
    Sam,
    Fasta,
    Vcf,
    Bcf,
    Bai,
    Csi,
    Tbi,
    Crai,
    Fai,
    Gzip,
    Tar,
    Zip,
    SevenZip,
    Zstd,
    Xz,
    Bzip2,
    Lz4,
    Sra,
    Hdf5,
    Pod5,
    Html,
    Text,
    Zeros,
    Unknown,
}

/// First bytes that settle it.
const MAGIC: [(&[u8], Foreign); 18] = [
    (b"##fileformat=VCF", Foreign::Vcf),
    (b"BCF\x02", Foreign::Bcf),
    (b"BCF\x04", Foreign::Bcf),
    (b"BAI\x01", Foreign::Bai),
    (b"CSI\x01", Foreign::Csi),
    (b"TBI\x01", Foreign::Tbi),
    (&MAGIC_OF_GZIP, Foreign::Gzip),
    (b"PK\x03\x04", Foreign::Zip),
    (b"PK\x05\x06", Foreign::Zip),
    (b"7z\xbc\xaf\x27\x1c", Foreign::SevenZip),
    (b"\x28\xb5\x2f\xfd", Foreign::Zstd),
    (b"\xfd7zXZ\x00", Foreign::Xz),
    (b"BZh", Foreign::Bzip2),
    (b"\x04\x22\x4d\x18", Foreign::Lz4),
    (b"NCBI.sra", Foreign::Sra),
    (b"\x89HDF\r\n\x1a\n", Foreign::Hdf5),
    (b"\x8bPOD\r\n\x1a\n", Foreign::Pod5),
    (b">", Foreign::Fasta),
];

impl Foreign {
    /// Names content by its beginning; the beginning may be cut anywhere.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        if let Some((_, foreign)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
            return *foreign;
        }
        if bytes.get(257..262) == Some(b"ustar") {
            return Self::Tar;
        }
        if bytes.iter().all(|byte| *byte == 0) {
            return Self::Zeros;
        }
        Self::of_text(bytes)
    }

    fn of_text(bytes: &[u8]) -> Self {
        let is_control = |byte: &u8| byte.is_ascii_control() && !b"\t\n\r\x0c\x1b".contains(byte);
        if bytes.iter().any(is_control) {
            return Self::Unknown;
        }
        let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let fields: Vec<_> = line.trim_ascii_end().split(|byte| *byte == b'\t').collect();
        let integers = |fields: &[&[u8]]| fields.iter().all(|field| is_integer(field));
        let start = bytes.trim_ascii_start().get(..5).unwrap_or_default().to_ascii_lowercase();
        match &fields[..] {
            _ if is_sam_header(bytes) => Self::Sam,
            [_, flag, _, position, quality, _, _, mate, length, _, _, ..]
                if integers(&[flag, position, quality, mate, length]) =>
            {
                Self::Sam
            }
            [_, rest @ ..] if matches!(rest.len(), 4 | 5) && integers(&fields) => Self::Crai,
            [_, rest @ ..] if matches!(rest.len(), 4 | 5) && integers(rest) => Self::Fai,
            _ if start == b"<html" || start == b"<!doc" => Self::Html,
            _ => Self::Text,
        }
    }

    /// What it is, as a noun.
    const fn noun(self) -> &'static str {
        match self {
            Self::Sam => "SAM text, and the service takes BAM",
            Self::Fasta => "FASTA",
            Self::Vcf => "VCF",
            Self::Bcf => "BCF",
            Self::Bai => "a BAI index",
            Self::Csi => "a CSI index",
            Self::Tbi => "a tabix index",
            Self::Crai => "a CRAI index",
            Self::Fai => "a FASTA index",
            Self::Gzip => "gzip again",
            Self::Tar => "a tar archive",
            Self::Zip => "a zip archive",
            Self::SevenZip => "a 7z archive",
            Self::Zstd => "compressed with zstd, and the service takes gzip only",
            Self::Xz => "compressed with xz, and the service takes gzip only",
            Self::Bzip2 => "compressed with bzip2, and the service takes gzip only",
            Self::Lz4 => "compressed with lz4, and the service takes gzip only",
            Self::Sra => "an SRA archive",
            Self::Hdf5 => "HDF5",
            Self::Pod5 => "POD5",
            Self::Html => "a web page",
            Self::Text => "text of another kind",
            Self::Zeros => "nothing but zero bytes",
            Self::Unknown => "of an unknown kind",
        }
    }

    /// What to do about it.
    const fn advice(self) -> &'static str {
        match self {
            Self::Sam => "convert it with `samtools view -b -o OUT.bam FILE`",
            Self::Fasta => {
                "a sequence store takes reads: FASTQ, BAM, CRAM and unmapped BAM; a genome belongs \
                 into a reference store"
            }
            Self::Vcf | Self::Bcf => {
                "a sequence store takes reads, not variants: FASTQ, BAM, CRAM and unmapped BAM"
            }
            Self::Bai | Self::Csi | Self::Tbi | Self::Crai | Self::Fai => {
                "give the file that it belongs to; the service makes indexes itself"
            }
            Self::Gzip => "undo one layer with `gzip -dc FILE > OUT.gz`",
            Self::Tar | Self::Zip | Self::SevenZip => {
                "unpack it, and give the FASTQ, BAM or CRAM files in it"
            }
            Self::Zstd => "compress it again with `zstd -dc FILE | gzip > OUT.fastq.gz`",
            Self::Xz => "compress it again with `xz -dc FILE | gzip > OUT.fastq.gz`",
            Self::Bzip2 => "compress it again with `bzip2 -dc FILE | gzip > OUT.fastq.gz`",
            Self::Lz4 => "compress it again with `lz4 -dc FILE | gzip > OUT.fastq.gz`",
            Self::Sra => "convert it with `fasterq-dump FILE`, then compress the FASTQ with `gzip`",
            Self::Hdf5 | Self::Pod5 => {
                "raw signal has to be base-called first, into BAM or FASTQ; a sequence store takes \
                 FASTQ, BAM, CRAM and unmapped BAM"
            }
            Self::Html => "was it meant to be a download? Fetch it again, and look at it first",
            Self::Zeros => "space was set aside for it, but it was never written: copy it again",
            Self::Text | Self::Unknown => {
                "a sequence store takes FASTQ (gzip), BAM, CRAM and unmapped BAM"
            }
        }
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.noun(), self.advice())
    }
}

fn is_integer(field: &[u8]) -> bool {
    let digits = field.strip_prefix(b"-").unwrap_or(field);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

/// Whether the first line is one of a SAM header. A FASTQ begins with `@` too, so this is asked first.
pub(super) fn is_sam_header(bytes: &[u8]) -> bool {
    let tag =
        [b"@HD", b"@SQ", b"@RG", b"@PG", b"@CO"].into_iter().any(|tag| bytes.starts_with(tag));
    // `@CO` may stand alone on its line; the next line of a FASTQ would not begin with `@`.
    let next = bytes.get(3..).unwrap_or_default();
    tag && matches!(next, [b'\t', ..] | [b'\n', b'@', ..] | [b'\r', b'\n', b'@', ..])
}
