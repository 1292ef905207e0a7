//! Whether reads fit their reference, known before anything is sent; `--reference auto`.
//!
//! What a file's header lists is held against the reference's own index. What the store has is asked
//! for in `library`, and what is said of it is in `words`.

mod choose;
mod library;
mod messages;

use std::sync::Arc;

use super::ends::Verdict;
use crate::{
    cli::Reference,
    engine::Job,
    formats::{Contig, Contigs, Fit, Whole, fit},
    receipt::Check,
    report::{Abort, Problem},
    types::{ReferenceArn, ReferenceChoice},
};
use choose::Chosen;
pub(crate) use library::Library;
use library::{Genome, Known};

/// The reference sequences that the file of an aligned read set lists.
#[derive(Debug, Clone)]
pub(crate) struct Aligned {
    /// The file.
    pub(crate) shown: String,
    /// The same lists are the same: many files have been aligned to one genome.
    pub(crate) contigs: Arc<[Contig]>,
    /// Whether the file lists too many to compare, so that there are none here.
    pub(crate) is_too_long: bool,
}

impl Aligned {
    /// Takes what a file lists; `others` have been seen before.
    pub(crate) fn new<'a>(
        shown: &str,
        contigs: Contigs,
        others: impl IntoIterator<Item = &'a Self>,
    ) -> Self {
        let is_too_long = contigs.is_none();
        let contigs = contigs.unwrap_or_default();
        let known = others.into_iter().find(|other| *other.contigs == *contigs);
        let contigs = known.map_or_else(|| contigs.into(), |known| Arc::clone(&known.contigs));
        Self { shown: shown.to_owned(), contigs, is_too_long }
    }
}

/// What came of holding a read set against its reference.
#[derive(Debug, Clone)]
pub(crate) struct Checked {
    pub(crate) result: Verdict,
    /// A whole sentence.
    pub(crate) text: String,
}

/// What is known of the references of all read sets.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    /// For each read set, in order; those that are not aligned have nothing to be held against.
    pub(crate) checks: Vec<Option<Checked>>,
    pub(crate) notes: Vec<String>,
}

/// Finds out the reference of every aligned read set, sets it where it was left to us, and refuses
/// those that do not fit.
pub(crate) async fn settle(
    asked: &Reference,
    library: &mut Library,
    jobs: &mut [Job],
    aligned: &[Option<Aligned>],
) -> Result<Settled, Abort> {
    let mut settled = Settled::default();
    let mut problems = Vec::new();
    let mut taken = choose::Taken::default();
    for (job, aligned) in jobs.iter_mut().zip(aligned) {
        let checked = match (&asked.choice, aligned) {
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
        let checked =
            checked.and_then(|found| found.map_err(|problem| problems.push(problem)).ok());
        settled.note(checked.as_ref());
        settled.checks.push(checked);
    }
    if !problems.is_empty() {
        return Err(Abort::Unusable(problems));
    }
    settled.notes.extend(taken.notes());
    Ok(settled)
}

impl Settled {
    /// A note is said once, however many read sets it is about.
    fn note(&mut self, checked: Option<&Checked>) {
        let worth = |result| matches!(result, Verdict::Note | Verdict::Undecided);
        if let Some(checked) = checked.filter(|checked| worth(checked.result))
            && !self.notes.contains(&checked.text)
        {
            self.notes.push(checked.text.clone());
        }
    }

    /// Adds what was found to what else was looked at of each read set, for the receipts.
    pub(crate) fn record(&self, checks: &mut [Vec<Check>]) {
        for (checks, found) in checks.iter_mut().zip(&self.checks) {
            checks.extend(found.iter().map(|found| Check {
                check: "reference".to_owned(),
                result: found.result.as_str().to_owned(),
                text: found.text.clone(),
            }));
        }
    }

    /// What was found to be right, for those who want to know everything.
    pub(crate) fn passed(&self) -> impl Iterator<Item = String> {
        let passed = self.checks.iter().flatten();
        passed
            .filter(|checked| checked.result == Verdict::Passed)
            .map(|checked| format!("reference: {}", checked.text))
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
