//! Whether reads fit their reference, known before anything is sent; `--reference auto`.
//!
//! What a file's header lists is held against the reference's own index. What the store has is asked
//! for in `library`, and what is said of it is in `words`.

mod choose;
mod library;
mod messages;

use std::collections::HashSet;

use super::ends::Verdict;
use crate::{
    cli::ReferenceOptions,
    formats::{Fit, Whole, fit},
    prepared::{Aligned, Prepared},
    receipt::Check,
    report::{Abort, Problem},
    types::{ReferenceArn, ReferenceChoice},
};
use choose::Chosen;
pub(crate) use library::Library;
use library::{Genome, Known};

/// What came of holding a read set against its reference.
#[derive(Debug, Clone)]
pub(crate) struct Checked {
    pub(crate) result: Verdict,
    /// A whole sentence.
    pub(crate) text: String,
}

/// What is to be said of the references of all read sets.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    /// What was found to be right, for those who want to know everything.
    pub(crate) passed: Vec<String>,
    pub(crate) notes: Vec<String>,
}

/// Finds out the reference of every aligned read set, sets it where it was left to us, and refuses
/// those that do not fit.
pub(crate) async fn settle(
    asked: &ReferenceOptions,
    library: &mut Library,
    read_sets: &mut [Prepared],
) -> Result<Settled, Abort> {
    let mut settled = Settled::default();
    let mut problems = Vec::new();
    let mut taken = choose::Taken::default();
    for Prepared { job, aligned, checks, .. } in read_sets {
        let checked = match (&asked.choice, &*aligned) {
            (None, _) | (_, None) => None,
            (Some(ReferenceChoice::Auto), Some(aligned)) if aligned.is_too_long => {
                Some(Err(messages::too_many_to_choose(aligned)))
            }
            (Some(ReferenceChoice::Arn(_)), Some(aligned)) if aligned.is_too_long => {
                Some(Ok(Checked { result: Verdict::Undecided, text: messages::too_many(aligned) }))
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

impl Settled {
    fn note(&mut self, checked: &Checked) {
        match checked.result {
            Verdict::Note | Verdict::Undecided => self.notes.push(checked.text.clone()),
            Verdict::Passed => self.passed.push(format!("reference: {}", checked.text)),
            Verdict::Failed => {}
        }
    }
}

impl Checked {
    /// For the receipt.
    fn record(&self) -> Check {
        let (check, result) = ("reference".to_owned(), self.result.as_str().to_owned());
        Check { check, result, text: self.text.clone() }
    }
}

/// Holds a file against the reference that was given for it.
async fn compare(
    aligned: &Aligned,
    arn: &ReferenceArn,
    allow_mismatch: bool,
    library: &mut Library,
) -> Result<Result<Checked, Problem>, Abort> {
    let known = library.genome(arn).await?;
    Ok(match &*known {
        Known::Missing(why) => Err(messages::missing(arn, why.as_deref())),
        Known::Unread(why) => {
            Ok(Checked { result: Verdict::Undecided, text: messages::not_compared(arn, why) })
        }
        Known::Genome(genome) => judge(aligned, genome, allow_mismatch),
    })
}

fn judge(aligned: &Aligned, genome: &Genome, allow_mismatch: bool) -> Result<Checked, Problem> {
    match fit(&aligned.contigs, &genome.contigs) {
        Fit::Whole(whole) => Ok(checked(aligned, genome, &whole)),
        Fit::Differs(difference) if allow_mismatch => {
            let text = messages::mismatch_allowed(aligned, genome, &difference);
            Ok(Checked { result: Verdict::Note, text })
        }
        Fit::Differs(difference) => Err(messages::mismatch(aligned, genome, &difference)),
    }
}

/// What is said of a file that fits.
fn checked(aligned: &Aligned, genome: &Genome, whole: &Whole) -> Checked {
    match &whole.swapped {
        None => {
            Checked { result: Verdict::Passed, text: messages::fits(aligned, genome, whole.more) }
        }
        Some((first, second)) => {
            let text = messages::swapped(aligned, genome, first, second);
            Checked { result: Verdict::Note, text }
        }
    }
}
