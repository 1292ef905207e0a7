//! What was found in a part, as text for a later run in which its bytes do not pass again.

use std::{fmt, str::FromStr};

use crate::formats::{bgzf::Stretch, cram::Piece};

/// What is known of a part that has passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seen {
    Bgzf(Stretch),
    /// All blocks that lie in it whole are sound.
    Cram(Vec<Piece>),
}

/// How the text begins. Another meaning has to get another name.
const BGZF: &str = "bgzf";
const CRAM: &str = "cram";

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bgzf(Stretch { first: None, next }) => write!(f, "{BGZF} {next}"),
            Self::Bgzf(Stretch { first: Some(first), next }) => write!(f, "{BGZF} {next} {first}"),
            Self::Cram(pieces) => {
                f.write_str(CRAM)?;
                for Piece { block, from, to, crc, stored } in pieces {
                    write!(f, " {block}:{from}:{to}:{crc}")?;
                    if let Some(stored) = stored {
                        write!(f, ":{stored}")?;
                    }
                }
                Ok(())
            }
        }
    }
}

/// Not what this version writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unknown;

impl FromStr for Seen {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        let mut words = text.split(' ');
        match words.next() {
            Some(BGZF) => {
                let next = number(words.next())?;
                let first = words.next().map(|word| number(Some(word))).transpose()?;
                if words.next().is_some() {
                    return Err(Unknown);
                }
                Ok(Self::Bgzf(Stretch { first, next }))
            }
            Some(CRAM) => words.map(piece).collect::<Result<_, _>>().map(Self::Cram),
            _ => Err(Unknown),
        }
    }
}

fn number<N: FromStr>(word: Option<&str>) -> Result<N, Unknown> {
    word.and_then(|word| word.parse().ok()).ok_or(Unknown)
}

fn piece(word: &str) -> Result<Piece, Unknown> {
    let mut numbers = word.split(':');
    let block = number(numbers.next())?;
    let from = number(numbers.next())?;
    let to = number(numbers.next())?;
    let crc = number(numbers.next())?;
    let stored = numbers.next().map(|word| number(Some(word))).transpose()?;
    let piece = Piece { block, from, to, crc, stored };
    let is_sane = numbers.next().is_none() && block <= from && from <= to;
    is_sane.then_some(piece).ok_or(Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_again() {
        let piece = Piece { block: 5, from: 7, to: 9, crc: u32::MAX, stored: None };
        let last = Piece { stored: Some(3), ..piece };
        for (seen, text) in [
            (Seen::Bgzf(Stretch { first: Some(0), next: 28 }), "bgzf 28 0"),
            (Seen::Bgzf(Stretch { first: None, next: 28 }), "bgzf 28"),
            (Seen::Cram(Vec::new()), "cram"),
            (Seen::Cram(vec![piece, last]), "cram 5:7:9:4294967295 5:7:9:4294967295:3"),
        ] {
            assert_eq!(seen.to_string(), text);
            assert_eq!(text.parse(), Ok(seen));
        }
    }

    #[test]
    fn anything_else_says_nothing() {
        for text in [
            "",
            "bgzf",
            "bgzf x",
            "bgzf 1 2 3",
            "bgzf2 1",
            "cram ",
            "cram 1:2:3",
            "cram 1:2:3:4:5:6",
            "cram 3:2:4:5",
            "cram 1:3:2:5",
            "cram 1:2:3:4294967296",
        ] {
            assert_eq!(text.parse::<Seen>(), Err(Unknown), "{text}");
        }
    }
}
