//! Several FASTQ files as one source: lanes that `--merge-lanes` puts together by their names, and files
//! of which somebody else has decided that they are one.

use std::collections::{HashMap, hash_map::Entry};

use super::opened::{self, OpenedFile};
use crate::{
    cli,
    formats::{FileType, Kind},
    readset::{self, Draft, Lanes, ReadSetNote, Sources},
    report::Problem,
    source::Source,
    types::Escaped,
};

/// Makes one source of files that were opened as lanes, in their order.
pub(crate) fn join(mut files: Vec<OpenedFile>) -> Result<OpenedFile, Problem> {
    if let Some(first) = files.first()
        && files.iter().all(|file| file.inspected.is_empty())
    {
        return Err(opened::empty(first));
    }
    if files.len() == 1 {
        return Ok(files.remove(0));
    }
    let is_other = |file: &&OpenedFile| !matches!(file.inspected.kind(), Kind::Fastq(_));
    if let Some(other) = files.iter().find(is_other) {
        return Err(not_fastq(other));
    }
    // What all of them are called, if they differ by lane only.
    let names = files.iter().map(|file| file.source.path().file_name().unwrap_or_default());
    let names: Vec<_> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    let name = readset::shared_lane_name(names.iter().map(String::as_str));
    let at = files.iter().position(|file| !file.inspected.is_empty()).unwrap_or_default();
    let first = files[at].source.path();
    let path = name.map_or_else(|| first.to_owned(), |name| first.with_file_name(name));
    let (shown, inspected) = (files[at].shown.clone(), files[at].inspected.clone());
    let lanes = files.iter().map(|file| file.inspected.clone()).collect();
    let sources: Vec<_> = files.into_iter().map(|file| file.source).collect();
    let source = Source::join(sources).map_err(Problem::new)?;
    Ok(OpenedFile { source, inspected, shown, part_size: None, lanes, named: Some(path) })
}

/// Why files of a row cannot be one source, and at which of them: they hold different mates, or were
/// sequenced in different runs, if they are to differ by lane only.
pub(super) fn obstacle(files: &[OpenedFile], by_lane: bool) -> Option<(usize, Problem)> {
    let inputs: Vec<_> = files.iter().map(OpenedFile::input).collect();
    if let Some((at, error)) = readset::other_mate(&inputs) {
        return Some((at, Problem::new(error)));
    }
    let error = readset::other_run(&inputs).filter(|_| by_lane)?;
    let hint = "if they are of one sample all the same, `--merge-rows` merges its rows";
    Some((0, Problem::new(error).hint(hint)))
}

fn not_fastq(file: &OpenedFile) -> Problem {
    let error = anyhow::anyhow!(
        "`{}` is {}, and only FASTQ files can be merged",
        Escaped::new(&file.shown),
        file.inspected.file_type()
    );
    Problem::new(error).hint("merge BAM files with `samtools merge`, or upload them one by one")
}

/// Makes one source of the lanes of each, if that is asked for; a pair that is given as one stays so.
pub(super) fn by_lane(
    what: &cli::FileOptions,
    mut files: Vec<OpenedFile>,
    problems: &mut Vec<Problem>,
) -> Vec<OpenedFile> {
    // Lanes that could not be looked at would be missing among the others.
    if !what.merge_lanes || files.len() < opened::paths(what).count() {
        return files;
    }
    let others = files.split_off(if what.r1.is_some() { 2 } else { 0 });
    problems.extend(files.iter().filter(|file| file.inspected.is_empty()).map(opened::empty));
    let inputs: Vec<_> = others.iter().map(OpenedFile::input).collect();
    let sources = readset::by_lane(&inputs).unwrap_or_else(|errors| {
        problems.extend(errors.into_iter().map(Problem::new));
        Vec::new()
    });
    let mut others: Vec<_> = others.into_iter().map(Some).collect();
    for Lanes { files: lanes, .. } in sources {
        let lanes = lanes.into_iter().filter_map(|at| others[at].take()).collect();
        files.extend(join(lanes).map_err(|problem| problems.push(problem)).ok());
    }
    files
}

/// A word on read sets of one sample that are several, although lanes were to be merged.
pub(super) fn not_merged(
    what: &cli::FileOptions,
    files: &[OpenedFile],
    drafts: &[Draft],
) -> Vec<String> {
    let mut seen: HashMap<&str, &str> = HashMap::new();
    let mut notes = Vec::new();
    let is_other = |note: &ReadSetNote| {
        matches!(note, ReadSetNote::IndexReads { .. } | ReadSetNote::Undetermined { .. })
    };
    let is_fastq = |draft: &&Draft| draft.file_type == FileType::Fastq;
    for draft in drafts.iter().filter(is_fastq).filter(|_| what.merge_lanes) {
        if draft.notes.iter().any(is_other) {
            continue;
        }
        let (sample, file) = (draft.sample.value.as_str(), &*files[draft.sources.first()].shown);
        match seen.entry(sample) {
            Entry::Vacant(place) => {
                place.insert(file);
            }
            Entry::Occupied(first) => notes.push(format!(
                "`{}` and `{}` are not merged, although both are of sample `{}`: their names differ by \
                 more than the lane",
                Escaped::new(first.get()),
                Escaped::new(file),
                Escaped::new(sample)
            )),
        }
    }
    notes
}

/// What is wrong with the mates in each lane of what was found to be pairs.
pub(super) fn problems(files: &[OpenedFile], drafts: &[Draft]) -> Vec<Problem> {
    let mut errors = Vec::new();
    for draft in drafts {
        let Sources::Pair { first, second } = draft.sources else { continue };
        let [first, second] = [&files[first], &files[second]].map(OpenedFile::inputs);
        if first.len() > 1 {
            errors.extend(readset::confirm_lanes(&first, &second));
        }
    }
    errors.into_iter().map(Problem::new).collect()
}
