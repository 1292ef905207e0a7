//! What names an archive, and what is said of it: all that a vault keeps beside the data.

use std::{ffi::OsStr, fmt, os::unix::ffi::OsStrExt as _, str::FromStr};

use percent_encoding::{AsciiSet, CONTROLS, percent_encode};

use super::{Invalid, Mark};

/// The only name of an archive: printable, as the service made it up.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
pub struct ArchiveId(String);

impl ArchiveId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ArchiveId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let is_printable = text.bytes().all(|byte| byte.is_ascii_graphic());
        if (1..=1024).contains(&text.len()) && is_printable {
            return Ok(Self(text.to_owned()));
        }
        Err(Invalid::new("archive ID", text, "1 to 1024 printable ASCII characters are needed"))
    }
}

impl fmt::Display for ArchiveId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The longest description that a vault takes, in printable ASCII characters
/// (<https://docs.aws.amazon.com/amazonglacier/latest/dev/api-multipart-initiate-upload.html>).
const LONGEST: usize = 1024;

/// What stands between the words and the mark.
const BEFORE_MARK: &str = " omics-upload=";

/// A version, a part size of at most 4 GiB, a fingerprint and a token.
const LONGEST_MARK: usize = "1:4294967296:".len() + 32 + ":".len() + 16;

/// What a name has percent-encoded, beside what is not ASCII.
const NOT_IN_NAMES: &AsciiSet = &CONTROLS.add(b'%');

/// A user's own words in the description of an archive. The mark of the upload follows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveWords(String);

impl ArchiveWords {
    pub const MAX: usize = LONGEST - BEFORE_MARK.len() - LONGEST_MARK;

    /// The name of a file. What a description cannot hold is percent-encoded.
    pub fn of_name(name: &OsStr) -> Self {
        let name = percent_encode(name.as_bytes(), NOT_IN_NAMES).to_string();
        // Names have at most 255 bytes, so nothing is lost.
        let name = name.trim_matches(' ').chars().take(Self::MAX).collect::<String>();
        Self(if name.is_empty() { "file".to_owned() } else { name })
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ArchiveWords {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let is_printable = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        let trimmed = text.trim_matches(' ');
        if is_printable && (1..=Self::MAX).contains(&trimmed.len()) {
            return Ok(Self(trimmed.to_owned()));
        }
        let form = format!("1 to {} printable ASCII characters are needed", Self::MAX);
        Err(Invalid::new("description of an archive", text, form))
    }
}

impl fmt::Display for ArchiveWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A description as the vault keeps it: words, and the mark by which the upload is found again.
pub fn described(words: &str, mark: Option<&Mark>) -> String {
    mark.map_or_else(|| words.to_owned(), |mark| format!("{words}{BEFORE_MARK}{mark}"))
}

/// The words of a description and the mark that follows them, if this program made it.
pub fn described_by(description: &str) -> (&str, Option<Mark>) {
    let marked = description.rsplit_once(BEFORE_MARK);
    match marked.and_then(|(words, mark)| Some((words, mark.parse().ok()?))) {
        Some((words, mark)) => (words, Some(mark)),
        None => (description, None),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt as _;

    use super::*;
    use crate::types::{Fingerprint, PartSize, Sha256};

    fn mark(part_size: u64) -> Mark {
        let part_size = PartSize::new(part_size).unwrap();
        Mark::new(part_size, Fingerprint::new(&Sha256::of(b"x")), 7)
    }

    #[test]
    fn words_and_mark_come_back() {
        let mark = mark(1 << 20);
        for words in ["a.bam", "of Jane's: 100 % (a=b)", "x omics-upload=1:2", "~"] {
            let words: ArchiveWords = words.parse().unwrap();
            let text = described(words.as_str(), Some(&mark));
            assert_eq!(described_by(&text), (words.as_str(), Some(mark.clone())));
            assert_eq!(described_by(&described(words.as_str(), None)), (words.as_str(), None));
        }
        assert_eq!(described_by(""), ("", None));
    }

    #[test]
    fn the_longest_words_leave_room_for_the_mark() {
        let words: ArchiveWords = "w".repeat(ArchiveWords::MAX).parse().unwrap();
        assert_eq!(described(words.as_str(), Some(&mark(4 << 30))).len(), LONGEST);
        for bad in ["", "  ", "é", "a\tb", "a\nb", &"w".repeat(ArchiveWords::MAX + 1)] {
            assert!(bad.parse::<ArchiveWords>().is_err(), "{bad:?}");
        }
        assert_eq!(" a b ".parse::<ArchiveWords>().unwrap().as_str(), "a b");
    }

    #[test]
    fn any_name_of_a_file_can_be_words() {
        for (name, words) in [
            (&b"a b.bam"[..], "a b.bam"),
            ("Pr\u{f6}be.bam".as_bytes(), "Pr%C3%B6be.bam"),
            (b"100%\n\xff", "100%25%0A%FF"),
            (b"  ", "file"),
        ] {
            let name = std::ffi::OsString::from_vec(name.to_vec());
            let found = ArchiveWords::of_name(&name);
            assert_eq!(found.as_str(), words);
            assert_eq!(found.as_str().parse(), Ok(found.clone()));
        }
        let longest = std::ffi::OsString::from_vec(vec![0xff; 255]);
        assert_eq!(ArchiveWords::of_name(&longest).as_str().len(), 765);
    }
}
