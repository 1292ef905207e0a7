//! What was found in a part, as text for a later run in which its bytes do not pass again.

use std::{fmt, str::FromStr};

use crate::formats::{bgzf::BlockSpan, cram::BlockPiece};

/// What is known of a part that has passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum WalkedPart {
    Bgzf(BlockSpan),
    /// All blocks that lie in it whole are sound.
    Cram(Vec<BlockPiece>),
}

/// How the text begins. Another meaning has to get another name.
const BGZF: &str = "bgzf";
const CRAM: &str = "cram";

impl fmt::Display for WalkedPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bgzf(BlockSpan { first: None, next }) => write!(f, "{BGZF} {next}"),
            Self::Bgzf(BlockSpan { first: Some(first), next }) => {
                write!(f, "{BGZF} {next} {first}")
            }
            Self::Cram(pieces) => {
                f.write_str(CRAM)?;
                for BlockPiece { block, from, to, crc, stored } in pieces {
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
pub(super) struct UnknownText;

impl FromStr for WalkedPart {
    type Err = UnknownText;

    fn from_str(text: &str) -> Result<Self, UnknownText> {
        let mut words = text.split(' ');
        match words.next() {
            Some(BGZF) => {
                let next = number(words.next())?;
                let first = words.next().map(|word| number(Some(word))).transpose()?;
                if words.next().is_some() {
                    return Err(UnknownText);
                }
                Ok(Self::Bgzf(BlockSpan { first, next }))
            }
            Some(CRAM) => words.map(piece).collect::<Result<_, _>>().map(Self::Cram),
            _ => Err(UnknownText),
        }
    }
}

fn number<N: FromStr>(word: Option<&str>) -> Result<N, UnknownText> {
    word.and_then(|word| word.parse().ok()).ok_or(UnknownText)
}

fn piece(word: &str) -> Result<BlockPiece, UnknownText> {
    let mut numbers = word.split(':');
    let block = number(numbers.next())?;
    let from = number(numbers.next())?;
    let to = number(numbers.next())?;
    let crc = number(numbers.next())?;
    let stored = numbers.next().map(|word| number(Some(word))).transpose()?;
    let piece = BlockPiece { block, from, to, crc, stored };
    let is_sane = numbers.next().is_none() && block <= from && from <= to;
    is_sane.then_some(piece).ok_or(UnknownText)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_again() {
        let piece = BlockPiece { block: 5, from: 7, to: 9, crc: u32::MAX, stored: None };
        let last = BlockPiece { stored: Some(3), ..piece };
        for (seen, text) in [
            (WalkedPart::Bgzf(BlockSpan { first: Some(0), next: 28 }), "bgzf 28 0"),
            (WalkedPart::Bgzf(BlockSpan { first: None, next: 28 }), "bgzf 28"),
            (WalkedPart::Cram(Vec::new()), "cram"),
            (WalkedPart::Cram(vec![piece, last]), "cram 5:7:9:4294967295 5:7:9:4294967295:3"),
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
            assert_eq!(text.parse::<WalkedPart>(), Err(UnknownText), "{text}");
        }
    }
}
