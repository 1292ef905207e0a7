//! Mates in two folders: files of one name, or of names that differ in the mate.

use std::collections::BTreeMap;

use super::{
    Input,
    draft::Group,
    filename::{FileName, MarkKind, ReadMark, common},
    siblings::Search,
};
use crate::formats::fastq::SequencingRun;

impl Search<'_> {
    /// Makes pairs of files of one name, but for the mate, in two folders.
    pub(super) fn across_folders(&mut self, is_proof: bool) {
        let left: Vec<_> =
            self.left.iter().copied().filter(|at| !self.inputs[*at].holds_index_reads()).collect();
        let mut by_read = BTreeMap::<_, Vec<_>>::new();
        for at in left {
            // All marks of mates are in the last two characters.
            let name = self.head(at).and_then(|head| head.names().first());
            let name = name.map(|name| name.template().to_vec());
            let Some(name) = name else { continue };
            let stem = if name.last().is_some_and(u8::is_ascii_digit) {
                name[..name.len() - 1].to_vec()
            } else {
                name
            };
            by_read.entry(stem).or_default().push(at);
        }
        for files in by_read.into_values() {
            let all = files.iter().flat_map(|a| files.iter().map(|b| (*a, *b)));
            let fitting: Vec<_> = all.filter(|(a, b)| self.are_across(*a, *b, is_proof)).collect();
            // Several versions of one file are not told apart here.
            if let [(first, second)] = fitting[..] {
                self.take(&[first, second]);
                self.groups.push(Group::pair(first, second, Vec::new()));
            }
        }
    }

    fn are_across(&self, first: usize, second: usize, is_proof: bool) -> bool {
        let (a, b) = (&self.inputs[first], &self.inputs[second]);
        let (Some(name), Some(other)) = (a.base_name(), b.base_name()) else { return false };
        let (name, other) = (FileName::parse(&name), FileName::parse(&other));
        let is_mark = |mark: &ReadMark<'_>| mark.kind <= MarkKind::Number;
        if first == second || a.directory() == b.directory() || self.confirm(first, second).is_err()
        {
            return false;
        }
        if self.are_marked(first, second) {
            return is_proof
                && (name.base == other.base
                    || common(&name, &other).is_some_and(|mark| is_mark(&mark)));
        }
        // Without marks in the reads, the folders have to tell which is which.
        let folder = |input: &Input<'_>| input.directory().to_string_lossy().replace('/', "-");
        let (folder, other_folder) = (folder(a), folder(b));
        let folders = [&folder, &other_folder].map(|base| FileName { base, tail: "" });
        let is_first =
            common(&folders[0], &folders[1]).is_some_and(|mark| is_mark(&mark) && mark.number == 1);
        let name_of_read = self.head(first).and_then(|head| head.names().first());
        !is_proof
            && is_first
            && name.base == other.base
            && name_of_read.is_some_and(SequencingRun::identifies)
    }
}
