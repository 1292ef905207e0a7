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
    infer::mate_by_name,
    input::Input,
    lane::{LaneName, LanePlace},
    note::ReadSetNote,
};
use crate::{
    formats::fastq::{FastqHead, MateVerdict, SequencingRun, are_marked, verdict},
    types::PartSource,
};

/// Files that become one source, as indexes into the inputs, in the order of their lanes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lanes {
    pub files: Vec<usize>,
    /// The name of the first of them without the lane; of one file that has none, its own.
    pub name: String,
    /// What the names of all of them share.
    key: String,
    directory: PathBuf,
    places: Vec<LanePlace>,
}

impl Lanes {
    fn of(input: &Input<'_>) -> Self {
        let (files, directory) = (Vec::new(), input.directory());
        let name = input.base_name().unwrap_or_default();
        let lane = LaneName::parse(&name).filter(|_| input.head().is_some());
        let places = lane.iter().map(|lane| lane.place).collect();
        let (key, name) = match lane {
            Some(lane) => (lane.key(), lane.without_lane()),
            None => (name.clone(), name),
        };
        Self { files, name, key, directory, places }
    }

    fn has_lane(&self, lane: u32) -> bool {
        self.places.iter().any(|place| place.lane == lane)
    }

    /// The folder, without what tells the lane: `run/L001`, `run/NA1_L001-ds.0123abcd`.
    fn folder(&self) -> PathBuf {
        let name = self.directory.file_name().map(|name| name.to_string_lossy().into_owned());
        // A word that stands alone has no separator.
        let name = name.map(|name| format!("_{name}"));
        match name.as_deref().and_then(LaneName::parse) {
            Some(lane) if self.places.iter().all(|place| place.lane == lane.place.lane) => {
                self.directory.with_file_name(lane.before())
            }
            _ => self.directory.clone(),
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
        let key = (lanes.folder(), lanes.key.clone());
        let place = *places.entry(key).or_insert(sources.len());
        match sources.get_mut(place) {
            // Two files of one name that tells no lane are somebody else's matter.
            Some(known) if !known.places.is_empty() && !lanes.places.is_empty() => {
                known.files.push(at);
                known.places.extend(lanes.places);
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
    errors.extend(other_folder(inputs, &sources));
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
    let first = names.next()??;
    let is_same = |lane: Option<LaneName<'_>>| lane.is_some_and(|it| it.key() == first.key());
    names.all(is_same).then(|| first.without_lane())
}

/// What the names of files say of the sources that they are lanes of: one source, or that of the first
/// and that of the second mates, as indexes. `None` if the names say something else.
pub fn sources_by_name(paths: &[&Path]) -> Option<Vec<Vec<usize>>> {
    let mut sources = BTreeMap::<_, Vec<(LanePlace, usize)>>::new();
    for (at, path) in paths.iter().enumerate() {
        let name = path.file_name()?.to_string_lossy();
        let lane = LaneName::parse(&name)?;
        sources.entry(lane.key()).or_default().push((lane.place, at));
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
        let mut files: Vec<(LanePlace, usize)> = sources.remove(name)?;
        files.sort_unstable();
        Some(files.into_iter().map(|(_, at)| at).collect())
    };
    let found: Vec<_> = names.iter().map_while(in_order).collect();
    (found.len() <= PartSource::ALL.len()).then_some(found)
}

fn in_order(lanes: &mut Lanes) {
    let mut placed: Vec<_> = lanes.places.iter().copied().zip(lanes.files.clone()).collect();
    // By its number, and not by the order on the command line.
    placed.sort_by_key(|(place, _)| *place);
    if !placed.is_empty() {
        (lanes.places, lanes.files) = placed.into_iter().unzip();
    }
}

fn same_lane(inputs: &[Input<'_>], lanes: &Lanes) -> Option<ReadSetError> {
    let at = lanes.places.windows(2).position(|two| matches!(two, [a, b] if a == b))?;
    let shown = |at: usize| inputs[lanes.files[at]].shown.to_owned();
    Some(ReadSetError::SameLane { first: shown(at), second: shown(at + 1), lane: lanes.places[at] })
}

/// Files that are named like lanes of one another, each lane once, in folders that may be of other samples.
fn other_folder(inputs: &[Input<'_>], sources: &[Lanes]) -> Vec<ReadSetError> {
    let mut seen = HashMap::<_, Vec<&Lanes>>::new();
    let mut errors = Vec::new();
    for lanes in sources.iter().filter(|lanes| !lanes.places.is_empty()) {
        let same = seen.entry(&lanes.key).or_default();
        let fits = |other: &&&Lanes| !lanes.places.iter().any(|place| other.has_lane(place.lane));
        let shown = |lanes: &Lanes| inputs[lanes.files[0]].shown.to_owned();
        errors.extend(same.iter().find(fits).map(|other| {
            let (first, second) = (shown(other), shown(lanes));
            ReadSetError::LanesApart { first, second }
        }));
        same.push(lanes);
    }
    errors
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

/// The file that holds other mates than those before it, as far as the reads tell: they are two sources.
pub fn other_mate(lanes: &[Input<'_>]) -> Option<(usize, ReadSetError)> {
    let mates = lanes.iter().enumerate();
    let mut mates = mates.filter_map(|(at, input)| Some((at, input, input.head()?.mate()?)));
    let (_, first, mate) = mates.next()?;
    let (at, second, _) = mates.find(|(.., other)| *other != mate)?;
    let (first, second) = (first.shown.to_owned(), second.shown.to_owned());
    Some((at, ReadSetError::OtherMate { first, second }))
}

/// A word on two files that hold each other's mates, the first one the second mates: by their reads, or by
/// their names if the reads do not say which they are.
pub fn swapped(first: &Input<'_>, second: &Input<'_>) -> Option<ReadSetNote> {
    let (one, other) = first.head().zip(second.head())?;
    let shown = || (second.shown.to_owned(), first.shown.to_owned());
    if verdict(one, other) == MateVerdict::Swapped {
        let (first, second) = shown();
        return Some(ReadSetNote::PutInOrder { first, second });
    }
    let by_name = |input: &Input<'_>| mate_by_name(&input.base_name()?);
    let ((mate, name), (other_mate, other_name)) = by_name(first).zip(by_name(second))?;
    let are_named_so = (mate, other_mate) == (2, 1) && name == other_name;
    (are_named_so && !are_marked(one, other)).then(|| {
        let (first, second) = shown();
        ReadSetNote::NamedInOrder { first, second }
    })
}

/// Lanes that only one of two mates has.
fn without_mate(inputs: &[Input<'_>], sources: &[Lanes]) -> Vec<ReadSetError> {
    let mut errors = Vec::new();
    for one in sources {
        for other in sources.iter().filter(|other| are_mates(one, other)) {
            let lacking =
                one.places.iter().zip(&one.files).filter(|(n, _)| !other.places.contains(n));
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
    one.folder() == other.folder()
        && ![one, other].iter().any(|lanes| lanes.places.is_empty())
        && a.mark().zip(b.mark()).is_some_and(|(a, b)| a.is_counterpart(&b))
}
