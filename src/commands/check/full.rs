//! `check --full`: every file is read to its end, mates in step.

use std::{num::NonZero, thread};

use super::super::{
    look::Looked,
    soundness::{Check, Finding, Verdict},
    system,
};
use crate::{
    content::{self, Decoded, Failure},
    readset::{Draft, Sources},
    report::Abort,
    types::Escaped,
};

/// Reads all files, one read set after the other; `counts` gets what is in those that are sound.
pub(super) fn findings(
    looked: &[Looked],
    drafts: &[Draft],
    counts: &mut [Option<Decoded>],
) -> Result<Vec<Finding>, Abort> {
    let pairs = drafts.iter().filter_map(|draft| match draft.sources {
        Sources::Pair { first, second } => Some(vec![first, second]),
        Sources::One(_) => None,
    });
    let mut groups: Vec<_> = pairs.collect();
    for at in 0..looked.len() {
        if !groups.iter().any(|group| group.contains(&at)) {
            groups.push(vec![at]);
        }
    }
    groups.sort_unstable();
    let found: Result<Vec<_>, _> =
        groups.iter().map(|files| decode(looked, files, counts)).collect();
    Ok(found?.into_iter().flatten().collect())
}

/// Reads one file or two mates.
fn decode(
    looked: &[Looked],
    files: &[usize],
    counts: &mut [Option<Decoded>],
) -> Result<Vec<Finding>, Abort> {
    let readers =
        files.iter().map(|at| (looked[*at].inspected.kind(), looked[*at].source.reader()));
    let threads = thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
    Ok(match content::decode(readers.collect(), None, threads) {
        // That says nothing about the files.
        Err(Failure::NoThread(error)) => return Err(Abort::Broken(system::no_thread(error))),
        Err(failure) => vec![failed(looked, files, &failure)],
        Ok(decoded) => {
            let sound = |(at, decoded): (&usize, Decoded)| {
                let (reads, bases) = (decoded.reads, decoded.bases);
                counts[*at] = Some(decoded);
                let text = format!("is sound to its end: {reads} reads, {bases} bases");
                let about = about(looked, &[*at]);
                let files = vec![*at];
                let (check, result) = (Check::Content, Verdict::Passed);
                Finding { check, files, result, about, text, hint: None }
            };
            files.iter().zip(decoded).map(sound).collect()
        }
    })
}

fn failed(looked: &[Looked], files: &[usize], failure: &Failure) -> Finding {
    let files = failure.file().map_or_else(|| files.to_vec(), |file| vec![files[file]]);
    let about = about(looked, &files);
    let (check, result) = (Check::Content, Verdict::Failed);
    Finding { check, files, result, about, text: failure.what(), hint: Some(failure.hint()) }
}

/// The files as they are called in a sentence.
fn about(looked: &[Looked], files: &[usize]) -> String {
    let shown = files.iter().map(|at| format!("`{}`", Escaped::new(&looked[*at].shown)));
    shown.collect::<Vec<_>>().join(" and ")
}
