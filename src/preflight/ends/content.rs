//! Files that are read to their ends: small ones always, and all of them, mates in step, for
//! `check --full`.

use std::{io, num::NonZero, thread};

use crate::{
    content::{self, DecodeFailure, Decoded},
    formats,
    preflight::{
        finding::{CheckKind, Finding, FindingResult},
        opened::OpenedLane,
    },
    types::Escaped,
};

/// What is known of all of a file.
#[derive(Debug, Clone, Default)]
pub(super) enum ContentRead {
    #[default]
    Unread,
    Sound(Decoded),
    /// There is a finding about it.
    Damaged,
}

impl ContentRead {
    pub(super) const fn decoded(&self) -> Option<&Decoded> {
        match self {
            Self::Sound(decoded) => Some(decoded),
            Self::Unread | Self::Damaged => None,
        }
    }
}

/// Reads those files to their ends that are no larger than what is looked at of all others; what is sound
/// is no finding.
pub(super) fn small(
    files: &[OpenedLane<'_>],
    contents: &mut [ContentRead],
    is_wanted: impl Fn(usize) -> bool,
) -> io::Result<Vec<Finding>> {
    let is_small = |at: &usize| files[*at].file.size().get() <= formats::TAIL as u64;
    let has_content = |at: &usize| !files[*at].inspected.is_empty();
    let wanted = (0..files.len()).filter(|at| is_small(at) && has_content(at) && is_wanted(*at));
    let mut findings = Vec::new();
    for at in wanted {
        findings.extend(decode(files, &[at], contents)?);
    }
    findings.retain(|finding| finding.result == FindingResult::Failed);
    Ok(findings)
}

/// Reads all files, mates in step, one read set after the other.
pub(super) fn all(
    files: &[OpenedLane<'_>],
    pairs: &[[usize; 2]],
    contents: &mut [ContentRead],
) -> io::Result<Vec<Finding>> {
    let mut groups: Vec<_> = pairs.iter().map(|pair| pair.to_vec()).collect();
    for (at, file) in files.iter().enumerate() {
        if !file.inspected.is_empty() && !groups.iter().any(|group| group.contains(&at)) {
            groups.push(vec![at]);
        }
    }
    groups.sort_unstable();
    let mut findings = Vec::new();
    for group in groups {
        findings.extend(decode(files, &group, contents)?);
    }
    Ok(findings)
}

/// Reads one file or two mates; an error says that no thread can be started for it, which says nothing
/// about the files.
fn decode(
    opened: &[OpenedLane<'_>],
    files: &[usize],
    contents: &mut [ContentRead],
) -> io::Result<Vec<Finding>> {
    let readers = files.iter().map(|at| (opened[*at].inspected.kind(), opened[*at].file.reader()));
    let threads = thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
    Ok(match content::decode(readers.collect(), None, threads) {
        Err(DecodeFailure::NoThread(error)) => return Err(error),
        Err(failure) => {
            let files = failure.file().map_or_else(|| files.to_vec(), |file| vec![files[file]]);
            for at in &files {
                contents[*at] = ContentRead::Damaged;
            }
            vec![failed(opened, files, &failure)]
        }
        Ok(decoded) => {
            let sound = |(at, decoded): (&usize, Decoded)| {
                let (reads, bases) = (decoded.reads, decoded.bases);
                contents[*at] = ContentRead::Sound(decoded);
                let text = format!("is sound to its end: {reads} reads, {bases} bases");
                let about = about(opened, &[*at]);
                let files = vec![*at];
                let (check, result) = (CheckKind::Content, FindingResult::Passed);
                Finding { check, files, result, about, text, hint: None }
            };
            files.iter().zip(decoded).map(sound).collect()
        }
    })
}

fn failed(opened: &[OpenedLane<'_>], files: Vec<usize>, failure: &DecodeFailure) -> Finding {
    let about = about(opened, &files);
    let hint = Some(failure.hint(&opened[files[0]].shown));
    let (check, result) = (CheckKind::Content, FindingResult::Failed);
    Finding { check, files, result, about, text: failure.what(), hint }
}

/// The files as they are called in a sentence.
fn about(opened: &[OpenedLane<'_>], files: &[usize]) -> String {
    let shown = files.iter().map(|at| format!("`{}`", Escaped::new(&opened[*at].shown)));
    shown.collect::<Vec<_>>().join(" and ")
}
