//! Which FASTQ files are lanes of one another, and so become one source.
//!
//! Says it by their names and by the runs that their reads name; mates are `pairing`'s matter, who sees
//! the lanes of a source as one file.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
};

use super::{
    confirm::confirm,
    duplicates::duplicates,
    error::{Basis, ReadSetError},
    filename::FileName,
    input::Input,
    lane::LaneName,
};
use crate::{
    formats::fastq::{FastqHead, SequencingRun},
    types::PartSource,
};

/// Files that become one source, as indexes into the inputs, in the order of their lanes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lanes {
    pub files: Vec<usize>,
    /// The name that all of them share, without the lane; of one file that has none, its own.
    pub name: String,
    directory: PathBuf,
    numbers: Vec<u32>,
}

impl Lanes {
    fn of(input: &Input<'_>) -> Self {
        let (files, directory) = (Vec::new(), input.directory());
        let name = input.base_name().unwrap_or_default();
        let lane = LaneName::parse(&name).filter(|_| input.head().is_some());
        let numbers = lane.iter().map(|lane| lane.number).collect();
        Self {
            files,
            name: lane.map_or(name.clone(), |lane| lane.without_lane()),
            directory,
            numbers,
        }
    }
}

/// Puts files that differ by lane only together, each source in the place of its first file.
///
/// Fails with everything that is wrong: a file or a lane that is there twice, lanes of several runs, and
/// mates that are not there for every lane.
pub fn by_lane(inputs: &[Input<'_>]) -> Result<Vec<Lanes>, Vec<ReadSetError>> {
    let twice = duplicates(inputs);
    if !twice.is_empty() {
        return Err(twice);
    }
    let mut sources: Vec<Lanes> = Vec::new();
    let mut places = HashMap::new();
    for (at, input) in inputs.iter().enumerate() {
        let lanes = Lanes::of(input);
        let key = (lanes.directory.clone(), lanes.name.clone());
        let place = *places.entry(key).or_insert(sources.len());
        match sources.get_mut(place) {
            // Two files of one name that tells no lane are somebody else's matter.
            Some(known) if !known.numbers.is_empty() && !lanes.numbers.is_empty() => {
                known.files.push(at);
                known.numbers.extend(lanes.numbers);
            }
            _ => sources.push(Lanes { files: vec![at], ..lanes }),
        }
    }
    let mut errors = Vec::new();
    for lanes in &mut sources {
        in_order(lanes);
        errors.extend(same_lane(inputs, lanes));
        errors.extend(copied_lane(inputs, lanes));
        errors.extend(other_run(lanes.files.iter().map(|at| &inputs[*at])));
    }
    errors.extend(without_mate(inputs, &sources));
    if errors.is_empty() { Ok(sources) } else { Err(errors) }
}

/// Whether the mates of each lane are mates, of two sources of equally many files that are a pair by the
/// first lane that has reads.
pub fn confirm_lanes(first: &[Input<'_>], second: &[Input<'_>]) -> Vec<ReadSetError> {
    let confirmed = first.iter().zip(second).filter_map(|(one, other)| {
        let heads = one.head().zip(other.head())?;
        Some((heads.0, confirm((one, heads.0), (other, heads.1), Basis::Names)))
    });
    let confirmed: Vec<_> = confirmed.collect();
    // What is a pair although its reads do not say so is one in all lanes.
    let mut with_reads = confirmed.iter().filter(|(head, _)| !head.names().is_empty());
    let is_told = first.len() == second.len() && with_reads.any(|(_, confirmed)| confirmed.is_ok());
    let errors = confirmed.into_iter().filter_map(|(_, confirmed)| confirmed.err());
    errors.filter(|_| is_told).map(of_lane).collect()
}

/// What is wrong with two mates, where they are lanes among others.
fn of_lane(error: ReadSetError) -> ReadSetError {
    match error {
        ReadSetError::Swapped { first, second } | ReadSetError::SameMate { first, second, .. } => {
            ReadSetError::MixedMates { first, second }
        }
        other => other,
    }
}

/// The name that lanes have in common, without their lanes; nothing if they differ in more.
pub fn shared_lane_name<'a>(names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut names = names.into_iter().map(LaneName::parse);
    let first = names.next()??.without_lane();
    let is_same = |lane: Option<LaneName<'_>>| lane.is_some_and(|it| it.without_lane() == first);
    names.all(is_same).then_some(first)
}

/// What the names of files say of the sources that they are lanes of: one source, or that of the first
/// and that of the second mates, as indexes. `None` if the names say something else.
pub fn sources_by_name(paths: &[&Path]) -> Option<Vec<Vec<usize>>> {
    let mut sources = BTreeMap::<_, Vec<(u32, usize)>>::new();
    for (at, path) in paths.iter().enumerate() {
        let name = path.file_name()?.to_string_lossy();
        let lane = LaneName::parse(&name)?;
        sources.entry(lane.without_lane()).or_default().push((lane.number, at));
    }
    let mut names: Vec<_> = sources.keys().cloned().collect();
    if let [first, second] = &names[..] {
        let mark = |name| FileName::parse(name).mark();
        let (first, second) = mark(first).zip(mark(second))?;
        if first.number > second.number {
            names.reverse();
        }
    }
    let in_order = |name| {
        let mut files: Vec<(u32, usize)> = sources.remove(name)?;
        files.sort_unstable();
        Some(files.into_iter().map(|(_, at)| at).collect())
    };
    let found: Vec<_> = names.iter().map_while(in_order).collect();
    (found.len() <= PartSource::ALL.len()).then_some(found)
}

fn in_order(lanes: &mut Lanes) {
    let mut numbered: Vec<_> = lanes.numbers.iter().copied().zip(lanes.files.clone()).collect();
    // By its number, and not by the order on the command line.
    numbered.sort_by_key(|(number, _)| *number);
    if !numbered.is_empty() {
        (lanes.numbers, lanes.files) = numbered.into_iter().unzip();
    }
}

fn same_lane(inputs: &[Input<'_>], lanes: &Lanes) -> Option<ReadSetError> {
    let at = lanes.numbers.windows(2).position(|two| matches!(two, [a, b] if a == b))?;
    let shown = |at: usize| inputs[lanes.files[at]].shown.to_owned();
    Some(ReadSetError::SameLane {
        first: shown(at),
        second: shown(at + 1),
        lane: lanes.numbers[at],
    })
}

/// A lane whose first reads are those of another.
fn copied_lane(inputs: &[Input<'_>], lanes: &Lanes) -> Option<ReadSetError> {
    let heads = lanes.files.iter().filter_map(|at| Some((*at, inputs[*at].head()?)));
    let mut heads: Vec<_> = heads.filter(|(_, head)| head.is_varied()).collect();
    // Copies are neighbours by the names of their first reads.
    let name = |head: &FastqHead| head.names().first().map(|name| name.template().to_owned());
    heads.sort_by_cached_key(|(_, head)| name(head));
    let mut neighbours = heads.array_windows();
    let [(a, _), (b, _)] = neighbours.find(|[(_, one), (_, other)]| one.is_copy_of(other))?;
    let (first, second) = (*a.min(b), *a.max(b));
    let shown = |at: usize| inputs[at].shown.to_owned();
    Some(ReadSetError::CopiedLane { first: shown(first), second: shown(second) })
}

/// Lanes of which one was sequenced in another run than the first, as far as the reads tell.
pub fn other_run<'a>(lanes: impl IntoIterator<Item = &'a Input<'a>>) -> Option<ReadSetError> {
    let run = |input: &'a Input<'a>| {
        let run = SequencingRun::of(input.head()?.names().first()?)?;
        Some((input, (run.instrument, run.run, run.flow_cell)))
    };
    let mut runs = lanes.into_iter().filter_map(run);
    let (first, ours) = runs.next()?;
    let (second, _) = runs.find(|(_, theirs)| *theirs != ours)?;
    let (first, second) = (first.shown.to_owned(), second.shown.to_owned());
    Some(ReadSetError::OtherRun { first, second })
}

/// Files of which one holds first mates and another second mates, as far as the reads tell: they are two
/// sources.
pub fn other_mate<'a>(lanes: impl IntoIterator<Item = &'a Input<'a>>) -> Option<ReadSetError> {
    let mut mates = lanes.into_iter().filter_map(|input| Some((input, input.head()?.mate()?)));
    let (first, mate) = mates.next()?;
    let (second, _) = mates.find(|(_, other)| *other != mate)?;
    let (first, second) = (first.shown.to_owned(), second.shown.to_owned());
    Some(ReadSetError::OtherMate { first, second })
}

/// Lanes that only one of two mates has.
fn without_mate(inputs: &[Input<'_>], sources: &[Lanes]) -> Vec<ReadSetError> {
    let mut errors = Vec::new();
    for one in sources {
        for other in sources.iter().filter(|other| are_mates(one, other)) {
            let lacking =
                one.numbers.iter().zip(&one.files).filter(|(n, _)| !other.numbers.contains(n));
            errors.extend(lacking.map(|(lane, at)| ReadSetError::NoMateOfLane {
                file: inputs[*at].shown.to_owned(),
                lane: *lane,
                other: inputs[other.files[0]].shown.to_owned(),
            }));
        }
    }
    errors
}

/// Whether the names say that one holds the mates of the other.
fn are_mates(one: &Lanes, other: &Lanes) -> bool {
    let (a, b) = (FileName::parse(&one.name), FileName::parse(&other.name));
    one.directory == other.directory
        && ![one, other].iter().any(|lanes| lanes.numbers.is_empty())
        && a.mark().zip(b.mark()).is_some_and(|(a, b)| a.is_counterpart(&b))
}
