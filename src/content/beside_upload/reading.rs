//! One reading of all inputs: decoded if that is wanted, and hashed where a sum is known.

use std::{
    io::{self, Read},
    num::NonZero,
    sync::Arc,
    thread,
};

use super::{
    audience::Audience,
    input::DecodeInput,
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
    inputs: Vec<DecodeInput>,
    algorithm: Option<EtagAlgorithm>,
    audience: &Audience,
    marks: &Arc<Marks>,
) -> Result<Findings, Defect> {
    let about: Vec<_> = inputs.iter().map(About::of).collect();
    let mut readers = Vec::with_capacity(inputs.len());
    let mut sums = Vec::with_capacity(inputs.len());
    for DecodeInput { kind, reader, md5, .. } in inputs {
        let reader = Watched::new(reader, audience, marks);
        let (reader, sum): (Box<dyn Read + Send>, _) = match md5 {
            None => (Box::new(reader), None),
            Some(listed) => {
                let (reader, sum) = Summing::new(reader)
                    .map_err(|error| defect(&DecodeFailure::NoThread(error), &about))?;
                (Box::new(reader), Some((sum, listed)))
            }
        };
        readers.push((kind, reader));
        sums.push(sum);
    }
    let mut findings = if let Some(algorithm) = algorithm {
        decode(readers, algorithm, &about)?
    } else {
        read(readers, &about)?;
        Findings::default()
    };
    for (about, sum) in about.iter().zip(sums) {
        findings.md5.push(sum.map(|(sum, listed)| compare(&about.name, sum, &listed)).transpose()?);
    }
    Ok(findings)
}

/// What is said of an input.
pub(super) struct About {
    name: String,
    file: String,
    kind: Kind,
    allow_padding: bool,
}

impl About {
    fn of(input: &DecodeInput) -> Self {
        let DecodeInput { name, file, kind, allow_padding, .. } = input;
        let (name, file) = (name.clone(), file.clone());
        Self { name, file, kind: *kind, allow_padding: *allow_padding }
    }

    /// What follows the data, if nothing may.
    fn padded(&self, decoded: &Decoded) -> Option<Defect> {
        let padding = decoded.padding.filter(|_| !self.allow_padding)?;
        let message = format!("{} {padding}", self.name);
        Some(Defect { message, hint: Some(padding.hint(&self.file)), passes: false })
    }
}

type Readers = Vec<(Kind, Box<dyn Read + Send>)>;

fn decode(readers: Readers, algorithm: EtagAlgorithm, about: &[About]) -> Result<Findings, Defect> {
    let threads = thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
    let decoded = decode::decode(readers, Some(algorithm), threads)
        .map_err(|failure| defect(&failure, about))?;
    let padded = about.iter().zip(&decoded).find_map(|(about, decoded)| about.padded(decoded));
    padded.map_or(Ok(()), Err)?;
    let counted = ReadCounts {
        reads: decoded.iter().map(|file| file.reads).sum(),
        bases: decoded.iter().map(|file| file.bases).sum(),
    };
    let etag = etag(algorithm, about, &decoded);
    Ok(Findings { counted: Some(counted), etag, md5: Vec::new() })
}

/// What the service should make of the data; nobody knows what it makes of a CRAM.
fn etag(algorithm: EtagAlgorithm, about: &[About], decoded: &[Decoded]) -> Option<ReadSetEtag> {
    let what = match about.first()?.kind {
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
fn read(readers: Readers, about: &[About]) -> Result<(), Defect> {
    for (file, (_, mut reader)) in readers.into_iter().enumerate() {
        io::copy(&mut reader, &mut io::sink())
            .map_err(|error| defect(&DecodeFailure::Unreadable { file, error }, about))?;
    }
    Ok(())
}

/// A failure in words; one that is not about the data needs none of what is said `about` them.
pub(super) fn defect(failure: &DecodeFailure, about: &[About]) -> Defect {
    let meant = match failure.file() {
        Some(file) => about.get(file..=file).unwrap_or_default(),
        None => about,
    };
    let names: Vec<_> = meant.iter().map(|about| &*about.name).collect();
    let passes = matches!(failure, DecodeFailure::NoThread(_));
    // The files have nothing to do with that.
    let message =
        if passes { failure.what() } else { format!("{} {}", names.join(" and "), failure.what()) };
    let file = meant.first().map_or("", |about| &about.file);
    Defect { message, hint: Some(failure.hint(file)), passes }
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
