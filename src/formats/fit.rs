//! Whether reads fit a genome: every reference sequence of theirs has to be in it, under the same
//! name and in the same length.
//!
//! That a genome has more than the reads name is usual, and no difference. Bases are not compared: an
//! index knows none.

use std::{
    collections::{HashMap, HashSet},
    fmt,
};

use super::{
    assembly::{Sequences, of_chromosome},
    contig::Contig,
    header::ReferenceSequence,
};

/// How the reference sequences of reads and of a genome lie to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// The genome has them all.
    Whole(Whole),
    Differs(ContigDifference),
}

/// How a genome has all sequences of the reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// How many it has besides.
    pub more: usize,
    /// Two of the reads' that follow each other, and that it has the other way round.
    pub swapped: Option<(Box<str>, Box<str>)>,
}

/// The first difference in the order of the reads' header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContigDifference {
    /// Which of the reads' sequences it is, counted from 1.
    pub place: usize,
    pub ours: Contig,
    pub theirs: Theirs,
    /// What the reads and the genome are, as far as that is known.
    pub assemblies: [Option<&'static str>; 2],
}

/// What a genome has in the place of a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Theirs {
    /// One of this name and another length.
    Length(u64),
    /// Probably the same under another name: in another style, or in its place and as long.
    Named(Contig),
    Nothing,
}

/// Holds the reads' reference sequences against a genome's.
pub fn fit(reads: &[Contig], genome: &[Contig]) -> Fit {
    // Of a name that is there twice, the first one counts.
    let places: HashMap<&str, usize> =
        genome.iter().enumerate().rev().map(|(at, contig)| (&*contig.name, at)).collect();
    let mut order = Vec::with_capacity(reads.len());
    for (at, ours) in reads.iter().enumerate() {
        let theirs = match places.get(&*ours.name).map(|place| (*place, &genome[*place])) {
            Some((place, contig)) if !differ(ours, contig) => {
                order.push(place);
                continue;
            }
            Some((_, contig)) => Theirs::Length(contig.length.unwrap_or_default()),
            None => {
                named_otherwise(at, reads, genome, &places).map_or(Theirs::Nothing, Theirs::Named)
            }
        };
        let assemblies = assemblies(reads, genome, ours, &theirs);
        return Fit::Differs(ContigDifference {
            place: at + 1,
            ours: ours.clone(),
            theirs,
            assemblies,
        });
    }
    let swapped = order.windows(2).position(|pair| pair[1] < pair[0]);
    let swapped = swapped.map(|at| (reads[at].name.clone(), reads[at + 1].name.clone()));
    let names: HashSet<&str> = reads.iter().map(|contig| &*contig.name).collect();
    Fit::Whole(Whole { more: places.len().saturating_sub(names.len()), swapped })
}

fn differ(ours: &Contig, theirs: &Contig) -> bool {
    ours.length.zip(theirs.length).is_some_and(|(ours, theirs)| ours != theirs)
}

/// What the genome probably calls a sequence that it has not under its name.
fn named_otherwise(
    at: usize,
    reads: &[Contig],
    genome: &[Contig],
    places: &HashMap<&str, usize>,
) -> Option<Contig> {
    let ours = &reads[at];
    let in_other_style = other_styles(&ours.name).into_iter().find_map(|name| places.get(&*name));
    let in_place = || {
        let there = genome.get(at)?;
        let is_free = !reads.iter().any(|contig| contig.name == there.name);
        (is_free && there.length.is_some() && there.length == ours.length).then_some(there)
    };
    in_other_style.map(|place| &genome[*place]).or_else(in_place).cloned()
}

/// The names of a chromosome in the styles of UCSC and Ensembl.
fn other_styles(name: &str) -> Vec<String> {
    match name.strip_prefix("chr") {
        Some("M") => vec!["MT".to_owned(), "M".to_owned()],
        Some(bare) => vec![bare.to_owned()],
        None if name == "MT" => vec!["chrM".to_owned(), "chrMT".to_owned()],
        None => vec![format!("chr{name}")],
    }
}

/// By all sequences if they are known as a whole, else by the one that differs.
fn assemblies(
    reads: &[Contig],
    genome: &[Contig],
    ours: &Contig,
    theirs: &Theirs,
) -> [Option<&'static str>; 2] {
    let of_one = |contig: &Contig| of_chromosome(&contig.name, contig.length?);
    let theirs = match theirs {
        Theirs::Length(length) => Some(Contig { name: ours.name.clone(), length: Some(*length) }),
        Theirs::Named(contig) => Some(contig.clone()),
        Theirs::Nothing => None,
    };
    [
        assembly(reads).or_else(|| of_one(ours)),
        assembly(genome).or_else(|| theirs.as_ref().and_then(of_one)),
    ]
}

/// The assembly that reference sequences are of, if it is a known one.
fn assembly(contigs: &[Contig]) -> Option<&'static str> {
    let mut sequences = Sequences::default();
    for contig in contigs {
        let name = (&*contig.name).into();
        sequences.see(&ReferenceSequence {
            name,
            length: contig.length,
            md5: None,
            assembly: None,
        });
    }
    sequences.assembly()
}

/// Ends a sentence that begins with the file, as in "`x.bam` does not fit …: its `chr1` has …".
impl fmt::Display for ContigDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use crate::types::Escaped;
        let name = Escaped::new(&self.ours.name);
        match &self.theirs {
            Theirs::Length(theirs) => {
                let ours = self.ours.length.unwrap_or_default();
                write!(f, "its `{name}` has {ours} bases, and the reference's {theirs}")
            }
            Theirs::Named(theirs) => {
                let place = self.place;
                let theirs_name = Escaped::new(&theirs.name);
                write!(
                    f,
                    "its sequence {place} is `{name}`, and the reference has `{theirs_name}`"
                )?;
                match (self.ours.length, theirs.length) {
                    (Some(ours), Some(theirs)) if ours != theirs => {
                        write!(f, ", with {ours} and {theirs} bases")
                    }
                    _ => Ok(()),
                }
            }
            Theirs::Nothing => {
                write!(f, "its sequence {}, `{name}`, is not in the reference", self.place)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contigs(list: &[(&str, u64)]) -> Vec<Contig> {
        list.iter()
            .map(|(name, length)| Contig { name: (*name).into(), length: Some(*length) })
            .collect()
    }

    const GRCH37: [(&str, u64); 3] = [("1", 249_250_621), ("2", 243_199_373), ("MT", 16_569)];
    const GRCH38: [(&str, u64); 3] =
        [("chr1", 248_956_422), ("chr2", 242_193_529), ("chrM", 16_569)];

    #[test]
    fn all_that_the_reads_name_has_to_be_there() {
        let genome = contigs(&[("a", 1), ("b", 2), ("c", 3), ("d", 4)]);
        let swapped = |first: &str, second: &str| Some((first.into(), second.into()));
        for (reads, more, wanted) in [
            (&[("a", 1), ("b", 2), ("c", 3), ("d", 4)][..], 0, None),
            (&[("a", 1), ("c", 3)], 2, None),
            (&[("b", 2), ("a", 1), ("c", 3)], 1, swapped("b", "a")),
            (&[("a", 1), ("d", 4), ("c", 3)], 1, swapped("d", "c")),
            (&[], 4, None),
        ] {
            let fit = fit(&contigs(reads), &genome);
            assert_eq!(fit, Fit::Whole(Whole { more, swapped: wanted }), "{reads:?}");
        }
        // A header that does not say a length is not held to one.
        let unknown = vec![Contig { name: "b".into(), length: None }];
        assert_eq!(fit(&unknown, &genome), Fit::Whole(Whole { more: 3, swapped: None }));
    }

    #[test]
    fn the_first_difference_is_said_with_both_sides() {
        for (reads, genome, said, assemblies) in [
            (
                &GRCH38[..],
                &GRCH37[..],
                "its sequence 1 is `chr1`, and the reference has `1`, with 248956422 and 249250621 bases",
                [Some("GRCh38"), Some("GRCh37")],
            ),
            (
                &[("1", 248_956_422)],
                &GRCH37,
                "its `1` has 248956422 bases, and the reference's 249250621",
                [Some("GRCh38"), Some("GRCh37")],
            ),
            (
                &[("chr1", 249_250_621)],
                &GRCH37,
                "its sequence 1 is `chr1`, and the reference has `1`",
                [Some("GRCh37"), Some("GRCh37")],
            ),
            (
                &[("chr1", 249_250_621), ("chrM", 16_571)],
                &[("chr1", 249_250_621), ("MT", 16_569)],
                "its sequence 2 is `chrM`, and the reference has `MT`, with 16571 and 16569 bases",
                [None, None],
            ),
            (
                &[("NC_000001.11", 10), ("b", 2)],
                &[("a", 10), ("b", 2)],
                "its sequence 1 is `NC_000001.11`, and the reference has `a`",
                [None, None],
            ),
            (
                &[("a", 1), ("decoy\u{1b}", 5)],
                &[("a", 1)],
                "its sequence 2, `decoy\\u{1b}`, is not in the reference",
                [None, None],
            ),
            // What has the place is another one of the reads', or of another length.
            (
                &[("x", 1), ("a", 1)],
                &[("a", 1), ("b", 2)],
                "its sequence 1, `x`, is not in the reference",
                [None, None],
            ),
            (
                &[("x", 1)],
                &[("a", 2)],
                "its sequence 1, `x`, is not in the reference",
                [None, None],
            ),
            (&[("x", 1)], &[], "its sequence 1, `x`, is not in the reference", [None, None]),
        ] {
            let Fit::Differs(difference) = fit(&contigs(reads), &contigs(genome)) else {
                panic!("{reads:?} fit {genome:?}");
            };
            assert_eq!(difference.to_string(), said);
            assert_eq!(difference.assemblies, assemblies, "{said}");
        }
    }

    #[test]
    fn of_a_name_that_is_there_twice_the_first_counts() {
        let genome = contigs(&[("a", 1), ("a", 2), ("b", 3)]);
        let reads = contigs(&[("a", 1), ("b", 3)]);
        assert_eq!(fit(&reads, &genome), Fit::Whole(Whole { more: 0, swapped: None }));
    }
}
