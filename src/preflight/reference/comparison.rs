//! A file held against one reference.

use super::{
    genome::{Genome, Known},
    library::Library,
    messages,
};
use crate::{
    formats::{Fit, Whole, fit},
    preflight::finding::FindingResult,
    prepared::Aligned,
    receipt::Check,
    report::{Abort, Problem},
    types::ReferenceArn,
};

/// What came of holding a read set against its reference.
#[derive(Debug, Clone)]
pub(crate) struct Compared {
    pub(crate) result: FindingResult,
    /// A whole sentence.
    pub(crate) text: String,
}

impl Compared {
    /// For the receipt.
    pub(super) fn record(&self) -> Check {
        let (check, result) = ("reference".to_owned(), self.result.to_string());
        Check { check, result, text: self.text.clone() }
    }
}

/// Holds a file against the reference that was given for it.
pub(super) async fn compare(
    aligned: &Aligned,
    arn: &ReferenceArn,
    allow_mismatch: bool,
    library: &mut Library,
) -> Result<Result<Compared, Problem>, Abort> {
    let known = library.genome(arn).await?;
    Ok(match &*known {
        Known::Missing(why) => Err(messages::missing(arn, why.as_deref())),
        Known::Unread(why) => Ok(Compared {
            result: FindingResult::Undecided,
            text: messages::not_compared(arn, why),
        }),
        Known::Genome(genome) => judge(aligned, genome, allow_mismatch),
    })
}

fn judge(aligned: &Aligned, genome: &Genome, allow_mismatch: bool) -> Result<Compared, Problem> {
    match fit(&aligned.contigs, &genome.contigs) {
        Fit::Whole(whole) => Ok(fitting(aligned, genome, &whole)),
        Fit::Differs(difference) if allow_mismatch => {
            let text = messages::mismatch_allowed(aligned, genome, &difference);
            Ok(Compared { result: FindingResult::Note, text })
        }
        Fit::Differs(difference) => Err(messages::mismatch(aligned, genome, &difference)),
    }
}

/// What is said of a file that fits.
pub(super) fn fitting(aligned: &Aligned, genome: &Genome, whole: &Whole) -> Compared {
    match &whole.swapped {
        None => Compared {
            result: FindingResult::Passed,
            text: messages::fits(aligned, genome, whole.more),
        },
        Some((first, second)) => {
            let text = messages::swapped(aligned, genome, first, second);
            Compared { result: FindingResult::Note, text }
        }
    }
}
