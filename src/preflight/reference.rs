//! Whether reads fit their reference, known before anything is sent; `--reference auto`.
//!
//! What a file's header lists is held against the reference's own index. What the store has is asked
//! for in `library`, and what is said of it is in `messages`.

mod choose;
mod comparison;
mod genome;
mod library;
mod messages;

use std::collections::HashSet;

use super::finding::FindingResult;
use crate::{cli::ReferenceOptions, prepared::Prepared, report::Abort, types::ReferenceChoice};
use choose::Chosen;
use comparison::{Compared, compare};
pub(crate) use library::Library;

/// What is to be said of the references of all read sets.
#[derive(Debug, Default)]
pub(crate) struct ReferenceRemarks {
    /// What was found to be right, for those who want to know everything.
    pub(crate) passed: Vec<String>,
    pub(crate) notes: Vec<String>,
}

/// Finds out the reference of every aligned read set, sets it where it was left to us, and refuses
/// those that do not fit.
pub(crate) async fn settle<'a>(
    asked: &ReferenceOptions,
    library: &mut Library,
    read_sets: impl IntoIterator<Item = &'a mut Prepared>,
) -> Result<ReferenceRemarks, Abort> {
    let mut settled = ReferenceRemarks::default();
    let mut problems = Vec::new();
    let mut taken = choose::Taken::default();
    for Prepared { job, aligned, checks, .. } in read_sets {
        let checked = match (&asked.choice, &*aligned) {
            (None, _) | (_, None) => None,
            (Some(ReferenceChoice::Auto), Some(aligned)) if aligned.is_too_long => {
                Some(Err(messages::too_many_to_choose(aligned)))
            }
            (Some(ReferenceChoice::Arn(_)), Some(aligned)) if aligned.is_too_long => {
                Some(Ok(Compared {
                    result: FindingResult::Undecided,
                    text: messages::too_many(aligned),
                }))
            }
            (Some(ReferenceChoice::Arn(arn)), Some(aligned)) => {
                Some(compare(aligned, arn, asked.allow_mismatch, library).await?)
            }
            (Some(ReferenceChoice::Auto), Some(aligned)) => {
                Some(match choose::choose(aligned, library, &mut taken).await? {
                    Chosen::One { arn, fit } => {
                        job.fields.reference = Some(arn);
                        Ok(fit)
                    }
                    Chosen::None(problem) => Err(problem),
                })
            }
        };
        match checked {
            None => {}
            Some(Err(problem)) => problems.push(problem),
            Some(Ok(checked)) => {
                settled.note(&checked);
                checks.push(checked.record());
            }
        }
    }
    if !problems.is_empty() {
        return Err(Abort::Unusable(problems));
    }
    // A note is said once, however many read sets it is about.
    let mut said = HashSet::new();
    settled.notes.retain(|note| said.insert(note.clone()));
    settled.notes.extend(taken.notes());
    Ok(settled)
}

impl ReferenceRemarks {
    fn note(&mut self, checked: &Compared) {
        match checked.result {
            FindingResult::Note | FindingResult::Undecided => self.notes.push(checked.text.clone()),
            FindingResult::Passed => self.passed.push(format!("reference: {}", checked.text)),
            FindingResult::Failed => {}
        }
    }
}
