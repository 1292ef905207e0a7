//! `check --check-md5` and `--md5-file`: files against the sums that they came with.

use crate::{
    cli,
    content::{self, ListedMd5},
    preflight::{
        finding::{CheckKind, Finding, FindingResult},
        md5_lists::Md5Lists,
        opened::{OpenedFile, OpenedLane},
    },
    report::Problem,
    types::Escaped,
};

/// Reads all files of which a sum is known; a file without one is a problem.
pub(super) fn findings(
    md5: &cli::Md5Options,
    opened: &[OpenedFile],
    problems: &mut Vec<Problem>,
) -> Vec<Finding> {
    let sums = match Md5Lists::of(md5) {
        Ok(sums) => sums,
        Err(problem) => {
            problems.push(problem);
            return Vec::new();
        }
    };
    let mut findings = Vec::new();
    for (at, lane) in opened.iter().flat_map(OpenedFile::files).enumerate() {
        match sums.of_file(lane.file.path()) {
            Ok(None) => {}
            Ok(Some(listed)) => findings.push(compare(at, &lane, &listed)),
            Err(problem) => problems.push(problem),
        }
    }
    findings
}

fn compare(at: usize, lane: &OpenedLane<'_>, listed: &ListedMd5) -> Finding {
    let (result, text, hint) = match content::sum(lane.file.reader()) {
        Ok(sum) if sum == listed.sum => {
            (FindingResult::Passed, format!("has the MD5 that {} says: {sum}", listed.list), None)
        }
        Ok(sum) => (
            FindingResult::Failed,
            format!("has the MD5 {sum}, and {} says {}", listed.list, listed.sum),
            Some("copy it again from where it came from".to_owned()),
        ),
        Err(error) => (
            FindingResult::Failed,
            format!("cannot be read to its end: {error}"),
            Some("look at the disk or the network share that it is on".to_owned()),
        ),
    };
    let about = format!("`{}`", Escaped::new(&lane.shown));
    Finding { check: CheckKind::Md5, files: vec![at], result, about, text, hint }
}
