//! Files that are not there because an earlier run deleted or moved them when they were proven.

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
};

use crate::{
    report::Problem,
    run::{journals, receipt_files},
    source::SourceError,
    types::SourceDisposal,
};

/// Adds to files that are missing what the receipts of this machine know of them.
pub(super) fn explain(problems: &mut [Problem], state: Option<&Path>) {
    let missing = problems.iter_mut().filter_map(|problem| {
        let path = missing(problem)?;
        Some((path, problem))
    });
    let missing: Vec<_> = missing.collect();
    if missing.is_empty() {
        return;
    }
    let gone = journals::folder(state.map(Path::to_owned)).map(|state| disposed(&state));
    let gone = gone.unwrap_or_default();
    for (path, problem) in missing {
        if let Some(hint) = gone.get(&path) {
            problem.hint = Some(hint.clone());
        }
    }
}

/// The absolute path of a file that a problem misses.
fn missing(problem: &Problem) -> Option<String> {
    match problem.error.downcast_ref()? {
        SourceError::Open { path, source } if source.kind() == io::ErrorKind::NotFound => {
            std::path::absolute::<&PathBuf>(path).ok()?.to_str().map(str::to_owned)
        }
        _ => None,
    }
}

/// What was done with files, by their absolute paths.
fn disposed(state: &crate::journal::Folder) -> HashMap<String, String> {
    let mut gone = HashMap::new();
    for place in receipt_files::folder(state).places().unwrap_or_default() {
        // What cannot be read says nothing.
        for receipt in place.read().into_iter().flat_map(|document| document.receipts) {
            let Some(id) = receipt.read_set_id else { continue };
            for file in receipt.files {
                let (Some(path), Some(disposal)) = (file.absolute_path, file.disposal) else {
                    continue;
                };
                if !matches!(disposal, SourceDisposal::Left { .. }) {
                    let hint = format!(
                        "read set {id} was proven to hold it, and then it was {disposal}: \
                         `omics-upload receipts show {id}`"
                    );
                    gone.insert(path, hint);
                }
            }
        }
    }
    gone
}
