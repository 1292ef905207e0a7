//! Name, sample and subject of a read set: as asked, or else inferred.
//!
//! What is inferred is never bent to fit: what the service would refuse is an error that names the
//! flag to give.

use std::str::FromStr;

use super::{
    Field, Inferred, Input, Origin, Sources, Wishes,
    error::{Basis, ReadSetError},
    filename::{FileName, Mark, Read, Style, is_run_accession, sample_of},
    pairing::Group,
};
use crate::{
    format::Content,
    types::{Invalid, ReadSetName, SampleId, SubjectId},
};

type Found<T> = Result<Inferred<T>, ReadSetError>;

/// The name: as asked, or the file's base name, or what the names of a pair share.
pub(super) fn name(inputs: &[Input<'_>], group: &Group, wishes: &Wishes) -> Found<ReadSetName> {
    if let Some(name) = &wishes.name {
        return Ok(Inferred { value: name.clone(), origin: Origin::Flag });
    }
    let file = &inputs[group.sources.first()];
    let names = group.sources.indexes().map(|at| inputs[at].base_name());
    let text = match &names.collect::<Option<Vec<_>>>().unwrap_or_default()[..] {
        [one] => FileName::parse(one).base.to_owned(),
        [first, second] => shared(&FileName::parse(first), &FileName::parse(second)),
        _ => String::new(),
    };
    checked(&text, Field::Name, file, Origin::FileName)
}

/// What two names share: what is left of them without the read's mark, or else how they begin.
fn shared(first: &FileName<'_>, second: &FileName<'_>) -> String {
    if let (Some(a), Some(b)) = (&first.mark, &second.mark)
        && (a.stem, a.style) == (b.stem, b.style)
    {
        let suffix = if a.suffix == b.suffix && a.suffix != "_val" { a.suffix } else { "" };
        return if a.stem.is_empty() { String::new() } else { format!("{}{suffix}", a.stem) };
    }
    let common = first.base.chars().zip(second.base.chars()).take_while(|(a, b)| a == b);
    let length = common.map(|(c, _)| c.len_utf8()).sum();
    let prefix = &first.base[..length];
    // `x_R` of `x_R1.a` and `x_R2.b`.
    let prefix = ["_R", ".R", "-R", "_r", ".r"]
        .iter()
        .find_map(|end| prefix.strip_suffix(end))
        .unwrap_or(prefix);
    prefix.trim_end_matches(['.', '_', '-', ' ']).to_owned()
}

/// The sample: as asked, or the one of the header, or what the file's name says.
pub(super) fn sample(inputs: &[Input<'_>], group: &Group, wishes: &Wishes) -> Found<SampleId> {
    if let Some(sample) = &wishes.sample {
        return Ok(Inferred { value: sample.clone(), origin: Origin::Flag });
    }
    let file = &inputs[group.sources.first()];
    match file.inspected.samples() {
        [] => {}
        [one] => return checked(one, Field::Sample, file, Origin::Header),
        several => {
            return Err(ReadSetError::SeveralSamples {
                file: file.shown.to_owned(),
                samples: several.to_vec(),
            });
        }
    }
    let text = sample_by_name(file, group.basis);
    if let Sources::Pair { second, .. } = group.sources {
        let other = &inputs[second];
        let second_sample = sample_by_name(other, group.basis);
        if text != second_sample {
            return Err(ReadSetError::DifferentSamples {
                first: file.shown.to_owned(),
                second: other.shown.to_owned(),
                first_sample: text,
                second_sample,
            });
        }
    }
    checked(&text, Field::Sample, file, Origin::FileName)
}

fn sample_by_name(input: &Input<'_>, basis: Option<Basis>) -> String {
    let Some(name) = input.base_name() else { return String::new() };
    let FileName { base, mark } = FileName::parse(&name);
    match (mark, input.inspected.content()) {
        (Some(mark), Content::Records(_)) if basis.is_some() || is_trusted(&mark, input) => {
            sample_of(mark.stem, Some(mark.style)).to_owned()
        }
        _ => sample_of(base, None).to_owned(),
    }
}

/// Whether the mark of a file without counterpart is one: `patient_2` may be another patient.
fn is_trusted(mark: &Mark<'_>, input: &Input<'_>) -> bool {
    let says_the_same = match input.inspected.content() {
        Content::Records(head) => head.mate().is_some_and(|mate| mark.read == Read::Mate(mate)),
        Content::Header(_) => false,
    };
    mark.style.is_plain() || says_the_same || is_run_accession(mark.stem)
}

/// Which files are of another sample than the one that was asked for, by their headers, or by their
/// names if those are the ones that bcl2fastq and BCL Convert give.
pub(super) fn other_samples(
    inputs: &[Input<'_>],
    group: &Group,
    sample: &Inferred<SampleId>,
) -> Vec<ReadSetError> {
    let asked = sample.value.as_str();
    let other = |at: usize| {
        let input = &inputs[at];
        let header = input.inspected.samples();
        if !header.is_empty() && !header.iter().any(|name| name == asked) {
            let (file, header) = (input.shown.to_owned(), header.to_vec());
            return Some(ReadSetError::OtherSample { file, header, asked: asked.to_owned() });
        }
        let name = input.base_name()?;
        let named = sample_of_run(&name).filter(|named| !is_akin(named, asked))?.to_owned();
        let file = input.shown.to_owned();
        Some(ReadSetError::OtherName { file, named, asked: asked.to_owned() })
    };
    let given = sample.origin == Origin::Flag;
    group.sources.indexes().filter(|_| given).filter_map(other).collect()
}

/// The sample of `SAMPLE_S1_L001_R1_001.fastq.gz`.
fn sample_of_run(name: &str) -> Option<&str> {
    let mark = FileName::parse(name).mark.filter(|mark| mark.style == Style::Illumina)?;
    let sample = sample_of(mark.stem, Some(mark.style));
    (sample != "Undetermined").then_some(sample)
}

/// Whether one of two names is the other with more around it: `NA12878-rep1` is no other sample than
/// `NA12878`. Letters and digits count, since sample sheets allow little else.
fn is_akin(a: &str, b: &str) -> bool {
    let words = |name: &str| {
        let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect::<Vec<_>>()
    };
    let (a, b) = (words(a), words(b));
    let holds = |long: &[String], short: &[String]| {
        !short.is_empty() && long.windows(short.len()).any(|part| part == short)
    };
    holds(&a, &b) || holds(&b, &a)
}

/// The subject: as asked, or else the sample.
pub(super) fn subject(file: &Input<'_>, sample: &SampleId, wishes: &Wishes) -> Found<SubjectId> {
    match &wishes.subject {
        Some(subject) => Ok(Inferred { value: subject.clone(), origin: Origin::Flag }),
        None => checked(sample.as_str(), Field::Subject, file, Origin::Sample),
    }
}

/// Parses what was inferred.
fn checked<T: FromStr<Err = Invalid>>(
    text: &str,
    field: Field,
    file: &Input<'_>,
    origin: Origin,
) -> Found<T> {
    let shown = || file.shown.to_owned();
    if text.is_empty() {
        return Err(ReadSetError::Untold { file: shown(), field });
    }
    // What stands for bytes that were no UTF-8 would be sent as if it had been there.
    if text.contains(char::REPLACEMENT_CHARACTER) {
        return Err(ReadSetError::NotUtf8 { file: shown(), field, value: text.to_owned() });
    }
    match text.parse() {
        Ok(value) => Ok(Inferred { value, origin }),
        Err(source) => Err(ReadSetError::Unfit { file: shown(), field, source }),
    }
}
