//! Read names and mates: which of two FASTQ files holds the first reads of the pairs.
//!
//! Knows read names only, neither files nor their names.

use std::{collections::HashSet, fmt};

use super::head::FastqHead;
use crate::types::Escaped;

/// Which read of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mate {
    First,
    Second,
}

impl Mate {
    pub const fn number(self) -> u8 {
        match self {
            Self::First => 1,
            Self::Second => 2,
        }
    }

    const fn of(digit: u8) -> Option<Self> {
        match digit {
            b'1' => Some(Self::First),
            b'2' => Some(Self::Second),
            _ => None,
        }
    }
}

/// A read's name without what tells the mates apart, and the mate if the name says it.
///
/// Displays shortened and escaped.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ReadName {
    name: Box<[u8]>,
    mate: Option<Mate>,
}

impl ReadName {
    /// Splits the first line of a record, without its `@`.
    ///
    /// Known are Casava 1.8 (`NAME 1:N:0:ACGT`), names that end in `/1` or `/2`, and the `.1` and `.2`
    /// of `fastq-dump --readids`; in all others the mate is unknown.
    pub fn parse(line: &[u8]) -> Self {
        let (name, mate) = split_name(line);
        Self { name: name.into(), mate }
    }

    pub const fn mate(&self) -> Option<Mate> {
        self.mate
    }

    /// What both mates of a pair have in common.
    pub const fn template(&self) -> &[u8] {
        &self.name
    }

    /// Whether both are of the same template.
    pub fn same_template(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl fmt::Display for ReadName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 100;
        let shown = self.name.get(..SHOWN).unwrap_or(&self.name);
        write!(f, "{}", Escaped::new(&String::from_utf8_lossy(shown)))?;
        if shown.len() < self.name.len() { f.write_str("…") } else { Ok(()) }
    }
}

/// The same as [`ReadName::parse`], but copies nothing: what both mates have in common, and the mate.
pub fn split_name(line: &[u8]) -> (&[u8], Option<Mate>) {
    let end = line.iter().position(|byte| matches!(byte, b' ' | b'\t')).unwrap_or(line.len());
    let (name, rest) = (&line[..end], line.get(end + 1..).unwrap_or_default());
    if let Some(mate) = casava(rest) {
        // The name is kept whole, even if it ends in `/1`.
        return (name, Some(mate));
    }
    if let [stem @ .., separator @ (b'/' | b'.'), digit] = name
        && let Some(mate) = Mate::of(*digit)
        && (*separator == b'/' || is_sra_spot(stem))
    {
        return (stem, Some(mate));
    }
    (name, None)
}

/// `1:N:0:` and what follows.
fn casava(rest: &[u8]) -> Option<Mate> {
    let [digit, b':', b'Y' | b'N', b':', control @ ..] = rest else { return None };
    let digits = control.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || control.get(digits) != Some(&b':') {
        return None;
    }
    Mate::of(*digit)
}

/// `SRR` (or `ERR`, `DRR`), a number, a point, a number.
fn is_sra_spot(stem: &[u8]) -> bool {
    let [b'S' | b'E' | b'D', b'R', b'R', rest @ ..] = stem else { return false };
    let mut numbers = rest.split(|byte| *byte == b'.');
    let is_number = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    matches!(
        (numbers.next(), numbers.next(), numbers.next()),
        (Some(run), Some(spot), None) if is_number(run) && is_number(spot)
    )
}

/// The last characters of two names that differ in nothing else, if both are digits. Behind a colon
/// sequencers write a coordinate, which says nothing of mates.
pub fn last_digits(first: &[u8], second: &[u8]) -> Option<(u8, u8)> {
    let ([stem @ .., a], [other @ .., b]) = (first, second) else { return None };
    let is_mark = !stem.ends_with(b":");
    (is_mark && a != b && a.is_ascii_digit() && b.is_ascii_digit() && stem == other)
        .then_some((*a, *b))
}

/// How the names of mates in two files are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// They are equal, but for a mark of the mate that is known.
    Equal,
    /// They end in another digit, the same one in all records of a file: `fastq-dump -I` and others
    /// number the mates so.
    LastDigit(u8, u8),
    Unlike,
}

impl Likeness {
    /// As far as the first records tell.
    pub fn of(first: &FastqHead, second: &FastqHead) -> Self {
        let (a, b) = (first.names(), second.names());
        let pairs = || a.iter().zip(b);
        if pairs().all(|(a, b)| a.same_template(b)) {
            return Self::Equal;
        }
        let Some((x, y)) = last_digits(&a[0].name, &b[0].name) else { return Self::Unlike };
        // One record each may be two reads that follow each other.
        let is_mark = a.len().min(b.len()) > 1
            && pairs().all(|(a, b)| last_digits(&a.name, &b.name) == Some((x, y)))
            && a.iter().all(|name| name.name.last() == Some(&x))
            && b.iter().all(|name| name.name.last() == Some(&y));
        if is_mark { Self::LastDigit(x, y) } else { Self::Unlike }
    }

    /// Whether two names are alike in this way; nothing is known of names that are not.
    pub fn joins(self, first: &ReadName, second: &ReadName) -> bool {
        match self {
            Self::Equal => first.same_template(second),
            Self::LastDigit(a, b) => last_digits(&first.name, &second.name) == Some((a, b)),
            Self::Unlike => true,
        }
    }
}

/// What the first records of two files say about each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The first file holds the first reads, the second the second ones, as far as their names say.
    Mates,
    /// The other way round.
    Swapped,
    /// Both hold the same reads of the pairs.
    SameMate(Mate),
    /// Not the same templates; `record` counts from 1.
    Strangers { record: usize, first: ReadName, second: ReadName },
    /// The same templates, but one file, which was seen to its end, has fewer.
    Fewer { first: usize, second: usize },
}

/// Compares what is known of two files, record by record.
pub fn verdict(first: &FastqHead, second: &FastqHead) -> Verdict {
    let pairs = || first.names().iter().zip(second.names());
    let likeness = Likeness::of(first, second);
    if likeness == Likeness::Unlike
        && let Some((at, (a, b))) = pairs().enumerate().find(|(_, (a, b))| !a.same_template(b))
    {
        return Verdict::Strangers { record: at + 1, first: a.clone(), second: b.clone() };
    }
    let (ours, theirs) = (first.names().len(), second.names().len());
    if (first.is_whole() && ours < theirs) || (second.is_whole() && theirs < ours) {
        return Verdict::Fewer { first: ours, second: theirs };
    }
    match (likeness, pairs().find_map(|(a, b)| a.mate.zip(b.mate))) {
        (Likeness::LastDigit(a, b), _) if b < a => Verdict::Swapped,
        (Likeness::LastDigit(..), _) => Verdict::Mates,
        (_, Some((a, b))) if a == b => Verdict::SameMate(a),
        (_, Some((Mate::Second, Mate::First))) => Verdict::Swapped,
        _ => Verdict::Mates,
    }
}

/// Whether a name of the one file is in the other, at whichever place.
pub fn share_names(first: &FastqHead, second: &FastqHead) -> bool {
    let names: HashSet<_> = first.names().iter().map(ReadName::template).collect();
    second.names().iter().any(|name| names.contains(name.template()))
}

/// Whether the names themselves say which file holds which mates: proof that files are a pair.
pub fn are_marked(first: &FastqHead, second: &FastqHead) -> bool {
    matches!(
        Likeness::of(first, second),
        Likeness::LastDigit(b'1', b'2') | Likeness::LastDigit(b'2', b'1')
    ) || first.mate().zip(second.mate()).is_some_and(|(a, b)| a != b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::fastq::head;

    #[test]
    fn names_lose_what_tells_mates_apart() {
        for (line, template, mate) in [
            ("HS25_09827:2:1201:1505:59795#49/1", "HS25_09827:2:1201:1505:59795#49", 1),
            ("HS25:2:1201#49/2\tRG:Z:1#49\tBC:Z:NGT", "HS25:2:1201#49", 2),
            ("A00:1:HX:1:1101:1000:1000 1:N:0:ACGT+TTGA", "A00:1:HX:1:1101:1000:1000", 1),
            ("A00:1:HX:1:1101:1000:1000 2:Y:18:", "A00:1:HX:1:1101:1000:1000", 2),
            // Casava tells the mate, so the rest of the name stays whole.
            ("read/1 2:N:0:ACGT", "read/1", 2),
            ("V300012345L1C001R0010000001/2", "V300012345L1C001R0010000001", 2),
            ("SRR001666.1.1 071112_SLXA length=36", "SRR001666.1", 1),
            ("ERR10.22.2", "ERR10.22", 2),
            ("DRR000001.5.2", "DRR000001.5", 2),
            ("SRR001666.1 071112_SLXA length=36", "SRR001666.1", 0),
            ("SRR001666.1 1 length=36", "SRR001666.1", 0),
            ("read.1.1", "read.1.1", 0),
            ("SRR1.2.3.1", "SRR1.2.3.1", 0),
            ("A00:1 3:N:0:ACGT", "A00:1", 0),
            ("A00:1 1:X:0:ACGT", "A00:1", 0),
            ("A00:1 1:N::ACGT", "A00:1", 0),
            ("r1", "r1", 0),
            ("r/3", "r/3", 0),
            ("/1", "", 1),
            ("", "", 0),
            (" 1:N:0:", "", 1),
        ] {
            let name = ReadName::parse(line.as_bytes());
            assert_eq!(name.template(), template.as_bytes(), "{line}");
            assert_eq!(name.mate().map_or(0, Mate::number), mate, "{line}");
        }
    }

    #[test]
    fn names_are_shown_short_and_safe() {
        assert_eq!(ReadName::parse(b"a\x1b[2J\xff/1").to_string(), "a\\u{1b}[2J\u{fffd}");
        let long = ReadName::parse(&[b'x'; 5000]).to_string();
        assert_eq!(long, format!("{}…", "x".repeat(100)));
    }

    /// The head of a file with these reads, and more if it is not `whole`.
    fn head(names: &[&str], whole: bool) -> FastqHead {
        let records: Vec<_> =
            names.iter().map(|name| format!("@{name}\nACGT\n+\nIIII\n")).collect();
        head::head(records.concat().as_bytes(), whole).unwrap()
    }

    #[test]
    fn two_files_are_judged_by_their_reads() {
        let strangers = |record, first: &str, second: &str| Verdict::Strangers {
            record,
            first: ReadName::parse(first.as_bytes()),
            second: ReadName::parse(second.as_bytes()),
        };
        for (first, second, verdict) in [
            (&["a/1", "b/1"][..], &["a/2", "b/2"][..], Verdict::Mates),
            (&["a 1:N:0:"], &["a 2:N:0:"], Verdict::Mates),
            (&["a"], &["a"], Verdict::Mates),
            (&["a/1"], &["a"], Verdict::Mates),
            (&["SRR1.1.1"], &["SRR1.1.2"], Verdict::Mates),
            (&["SRX1.1.1", "SRX1.2.1"], &["SRX1.1.2", "SRX1.2.2"], Verdict::Mates),
            (&["a_2", "b_2"], &["a_1", "b_1"], Verdict::Swapped),
            (&["a-R1", "b-R1"], &["a-R2", "b-R2"], Verdict::Mates),
            (&["a-R2", "b-R2"], &["a-R3", "b-R3"], Verdict::Mates),
            // Reads that follow each other, and no mates.
            (&["r1"], &["r2"], strangers(1, "r1", "r2")),
            (&["r1", "r3"], &["r2", "r4"], strangers(1, "r1", "r2")),
            (&["a1", "b1"], &["a2", "c2"], strangers(1, "a1", "a2")),
            (&["a/2"], &["a/1"], Verdict::Swapped),
            (&["a/1"], &["a/1"], Verdict::SameMate(Mate::First)),
            (&["a 2:N:0:"], &["a 2:N:0:"], Verdict::SameMate(Mate::Second)),
            (&["a/1"], &["b/2"], strangers(1, "a/1", "b/2")),
            (&["a/1", "b/1"], &["a/2", "c/2"], strangers(2, "b/1", "c/2")),
        ] {
            for whole in [true, false] {
                assert_eq!(super::verdict(&head(first, whole), &head(second, whole)), verdict);
            }
        }
    }

    #[test]
    fn a_file_that_is_known_to_its_end_may_have_fewer_reads() {
        let (one, two) = (["a/1"], ["a/2", "b/2"]);
        let fewer = Verdict::Fewer { first: 1, second: 2 };
        assert_eq!(verdict(&head(&one, true), &head(&two, false)), fewer);
        assert_eq!(verdict(&head(&one, true), &head(&two, true)), fewer);
        assert_eq!(verdict(&head(&one, false), &head(&two, true)), Verdict::Mates);
        let fewer = Verdict::Fewer { first: 2, second: 1 };
        assert_eq!(verdict(&head(&two, false), &head(&one, true)), fewer);
    }
}
