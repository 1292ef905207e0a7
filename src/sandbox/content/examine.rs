//! Whether the sources of a read set are what the upload said, and whole; and what is in them.
//!
//! Memory does not grow with the sources. The semantic `ETag` is made for FASTQ only: for BAM and
//! CRAM the service's definition is not documented closely enough to make the same value
//! (<https://docs.aws.amazon.com/omics/latest/dev/etags-and-provenance.html>).

use std::io::{self, BufReader, Read};

use strum::VariantArray as _;
use tokio_util::sync::CancellationToken;

use super::{
    bam, cram, fastq,
    flaw::SourceFlaw,
    gzip::{Framing, Gunzip},
};
use crate::sandbox::{
    rules::{EtagFamily, Source, SourceFileType},
    state::{ContentFindings, Extents, ExtentsReader},
};

/// How much of a file is read at a time.
const BLOCK: usize = 128 * 1024;

/// Why there are no findings.
#[derive(Debug)]
pub(crate) enum InspectionFailure {
    /// The sandbox stopped.
    Stopped,
    /// The content is not as it should be: what the read set's status message says.
    Bad(String),
}

/// A source that is read until the sandbox stops.
pub(crate) struct Patient {
    reader: ExtentsReader,
    stopping: CancellationToken,
}

impl Read for Patient {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.stopping.is_cancelled() {
            return Err(io::Error::other("the sandbox is stopping"));
        }
        self.reader.read(buffer)
    }
}

/// Looks at every byte of every source.
pub(crate) fn inspect(
    sources: Vec<Extents>,
    file_type: SourceFileType,
    family: EtagFamily,
    stopping: &CancellationToken,
) -> Result<ContentFindings, InspectionFailure> {
    let mut findings = ContentFindings::default();
    for (source, extents) in Source::VARIANTS.iter().zip(sources) {
        let flawed = |flaw: SourceFlaw| {
            if stopping.is_cancelled() {
                return InspectionFailure::Stopped;
            }
            InspectionFailure::Bad(format!("{source} is not a whole {file_type} file: {flaw}"))
        };
        let found = inspect_source(extents, file_type, family, stopping).map_err(flawed)?;
        if *source == Source::Source2 && found.reads != findings.reads {
            let (first, second) = (findings.reads, found.reads);
            return Err(InspectionFailure::Bad(format!(
                "SOURCE1 and SOURCE2 are no pair: they have {first} and {second} reads"
            )));
        }
        findings.add(found);
    }
    Ok(findings)
}

impl ContentFindings {
    fn add(&mut self, found: Self) {
        self.reads += found.reads;
        self.bases += found.bases;
        match (&mut self.etag, found.etag) {
            (Some(etag), Some(second)) => etag.source2 = Some(second.source1),
            (first, found) => *first = first.take().or(found),
        }
    }
}

fn inspect_source(
    extents: Extents,
    file_type: SourceFileType,
    family: EtagFamily,
    stopping: &CancellationToken,
) -> Result<ContentFindings, SourceFlaw> {
    let kind = kind(&extents)?;
    let wanted = match file_type {
        SourceFileType::Fastq => SourceKind::Fastq,
        SourceFileType::Bam | SourceFileType::Ubam => SourceKind::Bam,
        SourceFileType::Cram => SourceKind::Cram,
    };
    if kind != wanted {
        return Err(SourceFlaw::new(format!("its content is {}", kind.as_str())));
    }
    let tail = extents.clone();
    let reader = Patient { reader: extents.reader(), stopping: stopping.clone() };
    let reader = BufReader::with_capacity(BLOCK, reader);
    match file_type {
        SourceFileType::Fastq => fastq::inspect(Gunzip::new(reader, Framing::Any), family),
        SourceFileType::Bam => bam::inspect(reader, tail, bam::ReferenceSequences::Some),
        SourceFileType::Ubam => bam::inspect(reader, tail, bam::ReferenceSequences::None),
        SourceFileType::Cram => cram::inspect(reader, tail),
    }
}

/// What a source looks like from its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SourceKind {
    Fastq,
    Bam,
    Cram,
    Gzip,
    Other,
}

impl SourceKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Fastq => "FASTQ in gzip",
            Self::Bam => "BAM",
            Self::Cram => "CRAM",
            Self::Gzip => "gzip of something unknown",
            Self::Other => "neither gzip nor CRAM",
        }
    }
}

fn kind(extents: &Extents) -> Result<SourceKind, SourceFlaw> {
    let first = prefix(extents.clone().reader())?;
    if first.starts_with(b"CRAM") {
        return Ok(SourceKind::Cram);
    }
    if !first.starts_with(&[0x1f, 0x8b]) {
        return Ok(SourceKind::Other);
    }
    let inside = prefix(Gunzip::new(BufReader::new(extents.clone().reader()), Framing::Any))?;
    Ok(match inside {
        inside if inside.starts_with(b"BAM\x01") => SourceKind::Bam,
        inside if inside.starts_with(b"@") => SourceKind::Fastq,
        _ => SourceKind::Gzip,
    })
}

fn prefix(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut prefix = Vec::with_capacity(4);
    reader.take(4).read_to_end(&mut prefix)?;
    Ok(prefix)
}
