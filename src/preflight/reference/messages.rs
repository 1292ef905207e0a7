//! What is said of references: problems with their hints, and notes.

use super::genome::{Candidates, Genome};
use crate::{
    formats::{ContigDifference, Theirs},
    prepared::Aligned,
    report::{self, Problem},
    store::{ListedReference, StoreError, StoreErrorKind},
    types::{Escaped, ReferenceArn},
};

/// How many references or files are named before the rest is counted.
const NAMED: usize = 10;

const SEND_IT: &str = "`--allow-reference-mismatch` sends it all the same";

/// A reference as it is called in a sentence.
pub(crate) fn label(name: &str, arn: &ReferenceArn) -> String {
    if name.is_empty() { arn.to_string() } else { format!("`{}` ({arn})", Escaped::new(name)) }
}

fn of(genome: &Genome) -> String {
    label(&genome.name, &genome.arn)
}

/// All sequences of the reads are there.
pub(crate) fn fits(aligned: &Aligned, genome: &Genome, more: usize) -> String {
    let (shown, count) = (Escaped::new(&aligned.shown), aligned.contigs.len());
    let reference = of(genome);
    match (count, more) {
        (0, _) => format!("`{shown}` lists no sequences that reference {reference} could lack"),
        (_, 0) => format!("`{shown}` has the {} of reference {reference}", sequences(count)),
        _ => {
            let all = sequences(count + more);
            format!("`{shown}` has {count} of the {all} of reference {reference}")
        }
    }
}

/// What is said of a file whose list is too long to be kept.
pub(crate) fn too_many(aligned: &Aligned) -> String {
    let shown = Escaped::new(&aligned.shown);
    format!("`{shown}` lists too many reference sequences to compare them with the reference")
}

/// The same where a reference is to be chosen by them.
pub(super) fn too_many_to_choose(aligned: &Aligned) -> Problem {
    let problem = Problem::new(anyhow::anyhow!("{}", too_many(aligned)));
    problem.hint("give the ARN of the reference with `--reference`")
}

fn sequences(count: usize) -> String {
    if count == 1 { "1 sequence".to_owned() } else { format!("{count} sequences") }
}

/// All sequences are there, in another order.
pub(crate) fn swapped(aligned: &Aligned, genome: &Genome, first: &str, second: &str) -> String {
    let shown = Escaped::new(&aligned.shown);
    let (first, second) = (Escaped::new(first), Escaped::new(second));
    format!(
        "`{shown}` has the sequences of reference {} in another order, such as `{first}` before \
         `{second}`; whether the service minds is not documented",
        of(genome)
    )
}

fn does_not_fit(aligned: &Aligned, genome: &Genome, difference: &ContigDifference) -> String {
    let shown = Escaped::new(&aligned.shown);
    format!("`{shown}` does not fit reference {}: {difference}", of(genome))
}

/// The reads are not aligned to this reference.
pub(crate) fn mismatch(
    aligned: &Aligned,
    genome: &Genome,
    difference: &ContigDifference,
) -> Problem {
    let said = does_not_fit(aligned, genome, difference);
    let problem = Problem::new(anyhow::anyhow!("{said}"));
    let look = "give the ARN of the genome that they are aligned to, or look for it with `--reference \
                auto`";
    let likely = match (difference.assemblies, &difference.theirs) {
        ([Some(ours), Some(theirs)], _) if ours != theirs => {
            format!("the reads are aligned to {ours}, and the reference is {theirs}")
        }
        (_, Theirs::Named(theirs)) => format!(
            "the reads are aligned to a genome that calls its sequences otherwise (`{}`, not `{}`)",
            Escaped::new(&difference.ours.name),
            Escaped::new(&theirs.name)
        ),
        (_, Theirs::Length(_)) => {
            "the reads are aligned to another version of the genome".to_owned()
        }
        (_, Theirs::Nothing) => {
            "the reads are aligned to another genome, or to one with more sequences".to_owned()
        }
    };
    problem.hint(format!("{likely}: {look}; {SEND_IT}"))
}

/// The same, where that is allowed.
pub(super) fn mismatch_allowed(
    aligned: &Aligned,
    genome: &Genome,
    difference: &ContigDifference,
) -> String {
    format!("{}; it is sent all the same, as asked", does_not_fit(aligned, genome, difference))
}

/// There is no such reference.
pub(crate) fn missing(arn: &ReferenceArn, instead: Option<&str>) -> Problem {
    let instead = instead.map(|instead| format!(": {instead}")).unwrap_or_default();
    let problem = Problem::new(anyhow::anyhow!("there is no reference {arn}{instead}"));
    problem.hint(
        "`aws omics list-reference-stores` and `aws omics list-references` list what the account has; \
         `--reference auto` takes the one that fits",
    )
}

/// It is not known whether the reads fit.
pub(super) fn not_compared(arn: &ReferenceArn, why: &str) -> String {
    format!("the reads are not compared with reference {arn}: {why}")
}

/// The references cannot be listed.
pub(crate) fn not_listed(error: StoreError) -> Problem {
    let hint = match error.kind {
        StoreErrorKind::Denied => format!(
            "the caller needs the permissions `omics:ListReferenceStores`, `omics:ListReferences`, \
             `omics:GetReferenceMetadata` and `omics:GetReference`, and lacks `omics:{}`; without \
             them, give the ARN with `--reference`",
            error.operation
        ),
        _ => report::access(&error)
            .unwrap_or_else(|| "give the ARN of the reference with `--reference`".to_owned()),
    };
    let context = "the account's references cannot be listed, as `--reference auto` needs";
    Problem::new(anyhow::Error::new(error).context(context)).hint(hint)
}

/// Several references fit, or none does.
pub(crate) fn undecided(aligned: &Aligned, candidates: &Candidates, region: &str) -> Problem {
    let shown = Escaped::new(&aligned.shown);
    let give = "give the ARN of the reference with `--reference`";
    if aligned.contigs.is_empty() {
        let said =
            format!("`{shown}` lists no reference sequences for `--reference auto` to go by");
        return Problem::new(anyhow::anyhow!("{said}")).hint(give);
    }
    let Candidates { best, others } = candidates;
    if !best.is_empty() {
        let lines = best.iter().map(|(listed, _)| of_listed(listed));
        let said = format!("`{shown}` fits {} references alike", best.len());
        return Problem::new(anyhow::anyhow!("{said}{}", lists(lines))).hint(give);
    }
    if others.is_empty() {
        let said = format!("there are no references in {region} that `{shown}` could fit");
        let hint = "import the genome that the reads are aligned to into a reference store, in the \
                    region of the sequence store";
        return Problem::new(anyhow::anyhow!("{said}")).hint(hint);
    }
    let lines = others.iter().map(|(listed, why)| format!("{}: {why}", of_listed(listed)));
    let said = match others.len() {
        1 => format!("`{shown}` does not fit the one reference that there is in {region}"),
        count => format!("`{shown}` fits none of the {count} references in {region}"),
    };
    Problem::new(anyhow::anyhow!("{said}{}", lists(lines))).hint(
        "import the genome that the reads are aligned to into the reference store; or give the ARN of \
         another one with `--reference` and `--allow-reference-mismatch`",
    )
}

fn of_listed(listed: &ListedReference) -> String {
    label(&listed.name, &listed.arn)
}

/// A line each, and how many there are besides.
fn lists(all: impl ExactSizeIterator<Item = String>) -> String {
    let more = all.len().saturating_sub(NAMED);
    let more = (more > 0).then(|| format!("and {more} more"));
    all.take(NAMED).chain(more).flat_map(|line| ["\n".to_owned(), line]).collect()
}

/// Which reference was taken.
pub(crate) fn taken(label: &str, files: &[String]) -> String {
    let named: Vec<_> =
        files.iter().take(NAMED).map(|file| format!("`{}`", Escaped::new(file))).collect();
    let more = files.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("reference {label} is taken for {}{more}", named.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str =
        "arn:aws:omics:us-west-2:123456789012:referenceStore/1234567890/reference/0987654321";

    fn aligned(count: usize) -> Aligned {
        let contig =
            |at: usize| crate::formats::Contig { name: format!("c{at}").into(), length: None };
        Aligned::new("x\u{1b}.bam", Some((0..count).map(contig).collect()), [])
    }

    #[test]
    fn how_much_fits_is_counted() {
        let genome = Genome { arn: ARN.parse().unwrap(), name: String::new(), contigs: Vec::new() };
        for (count, more, said) in [
            (1, 0, "has the 1 sequence of reference"),
            (195, 0, "has the 195 sequences of reference"),
            (24, 171, "has 24 of the 195 sequences of reference"),
            (0, 4, "lists no sequences that reference"),
        ] {
            let text = fits(&aligned(count), &genome, more);
            assert!(text.starts_with(&format!("`x\\u{{1b}}.bam` {said} {ARN}")), "{text}");
        }
    }

    #[test]
    fn many_files_are_named_and_then_counted() {
        let files: Vec<_> = (1..=12).map(|at| format!("{at}.bam")).collect();
        assert_eq!(taken("`g`", &files[..2]), "reference `g` is taken for `1.bam`, `2.bam`");
        assert!(taken("`g`", &files).ends_with(", `9.bam`, `10.bam` and 2 more"));
    }
}
