//! Read names and mates: which of two FASTQ files holds the first reads of the pairs.
//!
//! Knows read names only, neither files nor their names.

use std::fmt;

use super::FastqHead;
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
        let end = line.iter().position(|byte| matches!(byte, b' ' | b'\t')).unwrap_or(line.len());
        let (name, rest) = (&line[..end], line.get(end + 1..).unwrap_or_default());
        if let Some(mate) = casava(rest) {
            // The name is kept whole, even if it ends in `/1`.
            return Self { name: name.into(), mate: Some(mate) };
        }
        if let [stem @ .., separator @ (b'/' | b'.'), digit] = name
            && let Some(mate) = Mate::of(*digit)
            && (*separator == b'/' || is_sra_spot(stem))
        {
            return Self { name: stem.into(), mate: Some(mate) };
        }
        Self { name: name.into(), mate: None }
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
    if let Some((at, (a, b))) = pairs().enumerate().find(|(_, (a, b))| !a.same_template(b)) {
        return Verdict::Strangers { record: at + 1, first: a.clone(), second: b.clone() };
    }
    let (ours, theirs) = (first.names().len(), second.names().len());
    if (first.is_whole() && ours < theirs) || (second.is_whole() && theirs < ours) {
        return Verdict::Fewer { first: ours, second: theirs };
    }
    match pairs().find_map(|(a, b)| a.mate.zip(b.mate)) {
        Some((a, b)) if a == b => Verdict::SameMate(a),
        Some((Mate::Second, Mate::First)) => Verdict::Swapped,
        _ => Verdict::Mates,
    }
}
