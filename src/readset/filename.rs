//! What a file's name says: the sample, and which read of a pair it holds.
//!
//! The conventions of bcl2fastq and BCL Convert, older Casava, Element, MGI, the SRA and the common
//! trimmers. A name proves nothing; `pairing` asks the reads.

use crate::format::Mate;

/// A file name in its pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileName<'a> {
    /// Without extensions.
    pub(super) base: &'a str,
    pub(super) mark: Option<Mark<'a>>,
}

/// What marks a file as one of several of the same reads. Two files with equal marks but for the
/// read belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark<'a> {
    pub(super) stem: &'a str,
    pub(super) read: Read,
    pub(super) style: Style,
    /// What stands before the mark.
    pub(super) separator: Option<char>,
    /// What a trimmer appended, without a number of its own.
    pub(super) suffix: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Read {
    Mate(Mate),
    /// `R3`: with it, `R2` may hold barcodes.
    Third,
    /// `I1`, `I2`: barcodes.
    Index,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Style {
    /// `NAME_S1_L001_R1_001`, `NAME_S1_R1_001`
    Illumina,
    /// `NAME_ACGT_L002_R1_001`
    Casava,
    /// `NAME_R1`, `NAME.r1`, `NAME-R1`
    Letter,
    /// `NAME_1`, `NAME.1`: may number anything.
    Number,
    /// `NAME_forward`, `NAME_rev`
    Word,
    /// `NAME_F`: may abbreviate anything.
    Initial,
}

impl Style {
    /// Whether such a mark alone, without its counterpart, says that it is one.
    pub(super) const fn is_plain(self) -> bool {
        !matches!(self, Self::Number | Self::Initial)
    }
}

/// What trimmers and filters append.
const WORDS: [&str; 7] = ["trimmed", "trim", "clean", "cleaned", "filt", "filtered", "paired"];

impl<'a> FileName<'a> {
    pub(super) fn parse(name: &'a str) -> Self {
        let base = without_extensions(name);
        Self { base, mark: Mark::find(base) }
    }
}

/// Takes the extensions of the file types off; `reads.sorted.bam` is `reads.sorted`.
fn without_extensions(name: &str) -> &str {
    let inner = without_one_of(name, &["gz", "bgz", "bgzf"]);
    without_one_of(inner, &["fastq", "fq", "txt", "bam", "ubam", "cram"])
}

fn without_one_of<'a>(name: &'a str, extensions: &[&str]) -> &'a str {
    match name.rsplit_once('.') {
        Some((rest, last)) if extensions.iter().any(|e| last.eq_ignore_ascii_case(e)) => rest,
        _ => name,
    }
}

impl<'a> Mark<'a> {
    fn find(base: &'a str) -> Option<Self> {
        let (marked, suffix) = without_suffix(base);
        Self::numbered(marked, suffix).or_else(|| Self::last_token(marked, suffix))
    }

    /// `STEM_R1_001`
    fn numbered(marked: &'a str, suffix: &'a str) -> Option<Self> {
        let (rest, segment) = marked.rsplit_once('_')?;
        let (stem, token) = rest.rsplit_once('_')?;
        let is_segment = segment.len() == 3 && is_digits(segment);
        let read = read_of_letter(token).filter(|_| is_segment)?;
        let style = if illumina_sample(stem).is_some() { Style::Illumina } else { Style::Casava };
        Some(Self { stem, read, style, separator: Some('_'), suffix })
    }

    /// `STEM_R1`, `STEM.1`, `STEM_fwd`, or the mark alone
    fn last_token(marked: &'a str, suffix: &'a str) -> Option<Self> {
        let at = marked.rfind(['.', '_', '-']);
        let (stem, separator, token) = match at {
            Some(at) => (&marked[..at], marked[at..].chars().next(), &marked[at + 1..]),
            None => ("", None, marked),
        };
        let dash = separator == Some('-');
        let (read, style) = match token {
            "1" if !dash => (Read::Mate(Mate::First), Style::Number),
            "2" if !dash => (Read::Mate(Mate::Second), Style::Number),
            "F" if !dash => (Read::Mate(Mate::First), Style::Initial),
            "R" if !dash => (Read::Mate(Mate::Second), Style::Initial),
            _ => match read_of_letter(token) {
                Some(read) => (read, Style::Letter),
                None if dash => return None,
                None => (Read::Mate(mate_of_word(token)?), Style::Word),
            },
        };
        Some(Self { stem, read, style, separator, suffix })
    }
}

/// Splits off what was appended by trimmers: `.trimmed`, `_val_1`.
fn without_suffix(base: &str) -> (&str, &str) {
    // The number in `_val_1` is the mate again, and would make the suffixes of mates differ.
    let rest = ["_val_1", "_val_2"].iter().find_map(|suffix| base.strip_suffix(suffix));
    if let Some(rest) = rest {
        return (rest, "_val");
    }
    let mut marked = base;
    while let Some(at) = marked.rfind(['.', '_', '-'])
        && at > 0
        && WORDS.iter().any(|word| marked[at + 1..].eq_ignore_ascii_case(word))
    {
        marked = &marked[..at];
    }
    (marked, &base[marked.len()..])
}

fn read_of_letter(token: &str) -> Option<Read> {
    match token.as_bytes() {
        [b'R' | b'r', b'1'] => Some(Read::Mate(Mate::First)),
        [b'R' | b'r', b'2'] => Some(Read::Mate(Mate::Second)),
        [b'R' | b'r', b'3'] => Some(Read::Third),
        [b'I' | b'i', b'1'..=b'3'] => Some(Read::Index),
        _ => None,
    }
}

fn mate_of_word(token: &str) -> Option<Mate> {
    let is = |words: [&str; 2]| words.iter().any(|word| token.eq_ignore_ascii_case(word));
    if is(["forward", "fwd"]) {
        Some(Mate::First)
    } else if is(["reverse", "rev"]) {
        Some(Mate::Second)
    } else {
        None
    }
}

/// The sample that a name without read mark speaks of: without lane, and without the number that
/// bcl2fastq gives to the samples of a run.
pub(super) fn sample_of(stem: &str, style: Option<Style>) -> &str {
    if style == Some(Style::Illumina) {
        return illumina_sample(stem).unwrap_or(stem);
    }
    without_lane(stem)
}

/// `NAME` of `NAME_S1` and `NAME_S1_L001`.
fn illumina_sample(stem: &str) -> Option<&str> {
    let (name, number) = without_lane(stem).rsplit_once("_S")?;
    (is_digits(number) && !name.is_empty()).then_some(name)
}

/// Takes `_L001` off.
fn without_lane(stem: &str) -> &str {
    match stem.rsplit_once("_L") {
        Some((rest, lane))
            if matches!(lane.len(), 2 | 3) && is_digits(lane) && !rest.is_empty() =>
        {
            rest
        }
        _ => stem,
    }
}

/// An accession of a run in the SRA: its `_1` and `_2` are mates.
pub(super) fn is_run_accession(stem: &str) -> bool {
    ["SRR", "ERR", "DRR"].iter().any(|prefix| {
        stem.strip_prefix(prefix).is_some_and(|number| number.len() >= 5 && is_digits(number))
    })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const R1: Read = Read::Mate(Mate::First);
    const R2: Read = Read::Mate(Mate::Second);

    #[test]
    fn names_say_which_read_and_of_what() {
        for (name, stem, read, style, suffix) in [
            ("NA12878_S1_L001_R1_001.fastq.gz", "NA12878_S1_L001", R1, Style::Illumina, ""),
            ("NA12878_S1_R2_001.fq.bgz", "NA12878_S1", R2, Style::Illumina, ""),
            ("a_S2_L001_I1_001.fastq.gz", "a_S2_L001", Read::Index, Style::Illumina, ""),
            ("a_S2_L001_R3_001.fastq.gz", "a_S2_L001", Read::Third, Style::Illumina, ""),
            ("a_S2_R1_001.trimmed.fastq.gz", "a_S2", R1, Style::Illumina, ".trimmed"),
            ("a_S2_L001_R2_001_val_2.fq.gz", "a_S2_L001", R2, Style::Illumina, "_val"),
            ("x_ATCACG_L002_R1_001.fastq.gz", "x_ATCACG_L002", R1, Style::Casava, ""),
            ("x_R2_003.fastq.gz", "x", R2, Style::Casava, ""),
            ("NA12878_R1.fastq.gz", "NA12878", R1, Style::Letter, ""),
            ("NA12878.R2.FASTQ.GZ", "NA12878", R2, Style::Letter, ""),
            ("NA12878-r1.fq", "NA12878", R1, Style::Letter, ""),
            ("a_R1_b_R2.fq.gz", "a_R1_b", R2, Style::Letter, ""),
            ("a_R1_val_1.fq.gz", "a", R1, Style::Letter, "_val"),
            ("a_R1.clean.fq.gz", "a", R1, Style::Letter, ".clean"),
            ("R1.fastq.gz", "", R1, Style::Letter, ""),
            ("SRR233106_1.filt.fastq.gz", "SRR233106", R1, Style::Number, ".filt"),
            ("SRR233106_2.fastq.gz", "SRR233106", R2, Style::Number, ""),
            ("reads.1.fq.gz", "reads", R1, Style::Number, ""),
            ("V300_L01_57_2.fq.gz", "V300_L01_57", R2, Style::Number, ""),
            ("x_forward.fq.gz", "x", R1, Style::Word, ""),
            ("x.rev.fq.gz", "x", R2, Style::Word, ""),
            ("x_F.fq.gz", "x", R1, Style::Initial, ""),
            ("x.R.fq.gz", "x", R2, Style::Initial, ""),
        ] {
            let mark = FileName::parse(name).mark.unwrap_or_else(|| panic!("{name}"));
            assert_eq!(
                (mark.stem, mark.read, mark.style, mark.suffix),
                (stem, read, style, suffix)
            );
        }
    }

    #[test]
    fn other_names_say_nothing() {
        for name in [
            "NA12878.fastq.gz",
            "x_1P.fq.gz",
            "x-1.fq.gz",
            "x_3.fq.gz",
            "x_R4.fq.gz",
            "x_R1_1.5.fq.gz",
            "x_S1_L001_U1_001.fq.gz",
            "x_R1_0001.fq.gz",
            "trimmed.fq.gz",
            ".fastq.gz",
            "",
        ] {
            assert_eq!(FileName::parse(name).mark, None, "{name}");
        }
    }

    #[test]
    fn only_the_extensions_of_file_types_come_off() {
        for (name, base) in [
            ("NA12878.bam", "NA12878"),
            ("NA12878.sorted.dedup.bam", "NA12878.sorted.dedup"),
            ("a.unmapped.ubam", "a.unmapped"),
            ("a.CRAM", "a"),
            ("s_1_sequence.txt.gz", "s_1_sequence"),
            ("a.fq.bgzf", "a"),
            ("a.dat", "a.dat"),
            ("a.gz", "a"),
            (".bam", ""),
            ("müller.fq.gz", "müller"),
        ] {
            assert_eq!(FileName::parse(name).base, base);
        }
    }

    #[test]
    fn samples_have_neither_lane_nor_number() {
        for (stem, style, sample) in [
            ("NA12878_S1_L001", Style::Illumina, "NA12878"),
            ("NA12878_S12", Style::Illumina, "NA12878"),
            ("x_S1_rep_S2_L001", Style::Illumina, "x_S1_rep"),
            ("x_ATCACG_L002", Style::Casava, "x_ATCACG"),
            ("NA12878_S1", Style::Letter, "NA12878_S1"),
            ("NA12878_L001", Style::Letter, "NA12878"),
            ("V300_L01", Style::Number, "V300"),
            ("_L001", Style::Letter, "_L001"),
            ("", Style::Letter, ""),
        ] {
            assert_eq!(sample_of(stem, Some(style)), sample);
        }
    }
}
