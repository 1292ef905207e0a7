//! FASTQ files whose names differ in one number: pairs, series, and sets with barcodes among them.
//!
//! Names only propose; what the reads prove comes before what they merely do not deny.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use super::{
    Input,
    confirm::confirm,
    draft::Group,
    error::{Basis, ReadSetError},
    filename::{FileName, MarkKind, ReadMark},
    note::ReadSetNote,
};
use crate::formats::fastq::{
    FastqHead, Likeness, MateVerdict, SequencingRun, are_marked, share_names, verdict,
};

/// What the names of siblings have in common. The order is that in which siblings are tried: the best
/// kind of mark first, and of equally good ones the last in the name.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct FamilyKey {
    kind: MarkKind,
    /// Whether more stands behind the mark than a segment and what trimmers append: then it may mark
    /// something else than the read.
    is_loose: bool,
    /// Whether a number that repeats that of the mark, as in `_R1_val_1`, is left open.
    is_open: bool,
    length_of_rest: usize,
    directory: PathBuf,
    stem: String,
    separator: Option<char>,
    label: (String, String),
    rest: String,
    tail: String,
}

/// The files of one key, by their number.
#[derive(Debug, Default)]
struct Family {
    members: BTreeMap<u8, Vec<usize>>,
    index: Vec<usize>,
}

/// Puts the files that are left into groups.
pub(super) fn groups(
    inputs: &[Input<'_>],
    left: &[usize],
    errors: &mut Vec<ReadSetError>,
) -> Vec<Group> {
    let families = families(inputs, left);
    let left = left.iter().copied().collect();
    let mut search = Search { inputs, left, groups: Vec::new(), errors, series: BTreeSet::new() };
    for is_proof in [true, false] {
        for (key, family) in &families {
            search.accept(key, family, is_proof);
        }
        search.across_folders(is_proof);
    }
    for (key, family) in &families {
        search.incomplete(key, family);
    }
    let denied: Vec<_> =
        families.iter().filter_map(|(key, family)| search.deny(key, family)).collect();
    let Search { left, mut groups, series, .. } = search;
    groups.extend(left.iter().map(|at| {
        let of_it = denied.iter().filter(|(first, ..)| first == at);
        let notes = of_it.map(|(.., note)| note.clone()).collect();
        Group { notes, is_series: series.contains(at), ..Group::single(*at) }
    }));
    groups
}

fn families(inputs: &[Input<'_>], left: &[usize]) -> BTreeMap<FamilyKey, Family> {
    let mut families = BTreeMap::<_, Family>::new();
    for at in left.iter().copied().filter(|at| inputs[*at].head().is_some()) {
        let Some(name) = inputs[at].base_name() else { continue };
        let name = FileName::parse(&name);
        for mark in name.marks() {
            let key = |rest: String| FamilyKey {
                kind: if mark.kind == MarkKind::Index { MarkKind::Read } else { mark.kind },
                is_loose: !mark.is_last(),
                is_open: rest != mark.rest,
                length_of_rest: rest.len(),
                directory: inputs[at].directory(),
                stem: mark.stem.to_owned(),
                separator: mark.separator,
                label: label(&mark),
                rest,
                tail: name.tail.to_owned(),
            };
            for rest in BTreeSet::from([mark.rest.to_owned(), mark.open_rest()]) {
                let family = families.entry(key(rest)).or_default();
                if mark.kind == MarkKind::Index {
                    family.index.push(at);
                } else {
                    family.members.entry(mark.number).or_default().push(at);
                }
            }
        }
    }
    families
}

/// The label; that of an index read is that of the reads which it belongs to.
fn label(mark: &ReadMark<'_>) -> (String, String) {
    let before = match mark.label.0 {
        "I" if mark.kind == MarkKind::Index => "R",
        "i" if mark.kind == MarkKind::Index => "r",
        before => before,
    };
    (before.to_owned(), mark.label.1.to_owned())
}

pub(super) struct Search<'a> {
    pub(super) inputs: &'a [Input<'a>],
    pub(super) left: BTreeSet<usize>,
    pub(super) groups: Vec<Group>,
    errors: &'a mut Vec<ReadSetError>,
    /// Files whose number only counts files.
    series: BTreeSet<usize>,
}

impl Search<'_> {
    pub(super) fn head(&self, at: usize) -> Option<&FastqHead> {
        self.inputs[at].head()
    }

    fn shown(&self, at: usize) -> String {
        self.inputs[at].shown.to_owned()
    }

    /// The files of a number that have no group yet.
    fn of(&self, family: &Family, number: u8) -> Vec<usize> {
        let members = family.members.get(&number).into_iter().flatten().copied();
        members.filter(|at| self.left.contains(at)).collect()
    }

    pub(super) fn take(&mut self, files: &[usize]) {
        for at in files {
            self.left.remove(at);
        }
    }

    pub(super) fn confirm(&self, first: usize, second: usize) -> Result<(), ReadSetError> {
        let (Some(a), Some(b)) = (self.head(first), self.head(second)) else { return Ok(()) };
        confirm((&self.inputs[first], a), (&self.inputs[second], b), Basis::Names)
    }

    /// Whether the reads say which file holds which mates.
    pub(super) fn are_marked(&self, first: usize, second: usize) -> bool {
        self.head(first).zip(self.head(second)).is_some_and(|(a, b)| are_marked(a, b))
    }

    /// Whether both files hold reads of the same names, whichever parts of them.
    fn are_alike(&self, first: usize, second: usize) -> bool {
        let heads = self.head(first).zip(self.head(second));
        heads.is_some_and(|(a, b)| Likeness::of(a, b) != Likeness::Unlike)
    }

    fn read_length(&self, at: usize) -> usize {
        self.head(at).map(FastqHead::read_length).unwrap_or_default()
    }

    /// Makes pairs of what the reads confirm; with `is_proof`, only of what they prove.
    fn accept(&mut self, key: &FamilyKey, family: &Family, is_proof: bool) {
        let may_pair = match key.kind {
            MarkKind::Read | MarkKind::Number => true,
            MarkKind::Other => is_proof,
            MarkKind::Orphan | MarkKind::Index => false,
        };
        if !may_pair {
            return;
        }
        let (firsts, seconds) = (self.of(family, 1), self.of(family, 2));
        let all = firsts.iter().flat_map(|first| seconds.iter().map(|second| (*first, *second)));
        let fits = |(first, second): &(usize, usize)| {
            self.confirm(*first, *second).is_ok() && (!is_proof || self.are_marked(*first, *second))
        };
        let fitting: Vec<_> = all.filter(fits).collect();
        match fitting[..] {
            [] => {}
            [(first, second)] => self.settle(key, family, first, second),
            [(first, second), (again, other), ..] => {
                let error = self.ambiguous([first, again], [second, other]);
                self.errors.push(error);
                self.take(&[firsts, seconds].concat());
            }
        }
    }

    fn ambiguous(&self, firsts: [usize; 2], seconds: [usize; 2]) -> ReadSetError {
        use crate::formats::fastq::Mate;
        let ([first, second], mate) =
            if firsts[0] == firsts[1] { (seconds, Mate::Second) } else { (firsts, Mate::First) };
        ReadSetError::Ambiguous { first: self.shown(first), second: self.shown(second), mate }
    }

    /// Makes a pair of two files, unless what lies beside them says that one of them holds barcodes.
    fn settle(&mut self, key: &FamilyKey, family: &Family, first: usize, second: usize) {
        let more = family.members.keys().filter(|number| ![1, 2].contains(*number));
        let more: Vec<_> = more.flat_map(|number| self.of(family, *number)).collect();
        let more: Vec<_> = more.into_iter().filter(|at| self.are_alike(first, *at)).collect();
        let all = [&[first, second], &more[..]].concat();
        let is_short = self.is_short(first, second);
        let doubtful = if more.is_empty() {
            is_short && family.index.iter().any(|at| self.are_alike(first, *at))
        } else {
            key.kind != MarkKind::Read || self.longest(&all) != [first, second]
        };
        if doubtful {
            let index = family.index.iter().copied().filter(|at| self.left.contains(at));
            let index: Vec<_> = index.filter(|at| self.are_alike(first, *at)).collect();
            self.ask(&[&all[..], &index].concat(), self.longest(&all));
            return;
        }
        let mut notes = Vec::new();
        if let [third, ..] = more[..] {
            notes.push(ReadSetNote::ThirdRead {
                second: self.shown(second),
                third: self.shown(third),
            });
        } else if is_short {
            notes.push(ReadSetNote::ShortReads {
                first: self.shown(first),
                second: self.shown(second),
                first_length: self.read_length(first),
                second_length: self.read_length(second),
            });
        }
        self.take(&[first, second]);
        self.groups.push(Group::pair(first, second, notes));
    }

    /// Whether the second reads are as short as barcodes, and the first ones are not.
    fn is_short(&self, first: usize, second: usize) -> bool {
        const BARCODE: usize = 30;
        let (first, second) = (self.read_length(first), self.read_length(second));
        (1..=BARCODE).contains(&second) && second * 2 <= first
    }

    /// The two files with the longest reads, in the order of their numbers.
    fn longest(&self, files: &[usize]) -> [usize; 2] {
        let mut places: Vec<_> = (0..files.len()).collect();
        places.sort_by_key(|place| std::cmp::Reverse(self.read_length(files[*place])));
        let (a, b) = (places[0], places[1]);
        [files[a.min(b)], files[a.max(b)]]
    }

    fn ask(&mut self, files: &[usize], [first, second]: [usize; 2]) {
        let lengths = files.iter().map(|at| (self.shown(*at), self.read_length(*at))).collect();
        let pair = (self.shown(first), self.shown(second));
        self.errors.push(ReadSetError::Barcodes { files: lengths, pair });
        self.take(files);
    }

    /// Asks about reads of which `R1` or `R2` is not there, though others are.
    fn incomplete(&mut self, key: &FamilyKey, family: &Family) {
        let is_identity = |at: &usize| {
            let name = self.head(*at).and_then(|head| head.names().first());
            name.is_some_and(SequencingRun::identifies)
        };
        let all = family.members.keys().flat_map(|number| self.of(family, *number));
        let all: Vec<_> = all.filter(is_identity).collect();
        let Some((first, others)) = all.split_first().filter(|_| key.kind <= MarkKind::Number)
        else {
            return;
        };
        let alike: Vec<_> =
            others.iter().copied().filter(|at| self.are_alike(*first, *at)).collect();
        let numbers = |at: &usize| family.members.iter().find(|(_, files)| files.contains(at));
        let is_other = alike.iter().any(|at| numbers(at).is_some_and(|(number, _)| *number > 2));
        if is_other {
            let all = [&[*first], &alike[..]].concat();
            self.ask(&all, self.longest(&all));
        }
    }

    /// What is named like a pair, but is none by its reads: a mistake, or single files if the names
    /// only have numbers.
    fn deny(&mut self, key: &FamilyKey, family: &Family) -> Option<(usize, ReadSetNote)> {
        let all: Vec<_> =
            family.members.keys().flat_map(|number| self.of(family, *number)).collect();
        let is_weak = key.kind == MarkKind::Number || key.is_loose;
        if all.len() > 1 && key.kind == MarkKind::Number {
            self.series.extend(&all);
        }
        let (firsts, seconds) = (self.of(family, 1), self.of(family, 2));
        let (&[first, ..], &[second, ..]) = (&firsts[..], &seconds[..]) else { return None };
        if key.kind > MarkKind::Number || (key.is_open && !key.rest.contains("_val_*")) {
            return None;
        }
        let duplicates =
            firsts.get(1).zip(firsts.first()).or_else(|| seconds.get(1).zip(seconds.first()));
        if let Some((second, first)) = duplicates {
            let error = if firsts.len() > 1 {
                self.ambiguous([*first, *second], [seconds[0]; 2])
            } else {
                self.ambiguous([firsts[0]; 2], [*first, *second])
            };
            self.errors.push(error);
            self.take(&[firsts.clone(), seconds.clone()].concat());
            return None;
        }
        let error = self.confirm(first, second).err()?;
        let (Some(a), Some(b)) = (self.head(first), self.head(second)) else { return None };
        // An interleaved file beside one that is not may hold the same reads once more.
        let is_one_interleaved = a.is_interleaved() != b.is_interleaved();
        let is_stranger = matches!(verdict(a, b), MateVerdict::Strangers { .. })
            || matches!(error, ReadSetError::Interleaved { .. });
        if is_weak && is_stranger && !is_one_interleaved && !share_names(a, b) {
            let note =
                ReadSetNote::NoMates { first: self.shown(first), second: self.shown(second) };
            return Some((first, note));
        }
        self.errors.push(error);
        self.take(&[first, second]);
        None
    }
}
