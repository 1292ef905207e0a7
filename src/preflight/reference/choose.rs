//! `--reference auto`: the one reference of the account that fits.

use std::sync::Arc;

use super::{
    comparison::{Compared, fitting},
    genome::{Candidates, Known},
    library::Library,
    messages,
};
use crate::{
    formats::{Contig, Fit, Whole, fit},
    prepared::Aligned,
    report::{Abort, Problem},
    store::ListedReference,
    types::ReferenceArn,
};

/// What came of choosing.
pub(crate) enum Chosen {
    One { arn: ReferenceArn, fit: Compared },
    None(Problem),
}

/// What was chosen so far, and for which files.
#[derive(Default)]
pub(crate) struct Taken {
    /// Which of the account's references fits a list of sequences.
    by_list: Vec<(Arc<[Contig]>, Candidates)>,
    /// Each reference as it is called, and the files that it was taken for.
    by_reference: Vec<(ReferenceArn, String, Vec<String>)>,
}

/// Chooses for one file.
pub(crate) async fn choose(
    aligned: &Aligned,
    library: &mut Library,
    taken: &mut Taken,
) -> Result<Chosen, Abort> {
    let known = taken.by_list.iter().position(|(list, _)| Arc::ptr_eq(list, &aligned.contigs));
    let at = if let Some(at) = known {
        at
    } else {
        let candidates = candidates(&aligned.contigs, library).await?;
        taken.by_list.push((Arc::clone(&aligned.contigs), candidates));
        taken.by_list.len() - 1
    };
    let candidates = &taken.by_list[at].1;
    let [(listed, whole)] = &candidates.best[..] else {
        return Ok(Chosen::None(messages::undecided(aligned, candidates, library.region())));
    };
    let known = library.genome(&listed.arn).await?;
    let Known::Genome(genome) = &*known else {
        return Ok(Chosen::None(messages::undecided(aligned, candidates, library.region())));
    };
    let fit = fitting(aligned, genome, whole);
    let label = messages::label(&listed.name, &listed.arn);
    let arn = listed.arn.clone();
    taken.take(&arn, label, &aligned.shown);
    Ok(Chosen::One { arn, fit })
}

/// Holds all references against a list. One that has nothing besides and keeps the order is better
/// than one that has more, for a header mostly lists all of its genome.
async fn candidates(contigs: &[Contig], library: &mut Library) -> Result<Candidates, Abort> {
    let mut found = Candidates::default();
    // A header without sequences would fit all of them.
    if contigs.is_empty() {
        return Ok(found);
    }
    let mut whole = Vec::new();
    for listed in library.listed().await?.iter() {
        let other = match &*library.genome(&listed.arn).await? {
            Known::Missing(_) => "it has been deleted by now".to_owned(),
            Known::Unread(why) => format!("not compared, for {why}"),
            Known::Genome(genome) => match fit(contigs, &genome.contigs) {
                Fit::Differs(difference) => difference.to_string(),
                Fit::Whole(how) => {
                    whole.push((listed.clone(), how));
                    continue;
                }
            },
        };
        found.others.push((listed.clone(), other));
    }
    let rank = |(_, how): &(ListedReference, Whole)| (how.more > 0, how.swapped.is_some());
    let best = whole.iter().map(rank).min();
    found.best = whole.into_iter().filter(|one| Some(rank(one)) == best).collect();
    Ok(found)
}

impl Taken {
    fn take(&mut self, arn: &ReferenceArn, label: String, file: &str) {
        let known = self.by_reference.iter().position(|(known, ..)| known == arn);
        let at = known.unwrap_or_else(|| {
            self.by_reference.push((arn.clone(), label, Vec::new()));
            self.by_reference.len() - 1
        });
        self.by_reference[at].2.push(file.to_owned());
    }

    /// What was taken for what.
    pub(crate) fn notes(&self) -> impl Iterator<Item = String> {
        self.by_reference.iter().map(|(_, label, files)| messages::taken(label, files))
    }
}
