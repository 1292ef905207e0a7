//! Text from outside, made safe for a terminal.

use std::fmt;

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};

use super::secret;

/// More than this of a text from outside, in characters, helps nobody.
const LONGEST: usize = 4096;

/// Displays text with everything that could move a cursor, hide or reorder characters escaped.
///
/// Control, format (bidirectional marks included), surrogate, private-use and unassigned characters
/// and line separators appear as `\n`, `\t` or `\u{…}`; known secrets are left out; everything else is
/// as it was.
#[derive(Debug, Clone, Copy)]
pub struct Escaped<'a>(&'a str);

impl<'a> Escaped<'a> {
    pub const fn new(text: &'a str) -> Self {
        Self(text)
    }
}

/// Whether a character is shown as it is.
pub(super) fn is_printable(c: char) -> bool {
    use GeneralCategory::{
        Control, Format, LineSeparator, ParagraphSeparator, PrivateUse, Surrogate, Unassigned,
    };
    if c.is_ascii() {
        return !c.is_ascii_control();
    }
    !matches!(
        c.general_category(),
        Control | Format | Surrogate | PrivateUse | Unassigned | LineSeparator | ParagraphSeparator
    )
}

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = secret::hidden(self.0);
        let mut rest = &*text;
        while let Some(at) = rest.find(|c| !is_printable(c)) {
            f.write_str(&rest[..at])?;
            let c = rest[at..].chars().next().unwrap_or_default();
            write!(f, "{}", c.escape_default())?;
            rest = &rest[at + c.len_utf8()..];
        }
        f.write_str(rest)
    }
}

/// Like `Escaped`, but only the beginning of a long text.
#[derive(Debug, Clone, Copy)]
pub struct Shortened<'a>(&'a str);

impl<'a> Shortened<'a> {
    /// More of a value, in characters, helps nobody to find it.
    const LONGEST: usize = 300;

    pub const fn new(text: &'a str) -> Self {
        Self(text)
    }

    /// Whether all of a text is shown.
    pub fn is_whole(text: &str) -> bool {
        text.chars().nth(Self::LONGEST).is_none()
    }
}

impl fmt::Display for Shortened<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Half a secret would not be known for one.
        let text = secret::hidden(self.0);
        match text.char_indices().nth(Self::LONGEST) {
            None => Escaped::new(&text).fmt(f),
            Some((end, _)) => write!(f, "{}…", Escaped::new(&text[..end])),
        }
    }
}

/// Displays what a server or a proxy said: like `Escaped`, and more is left out.
#[derive(Debug, Clone, Copy)]
pub struct FromOutside<'a>(&'a str);

impl<'a> FromOutside<'a> {
    pub const fn new(text: &'a str) -> Self {
        Self(text)
    }
}

impl fmt::Display for FromOutside<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = secret::hidden_outside(self.0);
        match text.char_indices().nth(LONGEST) {
            None => Escaped::new(&text).fmt(f),
            Some((end, _)) => write!(f, "{} …", Escaped::new(&text[..end])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_terminal_would_act_on_is_escaped() {
        for (raw, shown) in [
            ("NA12878_R1.fastq.gz", "NA12878_R1.fastq.gz"),
            ("Müller 試料", "Müller 試料"),
            ("a\u{1b}[2Jb", "a\\u{1b}[2Jb"),
            ("a\nb\tc\r", "a\\nb\\tc\\r"),
            ("a\u{202e}b", "a\\u{202e}b"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("", ""),
        ] {
            assert_eq!(Escaped::new(raw).to_string(), shown);
        }
    }

    #[test]
    fn a_long_speech_is_cut() {
        let said = format!("{}é", "x".repeat(LONGEST));
        assert_eq!(FromOutside::new(&said).to_string(), format!("{} …", "x".repeat(LONGEST)));
    }
}
