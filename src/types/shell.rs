//! Words of a command line, quoted so that they can be pasted into a shell.

use std::{ffi::OsStr, fmt, os::unix::ffi::OsStrExt as _};

use super::escape::is_printable;

/// Displays one word of a command as a shell (`sh`, Bash, Zsh) reads it back, byte for byte.
///
/// A word without special characters stays as it is, others are put in single quotes. Control,
/// bidirectional and undecodable bytes become `$'…'` with escapes, so that nothing acts on the
/// terminal that shows the command; this form needs Bash, Zsh or Ksh.
#[derive(Debug, Clone, Copy)]
pub struct Quoted<'a>(&'a [u8]);

impl<'a> Quoted<'a> {
    pub fn new(word: &'a (impl AsRef<OsStr> + ?Sized)) -> Self {
        Self(word.as_ref().as_bytes())
    }
}

/// Whether every shell takes the character as itself, wherever it stands.
const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'_' | b'-' | b'.' | b'/' | b':' | b'@' | b'%' | b'+' | b',')
}

fn is_plain_word(word: &str) -> bool {
    // `--option=value`; at a word's beginning and behind a name, some shells take it otherwise.
    let is_option = word.starts_with('-');
    !word.is_empty() && word.bytes().all(|byte| is_plain(byte) || is_option && byte == b'=')
}

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_harmless = str::from_utf8(self.0).is_ok_and(|text| text.chars().all(is_printable));
        match str::from_utf8(self.0) {
            Ok(word) if is_plain_word(word) => f.write_str(word),
            Ok(word) if is_harmless => write!(f, "'{}'", word.replace('\'', r"'\''")),
            _ => {
                f.write_str("$'")?;
                for chunk in self.0.utf8_chunks() {
                    for c in chunk.valid().chars() {
                        match c {
                            '\\' | '\'' => write!(f, "\\{c}")?,
                            c if is_printable(c) => write!(f, "{c}")?,
                            c => escaped(f, c.encode_utf8(&mut [0; 4]).as_bytes())?,
                        }
                    }
                    escaped(f, chunk.invalid())?;
                }
                f.write_str("'")
            }
        }
    }
}

/// Octal, whose three digits end by themselves whatever follows.
fn escaped(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "\\{byte:03o}"))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;

    use super::*;

    fn quoted(word: &[u8]) -> String {
        Quoted::new(OsStr::from_bytes(word)).to_string()
    }

    #[test]
    fn words_are_quoted_where_a_shell_would_change_them() {
        for (word, expected) in [
            (&b"run7/S1_R1.fastq.gz"[..], "run7/S1_R1.fastq.gz"),
            (b"arn:aws:omics:us-east-1:1:x/2", "arn:aws:omics:us-east-1:1:x/2"),
            (b"", "''"),
            (b"S1 (1).fastq.gz", "'S1 (1).fastq.gz'"),
            (b"it's", r"'it'\''s'"),
            (b"~/a", "'~/a'"),
            (b"a=b", "'a=b'"),
            (b"--part-size=5MiB", "--part-size=5MiB"),
            ("Müller".as_bytes(), "'Müller'"),
            (b"a\nb'c\\", r"$'a\012b\'c\\'"),
            ("a\u{202e}1".as_bytes(), r"$'a\342\200\2561'"),
            (b"\xff.bam", r"$'\377.bam'"),
        ] {
            assert_eq!(quoted(word), expected);
        }
    }

    #[test]
    fn bash_reads_every_word_back() {
        let strategy = proptest::collection::vec(1..=255_u8, 0..40);
        let config = ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() };
        proptest!(config, |(word in strategy)| {
            let script = format!("printf %s {}", quoted(&word));
            let Ok(output) = Command::new("bash").args(["-c", &script]).output() else {
                return Ok(());
            };
            prop_assert_eq!(output.stdout, word);
        });
    }
}
