//! One reading of all inputs: decoded if that is wanted, and hashed where a sum is known.

use std::{
    io::{self, Read},
    num::NonZero,
    sync::Arc,
    thread,
};

use super::{
    audience::Audience,
    input::{DecodeInput, Depth},
    watched::{Marks, Watched},
};
use crate::{
    content::{
        decode::{self, DecodeFailure, Decoded},
        etag::EtagAlgorithm,
        md5::{ListedMd5, Md5, Md5Task, Summing},
    },
    formats::Kind,
    source::{Defect, Findings, ReadCounts},
    types::ReadSetEtag,
};

/// Reads the inputs to their ends.
pub(super) fn look(
    sources: Vec<Vec<DecodeInput>>,
    depth: Depth,
    audience: &Audience,
    marks: &Arc<Marks>,
) -> Result<Findings, Defect> {
    let about: Vec<_> = sources.iter().map(|files| About::of(files)).collect();
    let mut readers = Vec::with_capacity(sources.len());
    let mut sums = Vec::new();
    for files in sources {
        let mut of_source = Vec::with_capacity(files.len());
        for DecodeInput { kind, reader, md5, .. } in files {
            let reader = Watched::new(reader, audience, marks);
            let (reader, sum) = summed(reader, md5)
                .map_err(|error| defect(&DecodeFailure::NoThread(error), &about))?;
            of_source.push((kind, reader));
            sums.push(sum);
        }
        readers.push(of_source);
    }
    let mut findings = match depth {
        Depth::Sums => {
            read(readers.into_iter().flatten(), &about)?;
            Findings::default()
        }
        Depth::Records => decode(readers, None, &about)?,
        Depth::Etag(algorithm) => decode(readers, Some(algorithm), &about)?,
    };
    let names = about.iter().flatten().map(|about| &about.name);
    for (name, sum) in names.zip(sums) {
        findings.md5.push(sum.map(|(sum, listed)| compare(name, sum, &listed)).transpose()?);
    }
    Ok(findings)
}

type FileReader = Box<dyn Read + Send>;

/// Hashes what is read, if there is something to compare it with.
fn summed(
    reader: Watched,
    listed: Option<ListedMd5>,
) -> io::Result<(FileReader, Option<(Md5Task, ListedMd5)>)> {
    let Some(listed) = listed else { return Ok((Box::new(reader), None)) };
    let (reader, sum) = Summing::new(reader)?;
    Ok((Box::new(reader), Some((sum, listed))))
}

/// What is said of an input.
pub(super) struct About {
    name: String,
    file: String,
    kind: Kind,
    allow_padding: bool,
}

impl About {
    /// What is said of the files of a source.
    fn of(files: &[DecodeInput]) -> Vec<Self> {
        let about = files.iter().map(|input| {
            let DecodeInput { name, file, kind, allow_padding, .. } = input;
            let (name, file) = (name.clone(), file.clone());
            Self { name, file, kind: *kind, allow_padding: *allow_padding }
        });
        about.collect()
    }

    /// What follows the data, if nothing may.
    fn padded(&self, decoded: &Decoded) -> Option<Defect> {
        let padding = decoded.padding.filter(|_| !self.allow_padding)?;
        let message = format!("{} {padding}", self.name);
        Some(Defect { message, hint: Some(padding.hint(&self.file)), passes: false })
    }
}

type Readers = Vec<Vec<(Kind, FileReader)>>;

fn decode(
    readers: Readers,
    algorithm: Option<EtagAlgorithm>,
    about: &[Vec<About>],
) -> Result<Findings, Defect> {
    let threads = thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
    let decoded = decode::decode_joined(readers, algorithm, threads)
        .map_err(|failure| defect(&failure, about))?;
    // What stands at the end of a source is at the end of its last file.
    let mut both = about.iter().zip(&decoded);
    let padded = both.find_map(|(files, decoded)| files.last()?.padded(decoded));
    padded.map_or(Ok(()), Err)?;
    let counted = ReadCounts {
        reads: decoded.iter().map(|source| source.reads).sum(),
        bases: decoded.iter().map(|source| source.bases).sum(),
    };
    let etag = algorithm.and_then(|algorithm| etag(algorithm, about, &decoded));
    Ok(Findings { counted: Some(counted), etag, md5: Vec::new() })
}

/// What the service should make of the data; nobody knows what it makes of a CRAM.
fn etag(
    algorithm: EtagAlgorithm,
    about: &[Vec<About>],
    decoded: &[Decoded],
) -> Option<ReadSetEtag> {
    let what = match about.first()?.first()?.kind {
        Kind::Fastq(_) => "FASTQ",
        Kind::Bam => "BAM",
        Kind::Cram(_) => return None,
    };
    let hash = |file: &Decoded| file.etag.as_ref().map(ToString::to_string);
    Some(ReadSetEtag {
        algorithm: format!("{what}_{algorithm}"),
        source1: hash(decoded.first()?)?,
        source2: decoded.get(1).and_then(hash),
    })
}

/// Reads everything, which hashes it on the way.
fn read(
    readers: impl Iterator<Item = (Kind, FileReader)>,
    about: &[Vec<About>],
) -> Result<(), Defect> {
    for (file, (_, mut reader)) in readers.enumerate() {
        io::copy(&mut reader, &mut io::sink())
            .map_err(|error| defect(&DecodeFailure::Unreadable { file, error }, about))?;
    }
    Ok(())
}

/// A failure in words; one that is not about the data needs none of what is said `about` them.
pub(super) fn defect(failure: &DecodeFailure, about: &[Vec<About>]) -> Defect {
    let meant: Vec<_> = match failure.file() {
        Some(file) => about.iter().flatten().nth(file).into_iter().collect(),
        None => about.iter().filter_map(|files| files.first()).collect(),
    };
    let names: Vec<_> = match failure.file() {
        Some(_) => meant.iter().map(|about| about.name.clone()).collect(),
        None => about.iter().map(|files| source_name(files)).collect(),
    };
    let passes = matches!(failure, DecodeFailure::NoThread(_));
    // The files have nothing to do with that.
    let message =
        if passes { failure.what() } else { format!("{} {}", names.join(" and "), failure.what()) };
    let file = meant.first().map_or("", |about| &about.file);
    Defect { message, hint: Some(failure.hint(file)), passes }
}

/// What a source is called.
fn source_name(files: &[About]) -> String {
    match files {
        [] => String::new(),
        [one] => one.name.clone(),
        [first, .., last] => format!("{} to {}", first.name, last.name),
    }
}

fn compare(name: &str, sum: Md5Task, listed: &ListedMd5) -> Result<String, Defect> {
    let failed =
        |error: io::Error| Defect { message: error.to_string(), hint: None, passes: false };
    let found: Md5 = sum.finish().map_err(failed)?;
    if found == listed.sum {
        return Ok(found.to_string());
    }
    let ListedMd5 { sum, list } = listed;
    let hint = "it is not the file that the sum was made of, or it was damaged since: copy it again \
                from where it came from";
    Err(Defect {
        message: format!("{name} has the MD5 {found}, and {list} says {sum}"),
        hint: Some(hint.to_owned()),
        passes: false,
    })
}
