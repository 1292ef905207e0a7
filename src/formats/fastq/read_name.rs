//! Names of reads: what tells the mates of a pair apart in them, and what both have in common.

use std::fmt;

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
