//! Name, sample and subject of a read set: as asked, or else inferred.
//!
//! What is inferred is never bent to fit: what the service would refuse is an error that names the
//! flag to give.

use std::str::FromStr;

use super::{
    Field, Inferred, Input, Origin, ReadSetOptions, Sources,
    draft::Group,
    error::ReadSetError,
    filename::{FileName, MarkKind, ReadMark, common},
    sample::{
        illumina_sample, is_common, is_placeholder, is_run_accession, of_alignment, of_stem,
        without_lane,
    },
};
use crate::{
    formats::fastq::{FastqHead, SequencingRun},
    types::{Invalid, ReadSetName, SampleId, SubjectId},
};

type InferredOr<T> = Result<Inferred<T>, ReadSetError>;

/// The name: as asked, or the file's base name, or what the names of a pair share.
pub(super) fn name(
    inputs: &[Input<'_>],
    group: &Group,
    wishes: &ReadSetOptions,
) -> InferredOr<ReadSetName> {
    if let Some(name) = &wishes.name {
        return Ok(Inferred { value: name.clone(), origin: Origin::Flag });
    }
    let file = &inputs[group.sources.first()];
    let names = group.sources.indexes().map(|at| inputs[at].base_name());
    let names = names.collect::<Option<Vec<_>>>().unwrap_or_default();
    checked(&shared_name(&names), Field::Name, file, Origin::FileName)
}

/// What a read set of files of these names is called: without extensions, and of a pair what the two
/// share.
pub fn shared_name(names: &[String]) -> String {
    match names {
        [one] => FileName::parse(one).base.to_owned(),
        [first, second] => shared(&FileName::parse(first), &FileName::parse(second)),
        _ => String::new(),
    }
}

/// Which mates a FASTQ file holds by its name, and what the name of the other mates has in common with it.
pub fn mate_by_name(name: &str) -> Option<(u8, String)> {
    let parsed = FileName::parse(name);
    let extensions = name.get(parsed.base.len()..)?.to_ascii_lowercase();
    let is_fastq = [".fastq", ".fq"].iter().any(|begin| extensions.starts_with(begin));
    let is_mate = |mark: &ReadMark<'_>| {
        matches!(mark.kind, MarkKind::Read | MarkKind::Number) && matches!(mark.number, 1 | 2)
    };
    let mark = parsed.mark().filter(|mark| is_fastq && is_mate(mark))?;
    let (before, behind) = mark.label;
    let separator = mark.separator.map_or_else(String::new, String::from);
    let key = format!("{}{separator}{before}/{behind}{}", mark.stem, mark.open_rest());
    Some((mark.number, key))
}

/// What two names share: what is left of them without the read's mark, or else how they begin.
fn shared(first: &FileName<'_>, second: &FileName<'_>) -> String {
    const SEPARATORS: [char; 4] = ['.', '_', '-', ' '];
    if let Some(mark) = common(first, second).filter(|mark| mark.kind <= MarkKind::Number) {
        let name = format!("{}{}", mark.stem, mark.shared_rest());
        return name.trim_matches(SEPARATORS).to_owned();
    }
    let both = first.base.chars().zip(second.base.chars()).take_while(|(a, b)| a == b);
    let length = both.map(|(c, _)| c.len_utf8()).sum();
    let prefix = &first.base[..length];
    // `x_R` of `x_R1.a` and `x_R2.b`.
    let prefix = ["_R", ".R", "-R", "_r", ".r"]
        .iter()
        .find_map(|end| prefix.strip_suffix(end))
        .unwrap_or(prefix);
    prefix.trim_end_matches(SEPARATORS).to_owned()
}

/// The sample: as asked, or the one of the header, or what the file's name says.
pub(super) fn sample(
    inputs: &[Input<'_>],
    group: &Group,
    wishes: &ReadSetOptions,
) -> InferredOr<SampleId> {
    if let Some(sample) = &wishes.sample {
        return Ok(Inferred { value: sample.clone(), origin: Origin::Flag });
    }
    let file = &inputs[group.sources.first()];
    let shown = || file.shown.to_owned();
    let samples = file.inspected.samples();
    match samples {
        // A placeholder says as little as no sample.
        samples if samples.iter().all(|sample| is_placeholder(sample)) => {}
        [one] => return checked(one, Field::Sample, file, Origin::Header),
        samples => {
            let samples = samples.to_vec();
            return Err(ReadSetError::SeveralSamples { file: shown(), samples });
        }
    }
    let text = match group.sources {
        Sources::One(_) => sample_of_one(file, group.is_series),
        Sources::Pair { second, .. } => sample_of_pair(file, &inputs[second])?,
    };
    // Nothing is left of `sorted.bam`, and nothing was there of `.bam`.
    let is_named = file.base_name().is_some_and(|name| !FileName::parse(&name).base.is_empty());
    let is_told = !text.is_empty() || (is_named && file.head().is_none());
    if let [placeholder, ..] = samples
        && is_common(&text)
    {
        return Err(ReadSetError::Placeholder { file: shown(), sample: placeholder.clone() });
    }
    if is_told && is_common(&text) {
        return Err(ReadSetError::CommonName { file: shown() });
    }
    checked(&text, Field::Sample, file, Origin::FileName)
}

fn sample_of_pair(first: &Input<'_>, second: &Input<'_>) -> Result<String, ReadSetError> {
    let (Some(a), Some(b)) = (first.base_name(), second.base_name()) else {
        return Ok(String::new());
    };
    let mark = common(&FileName::parse(&a), &FileName::parse(&b));
    if let Some(mark) = mark.filter(|mark| mark.kind <= MarkKind::Number) {
        return Ok(of_stem(mark.stem, mark.has_segment(), lane(first)).to_owned());
    }
    let of_marked = |name: &str, input: &Input<'_>| {
        let mark = FileName::parse(name).mark()?;
        Some(of_stem(mark.stem, mark.has_segment(), lane(input)).to_owned())
    };
    let sample = |name: &str, input: &Input<'_>| {
        of_marked(name, input).unwrap_or_else(|| sample_of_one(input, false))
    };
    let (text, other) = (sample(&a, first), sample(&b, second));
    if text == other {
        return Ok(text);
    }
    Err(ReadSetError::DifferentSamples {
        first: first.shown.to_owned(),
        second: second.shown.to_owned(),
        first_sample: text,
        second_sample: other,
    })
}

/// What the name of a file without a counterpart says.
fn sample_of_one(input: &Input<'_>, is_series: bool) -> String {
    let Some(name) = input.base_name() else { return String::new() };
    let name = FileName::parse(&name);
    if input.head().is_none() {
        return of_alignment(name.base).to_owned();
    }
    let mark = name.mark().filter(|mark| is_trusted(mark, input, is_series));
    match mark {
        Some(mark) => of_stem(mark.stem, mark.has_segment(), lane(input)).to_owned(),
        None => without_lane(name.base, lane(input)).to_owned(),
    }
}

/// The lane that the reads name.
fn lane(input: &Input<'_>) -> Option<u32> {
    SequencingRun::of(input.head()?.names().first()?)?.lane
}

fn says_the_same(mark: &ReadMark<'_>, input: &Input<'_>) -> bool {
    let mate = input.head().and_then(FastqHead::mate);
    mate.is_some_and(|mate| mate.number() == mark.number)
}

/// Whether the mark of a file without counterpart is one: `patient_2` may be another patient, and
/// numbers of a series are none.
fn is_trusted(mark: &ReadMark<'_>, input: &Input<'_>, is_series: bool) -> bool {
    match mark.kind {
        MarkKind::Read | MarkKind::Index => true,
        _ if is_run_accession(mark.stem) => true,
        MarkKind::Orphan => says_the_same(mark, input),
        MarkKind::Number => !is_series && says_the_same(mark, input),
        MarkKind::Other => false,
    }
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
        // Neither a placeholder nor what cannot be sent contradicts anything.
        let says_something = |name: &String| !is_placeholder(name) && is_sendable(name);
        if header.iter().any(says_something) && !header.iter().any(|name| name == asked) {
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

fn is_sendable(sample: &str) -> bool {
    !sample.contains(char::REPLACEMENT_CHARACTER) && sample.parse::<SampleId>().is_ok()
}

/// The sample of `SAMPLE_S1_L001_R1_001.fastq.gz`.
fn sample_of_run(name: &str) -> Option<&str> {
    let mark = FileName::parse(name).mark().filter(ReadMark::has_segment)?;
    illumina_sample(mark.stem).filter(|sample| *sample != "Undetermined")
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
pub(super) fn subject(
    file: &Input<'_>,
    sample: &SampleId,
    wishes: &ReadSetOptions,
) -> InferredOr<SubjectId> {
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
) -> InferredOr<T> {
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
