//! What a file's name says: which read of a pair it holds, and what stands before that.
//!
//! A mark is any place where a single digit, or a word for a direction, can be another one in the name
//! of the mate. A name proves nothing; `pairing` asks the reads.

use super::sample::{is_digits, without_words};

/// A file name in its pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileName<'a> {
    /// Without extensions.
    pub(super) base: &'a str,
    /// What follows the extensions: a version, `~`, `.bak`.
    pub(super) tail: &'a str,
}

/// A place in a name that can tell which read a file holds. Two files with equal marks but for the
/// number may belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ReadMark<'a> {
    /// What stands before the token, without the separator.
    pub(super) stem: &'a str,
    pub(super) separator: Option<char>,
    /// The token without its digit: `R` of `R1`, `P` of `1P`.
    pub(super) label: (&'a str, &'a str),
    pub(super) number: u8,
    pub(super) kind: MarkKind,
    /// What stands behind the token, with its separator.
    pub(super) rest: &'a str,
}

/// What a mark is worth; better ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum MarkKind {
    /// `R1`, `READ1`, `1P`, `pair1`, `forward`: says that there is a mate.
    Read,
    /// `1`, `F`: may number or abbreviate anything.
    Number,
    /// A digit in another word.
    Other,
    /// `1U`: reads that have lost their mates.
    Orphan,
    /// `I1`: barcodes.
    Index,
}

/// What can stand before the number of a read.
const LABELS: [&str; 10] =
    ["r", "read", "reads", "pair", "paired", "mate", "end", "pe", "fq", "fastq"];

const SEPARATORS: [char; 4] = ['.', '_', '-', ' '];

impl<'a> FileName<'a> {
    pub(super) fn parse(name: &'a str) -> Self {
        let (base, tail) = without_extensions(name);
        Self { base, tail }
    }

    /// All marks, the first one in the name first.
    pub(super) fn marks(&self) -> Vec<ReadMark<'a>> {
        let base = self.base;
        let mut marks = Vec::new();
        let mut begin = 0;
        for token in base.split(SEPARATORS) {
            let end = begin + token.len();
            let separator = base[..begin].chars().next_back();
            let stem = &base[..begin - separator.map_or(0, char::len_utf8)];
            let mark = |(label, number, kind)| ReadMark {
                stem,
                separator,
                label,
                number,
                kind,
                rest: &base[end..],
            };
            marks.extend(direction(token).into_iter().chain(digits(token)).map(mark));
            begin = end + 1;
        }
        marks
    }

    /// The mark that says, without a counterpart, which read the file holds: nothing stands behind it
    /// but a segment and what trimmers append.
    pub(super) fn mark(&self) -> Option<ReadMark<'a>> {
        let is_told = |mark: &ReadMark<'_>| mark.kind != MarkKind::Other && mark.is_last();
        let marks = self.marks().into_iter().rev().filter(is_told);
        marks.min_by_key(|mark| mark.kind == MarkKind::Number)
    }
}

/// The mark of two names that differ in the number of one only: the best one, and of equally good ones
/// the last.
pub(super) fn common<'a>(first: &FileName<'a>, second: &FileName<'a>) -> Option<ReadMark<'a>> {
    let others = second.marks();
    let is_common = |mark: &ReadMark<'_>| others.iter().any(|other| mark.is_counterpart(other));
    first.marks().into_iter().rev().filter(is_common).min_by_key(|mark| mark.kind)
}

impl ReadMark<'_> {
    /// Whether the other mark is the same but for the number.
    pub(super) fn is_counterpart(&self, other: &ReadMark<'_>) -> bool {
        (self.stem, self.separator, self.label) == (other.stem, other.separator, other.label)
            && self.number != other.number
            && (self.rest == other.rest || self.open_rest() == other.open_rest())
    }

    /// The rest, with `*` for numbers that repeat that of the mark, as in `_R1_val_1`.
    pub(super) fn open_rest(&self) -> String {
        let number = self.number.to_string();
        let mut open = String::new();
        for piece in self.rest.split_inclusive(SEPARATORS) {
            let token = piece.trim_end_matches(SEPARATORS);
            open.push_str(if token == number { "*" } else { token });
            open.push_str(&piece[token.len()..]);
        }
        open
    }

    /// Whether a segment and words of trimmers are all that stands behind it.
    pub(super) fn is_last(&self) -> bool {
        let rest = without_words(self.rest);
        let rest = rest.strip_suffix(&format!("_val_{}", self.number)).unwrap_or(rest);
        rest.is_empty() || (self.kind != MarkKind::Number && is_segment(rest))
    }

    /// Whether it stands as bcl2fastq and Casava write it, before a segment: `_R1_001`.
    pub(super) fn has_segment(&self) -> bool {
        self.rest.get(..4).is_some_and(is_segment) && self.separator == Some('_')
    }

    /// What the name of a pair has of the rest: the first segment and `_val_1` say nothing.
    pub(super) fn shared_rest(&self) -> String {
        let open = self.open_rest().replace("_val_*", "");
        let open = open.strip_prefix("_001").unwrap_or(&open);
        let pieces: Vec<_> = open.split_inclusive(SEPARATORS).collect();
        let closed: String = pieces.into_iter().filter(|piece| !piece.starts_with('*')).collect();
        closed.trim_end_matches(SEPARATORS).to_owned()
    }
}

fn is_segment(text: &str) -> bool {
    text.strip_prefix('_').is_some_and(|digits| digits.len() == 3 && is_digits(digits))
}

type Token<'a> = ((&'a str, &'a str), u8, MarkKind);

/// `forward`, `rev`, `F`.
fn direction(token: &str) -> Option<Token<'static>> {
    const WORDS: [(&str, &str); 2] = [("forward", "reverse"), ("fwd", "rev")];
    let initial = match token {
        "F" => Some((("F", ""), 1, MarkKind::Number)),
        "R" => Some((("F", ""), 2, MarkKind::Number)),
        _ => None,
    };
    let word = WORDS.iter().find_map(|(first, second)| {
        let number = [first, second].iter().position(|word| token.eq_ignore_ascii_case(word))?;
        Some(((*first, ""), if number == 0 { 1 } else { 2 }, MarkKind::Read))
    });
    initial.or(word)
}

/// The digits of a token that stand alone.
fn digits(token: &str) -> impl Iterator<Item = Token<'_>> {
    let bytes = token.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let alone = move |at: &usize| {
        is_digit(*at) && !is_digit(at + 1) && !at.checked_sub(1).is_some_and(is_digit)
    };
    (0..token.len()).filter(alone).map(move |at| {
        let label = (&token[..at], &token[at + 1..]);
        (label, bytes[at] - b'0', kind(label))
    })
}

fn kind(label: (&str, &str)) -> MarkKind {
    let (before, behind) = (label.0.to_ascii_lowercase(), label.1.to_ascii_lowercase());
    match (before.as_str(), behind.as_str()) {
        ("", "") => MarkKind::Number,
        ("", "p") => MarkKind::Read,
        ("", "u") => MarkKind::Orphan,
        ("i" | "index", "") => MarkKind::Index,
        (label, "") if LABELS.contains(&label) => MarkKind::Read,
        (word, "") if without_words(word).is_empty() => MarkKind::Number,
        _ => MarkKind::Other,
    }
}

/// Takes the extensions of the file types off, and what follows them: `reads.sorted.bam` is
/// `reads.sorted`, `reads.fastq.gz.1` is `reads`.
fn without_extensions(name: &str) -> (&str, &str) {
    let base = without_extension(name);
    if base.len() < name.len() {
        return (base, "");
    }
    let ends = name.char_indices().filter(|(_, c)| !c.is_alphanumeric()).map(|(at, _)| at);
    let known = |end: &usize| {
        let whole = &name[..*end];
        let base = without_extension(whole);
        // `.gz` alone, or a `.txt`, may be anything in the middle of a name.
        let inner = without_one_of(whole, &["gz", "bgz", "bgzf"]);
        let is_known = without_one_of(inner, &["fastq", "fq", "bam", "ubam", "cram"]) != inner;
        (is_known && !base.is_empty()).then_some((base, &name[*end..]))
    };
    ends.collect::<Vec<_>>().iter().rev().find_map(known).unwrap_or((name, ""))
}

fn without_extension(name: &str) -> &str {
    let inner = without_one_of(name, &["gz", "bgz", "bgzf"]);
    without_one_of(inner, &["fastq", "fq", "txt", "bam", "ubam", "cram"])
}

fn without_one_of<'a>(name: &'a str, extensions: &[&str]) -> &'a str {
    match name.rsplit_once('.') {
        Some((rest, last)) if extensions.iter().any(|e| last.eq_ignore_ascii_case(e)) => rest,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_which_read_and_of_what() {
        for (name, stem, kind, number) in [
            ("NA12878_S1_L001_R1_001.fastq.gz", "NA12878_S1_L001", MarkKind::Read, 1),
            ("NA12878_S1_R2_001.fq.bgz", "NA12878_S1", MarkKind::Read, 2),
            ("a_S2_L001_I1_001.fastq.gz", "a_S2_L001", MarkKind::Index, 1),
            ("a_S2_L001_R3_001.fastq.gz", "a_S2_L001", MarkKind::Read, 3),
            ("a_S2_R1_001.trimmed.fastq.gz", "a_S2", MarkKind::Read, 1),
            ("a_S2_L001_R2_001_val_2.fq.gz", "a_S2_L001", MarkKind::Read, 2),
            ("x_ATCACG_L002_R1_001.fastq.gz", "x_ATCACG_L002", MarkKind::Read, 1),
            ("x_R2_003.fastq.gz", "x", MarkKind::Read, 2),
            ("NA12878_R1.fastq.gz", "NA12878", MarkKind::Read, 1),
            ("NA12878.R2.FASTQ.GZ", "NA12878", MarkKind::Read, 2),
            ("NA12878-r1.fq", "NA12878", MarkKind::Read, 1),
            ("a_R1_b_R2.fq.gz", "a_R1_b", MarkKind::Read, 2),
            ("a_R1_val_1.fq.gz", "a", MarkKind::Read, 1),
            ("a_R1.clean.fq.gz", "a", MarkKind::Read, 1),
            ("a.R1.filtered.fq.gz", "a", MarkKind::Read, 1),
            ("R1.fastq.gz", "", MarkKind::Read, 1),
            ("SRR233106_1.filt.fastq.gz", "SRR233106", MarkKind::Number, 1),
            ("SRR233106_2.fastq.gz", "SRR233106", MarkKind::Number, 2),
            ("SRR233106_3.fastq.gz", "SRR233106", MarkKind::Number, 3),
            ("reads.1.fq.gz", "reads", MarkKind::Number, 1),
            ("V300_L01_57_2.fq.gz", "V300_L01_57", MarkKind::Number, 2),
            ("x_forward.fq.gz", "x", MarkKind::Read, 1),
            ("x.rev.fq.gz", "x", MarkKind::Read, 2),
            ("x_F.fq.gz", "x", MarkKind::Number, 1),
            ("x.R.fq.gz", "x", MarkKind::Number, 2),
            ("x_1P.fq.gz", "x", MarkKind::Read, 1),
            ("x_2U.fq.gz", "x", MarkKind::Orphan, 2),
            ("x-READ2.fq.gz", "x", MarkKind::Read, 2),
            ("x.pair1.truncated.fq.gz", "x", MarkKind::Read, 1),
            ("x-trimmed-pair2.fq.gz", "x-trimmed", MarkKind::Read, 2),
            ("x_R1.fastq.gz.1", "x", MarkKind::Read, 1),
            ("x_R2.fastq.gz~", "x", MarkKind::Read, 2),
        ] {
            let mark = FileName::parse(name).mark().unwrap_or_else(|| panic!("{name}"));
            assert_eq!((mark.stem, mark.kind, mark.number), (stem, kind, number), "{name}");
        }
    }

    #[test]
    fn other_names_say_nothing() {
        for name in [
            "NA12878.fastq.gz",
            "x_S1_L001_U1_001.fq.gz",
            "x_R1_0001.fq.gz",
            "x_R1_liver.fq.gz",
            "x_10.fq.gz",
            "trimmed.fq.gz",
            ".fastq.gz",
            "",
        ] {
            assert_eq!(FileName::parse(name).mark(), None, "{name}");
        }
    }

    #[test]
    fn names_of_mates_differ_in_one_place() {
        for (first, second, stem, rest) in [
            ("S_1.fastp.fastq.gz", "S_2.fastp.fastq.gz", "S", ".fastp"),
            ("S1_1P.fq.gz", "S1_2P.fq.gz", "S1", ""),
            ("S.pair1.truncated.fq.gz", "S.pair2.truncated.fq.gz", "S", ".truncated"),
            ("S_R1_dedup.fq.gz", "S_R2_dedup.fq.gz", "S", "_dedup"),
            ("S_R1_val_1.fq.gz", "S_R2_val_2.fq.gz", "S", ""),
            ("S_1_val_1.fq.gz", "S_2_val_2.fq.gz", "S", ""),
            (
                "S_1_kneaddata_paired_1.fq.gz",
                "S_1_kneaddata_paired_2.fq.gz",
                "S_1_kneaddata_paired",
                "",
            ),
            ("S_paired_1.fq.gz", "S_paired_2.fq.gz", "S_paired", ""),
            ("S.clean_1.fq.gz", "S.clean_2.fq.gz", "S.clean", ""),
            ("S_1_kneaddata_paired.fq.gz", "S_2_kneaddata_paired.fq.gz", "S", "_kneaddata_paired"),
            ("S-trimmed-pair1.fq.gz", "S-trimmed-pair2.fq.gz", "S-trimmed", ""),
            ("S_S1_L001_R1_002.fq.gz", "S_S1_L001_R2_002.fq.gz", "S_S1_L001", "_002"),
            ("S_S1_L001_R1_001.fq.gz", "S_S1_L001_R2_001.fq.gz", "S_S1_L001", ""),
            ("R1_S.fq.gz", "R2_S.fq.gz", "", "_S"),
            ("S_fwd.x.fq.gz", "S_rev.x.fq.gz", "S", ".x"),
            ("S1_R1.fq.gz.1", "S1_R2.fq.gz.1", "S1", ""),
        ] {
            let (a, b) = (FileName::parse(first), FileName::parse(second));
            let mark = common(&a, &b).unwrap_or_else(|| panic!("{first}"));
            assert_eq!((mark.stem, mark.shared_rest().as_str()), (stem, rest), "{first}");
            assert_eq!(common(&b, &a).unwrap().stem, stem);
        }
        for (first, second) in [
            ("S_L001.fq.gz", "S_L002.fq.gz"),
            ("S_R1_001.fq.gz", "S_R2_002.fq.gz"),
            ("S1_R1.fq.gz", "S2_R2.fq.gz"),
            ("S11.fq.gz", "S12.fq.gz"),
            ("a_R1.fq.gz", "a.R2.fq.gz"),
            ("a_R1.fq.gz", "a_2.fq.gz"),
            ("a_R1.fq.gz", "a_I2.fq.gz"),
            ("a_R1.fq.gz", "a_R2.trimmed.fq.gz"),
            ("a_F.fq.gz", "a_rev.fq.gz"),
        ] {
            assert_eq!(common(&FileName::parse(first), &FileName::parse(second)), None, "{first}");
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
            ("a.fastq.gz.1", "a"),
            ("a.fastq.gz~", "a"),
            ("a.fq.gz.bak", "a"),
            ("a.bam.old.2", "a"),
            ("a.fastq.gz (1)", "a"),
            ("a.bam.sorted.bam", "a.bam.sorted"),
            ("a.gz.dat", "a.gz.dat"),
            ("fastq.gz.1", "fastq.gz.1"),
        ] {
            assert_eq!(FileName::parse(name).base, base);
        }
    }
}
